package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// showSignIn asks for address and password, or sends on who has given them.
func (s *Server) showSignIn(c echo.Context) error {
	if visitorOf(c).user.ID != 0 {
		return c.Redirect(http.StatusSeeOther, localPath(c.QueryParam("next")))
	}
	return s.renderSignIn(c, http.StatusOK, "", "")
}

// signIn begins a session, or says that the two do not fit and not which.
func (s *Server) signIn(c echo.Context) error {
	email, password := strings.TrimSpace(c.FormValue("email")), c.FormValue("password")
	user, err := s.authenticate(c, email, password)
	if errors.Is(err, errWrongPassword) {
		if err := s.audit(c, "", store.AuditSignInFailed, email, nil); err != nil {
			return err
		}
		return s.renderSignIn(c, http.StatusUnprocessableEntity, email, "sign_in.wrong")
	}
	var slow throttled
	if errors.As(err, &slow) {
		c.Response().Header().Set("Retry-After", seconds(slow.wait))
		return s.renderSignIn(c, http.StatusTooManyRequests, email, "sign_in.throttled")
	}
	if err != nil {
		return err
	}
	return s.admit(c, user, localPath(c.FormValue("next")))
}

// admit lets in who gave the right password, or asks for the second step.
func (s *Server) admit(c echo.Context, user store.User, next string) error {
	two, err := s.o.Store.TwoStep(c.Request().Context(), user.ID)
	if err != nil {
		return err
	}
	if !two.On {
		return s.enter(c, user, next, "")
	}
	if err := s.beginHalf(c, user, next); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, codeRoute)
}

// enter begins the session of who gave all that was asked.
func (s *Server) enter(c echo.Context, user store.User, next, message string) error {
	// Written down first: an answer that fails keeps its session.
	if err := s.audit(c, user.Email, store.AuditSignIn, user.Email, nil); err != nil {
		return err
	}
	if err := s.beginSession(c, user); err != nil {
		return err
	}
	if message != "" {
		s.flash(c, message)
	}
	return c.Redirect(http.StatusSeeOther, next)
}

// renderSignIn draws the form with the address as typed, and what is wrong.
func (s *Server) renderSignIn(c echo.Context, status int, email, mistake string) error {
	ctx := s.reader(c)
	next := c.FormValue("next")
	if next = localPath(next); next == "/" {
		next = ""
	}
	m := views.SignInPage{Form: views.Form{Values: map[string][]string{"email": {email}}}, Next: next, Demo: s.o.DemoSignIn}
	if mistake != "" {
		m.Form.Mistakes = []views.Mistake{{Text: views.ProblemText(ctx, mistake, nil)}}
	}
	f := s.plainFrame(c)
	if code := s.sessions.PopString(ctx, keyFlash); code != "" {
		f.Flash = &views.Flash{Kind: flashKind(code), Text: views.FlashText(ctx, code)}
	}
	return s.render(ctx, c, status, views.SignIn(f, m))
}

// errWrongPassword says that address and password do not fit.
var errWrongPassword = errors.New("web: wrong address or password")

// authenticate checks a password and slows down networks that fail, whichever
// account they try. A try counts as failed until it is known not to be.
func (s *Server) authenticate(c echo.Context, email, password string) (store.User, error) {
	giveBack, ok := s.guessers.take(c.RealIP(), s.o.Now())
	if !ok {
		return store.User{}, throttled{time.Minute}
	}
	user, err := s.checkPassword(c, email, password)
	if !errors.Is(err, errWrongPassword) {
		giveBack()
	}
	return user, err
}

// maxEmail is more than an address can have. Every address has an @.
const maxEmail = 300

// checkPassword takes the same way and the same time for a known and for an
// unknown address.
func (s *Server) checkPassword(c echo.Context, email, password string) (store.User, error) {
	ctx, from := c.Request().Context(), network(c.RealIP()).String()
	if len(email) > maxEmail || !strings.Contains(email, "@") {
		return store.User{}, errWrongPassword
	}
	allowed, until, err := s.o.Store.TryAttempt(ctx, email, from)
	if err != nil {
		return store.User{}, err
	}
	if !allowed {
		return store.User{}, throttled{until.Sub(s.o.Now())}
	}
	user, err := s.o.Store.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.User{}, err
	}
	fits, err := s.passwords.fits(ctx, password, user.Password)
	if err != nil {
		return store.User{}, err
	}
	if !fits {
		return store.User{}, errWrongPassword
	}
	return user, s.o.Store.ClearAttempts(ctx, email, from)
}

// signOut ends the session, also in the store.
func (s *Server) signOut(c echo.Context) error {
	ctx := c.Request().Context()
	if v := visitorOf(c); v.user.ID != 0 {
		if err := s.audit(c, v.who, store.AuditSignOut, v.who, nil); err != nil {
			return err
		}
	}
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return c.Redirect(http.StatusSeeOther, signInRoute)
}

// audit writes down who did what from where. What was done stays done when
// the visitor hangs up, and so does its row.
func (s *Server) audit(c echo.Context, who string, what store.AuditCode, object string, detail map[string]string) error {
	return s.auditIn(s.o.Store, c, who, what, object, detail)
}

// audited makes a change and writes it down: both, or neither. change uses the
// store that it is given and no other.
func (s *Server) audited(c echo.Context, who string, what store.AuditCode, object string, detail map[string]string, change func(context.Context, *store.Store) error) error {
	ctx := c.Request().Context()
	return s.o.Store.Together(ctx, func(st *store.Store) error {
		if err := change(ctx, st); err != nil {
			return err
		}
		return s.auditIn(st, c, who, what, object, detail)
	})
}

// auditIn is audit for a change that is made together with its row: both, or
// neither.
func (s *Server) auditIn(st *store.Store, c echo.Context, who string, what store.AuditCode, object string, detail map[string]string) error {
	return st.AddAudit(context.WithoutCancel(c.Request().Context()), s.auditRow(c, who, what, object, detail))
}

// auditRow is what the log says of a change, for who writes it down together
// with the change. Numbers of callers are hidden in it here, once for all rows.
func (s *Server) auditRow(c echo.Context, who string, what store.AuditCode, object string, detail map[string]string) store.AuditRow {
	return numberless(store.AuditRow{Who: who, What: what, Object: object, Detail: detail, Address: c.RealIP()})
}
