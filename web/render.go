package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

// frameKey is where a request keeps what surrounds its page.
const frameKey = "frame"

// render draws into memory first, so that a page that fails is an error page
// and not half a page.
func (s *Server) render(ctx context.Context, c echo.Context, status int, page templ.Component) error {
	var buf bytes.Buffer
	if err := page.Render(ctx, &buf); err != nil {
		return err
	}
	// A part that is fetched again brings the news of the house with it.
	if f, ok := c.Get(frameKey).(views.Frame); ok && isFragment(c) {
		if err := views.Around(f).Render(ctx, &buf); err != nil {
			return err
		}
	}
	return sendPage(c, status, buf.Bytes())
}

// reader is the context to draw in: the visitor's language and the zone of the
// office hours. Without settings the zone is UTC.
func (s *Server) reader(c echo.Context) context.Context {
	ctx := c.Request().Context()
	zone, err := s.o.Store.Zone(ctx)
	if err != nil {
		zone = time.UTC // the page itself will meet the same trouble, and tell
	}
	return views.WithLocale(ctx, views.Locale{Language: s.localeOf(c), Zone: zone})
}

// frame is what surrounds a page of somebody who is signed in.
func (s *Server) frame(ctx context.Context, c echo.Context, h house, here string) views.Frame {
	f := s.plainFrame(c)
	u := visitorOf(c).user
	f.Here = here
	f.User = views.User{Name: u.Name, Email: u.Email, Role: string(u.Role)}
	f.Company, f.Salesforce, f.Aircall = h.company(), h.salesforceLight(), h.aircallLight()
	f.Start, f.Attention = h.progress(), h.attention
	f.Banners = h.banners(ctx)
	if code := s.sessions.PopString(ctx, keyFlash); code != "" {
		f.Flash = views.FlashOf(ctx, flashKind(code), code)
	}
	c.Set(frameKey, f)
	return f
}

// plainFrame is what surrounds a page of anybody.
func (s *Server) plainFrame(c echo.Context) views.Frame {
	f := views.Frame{Path: localPath(c.Request().URL.RequestURI()), Demo: s.o.Demo}
	current := s.localeOf(c)
	for _, code := range views.Languages() {
		if code == current {
			continue
		}
		to, _ := s.opened(c)
		q := to.Query()
		q.Set("lang", code)
		to.RawQuery = q.Encode()
		f.Languages = append(f.Languages, views.Language{Code: code, URL: localPath(to.RequestURI())})
	}
	return f
}

// opened is the address that leads to the page of a request. Some can only be
// sent to: that is the page above, where the form was. It reports whether there
// is one.
func (s *Server) opened(c echo.Context) (to url.URL, found bool) {
	opens := func(route string) bool { _, ok := s.access[get+" "+route]; return ok }
	route := c.Path()
	to = *c.Request().URL
	for !opens(route) && strings.Count(route, "/") > 1 && strings.Count(to.Path, "/") > 1 {
		route, to = route[:strings.LastIndexByte(route, '/')], url.URL{Path: to.Path[:strings.LastIndexByte(to.Path, '/')]}
	}
	return to, opens(route)
}

func flashKind(code string) string {
	switch code {
	case "unchanged", "already_replaying", "app_first", "nothing_left", "replay_all_open", "replay_many_nothing", "picked_none",
		"no_other_session", "two_step_kept", "person_not_signed_in", "reconciliation_open":
		return "info"
	case "check_failed", "disconnect_failed", "sign_in_expired":
		return "bad"
	default:
		return "ok"
	}
}

// renderError draws the page of an error. When even the state of the house
// cannot be read, the page does without.
func (s *Server) renderError(c echo.Context, t told) error {
	ctx := s.reader(c)
	f := s.plainFrame(c)
	if v := visitorOf(c); v.user.ID != 0 && !v.lacks && t.status != http.StatusInternalServerError {
		if h, err := s.house(ctx); err == nil {
			f = s.frame(ctx, c, h, "")
		}
	}
	id, _ := c.Get("request").(string)
	m := views.ErrorPage{Status: t.status, Code: t.code, Request: id}
	m.Page, m.Sent = s.backFrom(c, t)
	return s.render(ctx, c, t.status, views.Error(f, m))
}

// backFrom is where to go on after an error: the same page when it may be there
// a moment later, and the page whose form was sent; "" when neither is of use.
func (s *Server) backFrom(c echo.Context, t told) (page string, sent bool) {
	r := c.Request()
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		to, found := s.opened(c)
		if !found {
			return "", false
		}
		return localPath(to.RequestURI()), true
	case t.code == "too_broad": // the same would find too much again
		return localPath(r.URL.Path), true
	case t.status == http.StatusTooManyRequests, t.status == http.StatusInternalServerError, t.status == http.StatusServiceUnavailable:
		return localPath(r.URL.RequestURI()), false
	}
	return "", false
}
