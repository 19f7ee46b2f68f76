package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

// Entry is one row of the ledger: a call or message and where it stands.
type Entry struct {
	ID       int64
	Kind     callflow.Kind
	ObjectID string // Aircall's id of the call or message

	Fence    int64  // names the claim; a result is stored only under its own
	Revision int64  // grows with every new delivery
	Events   int    // deliveries so far
	Tries    int    // attempts that reached Salesforce or ended in an outcome
	Failures int    // tries in a row that will be repeated
	Replay   string // "then" or "now" while a replay is asked for
	Choice   string // id of the record a person chose for this entry
	IntentAt time.Time
	DueAt    time.Time // zero = nothing to do

	FirstAt   time.Time // first delivery received
	UpdatedAt time.Time

	Cause      string    // what those share that need a person for the same cause; "" = none
	ResolvedAt time.Time // when a person said that it needs no Task; zero = nobody has
	ResolvedBy string

	EventsGoneAt time.Time // when its events were removed by their age; zero = they are there
	ErasedAt     time.Time // when what tells of a person was erased from it; zero = it was not

	Facts
	Verdict
	Written
}

// Facts are what lists and search show of the call.
type Facts struct {
	CallType  callflow.CallType
	Direction callflow.Direction
	LineID    string
	LineName  string
	External  string // number as compared, or as it came
	AgentID   string
	AgentName string
	StartedAt time.Time
	EndedAt   time.Time
}

// Verdict is the outcome with its reason.
type Verdict struct {
	Outcome      callflow.Outcome
	Reason       callflow.Reason
	Detail       map[string]string // parameters of the reason's sentence
	RulesVersion int
}

// Written is what stands in Salesforce because of this entry.
type Written struct {
	TaskID  string
	TaskAt  time.Time // when the Task was first written
	WhoID   string
	WhatID  string
	OwnerID string
	Record  callflow.Record // without a Task only the name of the one that was found
	Created []string        // ids of records made for it
	Wrote   map[string]any  // Task fields as last written, for field ownership
}

type entryRow struct {
	ID                                                       int64
	Kind, ObjectID                                           string
	Fence, Revision                                          int64
	Events, Tries, Failures                                  int
	Replay, Choice                                           string
	IntentAt, FirstAt, UpdatedAt                             int64
	DueAt                                                    *int64
	CallType, Direction                                      string
	LineID, LineName, External, AgentID, AgentName           string
	StartedAt, EndedAt                                       int64
	Outcome, Reason, Detail                                  string
	RulesVersion                                             int
	TaskID                                                   string
	TaskAt                                                   int64
	WhoID, WhatID, OwnerID                                   string
	RecordKind, RecordID, RecordName, Record, Created, Wrote string
	Cause, ResolvedBy                                        string
	ResolvedAt                                               int64
	EventsGoneAt, ErasedAt                                   int64
}

const entryColumns = `id, kind, object_id, fence, revision, events, tries, failures, replay, choice, intent_at, first_at, updated_at, due_at,
	call_type, direction, line_id, line_name, external, agent_id, agent_name, started_at, ended_at,
	outcome, reason, detail, rules_version, task_id, task_at, who_id, what_id, owner_id, record_kind, record_id, record_name, record, created, wrote, cause, resolved_at, resolved_by,
	events_gone_at, erased_at`

// columns are the fields in the order of entryColumns.
func (r *entryRow) columns() []any {
	return []any{
		&r.ID, &r.Kind, &r.ObjectID, &r.Fence, &r.Revision, &r.Events, &r.Tries, &r.Failures, &r.Replay, &r.Choice, &r.IntentAt, &r.FirstAt, &r.UpdatedAt, &r.DueAt,
		&r.CallType, &r.Direction, &r.LineID, &r.LineName, &r.External, &r.AgentID, &r.AgentName, &r.StartedAt, &r.EndedAt,
		&r.Outcome, &r.Reason, &r.Detail, &r.RulesVersion, &r.TaskID, &r.TaskAt, &r.WhoID, &r.WhatID, &r.OwnerID, &r.RecordKind, &r.RecordID, &r.RecordName, &r.Record, &r.Created, &r.Wrote,
		&r.Cause, &r.ResolvedAt, &r.ResolvedBy, &r.EventsGoneAt, &r.ErasedAt,
	}
}

func (r *entryRow) plain() (Entry, error) {
	e := Entry{
		ID: r.ID, Kind: callflow.Kind(r.Kind), ObjectID: r.ObjectID, Fence: r.Fence, Revision: r.Revision,
		Events: r.Events, Tries: r.Tries, Failures: r.Failures, Replay: r.Replay, Choice: r.Choice, IntentAt: fromMicros(r.IntentAt),
		FirstAt: fromMicros(r.FirstAt), UpdatedAt: fromMicros(r.UpdatedAt),
		Cause: r.Cause, ResolvedAt: fromMicros(r.ResolvedAt), ResolvedBy: r.ResolvedBy,
		EventsGoneAt: fromMicros(r.EventsGoneAt), ErasedAt: fromMicros(r.ErasedAt),
		Facts: Facts{
			CallType: callflow.CallType(r.CallType), Direction: callflow.Direction(r.Direction), LineID: r.LineID, LineName: r.LineName,
			External: r.External, AgentID: r.AgentID, AgentName: r.AgentName, StartedAt: fromMicros(r.StartedAt), EndedAt: fromMicros(r.EndedAt),
		},
		Verdict: Verdict{Outcome: callflow.Outcome(r.Outcome), Reason: callflow.Reason(r.Reason), RulesVersion: r.RulesVersion},
		Written: Written{
			TaskID: r.TaskID, TaskAt: fromMicros(r.TaskAt), WhoID: r.WhoID, WhatID: r.WhatID, OwnerID: r.OwnerID,
		},
	}
	if r.DueAt != nil {
		e.DueAt = fromMicros(*r.DueAt)
	}
	for _, f := range []struct {
		text string
		into any
	}{{r.Detail, &e.Detail}, {r.Record, &e.Record}, {r.Created, &e.Created}, {r.Wrote, &e.Wrote}} {
		if f.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(f.text), f.into); err != nil {
			return e, fmt.Errorf("store: entry %d: %w", r.ID, err)
		}
	}
	return e, nil
}

func plainEntries(found []entryRow) ([]Entry, error) {
	out := make([]Entry, len(found))
	for i := range found {
		var err error
		if out[i], err = found[i].plain(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Entry returns one entry by its number.
func (s *Store) Entry(ctx context.Context, id int64) (Entry, error) {
	return s.oneEntry(ctx, "id = ?", id)
}

// EntryOf returns the entry of a call or message by Aircall's id.
func (s *Store) EntryOf(ctx context.Context, kind callflow.Kind, objectID string) (Entry, error) {
	return s.oneEntry(ctx, "provider = ? AND kind = ? AND object_id = ?", provider, string(kind), objectID)
}

func (s *Store) oneEntry(ctx context.Context, where string, args ...any) (Entry, error) {
	var found []entryRow
	err := s.r.WithContext(ctx).Raw("SELECT "+entryColumns+" FROM entries WHERE "+where+" LIMIT 1", args...).Scan(&found).Error
	if err != nil {
		return Entry{}, fmt.Errorf("store: read entry: %w", err)
	}
	if len(found) == 0 {
		return Entry{}, ErrNotFound
	}
	return found[0].plain()
}

// ClaimEntries takes up to n due entries for one worker until the lease ends.
// An entry claimed elsewhere, or whose lease still runs, is left alone.
func (s *Store) ClaimEntries(ctx context.Context, n int, lease time.Duration) ([]Entry, error) {
	now := s.now()
	skip := ""
	if s.postgres {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	found, err := readRows(s.w.WithContext(ctx).Raw(`UPDATE entries SET lease_until = ?, fence = fence + 1 WHERE id IN (
		SELECT id FROM entries WHERE due_at IS NOT NULL AND due_at <= ? AND lease_until <= ? ORDER BY due_at LIMIT ?`+skip+`)
		RETURNING `+entryColumns, micros(now.Add(lease)), micros(now), micros(now), n), (*entryRow).columns)
	if err != nil {
		return nil, fmt.Errorf("store: claim entries: %w", err)
	}
	return plainEntries(found)
}

// NextDue tells when the next entry is due that nobody has claimed; ok is
// false when there is none.
func (s *Store) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	var due *int64
	err = s.r.WithContext(ctx).Raw(`SELECT CASE WHEN lease_until > due_at THEN lease_until ELSE due_at END FROM entries
		WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1`).Scan(&due).Error
	if err != nil || due == nil {
		return time.Time{}, false, err
	}
	return fromMicros(*due), true, nil
}

// MarkIntent records, before the request leaves, that these entries are about
// to be written under their fence; the newest time counts, since it is the
// request whose answer may be lost. Their Detail is kept with it: it tells what
// an earlier lost answer was about. It returns the ids that still belong to the
// caller; the others were taken over after the lease ended.
func (s *Store) MarkIntent(ctx context.Context, entries []Entry, lease time.Duration) (map[int64]bool, error) {
	now := s.now()
	mine := make(map[int64]bool, len(entries))
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		mark, err := s.statement(ctx, tx, "UPDATE entries SET lease_until = ?, intent_at = ?, detail = ? WHERE id = ? AND fence = ?")
		if err != nil {
			return err
		}
		defer mark.end()
		for _, i := range inOrder(len(entries), func(i int) *Entry { return &entries[i] }) {
			e := &entries[i]
			detail, err := jsonOrEmpty(e.Detail, len(e.Detail))
			if err != nil {
				return err
			}
			n, err := mark.exec(ctx, micros(now.Add(lease)), micros(now), detail, e.ID, e.Fence)
			if err != nil {
				return err
			}
			mine[e.ID] = n == 1
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: mark intent: %w", err)
	}
	return mine, nil
}

// ReleaseLeases ends all claims. Only a process that has the database to
// itself may call it, at its start: the claims are those of a crash.
func (s *Store) ReleaseLeases(ctx context.Context) error {
	err := s.w.WithContext(ctx).Exec("UPDATE entries SET lease_until = 0 WHERE due_at IS NOT NULL AND lease_until > 0").Error
	if err != nil {
		return fmt.Errorf("store: release leases: %w", err)
	}
	return nil
}

// EndLeases lets entries be claimed again after a pause, those that still
// belong to the caller.
func (s *Store) EndLeases(ctx context.Context, entries []Entry, pause time.Duration) error {
	until := micros(s.now().Add(pause))
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, i := range inOrder(len(entries), func(i int) *Entry { return &entries[i] }) {
			err := tx.Exec("UPDATE entries SET lease_until = ? WHERE id = ? AND fence = ? AND lease_until > 0", until, entries[i].ID, entries[i].Fence).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store: end leases: %w", err)
	}
	return nil
}

// replaySet hands an entry back to the worker. What a person said of its
// failure does not hold for what comes of it now.
const replaySet = `due_at = ?, replay = ?, failures = CASE WHEN intent_at > 0 THEN failures ELSE 0 END,
	outcome = CASE WHEN task_id <> '' THEN outcome ELSE 'waiting' END, reason = CASE WHEN task_id <> '' THEN reason ELSE 'queued' END,
	resolved_at = 0, resolved_by = '', revision = revision + 1, updated_at = ?`

// ReplayEntry makes an entry due again, to be judged by that day's rules
// ("then") or today's ("now"). Asking twice replays once.
func (s *Store) ReplayEntry(ctx context.Context, id int64, rules string) error {
	now := micros(s.now())
	res := s.w.WithContext(ctx).Exec("UPDATE entries SET "+replaySet+" WHERE id = ? AND replay = ''", now, rules, now, id)
	if res.Error != nil {
		return fmt.Errorf("store: replay entry: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		if _, err := s.Entry(ctx, id); err != nil {
			return err
		}
		return ErrConflict
	}
	s.changes.tell()
	return nil
}

// ChooseForEntry keeps the record a person chose for an entry that needs a
// choice, and lets it go on under the rules that asked. Two answers at once:
// the first one counts.
func (s *Store) ChooseForEntry(ctx context.Context, id int64, recordID string) error {
	now := micros(s.now())
	res := s.w.WithContext(ctx).Exec(`UPDATE entries SET choice = ?, due_at = ?, replay = 'then', failures = CASE WHEN intent_at > 0 THEN failures ELSE 0 END, outcome = 'waiting', reason = 'queued',
		revision = revision + 1, updated_at = ? WHERE id = ? AND outcome = 'needs_choice'`, recordID, now, now, id)
	if res.Error != nil {
		return fmt.Errorf("store: choose for entry: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		if _, err := s.Entry(ctx, id); err != nil {
			return err
		}
		return ErrConflict
	}
	s.changes.tell()
	return nil
}

// WakeHeld makes entries due that wait for Salesforce, after it came back; so
// do late facts of Tasks that stand.
func (s *Store) WakeHeld(ctx context.Context) (int64, error) {
	res := s.w.WithContext(ctx).Exec(`UPDATE entries SET due_at = ? WHERE due_at > ?
		AND (outcome = 'logged' OR (outcome = 'waiting' AND reason LIKE 'held\_%' ESCAPE '\'))`,
		micros(s.now()), micros(s.now()))
	if res.Error != nil {
		return 0, fmt.Errorf("store: wake held entries: %w", res.Error)
	}
	s.changes.tell()
	return res.RowsAffected, nil
}
