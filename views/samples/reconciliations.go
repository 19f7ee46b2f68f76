package samples

import (
	"context"

	"ringledger/views"

	"github.com/a-h/templ"
)

func reconciliations() []Sample {
	page := func(name string, change func(context.Context, *views.Frame, *views.ReconciliationPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			f, m := frame(ctx, views.HereReconciliation), reconciliation(ctx)
			change(ctx, &f, &m)
			return views.Reconciliation(f, m)
		}}
	}
	return []Sample{
		page("reconciliation", func(context.Context, *views.Frame, *views.ReconciliationPage) {}),
		page("reconciliation-viewer", func(_ context.Context, f *views.Frame, m *views.ReconciliationPage) {
			f.User.Role = "viewer"
			for n := range m.Lacking {
				m.Lacking[n].Number = masked(m.Lacking[n].Number)
			}
		}),
		page("reconciliation-whole", func(_ context.Context, _ *views.Frame, m *views.ReconciliationPage) {
			m.Lacking = nil
			whole := views.ReconciledRow{Name: "Support FR", URL: "/activity", Calls: 12345, Listed: 12345, Logged: 11000, Found: 11000, Skipped: 1345, Accounted: 12345}
			m.Total, m.Lines, m.Days, m.Agents = whole, []views.ReconciledRow{whole}, m.Days[1:], m.Agents[1:]
		}),
		page("reconciliation-empty", func(_ context.Context, _ *views.Frame, m *views.ReconciliationPage) {
			*m = views.ReconciliationPage{Spans: m.Spans, Zone: m.Zone, Address: m.Address, CSV: m.CSV, Aircall: true}
		}),
		page("reconciliation-running", func(_ context.Context, _ *views.Frame, m *views.ReconciliationPage) {
			m.Check.State, m.Check.Done, m.Check.By = "running", 40, "marie@example.com"
		}),
		page("reconciliation-failed", func(ctx context.Context, _ *views.Frame, m *views.ReconciliationPage) {
			m.Check.Problem, m.Check.Unread = views.CheckProblem(ctx, "salesforce_down"), 1
		}),
		page("reconciliation-again", func(ctx context.Context, _ *views.Frame, m *views.ReconciliationPage) {
			m.Check.State, m.Check.Problem, m.Check.Again = "waiting", views.ProblemText(ctx, "aircall_unavailable", nil), views.On(ctx, Now)
		}),
		page("reconciliation-not-connected", func(ctx context.Context, _ *views.Frame, m *views.ReconciliationPage) {
			m.Aircall, m.Check.Problem = false, views.CheckProblem(ctx, "aircall_not_connected")
		}),
	}
}

func reconciliation(ctx context.Context) views.ReconciliationPage {
	total := views.ReconciledRow{Calls: 12345, Listed: 12340, Logged: 11000, Found: 10990, Skipped: 1300, Person: 40, Deleted: 7, Waiting: 5, Missing: 2, Doubled: 1, Healed: 3,
		Accounted: 12337, WaitingURL: "/activity?outcome=waiting"}
	row := func(name string) views.ReconciledRow {
		r := total
		r.Name, r.URL = name, "/activity"
		return r
	}
	clear := views.ReconciledRow{Name: "Sales UK", URL: "/activity", Calls: 210, Listed: 210, Logged: 200, Found: 200, Skipped: 10, Accounted: 210}
	day := clear
	day.Name = views.Date(ctx, Now.AddDate(0, 0, -1))
	return views.ReconciliationPage{
		Spans: []views.ReconciledSpan{{Days: 1, URL: "/reconciliation?days=1"}, {Days: 7, URL: "/reconciliation?days=7", Current: true}, {Days: 31, URL: "/reconciliation?days=31"}},
		Zone:  "Europe/Paris", Total: total, Unlisted: true,
		Days: []views.ReconciledRow{row(views.Date(ctx, Now)), day, {Name: views.Date(ctx, Now.AddDate(0, 0, -2)), URL: "/activity", Calls: 9, Logged: 9, Found: 9, Accounted: 9, Unlisted: true}}, Lines: []views.ReconciledRow{row("Support FR"), clear},
		Agents: []views.ReconciledRow{row(""), {Name: "Marie Laurent", URL: "/activity", Calls: 210, Listed: 210, Logged: 200, Found: 200, Skipped: 10, Accounted: 210}},
		Lacking: []views.LackingTask{
			{URL: "/activity/12", Number: "+33 1 99 00 00 12", At: views.On(ctx, Now)},
			{URL: "/activity/11", Number: "+44 1632 960011", At: views.On(ctx, Now), Doubled: true},
		}, More: true,
		Check:   &views.Check{State: "done", At: ago(ctx, 4*60e9), Found: 412, Added: 1, Completed: 2, Looked: 398, Lacking: 2, Healed: 1},
		Address: "/reconciliation?days=7", CSV: "/reconciliation.csv?days=7", Aircall: true,
	}
}
