package store

import (
	"context"
	"encoding/json"
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
	ReplayStopping ReplayState = "stopping" // what was handed to the worker comes to its end
	ReplayDone     ReplayState = "done"
	ReplayStopped  ReplayState = "stopped"
)

// Replay is all failures of one cause handed back to the worker, some at a
// time, so that a person can stop it: what is not handed over stays failed.
type Replay struct {
	ID         int64
	Cause      string
	Reason     callflow.Reason
	Detail     map[string]string // the reason's facts, of the latest call
	Rules      string            // "then" or "now"
	AskedBy    string
	AskedAt    time.Time
	FinishedAt time.Time
	State      ReplayState
	Total      int // failures when it was asked for
	Tally
}

// Tally is what became of the entries of a replay.
type Tally struct {
	Flying int // handed to the worker and not yet at an end
	Logged int
	Failed int // again
	Other  int // skipped, or a question to a person
}

// Done is how many entries are at an end.
func (t Tally) Done() int { return t.Logged + t.Failed + t.Other }

// Open reports whether the replay is not at its end.
func (r Replay) Open() bool { return r.State == ReplayRunning || r.State == ReplayStopping }

type replayRow struct {
	ID                                           int64
	Cause, Reason, Detail, Rules, AskedBy, State string
	AskedAt, FinishedAt                          int64
	Total, Logged, Failed, Other                 int
}

// StartReplay asks for all failures of a cause that are there now. One that
// is under way for the same cause is ErrConflict, so that two clicks replay
// once; without failures it is ErrNotFound.
func (s *Store) StartReplay(ctx context.Context, cause, rules, by string) (Replay, error) {
	c, err := s.CauseOf(ctx, cause)
	if err != nil {
		return Replay{}, err
	}
	like := c.Latest[0]
	detail, err := jsonOrEmpty(like.Detail, len(like.Detail))
	if err != nil {
		return Replay{}, fmt.Errorf("store: start replay: %w", err)
	}
	r := Replay{Cause: cause, Reason: like.Reason, Detail: like.Detail, Rules: rules, AskedBy: by, AskedAt: s.now(), State: ReplayRunning, Total: c.N}
	res := s.w.WithContext(ctx).Exec(`INSERT INTO replays (cause, reason, detail, rules, asked_by, asked_at, state, total)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		cause, string(like.Reason), detail, rules, clean(by), micros(r.AskedAt), string(r.State), r.Total)
	if res.Error != nil {
		return Replay{}, fmt.Errorf("store: start replay: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return Replay{}, ErrConflict
	}
	s.changes.tell()
	return r, nil
}

// Replays returns those under way and the last of the others, the newest first.
func (s *Store) Replays(ctx context.Context, limit int) ([]Replay, error) {
	return s.replays(ctx, "ORDER BY CASE WHEN finished_at = 0 THEN 0 ELSE 1 END, id DESC LIMIT ?", limit)
}

func (s *Store) replays(ctx context.Context, rest string, args ...any) ([]Replay, error) {
	var found []replayRow
	err := s.r.WithContext(ctx).Raw(`SELECT id, cause, reason, detail, rules, asked_by, asked_at, finished_at, state, total, logged, failed, other
		FROM replays `+rest, args...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read replays: %w", err)
	}
	out := make([]Replay, len(found))
	for i, f := range found {
		out[i] = Replay{ID: f.ID, Cause: f.Cause, Reason: callflow.Reason(f.Reason), Rules: f.Rules, AskedBy: f.AskedBy, AskedAt: fromMicros(f.AskedAt),
			FinishedAt: fromMicros(f.FinishedAt), State: ReplayState(f.State), Total: f.Total, Tally: Tally{Logged: f.Logged, Failed: f.Failed, Other: f.Other}}
		if f.Detail != "" {
			if err := json.Unmarshal([]byte(f.Detail), &out[i].Detail); err != nil {
				return nil, fmt.Errorf("store: replay %d: %w", f.ID, err)
			}
		}
		if out[i].Open() {
			if out[i].Tally, err = tally(s.r.WithContext(ctx), f.ID); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func tally(db *gorm.DB, id int64) (t Tally, err error) {
	var found []struct {
		Outcome string
		Flying  bool
		N       int
	}
	err = db.Raw(`SELECT outcome, replay <> '' AS flying, count(*) AS n FROM entries
		WHERE replay_id = ? AND replay_id > 0 GROUP BY 1, 2`, id).Scan(&found).Error
	if err != nil {
		return t, fmt.Errorf("store: count replayed: %w", err)
	}
	for _, f := range found {
		switch {
		case f.Flying:
			t.Flying += f.N
		case f.Outcome == string(callflow.Logged):
			t.Logged += f.N
		case f.Outcome == string(callflow.Failed):
			t.Failed += f.N
		default:
			t.Other += f.N
		}
	}
	return t, nil
}

// StopReplay ends one that a person does not want any more: what is not handed
// over stays failed. ErrConflict says that it is at its end already.
func (s *Store) StopReplay(ctx context.Context, id int64) error {
	res := s.w.WithContext(ctx).Exec("UPDATE replays SET state = 'stopping' WHERE id = ? AND state = 'running'", id)
	if res.Error != nil {
		return fmt.Errorf("store: stop replay: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrConflict
	}
	s.changes.tell()
	return nil
}

// AdvanceReplays hands over what the replays under way have not yet handed
// over, as long as no more than most of each are in the worker's hands, and
// ends those that have come to their end.
func (s *Store) AdvanceReplays(ctx context.Context, most int) error {
	open, err := s.replays(ctx, "WHERE state IN ('running', 'stopping') ORDER BY id")
	if err != nil {
		return err
	}
	for _, r := range open {
		if err := s.advance(ctx, r, most); err != nil {
			return err
		}
	}
	return nil
}

// advance holds the replay's row, so that of several nodes one at a time counts
// it, feeds it and ends it.
func (s *Store) advance(ctx context.Context, r Replay, most int) error {
	changed := false
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		held := tx.Exec("UPDATE replays SET state = state WHERE id = ? AND state = ?", r.ID, string(r.State))
		if held.Error != nil || held.RowsAffected == 0 {
			return held.Error
		}
		t, err := tally(tx, r.ID)
		if err != nil {
			return err
		}
		if r.State == ReplayRunning && t.Flying < most {
			fed, err := s.feed(tx, r, min(most-t.Flying, manyAtOnce))
			if changed = fed > 0; err != nil || changed {
				return err
			}
		}
		if t.Flying > 0 {
			return nil
		}
		changed = true
		return tx.Exec(`UPDATE replays SET state = CASE WHEN state = 'stopping' THEN 'stopped' ELSE 'done' END,
			finished_at = ?, logged = ?, failed = ?, other = ? WHERE id = ?`, micros(s.now()), t.Logged, t.Failed, t.Other, r.ID).Error
	})
	if err != nil {
		return fmt.Errorf("store: advance replay: %w", err)
	}
	if changed {
		s.changes.tell()
	}
	return nil
}

// feed hands some failures over. What has changed since the replay was asked
// for is not what the person saw: it stays as it is.
func (s *Store) feed(tx *gorm.DB, r Replay, most int) (int, error) {
	now := micros(s.now())
	return s.changeSome(tx, replaySet+", replay_id = ?", []any{now, r.Rules, now, r.ID},
		`cause = ? AND cause <> '' AND outcome = 'failed' AND resolved_at = 0 AND replay = '' AND replay_id <> ? AND updated_at <= ?`,
		[]any{r.Cause, r.ID, micros(r.AskedAt)}, most)
}
