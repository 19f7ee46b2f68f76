package store

import (
	"context"
	"fmt"
	"time"

	"ringledger/integration/callflow"
)

// BackfillChecked is the cause of a backfill that compares the last hours of
// Aircall's list, the ledger and Salesforce.
const BackfillChecked = "checked"

// Checked is what a check found besides calls that were missing.
type Checked struct {
	OpenAt  time.Time // when the first call began that was left for the next check; zero = none
	Unread  int       // calls of the list that could not be stored
	Looked  int       // entries whose Task was looked for
	Lacking int       // of which Salesforce had none that a person had not deleted
	Healed  int       // Tasks too many that were deleted
}

const (
	// checkOverlap is how much of what was read is read again: Aircall may list
	// a call late, and clocks differ.
	checkOverlap = 2 * time.Hour
	// checkLongest is how far the first check goes back, and how far a later one
	// does for a call that goes on.
	checkLongest = 24 * time.Hour
	// checkFarthest is how far a check goes back to where the last one came to:
	// Aircall's list may not have answered for long.
	checkFarthest = 31 * 24 * time.Hour
	// checksKept is how long what a check found is kept.
	checksKept = 31 * 24 * time.Hour
)

// AddCheck notes a check. One that nobody asked for waits until pause has gone
// by since the last began. ErrConflict says that one is open, or that it is too
// early; of nodes that ask at once one is heard.
func (s *Store) AddCheck(ctx context.Context, askedBy string, pause time.Duration) error {
	now := s.now()
	last, err := s.Checks(ctx, 10)
	if err != nil {
		return err
	}
	from := now.Add(-checkLongest)
	if askedBy == "" {
		from = checkFrom(last, now)
	} else {
		pause = 0
	}
	res := s.w.WithContext(ctx).Exec(`INSERT INTO backfills (cause, asked_by, from_at, to_at, asked_at, due_at, state)
		SELECT 'checked', ?, ?, ?, ?, ?, 'waiting' WHERE NOT EXISTS (SELECT 1 FROM backfills WHERE cause = 'checked' AND asked_at > ? AND asked_at <= ?)
		ON CONFLICT DO NOTHING`, clean(askedBy), micros(from), micros(now), micros(now), micros(now), micros(now.Add(-pause)), micros(now))
	if res.Error != nil {
		return fmt.Errorf("store: add check: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrConflict
	}
	s.changes.tell()
	return wrapped("store: forget old checks", s.w.WithContext(ctx).Exec("DELETE FROM backfills WHERE cause = 'checked' AND state = 'done' AND asked_at < ?",
		micros(now.Add(-checksKept))).Error)
}

// checkFrom is where a check goes on: somewhat before the end of the last one
// that read the list, and before a call that went on then.
func checkFrom(last []Backfill, now time.Time) time.Time {
	for _, c := range last {
		if c.State != BackfillDone || c.Reached.IsZero() || c.To.After(now) { // nothing was read, or by a clock that was ahead
			continue
		}
		from := laterOf(c.To.Add(-checkOverlap), now.Add(-checkFarthest))
		if open := laterOf(c.OpenAt, now.Add(-checkLongest)); !c.OpenAt.IsZero() && open.Before(from) {
			return open
		}
		return from
	}
	return now.Add(-checkLongest)
}

func laterOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Checks returns the last checks, the newest first.
func (s *Store) Checks(ctx context.Context, limit int) ([]Backfill, error) {
	var found []backfillRow
	err := s.r.WithContext(ctx).Raw("SELECT "+backfillColumns+" FROM backfills WHERE cause = 'checked' ORDER BY id DESC LIMIT ?", limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read checks: %w", err)
	}
	out := make([]Backfill, len(found))
	for i, r := range found {
		out[i] = r.plain()
	}
	return out, nil
}

// FinishCheck ends a claimed check. A problem says what could not be compared.
func (s *Store) FinishCheck(ctx context.Context, b Backfill, problem string) error {
	return s.changeBackfill(ctx, b, `state = 'done', found = ?, added = ?, completed = ?, open_at = ?, unread = ?, looked = ?, lacking = ?, healed = ?,
		problem = ?, finished_at = ?, lease_until = 0`,
		b.Found, b.Added, b.Completed, micros(b.OpenAt), b.Unread, b.Looked, b.Lacking, b.Healed, clean(problem), micros(s.now()))
}

// MarkListed notes that Aircall's list holds these calls.
func (s *Store) MarkListed(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	return wrapped("store: mark listed calls", s.w.WithContext(ctx).Exec("UPDATE entries SET listed_at = ? WHERE provider = ? AND kind = 'call' AND object_id IN ? AND listed_at = 0",
		micros(s.now()), provider, ids).Error)
}

// Bare returns those of the calls that were erased or lost their events by
// their age: nothing of them may be stored again.
func (s *Store) Bare(ctx context.Context, ids []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(ids) == 0 {
		return out, nil
	}
	var found []string
	err := s.r.WithContext(ctx).Raw(`SELECT object_id FROM entries WHERE provider = ? AND kind = 'call' AND object_id IN ?
		AND (erased_at > 0 OR events_gone_at > 0)`, provider, ids).Scan(&found).Error
	for _, id := range found {
		out[id] = true
	}
	return out, wrapped("store: read bare calls", err)
}

// Standing is how the Task of an entry was found.
type Standing int

// How Tasks are found. Those from Missing on need somebody's eye.
const (
	NotLooked Standing = iota
	Stands
	DeletedByPerson
	Missing
	Doubled // and what is too many is not ours to delete
)

// WrittenEntry is an entry whose Task is to be looked for.
type WrittenEntry struct {
	ID       int64
	Kind     callflow.Kind
	ObjectID string
	TaskID   string
	BeganAt  time.Time // no Task of it is older
	TaskAt   time.Time
	Gone     bool // a replay or a late fact met that its Task was deleted

	place int64 // in the order they are read
}

// ToLookFor returns entries, after one of them, whose Task was written since a
// moment and is still to be looked for. With all, it returns every entry with a
// Task that started since.
func (s *Store) ToLookFor(ctx context.Context, since time.Time, all bool, after WrittenEntry, limit int) ([]WrittenEntry, error) {
	column, which := "task_at", "task_at > 0 AND look = 1"
	if all {
		column, which = "started_at", "task_at > 0"
	}
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT id, kind, object_id, task_id, first_at, started_at, task_at, reason, "+column+" FROM entries WHERE "+which+
		" AND "+column+" >= ? AND ("+column+", id) > (?, ?) ORDER BY "+column+", id LIMIT ?", micros(since), after.place, after.ID, limit),
		func(r *writtenRow) []any {
			return []any{&r.id, &r.kind, &r.object, &r.task, &r.first, &r.started, &r.at, &r.reason, &r.place}
		})
	if err != nil {
		return nil, fmt.Errorf("store: entries to look for: %w", err)
	}
	out := make([]WrittenEntry, len(found))
	for i, f := range found {
		out[i] = WrittenEntry{f.id, callflow.Kind(f.kind), f.object, f.task, fromMicros(min(f.first, f.started)), fromMicros(f.at), f.reason == string(callflow.ReasonTaskDeleted), f.place}
	}
	return out, nil
}

type writtenRow struct {
	id                 int64
	kind, object, task string
	first, started, at int64
	reason             string
	place              int64
}

// KeepStanding notes how the Tasks of entries were found. Those are settled
// that need not be looked for again. An entry whose Task was written since it
// was read is left as it is: what was found is not that one.
func (s *Store) KeepStanding(ctx context.Context, found Standing, settled bool, of []WrittenEntry) error {
	if len(of) == 0 {
		return nil
	}
	args := make([]any, 0, 2*len(of)+2)
	look := 1
	if settled {
		look = 0
	}
	args = append(args, int(found), look)
	for _, e := range of {
		args = append(args, e.ID, micros(e.TaskAt))
	}
	return wrapped("store: keep how Tasks were found", s.w.WithContext(ctx).Exec("UPDATE entries SET standing = ?, look = ? WHERE (id, task_at) IN (VALUES "+
		rows("(CAST(? AS BIGINT), CAST(? AS BIGINT))", len(of))+")", args...).Error)
}

// Zone is where the house tells its time: that of the office hours, else that
// of most lines.
func (s *Store) Zone(ctx context.Context) (*time.Location, error) {
	rules, err := s.CurrentRules(ctx)
	if err != nil {
		return nil, err
	}
	name := rules.Settings.OfficeHours.Schedule.TimeZone
	if name == "" {
		if name, err = s.CommonZone(ctx); err != nil {
			return nil, err
		}
	}
	if zone, err := time.LoadLocation(name); err == nil { // the empty name is UTC
		return zone, nil
	}
	return time.UTC, nil
}
