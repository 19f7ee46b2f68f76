package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"ringledger/store"
	"ringledger/views"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
)

const twoStepRoute = accountRoute + "/two-step"

// beginTwoStep makes the secret that the person's app is to know. It asks for
// nothing before it is confirmed.
func (s *Server) beginTwoStep(c echo.Context) error {
	err := s.o.Store.BeginTwoStep(c.Request().Context(), visitorOf(c).user.ID, newTwoStepSecret())
	if errors.Is(err, store.ErrConflict) { // it is on
		return c.Redirect(http.StatusSeeOther, accountRoute)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, twoStepRoute)
}

// showTwoStep shows the secret of a second step that is not on yet.
func (s *Server) showTwoStep(c echo.Context) error {
	return s.renderTwoStep(c, http.StatusOK, nil)
}

func (s *Server) renderTwoStep(c echo.Context, status int, wrong mistakes) error {
	ctx, user := s.reader(c), visitorOf(c).user
	two, err := s.o.Store.TwoStep(ctx, user.ID)
	if err != nil {
		return err
	}
	required := visitorOf(c).lacks
	if two.Secret == "" && required {
		return s.showOfAccount(ctx, c, status, func(f views.Frame) templ.Component { return views.TwoStepRequired(f) })
	}
	if two.Secret == "" || two.On {
		return c.Redirect(http.StatusSeeOther, accountRoute)
	}
	address, err := twoStepURL(two.Secret, user.Email)
	if err != nil {
		return err
	}
	m := views.TwoStepPage{Form: wrong.form(ctx), Key: inGroups(string(two.Secret)), Required: required}
	if m.QR, err = picture(address); err != nil {
		return err
	}
	return s.showOfAccount(ctx, c, status, func(f views.Frame) templ.Component { return views.TwoStep(f, m) })
}

// inGroups is a key as people read it out.
func inGroups(key string) string {
	var out []string
	for len(key) > 4 {
		out, key = append(out, key[:4]), key[4:]
	}
	return strings.Join(append(out, key), " ")
}

// confirmTwoStep turns the second step on, once the app shows the right code,
// and shows the recovery codes in its answer: nothing may keep them until a
// next page.
func (s *Server) confirmTwoStep(c echo.Context) error {
	ctx, user := c.Request().Context(), visitorOf(c).user
	two, err := s.o.Store.TwoStep(ctx, user.ID)
	if err != nil {
		return err
	}
	if two.Secret == "" || two.On {
		return c.Redirect(http.StatusSeeOther, accountRoute)
	}
	mistake, status, err := s.checkOwnPassword(c, user, c.FormValue("password"))
	if err != nil {
		return err
	}
	if mistake != "" {
		return s.renderTwoStep(c, status, mistakes{{"password", mistake}})
	}
	step, fits := stepOf(two.Secret, plainCode(c.FormValue("code")), s.o.Now())
	if !fits {
		return s.renderTwoStep(c, http.StatusUnprocessableEntity, mistakes{{"code", "code_wrong"}})
	}
	kept, shown := newRecoveryCodes()
	err = s.audited(c, user.Email, store.AuditTwoStepOn, user.Email, nil, func(ctx context.Context, st *store.Store) error {
		if err := st.ConfirmTwoStep(ctx, user.ID, two.Secret, step, kept); err != nil || !visitorOf(c).lacks {
			return err
		}
		// Whoever else gave the password alone would come in by this code.
		_, err := st.EndOtherSessions(ctx, user.ID)
		return err
	})
	if err != nil {
		return err
	}
	return s.showRecoveryCodes(c, views.RecoveryCodesPage{Codes: shown, First: true, Required: visitorOf(c).lacks})
}

func (s *Server) showRecoveryCodes(c echo.Context, m views.RecoveryCodesPage) error {
	return s.showOfAccount(s.reader(c), c, http.StatusOK, func(f views.Frame) templ.Component { return views.RecoveryCodes(f, m) })
}

// askTwoStepOff and askRecoveryCodes ask for password and code before the
// second step is changed.
func (s *Server) askTwoStepOff(c echo.Context) error {
	if required, err := s.requiresSecondStep(c); err != nil || required {
		return err
	}
	return s.askTwoStep(c, http.StatusOK, views.TwoStepOff, nil)
}

func (s *Server) askRecoveryCodes(c echo.Context) error {
	return s.askTwoStep(c, http.StatusOK, views.TwoStepCodes, nil)
}

func (s *Server) askTwoStep(c echo.Context, status int, change views.TwoStepChange, wrong mistakes) error {
	ctx := s.reader(c)
	two, err := s.o.Store.TwoStep(ctx, visitorOf(c).user.ID)
	if err != nil {
		return err
	}
	if !two.On {
		return c.Redirect(http.StatusSeeOther, accountRoute)
	}
	m := views.TwoStepChangePage{Form: wrong.form(ctx), Change: change}
	return s.showOfAccount(ctx, c, status, func(f views.Frame) templ.Component { return views.ChangeTwoStep(f, m) })
}

// turnTwoStepOff leaves the password alone.
func (s *Server) turnTwoStepOff(c echo.Context) error {
	user := visitorOf(c).user
	if required, err := s.requiresSecondStep(c); err != nil || required {
		return err
	}
	if proven, err := s.proveTwoStep(c, user, views.TwoStepOff); err != nil || !proven {
		return err
	}
	err := s.audited(c, user.Email, store.AuditTwoStepOff, user.Email, nil, func(ctx context.Context, st *store.Store) error {
		return st.EndTwoStep(ctx, user.ID)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, accountRoute, "two_step_off")
}

// requiresSecondStep reports whether who asks must keep their second step. If so
// it has answered.
func (s *Server) requiresSecondStep(c echo.Context) (bool, error) {
	required, err := s.o.Store.SecondStep(c.Request().Context())
	if err != nil || !required.Of(visitorOf(c).user.Role) {
		return false, err
	}
	return true, s.redirect(c, accountRoute, "two_step_kept")
}

// renewRecoveryCodes ends the recovery codes of before.
func (s *Server) renewRecoveryCodes(c echo.Context) error {
	user := visitorOf(c).user
	if proven, err := s.proveTwoStep(c, user, views.TwoStepCodes); err != nil || !proven {
		return err
	}
	kept, shown := newRecoveryCodes()
	err := s.audited(c, user.Email, store.AuditRecoveryRenewed, user.Email, nil, func(ctx context.Context, st *store.Store) error {
		return st.RenewRecoveryCodes(ctx, user.ID, kept)
	})
	if err != nil {
		return err
	}
	return s.showRecoveryCodes(c, views.RecoveryCodesPage{Codes: shown})
}

// proveTwoStep asks for password and code. Unless both fit it has answered.
func (s *Server) proveTwoStep(c echo.Context, user store.User, change views.TwoStepChange) (proven bool, err error) {
	two, err := s.o.Store.TwoStep(c.Request().Context(), user.ID)
	if err != nil {
		return false, err
	}
	if !two.On {
		return false, c.Redirect(http.StatusSeeOther, accountRoute)
	}
	mistake, status, err := s.checkOwnPassword(c, user, c.FormValue("password"))
	if err != nil {
		return false, err
	}
	if mistake != "" {
		return false, s.askTwoStep(c, status, change, mistakes{{"password", mistake}})
	}
	_, err = s.takeCode(c, user, c.FormValue("code"))
	if code, status := refusal(c, err, "code_wrong"); code != "" {
		return false, s.askTwoStep(c, status, change, mistakes{{"code", code}})
	}
	return err == nil, err
}

// showOfAccount draws a page of the account.
func (s *Server) showOfAccount(ctx context.Context, c echo.Context, status int, page func(views.Frame) templ.Component) error {
	if v := visitorOf(c); v.lacks { // of the house they see nothing yet
		f := s.plainFrame(c)
		f.User = views.User{Name: v.user.Name, Email: v.user.Email}
		return s.render(ctx, c, status, page(f))
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	return s.render(ctx, c, status, page(s.frame(ctx, c, h, views.HereAccount)))
}
