package web

import (
	"context"
	"errors"
	"net/http"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	accountRoute  = "/account"
	sessionsRoute = accountRoute + "/sessions"
)

// showAccount shows a person what is theirs: their password, the second step
// of their sign-in, and where they are signed in.
func (s *Server) showAccount(c echo.Context) error {
	return s.renderAccount(c, http.StatusOK, views.Form{})
}

func (s *Server) renderAccount(c echo.Context, status int, form views.Form) error {
	ctx, u := s.reader(c), visitorOf(c).user
	two, err := s.o.Store.TwoStep(ctx, u.ID)
	if err != nil {
		return err
	}
	m := views.AccountPage{Form: form, TwoStep: views.AccountTwoStep{On: two.On, Since: views.On(ctx, two.Since), CodesLeft: two.CodesLeft}}
	required, err := s.o.Store.SecondStep(ctx)
	if err != nil {
		return err
	}
	m.TwoStep.Required = required.Of(u.Role)
	if m.Sessions, err = s.sessionRows(ctx, u, sessionsRoute); err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	return s.render(ctx, c, status, views.Account(s.frame(ctx, c, h, views.HereAccount), m))
}

// sessionRows are the sessions that still open something, this one first. at is
// where they are ended.
func (s *Server) sessionRows(ctx context.Context, u store.User, at string) ([]views.SessionRow, error) {
	open, err := s.o.Store.UserSessions(ctx, u.ID, s.o.Now().Add(-sessionIdle))
	if err != nil {
		return nil, err
	}
	var current, others []views.SessionRow
	for _, one := range open {
		from := agentOf(one.Agent)
		row := views.SessionRow{Browser: from.browser, System: from.system, Address: one.Address, Current: one.Current,
			Began: views.On(ctx, one.CreatedAt), Seen: views.Ago(ctx, one.SeenAt, s.o.Now()), EndURL: at + "/" + one.ID + "/end"}
		if one.Current {
			current = append(current, row)
		} else {
			others = append(others, row)
		}
	}
	return append(current, others...), nil
}

// changePassword takes the password in use and another, and ends all other
// sessions.
func (s *Server) changePassword(c echo.Context) error {
	ctx, user := c.Request().Context(), visitorOf(c).user
	current, chosen := c.FormValue("current"), c.FormValue("new")
	wrong := mistakes{}
	if current == "" {
		wrong.add("current", "missing")
	}
	if code := passwordMistake(chosen, user.Email); code != "" {
		wrong.add("new", code)
	}
	status := http.StatusUnprocessableEntity
	if len(wrong) == 0 {
		code, answer, err := s.checkOwnPassword(c, user, current)
		if err != nil {
			return err
		}
		switch {
		case code != "":
			wrong.add("current", code)
			status = answer
		case chosen == current:
			wrong.add("new", "password_same")
		}
	}
	if len(wrong) > 0 {
		return s.renderAccount(c, status, wrong.form(s.reader(c)))
	}
	hash, err := s.passwords.hash(ctx, chosen)
	if err != nil {
		return err
	}
	began, err := s.sessionBegan(ctx, user)
	if err != nil {
		return err
	}
	err = s.audited(c, user.Email, store.AuditPasswordChanged, user.Email, nil, func(ctx context.Context, st *store.Store) error {
		return st.ReplacePassword(ctx, user, hash)
	})
	if err != nil {
		return err
	}
	user.Password = hash
	if err := s.newSession(c, user, began); err != nil {
		return err
	}
	return s.redirect(c, accountRoute, "password_changed")
}

// checkOwnPassword asks somebody signed in for their password again, and
// returns what is wrong with it and the status to say so with.
func (s *Server) checkOwnPassword(c echo.Context, user store.User, password string) (mistake string, status int, err error) {
	_, err = s.authenticate(c, user.Email, password)
	if errors.Is(err, errWrongPassword) {
		if err := s.audit(c, user.Email, store.AuditPasswordRefused, user.Email, nil); err != nil {
			return "", 0, err
		}
	}
	if mistake, status = refusal(c, err, "password_wrong"); mistake != "" {
		return mistake, status, nil
	}
	return "", 0, err
}

// mistakes are the codes of what is wrong, with their fields.
type mistakes [][2]string

func (m *mistakes) add(field, code string) { *m = append(*m, [2]string{field, code}) }

func (m mistakes) form(ctx context.Context) views.Form {
	var f views.Form
	for _, one := range m {
		f.Mistakes = append(f.Mistakes, views.Mistake{Field: one[0], Text: views.ProblemText(ctx, one[1], nil)})
	}
	return f
}

// endSession ends one of the sessions of who asks, at once.
func (s *Server) endSession(c echo.Context) error {
	ctx, user := c.Request().Context(), visitorOf(c).user
	err := s.o.Store.Together(ctx, func(st *store.Store) error {
		if err := st.EndSession(ctx, user.ID, c.Param("id")); err != nil {
			return err
		}
		return s.auditIn(st, c, user.Email, store.AuditSessionEnded, user.Email, nil)
	})
	if err != nil {
		return err
	}
	return s.redirect(c, accountRoute, "session_ended")
}

// endOtherSessions ends all sessions of who asks but this one.
func (s *Server) endOtherSessions(c echo.Context) error {
	ctx, user, ended := c.Request().Context(), visitorOf(c).user, int64(0)
	err := s.o.Store.Together(ctx, func(st *store.Store) (err error) {
		if ended, err = st.EndOtherSessions(ctx, user.ID); err != nil || ended == 0 {
			return err
		}
		return s.auditIn(st, c, user.Email, store.AuditSessionsEnded, user.Email, nil)
	})
	if err != nil {
		return err
	}
	if ended == 0 {
		return s.redirect(c, accountRoute, "no_other_session")
	}
	return s.redirect(c, accountRoute, "sessions_ended")
}
