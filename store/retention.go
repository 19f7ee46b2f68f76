package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Kept is how many days each kind is kept. Zero keeps it for ever.
type Kept struct {
	Deliveries int // bodies as received
	Tries      int // traces, requests to Salesforce and their answers
	Entries    int // rows of the ledger, with everything that belongs to them
	Audit      int
}

// The kinds of what is kept, as the database and pages name them.
const (
	KeptDeliveries = "deliveries"
	KeptTries      = "tries"
	KeptEntries    = "entries"
	KeptAudit      = "audit"
)

// KeptKinds lists the kinds in the order in which they are removed: what hangs
// on an entry goes before it.
func KeptKinds() []string { return []string{KeptDeliveries, KeptTries, KeptEntries, KeptAudit} }

// Days is the value of one kind.
func (k *Kept) Days(kind string) *int {
	switch kind {
	case KeptDeliveries:
		return &k.Deliveries
	case KeptTries:
		return &k.Tries
	case KeptEntries:
		return &k.Entries
	default:
		return &k.Audit
	}
}

// Kept returns how long each kind is kept.
func (s *Store) Kept(ctx context.Context) (k Kept, err error) {
	var found []struct {
		Kind string
		Days int
	}
	if err := s.r.WithContext(ctx).Raw("SELECT kind, days FROM retention").Scan(&found).Error; err != nil {
		return k, fmt.Errorf("store: read retention: %w", err)
	}
	for _, f := range found {
		*k.Days(f.Kind) = f.Days
	}
	return k, nil
}

// Keep changes how long each kind is kept. It returns ErrConflict when the
// values are not those that were read, so that nobody saves over another.
func (s *Store) Keep(ctx context.Context, before, after Kept) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, kind := range KeptKinds() {
			res := tx.Exec("UPDATE retention SET days = ? WHERE kind = ? AND days = ?", *after.Days(kind), kind, *before.Days(kind))
			if res.Error != nil {
				return res.Error
			}
			if res.RowsAffected == 0 {
				return ErrConflict
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: change retention: %w", err)
	}
	return nil
}

// Removal is how the job that removes what is old went.
type Removal struct {
	DueAt      time.Time // when it runs next; zero = it has not looked yet
	BeganAt    time.Time // its last run; zero = it never ran
	FinishedAt time.Time // zero while it runs
	Removed    map[string]int64
	Longest    time.Duration // its slowest batch

	fence int64
}

type removalRow struct {
	DueAt, BeganAt, FinishedAt, Longest, Fence int64
	Removed                                    string
}

const removalColumns = "due_at, began_at, finished_at, longest, fence, removed"

func (r removalRow) plain() (Removal, error) {
	out := Removal{DueAt: fromMicros(r.DueAt), BeganAt: fromMicros(r.BeganAt), FinishedAt: fromMicros(r.FinishedAt),
		Longest: time.Duration(r.Longest) * time.Microsecond, Removed: map[string]int64{}, fence: r.Fence}
	if r.Removed == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(r.Removed), &out.Removed); err != nil {
		return out, fmt.Errorf("store: read removal: %w", err)
	}
	return out, nil
}

// LastRemoval tells how the job stands.
func (s *Store) LastRemoval(ctx context.Context) (Removal, error) {
	var found removalRow
	if err := s.r.WithContext(ctx).Raw("SELECT " + removalColumns + " FROM retention_job WHERE id = 1").Scan(&found).Error; err != nil {
		return Removal{}, fmt.Errorf("store: read removal: %w", err)
	}
	return found.plain()
}

// firstRemoval is how long after its first look the job removes nothing: whoever
// brings an older ledger to this version has a day to say how long it is kept.
const firstRemoval = 24 * time.Hour

// overdue is how long after its time the job is not simply done: a clock that
// runs ahead would remove what is not old. It waits once more as at its first
// look, for somebody to set the clock right.
const overdue = 7 * 24 * time.Hour

// ClaimRemoval takes the job for one node when it is due; ok is false when it
// is not, or another has it. Whoever has it advances it before the lease ends.
func (s *Store) ClaimRemoval(ctx context.Context, lease time.Duration) (r Removal, ok bool, err error) {
	now := s.now()
	last, err := s.LastRemoval(ctx)
	if err != nil {
		return r, false, err
	}
	if late := now.Sub(last.DueAt); last.DueAt.IsZero() || late > overdue || -late > 2*firstRemoval {
		if !last.DueAt.IsZero() {
			s.log.Warn("the removal of what is old waits for a day: is the clock right?", "due", last.DueAt.UTC(), "now", now.UTC())
		}
		err := s.w.WithContext(ctx).Exec("UPDATE retention_job SET due_at = ? WHERE due_at = ?", micros(now.Add(firstRemoval)), micros(last.DueAt)).Error
		return r, false, wrapped("store: plan removal", err)
	}
	if last.DueAt.After(now) {
		return r, false, nil
	}
	var found []removalRow
	err = s.w.WithContext(ctx).Raw(`UPDATE retention_job SET lease_until = ?, fence = fence + 1, finished_at = 0, longest = 0, removed = '',
		began_at = ? WHERE id = 1 AND due_at <= ? AND lease_until <= ? RETURNING `+removalColumns,
		micros(now.Add(lease)), micros(now), micros(now), micros(now)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return r, false, wrapped("store: claim removal", err)
	}
	r, err = found[0].plain()
	return r, err == nil, err
}

// AdvanceRemoval keeps how far the job is, for another lease. It returns
// ErrConflict when another node has taken the job over.
func (s *Store) AdvanceRemoval(ctx context.Context, r Removal, lease time.Duration) error {
	return s.changeRemoval(ctx, r, "lease_until = ?", micros(s.now().Add(lease)))
}

// FinishRemoval ends a run, writes down what it removed, and says when the next
// one is due.
func (s *Store) FinishRemoval(ctx context.Context, r Removal, next time.Time) error {
	return s.changeRemoval(ctx, r, "lease_until = 0, finished_at = ?, due_at = ?", micros(s.now()), micros(next))
}

func (s *Store) changeRemoval(ctx context.Context, r Removal, set string, args ...any) error {
	removed, err := jsonOrEmpty(r.Removed, len(r.Removed))
	if err != nil {
		return fmt.Errorf("store: advance removal: %w", err)
	}
	args = append(args, removed, r.Longest.Microseconds(), r.fence)
	res := s.w.WithContext(ctx).Exec("UPDATE retention_job SET "+set+", removed = ?, longest = ? WHERE id = 1 AND fence = ?", args...)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrConflict
	}
	return wrapped("store: advance removal", res.Error)
}
