package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// AttentionCap is where CountAttention stops counting.
const AttentionCap = 999

// unsettled is the one rule of what needs a person, which every count, group
// and list of open entries goes by: nobody resolved it, and it is not handed
// back to the worker.
const unsettled = "resolved_at = 0 AND replay = ''"

// openOnes are all entries that need a person.
const openOnes = "cause <> '' AND outcome IN ('failed', 'needs_choice') AND " + unsettled

// CountAttention counts the entries that need a person, up to AttentionCap+1.
func (s *Store) CountAttention(ctx context.Context) (int, error) {
	bounded, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	var n int
	err := s.r.WithContext(bounded).Raw("SELECT count(*) FROM (SELECT 1 FROM entries WHERE "+openOnes+" LIMIT ?) AS capped", AttentionCap+1).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("store: count attention: %w", tooBroad(bounded, err))
	}
	return n, nil
}

// OpenReason is why some entries need a person, and how many do.
type OpenReason struct {
	Outcome callflow.Outcome // failed, needs_choice
	Count
}

// OpenReasons groups everything that needs a person by its reason, the largest
// group first. It knows no period: open work does not lapse.
func (s *Store) OpenReasons(ctx context.Context) ([]OpenReason, error) {
	bounded, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	type row struct {
		outcome, reason, cause string
		n                      int
		first, last, example   int64
	}
	found, err := readRows(s.r.WithContext(bounded).Raw(`SELECT outcome, reason, count(*), min(started_at), max(started_at), max(id), CASE WHEN min(cause) = max(cause) THEN min(cause) ELSE '' END
		FROM entries WHERE `+openOnes+" GROUP BY 1, 2 ORDER BY 3 DESC, 2"),
		func(r *row) []any { return []any{&r.outcome, &r.reason, &r.n, &r.first, &r.last, &r.example, &r.cause} })
	if err != nil {
		return nil, fmt.Errorf("store: group what is open: %w", tooBroad(bounded, err))
	}
	out := make([]OpenReason, len(found))
	for i, f := range found {
		out[i] = OpenReason{callflow.Outcome(f.outcome), Count{f.reason, f.n, fromMicros(f.first), fromMicros(f.last), f.example, f.cause}}
	}
	return out, nil
}

// Cause is what keeps some entries from being logged.
type Cause struct {
	Key         string
	N           int
	First, Last time.Time // of the calls
	Latest      []Entry   // the last few, the newest first

	ResolvedAt time.Time // the last time a person said so, of resolved ones
}

const (
	// maxCauses bounds the page: who has more causes mends some first.
	maxCauses = 50
	// latestCalls is how many calls of a cause are shown.
	latestCalls = 3
)

// Causes groups the failed entries that nobody resolved, or those that
// somebody did, the largest group first.
func (s *Store) Causes(ctx context.Context, resolved bool) ([]Cause, error) {
	if resolved {
		return s.causes(ctx, "resolved_at > 0", "", maxCauses)
	}
	return s.causes(ctx, unsettled, "", maxCauses)
}

// CauseOf returns one group of failed entries that nobody resolved.
func (s *Store) CauseOf(ctx context.Context, key string) (Cause, error) {
	found, err := s.causes(ctx, unsettled, " AND cause = ?", askable(key), 1)
	if err != nil {
		return Cause{}, err
	}
	if len(found) == 0 {
		return Cause{}, ErrNotFound
	}
	return found[0], nil
}

// causeRow is one of the latest entries of a group, with what is true of all.
type causeRow struct {
	entryRow
	group                    string
	n                        int
	first, last, lastResolve int64
}

func (r *causeRow) columns() []any {
	return append(r.entryRow.columns(), &r.group, &r.n, &r.first, &r.last, &r.lastResolve)
}

// causes asks once for the groups of entries in a state and their latest, so
// that both are of the same moment.
func (s *Store) causes(ctx context.Context, state, which string, args ...any) ([]Cause, error) {
	bounded, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	var places []string
	for n := range latestCalls {
		places = append(places, "(SELECT id FROM entries WHERE cause = of_cause AND cause <> '' AND outcome = 'failed' AND "+state+newest+" LIMIT 1 OFFSET "+strconv.Itoa(n)+")")
	}
	found, err := readRows(s.r.WithContext(bounded).Raw(`WITH of AS (SELECT cause AS of_cause, count(*) AS n, min(started_at) AS first_start, max(started_at) AS last_start, max(resolved_at) AS last_resolve
			FROM entries WHERE cause <> '' AND outcome = 'failed' AND `+state+which+` GROUP BY cause ORDER BY n DESC, last_start DESC, of_cause LIMIT ?)
		SELECT `+entryColumns+`, of_cause, n, first_start, last_start, last_resolve FROM of CROSS JOIN entries WHERE entries.id IN (`+strings.Join(places, ", ")+`)
		ORDER BY n DESC, last_start DESC, of_cause, started_at DESC, id DESC`, args...), (*causeRow).columns)
	if err != nil {
		return nil, fmt.Errorf("store: group failures: %w", tooBroad(bounded, err))
	}
	var out []Cause
	for i := range found {
		g := &found[i]
		if len(out) == 0 || out[len(out)-1].Key != g.group {
			out = append(out, Cause{Key: g.group, N: g.n, First: fromMicros(g.first), Last: fromMicros(g.last), ResolvedAt: fromMicros(g.lastResolve)})
		}
		e, err := g.plain()
		if err != nil {
			return nil, err
		}
		last := &out[len(out)-1]
		last.Latest = append(last.Latest, e)
	}
	return out, nil
}

// Question is a number of which a person must say whose it is.
type Question struct {
	External string
	N        int // calls that wait for the answer
	Latest   Entry
}

// Questions lists the numbers that wait for a choice, the latest call first,
// and how many there are.
func (s *Store) Questions(ctx context.Context, limit int) ([]Question, int, error) {
	bounded, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	const open = "outcome = 'needs_choice' AND +resolved_at = 0 AND replay = ''"
	// The latest call is looked up by its start: few calls share one.
	found, err := readRows(s.r.WithContext(bounded).Raw(`WITH of AS (SELECT external AS of_number, count(*) AS n, max(started_at) AS last_start, count(*) OVER () AS numbers FROM entries
			WHERE cause <> '' AND outcome = 'needs_choice' AND `+unsettled+` GROUP BY external ORDER BY last_start DESC, of_number LIMIT ?)
		SELECT `+entryColumns+`, n, numbers FROM of CROSS JOIN entries WHERE entries.id =
			(SELECT id FROM entries WHERE started_at = last_start AND external = of_number AND `+open+` ORDER BY id DESC LIMIT 1)
		ORDER BY last_start DESC, of_number`, limit), (*questionRow).columns)
	if err != nil {
		return nil, 0, fmt.Errorf("store: group questions: %w", tooBroad(bounded, err))
	}
	out, all := make([]Question, 0, len(found)), 0
	for i := range found {
		e, err := found[i].plain()
		if err != nil {
			return nil, 0, err
		}
		all = found[i].numbers
		out = append(out, Question{e.External, found[i].n, e})
	}
	return out, all, nil
}

// questionRow is the latest entry of a number, with what is true of all.
type questionRow struct {
	entryRow
	n, numbers int
}

func (r *questionRow) columns() []any { return append(r.entryRow.columns(), &r.n, &r.numbers) }
