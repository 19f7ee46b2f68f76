package samples

import (
	"context"
	"strconv"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

const instance = "https://lorem--test.sandbox.my.salesforce.com"

func activities() []Sample {
	return []Sample{
		{"activity", func(ctx context.Context) templ.Component {
			return views.Activity(frame(ctx, views.HereActivity), activity(ctx))
		}},
		{"activity-filtered", func(ctx context.Context) templ.Component {
			m := activity(ctx)
			m.Filters.Query, m.Filters.Values = "+33 1 99 00", map[string][]string{"outcome": {"failed"}, "line": {"1001"}, "from": {"2026-11-16"}}
			m.Chips = []views.Chip{
				{Filter: "outcome", Values: []string{"failed", "needs_choice"}, RemoveURL: "/activity"}, {Filter: "line", Values: []string{"Support FR", "Sales UK", "Sales IT"}, RemoveURL: "/activity"},
				{Filter: "from", Values: []string{views.Date(ctx, Now.AddDate(0, 0, -6))}, RemoveURL: "/activity"},
			}
			m.Unknown = []string{"colour=blue"}
			m.Breakdown = views.Breakdown{Lines: []views.Rank{{Key: "Support FR", Count: 31, URL: "/activity?line=1001"}, {Key: "Sales UK", Count: 8, URL: "/activity?line=1002"}},
				Agents: []views.Rank{{Key: "Petit, Camille", Count: 22, URL: "/activity?agent=7"}, {Key: "", Count: 17}}, MoreAgents: 4}
			m.Newer, m.LiveURL, m.HistURL = "/activity?before=x", "", ""
			return views.Activity(frame(ctx, views.HereActivity), m)
		}},
		{"activity-view", func(ctx context.Context) templ.Component {
			m := activity(ctx)
			m.Tabs = append(m.Tabs, views.Tab{Name: "Support FR, missed", Shared: true, URL: "/activity?view=3", Current: true}, views.Tab{Name: "Mine", URL: "/activity?view=4"})
			m.Tabs[0].Current = false
			m.Chips = []views.Chip{{Filter: "line", Values: []string{"Support FR"}, RemoveURL: "/activity"}, {Filter: "direction", Values: []string{"inbound"}, RemoveURL: "/activity"},
				{Filter: "record", Values: []string{"contact", "none"}, RemoveURL: "/activity"}, {Filter: "rules", Values: []string{"12"}, RemoveURL: "/activity"}}
			m.View = views.ViewState{Query: "line=1001", Name: "Support FR, missed", Shared: true, Changed: true, EditURL: "/views/3", ResetURL: "/activity?view=3", MayShare: true}
			return views.Activity(frame(ctx, views.HereActivity), m)
		}},
		{"activity-too-much", func(ctx context.Context) templ.Component {
			m := activity(ctx)
			m.Count, m.Histogram = "50+", &views.Histogram{Range: days(ctx, 3*365+1), TooMuch: true, WiderURL: "/activity", Presets: presets()}
			return views.Activity(frame(ctx, views.HereActivity), m)
		}},
		{"view", func(ctx context.Context) templ.Component {
			return views.EditView(frame(ctx, views.HereActivity), aView())
		}},
		{"view-mistake", func(ctx context.Context) templ.Component {
			m := aView()
			m.Name, m.Owner, m.DeleteURL, m.Action, m.Chips = "", "", "", "/views", nil
			m.Form = views.Form{Values: map[string][]string{"name": {""}}, Mistakes: []views.Mistake{{Field: "name", Text: views.ProblemText(ctx, "missing", nil)}}}
			return views.EditView(frame(ctx, views.HereActivity), m)
		}},
		{"view-delete", func(ctx context.Context) templ.Component {
			m := aView()
			m.Action = "/views/3/delete"
			return views.DeleteView(frame(ctx, views.HereActivity), m)
		}},
		{"activity-none", func(ctx context.Context) templ.Component {
			m := activity(ctx)
			m.Days, m.New = nil, 0
			m.Filters.Query = "nobody"
			return views.Activity(frame(ctx, views.HereActivity), m)
		}},
		{"activity-never", func(ctx context.Context) templ.Component {
			m := activity(ctx)
			m.Days, m.New, m.NeverCalled = nil, 0, "01 99 00 99 99"
			m.Filters.Query = m.NeverCalled
			return views.Activity(frame(ctx, views.HereActivity), m)
		}},
		{"activity-empty", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereActivity)
			f.Start = "4/6"
			return views.Activity(f, views.ActivityPage{Empty: true, StartURL: "/start", Zone: "Europe/Paris", LiveURL: "/activity?upto="})
		}},
	}
}

func aView() views.ViewPage {
	return views.ViewPage{Name: "Support FR, missed", Owner: "marie@example.com", Query: "line=1001&type=missed", Shared: true, MayShare: true, Action: "/views/3", BackURL: "/activity?view=3",
		DeleteURL: "/views/3/delete", Form: views.Form{Values: map[string][]string{"name": {"Support FR, missed"}, "shared": {"true"}}},
		Chips: []views.Chip{{Filter: "line", Values: []string{"Support FR"}}, {Filter: "type", Values: []string{"missed"}}}}
}

func presets() []views.PeriodLink {
	return []views.PeriodLink{{Code: "today", URL: "/activity?from=2026-11-22"}, {Code: "yesterday", URL: "/activity?from=2026-11-21&to=2026-11-21"}, {Code: "24h", URL: "/activity?from=2026-11-21T12%3A00"}, {Code: "7d", URL: "/activity?from=2026-11-16", Current: true}, {Code: "30d", URL: "/activity?from=2026-10-24"}}
}

// overTime is a week of calls: busy by day, with some failures on one morning.
func overTime(ctx context.Context) *views.Histogram {
	h := &views.Histogram{Range: days(ctx, 6), Zone: "Europe/Paris", Presets: presets(), WiderURL: "/activity"}
	for i := range 84 {
		b := views.HistogramBar{Label: "Mon " + strconv.Itoa(16+i/12) + ", " + strconv.Itoa(i%12*2) + ":00", URL: "/activity?from=2026-11-16T14%3A00&to=2026-11-16T16%3A00"}
		if i%12 == 0 {
			b.Tick = views.ShortDay(ctx, Now.AddDate(0, 0, i/12-6))
		}
		if at := i % 12; at > 3 && at < 10 && i < 60 {
			b.All = 18 + at*7%11
		}
		if i == 40 || i == 41 {
			b.Failed = 7
		}
		h.Bars = append(h.Bars, b)
	}
	return h
}

func activity(ctx context.Context) views.ActivityPage {
	m := views.ActivityPage{
		Tabs: []views.Tab{
			{Code: "all", URL: "/activity", Current: true}, {Code: "attention", URL: "/activity?outcome=failed,needs_choice", Count: "13", Bad: true},
			{Code: "failed", URL: "/activity?outcome=failed", Count: "9"}, {Code: "choice", URL: "/activity?outcome=needs_choice", Count: "4"},
			{Code: "waiting", URL: "/activity?outcome=waiting", Count: "1"}, {Code: "skipped", URL: "/activity?outcome=skipped", Count: "74"},
			{Code: "no_match", URL: "/activity?reason=no_match"},
		},
		Filters: views.Filters{
			Lines:  []views.Option{{Value: "1001", Text: "Support FR"}, {Value: "1002", Text: "Sales UK"}},
			Agents: []views.Option{{Value: "7", Text: "Camille Roy"}, {Value: "8", Text: "Hugo Petit"}},
		},
		ClearURL: "/activity", Count: views.Number(ctx, 1284), Older: "/activity?after=x", CSVURL: "/activity.csv", LiveURL: "/activity?upto=y", HistURL: "/activity?part=histogram",
		New: 3, NewURL: "/activity", Zone: "Europe/Paris",
		Bulk: views.Bulk{CSVURL: "/activity.csv", Count: views.Number(ctx, 1284)},
	}
	m.Histogram = overTime(ctx)
	m.Breakdown.Offers = presets()[:1]
	m.View.MayShare = true
	today := views.ActivityDay{Title: views.DayTitle(ctx, Now, Now)}
	older := views.ActivityDay{Title: views.DayTitle(ctx, Now.AddDate(0, 0, -2), Now)}
	for i, r := range rows(ctx) {
		r.ID = strconv.Itoa(i + 1)
		r.URL = "/activity/" + r.ID
		at := Now.Add(-time.Duration(i*4+1) * time.Minute)
		if i > 7 {
			at = at.AddDate(0, 0, -2)
		}
		r.At = views.At(ctx, at)
		if r.Record != "" {
			r.RecordURL = views.RecordURL(instance, r.RecordKind, "003000000000001AAA")
		}
		if i > 7 {
			older.Rows = append(older.Rows, r)
		} else {
			today.Rows = append(today.Rows, r)
		}
	}
	m.Days = []views.ActivityDay{today, older}
	return m
}

// days are those from some ago to today.
func days(ctx context.Context, ago int) string {
	return views.Date(ctx, Now.AddDate(0, 0, -ago)) + " – " + views.Date(ctx, Now)
}

func rows(ctx context.Context) []views.ActivityRow {
	return []views.ActivityRow{
		{Type: "missed", Who: "Julie Moreau", Number: "+33 1 99 00 56 78", Line: "Support FR", Agent: "Camille Roy", Outcome: "failed", Reason: "field_access", Record: "Julie Moreau", RecordKind: "contact", Took: ""},
		{Type: "inbound_answered", Who: "Nadia Benali", Number: "+33 1 99 00 20 11", Line: "Sales FR", Agent: "Hugo Petit", Outcome: "logged", Reason: "completed_task", Record: "Nadia Benali", RecordKind: "contact", Took: views.Duration(ctx, 1100*time.Millisecond)},
		{Type: "outbound_answered", Who: "Tom Becker", Number: "+44 1632 960204", Line: "Sales UK", Agent: "Lena Vogt", Outcome: "logged", Reason: "completed_task", Record: "Tom Becker", RecordKind: "lead", Took: views.Duration(ctx, 1400*time.Millisecond)},
		{Type: "voicemail", Who: "Marc Dubois", Number: "+33 1 99 00 02 47", Line: "Support FR", Outcome: "logged", Reason: "open_task", Record: "Marc Dubois", RecordKind: "contact", Took: views.Duration(ctx, 1200*time.Millisecond)},
		{Type: "inbound_answered", Who: "+44 1632 960812", Line: "Sales UK", Agent: "Priya Shah", Outcome: "needs_choice", Reason: "several_records"},
		{Type: "outbound_unanswered", Who: "Éloïse Garnier", Number: "+33 1 99 00 18 90", Line: "Sales FR", Agent: "Hugo Petit", Outcome: "skipped", Reason: "flow_do_nothing"},
		{Type: "message_received", Who: "+1 202 555 0134", Line: "Sales US", Agent: "Dan Cole", Outcome: "logged", Reason: "completed_task", Record: "+1 202 555 0134", RecordKind: "lead", Took: views.Duration(ctx, 1900*time.Millisecond)},
		{Type: "inbound_answered", Who: "Atelier Morel", Number: "+33 1 99 00 17 33", Line: "Support FR", Agent: "Camille Roy", Outcome: "waiting", Reason: "retrying"},
		{Type: "missed", Who: "", Line: "Support FR", Outcome: "skipped", Reason: "anonymous"},
		{Type: "inbound_answered", Who: "Sofia Rossi with a name that is longer than any column", Number: "+33 1 99 00 11 99", Line: "Sales IT and a long line name", Agent: "Luca Bruni", Outcome: "logged", Reason: "no_record", Took: views.Duration(ctx, 1000*time.Millisecond)},
		{Type: "", Who: "+33 1 99 00 53 00", Line: "Sales FR", Outcome: "waiting", Reason: "in_progress"},
	}
}
