package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

// Reconciled counts calls of one day, line and agent, or of several together.
type Reconciled struct {
	Day              string // as time.DateOnly, in the zone of the house
	LineID, AgentID  string
	Line, Agent      string // names
	Calls            int    // of the ledger
	Listed           int    // of which Aircall's list was seen to hold
	Logged, Skipped  int
	Person, Waiting  int // need a person; wait or go on
	Found            int // one Task was found
	Deleted          int // a person deleted the Task
	Missing, Doubled int // no Task; more than one, and not ours to delete
	Healed           int // Tasks too many that were deleted
}

// Accounted counts the calls that are logged, or of which is known why not.
func (r Reconciled) Accounted() int { return r.Calls - r.Waiting - r.Missing - r.Doubled }

const reconciledSums = `sum(calls), sum(listed), sum(logged), sum(skipped), sum(person), sum(waiting), sum(found), sum(deleted), sum(missing), sum(doubled), sum(healed)`

func (r *Reconciled) counts() []any {
	return []any{&r.Calls, &r.Listed, &r.Logged, &r.Skipped, &r.Person, &r.Waiting, &r.Found, &r.Deleted, &r.Missing, &r.Doubled, &r.Healed}
}

// CountDay counts the calls again that started on the date of a moment. A day's rows change
// together. A Task that is nowhere and of which the entry says that somebody
// deleted it is a person's will, not a Task that is missing.
func (s *Store) CountDay(ctx context.Context, day time.Time) error {
	return wrapped("store: count day", s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if s.postgres { // who counts later has read later, and writes over it
			if err := tx.Exec("SELECT pg_advisory_xact_lock(7291, 5)").Error; err != nil {
				return err
			}
		}
		found, err := countedDay(tx, callflow.DayOf(day, 0), callflow.DayOf(day, 1))
		if err != nil {
			return err
		}
		return keepDay(tx, day.Format(time.DateOnly), found)
	}))
}

// countedDay counts the calls of a day by line and agent.
func countedDay(tx *gorm.DB, from, to time.Time) ([]Reconciled, error) {
	return readRows(tx.Raw(`SELECT line_id, agent_id, max(line_name), max(agent_name), count(*),
		sum(CASE WHEN listed_at > 0 THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome = 'logged' THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome = 'skipped' THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome IN ('failed', 'needs_choice') THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome = 'waiting' THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome = 'logged' AND standing = 1 THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome = 'logged' AND (standing = 2 OR standing = 3 AND reason = 'task_deleted') THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome = 'logged' AND standing = 3 AND reason <> 'task_deleted' THEN 1 ELSE 0 END),
		sum(CASE WHEN outcome = 'logged' AND standing = 4 THEN 1 ELSE 0 END),
		sum(healed)
		FROM entries WHERE kind = 'call' AND started_at >= ? AND started_at < ? GROUP BY line_id, agent_id ORDER BY line_id, agent_id`, micros(from), micros(to)),
		func(r *Reconciled) []any {
			return append([]any{&r.LineID, &r.AgentID, &r.Line, &r.Agent}, r.counts()...)
		})
}

// keepDay puts the counts of a day in the place of earlier ones.
func keepDay(tx *gorm.DB, name string, found []Reconciled) error {
	if err := tx.Exec("DELETE FROM reconciled WHERE day = ?", name).Error; err != nil {
		return err
	}
	for len(found) > 0 {
		n := min(len(found), 200)
		var args []any
		for _, r := range found[:n] {
			args = append(args, name, r.LineID, r.AgentID, r.Line, r.Agent, r.Calls, r.Listed, r.Logged, r.Skipped, r.Person, r.Waiting, r.Found, r.Deleted, r.Missing, r.Doubled, r.Healed)
		}
		row := ", (?" + strings.Repeat(", ?", 15) + ")"
		if err := tx.Exec(`INSERT INTO reconciled (day, line_id, agent_id, line_name, agent_name, calls, listed, logged, skipped, person, waiting,
			found, deleted, missing, doubled, healed) VALUES `+strings.Repeat(row, n)[2:], args...).Error; err != nil {
			return err
		}
		found = found[n:]
	}
	return nil
}

// UnclearDays returns the days since one, of which a later count may tell more.
func (s *Store) UnclearDays(ctx context.Context, since string) ([]string, error) {
	var days []string
	err := s.r.WithContext(ctx).Raw(`SELECT day FROM reconciled WHERE day >= ? GROUP BY day
		HAVING sum(waiting) + sum(person) + sum(missing) + sum(doubled) > 0 ORDER BY day`, since).Scan(&days).Error
	return days, wrapped("store: unclear days", err)
}

// ReconciledBy is what days are counted by.
type ReconciledBy int

// The ways to count.
const (
	ByDay ReconciledBy = iota
	ByLine
	ByAgent
	Together
	Apart // every day, line and agent of its own
)

// Reconciled returns the counts of the days from one to another, both included:
// by day the newest first, by line or agent the most calls first.
func (s *Store) Reconciled(ctx context.Context, by ReconciledBy, from, to string) ([]Reconciled, error) {
	columns := [...]string{"day, '', '', '', ''", "'', line_id, '', max(line_name), ''", "'', '', agent_id, '', max(agent_name)", "'', '', '', '', ''", "day, line_id, agent_id, max(line_name), max(agent_name)"}[by]
	group := [...]string{" GROUP BY day ORDER BY day DESC", " GROUP BY line_id ORDER BY sum(calls) DESC, line_id", " GROUP BY agent_id ORDER BY sum(calls) DESC, agent_id",
		" HAVING count(*) > 0", " GROUP BY day, line_id, agent_id ORDER BY day DESC, line_id, agent_id"}[by]
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT "+columns+", "+reconciledSums+" FROM reconciled WHERE day >= ? AND day <= ?"+group, from, to),
		func(r *Reconciled) []any {
			return append([]any{&r.Day, &r.LineID, &r.AgentID, &r.Line, &r.Agent}, r.counts()...)
		})
	if err != nil {
		return nil, fmt.Errorf("store: read reconciled days: %w", err)
	}
	return found, nil
}

// Lacking is an entry that no Task, or more than one, stands for.
type Lacking struct {
	ID        int64
	External  string
	StartedAt time.Time
	Standing  Standing
}

// Lackings returns the newest entries of a period that lack their one Task.
func (s *Store) Lackings(ctx context.Context, from, to time.Time, limit int) ([]Lacking, error) {
	type row struct {
		id, started int64
		external    string
		standing    int
	}
	found, err := readRows(s.r.WithContext(ctx).Raw(`SELECT id, external, started_at, standing FROM entries WHERE standing >= 3 AND outcome = 'logged'
		AND NOT (standing = 3 AND reason = 'task_deleted') AND started_at >= ? AND started_at < ? ORDER BY started_at DESC, id DESC LIMIT ?`, micros(from), micros(to), limit),
		func(r *row) []any { return []any{&r.id, &r.external, &r.started, &r.standing} })
	if err != nil {
		return nil, fmt.Errorf("store: read lacking Tasks: %w", err)
	}
	out := make([]Lacking, len(found))
	for i, f := range found {
		out[i] = Lacking{f.id, f.external, fromMicros(f.started), Standing(f.standing)}
	}
	return out, nil
}
