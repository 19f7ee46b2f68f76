package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// TwoStep is the second step of a person's sign-in: the secret that their app
// makes codes of. The store refuses to know how.
type TwoStep struct {
	Secret    Secret
	On        bool // false = begun and not confirmed
	Since     time.Time
	CodesLeft int // recovery codes that were not used
}

type twoStepRow struct {
	UserID, BegunAt, ConfirmedAt, LastStep int64
	Sealed                                 string
}

func twoStepPlace(userID int64) string { return fmt.Sprintf("two_steps/%d/sealed", userID) }

// TwoStep returns a person's second step; zero without one.
func (s *Store) TwoStep(ctx context.Context, userID int64) (TwoStep, error) {
	row, secret, err := s.readTwoStep(s.r.WithContext(ctx), userID, false)
	if err != nil || secret == "" {
		return TwoStep{}, err
	}
	t := TwoStep{Secret: secret, On: row.ConfirmedAt > 0, Since: fromMicros(row.ConfirmedAt)}
	err = s.r.WithContext(ctx).Raw("SELECT count(*) FROM recovery_codes WHERE user_id = ? AND used_at = 0", userID).Scan(&t.CodesLeft).Error
	if err != nil {
		return TwoStep{}, fmt.Errorf("store: count recovery codes: %w", err)
	}
	return t, nil
}

// readTwoStep reads and opens a row; the secret is empty when there is none.
func (s *Store) readTwoStep(db *gorm.DB, userID int64, change bool) (twoStepRow, Secret, error) {
	sql := "SELECT user_id, sealed, begun_at, confirmed_at, last_step FROM two_steps WHERE user_id = ?"
	if s.postgres && change {
		sql += " FOR UPDATE"
	}
	var rows []twoStepRow
	if err := db.Raw(sql, userID).Scan(&rows).Error; err != nil {
		return twoStepRow{}, "", fmt.Errorf("store: read second step: %w", err)
	}
	if len(rows) == 0 {
		return twoStepRow{}, "", nil
	}
	secret, err := s.unseal(db.Statement.Context, rows[0].Sealed, twoStepPlace(userID))
	return rows[0], Secret(secret), err
}

// BeginTwoStep keeps a secret that the person has yet to confirm, instead of
// one begun before. It returns ErrConflict when the second step is on.
func (s *Store) BeginTwoStep(ctx context.Context, userID int64, secret Secret) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		sealed, err := s.seal(tx, []byte(secret), twoStepPlace(userID))
		if err != nil {
			return err
		}
		res := tx.Exec(`INSERT INTO two_steps (user_id, sealed, begun_at) VALUES (?, ?, ?)
			ON CONFLICT (user_id) DO UPDATE SET sealed = excluded.sealed, begun_at = excluded.begun_at WHERE two_steps.confirmed_at = 0`,
			userID, sealed, micros(s.now()))
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrConflict
		}
		return res.Error
	})
	if err != nil {
		return fmt.Errorf("store: begin second step: %w", err)
	}
	return nil
}

// ConfirmTwoStep turns the second step on. step is that of the code given,
// which is thereby used. It returns ErrConflict when the secret is not the one
// begun last.
func (s *Store) ConfirmTwoStep(ctx context.Context, userID int64, secret Secret, step int64, codes []Secret) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, begun, err := s.readTwoStep(tx, userID, true)
		if err != nil {
			return err
		}
		if row.ConfirmedAt > 0 || subtle.ConstantTimeCompare([]byte(begun), []byte(secret)) != 1 {
			return ErrConflict
		}
		err = tx.Exec("UPDATE two_steps SET confirmed_at = ?, last_step = ? WHERE user_id = ?", micros(s.now()), step, userID).Error
		if err != nil {
			return err
		}
		return putRecoveryCodes(tx, userID, secret, codes)
	})
	if err != nil {
		return fmt.Errorf("store: confirm second step: %w", err)
	}
	return nil
}

// putRecoveryCodes keeps new codes instead of those before. Their hashes are
// keyed with the sealed secret: the file alone is not enough to guess them.
func putRecoveryCodes(tx *gorm.DB, userID int64, secret Secret, codes []Secret) error {
	if err := tx.Exec("DELETE FROM recovery_codes WHERE user_id = ?", userID).Error; err != nil {
		return err
	}
	for _, c := range codes {
		if err := tx.Exec("INSERT INTO recovery_codes (user_id, hash) VALUES (?, ?)", userID, hashCode(secret, c)).Error; err != nil {
			return err
		}
	}
	return nil
}

func hashCode(secret, code Secret) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(code))
	return h.Sum(nil)
}

// RenewRecoveryCodes ends the recovery codes of a person and keeps others. It
// returns ErrNotFound while the second step is off.
func (s *Store) RenewRecoveryCodes(ctx context.Context, userID int64, codes []Secret) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, secret, err := s.readTwoStep(tx, userID, true)
		if err != nil {
			return err
		}
		if row.ConfirmedAt == 0 {
			return ErrNotFound
		}
		return putRecoveryCodes(tx, userID, secret, codes)
	})
	if err != nil {
		return fmt.Errorf("store: renew recovery codes: %w", err)
	}
	return nil
}

// UseStep takes the code of a step, once: it reports false for a step that was
// taken before, or one earlier than that.
func (s *Store) UseStep(ctx context.Context, userID, step int64) (bool, error) {
	res := s.w.WithContext(ctx).Exec("UPDATE two_steps SET last_step = ? WHERE user_id = ? AND confirmed_at > 0 AND last_step < ?", step, userID, step)
	if res.Error != nil {
		return false, fmt.Errorf("store: use code: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}

// UseRecoveryCode takes a recovery code, once.
func (s *Store) UseRecoveryCode(ctx context.Context, userID int64, code Secret) (bool, error) {
	row, secret, err := s.readTwoStep(s.r.WithContext(ctx), userID, false)
	if err != nil || row.ConfirmedAt == 0 {
		return false, err
	}
	res := s.w.WithContext(ctx).Exec("UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND hash = ? AND used_at = 0",
		micros(s.now()), userID, hashCode(secret, code))
	if res.Error != nil {
		return false, fmt.Errorf("store: use recovery code: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}

// EndTwoStep turns the second step off and ends its recovery codes. It returns
// ErrNotFound when there is none.
func (s *Store) EndTwoStep(ctx context.Context, userID int64) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM recovery_codes WHERE user_id = ?", userID).Error; err != nil {
			return err
		}
		res := tx.Exec("DELETE FROM two_steps WHERE user_id = ?", userID)
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrNotFound
		}
		return res.Error
	})
	if err != nil {
		return fmt.Errorf("store: end second step: %w", err)
	}
	return nil
}
