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

// Histogram counts what a filter finds between each edge and the next. When ctx
// ends before everything is counted it is ErrTooBroad.
func (s *Store) Histogram(ctx context.Context, f Filter, edges []time.Time) ([]Tally, error) {
	if len(edges) < 2 {
		return nil, nil
	}
	f.From, f.To = time.Time{}, time.Time{} // each bar has its own
	p, err := s.planOf(ctx, f)
	var found []tallyRow
	if err == nil {
		if p.found != nil || p.common {
			found, err = s.tallySearch(ctx, p, edges)
		} else {
			found, err = s.tallyBars(ctx, p, edges)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("store: count over time: %w", tooBroad(ctx, err))
	}
	out := make([]Tally, len(edges)-1)
	for i := range out {
		out[i].Start = edges[i]
	}
	for _, b := range found {
		out[b.bar].All += b.n
		out[b.bar].Failed += b.failed
	}
	return out, nil
}

type tallyRow struct{ bar, n, failed int }

func (r *tallyRow) columns() []any { return []any{&r.bar, &r.n, &r.failed} }

// tallyBars counts along the index of the list or of the filter, bar by bar:
// nothing is sorted, and most of it never leaves the index.
func (s *Store) tallyBars(ctx context.Context, p plan, edges []time.Time) ([]tallyRow, error) {
	bars := barsOf(edges)
	args := bars.args
	count := func(further ...clause) string {
		var each []string
		branches := p.branches
		if len(branches) == 0 {
			branches = []clause{{sql: "1 = 1"}}
		}
		for _, b := range branches {
			where, values := p.where(append([]clause{b, cond("started_at >= a"), cond("started_at < b")}, further...)...)
			each, args = append(each, "(SELECT count(*) FROM entries"+where+")"), append(args, values...)
		}
		return strings.Join(each, " + ")
	}
	failed := cond("outcome = 'failed'")
	if len(p.branches) == 0 {
		failed.sql += " AND outcome <> 'logged'" // along the index of what is not
	}
	sql := "SELECT n, " + count() + ", " + count(failed) + " FROM bars"
	return readRows(s.r.WithContext(ctx).Raw("WITH "+bars.sql+" "+sql, args...), (*tallyRow).columns)
}

// clocksMove is what the offset of every zone is a multiple of, and so the
// length of every bar.
const clocksMove = 15 * time.Minute

// tallySearch goes through what a search finds once, in steps that are parts of
// a bar.
func (s *Store) tallySearch(ctx context.Context, p plan, edges []time.Time) ([]tallyRow, error) {
	from, to := micros(edges[0]), micros(edges[len(edges)-1])
	p.rest = append([]clause{cond("started_at >= ?", from), cond("started_at < ?", to)}, p.rest...)
	sources, args := p.sources()
	for i := range sources {
		sources[i] = "SELECT started_at, outcome " + sources[i]
	}
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT (started_at - ?) / ? AS step, count(*), count(*) FILTER (WHERE outcome = 'failed') FROM ("+
		strings.Join(sources, " UNION ALL ")+") AS fitting GROUP BY 1", slices.Concat([]any{from, clocksMove.Microseconds()}, args)...), (*tallyRow).columns)
	for i := range found {
		at := edges[0].Add(time.Duration(found[i].bar) * clocksMove)
		bar, exact := slices.BinarySearchFunc(edges, at, time.Time.Compare)
		if !exact {
			bar--
		}
		found[i].bar = bar
	}
	return found, err
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
