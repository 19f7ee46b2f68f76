package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ringledger/integration/callflow"
)

// AttentionCap is where CountAttention stops counting.
const AttentionCap = 999

// CountAttention counts the entries that need a person, up to AttentionCap+1.
func (s *Store) CountAttention(ctx context.Context) (int, error) {
	var n int
	err := s.r.WithContext(ctx).Raw(`SELECT count(*) FROM (SELECT 1 FROM entries
		WHERE cause <> '' AND resolved_at = 0 AND outcome IN ('failed', 'needs_choice') AND replay = '' LIMIT ?) AS capped`, AttentionCap+1).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("store: count attention: %w", err)
	}
	return n, nil
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
	which := "resolved_at = 0"
	if resolved {
		which = "resolved_at > 0"
	}
	return s.causes(ctx, which+" AND outcome = 'failed' GROUP BY cause ORDER BY n DESC, last DESC, cause LIMIT ?",
		Filter{Outcomes: []callflow.Outcome{callflow.Failed}, Open: !resolved, Resolved: resolved}, maxCauses)
}

// CauseOf returns one group of failed entries that nobody resolved.
func (s *Store) CauseOf(ctx context.Context, key string) (Cause, error) {
	found, err := s.causes(ctx, "resolved_at = 0 AND outcome = 'failed' AND cause = ? GROUP BY cause",
		Filter{Outcomes: []callflow.Outcome{callflow.Failed}, Open: true}, askable(key))
	if err != nil {
		return Cause{}, err
	}
	if len(found) == 0 {
		return Cause{}, ErrNotFound
	}
	return found[0], nil
}

func (s *Store) causes(ctx context.Context, rest string, f Filter, args ...any) ([]Cause, error) {
	bounded, cancel := context.WithTimeout(ctx, maxQuery)
	defer cancel()
	var found []struct {
		Cause                 string
		N                     int
		First, Last, Resolved int64
	}
	err := s.r.WithContext(bounded).Raw(`SELECT cause, count(*) AS n, min(started_at) AS first, max(started_at) AS last, max(resolved_at) AS resolved
		FROM entries WHERE cause <> '' AND `+rest, args...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: group failures: %w", tooBroad(bounded, err))
	}
	f.Limit = latestCalls
	out := make([]Cause, 0, len(found))
	for _, g := range found {
		f.Cause = g.Cause
		page, err := s.ListEntries(ctx, f)
		if err != nil {
			return nil, err
		}
		if len(page.Entries) > 0 { // else mended meanwhile
			out = append(out, Cause{g.Cause, g.N, fromMicros(g.First), fromMicros(g.Last), page.Entries, fromMicros(g.Resolved)})
		}
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
	bounded, cancel := context.WithTimeout(ctx, maxQuery)
	defer cancel()
	var found []struct {
		External, Cause string
		N               int
		Last            int64
		Groups          int
	}
	err := s.r.WithContext(bounded).Raw(`SELECT external, max(cause) AS cause, count(*) AS n, max(started_at) AS last, count(*) OVER () AS groups FROM entries
		WHERE cause <> '' AND resolved_at = 0 AND outcome = 'needs_choice' AND replay = '' GROUP BY external ORDER BY last DESC, external LIMIT ?`, limit).Scan(&found).Error
	if err != nil {
		return nil, 0, fmt.Errorf("store: group questions: %w", tooBroad(bounded, err))
	}
	out, all := make([]Question, 0, len(found)), 0
	for _, g := range found {
		all = g.Groups
		e, err := s.oneEntry(ctx, "cause = ? AND cause <> '' AND resolved_at = 0 AND outcome = 'needs_choice' AND replay = '' AND started_at = ? AND external = ?", g.Cause, g.Last, g.External)
		if errors.Is(err, ErrNotFound) {
			continue // answered meanwhile
		}
		if err != nil {
			return nil, 0, err
		}
		out = append(out, Question{g.External, g.N, e})
	}
	return out, all, nil
}
