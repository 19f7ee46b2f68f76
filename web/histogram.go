package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"
)

// localMinute is how a moment stands in an address, on the clock of the house.
const localMinute = "2006-01-02T15:04"

// aDay is the length of a day without a change of the clocks.
const aDay = 24 * time.Hour

// wholeRange is the stretch of time of a list without a beginning: from the day
// of its first entry on. It is not ok where that is within the days that are
// shown anyway, or cannot be told soon.
func (s *Server) wholeRange(ctx context.Context, q query, z size, from time.Time) (first time.Time, ok bool) {
	all := z.page
	if !z.whole {
		f := q.Filter
		f.After, f.Before, f.Limit = "", store.Cursor(store.Entry{}), 1 // what is newer than nothing
		found, err := s.o.Store.ListEntries(ctx, f)
		if err != nil {
			return from, false
		}
		all = found.Entries
	}
	if len(all) == 0 {
		return from, false
	}
	first = callflow.DayOf(all[len(all)-1].StartedAt.In(from.Location()), 0)
	return first, first.Before(from)
}

// goesBack is the histogram of a list without a beginning from its first entry
// on, or says of the one of its last days that it is a part. A list that has been
// counted whole is likely to be read whole in time, any other has to leave time
// for its last days.
func (s *Server) goesBack(ctx context.Context, q query, z size, h *views.Histogram, from, to, end time.Time) error {
	thirds := time.Duration(1)
	if z.n <= store.CountCap {
		thirds = 2
	}
	if z.known {
		bounded, cancel := context.WithDeadline(ctx, share(end, thirds, 3))
		defer cancel()
		first, back := s.wholeRange(bounded, q, z, from)
		if back {
			h.Range = rangeText(ctx, first, to)
			err := s.drawBars(bounded, q, h, first, to)
			if err == nil || ctx.Err() != nil {
				return err
			}
			h.Range, h.Bars = rangeText(ctx, from, to), nil
		}
		h.Part = back || bounded.Err() != nil
	} else {
		h.Part = true // what takes long to count is long
	}
	h.WiderURL = q.wider(from, to)
	bounded, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	return s.drawBars(bounded, q, h, from, to)
}

// listed is the filter of the whole list, wherever in it the page is.
func (q *query) listed() store.Filter {
	f := q.Filter
	f.After, f.Before = "", ""
	return f
}

// shownRange is the stretch of time of the filter; without a beginning, its last
// seven days.
func (s *Server) shownRange(q query, zone *time.Location) (from, to time.Time) {
	now := s.o.Now().In(zone)
	from, to = q.From, q.To
	if to.IsZero() {
		to = now
		if from.After(now) {
			to = from.Add(time.Hour)
		}
	}
	if from.IsZero() {
		local := to.In(zone)
		from = callflow.DayOf(local, -6)
	}
	return from.In(zone), to.In(zone)
}

// bars says how long one bar of a range is: steps of hours that begin at
// midnight, or of whole days.
type bars struct {
	minutes, days int
}

// mostBars is how many bars can be told apart on a screen, and counted quickly.
const mostBars = 124

func barsFor(from, to time.Time) bars {
	switch length := to.Sub(from); {
	case length <= 6*time.Hour:
		return bars{minutes: 15}
	case length <= 2*aDay+time.Hour:
		return bars{minutes: 60}
	case length <= 8*aDay:
		return bars{minutes: 120}
	case length <= 92*aDay:
		return bars{days: 1}
	case length <= 731*aDay:
		return bars{days: 7}
	}
	days := int(to.Unix()-from.Unix()) / (24 * 60 * 60) // centuries are no time.Duration
	return bars{days: 30 * (1 + days/(30*(mostBars-2)))}
}

// edges are where the bars of a range begin, and where the last one ends.
func (b bars) edges(from, to time.Time) []time.Time {
	zone := from.Location()
	y, m, d := from.Date()
	at := func(n int) time.Time {
		if b.days > 0 {
			return callflow.DayStart(y, m, d+n*b.days, zone)
		}
		return time.Date(y, m, d, 0, n*b.minutes, 0, 0, zone)
	}
	n := 0
	for !at(n + 1).After(from) {
		n++
	}
	var out []time.Time
	for {
		edge := at(n)
		if len(out) == 0 || edge.After(out[len(out)-1]) { // the clocks may go back
			out = append(out, edge)
		}
		if !edge.Before(to) {
			return out
		}
		n++
	}
}

// histogram counts the list over time; it is left out when it is not there by
// the end.
func (s *Server) histogram(ctx context.Context, q query, z size, end time.Time) (*views.Histogram, error) {
	zone := views.LocaleOf(ctx).Zone
	from, to := s.shownRange(q, zone)
	if !from.Before(to) {
		return nil, nil
	}
	h := &views.Histogram{Range: rangeText(ctx, from, to), Presets: s.presets(q, zone), Zone: zoneName(ctx)}
	if !q.From.IsZero() || !q.To.IsZero() {
		h.WiderURL = q.wider(from, to)
	}
	var err error
	switch {
	case z.known && z.n == 0:
		h.Bars = q.bars(ctx, from, to)
	case q.From.IsZero():
		err = s.goesBack(ctx, q, z, h, from, to, end)
	default:
		bounded, cancel := context.WithDeadline(ctx, end)
		defer cancel()
		err = s.drawBars(bounded, q, h, from, to)
	}
	if errors.Is(err, store.ErrTooBroad) && ctx.Err() == nil {
		h.TooMuch = true
		return h, nil
	}
	return h, err
}

// drawBars counts a range bar by bar.
func (s *Server) drawBars(ctx context.Context, q query, h *views.Histogram, from, to time.Time) error {
	found, err := s.o.Store.Histogram(ctx, q.listed(), barsFor(from, to).edges(from, to))
	if err != nil {
		return err
	}
	h.Bars = q.bars(ctx, from, to)
	for i, t := range found {
		h.Bars[i].All, h.Bars[i].Failed = t.All, t.Failed
	}
	return nil
}

// bars are the stretches of a range, without counts.
func (q *query) bars(ctx context.Context, from, to time.Time) []views.HistogramBar {
	b := barsFor(from, to)
	edges := b.edges(from, to)
	out := make([]views.HistogramBar, len(edges)-1)
	for i := range out {
		out[i] = q.bar(ctx, b, edges[i], edges[i+1])
	}
	return out
}

// bar is one stretch without its counts.
func (q *query) bar(ctx context.Context, b bars, from, to time.Time) views.HistogramBar {
	bar := views.HistogramBar{Label: rangeText(ctx, from, to)}
	if b.days > 0 {
		bar.URL = q.narrowed(from.Format(time.DateOnly), callflow.DayOf(to, -1).Format(time.DateOnly))
		if b.days > 1 || from.Day()%7 == 1 || b.days == 1 && to.Weekday() == time.Tuesday {
			bar.Tick = views.ShortDay(ctx, from)
		}
		return bar
	}
	bar.URL = q.narrowed(from.Format(localMinute), to.Format(localMinute))
	switch h, m, _ := from.Clock(); {
	case h+m == 0:
		bar.Tick = views.ShortDay(ctx, from)
	case b.minutes < 120 && m == 0 && (b.minutes == 15 || h%3 == 0):
		bar.Tick = views.ShortTime(ctx, from)
	}
	return bar
}

// narrowed is the address of the list in a range.
func (q *query) narrowed(from, to string) string {
	return q.url(activityRoute, "from", from, "to", to, "after", "", "before", "")
}

// wider is the address of the list in a range of some times the length.
func (q *query) wider(from, to time.Time) string {
	day := func(t time.Time, days int) string { return callflow.DayOf(t, days).Format(time.DateOnly) }
	switch length := to.Sub(from); {
	case length < 20*time.Hour:
		return q.narrowed(day(from, 0), day(from, 0))
	case length <= 2*aDay:
		return q.narrowed(day(from, -3), day(to, 3))
	case length <= 8*aDay:
		return q.narrowed(day(from, -12), day(to, 12))
	default:
		return q.narrowed("", "")
	}
}

// presets are ranges that people ask for again and again.
func (s *Server) presets(q query, zone *time.Location) []views.PeriodLink {
	now := s.o.Now().In(zone)
	var out []views.PeriodLink
	for _, p := range periods() {
		from, to := callflow.DayOf(now, 1-p.days).Format(time.DateOnly), ""
		switch p.code {
		case yesterdayPeriod:
			from = callflow.DayOf(now, -1).Format(time.DateOnly)
			to = from
		case "24h":
			from = now.Add(-aDay).Truncate(15 * time.Minute).Format(localMinute)
		}
		current := !q.From.IsZero() && strings.Join(q.values["from"], ",") == from && strings.Join(q.values["to"], ",") == to
		out = append(out, views.PeriodLink{Code: p.code, URL: q.narrowed(from, to), Current: current})
	}
	return out
}

// rangeText names a stretch of time.
func rangeText(ctx context.Context, from, to time.Time) string {
	midnights := from.Equal(callflow.DayOf(from, 0)) && to.Equal(callflow.DayOf(to, 0))
	last := to.Add(-time.Minute)
	sameDay := from.Format(time.DateOnly) == last.Format(time.DateOnly)
	switch {
	case sameDay && midnights:
		return views.Date(ctx, from)
	case midnights:
		return views.Date(ctx, from) + " – " + views.Date(ctx, last)
	case sameDay:
		return views.ShortDay(ctx, from) + ", " + views.ShortTime(ctx, from) + " – " + views.ShortTime(ctx, to)
	case to.Sub(from) > 6*aDay: // days of the week come back
		return views.Date(ctx, from) + " – " + views.Date(ctx, last)
	default:
		return views.ShortDay(ctx, from) + ", " + views.ShortTime(ctx, from) + " – " + views.ShortDay(ctx, to) + ", " + views.ShortTime(ctx, to)
	}
}
