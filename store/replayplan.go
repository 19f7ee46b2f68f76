package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

const (
	// ReplayMost is how many entries one replay takes, the oldest ones.
	ReplayMost = 10_000
	// PickMost is how many a person picks one by one.
	PickMost = 1_000
	// ReplayMemory is how long is kept what became of each entry of a replay.
	ReplayMemory = 90 * 24 * time.Hour
)

// ReplayOrder says what is to be replayed.
type ReplayOrder struct {
	Kind   ReplayKind
	Filter Filter    // finds the entries
	Cause  string    // of a cause: its key
	Query  string    // of a filter: its address
	Seen   time.Time // what changed later is not meant; zero = now
	Rules  string    // "then" or "now"
	By     string
	Plan   string // the same plan is replayed once; "" = unknown

	Did func(Replay) AuditRow // written down together with it; nil = nothing is
}

// ReplayPlan is what a replay would take, told before it is asked for.
type ReplayPlan struct {
	Total   int  // that would be replayed, ReplayMost at most
	More    bool // there are others, beyond ReplayMost
	Tasks   int  // of Total, those that have a Task
	Failed  int  // of Total, by outcome
	Choices int
	Skipped int
	Waiting int // that are in hand already, and so not replayed
}

type replayable struct {
	ID                      int64
	Outcome, Reason, TaskID string
}

// replayables reads what the order finds, the oldest calls first.
func (s *Store) replayables(ctx context.Context, o ReplayOrder, most int) ([]replayable, error) {
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	where, args, err := s.conditions(ctx, o.Filter)
	if err != nil {
		return nil, fmt.Errorf("store: find what to replay: %w", tooBroad(ctx, err))
	}
	where = append(where, "outcome <> 'waiting'", "replay = ''")
	if !o.Seen.IsZero() {
		where, args = append(where, "updated_at <= ?"), append(args, micros(o.Seen))
	}
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT id, outcome, reason, task_id FROM entries "+whereClause(where)+" ORDER BY started_at, id LIMIT ?", append(args, most)...),
		func(r *replayable) []any { return []any{&r.ID, &r.Outcome, &r.Reason, &r.TaskID} })
	if err != nil {
		return nil, fmt.Errorf("store: find what to replay: %w", tooBroad(ctx, err))
	}
	return found, nil
}

// PlanReplay tells what a replay would take, and changes nothing.
func (s *Store) PlanReplay(ctx context.Context, o ReplayOrder) (p ReplayPlan, err error) {
	found, err := s.replayables(ctx, o, ReplayMost+1)
	if err != nil {
		return p, err
	}
	if p.More = len(found) > ReplayMost; p.More {
		found = found[:ReplayMost]
	}
	p.Total = len(found)
	for _, f := range found {
		if f.TaskID != "" {
			p.Tasks++
		}
		switch callflow.Outcome(f.Outcome) {
		case callflow.Failed:
			p.Failed++
		case callflow.NeedsChoice:
			p.Choices++
		case callflow.Skipped:
			p.Skipped++
		}
	}
	bounded, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	where, args, err := s.conditions(bounded, o.Filter)
	if err != nil {
		return p, fmt.Errorf("store: count what is in hand: %w", tooBroad(bounded, err))
	}
	where = append(where, "(outcome = 'waiting' OR replay <> '')")
	err = s.r.WithContext(bounded).Raw("SELECT count(*) FROM (SELECT 1 FROM entries "+whereClause(where)+" LIMIT ?) AS capped", append(args, ReplayMost)...).Scan(&p.Waiting).Error
	if err != nil {
		return p, fmt.Errorf("store: count what is in hand: %w", tooBroad(bounded, err))
	}
	return p, nil
}

// StartReplay asks for a replay of many. One that is under way for the same
// cause is ErrConflict, so that two clicks replay once; the same plan gives the
// replay that it began. Without anything to replay it is ErrNotFound.
func (s *Store) StartReplay(ctx context.Context, o ReplayOrder) (Replay, error) {
	r := Replay{Kind: o.Kind, Cause: o.Cause, Query: o.Query, Rules: o.Rules, AskedBy: o.By, AskedAt: s.now(), State: ReplayRunning}
	if o.Kind == ReplayCause {
		c, err := s.CauseOf(ctx, o.Cause)
		if err != nil {
			return Replay{}, err
		}
		r.Reason, r.Detail = c.Latest[0].Reason, c.Latest[0].Detail
		o.Filter = Filter{Outcomes: []callflow.Outcome{callflow.Failed}, Cause: o.Cause, Open: true}
	}
	if o.Seen.IsZero() || o.Seen.After(r.AskedAt) {
		o.Seen = r.AskedAt
	}
	found, err := s.replayables(ctx, o, ReplayMost)
	if err != nil {
		return Replay{}, err
	}
	if len(found) == 0 {
		return s.begunBy(ctx, o.Plan, ErrNotFound)
	}
	r.Total = len(found)
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		r.ID, err = insertReplay(tx, r, o.Plan)
		if err != nil {
			return err
		}
		if err := forgetItems(tx, r.AskedAt.Add(-ReplayMemory)); err != nil {
			return err
		}
		if err := insertItems(tx, r.ID, found); err != nil || o.Did == nil {
			return err
		}
		return s.appendAudit(ctx, tx, o.Did(r))
	})
	if errors.Is(err, ErrConflict) {
		return s.begunBy(ctx, o.Plan, ErrConflict)
	}
	if err != nil {
		return Replay{}, fmt.Errorf("store: start replay: %w", err)
	}
	s.changes.tell()
	return r, nil
}

// begunBy is the replay that a plan began already, else why there is none.
func (s *Store) begunBy(ctx context.Context, plan string, why error) (Replay, error) {
	if plan == "" {
		return Replay{}, why
	}
	r, err := s.oneReplay(ctx, "WHERE plan = ?", plan)
	if errors.Is(err, ErrNotFound) {
		err = why
	}
	if err != nil {
		return Replay{}, err
	}
	return r, ErrConflict
}

func insertReplay(tx *gorm.DB, r Replay, plan string) (int64, error) {
	detail, err := jsonOrEmpty(r.Detail, len(r.Detail))
	if err != nil {
		return 0, err
	}
	var ids []int64
	err = tx.Raw(`INSERT INTO replays (kind, cause, reason, detail, query, plan, rules, asked_by, asked_at, state, total)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
		string(r.Kind), r.Cause, string(r.Reason), detail, clean(r.Query), clean(plan), r.Rules, clean(r.AskedBy), micros(r.AskedAt), string(r.State), r.Total).Scan(&ids).Error
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, ErrConflict
	}
	return ids[0], nil
}

func insertItems(tx *gorm.DB, id int64, found []replayable) error {
	args := make([]any, 0, len(found)*6)
	for n, f := range found {
		args = append(args, id, n+1, f.ID, f.Outcome, f.Reason, f.TaskID)
	}
	return insertRows(tx, "INSERT INTO replay_items (replay_id, n, entry_id, outcome_before, reason_before, task_before, state) VALUES ", "(?,?,?,?,?,?,'waiting')", "", args, len(found))
}

// forgetItems drops the entries of the oldest replay whose time is over: each
// new one makes room so.
func forgetItems(tx *gorm.DB, before time.Time) error {
	return tx.Exec(`DELETE FROM replay_items WHERE replay_id = (SELECT min(r.id) FROM replays r
		WHERE r.finished_at > 0 AND r.finished_at < ? AND EXISTS (SELECT 1 FROM replay_items i WHERE i.replay_id = r.id))`, micros(before)).Error
}

// ReplayItem is one entry of a replay: what it was, and what became of it.
type ReplayItem struct {
	N      int
	State  string // waiting, flying, done, passed
	Before ReplayMark
	After  ReplayMark // of one that is done
	Entry  Entry      // as it is now
}

// ReplayMark is where an entry stood.
type ReplayMark struct {
	Outcome callflow.Outcome
	Reason  callflow.Reason
	TaskID  string
}

// ReplayItems lists the entries of a replay in their order, those after a place.
// only leaves out others: "" none, "failed", "logged", "other" ("skipped" or
// "choice"), "passed", "waiting" (not handed over, or in hand). The last one says whether there are
// more.
func (s *Store) ReplayItems(ctx context.Context, id int64, only string, after, limit int) ([]ReplayItem, bool, error) {
	cond := map[string]string{"failed": " AND state = 'done' AND outcome = 'failed'", "logged": " AND state = 'done' AND outcome = 'logged'",
		"other": " AND state = 'done' AND outcome NOT IN ('failed', 'logged')", "skipped": " AND state = 'done' AND outcome = 'skipped'",
		"choice": " AND state = 'done' AND outcome = 'needs_choice'", "passed": " AND state = 'passed'", "waiting": " AND state IN ('waiting', 'flying')"}[only]
	var rows []struct {
		N                                                                       int
		EntryID                                                                 int64
		State, Outcome, Reason, TaskID, OutcomeBefore, ReasonBefore, TaskBefore string
	}
	err := s.r.WithContext(ctx).Raw(`SELECT n, entry_id, state, outcome, reason, task_id, outcome_before, reason_before, task_before FROM replay_items
		WHERE replay_id = ? AND n > ?`+cond+" ORDER BY n LIMIT ?", id, after, limit+1).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("store: read replay items: %w", err)
	}
	more := len(rows) > limit
	rows = rows[:min(len(rows), limit)]
	if len(rows) == 0 {
		return nil, false, nil
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.EntryID
	}
	page, err := s.ListEntries(ctx, Filter{IDs: ids, Limit: len(ids)})
	if err != nil {
		return nil, false, err
	}
	byID := map[int64]Entry{}
	for _, e := range page.Entries {
		byID[e.ID] = e
	}
	out := make([]ReplayItem, len(rows))
	for i, r := range rows {
		out[i] = ReplayItem{N: r.N, State: r.State, Before: ReplayMark{callflow.Outcome(r.OutcomeBefore), callflow.Reason(r.ReasonBefore), r.TaskBefore},
			After: ReplayMark{callflow.Outcome(r.Outcome), callflow.Reason(r.Reason), r.TaskID}, Entry: byID[r.EntryID]}
	}
	return out, more, nil
}
