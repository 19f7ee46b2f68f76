package web

import (
	"context"
	"net/http"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// showSetup offers the form of the first admin to whoever has the link.
func (s *Server) showSetup(c echo.Context) error {
	open, err := s.o.Store.SetupIsOpen(c.Request().Context(), store.Secret(c.Param("token")))
	if err != nil {
		return err
	}
	if !open {
		return store.ErrNotFound
	}
	return s.renderSetup(c, http.StatusOK, c.Param("token"), newUser{}, nil)
}

func (s *Server) renderSetup(c echo.Context, status int, token string, typed newUser, mistakes map[string]string) error {
	ctx := s.reader(c)
	m := views.SetupPage{Action: "/setup/" + token, Form: views.Form{Values: map[string][]string{"email": {typed.email}, "name": {typed.name}}}}
	for _, field := range []string{"email", "name", "password"} {
		if code := mistakes[field]; code != "" {
			m.Form.Mistakes = append(m.Form.Mistakes, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, map[string]string{"value": typed.email, "max": "200"})})
		}
	}
	return s.render(ctx, c, status, views.Setup(s.plainFrame(c), m))
}

// newUser is what the form of the first admin asks for.
type newUser struct{ email, name, password string }

// finishSetup makes the first admin and signs them in.
func (s *Server) finishSetup(c echo.Context) error {
	ctx, token := c.Request().Context(), store.Secret(c.Param("token"))
	open, err := s.o.Store.SetupIsOpen(ctx, token)
	if err != nil {
		return err
	}
	if !open {
		return store.ErrNotFound
	}
	typed := newUser{strings.TrimSpace(c.FormValue("email")), typedName(c.FormValue("name")), c.FormValue("password")}
	if mistakes := typed.mistakes(); len(mistakes) > 0 {
		return s.renderSetup(c, http.StatusUnprocessableEntity, string(token), typed, mistakes)
	}
	hash, err := s.passwords.hash(ctx, typed.password)
	if err != nil {
		return err
	}
	var id int64
	err = s.audited(c, strings.ToLower(typed.email), store.AuditSetup, "first admin", nil, func(ctx context.Context, st *store.Store) (err error) {
		id, err = st.FinishSetup(ctx, token, store.User{Email: typed.email, Name: typed.name, Role: store.Admin, Password: hash, Locale: s.localeOf(c)})
		return err
	})
	if err != nil {
		return err
	}
	if err := s.beginSession(c, store.User{ID: id, Password: hash}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, startRoute)
}

// typedName is a name without what no keyboard types.
func typedName(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s))
}

// mistakes are the codes of what is wrong, by field.
func (u newUser) mistakes() map[string]string {
	found := map[string]string{}
	if a, err := mail.ParseAddress(u.email); err != nil || a.Address != u.email || len(u.email) > 254 {
		found["email"] = "bad_email"
	}
	if u.name == "" {
		found["name"] = "missing"
	}
	if len(u.name) > 200 {
		found["name"] = "too_long"
	}
	if code := passwordMistake(u.password, u.email); code != "" {
		found["password"] = code
	}
	return found
}
