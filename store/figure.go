package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// Bucket counts the entries of one stretch of time by outcome.
type Bucket struct {
	Start  time.Time
	Counts map[callflow.Outcome]int
}

// Resolved stands in buckets for failures that need no Task, as a person says.
const Resolved callflow.Outcome = "resolved"

// counted are the outcomes that are counted along their index; the rest, by far
// the most, is logged.
func counted() []callflow.Outcome {
	return []callflow.Outcome{callflow.Skipped, callflow.NeedsChoice, callflow.Waiting, callflow.Failed}
}

// Outcomes counts entries by outcome between each edge and the next. Every
// count goes along an index, and nothing is sorted: a month of a large ledger
// is counted in a few milliseconds.
func (s *Store) Outcomes(ctx context.Context, edges []time.Time) ([]Bucket, error) {
	if len(edges) < 2 {
		return nil, nil
	}
	columns := "(SELECT count(*) FROM entries WHERE started_at >= a AND started_at < b)"
	for _, o := range counted() {
		columns += ", (SELECT count(*) FROM entries WHERE outcome = '" + string(o) + "' AND outcome <> 'logged' AND started_at >= a AND started_at < b)"
	}
	columns += ", (SELECT count(*) FROM entries WHERE resolved_at > 0 AND outcome = 'failed' AND started_at >= a AND started_at < b)"
	type row struct{ n, all, skipped, choice, waiting, failed, resolved int }
	bars := barsOf(edges)
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	found, err := readRows(s.r.WithContext(ctx).Raw("WITH "+bars.sql+" SELECT n, "+columns+" FROM bars", bars.args...),
		func(r *row) []any {
			return []any{&r.n, &r.all, &r.skipped, &r.choice, &r.waiting, &r.failed, &r.resolved}
		})
	if err != nil {
		return nil, fmt.Errorf("store: count outcomes: %w", tooBroad(ctx, err))
	}
	out := make([]Bucket, len(edges)-1)
	for _, r := range found {
		c := map[callflow.Outcome]int{callflow.Skipped: r.skipped, callflow.NeedsChoice: r.choice, callflow.Waiting: r.waiting, callflow.Failed: r.failed - r.resolved,
			Resolved: r.resolved, callflow.Logged: r.all - r.skipped - r.choice - r.waiting - r.failed}
		maps.DeleteFunc(c, func(_ callflow.Outcome, n int) bool { return n == 0 })
		out[r.n] = Bucket{Start: edges[r.n], Counts: c}
	}
	return out, nil
}

// barsOf is a table "bars" of the stretches between edges: its number n, and
// where it begins and ends, a and b.
func barsOf(edges []time.Time) clause {
	c := clause{sql: "bars (n, a, b) AS (VALUES (CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT))" + strings.Repeat(", (?, ?, ?)", len(edges)-2) + ")"}
	for n := range len(edges) - 1 {
		c.args = append(c.args, n, micros(edges[n]), micros(edges[n+1]))
	}
	return c
}

// Count is how many entries share a value.
type Count struct {
	Key   string
	N     int
	First time.Time
	Last  time.Time
	// Example is the newest of them.
	Example int64
	// Cause is what they failed for, when it is the same for all; only
	// OpenReasons tells it.
	Cause string
}

// CountReasons counts the entries of an outcome by reason, most first. What a
// person resolved is left out. Of entries that need nobody only the number is
// told.
func (s *Store) CountReasons(ctx context.Context, outcome callflow.Outcome, from, to time.Time) ([]Count, error) {
	more := ", min(started_at) AS first, max(started_at) AS last, max(id) AS example"
	which := " AND outcome <> 'logged'" // they are few: along their own index
	if outcome == callflow.Logged || outcome == callflow.Skipped {
		more, which = "", ""
	}
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	var found []struct {
		Key         string
		N           int
		First, Last int64
		Example     int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT reason AS key, count(*) AS n"+more+" FROM entries WHERE outcome = ?"+which+
		" AND resolved_at = 0 AND started_at >= ? AND started_at < ? GROUP BY 1 ORDER BY n DESC, key", string(outcome), micros(from), micros(to)).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: count reasons: %w", tooBroad(ctx, err))
	}
	out := make([]Count, len(found))
	for i, f := range found {
		out[i] = Count{Key: f.Key, N: f.N, First: fromMicros(f.First), Last: fromMicros(f.Last), Example: f.Example}
	}
	return out, nil
}

// CountMatches counts logged entries by the kind of record, most first:
// "contact", "lead", ..., "created:lead" for new ones and "" for none.
func (s *Store) CountMatches(ctx context.Context, from, to time.Time) ([]Count, error) {
	var found []struct {
		Kind string
		N    int
		Made bool
	}
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	err := s.r.WithContext(ctx).Raw(`SELECT record_kind AS kind, count(*) AS n, 0 AS made FROM entries WHERE outcome = 'logged' AND started_at >= ? AND started_at < ? GROUP BY 1
		UNION ALL SELECT record_kind, count(*), 1 FROM entries WHERE created <> '' AND outcome = 'logged' AND started_at >= ? AND started_at < ? GROUP BY 1`,
		micros(from), micros(to), micros(from), micros(to)).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: count matches: %w", tooBroad(ctx, err))
	}
	byKey := map[string]int{}
	for _, f := range found {
		if f.Made { // counted among all of its kind as well
			byKey["created:"+f.Kind] += f.N
			byKey[f.Kind] -= f.N
		} else {
			byKey[f.Kind] += f.N
		}
	}
	var out []Count
	for key, n := range byKey {
		if n > 0 {
			out = append(out, Count{Key: key, N: n})
		}
	}
	slices.SortFunc(out, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Key, b.Key)) })
	return out, nil
}

// Delay is how long one entry took from the end of the call to its Task.
type Delay struct {
	EndedAt time.Time
	Took    time.Duration
}

// maxDelays bounds what the chart of delays reads.
const maxDelays = 5_000

// Delays returns the times to Task of entries that were received as they
// happened; calls told of long after their end are left out. Of very many it
// is every so many-th, evenly over the whole time, and it says which.
func (s *Store) Delays(ctx context.Context, from, to time.Time) (delays []Delay, every int, err error) {
	const live = "FROM entries WHERE started_at >= ? AND started_at < ? AND task_at > 0 AND ended_at > 0 AND first_at < ended_at + 600000000"
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	var n int
	if err := s.r.WithContext(ctx).Raw("SELECT count(*) "+live, micros(from), micros(to)).Scan(&n).Error; err != nil {
		return nil, 0, fmt.Errorf("store: count delays: %w", tooBroad(ctx, err))
	}
	every = 1 + n/maxDelays
	type row struct{ ended, task int64 }
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT ended_at, task_at "+live+" AND id % ? = 0", micros(from), micros(to), every),
		func(r *row) []any { return []any{&r.ended, &r.task} })
	if err != nil {
		return nil, 0, fmt.Errorf("store: read delays: %w", tooBroad(ctx, err))
	}
	delays = make([]Delay, len(found))
	for i, f := range found {
		delays[i] = Delay{fromMicros(f.ended), max(0, time.Duration(f.task-f.ended)*time.Microsecond)}
	}
	return delays, every, nil
}

// Queue tells how many entries wait and since when the oldest does.
type Queue struct {
	Waiting  int
	Retrying int
	Held     int
	Oldest   time.Time
}

// QueueState counts what is still to be done. Calls still going on do not count.
func (s *Store) QueueState(ctx context.Context) (Queue, error) {
	var found []struct {
		Reason string
		N      int
		Oldest int64
	}
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	err := s.r.WithContext(ctx).Raw(`SELECT reason, count(*) AS n, min(first_at) AS oldest FROM entries
		WHERE outcome = 'waiting' AND outcome <> 'logged' AND reason <> 'in_progress' GROUP BY 1`).Scan(&found).Error
	if err != nil {
		return Queue{}, fmt.Errorf("store: read queue: %w", tooBroad(ctx, err))
	}
	var q Queue
	for _, f := range found {
		switch f.Reason {
		case "retrying":
			q.Retrying += f.N
		case "held_not_connected", "held_reconnect", "held_salesforce_down", "held_salesforce_busy", "held_api_limit", "held_refusing":
			q.Held += f.N
		default:
			q.Waiting += f.N
		}
		if at := fromMicros(f.Oldest); q.Oldest.IsZero() || at.Before(q.Oldest) {
			q.Oldest = at
		}
	}
	return q, nil
}
