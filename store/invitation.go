package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ErrHasAccount is returned for the invitation of somebody who has an account.
var ErrHasAccount = errors.New("the address has an account")

// InvitationLife is how long the link of an invitation works.
const InvitationLife = 7 * 24 * time.Hour

// Invitation lets whoever has its link become a user. The link's token is not
// kept, only what it is recognised by.
type Invitation struct {
	ID        int64
	Email     string // lower case
	Name      string // "" = they say it themselves
	Role      Role
	InvitedBy string // e-mail
	CreatedAt time.Time
	ExpiresAt time.Time
}

type invitationRow struct {
	ID                           int64
	Email, Name, Role, InvitedBy string
	CreatedAt, ExpiresAt         int64
}

func (r invitationRow) plain() Invitation {
	return Invitation{r.ID, r.Email, r.Name, Role(r.Role), r.InvitedBy, fromMicros(r.CreatedAt), fromMicros(r.ExpiresAt)}
}

const invitationColumns = "id, email, name, role, invited_by, created_at, expires_at"

// newToken is a secret that stands in a link, and what it is recognised by.
func newToken() (Secret, []byte) {
	token := Secret(strings.ToLower(rand.Text()))
	return token, tokenHash(token)
}

func tokenHash(token Secret) []byte {
	hash := sha256.Sum256([]byte(token))
	return hash[:]
}

// Invite keeps an invitation and returns the token of its link, the only time
// it can be read. It returns ErrHasAccount when the address has an account,
// and ErrConflict when it is invited already.
func (s *Store) Invite(ctx context.Context, i Invitation) (Secret, error) {
	token, hash := newToken()
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var n int64
		if err := tx.Raw("SELECT count(*) FROM users WHERE email = ?", plainEmail(i.Email)).Scan(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			return ErrHasAccount
		}
		now := s.now()
		res := tx.Exec(`INSERT INTO invitations (email, name, role, hash, invited_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (email) DO NOTHING`, plainEmail(i.Email), clean(i.Name), string(i.Role), hash, clean(i.InvitedBy), micros(now), micros(now.Add(InvitationLife)))
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrConflict
		}
		return res.Error
	})
	if err != nil {
		return "", fmt.Errorf("store: invite: %w", err)
	}
	return token, nil
}

// Invitations returns those that nobody took, also expired ones, the newest
// first.
func (s *Store) Invitations(ctx context.Context) ([]Invitation, error) {
	var found []invitationRow
	if err := s.r.WithContext(ctx).Raw("SELECT " + invitationColumns + " FROM invitations ORDER BY created_at DESC, id DESC").Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("store: read invitations: %w", err)
	}
	out := make([]Invitation, len(found))
	for i, f := range found {
		out[i] = f.plain()
	}
	return out, nil
}

// OpenInvitation returns the invitation of a link that works. It returns
// ErrNotFound for one that never did, or no longer.
func (s *Store) OpenInvitation(ctx context.Context, token Secret) (Invitation, error) {
	var found []invitationRow
	over, tooFar := s.linkTimes(InvitationLife)
	err := s.r.WithContext(ctx).Raw("SELECT "+invitationColumns+" FROM invitations WHERE hash = ? AND "+linkWorks, tokenHash(token), over, tooFar).Scan(&found).Error
	if err != nil {
		return Invitation{}, fmt.Errorf("store: read invitation: %w", err)
	}
	if len(found) == 0 {
		return Invitation{}, ErrNotFound
	}
	return found[0].plain(), nil
}

// RenewInvitation gives an invitation another link, and time anew. The link of
// before ends. It returns ErrNotFound when there is no such invitation.
func (s *Store) RenewInvitation(ctx context.Context, id int64, by string) (Invitation, Secret, error) {
	token, hash := newToken()
	var found []invitationRow
	err := s.w.WithContext(ctx).Raw("UPDATE invitations SET hash = ?, invited_by = ?, expires_at = ? WHERE id = ? RETURNING "+invitationColumns,
		hash, clean(by), micros(s.now().Add(InvitationLife)), id).Scan(&found).Error
	if err != nil {
		return Invitation{}, "", fmt.Errorf("store: renew invitation: %w", err)
	}
	if len(found) == 0 {
		return Invitation{}, "", ErrNotFound
	}
	return found[0].plain(), token, nil
}

// WithdrawInvitation ends an invitation and returns what it was.
func (s *Store) WithdrawInvitation(ctx context.Context, id int64) (Invitation, error) {
	var found []invitationRow
	err := s.w.WithContext(ctx).Raw("DELETE FROM invitations WHERE id = ? RETURNING "+invitationColumns, id).Scan(&found).Error
	if err != nil {
		return Invitation{}, fmt.Errorf("store: withdraw invitation: %w", err)
	}
	if len(found) == 0 {
		return Invitation{}, ErrNotFound
	}
	return found[0].plain(), nil
}

// AcceptInvitation makes the user who was invited, once: it returns
// ErrNotFound when the link works no longer. Address and role are those of the
// invitation.
func (s *Store) AcceptInvitation(ctx context.Context, token Secret, u User) (User, error) {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var found []invitationRow
		over, tooFar := s.linkTimes(InvitationLife)
		err := tx.Raw("DELETE FROM invitations WHERE hash = ? AND "+linkWorks+" RETURNING "+invitationColumns, tokenHash(token), over, tooFar).Scan(&found).Error
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNotFound
		}
		u.Email, u.Role = found[0].Email, Role(found[0].Role)
		ids, err := s.insertUser(tx, u)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return ErrConflict
		}
		u.ID = ids[0]
		return nil
	})
	if err != nil {
		return User{}, fmt.Errorf("store: accept invitation: %w", err)
	}
	return u, nil
}
