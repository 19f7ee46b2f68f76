package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func connections() []Sample {
	sf := func(name string, change func(context.Context, *views.SalesforcePage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.SalesforcePage{
				Form:        views.Form{Values: map[string][]string{"login_url": {"https://login.salesforce.com"}}},
				LoginURLs:   []string{"https://login.salesforce.com", "https://test.salesforce.com"},
				CallbackURL: "https://calls.example.com/connections/salesforce/callback",
			}
			change(ctx, &m)
			return views.Salesforce(frame(ctx, views.HereSalesforce), m)
		}}
	}
	ac := func(name string, change func(context.Context, *views.AircallPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.AircallPage{WebhookURL: "https://calls.example.com/webhooks/aircall/1b7c9e0d5a3f42f8"}
			change(ctx, &m)
			return views.Aircall(frame(ctx, views.HereAircall), m)
		}}
	}
	return []Sample{
		sf("salesforce-new", func(context.Context, *views.SalesforcePage) {}),
		sf("salesforce-mistaken", func(ctx context.Context, m *views.SalesforcePage) {
			m.Form.Values["login_url"] = []string{"http://evil.example.com"}
			m.Form.Mistakes = []views.Mistake{problem(ctx, "login_url", "login_host"), problem(ctx, "client_id", "required")}
		}),
		sf("salesforce-saved", func(_ context.Context, m *views.SalesforcePage) {
			m.Saved, m.HasSecret = true, true
			m.Problem, m.ProblemText = "redirect_uri_mismatch", "redirect_uri must match configuration"
		}),
		sf("salesforce-connected", connected),
		sf("salesforce-clean", func(ctx context.Context, m *views.SalesforcePage) {
			connected(ctx, m)
			m.Preflight = nil
		}),
		sf("salesforce-reconnect", func(ctx context.Context, m *views.SalesforcePage) {
			connected(ctx, m)
			m.NeedsReconnect, m.Reconnect, m.Held = true, "expired access/refresh token", 17
		}),
		sf("salesforce-disconnect", func(ctx context.Context, m *views.SalesforcePage) {
			connected(ctx, m)
			m.Disconnecting = true
		}),
		ac("aircall-new", func(context.Context, *views.AircallPage) {}),
		ac("aircall-mistaken", func(ctx context.Context, m *views.AircallPage) {
			m.Form = views.Form{Values: map[string][]string{"api_id": {"abc"}}, Mistakes: []views.Mistake{problem(ctx, "api_token", "aircall_wrong_key")}}
		}),
		ac("aircall-connected", listening),
		ac("aircall-problem", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			m.Problem = "wrong_key"
		}),
		ac("aircall-by-hand", func(ctx context.Context, m *views.AircallPage) {
			m.Connected, m.ByHand, m.Webhook = true, true, views.LightOK
			m.LastEvent = ago(ctx, time.Minute)
		}),
		ac("aircall-disconnect", func(ctx context.Context, m *views.AircallPage) {
			listening(ctx, m)
			m.Disconnecting = true
		}),
	}
}

func connected(ctx context.Context, m *views.SalesforcePage) {
	m.Saved, m.HasSecret = true, true
	m.Form.Values["client_id"] = []string{"3MVG9.example.consumer.key"}
	m.CheckedAt = ago(ctx, 5*time.Minute)
	m.Org = &views.SalesforceOrg{
		Name: "Lorem SAS", ID: "00D000000000001EAA", Instance: instance, User: "Ines Martin", Email: "ines@example.com",
		ConnectedAt: on(ctx, 500*time.Hour), ConnectedBy: "marie@example.com", APIUsed: 81240, APIMax: 100000, Sandbox: true,
	}
	m.Preflight = []views.Preflight{
		{Code: "required_field", Severity: "blocking", Params: map[string]string{"object": "Task", "field": "Region__c", "label": "Region"}},
		{Code: "field_read_only", Severity: "warning", Params: map[string]string{"object": "Task", "field": "Type", "label": "Type"}},
		{Code: "external_id_missing", Severity: "advice"},
	}
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
