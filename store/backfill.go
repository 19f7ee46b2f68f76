package store

import (
	"context"
	"fmt"
	"time"
)

// BackfillState is how far a backfill is.
type BackfillState string

// The states of a backfill. The last two are its end.
const (
	BackfillWaiting BackfillState = "waiting"
	BackfillRunning BackfillState = "running"
	BackfillDone    BackfillState = "done"
	BackfillStopped BackfillState = "stopped"
)

// Backfill is a period whose calls are read from the provider's list, because
// what it sent of them may not have come.
type Backfill struct {
	ID         int64
	Cause      string // "disabled", "deleted", "events", "unwatched", "asked" by a person, or "checked"
	AskedBy    string // the person; "" is Ringledger itself
	From, To   time.Time
	AskedAt    time.Time
	FinishedAt time.Time
	State      BackfillState

	Reached   time.Time // calls that started before are done; zero at first
	Found     int       // calls on the list
	Added     int       // of which the ledger had none
	Completed int       // of which the ledger lacked something
	Checked

	Problem  string    // what the last try met; "" = well
	DueAt    time.Time // when it is tried again
	Failures int       // tries in a row that failed

	fence int64
}

// Open reports whether the backfill is not at its end.
func (b Backfill) Open() bool { return b.State == BackfillWaiting || b.State == BackfillRunning }

type backfillRow struct {
	ID                           int64
	Cause, AskedBy, State        string
	FromAt, ToAt                 int64
	AskedAt, FinishedAt, Reached int64
	Found, Added, Completed      int
	Problem                      string
	DueAt                        int64
	Failures                     int
	Fence                        int64
	OpenAt                       int64
	Unread, Looked               int
	Lacking, Healed              int
}

func (r backfillRow) plain() Backfill {
	return Backfill{
		ID: r.ID, Cause: r.Cause, AskedBy: r.AskedBy, From: fromMicros(r.FromAt), To: fromMicros(r.ToAt), AskedAt: fromMicros(r.AskedAt),
		FinishedAt: fromMicros(r.FinishedAt), State: BackfillState(r.State), Reached: fromMicros(r.Reached), Found: r.Found, Added: r.Added,
		Completed: r.Completed, Problem: r.Problem, DueAt: fromMicros(r.DueAt), Failures: r.Failures, fence: r.Fence,
		Checked: Checked{OpenAt: fromMicros(r.OpenAt), Unread: r.Unread, Looked: r.Looked, Lacking: r.Lacking, Healed: r.Healed},
	}
}

const backfillColumns = `id, cause, asked_by, state, from_at, to_at, asked_at, finished_at, reached, found, added, completed,
	problem, due_at, failures, fence, open_at, unread, looked, lacking, healed`

// BackfillAsked is the cause of a backfill that a person asked for.
const BackfillAsked = "asked"

// AddBackfill notes a period to read. One person's wish at a time is worked on:
// another while it is open is ErrConflict, so that two clicks read once.
func (s *Store) AddBackfill(ctx context.Context, cause, askedBy string, from, to time.Time) error {
	now := micros(s.now())
	res := s.w.WithContext(ctx).Exec(`INSERT INTO backfills (cause, asked_by, from_at, to_at, asked_at, due_at, state)
		VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING`,
		clean(cause), clean(askedBy), micros(from), micros(to), now, now)
	if res.Error != nil {
		return fmt.Errorf("store: add backfill: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrConflict
	}
	s.changes.tell()
	return nil
}

// Backfills returns the last of them, the newest first, without the checks that
// go on by themselves.
func (s *Store) Backfills(ctx context.Context, limit int) ([]Backfill, error) {
	var found []backfillRow
	err := s.r.WithContext(ctx).Raw("SELECT "+backfillColumns+" FROM backfills WHERE cause <> 'checked' ORDER BY id DESC LIMIT ?", limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read backfills: %w", err)
	}
	out := make([]Backfill, len(found))
	for i, r := range found {
		out[i] = r.plain()
	}
	return out, nil
}

// ClaimBackfill takes the oldest that is due and in nobody's hand; ok is false
// when there is none. Whoever has it must advance it before the lease ends.
func (s *Store) ClaimBackfill(ctx context.Context, lease time.Duration) (b Backfill, ok bool, err error) {
	now := s.now()
	var due []int64
	err = s.r.WithContext(ctx).Raw(`SELECT id FROM backfills WHERE state IN ('waiting', 'running') AND due_at <= ? AND lease_until <= ?
		ORDER BY id LIMIT 1`, micros(now), micros(now)).Scan(&due).Error
	if err != nil || len(due) == 0 {
		return Backfill{}, false, wrapped("store: claim backfill", err)
	}
	var found []backfillRow
	err = s.w.WithContext(ctx).Raw(`UPDATE backfills SET state = 'running', lease_until = ?, fence = fence + 1
		WHERE id = ? AND state IN ('waiting', 'running') AND due_at <= ? AND lease_until <= ? RETURNING `+backfillColumns,
		micros(now.Add(lease)), due[0], micros(now), micros(now)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return Backfill{}, false, wrapped("store: claim backfill", err)
	}
	return found[0].plain(), true, nil
}

// AdvanceBackfill keeps how far a claimed backfill is, and holds it for another
// lease. ErrConflict says that it was stopped, or that another has it.
func (s *Store) AdvanceBackfill(ctx context.Context, b Backfill, lease time.Duration) error {
	return s.changeBackfill(ctx, b, "reached = ?, found = ?, added = ?, completed = ?, open_at = ?, unread = ?, healed = ?, problem = '', failures = 0, lease_until = ?",
		micros(b.Reached), b.Found, b.Added, b.Completed, micros(b.OpenAt), b.Unread, b.Healed, micros(s.now().Add(lease)))
}

// FinishBackfill ends a claimed backfill.
func (s *Store) FinishBackfill(ctx context.Context, b Backfill) error {
	return s.changeBackfill(ctx, b, "state = 'done', found = ?, added = ?, completed = ?, problem = '', finished_at = ?, lease_until = 0",
		b.Found, b.Added, b.Completed, micros(s.now()))
}

// PauseBackfill gives a claimed backfill back, to go on at a later time from
// where it is. An empty problem says that nothing was wrong.
func (s *Store) PauseBackfill(ctx context.Context, b Backfill, problem string, until time.Time) error {
	failures := 0
	if problem != "" {
		failures = b.Failures + 1
	}
	return s.changeBackfill(ctx, b, "state = 'waiting', problem = ?, failures = ?, due_at = ?, healed = ?, lease_until = 0",
		clean(problem), failures, micros(until), b.Healed)
}

func (s *Store) changeBackfill(ctx context.Context, b Backfill, set string, args ...any) error {
	res := s.w.WithContext(ctx).Exec("UPDATE backfills SET "+set+" WHERE id = ? AND fence = ? AND state = 'running'", append(args, b.ID, b.fence)...)
	if res.Error != nil {
		return fmt.Errorf("store: change backfill: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrConflict
	}
	s.changes.tell()
	return nil
}

// StopBackfill ends one that a person does not want any more. What it added
// stays. ErrConflict says that it is at its end already.
func (s *Store) StopBackfill(ctx context.Context, id int64) error {
	res := s.w.WithContext(ctx).Exec(`UPDATE backfills SET state = 'stopped', finished_at = ?, lease_until = 0
		WHERE id = ? AND state IN ('waiting', 'running')`, micros(s.now()), id)
	if res.Error != nil {
		return fmt.Errorf("store: stop backfill: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrConflict
	}
	s.changes.tell()
	return nil
}

// ReleaseBackfills ends the claims of a process that is gone. Only one that has
// the database to itself may say so.
func (s *Store) ReleaseBackfills(ctx context.Context) error {
	return wrapped("store: release backfills", s.w.WithContext(ctx).Exec("UPDATE backfills SET lease_until = 0 WHERE lease_until > 0").Error)
}

func wrapped(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// OldestOpenCall tells when the earliest call that started after a moment and
// has no end yet started; zero when there is none.
func (s *Store) OldestOpenCall(ctx context.Context, after time.Time) (time.Time, error) {
	var us *int64
	err := s.r.WithContext(ctx).Raw("SELECT min(started_at) FROM entries WHERE started_at > ? AND kind = 'call' AND ended_at = 0", micros(after)).Scan(&us).Error
	if err != nil || us == nil {
		return time.Time{}, wrapped("store: oldest open call", err)
	}
	return fromMicros(*us), nil
}
