package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// leaving is what somebody leaves behind who is an admin no longer: the API
// keys they made that still work, and their open invitations.
type leaving struct {
	keys        []store.APIKey
	invitations int
}

func (l leaving) leavesAnything() bool { return len(l.keys) > 0 || l.invitations > 0 }

// leaves finds what a person leaves behind; nothing when they stay an admin, or
// are none.
func (s *Server) leaves(ctx context.Context, p store.Person, stays bool) (l leaving, err error) {
	if stays || p.Role != store.Admin || !p.DeactivatedAt.IsZero() {
		return l, nil
	}
	keys, err := s.o.Store.APIKeys(ctx)
	if err != nil {
		return l, err
	}
	for _, k := range keys {
		if k.MadeBy == p.Email && k.RevokedAt.IsZero() {
			l.keys = append(l.keys, k)
		}
	}
	open, err := s.o.Store.Invitations(ctx)
	for _, i := range open {
		if i.InvitedBy == p.Email && i.ExpiresAt.After(s.o.Now()) {
			l.invitations++
		}
	}
	return l, err
}

// leavePage is what is left behind as the page shows it. revoke says whether
// the keys are revoked unless somebody wants to keep them; a form that was sent
// says it of each.
func (s *Server) leavePage(ctx context.Context, c echo.Context, p store.Person, l leaving, revoke bool) views.LeavePage {
	m := views.LeavePage{Admin: p.Role == store.Admin, Invitations: l.invitations}
	for _, k := range l.keys {
		id, row := strconv.FormatInt(k.ID, 10), s.keyRow(ctx, k)
		one := views.LeftKey{ID: id, Name: k.Name, Role: row.Role, CreatedAt: row.CreatedAt, UsedAt: row.UsedAt, Revoke: revoke}
		if c.FormValue("asked") != "" {
			one.Revoke = slices.Contains(c.Request().PostForm["key"], id)
		}
		m.Keys = append(m.Keys, one)
	}
	return m
}

// revokeLeft revokes those of the keys left behind that the form names.
func (s *Server) revokeLeft(ctx context.Context, st *store.Store, c echo.Context, l leaving) error {
	for _, k := range l.keys {
		if !slices.Contains(c.Request().PostForm["key"], strconv.FormatInt(k.ID, 10)) {
			continue
		}
		if err := s.revokeKeyIn(ctx, st, c, k); err != nil {
			return err
		}
	}
	return nil
}

// confirmDemote says what an admin leaves behind before they are none.
func (s *Server) confirmDemote(ctx context.Context, c echo.Context, p store.Person, name string, role store.Role, l leaving) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m := views.DemotePage{PersonRow: s.personRow(ctx, c, p), Action: personURL(p.ID, ""), NewName: name, New: string(role), LeavePage: s.leavePage(ctx, c, p, l, false)}
	return s.render(ctx, c, http.StatusOK, views.Demote(s.frame(ctx, c, h, views.HerePeople), m))
}
