package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	keyStamp = "stamp" // string, of the password signed in with
	keySeen  = "seen"  // int64, unix seconds of the last request
	keyFlash = "flash" // string, told on the next page

	// Of somebody who gave the password and not yet the code. They are no user of
	// the session: what asks whose it is finds nobody.
	keyHalf      = "half"       // int64
	keyHalfStamp = "half_stamp" // string
	keyHalfUntil = "half_until" // int64, unix seconds
	keyHalfNext  = "half_next"  // string, where to go afterwards
)

// halfLife is how long a password waits for its code.
const halfLife = 5 * time.Minute

func newSessions(st *store.Store, https bool) *scs.SessionManager {
	// Not scs.New: it starts a store in memory that cleans up for ever.
	m := &scs.SessionManager{Store: st.Sessions(), Codec: scs.GobCodec{}, HashTokenInStore: true, Lifetime: sessionLife}
	m.Cookie.Persist = true
	m.Cookie.HttpOnly = true
	m.Cookie.Path = "/"
	// Lax and not Strict: the way back from Salesforce's sign-in is cross-site.
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Name, m.Cookie.Secure = cookieName("ringledger", https), https
	return m
}

// cookieName is the name of a cookie: over TLS one that no other host and no
// page without TLS can set.
func cookieName(name string, https bool) string {
	if https {
		return "__Host-" + name
	}
	return name
}

// withSession loads the session, and writes it back just before the answer
// begins when something in it changed. A stranger gets none.
func (s *Server) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token := ""
		if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
			token = cookie.Value
		}
		ctx, err := s.sessions.Load(store.RememberSessions(c.Request().Context()), token)
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
		if errors.Is(err, store.ErrSessionEnded) { // the browser may hold a newer one: its cookie stays
			break
		}
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
func (s *Server) beginSession(c echo.Context, u store.User) error {
	return s.newSession(c, u, s.o.Now())
}

// sessionBegan is when the session of this request began.
func (s *Server) sessionBegan(ctx context.Context, u store.User) (time.Time, error) {
	open, err := s.o.Store.UserSessions(ctx, u.ID, time.Time{})
	for _, one := range open {
		if one.Current {
			return one.CreatedAt, nil
		}
	}
	return s.o.Now(), err
}

func (s *Server) newSession(c echo.Context, u store.User, began time.Time) error {
	ctx := c.Request().Context()
	if err := s.emptySession(ctx); err != nil {
		return err
	}
	store.OwnSession(ctx, store.Owner{UserID: u.ID, CreatedAt: began, Address: c.RealIP(), Agent: c.Request().UserAgent()})
	s.sessions.Put(ctx, keyUser, u.ID)
	s.sessions.Put(ctx, keyStamp, stampOf(u))
	s.sessions.Put(ctx, keySeen, s.o.Now().Unix())
	return nil
}

// emptySession goes on under a new token with nothing of what was before.
func (s *Server) emptySession(ctx context.Context) error {
	if err := s.sessions.Clear(ctx); err != nil {
		return err
	}
	return s.sessions.RenewToken(ctx)
}

// beginHalf remembers for a while that a user gave the password.
func (s *Server) beginHalf(c echo.Context, u store.User, next string) error {
	ctx := c.Request().Context()
	if err := s.emptySession(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, keyHalf, u.ID)
	s.sessions.Put(ctx, keyHalfStamp, stampOf(u))
	s.sessions.Put(ctx, keyHalfUntil, s.o.Now().Add(halfLife).Unix())
	s.sessions.Put(ctx, keyHalfNext, next)
	return nil
}

// halfUser is who gave the password and not yet the code; zero when nobody
// did, too long ago, or the password is another since.
func (s *Server) halfUser(ctx context.Context) (u store.User, next string, err error) {
	id := s.sessions.GetInt64(ctx, keyHalf)
	if id == 0 || s.o.Now().Unix() >= s.sessions.GetInt64(ctx, keyHalfUntil) {
		return store.User{}, "", nil
	}
	u, err = s.o.Store.User(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && s.sessions.GetString(ctx, keyHalfStamp) != stampOf(u) {
		return store.User{}, "", nil
	}
	return u, localPath(s.sessions.GetString(ctx, keyHalfNext)), err
}

// stampOf ties a session to the password it began with: another password, or
// another person under the number of one removed, ends it.
func stampOf(u store.User) string {
	sum := sha256.Sum256([]byte(u.Password))
	return hex.EncodeToString(sum[:16])
}

// sessionUser returns whose session it is: nobody's without one, and
// store.ErrNotFound once the user or the password is another.
func (s *Server) sessionUser(ctx context.Context) (store.User, error) {
	id := s.sessions.GetInt64(ctx, keyUser)
	if id == 0 {
		return store.User{}, nil
	}
	u, err := s.o.Store.User(ctx, id)
	if err == nil && s.sessions.GetString(ctx, keyStamp) != stampOf(u) {
		return store.User{}, store.ErrNotFound
	}
	return u, err
}

// sessionLasts asks the store whether the session of a running stream is
// still there, in use, and somebody's.
func (s *Server) sessionLasts(c echo.Context) bool {
	cookie, err := c.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return false
	}
	fresh, err := s.sessions.Load(detached(c), cookie.Value)
	if err != nil || s.o.Now().Sub(time.Unix(s.sessions.GetInt64(fresh, keySeen), 0)) > sessionIdle {
		return false
	}
	u, err := s.sessionUser(fresh)
	if err != nil || u.ID == 0 {
		return false
	}
	lacks, err := s.o.Store.LacksSecondStep(fresh, u)
	return err == nil && !lacks
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
