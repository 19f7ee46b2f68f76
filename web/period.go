package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ringledger/integration/callflow"
	"ringledger/views"
)

// longestPeriod is how many days the overview shows at most.
const longestPeriod = 366

// period is a stretch of time the overview can show: the last days, or from one
// day to another.
type period struct {
	code   string
	days   int
	step   time.Duration // of one bar
	bucket string
	first  time.Time // midnight of the first day; zero for the last days
}

func periods() []period {
	return []period{{code: todayPeriod, days: 1, step: time.Hour, bucket: "1h"}, {code: yesterdayPeriod, days: 1, step: time.Hour, bucket: "1h"},
		{code: "24h", days: 1, step: time.Hour, bucket: "1h"}, {code: "7d", days: 7, step: 4 * time.Hour, bucket: "4h"}, {code: "30d", days: 30, step: 24 * time.Hour, bucket: "1d"}}
}

// usualPeriod is shown when no other is asked for.
const usualPeriod = "7d"

// periodOf is the period asked for; the usual one for anything else.
func periodOf(code string) period {
	all := periods()
	find := func(code string) int { return slices.IndexFunc(all, func(p period) bool { return p.code == code }) }
	i := find(code)
	if i < 0 {
		i = find(usualPeriod)
	}
	return all[i]
}

// on is the period as of a moment: today and yesterday have their first moment.
func (p period) on(now time.Time, zone *time.Location) period {
	switch p.code {
	case todayPeriod:
		p.first = callflow.DayOf(now.In(zone), 0)
	case yesterdayPeriod:
		p.first = callflow.DayOf(now.In(zone), -1)
	}
	return p
}

// ownPeriod is what stands in addresses for a period from one day to another.
const ownPeriod = "own"

// askedPeriod is the period of the address: one by its name, or from one day to
// another as written in the form. With mistakes it is the ordinary one.
func askedPeriod(ctx context.Context, params url.Values, zone *time.Location) (period, views.Form) {
	form := views.Form{Values: map[string][]string{"from": {params.Get("from")}, "to": {params.Get("to")}}}
	p := periodOf(params.Get("period"))
	if !params.Has("from") && !params.Has("to") {
		return p, form
	}
	day := func(field string) time.Time {
		t, err := callflow.ReadDay(params.Get(field), zone)
		if err != nil {
			form.Mistakes = append(form.Mistakes, views.Mistake{Field: field, Text: views.ProblemText(ctx, "day", nil)})
		}
		return t
	}
	from, to := day("from"), day("to")
	if len(form.Mistakes) > 0 {
		return p, form
	}
	days := int(callflow.DayOf(to, 1).Sub(from).Hours()+12) / 24
	switch {
	case days < 1:
		form.Mistakes = []views.Mistake{{Field: "to", Text: views.ProblemText(ctx, "backfill_order", nil)}}
		return p, form
	case days > longestPeriod:
		form.Mistakes = []views.Mistake{{Field: "to", Text: views.ProblemText(ctx, "period_long", map[string]string{"max": strconv.Itoa(longestPeriod)})}}
		return p, form
	}
	own := period{code: ownPeriod, days: days, first: from, step: 7 * 24 * time.Hour, bucket: "7d"}
	switch {
	case days <= 2:
		own.step, own.bucket = time.Hour, "1h"
	case days <= 10:
		own.step, own.bucket = 4*time.Hour, "4h"
	case days <= 92:
		own.step, own.bucket = 24*time.Hour, "1d"
	}
	return own, form
}

// address is where the overview shows the period.
func (p period) address() string {
	if p.code != ownPeriod {
		return "/?period=" + p.code
	}
	return "/?" + url.Values{"from": {p.first.Format(time.DateOnly)}, "to": {callflow.DayOf(p.first, p.days-1).Format(time.DateOnly)}}.Encode()
}

// bounds narrow a list to the period.
func (p period) bounds(from time.Time) []string {
	if p.first.IsZero() {
		return []string{"from", from.Format(time.RFC3339)}
	}
	return []string{"from", p.first.Format(time.DateOnly), "to", callflow.DayOf(p.first, p.days-1).Format(time.DateOnly)}
}

// touches are the first and the last day of the period, at their midnights. The
// last 24 hours touch two; of 7 and of 30 days today is one.
func (p period) touches(now time.Time) (first, last time.Time) {
	if !p.first.IsZero() {
		return p.first, callflow.DayOf(p.first, p.days-1)
	}
	last = callflow.DayOf(now, 0)
	return callflow.DayOf(last, -max(1, p.days-1)), last
}

// earlier is the period before, as far as this one has come.
func earlier(from, to, now time.Time, p period) []time.Time {
	begin, end := from.AddDate(0, 0, -p.days), from
	if !p.first.IsZero() {
		begin = callflow.DayOf(from, -p.days)
	}
	if same := now.AddDate(0, 0, -p.days); now.Before(to) && same.After(begin) {
		end = same
	}
	return []time.Time{begin, end}
}

// edges are where the bars begin, and where the last one ends: with the step
// that runs now, on the clock of the house. A day begins at its midnight also
// when the night before it had 23 or 25 hours; hours are all equally long.
func (p period) edges(now time.Time, zone *time.Location) []time.Time {
	if !p.first.IsZero() {
		return p.ownEdges(zone)
	}
	local := now.In(zone)
	y, m, d := local.Date()
	n := p.days * int(24*time.Hour/p.step)
	out := make([]time.Time, n+1)
	if p.step == time.Hour {
		midnight := callflow.DayStart(y, m, d, zone)
		end := midnight.Add(local.Sub(midnight).Truncate(p.step) + p.step)
		for i := range out {
			out[i] = end.Add(-time.Duration(n-i) * p.step)
		}
		return out
	}
	hours := int(p.step / time.Hour)
	end := (local.Hour()/hours + 1) * hours
	for i := range out {
		out[i] = onClock(y, m, d, end-(n-i)*hours, zone)
	}
	return out
}

// ownEdges begin with the first day; the last bar may be shorter.
func (p period) ownEdges(zone *time.Location) []time.Time {
	y, m, d := p.first.Date()
	end := callflow.DayStart(y, m, d+p.days, zone)
	var out []time.Time
	for i := 0; ; i++ {
		at := p.first.Add(time.Duration(i) * p.step)
		if p.step != time.Hour {
			at = onClock(y, m, d, i*int(p.step/time.Hour), zone)
		}
		if !at.Before(end) {
			return append(out, end)
		}
		out = append(out, at)
	}
}

// onClock is when the clock shows so many hours from the midnight of a day on.
func onClock(year int, month time.Month, day, hours int, zone *time.Location) time.Time {
	if hours%24 == 0 {
		return callflow.DayStart(year, month, day+hours/24, zone)
	}
	return time.Date(year, month, day, hours, 0, 0, 0, zone)
}

// These stand in addresses for the day since its first moment, and for the whole
// day before.
const (
	todayPeriod     = "today"
	yesterdayPeriod = "yesterday"
)

// barOf is the bar that a moment lies in; -1 or one too many outside of all.
func barOf(edges []time.Time, at time.Time) int {
	i, exact := slices.BinarySearchFunc(edges, at, time.Time.Compare)
	if exact {
		return i
	}
	return i - 1
}
