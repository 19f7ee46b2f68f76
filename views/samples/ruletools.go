package samples

import (
	"context"
	"time"

	"ringledger/integration/callflow"
	"ringledger/views"

	"github.com/a-h/templ"
)

// ruleTools are the pages beside those of the rules: what keeps calls out, what
// a number would get, and what was changed when.
func ruleTools() []Sample {
	return []Sample{
		{"filters", func(ctx context.Context) templ.Component {
			return views.FilterRules(frame(ctx, views.HereFilters), filters(ctx))
		}},
		{"filters-mistaken", func(ctx context.Context) templ.Component {
			m := filters(ctx)
			m.Form.Values["filters.lines"], m.Form.Values["filters.ignore_numbers"] = nil, []string{"01 99 00 12 34\n+33 1 99 00 12 35"}
			m.Form.Mistakes = []views.Mistake{
				problem(ctx, "filters.lines", "no_line"),
				problem(ctx, "filters.ignore_numbers.0", "bad_number", "value", "01 99 00 12 34"),
			}
			return views.FilterRules(frame(ctx, views.HereFilters), m)
		}},
		{"related", func(ctx context.Context) templ.Component {
			s := callflow.Default()
			s.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
			return views.Related(frame(ctx, views.HereRelated), views.RelatedPage{Rules: state(ctx), Form: views.RulesForm(s)})
		}},
		{"tester", func(ctx context.Context) templ.Component {
			return views.Tester(frame(ctx, views.HereTester), tester(ctx))
		}},
		{"tester-mistaken", func(ctx context.Context) templ.Component {
			m := tester(ctx)
			m.Form.Values["number"] = nil
			m.Form.Mistakes = []views.Mistake{problem(ctx, "number", "required")}
			return views.Tester(frame(ctx, views.HereTester), m)
		}},
		{"tester-logged", func(ctx context.Context) templ.Component {
			return views.Tester(frame(ctx, views.HereTester), foreseen(ctx))
		}},
		{"tester-new", func(ctx context.Context) templ.Component {
			m := foreseen(ctx)
			m.Answer.New, m.Answer.MadeToo, m.Answer.URL = true, true, ""
			m.Answer.Related, m.Answer.RelatedU = "Inbound answered call from Ada Martin", ""
			return views.Tester(frame(ctx, views.HereTester), m)
		}},
		{"tester-held", func(ctx context.Context) templ.Component {
			m := tester(ctx)
			m.Answer = &views.TesterAnswer{Outcome: "waiting", Reason: "held_not_connected", Trace: views.DetailPage{RulesVersion: "14", Steps: []views.DetailStep{
				step("call_type", "inbound_answered", "", "type", "inbound_answered"), step("held", "held_not_connected", ""),
			}}}
			return views.Tester(frame(ctx, views.HereTester), m)
		}},
		{"history", func(ctx context.Context) templ.Component {
			return views.History(frame(ctx, views.HereHistory), history(ctx))
		}},
		{"history-version", func(ctx context.Context) templ.Component {
			v := history(ctx).Versions[1]
			return views.Version(frame(ctx, views.HereHistory), views.VersionPage{
				RulesVersion: v.RulesVersion, With: 12, Choices: []int{14, 12, 11}, Changes: v.Changes, Document: "version: 1\nwrite_when: complete\n",
				YAMLURL: "/rules/history/13/settings.yaml", RestoreURL: "/rules/history/13/restore", OlderURL: "/rules/history/12", NewerURL: "/rules/history/14",
			})
		}},
		{"history-first", func(ctx context.Context) templ.Component {
			return views.Version(frame(ctx, views.HereHistory), views.VersionPage{
				RulesVersion: views.RulesVersion{Version: 1, By: views.T(ctx, "history.by.defaults"), At: ago(ctx, 900*time.Hour)}, First: true, Choices: []int{14, 13},
			})
		}},
		{"history-restore", func(ctx context.Context) templ.Component {
			v := history(ctx).Versions[1]
			return views.Restore(frame(ctx, views.HereHistory), views.RestorePage{RulesVersion: v.RulesVersion, Base: 14, Changes: v.Changes, Effect: review(ctx).Effect,
				Conflict: &views.RulesConflict{Version: 14, By: "Omar Diallo", At: ago(ctx, time.Minute)}})
		}},
	}
}

func filters(ctx context.Context) views.FiltersPage {
	s := callflow.Default()
	s.Filters.Lines = callflow.LineSet{IDs: []string{"1001"}}
	s.Filters.IgnoreNumbers, s.Filters.MinTalkSeconds = []string{"+33199001234", "3900"}, 5
	return views.FiltersPage{
		Rules: state(ctx), Form: views.RulesForm(s), Others: "old.colleague@example.com",
		Lines:  []views.FilterLine{{ID: "1001", Name: "Support FR", Number: "+33 1 99 00 00 10"}, {ID: "1002", Name: "Sales UK", Number: "+44 1632 960001"}},
		Agents: []views.FilterAgent{{Entry: "camille.roy@example.com", Name: "Camille Roy", Email: "camille.roy@example.com", Ignored: true}, {Entry: "77", Name: "77"}},
		Kept: []views.KeptOut{
			{Reason: "line_not_logged", N: 12, URL: "/activity?outcome=skipped&reason=line_not_logged"}, {Reason: "agent_ignored"}, {Reason: "number_ignored"},
			{Reason: "internal_call", N: 1, URL: "/activity?outcome=skipped&reason=internal_call"}, {Reason: "too_short"},
		},
	}
}

func tester(ctx context.Context) views.TesterPage {
	return views.TesterPage{
		Form:   views.Form{Values: map[string][]string{"number": {"01 99 00 12 34"}, "line": {"1001"}, "agent": {""}, "type": {"inbound_answered"}, "at": {""}}},
		Lines:  []views.Option{{Value: "1001", Text: "Support FR"}, {Value: "1002", Text: "Sales UK"}},
		Agents: []views.Option{{Value: "", Text: views.T(ctx, "tester.agent.none")}, {Value: "7", Text: "Camille Roy"}},
		Zone:   "Europe/Paris",
	}
}

func foreseen(ctx context.Context) views.TesterPage {
	m := tester(ctx)
	match := step("match", "by_kind", "", "record", "003000000000001AAA", "kind", "contact", "name", "Ada Martin", "count", "2", "same_kind", "1")
	match.Candidates = []callflow.Judged{
		{Candidate: callflow.Candidate{Record: callflow.Record{Kind: "contact", ID: "003000000000001AAA", Name: "Ada Martin"}, Field: "Phone", Value: "01 99 00 12 34"}, Verdict: callflow.VerdictChosen},
		{Candidate: callflow.Candidate{Record: callflow.Record{Kind: "lead", ID: "00Q000000000001AAA", Name: "A. Martin"}, Field: "MobilePhone", Value: "+33199001234"}, Verdict: callflow.VerdictKindLater},
	}
	m.Answer = &views.TesterAnswer{
		Outcome: "logged", Reason: "completed_task", Closed: true, Record: "Ada Martin", Kind: "contact", URL: "https://example.my.salesforce.com/003000000000001AAA",
		Owner: "Camille Roy", OwnerWhy: "The Salesforce user with the agent’s e-mail.", Assumed: views.T(ctx, "tester.assumed.call", "talk", "2 min"),
		Forms: []views.NumberForm{{Label: views.T(ctx, "tester.form.typed"), Value: "01 99 00 12 34", Mono: true}, {Label: views.T(ctx, "tester.form.e164"), Value: "+33199001234", Mono: true}},
		Rows: []views.PreviewRow{
			{Field: "Subject", Value: "Inbound answered call from Ada Martin on Support FR"}, {Field: "WhoId", Value: "Ada Martin", URL: "https://example.my.salesforce.com/003000000000001AAA"},
			{Field: "CallDisposition", Value: "aircall, inbound", Notice: views.T(ctx, "task.preview.cut", "length", "255")},
		},
		Trace: views.DetailPage{RulesVersion: "14", Instance: "https://example.my.salesforce.com", Steps: []views.DetailStep{
			step("call_type", "inbound_answered", "", "type", "inbound_answered"), step("number", "found", "", "number", "+33199001234", "count", "2"), match,
		}},
	}
	return m
}

func history(ctx context.Context) views.HistoryPage {
	lines := map[string]string{"1001": "Support FR"}
	change := func(keys []string, old, new []string) views.RuleChange {
		return views.ChangeOf(ctx, views.Difference{Keys: keys, Old: old, New: new}, lines)
	}
	return views.HistoryPage{OlderURL: "/rules/history?before=12", Versions: []views.HistoryVersion{
		{RulesVersion: views.RulesVersion{Version: 14, By: "Marie Laurent", At: ago(ctx, 72*time.Hour), Note: "Missed calls become open tasks"}, URL: "/rules/history/14", Current: true, More: 1,
			Changes: []views.RuleChange{
				change([]string{"flows", "missed", "action"}, []string{"do_nothing"}, []string{"in_progress"}),
				change([]string{"flows", "missed", "due_days"}, nil, []string{"2"}),
				change([]string{"office_hours", "schedule", "week", "mon"}, []string{"09:00-18:00"}, []string{"09:00-12:30", "14:00-18:00"}),
				change([]string{"office_hours", "schedule", "week", "sat"}, []string{"09:00-12:00"}, nil),
				change([]string{"office_hours", "schedule", "holidays"}, nil, []string{"2026-12-24", "2026-08-03/2026-08-14"}),
				change([]string{"lines", "1001", "flows", "voicemail", "action"}, nil, []string{"completed"}),
			}},
		{RulesVersion: views.RulesVersion{Version: 13, By: views.T(ctx, "history.by.console"), At: ago(ctx, 460*time.Hour)}, URL: "/rules/history/13", Changes: []views.RuleChange{
			change([]string{"matching", "order"}, []string{"contact", "lead", "account"}, []string{"lead", "contact"}),
			change([]string{"matching", "no_match", "types"}, nil, []string{"missed", "inbound_answered"}),
			change([]string{"owner", "map", "omar@example.com"}, nil, []string{"o.diallo@example.com"}),
			change([]string{"task", "subjects", "missed"}, nil, []string{"Missed: {record}"}),
			change([]string{"filters", "ignore_numbers"}, []string{"1", "2", "3", "4", "5", "6", "7"}, []string{"1", "2", "3", "4", "5", "6", "8"}),
			change([]string{"filters", "lines"}, []string{"all"}, []string{"1001"}),
		}},
		{RulesVersion: views.RulesVersion{Version: 12, By: "Marie Laurent", At: ago(ctx, 470*time.Hour)}, URL: "/rules/history/12", First: true},
	}}
}
