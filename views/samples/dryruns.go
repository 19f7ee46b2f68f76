package samples

import (
	"context"

	"ringledger/views"

	"github.com/a-h/templ"
)

func dryRuns() []Sample {
	show := func(name string, change func(context.Context, *views.DryRunPage)) Sample {
		return Sample{name, func(ctx context.Context) templ.Component {
			m := views.DryRunPage{Detail: failed(ctx), BackURL: "/activity/1", URL: "/activity/1/dryrun"}
			change(ctx, &m)
			return views.DryRun(frame(ctx, views.HereActivity), m)
		}}
	}
	return []Sample{
		show("dryrun-ask", func(context.Context, *views.DryRunPage) {}),
		show("dryrun-written", func(ctx context.Context, m *views.DryRunPage) {
			m.Rules, m.Answer = "now", &views.DryRunAnswer{Outcome: "logged", Reason: "open_task", Writes: true, Rows: []views.DryRunRow{
				{Label: views.T(ctx, "dryrun.row.outcome"), Before: views.T(ctx, "outcome.failed"), After: views.T(ctx, "outcome.logged"), Changed: true}, {Label: views.T(ctx, "dryrun.row.record"), Before: "Julie Moreau", After: "Julie Moreau"},
				{Label: "Subject", Field: "Subject", After: "Call Julie Moreau back", Changed: true},
			}, Notices: []string{views.T(ctx, "dryrun.limits")}, Trace: traceOf(ctx)}
		}),
		show("dryrun-updated", func(ctx context.Context, m *views.DryRunPage) {
			m.Detail = logged(ctx)
			m.Rules, m.Answer = "now", &views.DryRunAnswer{Outcome: "logged", Reason: "updated_task", Writes: true, Stands: true, Rows: []views.DryRunRow{
				{Label: views.T(ctx, "dryrun.row.outcome"), Before: views.T(ctx, "outcome.logged"), After: views.T(ctx, "outcome.logged")}, {Label: views.T(ctx, "dryrun.row.record"), Before: "Julie Moreau", After: "Paul Moreau", Changed: true},
				{Label: "Subject", Field: "Subject", Before: "Mine", After: "Mine", Note: views.T(ctx, "dryrun.edited")},
				{Label: "Priority", Field: "Priority", Before: "Normal", After: "High", Changed: true}, {Label: "Due", Field: "ActivityDate", Before: "2026-11-22", Changed: true},
			}, Trace: traceOf(ctx)}
		}),
		show("dryrun-same", func(ctx context.Context, m *views.DryRunPage) {
			m.Detail = logged(ctx)
			m.Detail.RulesNow = m.Detail.RulesVersion
			m.Rules, m.Answer = "then", &views.DryRunAnswer{Outcome: "logged", Reason: "completed_task", Stands: true, Closed: true, Rows: []views.DryRunRow{
				{Label: views.T(ctx, "dryrun.row.outcome"), Before: views.T(ctx, "outcome.logged"), After: views.T(ctx, "outcome.logged")}, {Label: "Subject", Field: "Subject", Before: "Call from Julie Moreau", After: "Call from Julie Moreau"},
			}, Trace: traceOf(ctx)}
		}),
		show("dryrun-unasked", func(ctx context.Context, m *views.DryRunPage) {
			m.Rules, m.Answer = "now", &views.DryRunAnswer{Outcome: "waiting", Reason: "held_salesforce_down", Trace: traceOf(ctx)}
		}),
		show("dryrun-gone", func(_ context.Context, m *views.DryRunPage) { m.Rules, m.Gone = "then", true }),
	}
}

func traceOf(ctx context.Context) views.DetailPage {
	m := failed(ctx)
	m.Steps, m.RulesVersion = m.Steps[:9], "15"
	return m
}
