package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// ResetLife is how long a link to set a new password works.
const ResetLife = 24 * time.Hour

// OpenReset makes a link with which a person sets a new password, and returns
// its token, the only time it can be read. An earlier link ends. It returns
// ErrNotFound for somebody who is deactivated.
func (s *Store) OpenReset(ctx context.Context, userID int64) (Secret, error) {
	token, hash := newToken()
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var n int64
		if err := tx.Raw("SELECT count(*) FROM users WHERE id = ? AND deactivated_at = 0", userID).Scan(&n).Error; err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		return tx.Exec(`INSERT INTO resets (user_id, hash, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, expires_at = excluded.expires_at`, userID, hash, micros(s.now().Add(ResetLife))).Error
	})
	if err != nil {
		return "", fmt.Errorf("store: open reset: %w", err)
	}
	return token, nil
}

// ResetUser returns whose password a link sets. It returns ErrNotFound for a
// link that never worked, or no longer.
func (s *Store) ResetUser(ctx context.Context, token Secret) (User, error) {
	over, tooFar := s.linkTimes(ResetLife)
	return s.userWhere(ctx, "deactivated_at = 0 AND id = (SELECT user_id FROM resets WHERE hash = ? AND "+linkWorks+")", tokenHash(token), over, tooFar)
}

// FinishReset sets the password that a link is for, once, and ends the
// sessions of the person. It returns ErrNotFound when the link works no longer.
func (s *Store) FinishReset(ctx context.Context, token Secret, hash string) (User, error) {
	var u User
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var ids []int64
		over, tooFar := s.linkTimes(ResetLife)
		err := tx.Raw("DELETE FROM resets WHERE hash = ? AND "+linkWorks+" RETURNING user_id", tokenHash(token), over, tooFar).Scan(&ids).Error
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return ErrNotFound
		}
		var found []userRow
		err = tx.Raw("UPDATE users SET password = ? WHERE id = ? AND deactivated_at = 0 RETURNING "+userColumns, hash, ids[0]).Scan(&found).Error
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNotFound
		}
		u = found[0].plain()
		return tx.Exec("DELETE FROM sessions WHERE user_id = ?", u.ID).Error
	})
	if err != nil {
		return User{}, fmt.Errorf("store: finish reset: %w", err)
	}
	return u, nil
}
