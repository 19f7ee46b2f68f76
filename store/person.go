package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Person is a user as those who look after the house see them.
type Person struct {
	User
	Sessions int  // browsers in which they are signed in
	TwoStep  bool // their sign-in asks for a code, too
}

type personRow struct {
	User            userRow `gorm:"embedded"`
	Sessions, Steps int64
}

// People returns everybody by name, also those deactivated. A session counts
// that was used since.
func (s *Store) People(ctx context.Context, since time.Time) ([]Person, error) {
	var found []personRow
	err := s.r.WithContext(ctx).Raw(`SELECT `+userColumns+`,
			(SELECT count(*) FROM sessions WHERE user_id = users.id AND expires_at > ? AND sessions.seen_at >= ?) AS sessions,
			(SELECT count(*) FROM two_steps WHERE user_id = users.id AND confirmed_at > 0) AS steps
		FROM users ORDER BY lower(name), email`, micros(s.now()), micros(since)).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read people: %w", err)
	}
	out := make([]Person, len(found))
	for i, f := range found {
		out[i] = Person{User: f.User.plain(), Sessions: int(f.Sessions), TwoStep: f.Steps > 0}
	}
	return out, nil
}

// ChangeUser gives a person another name and role, and returns who they were.
// It returns ErrLastAdmin when nobody would be left who may decide.
func (s *Store) ChangeUser(ctx context.Context, id int64, name string, role Role) (before User, err error) {
	guard := notLastAdmin
	if role == Admin {
		guard = "id > 0"
	}
	before, err = s.changeUser(ctx, "id = ?", id, func(tx *gorm.DB, u User) (int64, error) {
		res := tx.Exec("UPDATE users SET name = ?, role = ? WHERE id = ? AND "+guard, clean(name), string(role), u.ID)
		if res.Error != nil || res.RowsAffected == 0 || role == Admin {
			return res.RowsAffected, res.Error
		}
		return res.RowsAffected, s.endLinksSeenBy(tx, u)
	})
	if err != nil {
		return User{}, fmt.Errorf("store: change user: %w", err)
	}
	return before, nil
}

// DeactivateUser keeps a person from signing in, and ends their sessions and a
// link to set a password. It returns ErrLastAdmin when nobody would be left who
// may decide, and ErrNotFound for who is deactivated already.
func (s *Store) DeactivateUser(ctx context.Context, id int64) error {
	_, err := s.changeUser(ctx, "deactivated_at = 0 AND id = ?", id, func(tx *gorm.DB, u User) (int64, error) {
		res := tx.Exec("UPDATE users SET deactivated_at = ? WHERE id = ? AND "+notLastAdmin, micros(s.now()), u.ID)
		if res.Error != nil || res.RowsAffected == 0 {
			return 0, res.Error
		}
		if err := endAccess(tx, u.ID); err != nil {
			return 0, err
		}
		return res.RowsAffected, s.endLinksSeenBy(tx, u)
	})
	if err != nil {
		return fmt.Errorf("store: deactivate user: %w", err)
	}
	return nil
}

// endLinksSeenBy ends the links that somebody saw who is no admin any more: who
// kept one would come back by it. Their invitations can be renewed; of a link
// to set a password nobody wrote down who saw it, so all end.
func (s *Store) endLinksSeenBy(tx *gorm.DB, u User) error {
	if u.Role != Admin {
		return nil
	}
	now := micros(s.now())
	if err := tx.Exec("UPDATE invitations SET expires_at = ? WHERE invited_by = ? AND expires_at > ?", now, u.Email, now).Error; err != nil {
		return err
	}
	return tx.Exec("DELETE FROM resets").Error
}

// ReactivateUser lets a person sign in again, as who they were. What began
// while they were being deactivated is worth nothing. It returns ErrNotFound
// for who is not deactivated.
func (s *Store) ReactivateUser(ctx context.Context, id int64) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		res := tx.Exec("UPDATE users SET deactivated_at = 0 WHERE id = ? AND deactivated_at > 0", id)
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrNotFound
		}
		if res.Error != nil {
			return res.Error
		}
		return endAccess(tx, id)
	})
	if err != nil {
		return fmt.Errorf("store: reactivate user: %w", err)
	}
	return nil
}

// endAccess ends the sessions of a person and a link to set their password.
func endAccess(tx *gorm.DB, id int64) error {
	if err := tx.Exec("DELETE FROM resets WHERE user_id = ?", id).Error; err != nil {
		return err
	}
	return tx.Exec("DELETE FROM sessions WHERE user_id = ?", id).Error
}

// seenMinutes is how exactly it is remembered when somebody was here last: each
// request writing it would make reading expensive.
const seenMinutes = 5 * time.Minute

// SeeUser notes that a person is here.
func (s *Store) SeeUser(ctx context.Context, u User) error {
	now := s.now()
	if now.Sub(u.SeenAt) < seenMinutes {
		return nil
	}
	if err := s.w.WithContext(ctx).Exec("UPDATE users SET seen_at = ? WHERE id = ?", micros(now), u.ID).Error; err != nil {
		return fmt.Errorf("store: see user: %w", err)
	}
	return nil
}
