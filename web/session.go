package web

import (
	"net/http"
	"time"

	"ringledger/store"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
)

// How long a session lasts: after the last request, and at most.
const (
	sessionIdle = 8 * time.Hour
	sessionLife = 7 * 24 * time.Hour
	// touchEvery keeps reading pages from writing the session each time.
	touchEvery = 5 * time.Minute
)

// What a session holds.
const (
	keyUser  = "user"  // int64
	keySeen  = "seen"  // int64, unix seconds of the last request
	keyFlash = "flash" // string, told on the next page
)

func newSessions(st *store.Store, https bool) *scs.SessionManager {
	// Not scs.New: it starts a store in memory that cleans up for ever.
	m := &scs.SessionManager{Store: st.Sessions(), Codec: scs.GobCodec{}, HashTokenInStore: true, Lifetime: sessionLife}
	m.Cookie.Persist = true
	m.Cookie.Name = "ringledger"
	m.Cookie.HttpOnly = true
	m.Cookie.Path = "/"
	// Lax and not Strict: the way back from Salesforce's sign-in is cross-site.
	m.Cookie.SameSite = http.SameSiteLaxMode
	if https {
		m.Cookie.Name = "__Host-ringledger"
		m.Cookie.Secure = true
	}
	return m
}

// withSession loads the session, and writes it back just before the answer
// begins when something in it changed. A stranger gets none.
func (s *Server) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token := ""
		if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.sessions.Load(c.Request().Context(), token)
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(ctx))
		c.Response().Before(func() { s.keepSession(c) })
		if err := s.touchSession(c); err != nil {
			return err
		}
		return next(c)
	}
}

// touchSession ends a session that nobody used for long.
func (s *Server) touchSession(c echo.Context) error {
	ctx, now := c.Request().Context(), s.o.Now()
	if !s.sessions.Exists(ctx, keyUser) {
		return nil
	}
	idle := now.Sub(time.Unix(s.sessions.GetInt64(ctx, keySeen), 0))
	if idle > sessionIdle {
		return s.sessions.Destroy(ctx)
	}
	if idle > touchEvery {
		s.sessions.Put(ctx, keySeen, now.Unix())
	}
	return nil
}

func (s *Server) keepSession(c echo.Context) {
	ctx, w := c.Request().Context(), c.Response()
	cache := w.Header().Get("Cache-Control")
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expiry, err := s.sessions.Commit(ctx)
		if err != nil {
			s.log.ErrorContext(ctx, "a session could not be kept", "error", err)
			return
		}
		s.sessions.WriteSessionCookie(ctx, w, token, expiry)
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, w, "", time.Time{})
	}
	if cache != "" { // the library adds a weaker one beside ours
		w.Header().Set("Cache-Control", cache)
	}
}

// beginSession signs a user in under a new token, so that one planted before
// is worth nothing.
func (s *Server) beginSession(c echo.Context, id int64) error {
	ctx := c.Request().Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, keyUser, id)
	s.sessions.Put(ctx, keySeen, s.o.Now().Unix())
	return nil
}

// sessionLasts asks the store whether the session of a running stream is
// still there.
func (s *Server) sessionLasts(c echo.Context) bool {
	cookie, err := c.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return false
	}
	fresh, err := s.sessions.Load(detached(c), cookie.Value)
	return err == nil && s.sessions.Exists(fresh, keyUser)
}

// flash keeps a message for the next page.
func (s *Server) flash(c echo.Context, message string) {
	s.sessions.Put(c.Request().Context(), keyFlash, message)
}

// redirect answers a change that was made: 303, and what to tell on arrival.
func (s *Server) redirect(c echo.Context, to, message string) error {
	if message != "" {
		s.flash(c, message)
	}
	return c.Redirect(http.StatusSeeOther, to)
}
