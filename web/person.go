package web

import (
	"errors"
	"net/http"
	"strconv"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// person finds whom the address names.
func (s *Server) person(c echo.Context) (store.Person, error) {
	id, err := idOf(c)
	if err != nil {
		return store.Person{}, err
	}
	people, err := s.people(c.Request().Context())
	for _, p := range people {
		if p.ID == id {
			return p, nil
		}
	}
	if err == nil {
		err = store.ErrNotFound
	}
	return store.Person{}, err
}

// showPerson shows one person, and what can be changed.
func (s *Server) showPerson(c echo.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	return s.renderPerson(c, http.StatusOK, p, views.PersonPage{Form: personForm(p.Name, p.Role)})
}

func personForm(name string, role store.Role) views.Form {
	return views.Form{Values: map[string][]string{"name": {name}, "role": {string(role)}}}
}

func (s *Server) renderPerson(c echo.Context, status int, p store.Person, m views.PersonPage) error {
	ctx := s.reader(c)
	m.PersonRow, m.Action = s.personRow(ctx, c, p), personURL(p.ID, "")
	at := personURL(p.ID, "/sessions")
	if m.Self {
		at = sessionsRoute
	}
	var err error
	if m.Open, err = s.sessionRows(ctx, p.User, at); err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	f := s.frame(ctx, c, h, views.HerePeople)
	if m.New == nil { // which nothing may keep
		f = asTyped(f, m.Action)
	}
	return s.render(ctx, c, status, views.ShowPerson(f, m))
}

// savePerson gives a person another name or role. Pages ask for the role at
// each request, so it applies where they are signed in, too.
func (s *Server) savePerson(c echo.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	ctx, name, role := s.reader(c), typedName(c.FormValue("name")), store.Role(c.FormValue("role"))
	form := personForm(name, role)
	if asksAgain(c) {
		return s.renderPerson(c, http.StatusOK, p, views.PersonPage{Form: form})
	}
	wrong := func(field, code string, params map[string]string) {
		form.Mistakes = append(form.Mistakes, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, params)})
	}
	switch {
	case name == "":
		wrong("name", "missing", nil)
	case len(name) > maxName:
		wrong("name", "too_long", map[string]string{"max": strconv.Itoa(maxName)})
	}
	if !role.Valid() {
		wrong("role", "unknown_value", map[string]string{"value": string(role), "allowed": "viewer, editor, admin"})
	}
	if len(form.Mistakes) > 0 {
		return s.renderPerson(c, http.StatusUnprocessableEntity, p, views.PersonPage{Form: form})
	}
	left, err := s.leaves(ctx, p, role.Allows(store.Admin))
	if err != nil {
		return err
	}
	if c.FormValue("confirmed") == "" && left.leavesAnything() {
		return s.confirmDemote(ctx, c, p, name, role, left)
	}
	before, err := s.changePerson(c, p, name, role, left)
	if errors.Is(err, store.ErrLastAdmin) {
		wrong("role", "last_admin", nil)
		return s.renderPerson(c, http.StatusConflict, p, views.PersonPage{Form: form})
	}
	if err != nil {
		return err
	}
	if before.Name == name && before.Role == role {
		return s.redirect(c, personURL(before.ID, ""), "unchanged")
	}
	if before.ID == visitorOf(c).user.ID && !role.Allows(store.Admin) {
		return s.redirect(c, "/", "user_saved")
	}
	return s.redirect(c, personURL(before.ID, ""), "user_saved")
}

// changePerson gives a person another name and role, revokes what is to be
// revoked of their keys, and writes down what is different.
func (s *Server) changePerson(c echo.Context, p store.Person, name string, role store.Role, left leaving) (before store.User, err error) {
	ctx := c.Request().Context()
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if before, err = st.ChangeUser(ctx, p.ID, name, role); err != nil {
			return err
		}
		changed := map[string]string{}
		if before.Name != name {
			changed["name"], changed["name_before"] = name, before.Name
		}
		if before.Role != role {
			changed["role"], changed["role_before"] = string(role), string(before.Role)
		}
		if len(changed) == 0 {
			return nil
		}
		if err := s.auditIn(st, c, visitorOf(c).who, store.AuditUserChanged, before.Email, changed); err != nil {
			return err
		}
		return s.revokeLeft(ctx, st, c, left)
	})
	return before, err
}

// confirmDeactivate says what it means before it is done.
func (s *Server) confirmDeactivate(c echo.Context) error {
	return s.renderDeactivate(c, http.StatusOK, "")
}

func (s *Server) renderDeactivate(c echo.Context, status int, mistake string) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	if !p.DeactivatedAt.IsZero() {
		return store.ErrNotFound
	}
	ctx := s.reader(c)
	left, err := s.leaves(ctx, p, false)
	if err != nil {
		return err
	}
	m := views.DeactivatePage{PersonRow: s.personRow(ctx, c, p), Action: personURL(p.ID, "/deactivate"), LeavePage: s.leavePage(ctx, c, p, left, true)}
	if mistake != "" {
		m.Form.Mistakes = []views.Mistake{{Text: views.ProblemText(ctx, mistake, nil)}}
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	return s.render(ctx, c, status, views.Deactivate(s.frame(ctx, c, h, views.HerePeople), m))
}

// deactivate keeps a person out from now on.
func (s *Server) deactivate(c echo.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	left, err := s.leaves(ctx, p, false)
	if err != nil {
		return err
	}
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if err := st.DeactivateUser(ctx, p.ID); err != nil {
			return err
		}
		if err := s.auditIn(st, c, visitorOf(c).who, store.AuditUserDeactivated, p.Email, map[string]string{"role": string(p.Role)}); err != nil {
			return err
		}
		return s.revokeLeft(ctx, st, c, left)
	})
	if errors.Is(err, store.ErrLastAdmin) {
		return s.renderDeactivate(c, http.StatusConflict, "last_admin")
	}
	if err != nil {
		return err
	}
	return s.redirect(c, personURL(p.ID, ""), "user_deactivated")
}

// reactivate lets a person in again.
func (s *Server) reactivate(c echo.Context) error {
	p, err := s.person(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if err := st.ReactivateUser(ctx, p.ID); err != nil {
			return err
		}
		return s.auditIn(st, c, visitorOf(c).who, store.AuditUserReactivated, p.Email, map[string]string{"role": string(p.Role)})
	})
	if err != nil {
		return err
	}
	return s.redirect(c, personURL(p.ID, ""), "user_reactivated")
}

// openReset makes a link with which a person sets a new password, and shows it
// in its answer, as that of an invitation.
func (s *Server) openReset(c echo.Context) error {
	ctx := s.reader(c)
	p, err := s.person(c)
	if err != nil {
		return err
	}
	var token store.Secret
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if token, err = st.OpenReset(ctx, p.ID); err != nil {
			return err
		}
		return s.auditIn(st, c, visitorOf(c).who, store.AuditResetOpened, p.Email, nil)
	})
	if err != nil {
		return err
	}
	return s.renderPerson(c, http.StatusOK, p, views.PersonPage{Form: personForm(p.Name, p.Role),
		New: &views.NewLink{Kind: "reset", Email: p.Email, URL: s.public.String() + "/reset/" + string(token), Until: s.linkUntil(ctx, store.ResetLife)}})
}
