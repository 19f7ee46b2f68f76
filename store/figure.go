package store

import (
	"context"
	"fmt"
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

// Outcomes counts entries by outcome in equal stretches from from to to.
func (s *Store) Outcomes(ctx context.Context, from, to time.Time, step time.Duration) ([]Bucket, error) {
	n := int((to.Sub(from) + step - 1) / step)
	out := make([]Bucket, n)
	for i := range out {
		out[i] = Bucket{Start: from.Add(time.Duration(i) * step), Counts: map[callflow.Outcome]int{}}
	}
	var found []struct {
		Bucket  int
		Outcome string
		N       int
	}
	err := s.r.WithContext(ctx).Raw(`SELECT (started_at - ?) / ? AS bucket, CASE WHEN resolved_at > 0 THEN 'resolved' ELSE outcome END AS outcome, count(*) AS n FROM entries
		WHERE started_at >= ? AND started_at < ? GROUP BY 1, 2`,
		micros(from), step.Microseconds(), micros(from), micros(to)).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: count outcomes: %w", err)
	}
	for _, f := range found {
		if f.Bucket >= 0 && f.Bucket < n {
			out[f.Bucket].Counts[callflow.Outcome(f.Outcome)] = f.N
		}
	}
	return out, nil
}

// Count is how many entries share a value.
type Count struct {
	Key   string
	N     int
	First time.Time
	Last  time.Time
	// Example is the newest of them.
	Example int64
	// Cause is what they failed for, when it is the same for all.
	Cause string
}

// CountReasons counts the entries of an outcome by reason, most first. What a
// person resolved is left out.
func (s *Store) CountReasons(ctx context.Context, outcome callflow.Outcome, from, to time.Time) ([]Count, error) {
	cause := ""
	if outcome == callflow.Failed {
		cause = ", CASE WHEN min(cause) = max(cause) THEN min(cause) ELSE '' END AS cause"
	}
	return s.countBy(ctx, "reason", cause, "outcome = ? AND resolved_at = 0", []any{string(outcome)}, from, to)
}

// CountMatches counts logged entries by the kind of record: "contact", "lead",
// ..., "created:lead" for new ones and "" for none.
func (s *Store) CountMatches(ctx context.Context, from, to time.Time) ([]Count, error) {
	return s.countBy(ctx, "CASE WHEN created <> '' THEN 'created:' || record_kind ELSE record_kind END", "", "outcome = 'logged'", nil, from, to)
}

func (s *Store) countBy(ctx context.Context, key, cause, where string, args []any, from, to time.Time) ([]Count, error) {
	var found []struct {
		Key         string
		N           int
		First, Last int64
		Example     int64
		Cause       string
	}
	err := s.r.WithContext(ctx).Raw(`SELECT `+key+` AS key, count(*) AS n, min(started_at) AS first, max(started_at) AS last, max(id) AS example`+cause+`
		FROM entries WHERE `+where+` AND started_at >= ? AND started_at < ? GROUP BY 1 ORDER BY n DESC, key`,
		append(args, micros(from), micros(to))...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: count entries: %w", err)
	}
	out := make([]Count, len(found))
	for i, f := range found {
		out[i] = Count{f.Key, f.N, fromMicros(f.First), fromMicros(f.Last), f.Example, f.Cause}
	}
	return out, nil
}

// Delay is how long one entry took from the end of the call to its Task.
type Delay struct {
	EndedAt time.Time
	Took    time.Duration
}

// maxDelays bounds what the chart of delays reads.
const maxDelays = 20_000

// Delays returns the times to Task of entries that were received as they
// happened; calls told of long after their end are left out.
func (s *Store) Delays(ctx context.Context, from, to time.Time) ([]Delay, error) {
	var found []struct{ EndedAt, TaskAt int64 }
	err := s.r.WithContext(ctx).Raw(`SELECT ended_at, task_at FROM entries WHERE started_at >= ? AND started_at < ?
		AND task_at > 0 AND ended_at > 0 AND first_at < ended_at + 600000000 ORDER BY started_at DESC LIMIT ?`,
		micros(from), micros(to), maxDelays).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read delays: %w", err)
	}
	out := make([]Delay, len(found))
	for i, f := range found {
		out[i] = Delay{fromMicros(f.EndedAt), max(0, time.Duration(f.TaskAt-f.EndedAt)*time.Microsecond)}
	}
	return out, nil
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
	err := s.r.WithContext(ctx).Raw(`SELECT reason, count(*) AS n, min(first_at) AS oldest FROM entries
		WHERE outcome = 'waiting' AND outcome <> 'logged' AND reason <> 'in_progress' GROUP BY 1`).Scan(&found).Error
	if err != nil {
		return Queue{}, fmt.Errorf("store: read queue: %w", err)
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
