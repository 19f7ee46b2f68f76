package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tally counts the entries of one stretch of time.
type Tally struct {
	Start  time.Time
	All    int
	Failed int
}

// Histogram counts what a filter finds in equal steps from a time; steps
// without any are left out. When ctx ends before everything is counted it is
// ErrTooBroad.
func (s *Store) Histogram(ctx context.Context, f Filter, step time.Duration) ([]Tally, error) {
	from := micros(f.From)
	p, err := s.planOf(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("store: count over time: %w", tooBroad(ctx, err))
	}
	sources, args := p.sources()
	for i := range sources {
		sources[i] = "SELECT started_at, outcome " + sources[i]
	}
	var found []struct {
		Bucket    int64
		N, Failed int
	}
	err = s.r.WithContext(ctx).Raw("SELECT (started_at - ?) / ? AS bucket, count(*) AS n, sum(CASE WHEN outcome = 'failed' THEN 1 ELSE 0 END) AS failed FROM ("+
		strings.Join(sources, " UNION ALL ")+") AS fitting GROUP BY 1 ORDER BY 1", slices.Concat([]any{from, step.Microseconds()}, args)...).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: count over time: %w", tooBroad(ctx, err))
	}
	out := make([]Tally, len(found))
	for i, b := range found {
		out[i] = Tally{f.From.Add(time.Duration(b.Bucket) * step), b.N, b.Failed}
	}
	return out, nil
}

// sources are the parts FROM and WHERE of what the plan finds, one of each
// branch.
func (p plan) sources() (out []string, args []any) {
	if p.found != nil {
		where, values := p.where(append(p.asFilter(), cond("entries.id = found.entry_id"))...)
		return []string{"FROM (" + p.found.sql + ") AS found CROSS JOIN entries" + where}, slices.Concat(p.found.args, values)
	}
	if len(p.branches) == 0 {
		where, values := p.where()
		return []string{"FROM entries" + where}, values
	}
	for _, b := range p.branches {
		where, values := p.where(b)
		out, args = append(out, "FROM entries"+where), append(args, values...)
	}
	return out, args
}
