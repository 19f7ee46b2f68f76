package web

import (
	"errors"
	"net/http"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	invitationRoute = "/invite/:token"
	resetRoute      = "/reset/:token"
)

// link asks the store for what a link of the address opens. A token that opens
// nothing counts as a guess of its network, like a wrong password.
func link[T any](s *Server, c echo.Context, find func(store.Secret) (T, error)) (T, error) {
	giveBack, ok := s.guessers.take(c.RealIP(), s.o.Now())
	if !ok {
		var none T
		return none, throttled{time.Minute}
	}
	found, err := find(store.Secret(c.Param("token")))
	if !errors.Is(err, store.ErrNotFound) {
		giveBack()
	}
	return found, err
}

// linkGone says what a link that opens nothing was for, and whom to ask.
func (s *Server) linkGone(c echo.Context, kind string) error {
	return s.render(s.reader(c), c, http.StatusNotFound, views.LinkGone(s.plainFrame(c), views.LinkGonePage{Kind: kind}))
}

func (s *Server) openInvitation(c echo.Context) (store.Invitation, error) {
	return link(s, c, func(token store.Secret) (store.Invitation, error) {
		return s.o.Store.OpenInvitation(c.Request().Context(), token)
	})
}

// showInvitation offers an account to whoever has the link.
func (s *Server) showInvitation(c echo.Context) error {
	i, err := s.openInvitation(c)
	if errors.Is(err, store.ErrNotFound) {
		return s.linkGone(c, "invite")
	}
	if err != nil {
		return err
	}
	return s.renderInvitation(c, http.StatusOK, i, newUser{name: i.Name}, nil)
}

func (s *Server) renderInvitation(c echo.Context, status int, i store.Invitation, typed newUser, mistakes map[string]string) error {
	ctx := s.reader(c)
	m := views.InvitationPage{Action: "/invite/" + c.Param("token"), Email: i.Email, Role: string(i.Role), By: i.InvitedBy,
		Form: views.Form{Values: map[string][]string{"name": {typed.name}}}}
	if u, err := s.o.Store.UserByEmail(ctx, i.InvitedBy); err == nil {
		m.By = u.Name
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for _, field := range []string{"name", "password"} {
		if code := mistakes[field]; code != "" {
			m.Form.Mistakes = append(m.Form.Mistakes, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, map[string]string{"max": "200"})})
		}
	}
	return s.render(ctx, c, status, views.ShowInvitation(s.plainFrame(c), m))
}

// acceptInvitation makes the account and signs its owner in.
func (s *Server) acceptInvitation(c echo.Context) error {
	ctx := c.Request().Context()
	i, err := s.openInvitation(c)
	if errors.Is(err, store.ErrNotFound) {
		return s.linkGone(c, "invite")
	}
	if err != nil {
		return err
	}
	typed := newUser{i.Email, typedName(c.FormValue("name")), c.FormValue("password")}
	if mistakes := typed.mistakes(); len(mistakes) > 0 {
		return s.renderInvitation(c, http.StatusUnprocessableEntity, i, typed, mistakes)
	}
	hash, err := s.passwords.hash(ctx, typed.password)
	if err != nil {
		return err
	}
	var u store.User
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		u, err = st.AcceptInvitation(ctx, store.Secret(c.Param("token")), store.User{Name: typed.name, Password: hash, Locale: s.localeOf(c)})
		if err != nil {
			return err
		}
		return s.auditIn(st, c, u.Email, store.AuditJoined, u.Email, map[string]string{"role": string(u.Role)})
	})
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) { // taken or withdrawn meanwhile
		return s.linkGone(c, "invite")
	}
	if err != nil {
		return err
	}
	if err := s.beginSession(c, u); err != nil {
		return err
	}
	return s.redirect(c, "/", "joined")
}

func (s *Server) resetUser(c echo.Context) (store.User, error) {
	return link(s, c, func(token store.Secret) (store.User, error) {
		return s.o.Store.ResetUser(c.Request().Context(), token)
	})
}

// showReset asks whoever has the link for a new password.
func (s *Server) showReset(c echo.Context) error {
	u, err := s.resetUser(c)
	if errors.Is(err, store.ErrNotFound) {
		return s.linkGone(c, "reset")
	}
	if err != nil {
		return err
	}
	return s.renderReset(c, http.StatusOK, u, "")
}

func (s *Server) renderReset(c echo.Context, status int, u store.User, mistake string) error {
	ctx := s.reader(c)
	m := views.ResetPage{Action: "/reset/" + c.Param("token"), Email: u.Email}
	if mistake != "" {
		m.Form.Mistakes = []views.Mistake{{Field: "password", Text: views.ProblemText(ctx, mistake, nil)}}
	}
	return s.render(ctx, c, status, views.Reset(s.plainFrame(c), m))
}

// finishReset sets the password. It signs nobody in: the sign-in asks for the
// second step, too, which a link must not go round.
func (s *Server) finishReset(c echo.Context) error {
	ctx := c.Request().Context()
	u, err := s.resetUser(c)
	if errors.Is(err, store.ErrNotFound) {
		return s.linkGone(c, "reset")
	}
	if err != nil {
		return err
	}
	password := c.FormValue("password")
	if code := passwordMistake(password, u.Email); code != "" {
		return s.renderReset(c, http.StatusUnprocessableEntity, u, code)
	}
	hash, err := s.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if u, err = st.FinishReset(ctx, store.Secret(c.Param("token")), hash); err != nil {
			return err
		}
		return s.auditIn(st, c, u.Email, store.AuditPasswordReset, u.Email, nil)
	})
	if errors.Is(err, store.ErrNotFound) {
		return s.linkGone(c, "reset")
	}
	if err != nil {
		return err
	}
	// Whose session this browser had is over, too; the message needs a new one.
	if err := s.emptySession(ctx); err != nil {
		return err
	}
	return s.redirect(c, signInRoute, "password_reset")
}
