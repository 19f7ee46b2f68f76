package samples

import (
	"context"
	"time"

	"ringledger/integration/callflow"
	"ringledger/views"

	"github.com/a-h/templ"
)

func reviews() []Sample {
	return append(trials(), []Sample{
		{"review", func(ctx context.Context) templ.Component {
			m := review(ctx)
			for _, row := range m.Effect.Rows {
				for i := range row.Samples {
					row.Samples[i].Try = "try-41"
				}
			}
			return views.Review(frame(ctx, views.HereFlows), m)
		}},
		{"review-no-effect", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Effect = views.Effect{Days: 7, Calls: 1284, Rows: []views.EffectRow{{Class: "same", N: 1284}}}
			return views.Review(frame(ctx, views.HereFlows), m)
		}},
		{"review-warnings", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Page, m.Action = views.T(ctx, "import.title"), "/rules/history/import"
			m.Warnings = []views.Mistake{problem(ctx, "task.fields.Region__c", "task_field_short", "label", "Region", "length", "20"), problem(ctx, "owner.map", "org_users_unchecked")}
			return views.Review(frame(ctx, views.HereHistory), m)
		}},
		{"review-no-calls", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Effect = views.Effect{Days: 7, GoingOn: 1}
			return views.Review(frame(ctx, views.HereFlows), m)
		}},
		{"review-partial", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Effect.Partial, m.Effect.Since, m.Effect.GoingOn = true, ago(ctx, 30*time.Hour), 2
			return views.Review(frame(ctx, views.HereFlows), m)
		}},
		{"review-unknown", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Page, m.Note = views.T(ctx, "nav.matching"), "Leads first, says Léa"
			m.Changes = []views.RuleChange{views.ChangeOf(ctx, views.Difference{Keys: []string{"matching", "order"}, Old: []string{"contact"}, New: []string{"lead", "contact"}}, nil)}
			m.Effect.Rows = []views.EffectRow{
				{Class: "looked_up", N: 1, Parts: parts(views.ReasonText(ctx, "flow_do_nothing", nil), 1), Samples: calls(ctx, views.ReasonText(ctx, "flow_do_nothing", nil))},
				{Class: "unknown", N: 40, Parts: parts(views.T(ctx, "effect.missing.record"), 38, views.T(ctx, "effect.missing.owner"), 2), Samples: calls(ctx, views.T(ctx, "effect.missing.record"))},
				{Class: "same", N: 1243},
			}
			return views.Review(frame(ctx, views.HereMatching), m)
		}},
		{"review-busy", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Effect = views.Effect{Days: 7, Trouble: "busy"}
			return views.Review(frame(ctx, views.HereFlows), m)
		}},
		{"review-failed", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Effect = views.Effect{Days: 7, Trouble: "failed"}
			return views.Review(frame(ctx, views.HereFlows), m)
		}},
		{"review-conflict", func(ctx context.Context) templ.Component {
			m := review(ctx)
			m.Page, m.Action = views.T(ctx, "import.title"), "/rules/history/import"
			m.Fields = []views.ReviewField{{Name: "document", Value: "version: 1\n"}}
			m.Conflict = &views.RulesConflict{Version: 15, By: "Omar Diallo", At: ago(ctx, time.Minute)}
			m.Version = 15
			return views.Review(frame(ctx, views.HereHistory), m)
		}},
		{"import", func(ctx context.Context) templ.Component {
			return views.Import(frame(ctx, views.HereHistory), views.ImportPage{})
		}},
		{"import-mistaken", func(ctx context.Context) templ.Component {
			return views.Import(frame(ctx, views.HereHistory), views.ImportPage{
				Document: "version: 1\nflows:\n  missed:\n    acton: completed\n",
				Mistakes: []views.Mistake{problem(ctx, "flows.missed.acton", "unknown_key", "value", "acton", "suggestion", "action"), problem(ctx, "", "syntax", "message", "did not find expected key")},
				Lines:    []int{4, 0},
			})
		}},
		{"flows-edited", func(ctx context.Context) templ.Component {
			m := flows(ctx)
			m.Form.Saved = map[string][]string{"flows.missed.action": m.Form.Values["flows.missed.action"]}
			m.Form.Values["flows.missed.action"], m.Form.Values["note"], m.Form.Unsaved = []string{"do_nothing"}, []string{"Quiet weekends"}, true
			return views.Flows(frame(ctx, views.HereFlows), m)
		}},
	}...)
}

func trials() []Sample {
	return []Sample{
		{"trial", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereFlows)
			f.Draft = &views.Draft{Again: "try-41", Enter: "review"}
			return views.Trial(f, trial(ctx))
		}},
		{"trial-unknown", func(ctx context.Context) templ.Component {
			m := trial(ctx)
			m.Class, m.Said, m.Missing, m.Rows, m.Then = "unknown", "", []string{"record"}, nil, true
			return views.Trial(frame(ctx, views.HereFlows), m)
		}},
		{"trial-related", func(ctx context.Context) templ.Component {
			m := trial(ctx)
			m.Class, m.Missing = "content", []string{"owner", "related"}
			m.Rows = []views.DryRunRow{{Field: "WhatId", Label: "Related To ID", Before: "Fallet SA", Note: views.T(ctx, "trial.unknown"), Changed: true}}
			return views.Trial(frame(ctx, views.HereFlows), m)
		}},
		{"trial-going-on", func(ctx context.Context) templ.Component {
			m := trial(ctx)
			m.Class, m.Said, m.Rows, m.Outcome, m.Reason = "going_on", "", nil, "waiting", "queued"
			return views.Trial(frame(ctx, views.HereFlows), m)
		}},
	}
}

func review(ctx context.Context) views.ReviewPage {
	action := []string{"flows", string(callflow.Missed), "action"}
	return views.ReviewPage{
		Page: views.T(ctx, "nav.flows"), Action: "/rules/flows", Version: 14,
		Fields: []views.ReviewField{{Name: "flows.missed.action", Value: "completed"}, {Name: "flows.voicemail.action", Value: "do_nothing"}},
		Changes: []views.RuleChange{
			views.ChangeOf(ctx, views.Difference{Keys: action, Old: []string{"in_progress"}, New: []string{"completed"}}, nil),
			views.ChangeOf(ctx, views.Difference{Keys: []string{"flows", "voicemail", "action"}, Old: []string{"in_progress"}, New: []string{"do_nothing"}}, nil),
		},
		Effect: views.Effect{Days: 7, Calls: 1284,
			Rows: []views.EffectRow{
				{Class: "dropped", N: 24, Parts: parts(views.ReasonText(ctx, "flow_do_nothing", nil), 24), Samples: calls(ctx, views.ReasonText(ctx, "flow_do_nothing", nil))},
				{Class: "action", N: 88, Samples: calls(ctx, views.Differs(ctx, "action", "in_progress", "completed"))},
				{Class: "owner", N: 1, Samples: calls(ctx, views.Differs(ctx, "owner", "Omar Diallo", "Léa Petit"))[:1]},
				{Class: "content", N: 2, Parts: parts("Subject", 2), Samples: calls(ctx, "Subject")},
				{Class: "same", N: 1169},
			},
			Types: []views.EffectType{{Type: "missed", Differs: 91, Same: 3}, {Type: "voicemail", Differs: 24}, {Type: "inbound_answered", Unknown: 1, Same: 1165}},
		},
	}
}

// trial is a draft tried on one call that it would not log.
func trial(ctx context.Context) views.TrialPage {
	return views.TrialPage{Review: review(ctx), Who: "Camille Moreau", Number: "+33 1 99 00 12 34", URL: "/activity/2041", Type: "voicemail", At: ago(ctx, 26*time.Hour),
		Outcome: "logged", Reason: "open_task", RulesVersion: "12", Class: "dropped", Said: views.ReasonText(ctx, "flow_do_nothing", nil),
		Rows: []views.DryRunRow{
			{Label: views.T(ctx, "dryrun.row.outcome"), Before: views.T(ctx, "outcome.logged"), After: views.T(ctx, "outcome.skipped"), Changed: true},
			{Label: views.T(ctx, "dryrun.row.reason"), Before: views.ReasonText(ctx, "open_task", nil), After: views.ReasonText(ctx, "flow_do_nothing", nil), Changed: true},
			{Field: "Subject", Label: "Subject", Before: "Voicemail from Camille Moreau", Changed: true},
		}}
}

func parts(pairs ...any) []views.EffectPart {
	var out []views.EffectPart
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, views.EffectPart{Text: pairs[i].(string), N: pairs[i+1].(int)})
	}
	return out
}

func calls(ctx context.Context, text string) []views.EffectSample {
	return []views.EffectSample{
		{Who: "Ada Martin", URL: "/activity/41", Type: "missed", At: ago(ctx, 3*time.Hour), Text: text},
		{Who: "+44 1632 960002", URL: "/activity/40", Type: "missed", At: ago(ctx, 26*time.Hour), Text: text},
	}
}
