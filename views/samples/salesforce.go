package samples

import (
	"context"
	"time"

	"ringledger/views"

	"github.com/a-h/templ"
)

func salesforce() []Sample {
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
			m.Preflight, m.Idle = nil, nil
			for n := range m.Checks {
				m.Checks[n].Severity = ""
			}
		}),
		sf("salesforce-reconnect", func(ctx context.Context, m *views.SalesforcePage) {
			connected(ctx, m)
			m.NeedsReconnect, m.Reconnect, m.Held = true, "expired access/refresh token", 17
		}),
		sf("salesforce-disconnect", func(ctx context.Context, m *views.SalesforcePage) {
			connected(ctx, m)
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
		{Code: "value_missing", Severity: "warning", Setting: "flows.priority", Params: map[string]string{"object": "Task", "field": "Priority", "label": "Priority", "values": "High"}},
		{Code: "native_logging", Severity: "warning", Params: map[string]string{"tasks": "12"}},
		{Code: "external_id_missing", Severity: "advice"},
	}
	m.Idle = []views.Preflight{
		{Code: "object_not_creatable", Severity: "warning", Setting: "related.create_case", Params: map[string]string{"object": "Case"}},
	}
	m.Checks = []views.PreflightCheck{
		{Code: "api"}, {Code: "objects"}, {Code: "fields", Severity: "warning"}, {Code: "required_fields", Severity: "blocking"},
		{Code: "statuses", Found: map[string]string{"closed": "Terminée", "open": "Non commencée"}}, {Code: "picklists", Severity: "warning"},
		{Code: "record_types", Found: map[string]string{"types": "Task: Phone Call"}}, {Code: "person_accounts"}, {Code: "duplicate_rules"},
		{Code: "assignment_rules"}, {Code: "native_logging", Severity: "warning"}, {Code: "external_id", Severity: "advice", Found: map[string]string{"field": "Call_Id__c"}},
	}
}
