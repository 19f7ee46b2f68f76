package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func connections() []Sample {
	ac := func(name string, change func(context.Context, *views.AircallPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.AircallPage{WebhookURL: "https://calls.example.com/webhooks/aircall/1b7c9e0d5a3f42f8"}
			change(ctx, &m)
			return views.Aircall(frame(ctx, views.HereAircall), m)
		}}
	}
	return append(salesforce(), []Sample{
		ac("aircall-new", func(context.Context, *views.AircallPage) {}),
		ac("aircall-mistaken", func(ctx context.Context, m *views.AircallPage) {
			m.Form = views.Form{Values: map[string][]string{"api_id": {"abc"}}, Mistakes: []views.Mistake{problem(ctx, "api_token", "aircall_wrong_key")}}
		}),
		ac("aircall-connected", listening),
		ac("aircall-problem", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			m.Problem = "wrong_key"
		}),
		ac("aircall-gaps", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			gaps(ctx, m)
		}),
		ac("aircall-outage", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			m.Problem = "unavailable"
			m.Outage = &views.Outage{Found: "disabled", Since: on(ctx, 2*time.Hour)}
			m.Backfills = &views.Backfills{}
		}),
		ac("aircall-backfill-plan", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			m.Backfills = &views.Backfills{May: true, Plan: &views.BackfillPlan{
				From: "2026-11-16", To: "2026-11-18", Period: views.Date(ctx, Now.AddDate(0, 0, -6)) + " – " + views.Date(ctx, Now.AddDate(0, 0, -4)), Days: 3, Rules: 7,
			}, Form: views.Form{Values: map[string][]string{"from": {"2026-11-16"}, "to": {"2026-11-18"}}}}
		}),
		ac("aircall-backfill-mistaken", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			m.Backfills = &views.Backfills{May: true, Form: views.Form{
				Values:   map[string][]string{"from": {"2026-11-18"}, "to": {"2026-11-16"}},
				Mistakes: []views.Mistake{problem(ctx, "to", "backfill_order")},
			}}
		}),
		ac("aircall-by-hand", func(ctx context.Context, m *views.AircallPage) {
			m.Connected, m.ByHand, m.Webhook = true, true, views.LightOK
			m.LastEvent = ago(ctx, time.Minute)
		}),
		ac("aircall-disconnect", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			m.Disconnecting = true
		}),
	}...)
}

func listening(ctx context.Context, m *views.AircallPage) {
	m.Connected, m.HasToken, m.Company, m.Webhook = true, true, "Lorem SAS", views.LightOK
	m.Form.Values = map[string][]string{"api_id": {"9a1f3c"}}
	m.ConnectedAt, m.ConnectedBy, m.CheckedAt, m.LastEvent = on(ctx, 500*time.Hour), "marie@example.com", ago(ctx, 9*time.Minute), ago(ctx, 12*time.Second)
	m.Events = []string{"call.created", "call.answered", "call.ended", "call.tagged", "message.received"}
	m.Lines = []views.AircallLine{
		{Name: "Support FR", Number: "+33 1 99 00 00 10", Country: "FR", Zone: "Europe/Paris", LastCall: ago(ctx, 3*time.Minute)},
		{Name: "Sales UK", Number: "+44 1632 960001", Country: "GB", Zone: "Europe/London"},
	}
	m.Agents = []views.AircallAgent{{Name: "Camille Roy", Email: "camille@example.com"}, {Name: "Hugo Petit"}}
}

// gaps are periods in every state, and what the upkeep has to tell.
func gaps(ctx context.Context, m *views.AircallPage) {
	m.Outage = &views.Outage{Found: "events", Since: on(ctx, 30*time.Hour), MendedAt: on(ctx, 29*time.Hour), Events: []string{"call.ended"}}
	m.Others = []views.OtherWebhook{
		{ID: "a5321f51-8e05-482a-b2d2-a2596d6e547f", Active: true, CreatedAt: on(ctx, 700*time.Hour)}, {ID: "311204", Earlier: true},
	}
	m.Lines[1].Gone, m.Agents[1].Gone = ago(ctx, 48*time.Hour), ago(ctx, 72*time.Hour)
	m.Backfills = &views.Backfills{May: true, Open: true, All: []views.Backfill{
		{ID: 5, Cause: "asked", AskedBy: "marie@example.com", From: on(ctx, 200*time.Hour), To: on(ctx, 100*time.Hour), State: "running", Done: 40, Found: 400, Added: 12, Completed: 1},
		{ID: 4, Cause: "unwatched", From: on(ctx, 60*time.Hour), To: on(ctx, 50*time.Hour), State: "waiting", Problem: views.ProblemText(ctx, "aircall_unavailable", nil), Again: on(ctx, -time.Minute)},
		{ID: 3, Cause: "disabled", From: on(ctx, 80*time.Hour), To: on(ctx, 79*time.Hour), State: "done", Found: 9, Added: 3, FinishedAt: ago(ctx, 79*time.Hour)},
		{ID: 2, Cause: "deleted", From: on(ctx, 90*time.Hour), To: on(ctx, 89*time.Hour), State: "done", Found: 1, FinishedAt: ago(ctx, 89*time.Hour)},
		{ID: 1, Cause: "asked", AskedBy: "hugo@example.com", From: on(ctx, 300*time.Hour), To: on(ctx, 290*time.Hour), State: "stopped", Found: 50, Added: 2, FinishedAt: ago(ctx, 250*time.Hour)},
	}}
}
