package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// How failures slow a name down: some are free, then each doubles the wait.
const (
	freeFailures    = 3
	firstDelay      = time.Second
	longestDelay    = 15 * time.Minute
	failuresLast    = 24 * time.Hour // forgotten this long after the last wait
	doublingsEnough = 20             // more would overflow, and reach the longest delay anyway
)

// TryAttempt counts an attempt under a name as failed before it is made, so
// that many at once do not slip through, and says whether it may be made now
// or when. ClearAttempts takes the count back after a success.
func (s *Store) TryAttempt(ctx context.Context, name string) (allowed bool, until time.Time, err error) {
	now := s.now()
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM throttles WHERE blocked_until < ?", micros(now.Add(-failuresLast))).Error; err != nil {
			return err
		}
		var rows []struct {
			Failures     int
			BlockedUntil int64
		}
		// The update takes the row's lock on PostgreSQL and answers what stands.
		err := tx.Raw(`INSERT INTO throttles (name, failures, blocked_until) VALUES (?, 0, ?)
			ON CONFLICT (name) DO UPDATE SET failures = throttles.failures RETURNING failures, blocked_until`, name, micros(now)).Scan(&rows).Error
		if err != nil {
			return err
		}
		if at := fromMicros(rows[0].BlockedUntil); at.After(now) {
			until = at
			return nil
		}
		allowed = true
		failures := rows[0].Failures + 1
		return tx.Exec("UPDATE throttles SET failures = ?, blocked_until = ? WHERE name = ?",
			failures, micros(now.Add(delayAfter(failures))), name).Error
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("store: throttle: %w", err)
	}
	return allowed, until, nil
}

func delayAfter(failures int) time.Duration {
	if failures <= freeFailures {
		return 0
	}
	return min(longestDelay, firstDelay<<min(failures-freeFailures-1, doublingsEnough))
}

// ClearAttempts forgets the failures under a name.
func (s *Store) ClearAttempts(ctx context.Context, name string) error {
	if err := s.w.WithContext(ctx).Exec("DELETE FROM throttles WHERE name = ?", name).Error; err != nil {
		return fmt.Errorf("store: throttle: %w", err)
	}
	return nil
}
