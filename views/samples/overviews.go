package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func overviews() []Sample {
	return []Sample{
		{"overview", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereOverview)
			f.Demo = true
			return views.Overview(f, overview(ctx))
		}},
		{"overview-calm", func(ctx context.Context) templ.Component {
			m := overview(ctx)
			m.Issues, m.Attention.Count = nil, 0
			m.Missed, m.MissedLines = views.Figure{}, nil
			return views.Overview(frame(ctx, views.HereOverview), m)
		}},
		{"overview-reconnect", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereOverview)
			f.Salesforce = views.LightBad
			f.Banners = []views.Banner{views.BannerOf(ctx, "salesforce_reconnect", 17)}
			m := overview(ctx)
			m.Strip.Salesforce, m.Strip.Queue, m.Strip.Held = views.LightBad, views.LightWarn, 17
			m.Waits = held(ctx)
			return views.Overview(f, m)
		}},
		{"overview-stopped", func(ctx context.Context) templ.Component {
			m := overview(ctx)
			m.Strip.Queue, m.Strip.Stopped, m.Strip.Waiting, m.Strip.Oldest = views.LightBad, true, 31, views.Ago(ctx, Now.Add(-12*time.Minute), Now)
			return views.Overview(frame(ctx, views.HereOverview), m)
		}},
		{"overview-period-mistake", func(ctx context.Context) templ.Component {
			m := overview(ctx)
			m.Own = views.Form{Values: map[string][]string{"from": {"2026-11-20"}, "to": {"2026-11-10"}},
				Mistakes: []views.Mistake{{Field: "to", Text: views.ProblemText(ctx, "backfill_order", nil)}}}
			return views.Overview(frame(ctx, views.HereOverview), m)
		}},
		{"overview-disconnected", func(ctx context.Context) templ.Component {
			f, m := frame(ctx, views.HereOverview), overview(ctx)
			f.Salesforce = views.LightOff
			f.Banners = []views.Banner{views.BannerOf(ctx, "salesforce_off", 17)}
			m.Strip.Salesforce, m.Strip.SignedInAs, m.Strip.Queue, m.Strip.Held = views.LightOff, "", views.LightWarn, 17
			m.Issues, m.Attention.Count, m.Waits = nil, 0, held(ctx)
			m.Waits[0].Reason = "held_not_connected"
			return views.Overview(f, m)
		}},
		{"overview-many-open", func(ctx context.Context) templ.Component {
			f, m := frame(ctx, views.HereOverview), overview(ctx)
			f.Attention, m.Attention.Count, m.Issues, m.IssuesLeft = 1000, 1000, nil, true
			return views.Overview(f, m)
		}},
		{"overview-aged", func(ctx context.Context) templ.Component {
			m := overview(ctx)
			m.AsOf, m.Every = views.At(ctx, Now.Add(-40*time.Second)), 4
			return views.Overview(frame(ctx, views.HereOverview), m)
		}},
		{"overview-skipped-only", func(ctx context.Context) templ.Component {
			m := overview(ctx)
			m.Received.Count, m.Skipped.Count, m.Skipped.Of = 74, 74, 74
			m.Logged, m.Attention.Count = views.Figure{Of: 74, Known: true, Before: 40}, 0
			m.Matches, m.Issues, m.Delays, m.Median, m.P95 = nil, nil, nil, "", ""
			for i := range m.Outcomes {
				b := &m.Outcomes[i]
				b.Logged, b.Failed, b.Choice, b.Waiting = 0, 0, 0, 0
			}
			return views.Overview(frame(ctx, views.HereOverview), m)
		}},
		{"overview-empty", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereOverview)
			f.Start, f.Aircall = "3/6", views.LightOff
			return views.Overview(f, views.OverviewPage{Empty: true, Address: "/?period=7d", Periods: periods(), Zone: "Europe/Paris", Strip: views.Strip{Salesforce: views.LightOK, SignedInAs: "integration@example.com"}})
		}},
	}
}

// held is what waits while Salesforce ended the connection.
func held(ctx context.Context) []views.Issue {
	return []views.Issue{{Outcome: "waiting", Reason: "held_reconnect", Count: 17, First: ago(ctx, 50*time.Minute), Last: ago(ctx, 2*time.Minute),
		URL: "/activity?outcome=waiting&reason=held_reconnect", Example: "/activity/4"}}
}

func periods() []views.PeriodLink {
	return []views.PeriodLink{{Code: "today", URL: "/?period=today"}, {Code: "yesterday", URL: "/?period=yesterday"}, {Code: "24h", URL: "/?period=24h"}, {Code: "7d", URL: "/?period=7d", Current: true}, {Code: "30d", URL: "/?period=30d"}}
}

func overview(ctx context.Context) views.OverviewPage {
	m := views.OverviewPage{
		Period: "7d", Periods: periods(), Address: "/?period=7d", Zone: "Europe/Paris", Bucket: "4h",
		Strip: views.Strip{
			Aircall: views.LightOK, LastEvent: ago(ctx, 12*time.Second), Salesforce: views.LightOK, SignedInAs: "integration@example.com",
			Queue: views.LightOK, API: views.LightWarn, APIUsed: 81240, APIMax: 100000,
		},
		Received:  views.Figure{Count: 1284, Messages: 124, Before: 1209, Known: true, Course: []int{188, 202, 211, 214, 209, 131, 129}, URL: "/activity"},
		Logged:    views.Figure{Count: 1197, Before: 1102, Known: true, Of: 1284, Course: []int{180, 192, 187, 150, 181, 205, 208}, URL: "/activity?outcome=logged"},
		Skipped:   views.Figure{Count: 74, Before: 101, Known: true, Of: 1284, Course: []int{8, 12, 14, 16, 10, 8, 10}, URL: "/activity?outcome=skipped"},
		Attention: views.Figure{Count: 13, Open: true, URL: "/activity?outcome=failed,needs_choice&resolved=no"},
		Account:   &views.ReconciledRow{Calls: 1160, Accounted: 1158}, AccountOf: days(ctx, 6), MissedKnown: true,
		Missed:      views.Figure{Count: 61, URL: "/activity?type=missed,voicemail"},
		MissedLines: []views.Rank{{Key: "Support FR", Count: 44, URL: "/activity?type=missed,voicemail&line=1001"}, {Key: "", Count: 17}},
		Matches: []views.Rank{
			{Key: "contact", Count: 822, URL: "/activity?record=contact"}, {Key: "lead", Count: 218, URL: "/activity?record=lead"}, {Key: "account", Count: 103, URL: "/activity?record=account"},
			{Key: "created:lead", Count: 64, URL: "/activity?record=lead"}, {Key: "", Count: 39, URL: "/activity?record=none"},
		},
		Skips: []views.Rank{
			{Key: "outside_office_hours", Count: 48, URL: "/activity?reason=outside_office_hours"}, {Key: "flow_do_nothing", Count: 13, URL: "/activity?reason=flow_do_nothing"},
			{Key: "no_match", Count: 9, URL: "/activity?reason=no_match"}, {Key: "internal_call", Count: 4, URL: "/activity?reason=internal_call"},
		},
		Lists: map[string]string{"logged": "/activity?outcome=logged", "skipped": "/activity?outcome=skipped", "waiting": "/activity?outcome=waiting",
			"needs_choice": "/activity?outcome=needs_choice", "failed": "/activity?outcome=failed"},
		Median: views.Duration(ctx, 1200*time.Millisecond), P95: views.Duration(ctx, 2800*time.Millisecond),
		Issues: []views.Issue{
			{Outcome: "failed", Reason: "field_access", Count: 8, First: on(ctx, 70*time.Hour), Last: ago(ctx, 38*time.Minute), URL: "/activity?reason=field_access", Example: "/activity/1", Cause: "field_access"},
			{Outcome: "needs_choice", Reason: "several_records", Count: 4, First: on(ctx, 52*time.Hour), Last: ago(ctx, 3*time.Hour), URL: "/activity?reason=several_records", Example: "/activity/2"},
			{Outcome: "failed", Reason: "validation_rule", Count: 1, First: on(ctx, 68*time.Hour), Last: ago(ctx, 68*time.Hour), URL: "/activity?reason=validation_rule", Example: "/activity/3"},
		},
	}
	hourly := []int{2, 4, 38, 52, 47, 11}
	begin := Now.Truncate(24*time.Hour).AddDate(0, 0, -6).Add(-time.Hour)
	for i := range 42 {
		at := begin.Add(time.Duration(i) * 4 * time.Hour)
		n := hourly[i%6] * []int{10, 9, 10, 8, 11, 2, 1}[i/6] / 10
		b := views.OutcomeBar{Label: views.ShortDay(ctx, at) + ", " + views.ShortTime(ctx, at), URL: "/activity?from=" + at.Format(time.DateOnly), Logged: n, Skipped: n / 12}
		if i%6 == 0 {
			b.Tick = views.ShortDay(ctx, at)
		}
		if i == 20 || i == 21 {
			b.Failed, b.Choice = 5, 1
		}
		if i == 41 {
			b.Waiting = 2
		}
		m.Outcomes = append(m.Outcomes, b)
		p := views.DelayPoint{Label: b.Label, URL: b.URL, Median: 1.1 + float64(i%5)/10, P95: 2.4 + float64(i%7)/5, Calls: n}
		if i == 20 {
			p.P95 = 8.4
		}
		if i%12 == 0 {
			p.Tick = views.ShortDay(ctx, at)
		}
		m.Delays = append(m.Delays, p)
	}
	return m
}
