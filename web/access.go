package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"ringledger/store"

	"github.com/labstack/echo/v4"
)

// need is what a route asks of its visitor.
type need string

// What routes ask. The roles are the store's own words.
const (
	anyone  need = "anyone"
	viewer       = need(store.Viewer)
	editor       = need(store.Editor)
	admin        = need(store.Admin)
	person  need = "person" // also who must set up their second step first
	nothing need = ""       // not in the table: closed
)

// visitor is who makes the request: a person, an API key, or a stranger.
type visitor struct {
	user store.User // zero for keys and strangers
	role store.Role // "" for strangers, and for who lacks a second step
	who  string     // as the audit log names them

	// lacks: a second step is required of them and they have none. They have no
	// role until they have set it up, so that nothing opens that does not ask
	// for a person alone.
	lacks bool
}

const keyVisitor = "visitor"

// visitorOf returns who makes the request; a stranger before it is known.
func visitorOf(c echo.Context) visitor {
	v, _ := c.Get(keyVisitor).(visitor)
	return v
}

func (v visitor) may(n need) bool {
	return n == anyone || n == person && v.user.ID != 0 || v.role.Allows(store.Role(n))
}

// withVisitor finds out who asks. A bearer key counts only for the API.
func (s *Server) withVisitor(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		v, err := s.recognise(c)
		if err != nil {
			return err
		}
		c.Set(keyVisitor, v)
		return next(c)
	}
}

func (s *Server) recognise(c echo.Context) (visitor, error) {
	ctx := c.Request().Context()
	if key, ok := strings.CutPrefix(c.Request().Header.Get("Authorization"), "Bearer "); ok {
		if !isAPI(c) && c.Path() != metricsRoute {
			return visitor{}, nil
		}
		k, err := s.o.Store.UseAPIKey(ctx, store.Secret(strings.TrimSpace(key)))
		if errors.Is(err, store.ErrNotFound) {
			return visitor{}, errBadKey
		}
		return visitor{role: k.Role, who: "key:" + k.Name}, err
	}
	u, err := s.sessionUser(ctx)
	if errors.Is(err, store.ErrNotFound) { // removed, or the password is another
		return visitor{}, s.sessions.Destroy(ctx)
	}
	if err != nil || u.ID == 0 {
		return visitor{}, err
	}
	v := visitor{user: u, role: u.Role, who: u.Email}
	if v.lacks, err = s.o.Store.LacksSecondStep(ctx, u); err != nil {
		return visitor{}, err
	}
	if v.lacks {
		v.role = ""
	}
	return v, s.seen(ctx, u)
}

// withAccess lets a request in only when the table says so. A path that no
// route has is not found, for everybody alike.
func (s *Server) withAccess(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		needed := s.access[c.Request().Method+" "+c.Path()]
		v := visitorOf(c)
		switch {
		case needed == nothing && len(s.methodsOf(c.Path())) > 0:
			c.Response().Header().Set("Allow", strings.Join(s.methodsOf(c.Path()), ", "))
			return echo.ErrMethodNotAllowed
		case needed == nothing:
			return echo.ErrNotFound
		case v.may(needed):
			return next(c)
		case v.lacks:
			return errSecondStep
		case v.role == "":
			return errSignIn
		default:
			return errForbidden
		}
	}
}

// methodsOf lists how a path can be asked.
func (s *Server) methodsOf(path string) []string {
	var known []string
	for _, m := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut} {
		if s.access[m+" "+path] != nothing {
			known = append(known, m)
		}
	}
	return known
}

func isAPI(c echo.Context) bool { return strings.HasPrefix(c.Request().URL.Path, "/api/") }

// isFragment reports whether htmx asks for a part of a page.
func isFragment(c echo.Context) bool {
	h := c.Request().Header
	return h.Get("HX-Request") == "true" && h.Get("HX-History-Restore-Request") != "true"
}

// signInURL leads to the sign-in, and back to where the visitor wanted to go.
func signInURL(c echo.Context) string {
	r := c.Request()
	if r.Method != http.MethodGet || r.URL.Path == "/" || r.URL.Path == eventsRoute {
		return signInRoute
	}
	next := r.URL.RequestURI()
	if r.URL.Path == callbackRoute { // its code is of no use without the session
		next = salesforceRoute
	}
	return signInRoute + "?" + url.Values{"next": {next}}.Encode()
}

// localPath returns a path on this site, or "/" for anything that could lead
// elsewhere.
func localPath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(raw, "/") ||
		strings.HasPrefix(raw, "//") || strings.ContainsAny(raw, "\\\r\n\t") {
		return "/"
	}
	return raw
}
