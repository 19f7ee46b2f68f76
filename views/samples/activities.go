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
			m.Filters.Query, m.Filters.Outcome, m.Filters.Line, m.Filters.From = "+33 1 99 00", "failed", "1001", "2026-11-16"
			m.Chips = []views.Chip{
				{Filter: "outcome", Value: "failed,needs_choice", RemoveURL: "/activity"}, {Filter: "line", Value: "Support FR", RemoveURL: "/activity"},
				{Filter: "from", Value: "16 Nov 2026", RemoveURL: "/activity"},
			}
			m.Unknown = []string{"colour=blue"}
			m.Newer, m.LiveURL = "/activity?before=x", ""
			return views.Activity(frame(ctx, views.HereActivity), m)
		}},
		{"activity-none", func(ctx context.Context) templ.Component {
			m := activity(ctx)
			m.Days, m.New = nil, 0
			m.Filters.Query = "nobody"
			return views.Activity(frame(ctx, views.HereActivity), m)
		}},
		{"activity-empty", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereActivity)
			f.Start = "4/6"
			return views.Activity(f, views.ActivityPage{Empty: true, StartURL: "/start", Zone: "Europe/Paris", LiveURL: "/activity?upto="})
		}},
	}
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
		ClearURL: "/activity", Count: "1,284", Older: "/activity?after=x", CSVURL: "/activity.csv", LiveURL: "/activity?upto=y",
		New: 3, NewURL: "/activity", Zone: "Europe/Paris",
	}
	today := views.ActivityDay{Title: views.DayTitle(ctx, Now, Now)}
	older := views.ActivityDay{Title: views.DayTitle(ctx, Now.AddDate(0, 0, -2), Now)}
	for i, r := range rows() {
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

func rows() []views.ActivityRow {
	return []views.ActivityRow{
		{Type: "missed", Who: "Julie Moreau", Number: "+33 1 99 00 56 78", Line: "Support FR", Agent: "Camille Roy", Outcome: "failed", Reason: "field_access", Record: "Julie Moreau", RecordKind: "contact", Took: ""},
		{Type: "inbound_answered", Who: "Nadia Benali", Number: "+33 1 99 00 20 11", Line: "Sales FR", Agent: "Hugo Petit", Outcome: "logged", Reason: "completed_task", Record: "Nadia Benali", RecordKind: "contact", Took: "1.1 s"},
		{Type: "outbound_answered", Who: "Tom Becker", Number: "+44 1632 960204", Line: "Sales UK", Agent: "Lena Vogt", Outcome: "logged", Reason: "completed_task", Record: "Tom Becker", RecordKind: "lead", Took: "1.4 s"},
		{Type: "voicemail", Who: "Marc Dubois", Number: "+33 1 99 00 02 47", Line: "Support FR", Outcome: "logged", Reason: "open_task", Record: "Marc Dubois", RecordKind: "contact", Took: "1.2 s"},
		{Type: "inbound_answered", Who: "+44 1632 960812", Line: "Sales UK", Agent: "Priya Shah", Outcome: "needs_choice", Reason: "several_records"},
		{Type: "outbound_unanswered", Who: "Éloïse Garnier", Number: "+33 1 99 00 18 90", Line: "Sales FR", Agent: "Hugo Petit", Outcome: "skipped", Reason: "flow_do_nothing"},
		{Type: "message_received", Who: "+1 202 555 0134", Line: "Sales US", Agent: "Dan Cole", Outcome: "logged", Reason: "completed_task", Record: "+1 202 555 0134", RecordKind: "lead", Took: "1.9 s"},
		{Type: "inbound_answered", Who: "Atelier Morel", Number: "+33 1 99 00 17 33", Line: "Support FR", Agent: "Camille Roy", Outcome: "waiting", Reason: "retrying"},
		{Type: "missed", Who: "", Line: "Support FR", Outcome: "skipped", Reason: "anonymous"},
		{Type: "inbound_answered", Who: "Sofia Rossi with a name that is longer than any column", Number: "+33 1 99 00 11 99", Line: "Sales IT and a long line name", Agent: "Luca Bruni", Outcome: "logged", Reason: "no_record", Took: "1.0 s"},
		{Type: "", Who: "+33 1 99 00 53 00", Line: "Sales FR", Outcome: "waiting", Reason: "in_progress"},
	}
}
