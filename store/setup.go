package store

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// SetupLife is how long the link of the first admin works.
const SetupLife = time.Hour

// OpenSetup lets whoever holds the token become the first admin until it
// expires. An earlier token ends. Once there is a user it opens nothing and
// returns false.
func (s *Store) OpenSetup(ctx context.Context, token Secret, expires time.Time) (bool, error) {
	hash := sha256.Sum256([]byte(token))
	res := s.w.WithContext(ctx).Exec(`INSERT INTO setup (id, token_hash, expires_at) SELECT 1, ?, ? WHERE NOT EXISTS (SELECT 1 FROM users)
		ON CONFLICT (id) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at`, hash[:], micros(expires))
	if res.Error != nil {
		return false, fmt.Errorf("store: open setup: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}

// SetupIsOpen reports whether the token still sets up the first admin.
func (s *Store) SetupIsOpen(ctx context.Context, token Secret) (bool, error) {
	var found []struct{ TokenHash []byte }
	over, tooFar := s.linkTimes(SetupLife)
	err := s.r.WithContext(ctx).Raw("SELECT token_hash FROM setup WHERE id = 1 AND "+linkWorks+" AND NOT EXISTS (SELECT 1 FROM users)", over, tooFar).Scan(&found).Error
	if err != nil {
		return false, fmt.Errorf("store: read setup: %w", err)
	}
	hash := sha256.Sum256([]byte(token))
	return len(found) == 1 && subtle.ConstantTimeCompare(hash[:], found[0].TokenHash) == 1, nil
}

// FinishSetup makes the first user and closes the setup, once: it returns
// ErrNotFound when the token is not, or no longer, the open one.
func (s *Store) FinishSetup(ctx context.Context, token Secret, u User) (int64, error) {
	hash := sha256.Sum256([]byte(token))
	var ids []int64
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		over, tooFar := s.linkTimes(SetupLife)
		res := tx.Exec("DELETE FROM setup WHERE id = 1 AND token_hash = ? AND "+linkWorks+" AND NOT EXISTS (SELECT 1 FROM users)", hash[:], over, tooFar)
		if res.Error != nil {
			return res.Error
		}
		if res.RowsAffected == 0 {
			return ErrNotFound
		}
		var err error
		ids, err = s.insertUser(tx, u)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("store: finish setup: %w", err)
	}
	if len(ids) == 0 {
		return 0, ErrConflict
	}
	return ids[0], nil
}
