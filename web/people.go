package web

import (
	"context"
	"errors"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	peopleRoute      = "/people"
	personRoute      = peopleRoute + "/:id"
	invitationsRoute = peopleRoute + "/invitations"
)

// maxName is more than a name needs.
const maxName = 200

// listPeople shows who may sign in and who is invited.
func (s *Server) listPeople(c echo.Context) error {
	return s.renderPeople(c, http.StatusOK, views.PeoplePage{Form: inviteForm(store.Invitation{Role: store.Viewer})})
}

func inviteForm(i store.Invitation) views.Form {
	return views.Form{Values: map[string][]string{"name": {i.Name}, "email": {i.Email}, "role": {string(i.Role)}}}
}

func (s *Server) renderPeople(c echo.Context, status int, m views.PeoplePage) error {
	ctx := s.reader(c)
	people, err := s.people(ctx)
	if err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range people {
		names[p.Email] = p.Name
		m.Rows = append(m.Rows, s.personRow(ctx, c, p))
	}
	if err := s.addSecondStep(ctx, c, &m, people); err != nil {
		return err
	}
	invitations, err := s.o.Store.Invitations(ctx)
	if err != nil {
		return err
	}
	for _, i := range invitations {
		m.Invitations = append(m.Invitations, s.invitationRow(ctx, i, names))
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	f := s.frame(ctx, c, h, views.HerePeople)
	if m.New == nil { // which nothing may keep
		f = asTyped(f, peopleRoute)
	}
	return s.render(ctx, c, status, views.People(f, m))
}

// people are all with an account. A session that nobody used for long is none.
func (s *Server) people(ctx context.Context) ([]store.Person, error) {
	return s.o.Store.People(ctx, s.o.Now().Add(-sessionIdle))
}

func (s *Server) personRow(ctx context.Context, c echo.Context, p store.Person) views.PersonRow {
	row := views.PersonRow{Name: p.Name, Email: p.Email, Role: string(p.Role), Sessions: p.Sessions, TwoStep: p.TwoStep,
		Self: p.ID == visitorOf(c).user.ID, URL: personURL(p.ID, ""), CreatedAt: views.On(ctx, p.CreatedAt), DeactivatedAt: views.On(ctx, p.DeactivatedAt)}
	if !p.SeenAt.IsZero() {
		row.SeenAt = views.Ago(ctx, p.SeenAt, s.o.Now())
	}
	return row
}

func personURL(id int64, do string) string {
	return peopleRoute + "/" + strconv.FormatInt(id, 10) + do
}

func (s *Server) invitationRow(ctx context.Context, i store.Invitation, names map[string]string) views.InvitationRow {
	at := invitationsRoute + "/" + strconv.FormatInt(i.ID, 10)
	by := names[i.InvitedBy]
	if by == "" {
		by = i.InvitedBy
	}
	return views.InvitationRow{Name: i.Name, Email: i.Email, Role: string(i.Role), By: by, ExpiresAt: views.On(ctx, i.ExpiresAt),
		Expired: !i.ExpiresAt.After(s.o.Now()), RenewURL: at + "/renew", WithdrawURL: at + "/withdraw"}
}

// invite makes an invitation and shows its link in the answer: no redirect,
// since nothing may keep the link until a next page.
func (s *Server) invite(c echo.Context) error {
	ctx, who := s.reader(c), visitorOf(c).who
	typed := store.Invitation{Name: typedName(c.FormValue("name")), Email: strings.TrimSpace(c.FormValue("email")), Role: store.Role(c.FormValue("role")), InvitedBy: who}
	m := views.PeoplePage{Form: inviteForm(typed)}
	if asksAgain(c) {
		return s.renderPeople(c, http.StatusOK, m)
	}
	if m.Form.Mistakes = inviteMistakes(ctx, typed); len(m.Form.Mistakes) > 0 {
		return s.renderPeople(c, http.StatusUnprocessableEntity, m)
	}
	var token store.Secret
	object := strings.ToLower(typed.Email)
	err := s.audited(c, who, store.AuditInvited, object, map[string]string{"role": string(typed.Role)}, func(ctx context.Context, st *store.Store) (err error) {
		token, err = st.Invite(ctx, typed)
		return err
	})
	if mistake := inviteRefused(ctx, err, typed.Email); mistake != nil {
		m.Form.Mistakes = mistake
		return s.renderPeople(c, http.StatusUnprocessableEntity, m)
	}
	if err != nil {
		return err
	}
	return s.showInvitationLink(c, object, token)
}

// inviteMistakes tells what is wrong with an invitation as typed.
func inviteMistakes(ctx context.Context, i store.Invitation) []views.Mistake {
	var out []views.Mistake
	wrong := func(field, code string, params map[string]string) {
		out = append(out, views.Mistake{Field: field, Text: views.ProblemText(ctx, code, params)})
	}
	if !isEmail(i.Email) {
		wrong("email", "bad_email", map[string]string{"value": i.Email})
	}
	if len(i.Name) > maxName {
		wrong("name", "too_long", map[string]string{"max": strconv.Itoa(maxName)})
	}
	if !i.Role.Valid() {
		wrong("role", "unknown_value", map[string]string{"value": string(i.Role), "allowed": "viewer, editor, admin"})
	}
	return out
}

// inviteRefused words why the store takes no invitation of an address.
func inviteRefused(ctx context.Context, err error, email string) []views.Mistake {
	code := ""
	switch {
	case errors.Is(err, store.ErrHasAccount):
		code = "has_account"
	case errors.Is(err, store.ErrConflict):
		code = "invited_already"
	default:
		return nil
	}
	return []views.Mistake{{Field: "email", Text: views.ProblemText(ctx, code, map[string]string{"value": email})}}
}

// isEmail reports whether it is one address and nothing beside.
func isEmail(typed string) bool {
	a, err := mail.ParseAddress(typed)
	return err == nil && a.Address == typed && len(typed) <= 254
}

func (s *Server) showInvitationLink(c echo.Context, email string, token store.Secret) error {
	ctx := s.reader(c)
	return s.renderPeople(c, http.StatusOK, views.PeoplePage{Form: inviteForm(store.Invitation{Role: store.Viewer}),
		New: &views.NewLink{Kind: "invite", Email: email, URL: s.public.String() + "/invite/" + string(token), Until: s.linkUntil(ctx, store.InvitationLife)}})
}

// idOf is the number that the address names.
func idOf(c echo.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return 0, store.ErrNotFound
	}
	return id, nil
}

// renewInvitation gives an invitation another link; that of before ends.
func (s *Server) renewInvitation(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	ctx, who := c.Request().Context(), visitorOf(c).who
	var i store.Invitation
	var token store.Secret
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		if i, token, err = st.RenewInvitation(ctx, id, who); err != nil {
			return err
		}
		return s.auditIn(st, c, who, store.AuditInvitationRenewed, i.Email, map[string]string{"role": string(i.Role)})
	})
	if err != nil {
		return err
	}
	return s.showInvitationLink(c, i.Email, token)
}

// withdrawInvitation ends an invitation.
func (s *Server) withdrawInvitation(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	err = s.o.Store.Together(ctx, func(st *store.Store) error {
		i, err := st.WithdrawInvitation(ctx, id)
		if err != nil {
			return err
		}
		return s.auditIn(st, c, visitorOf(c).who, store.AuditInvitationWithdrawn, i.Email, map[string]string{"role": string(i.Role)})
	})
	if err != nil {
		return err
	}
	return s.redirect(c, peopleRoute, "invitation_withdrawn")
}

// seen notes now and then that somebody is here.
func (s *Server) seen(ctx context.Context, u store.User) error {
	if u.ID == 0 {
		return nil
	}
	return s.o.Store.SeeUser(context.WithoutCancel(ctx), u)
}

// linkUntil is when a link made now ends, in words.
func (s *Server) linkUntil(ctx context.Context, life time.Duration) string {
	return views.DateTime(ctx, s.o.Now().Add(life))
}
