package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ringledger/integration/callflow"
)

// MarkPlan is what it would mark, or take back, to mark what a person picked:
// told before it is asked for.
type MarkPlan struct {
	Total   int  // that would be marked, ReplayMost at most
	More    bool // there are others, beyond ReplayMost
	Choices int  // that wait for an answer of a person, which a mark is not; ReplayMost at most
	Waiting int  // failures that are in hand, and so not marked; ReplayMost at most
}

// The conditions of entries that may be marked as resolved, and of those whose
// mark may be taken back. Each change ends its own condition.
const (
	markable   = "outcome = 'failed' AND resolved_at = 0 AND replay = ''"
	unmarkable = "resolved_at > 0"
)

// PlanResolve tells how many of what the filter finds a mark as resolved would
// change, or its end, and changes nothing.
func (s *Store) PlanResolve(ctx context.Context, f Filter, resolved bool, seen time.Time) (p MarkPlan, err error) {
	found, err := s.marked(ctx, f, resolved, seen, ReplayMost+1)
	if err != nil {
		return p, err
	}
	p.More, p.Total = len(found) > ReplayMost, min(len(found), ReplayMost)
	if !resolved {
		return p, nil
	}
	bounded, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	where, args, err := s.conditions(bounded, f)
	if err != nil {
		return p, fmt.Errorf("store: count what is not marked: %w", tooBroad(bounded, err))
	}
	where = append(where, "resolved_at = 0", "(outcome = 'needs_choice' OR outcome = 'failed' AND replay <> '')")
	var rest []struct {
		Outcome string
		N       int
	}
	err = s.r.WithContext(bounded).Raw("SELECT outcome, count(*) AS n FROM (SELECT outcome FROM entries "+whereClause(where)+" LIMIT ?) AS capped GROUP BY outcome", append(args, ReplayMost)...).Scan(&rest).Error
	if err != nil {
		return p, fmt.Errorf("store: count what is not marked: %w", tooBroad(bounded, err))
	}
	for _, r := range rest {
		if r.Outcome == string(callflow.NeedsChoice) {
			p.Choices = r.N
		} else {
			p.Waiting = r.N
		}
	}
	return p, nil
}

// marked reads which entries of a filter, as they were at a moment, a mark
// would change, the oldest calls first.
func (s *Store) marked(ctx context.Context, f Filter, resolved bool, seen time.Time, most int) ([]int64, error) {
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	where, args, err := s.conditions(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("store: find what to mark: %w", tooBroad(ctx, err))
	}
	which := unmarkable
	if resolved {
		which = markable
	}
	where, args = append(where, which, "updated_at <= ?"), append(args, micros(seen), most)
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT id FROM entries "+whereClause(where)+" ORDER BY started_at, id LIMIT ?", args...),
		func(id *int64) []any { return []any{id} })
	if err != nil {
		return nil, fmt.Errorf("store: find what to mark: %w", tooBroad(ctx, err))
	}
	return found, nil
}

// ResolveFound marks the failures that a filter finds, as they were at a
// moment, and returns how many; ReplayMost at most, the oldest ones.
func (s *Store) ResolveFound(ctx context.Context, f Filter, by string, seen time.Time, did Did) (int, error) {
	now := micros(s.now())
	n, err := s.mark(ctx, f, true, seen, "resolved_at = ?, resolved_by = ?, updated_at = ?", []any{now, clean(by), now}, did)
	return n, wrapped("store: resolve what was picked", err)
}

// UnresolveFound takes back what people said of the entries that a filter
// finds, as they were at a moment, and returns of how many.
func (s *Store) UnresolveFound(ctx context.Context, f Filter, seen time.Time, did Did) (int, error) {
	n, err := s.mark(ctx, f, false, seen, "resolved_at = 0, resolved_by = '', updated_at = ?", []any{micros(s.now())}, did)
	return n, wrapped("store: unresolve what was picked", err)
}

func (s *Store) mark(ctx context.Context, f Filter, resolved bool, seen time.Time, set string, values []any, did Did) (int, error) {
	found, err := s.marked(ctx, f, resolved, seen, ReplayMost)
	if err != nil {
		return 0, err
	}
	which := unmarkable
	if resolved {
		which = markable
	}
	all := 0
	for ids := range slices.Chunk(found, manyAtOnce) {
		n, err := s.changeMany(ctx, set, values, which+" AND updated_at <= ? AND id IN ?", []any{micros(seen), ids}, did)
		all += n
		if err != nil {
			return all, err
		}
	}
	return all, nil
}
