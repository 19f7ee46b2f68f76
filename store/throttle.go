package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// How failures slow an account down from one network: some are free, then each
// doubles the wait.
const (
	freeFailures    = 3
	firstDelay      = time.Second
	longestDelay    = 15 * time.Minute
	failuresLast    = 24 * time.Hour // forgotten this long after the last wait
	doublingsEnough = 20             // more would overflow, and reach the longest delay anyway
)

// How failures slow an account down from everywhere together. It is far looser,
// so that nobody keeps the owner out by failing in the owner's name.
const (
	failuresAnHour = 100
	failureWeighs  = time.Hour / failuresAnHour // also the longest wait
)

// TryAttempt counts an attempt at an account from a network as failed before
// it is made, so that many at once do not slip through, and says whether it
// may be made now or when. ClearAttempts takes the count back after a success.
func (s *Store) TryAttempt(ctx context.Context, account, network string) (allowed bool, until time.Time, err error) {
	now, here, everywhere := s.now(), placeName(account, network), accountName(account)
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("DELETE FROM throttles WHERE blocked_until < ?", micros(now.Add(-failuresLast))).Error; err != nil {
			return err
		}
		all, err := lockThrottle(tx, everywhere, now)
		if err != nil {
			return err
		}
		near, err := lockThrottle(tx, here, now)
		if err != nil {
			return err
		}
		if err := all.bound(tx, everywhere, now.Add(time.Hour), now); err != nil {
			return err
		}
		wait := now.Add(delayAfter(near.Failures))
		if err := near.bound(tx, here, wait, wait); err != nil {
			return err
		}
		// Each failure weighs on the account for a while; an hour's weight is full.
		weight := later(fromMicros(all.BlockedUntil), now).Add(failureWeighs)
		until = later(fromMicros(near.BlockedUntil), weight.Add(-time.Hour))
		if until.After(now) {
			return nil
		}
		allowed, until = true, time.Time{}
		if err := tx.Exec("UPDATE throttles SET blocked_until = ? WHERE name = ?", micros(weight), everywhere).Error; err != nil {
			return err
		}
		failures := near.Failures + 1
		return tx.Exec("UPDATE throttles SET failures = ?, blocked_until = ? WHERE name = ?",
			failures, micros(now.Add(delayAfter(failures))), here).Error
	})
	if err != nil {
		return false, time.Time{}, fmt.Errorf("store: throttle: %w", err)
	}
	return allowed, until, nil
}

// The names that failures are counted under.
func accountName(account string) string { return "account:" + plainEmail(account) }
func placeName(account, network string) string {
	return accountName(account) + " from " + clean(network)
}

type throttleRow struct {
	Failures     int
	BlockedUntil int64
}

// lockThrottle returns what stands under a name. The update takes the row's
// lock on PostgreSQL.
func lockThrottle(tx *gorm.DB, name string, now time.Time) (throttleRow, error) {
	var rows []throttleRow
	err := tx.Raw(`INSERT INTO throttles (name, failures, blocked_until) VALUES (?, 0, ?)
		ON CONFLICT (name) DO UPDATE SET failures = throttles.failures RETURNING failures, blocked_until`, name, micros(now)).Scan(&rows).Error
	if err != nil {
		return throttleRow{}, err
	}
	return rows[0], nil
}

// bound gives another end to a wait that ends later than any can: it is of a
// clock that was ahead, or of one that was right and went back since.
func (r *throttleRow) bound(tx *gorm.DB, name string, latest, instead time.Time) error {
	if r.BlockedUntil <= micros(latest.Add(failureWeighs)) {
		return nil
	}
	r.BlockedUntil = micros(instead)
	return tx.Exec("UPDATE throttles SET blocked_until = ? WHERE name = ?", r.BlockedUntil, name).Error
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func delayAfter(failures int) time.Duration {
	if failures <= freeFailures {
		return 0
	}
	return min(longestDelay, firstDelay<<min(failures-freeFailures-1, doublingsEnough))
}

// ClearAttempts forgets the failures from a network, and of those from
// everywhere the one that was a success.
func (s *Store) ClearAttempts(ctx context.Context, account, network string) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		err := tx.Exec("UPDATE throttles SET blocked_until = blocked_until - ? WHERE name = ?",
			failureWeighs.Microseconds(), accountName(account)).Error
		if err != nil {
			return err
		}
		return tx.Exec("DELETE FROM throttles WHERE name = ?", placeName(account, network)).Error
	})
	if err != nil {
		return fmt.Errorf("store: throttle: %w", err)
	}
	return nil
}
