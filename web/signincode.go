package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const codeRoute = "/signin/code"

// showSignInCode asks who gave the password for the code of their app, or for
// a recovery code.
func (s *Server) showSignInCode(c echo.Context) error {
	user, _, err := s.halfUser(c.Request().Context())
	if err != nil {
		return err
	}
	if user.ID == 0 {
		return s.passwordFirst(c)
	}
	return s.renderSignInCode(c, http.StatusOK, "")
}

// signInByCode begins the session.
func (s *Server) signInByCode(c echo.Context) error {
	ctx := c.Request().Context()
	user, next, err := s.halfUser(ctx)
	if err != nil {
		return err
	}
	if user.ID == 0 {
		return s.passwordFirst(c)
	}
	used, err := s.takeCode(c, user, c.FormValue("code"))
	if code, status := refusal(c, err, codeMistake(c)); code != "" {
		return s.renderSignInCode(c, status, code)
	}
	if err != nil {
		return err
	}
	message := ""
	if used == recoveryCode {
		message = "recovery_code_used"
	}
	return s.enter(c, user, next, message)
}

// passwordFirst leads back to the password: nobody gave it, or long ago.
func (s *Server) passwordFirst(c echo.Context) error {
	ctx := c.Request().Context()
	if s.sessions.Exists(ctx, keyHalf) {
		if err := s.emptySession(ctx); err != nil {
			return err
		}
		s.flash(c, "sign_in_expired")
	}
	return c.Redirect(http.StatusSeeOther, signInRoute)
}

// wantsRecovery reports whether the page is to ask for a recovery code.
func wantsRecovery(c echo.Context) bool { return c.FormValue("recovery") != "" }

func codeMistake(c echo.Context) string {
	if wantsRecovery(c) {
		return "recovery_code_wrong"
	}
	return "code_wrong"
}

func (s *Server) renderSignInCode(c echo.Context, status int, mistake string) error {
	ctx := s.reader(c)
	m := views.SignInCodePage{Recovery: wantsRecovery(c)}
	if mistake != "" {
		m.Form.Mistakes = []views.Mistake{{Field: "code", Text: views.ProblemText(ctx, mistake, nil)}}
	}
	return s.render(ctx, c, status, views.SignInCode(s.plainFrame(c), m))
}

// refusal is how what was typed and refused is told: the code of the mistake
// and the status; "" for errors that are no refusal.
func refusal(c echo.Context, err error, wrong string) (code string, status int) {
	var slow throttled
	switch {
	case errors.As(err, &slow):
		c.Response().Header().Set("Retry-After", seconds(slow.wait))
		return "sign_in.throttled", http.StatusTooManyRequests
	case errors.Is(err, errWrongCode), errors.Is(err, errWrongPassword):
		return wrong, http.StatusUnprocessableEntity
	}
	return "", 0
}

// errWrongCode says that a code is not the one, or was used.
var errWrongCode = errors.New("web: wrong code")

// What kind of code was taken.
const (
	appCode = iota + 1
	recoveryCode
)

// codeAccount is what failed codes of a user are counted under. It is no
// address, so that nobody can fail in its name at the sign-in: who knows no
// password would use up the tries of who does.
func codeAccount(u store.User) string { return "code of " + strconv.FormatInt(u.ID, 10) }

// takeCode takes a code of the user's app or a recovery code, each once, and
// tells which it was. Failures are slowed down as those of passwords are, and
// counted apart: a password that fits takes none of them back.
func (s *Server) takeCode(c echo.Context, user store.User, typed string) (kind int, err error) {
	ctx, from, account := c.Request().Context(), network(c.RealIP()).String(), codeAccount(user)
	giveBack, ok := s.guessers.take(c.RealIP(), s.o.Now())
	if !ok {
		return 0, throttled{time.Minute}
	}
	allowed, until, err := s.o.Store.TryAttempt(ctx, account, from)
	if err != nil || !allowed {
		giveBack()
		if err == nil {
			err = throttled{until.Sub(s.o.Now())}
		}
		return 0, err
	}
	kind, err = s.useCode(c, user, plainCode(typed))
	if errors.Is(err, errWrongCode) {
		if err := s.audit(c, visitorOf(c).who, store.AuditCodeRefused, user.Email, nil); err != nil {
			return 0, err
		}
		return 0, errWrongCode
	}
	giveBack()
	if err != nil {
		return 0, err
	}
	return kind, s.o.Store.ClearAttempts(ctx, account, from)
}

func (s *Server) useCode(c echo.Context, user store.User, code string) (kind int, err error) {
	if len(code) == recoveryLength {
		return recoveryCode, s.audited(c, user.Email, store.AuditRecoveryUsed, user.Email, nil, func(ctx context.Context, st *store.Store) error {
			ok, err := st.UseRecoveryCode(ctx, user.ID, store.Secret(code))
			if err == nil && !ok {
				err = errWrongCode
			}
			return err
		})
	}
	ok, err := s.useAppCode(c.Request().Context(), user, code)
	if err == nil && !ok {
		err = errWrongCode
	}
	return appCode, err
}

func (s *Server) useAppCode(ctx context.Context, user store.User, code string) (bool, error) {
	two, err := s.o.Store.TwoStep(ctx, user.ID)
	if err != nil || !two.On {
		return false, err
	}
	step, fits := stepOf(two.Secret, code, s.o.Now())
	if !fits {
		return false, nil
	}
	return s.o.Store.UseStep(ctx, user.ID, step)
}
