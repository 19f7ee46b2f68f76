package store

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// ErrNoSecondStep is returned to who asks of others what they do not do
// themselves.
var ErrNoSecondStep = errors.New("their own second step is off")

// Required says whose sign-in must ask for a second step.
type Required string

// Of whom it can be required, from least to most.
const (
	OfNobody   Required = "nobody"
	OfAdmins   Required = "admins"
	OfEveryone Required = "everyone"
)

// Valid reports whether it is one of them.
func (r Required) Valid() bool { return r == OfNobody || r == OfAdmins || r == OfEveryone }

// Of reports whether it is required of somebody with the role.
func (r Required) Of(role Role) bool { return r == OfEveryone || r == OfAdmins && role == Admin }

// SecondStep returns of whom a second step is required.
func (s *Store) SecondStep(ctx context.Context) (r Required, err error) {
	if err := s.r.WithContext(ctx).Raw("SELECT required_of FROM second_step WHERE id = 1").Scan(&r).Error; err != nil {
		return "", fmt.Errorf("store: read of whom a second step is required: %w", err)
	}
	return r, nil
}

// LacksSecondStep reports whether a second step is required of a person who
// has none.
func (s *Store) LacksSecondStep(ctx context.Context, u User) (bool, error) {
	var n int
	err := s.r.WithContext(ctx).Raw(`SELECT count(*) FROM second_step WHERE (required_of = 'everyone' OR required_of = 'admins' AND ? = 'admin')
		AND NOT EXISTS (SELECT 1 FROM two_steps WHERE user_id = ? AND confirmed_at > 0)`, string(u.Role), u.ID).Scan(&n).Error
	if err != nil {
		return false, fmt.Errorf("store: look for a second step that is required: %w", err)
	}
	return n > 0, nil
}

// RequireSecondStep changes of whom it is required. It returns ErrNoSecondStep
// when who asks for more than nobody's has none of their own, and ErrConflict
// when it is not what was read, so that nobody saves over another.
func (s *Store) RequireSecondStep(ctx context.Context, by int64, before, after Required) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, _, err := s.readTwoStep(tx, by, true) // held, so that it is not turned off meanwhile
		if err != nil {
			return err
		}
		if after != OfNobody && row.ConfirmedAt == 0 {
			return ErrNoSecondStep
		}
		res := tx.Exec("UPDATE second_step SET required_of = ? WHERE id = 1 AND required_of = ?", string(after), string(before))
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrConflict
		}
		return res.Error
	})
	if err != nil {
		return fmt.Errorf("store: require a second step: %w", err)
	}
	s.changes.tell()
	return nil
}
