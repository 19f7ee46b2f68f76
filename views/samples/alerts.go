package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func alerts() []Sample {
	page := func(name string, change func(context.Context, *views.AlertsPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.AlertsPage{Version: "3", Zone: "Europe/Paris", Hook: views.Form{Values: map[string][]string{"webhook_internal": {"false"}}},
				Form: views.Form{Values: map[string][]string{"connections": {"true"}, "failures": {"true"}, "failures_over": {"10"}, "silence": {"true"},
					"silent_minutes": {"120"}, "queue": {"true"}, "digest": {"true"}, "digest_hour": {"8"}, "language": {"fr"}, "recipients": {"ops@example.com\nmarie@example.com"}}},
				Mail: views.AlertMail{Server: "smtp.example.com:587", From: "ringledger@example.com", To: 2}, Webhook: "ops-hooks.example.com",
				Channels: []views.AlertChannel{{Code: "email", Last: on(ctx, 3*time.Hour)}, {Code: "webhook", Last: on(ctx, 3*time.Hour)}},
				Rows:     alertRows(ctx)}
			change(ctx, &m)
			return views.Alerts(frame(ctx, views.HereAlerts), m)
		}}
	}
	return []Sample{
		page("alerts", func(context.Context, *views.AlertsPage) {}),
		page("alerts-new", func(_ context.Context, m *views.AlertsPage) {
			m.Version, m.Mail, m.Webhook, m.Channels, m.Rows = "0", views.AlertMail{}, "", nil, nil
			m.Form.Values["recipients"], m.Form.Values["digest"] = []string{""}, []string{"false"}
		}),
		page("alerts-secret", func(_ context.Context, m *views.AlertsPage) { m.Secret = "rla_k3v9s7m2example" }),
		page("alerts-tested", func(_ context.Context, m *views.AlertsPage) {
			m.Test = &views.AlertTest{Channel: "webhook", Answer: "HTTP 200: ok"}
		}),
		page("alerts-refused", func(_ context.Context, m *views.AlertsPage) {
			m.Test = &views.AlertTest{Channel: "email", Error: "mail server: 535 5.7.8 Authentication credentials invalid"}
		}),
		page("alerts-failing", func(ctx context.Context, m *views.AlertsPage) {
			m.Channels[1] = views.AlertChannel{Code: "webhook", Waiting: 2, Oldest: on(ctx, 2*time.Hour), Problem: "the webhook answers HTTP 503", Next: on(ctx, -8*time.Minute), Last: on(ctx, 30*time.Hour)}
			m.Rows[0].Told[1] = views.AlertTold{Channel: "webhook", State: "waiting", At: on(ctx, 2*time.Hour), Problem: "the webhook answers HTTP 503"}
		}),
		page("alerts-mistaken", func(ctx context.Context, m *views.AlertsPage) {
			m.Form.Values["failures_over"], m.Form.Values["recipients"] = []string{"0"}, []string{"ops"}
			m.Form.Mistakes = []views.Mistake{
				{Field: "failures_over", Text: views.ProblemText(ctx, "out_of_range", map[string]string{"min": "1", "max": "10000", "value": "0"})},
				{Field: "recipients", Text: views.ProblemText(ctx, "bad_email", map[string]string{"value": "ops"})}}
		}),
		page("alerts-address-mistaken", func(ctx context.Context, m *views.AlertsPage) {
			m.Hook = views.Form{Values: map[string][]string{"webhook_url": {"https://10.0.0.8/alerts"}, "webhook_internal": {"false"}},
				Mistakes: []views.Mistake{problem(ctx, "webhook_url", "internal_address")}}
		}),
		page("alerts-nobody", func(_ context.Context, m *views.AlertsPage) {
			m.Form.Values["recipients"], m.Mail.To, m.Channels, m.Webhook = []string{""}, 0, nil, ""
			for i := range m.Rows {
				m.Rows[i].Told = nil
			}
		}),
	}
}

func alertRows(ctx context.Context) []views.AlertRow {
	both := func(ago time.Duration) []views.AlertTold {
		return []views.AlertTold{{Channel: "email", State: "told", To: "ops@example.com, marie@example.com", At: on(ctx, ago)},
			{Channel: "webhook", State: "told", To: "ops-hooks.example.com", At: on(ctx, ago)}}
	}
	return []views.AlertRow{
		{Kind: "salesforce_grant", Title: views.AlertTitle(ctx, "salesforce_grant", "began"), Fact: views.AlertFact(ctx, 14, 0), Began: on(ctx, 2*time.Hour), Told: both(2 * time.Hour)},
		{Kind: "digest", Title: views.AlertTitle(ctx, "digest", "daily"), Began: on(ctx, 3*time.Hour), Ended: on(ctx, 3*time.Hour), Over: true, Told: both(3 * time.Hour)},
		{Kind: "silence", Title: views.AlertTitle(ctx, "silence", "began"), Fact: views.AlertFact(ctx, 0, 2*time.Hour+4*time.Minute), Began: on(ctx, 50*time.Hour), Ended: on(ctx, 49*time.Hour), Over: true,
			Told: []views.AlertTold{{Channel: "email", State: "dropped", At: on(ctx, 26*time.Hour), Problem: "mail server: dial tcp: connection refused"}}},
	}
}
