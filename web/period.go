package web

import (
	"context"
	"slices"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// period is a stretch of time the overview can show.
type period struct {
	code   string
	days   int
	step   time.Duration // of one bar
	bucket string
}

func periods() []period {
	return []period{{"24h", 1, time.Hour, "1h"}, {"7d", 7, 4 * time.Hour, "4h"}, {"30d", 30, 24 * time.Hour, "1d"}}
}

// periodOf is the period asked for; the middle one for anything else.
func periodOf(code string) period {
	all := periods()
	i := slices.IndexFunc(all, func(p period) bool { return p.code == code })
	if i < 0 {
		i = 1
	}
	return all[i]
}

// edges are where the bars begin, and where the last one ends: with the step
// that runs now, on the clock of the house. A day begins at its midnight also
// when the night before it had 23 or 25 hours; hours are all equally long.
func (p period) edges(now time.Time, zone *time.Location) []time.Time {
	local := now.In(zone)
	y, m, d := local.Date()
	n := p.days * int(24*time.Hour/p.step)
	out := make([]time.Time, n+1)
	if p.step == time.Hour {
		midnight := time.Date(y, m, d, 0, 0, 0, 0, zone)
		end := midnight.Add(local.Sub(midnight).Truncate(p.step) + p.step)
		for i := range out {
			out[i] = end.Add(-time.Duration(n-i) * p.step)
		}
		return out
	}
	hours := int(p.step / time.Hour)
	end := (local.Hour()/hours + 1) * hours
	for i := range out {
		out[i] = time.Date(y, m, d, end-(n-i)*hours, 0, 0, 0, zone)
	}
	return out
}

// barOf is the bar that a moment lies in; -1 or one too many outside of all.
func barOf(edges []time.Time, at time.Time) int {
	i, exact := slices.BinarySearchFunc(edges, at, time.Time.Compare)
	if exact {
		return i
	}
	return i - 1
}

// clocksMove is what every zone's offset is a multiple of.
const clocksMove = 15 * time.Minute

// outcomesBetween counts entries by outcome between each edge and the next.
// The store counts in equal steps, so where the clocks change between two
// edges, it counts in small ones that are then put together.
func (s *Server) outcomesBetween(ctx context.Context, edges []time.Time, step time.Duration) ([]store.Bucket, error) {
	last := len(edges) - 1
	for i := range last {
		if edges[i+1].Sub(edges[i])%step != 0 {
			step = clocksMove
			break
		}
	}
	small, err := s.o.Store.Outcomes(ctx, edges[0], edges[last], step)
	if err != nil {
		return nil, err
	}
	out := make([]store.Bucket, last)
	for i := range out {
		out[i] = store.Bucket{Start: edges[i], Counts: map[callflow.Outcome]int{}}
	}
	for _, b := range small {
		for o, n := range b.Counts {
			out[barOf(edges, b.Start)].Counts[o] += n
		}
	}
	return out, nil
}
