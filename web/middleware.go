package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// pageTimeout is how long one answer may take to send; streams extend theirs.
const pageTimeout = 30 * time.Second

// maxForm is more than any form or settings document needs.
const maxForm = 1 << 20

// withRequest gives the request its id, its limits and, once it is answered,
// its line in the log. The log knows routes and not paths: a path may hold a
// secret, even one that leads nowhere.
func (s *Server) withRequest(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := time.Now()
		id := strings.ToLower(rand.Text()[:16])
		c.Set("request", id)
		c.Response().Header().Set("X-Request-Id", id)
		r := c.Request().WithContext(views.WithRevision(c.Request().Context(), s.o.Store.Revision()))
		c.SetRequest(r)
		r.Body = http.MaxBytesReader(c.Response(), r.Body, maxForm)
		// A test's recorder has no deadline, and then needs none.
		_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(pageTimeout))
		err := readForm(c)
		if err == nil {
			err = next(c)
		}
		if err != nil {
			s.noteRefusal(c, err)
			c.Error(err)
		}
		route, took := c.Path(), time.Since(began)
		if _, known := s.access[r.Method+" "+route]; !known {
			route = "unknown"
		}
		status := c.Response().Status
		s.metrics.count(route, r.Method, status, took)
		level := slog.LevelInfo
		if route == "/healthz" || route == "/readyz" || route == staticRoute {
			level = slog.LevelDebug
		}
		s.log.Log(r.Context(), level, "request", "method", r.Method, "route", route, "status", status,
			"ms", took.Milliseconds(), "bytes", c.Response().Size, "address", c.RealIP(), "request", id)
		return nil
	}
}

// noteRefusal writes to the log who asked for what they may not have: by number,
// not by name.
func (s *Server) noteRefusal(c echo.Context, err error) {
	why := ""
	switch {
	case errors.Is(err, errForbidden):
		why = "role"
	case errors.Is(err, errCrossSite):
		why = "another site"
	case errors.Is(err, errBadKey):
		why = "unknown key"
	default:
		return
	}
	v := visitorOf(c)
	s.log.WarnContext(c.Request().Context(), "a request was refused", "why", why, "method", c.Request().Method, "route", c.Path(),
		"user", v.user.ID, "role", string(v.role), "address", c.RealIP(), "request", c.Get("request"))
}

// readForm reads the form of a page once for every handler, so that one that
// is too large or broken is never taken for an empty one.
func readForm(c echo.Context) error {
	if c.Request().Method != http.MethodPost || isAPI(c) {
		return nil
	}
	_, err := c.FormParams()
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return errBadForm
	}
	return err
}

// withRecover turns a panic into the page for our own mistakes.
func (s *Server) withRecover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			r := recover()
			if r == nil {
				return
			}
			if e, ok := r.(error); ok && errors.Is(e, http.ErrAbortHandler) {
				panic(r) // net/http's own way to drop a connection
			}
			s.metrics.panics.Inc()
			s.log.ErrorContext(c.Request().Context(), "a handler panicked", "route", c.Path(), "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = errPanic
		}()
		return next(c)
	}
}

// errPanic is what a panic becomes; it was logged where it happened.
var errPanic = errors.New("web: a handler panicked")

// contentPolicy forbids everything that our pages do not need. formTo are
// hosts that a form may lead to beside ourselves.
func contentPolicy(formTo ...string) string {
	return "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
		"base-uri 'none'; form-action " + strings.Join(append([]string{"'self'"}, formTo...), " ") + "; frame-ancestors 'none'"
}

func (s *Server) withHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", contentPolicy())
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		s.keepToTLS(h)
		if c.Path() != staticRoute {
			h.Set("Cache-Control", "no-store")
			h.Add("Vary", "Cookie, HX-Request, Accept-Language")
		}
		return next(c)
	}
}

// keepToTLS has browsers ask for this host over TLS only. It says nothing of
// hosts below it: those are the operator's, who may serve them as they like.
func (s *Server) keepToTLS(h http.Header) {
	if s.https() {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// withSameSite refuses changes that another site's page asks for. A client
// without the browser's headers is no browser, and passes.
func (s *Server) withSameSite(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.crossSite.Check(c.Request()); err != nil {
			return errCrossSite
		}
		return next(c)
	}
}

// takeTime lets a handler ask Salesforce or Aircall: that may take longer than
// a page, and a slow answer must not cut the request short.
func takeTime(c echo.Context, d time.Duration) {
	rc := http.NewResponseController(c.Response())
	// A test's recorder has no deadlines, and then needs none.
	_ = rc.SetReadDeadline(time.Time{})
	_ = rc.SetWriteDeadline(time.Now().Add(d))
}

// detached is the request's context without its values: a session is then
// loaded anew.
func detached(c echo.Context) context.Context {
	return valueless{c.Request().Context()}
}

type valueless struct{ context.Context }

// Value knows nothing.
func (valueless) Value(any) any { return nil }
