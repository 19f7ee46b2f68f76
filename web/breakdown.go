package web

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"
)

// breakdownTime is how long counting a list by line and agent may take, and
// longestBreakdown the longest range of which it is counted: a week, and the
// hour that the clocks give back.
const (
	breakdownTime    = 40 * time.Millisecond
	longestBreakdown = 7*aDay + time.Hour
)

// mostParties is how many lines, or agents, are named beside a list.
const mostParties = 8

// missedCalls are the types of calls that nobody answered.
func missedCalls() []callflow.CallType {
	return []callflow.CallType{callflow.Missed, callflow.Voicemail}
}

// missedTypes are they as an address names them.
const missedTypes = string(callflow.Missed) + "," + string(callflow.Voicemail)

// breakdown counts the list by line and by agent when its range is short enough
// for that; of a longer one it offers the ranges that are.
func (s *Server) breakdown(ctx context.Context, q query) (views.Breakdown, error) {
	var b views.Breakdown
	zone := views.LocaleOf(ctx).Zone
	from, to := s.shownRange(q, zone)
	if q.From.IsZero() || to.Sub(from) > longestBreakdown {
		for _, p := range s.presets(q, zone) {
			if slices.Contains([]string{todayPeriod, yesterdayPeriod, "7d"}, p.Code) {
				b.Offers = append(b.Offers, p)
			}
		}
		return b, nil
	}
	filter := q.Filter
	filter.After, filter.Before = "", ""
	bounded, cancel := context.WithTimeout(ctx, breakdownTime)
	defer cancel()
	found, err := s.o.Store.CountParties(bounded, filter)
	if errors.Is(err, store.ErrTooBroad) && ctx.Err() == nil {
		return b, nil
	}
	if err != nil {
		return b, err
	}
	if len(q.Lines) != 1 {
		b.Lines, b.MoreLines, err = s.parties(ctx, "line", found, func(c store.PartyCount) string { return c.Line }, q.party)
	}
	if err == nil && len(q.Agents) != 1 {
		b.Agents, b.MoreAgents, err = s.parties(ctx, "agent", found, func(c store.PartyCount) string { return c.Agent }, q.party)
	}
	return b, err
}

// party is the address of the list narrowed to one line or agent.
func (q *query) party(filter, id string) string {
	return q.url(activityRoute, filter, id, "after", "", "before", "")
}

// parties are the lines, or the agents, of what was counted, most calls first,
// and how many more there are. Entries without one lead nowhere.
func (s *Server) parties(ctx context.Context, filter string, found []store.PartyCount, of func(store.PartyCount) string, url func(filter, id string) string) (out []views.Rank, more int, err error) {
	names, err := s.directoryNames(ctx, filter)
	if err != nil {
		return nil, 0, err
	}
	sums := map[string]int{}
	for _, c := range found {
		sums[of(c)] += c.N
	}
	for id, n := range sums {
		r := views.Rank{Count: n}
		if id != "" {
			r.Key, r.URL = cmp.Or(names[id], id), url(filter, id)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b views.Rank) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key)) })
	more = max(0, len(out)-mostParties)
	return out[:len(out)-more], more, nil
}

// longestMissed is the longest period whose missed calls are counted by line.
const longestMissed = 31

// overviewMissed counts the calls that nobody answered, by line.
func (s *Server) overviewMissed(ctx context.Context, m *views.OverviewPage, p period, from, to time.Time, list func(...string) string) error {
	if p.days > longestMissed {
		return nil
	}
	found, err := s.o.Store.CountParties(ctx, store.Filter{Types: missedCalls(), From: from, To: to})
	if err != nil {
		return err
	}
	for _, c := range found {
		m.Missed.Count += c.N
	}
	m.Missed.URL, m.MissedKnown = list("type", missedTypes), true
	m.MissedLines, _, err = s.parties(ctx, "line", found, func(c store.PartyCount) string { return c.Line },
		func(filter, id string) string { return list("type", missedTypes, filter, id) })
	return err
}
