package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

// ReplayState is how far a replay of many is.
type ReplayState string

// The states of a replay of many. The last two are its end.
const (
	ReplayRunning  ReplayState = "running"
	ReplayStopping ReplayState = "stopping" // what a worker has in hand comes to its end
	ReplayDone     ReplayState = "done"
	ReplayStopped  ReplayState = "stopped"
)

// ReplayKind is what the entries of a replay of many have in common.
type ReplayKind string

// The kinds of replays of many.
const (
	ReplayCause  ReplayKind = "cause"  // they failed for one cause
	ReplayPicked ReplayKind = "picked" // somebody picked each of them
	ReplayFilter ReplayKind = "filter" // a filter found them
)

// Replay is many entries handed back to the worker, some at a time, so that a
// person can stop it: what is not handed over stays as it is.
type Replay struct {
	ID         int64
	Kind       ReplayKind
	Cause      string // of a cause: its key, reason, and the facts of the latest call
	Reason     callflow.Reason
	Detail     map[string]string
	Query      string // of a filter: its address
	Rules      string // "then" or "now"
	AskedBy    string
	AskedAt    time.Time
	FinishedAt time.Time
	State      ReplayState
	Total      int // entries when it was asked for
	ReplayTally
}

// ReplayTally is what became of the entries of a replay.
type ReplayTally struct {
	Flying int // handed to the worker and not yet at an end
	Logged int
	Failed int // again
	Other  int // skipped, or a question to a person
	// Of the others, which is known as long as each entry of the replay is.
	Skipped, Choices int
	Passed           int // changed meanwhile, and so left as they are
}

// Done is how many entries are at an end.
func (t ReplayTally) Done() int { return t.Logged + t.Failed + t.Other + t.Passed }

// Open reports whether the replay is not at its end.
func (r Replay) Open() bool { return r.State == ReplayRunning || r.State == ReplayStopping }

type replayRow struct {
	ID                                                        int64
	Kind, Cause, Reason, Detail, Query, Rules, AskedBy, State string
	AskedAt, FinishedAt                                       int64
	Total, Logged, Failed, Other, Passed                      int
}

// Replays returns those under way and the last of the others, the newest first.
func (s *Store) Replays(ctx context.Context, limit int) ([]Replay, error) {
	return s.replays(ctx, "ORDER BY CASE WHEN finished_at = 0 THEN 0 ELSE 1 END, id DESC LIMIT ?", limit)
}

// ReplaysBefore lists all replays of many, the newest first; before is the
// number of the last one seen, 0 to begin.
func (s *Store) ReplaysBefore(ctx context.Context, before int64, limit int) ([]Replay, error) {
	return s.replays(ctx, "WHERE id < ? OR ? = 0 ORDER BY id DESC LIMIT ?", before, before, limit)
}

// ReplayOf returns one of them.
func (s *Store) ReplayOf(ctx context.Context, id int64) (Replay, error) {
	return s.oneReplay(ctx, "WHERE id = ?", id)
}

func (s *Store) oneReplay(ctx context.Context, rest string, args ...any) (Replay, error) {
	found, err := s.replays(ctx, rest, args...)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Replay{}, err
	}
	return found[0], nil
}

func (s *Store) replays(ctx context.Context, rest string, args ...any) ([]Replay, error) {
	var found []replayRow
	err := s.r.WithContext(ctx).Raw(`SELECT id, kind, cause, reason, detail, query, rules, asked_by, asked_at, finished_at, state, total, logged, failed, other, passed
		FROM replays `+rest, args...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read replays: %w", err)
	}
	out := make([]Replay, len(found))
	for i, f := range found {
		out[i] = Replay{ID: f.ID, Kind: ReplayKind(f.Kind), Cause: f.Cause, Reason: callflow.Reason(f.Reason), Query: f.Query, Rules: f.Rules, AskedBy: f.AskedBy,
			AskedAt: fromMicros(f.AskedAt), FinishedAt: fromMicros(f.FinishedAt), State: ReplayState(f.State), Total: f.Total,
			ReplayTally: ReplayTally{Logged: f.Logged, Failed: f.Failed, Other: f.Other, Passed: f.Passed}}
		if f.Detail != "" {
			if err := json.Unmarshal([]byte(f.Detail), &out[i].Detail); err != nil {
				return nil, fmt.Errorf("store: replay %d: %w", f.ID, err)
			}
		}
		if out[i].Open() || f.Other > 0 {
			t, _, err := tally(s.r.WithContext(ctx), f.ID)
			if err != nil {
				return nil, err
			}
			if !out[i].Open() { // what became of each is forgotten before the sums are
				out[i].Skipped, out[i].Choices = t.Skipped, t.Choices
				continue
			}
			out[i].ReplayTally = t
		}
	}
	return out, nil
}

// tally counts the entries of a replay, and those that are not yet handed over.
func tally(db *gorm.DB, id int64) (t ReplayTally, waiting int, err error) {
	var found []struct {
		State, Outcome string
		N              int
	}
	err = db.Raw("SELECT state, outcome, count(*) AS n FROM replay_items WHERE replay_id = ? GROUP BY state, outcome", id).Scan(&found).Error
	if err != nil {
		return t, 0, fmt.Errorf("store: count replayed: %w", err)
	}
	for _, f := range found {
		switch {
		case f.State == "waiting":
			waiting += f.N
		case f.State == "flying":
			t.Flying += f.N
		case f.State == "passed":
			t.Passed += f.N
		case f.Outcome == string(callflow.Logged):
			t.Logged += f.N
		case f.Outcome == string(callflow.Failed):
			t.Failed += f.N
		default:
			t.Other += f.N
			switch f.Outcome {
			case string(callflow.Skipped):
				t.Skipped += f.N
			case string(callflow.NeedsChoice):
				t.Choices += f.N
			}
		}
	}
	return t, waiting, nil
}

// StopReplay ends one that a person does not want any more: what no worker has
// in hand stays as it is, or becomes again what it was. ErrConflict says that it
// is at its end already.
func (s *Store) StopReplay(ctx context.Context, id int64) error {
	res := s.w.WithContext(ctx).Exec("UPDATE replays SET state = 'stopping' WHERE id = ? AND state = 'running'", id)
	if res.Error != nil {
		return fmt.Errorf("store: stop replay: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrConflict
	}
	s.changes.tell()
	return s.advance(ctx, replayRow{ID: id, State: string(ReplayStopping)}, 0)
}

// AdvanceReplays hands over what the replays under way have not yet handed
// over, as long as no more than most of each are in the worker's hands, and
// ends those that have come to their end.
func (s *Store) AdvanceReplays(ctx context.Context, most int) error {
	var open []replayRow
	err := s.r.WithContext(ctx).Raw("SELECT id, rules, asked_at, state FROM replays WHERE state IN ('running', 'stopping') ORDER BY id").Scan(&open).Error
	if err != nil {
		return fmt.Errorf("store: read replays: %w", err)
	}
	var errs []error
	for _, r := range open {
		errs = append(errs, s.advance(ctx, r, most))
	}
	return errors.Join(errs...)
}

// advance holds the replay's row, so that of several nodes one at a time counts
// it, feeds it and ends it.
func (s *Store) advance(ctx context.Context, r replayRow, most int) error {
	changed := false
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		held := tx.Exec("UPDATE replays SET state = state WHERE id = ? AND state = ?", r.ID, r.State)
		if held.Error != nil || held.RowsAffected == 0 {
			return held.Error
		}
		landed, err := land(tx, r.ID)
		if err != nil {
			return err
		}
		if r.State == string(ReplayStopping) {
			if err := s.takeBack(tx, r.ID); err != nil {
				return err
			}
		}
		t, waiting, err := tally(tx, r.ID)
		if err != nil {
			return err
		}
		fed := 0
		if r.State == string(ReplayRunning) && waiting > 0 && t.Flying < most {
			if fed, err = s.feed(tx, r, min(most-t.Flying, manyAtOnce)); err != nil {
				return err
			}
		}
		changed = landed+fed > 0
		if fed > 0 || t.Flying > 0 || r.State == string(ReplayRunning) && waiting > 0 {
			return nil
		}
		changed = true
		return tx.Exec(`UPDATE replays SET state = CASE WHEN state = 'stopping' THEN 'stopped' ELSE 'done' END,
			finished_at = ?, logged = ?, failed = ?, other = ?, passed = ? WHERE id = ?`, micros(s.now()), t.Logged, t.Failed, t.Other, t.Passed, r.ID).Error
	})
	if err != nil {
		return fmt.Errorf("store: advance replay: %w", err)
	}
	if changed {
		s.changes.tell()
	}
	return nil
}

// land notes what became of the entries that the worker is done with.
func land(tx *gorm.DB, id int64) (int, error) {
	res := tx.Exec(`UPDATE replay_items SET state = 'done', outcome = e.outcome, reason = e.reason, task_id = e.task_id FROM entries e
		WHERE replay_items.replay_id = ? AND replay_items.state = 'flying' AND e.id = replay_items.entry_id AND e.replay = ''`, id)
	return int(res.RowsAffected), res.Error
}

// feed hands some entries over, the oldest calls first. What has changed since
// the replay was asked for is not what the person saw: it stays as it is. What
// somebody else is changing right now is looked at again next time.
func (s *Store) feed(tx *gorm.DB, r replayRow, most int) (int, error) {
	var next []int64
	err := tx.Raw("SELECT entry_id FROM replay_items WHERE replay_id = ? AND state = 'waiting' ORDER BY n LIMIT ?", r.ID, most).Scan(&next).Error
	if err != nil || len(next) == 0 {
		return 0, err
	}
	skip := ""
	if s.postgres {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	var found []struct {
		ID   int64
		Same bool
	}
	err = tx.Raw("SELECT id, replay = '' AND outcome <> 'waiting' AND updated_at <= ? AS same FROM entries WHERE id IN ? ORDER BY id"+skip, r.AskedAt, next).Scan(&found).Error
	if err != nil {
		return 0, err
	}
	var taken, passed []int64
	for _, f := range found {
		if f.Same {
			taken = append(taken, f.ID)
		} else {
			passed = append(passed, f.ID)
		}
	}
	if len(passed) > 0 {
		if err := tx.Exec("UPDATE replay_items SET state = 'passed' WHERE replay_id = ? AND state = 'waiting' AND entry_id IN ?", r.ID, passed).Error; err != nil {
			return 0, err
		}
	}
	if len(taken) > 0 {
		if err := tx.Exec(handOver, r.ID, taken).Error; err != nil {
			return 0, err
		}
		now := micros(s.now())
		err = tx.Exec("UPDATE entries SET "+replaySet+", replay_id = ? WHERE id IN ?", now, r.Rules, now, r.ID, taken).Error
	}
	return len(found), err
}
