package samples

import (
	"context"
	"time"

	"ringledger/integration/callflow"
	"ringledger/views"

	"github.com/a-h/templ"
)

func rules() []Sample {
	return []Sample{
		{"flows", func(ctx context.Context) templ.Component { return views.Flows(frame(ctx, views.HereFlows), flows(ctx)) }},
		{"flows-mistaken", func(ctx context.Context) templ.Component {
			m := flows(ctx)
			m.Form.Values["flows.missed.due_days"] = []string{"soon"}
			m.Form.Mistakes = []views.Mistake{
				problem(ctx, "flows.missed.due_days", "out_of_range", "value", "soon", "min", "0", "max", "365"),
				problem(ctx, "settle_seconds", "out_of_range", "value", "-3", "min", "0", "max", "600"),
			}
			m.Form.Values["note"], m.Form.Unsaved = []string{"Call back sooner"}, true
			return views.Flows(frame(ctx, views.HereFlows), m)
		}},
		{"flows-conflict", func(ctx context.Context) templ.Component {
			m := flows(ctx)
			m.Form.Values["settle_seconds"], m.Form.Unsaved = []string{"40"}, true
			m.Form.Mistakes = []views.Mistake{
				{Field: "settle_seconds", Text: views.NowInForce(ctx, "settle_seconds", []string{"50"})},
				{Field: "flows.missed.action", Text: views.NowInForce(ctx, "flows.missed.action", []string{"completed"})},
				{Field: "flows.missed.priority", Text: views.NowInForce(ctx, "flows.missed.priority", nil)},
			}
			m.Rules.Conflict = &views.RulesConflict{Version: 15, By: "Omar Diallo", At: ago(ctx, time.Minute), Changes: []views.RuleChange{
				views.ChangeOf(ctx, views.Difference{Keys: []string{"flows", "missed", "action"}, Old: []string{"completed"}, New: []string{"do_nothing"}}, nil),
				views.ChangeOf(ctx, views.Difference{Keys: []string{"settle_seconds"}, Old: []string{"50"}, New: []string{"40"}}, nil),
			}}
			return views.Flows(frame(ctx, views.HereFlows), m)
		}},
		{"flows-line", func(ctx context.Context) templ.Component {
			m := flows(ctx)
			m.Line = &m.Lines[1]
			return views.Flows(frame(ctx, views.HereFlows), m)
		}},
		{"flows-viewer", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereFlows)
			f.User.Role = "viewer"
			return views.Flows(f, flows(ctx))
		}},
		{"hours", func(ctx context.Context) templ.Component {
			m := hours(ctx)
			m.Test = views.HoursTest{Date: "2026-12-25", Time: "10:00", Asked: true, Step: step("office_hours", "holiday", "", "day", "fri", "date", "2026-12-25", "holiday", "Noël"), Notes: []string{views.T(ctx, "hours.test.opens", "day", views.Day(ctx, Now.AddDate(0, 0, 34)), "time", "09:00")}}
			m.Preset = views.HolidayPreset{Country: views.T(ctx, "country.FR"), Days: []views.PresetDay{{Date: views.Day(ctx, Now.AddDate(0, 0, 33)), Name: "Noël"}, {Date: views.Day(ctx, Now.AddDate(0, 0, 40)), Name: "Jour de l’An"}}}
			return views.Hours(frame(ctx, views.HereHours), m)
		}},
		{"hours-mistaken", func(ctx context.Context) templ.Component {
			m := hours(ctx)
			m.Form.Values["office_hours.schedule.week.tue"] = []string{"9 to 5"}
			m.Form.Mistakes = []views.Mistake{
				problem(ctx, "office_hours.schedule.week.tue.0", "bad_interval", "value", "9 to 5"),
				problem(ctx, "office_hours.schedule.holidays.1", "bad_holiday", "value", "xmas"),
			}
			m.Test = views.HoursTest{Asked: true, Wrong: true}
			return views.Hours(frame(ctx, views.HereHours), m)
		}},
		{"matching", func(ctx context.Context) templ.Component {
			s := callflow.Default()
			s.Matching.NoMatch.Create, s.Matching.NoMatch.Types = "lead", []callflow.CallType{callflow.InboundAnswered, callflow.Missed}
			s.Matching.ExtraPhoneFields = map[string][]string{"Contact": {"Direct_Line__c"}}
			return views.Matching(frame(ctx, views.HereMatching), views.MatchingPage{Rules: state(ctx), Form: views.RulesForm(s), PersonAccounts: true})
		}},
		{"matching-mistaken", func(ctx context.Context) templ.Component {
			form := views.RulesForm(callflow.Default())
			form.Values["matching.order"] = nil
			form.Mistakes = []views.Mistake{
				problem(ctx, "matching.order", "no_records"),
				problem(ctx, "matching.no_match.last_name", "unknown_placeholder", "value", "{phone}", "allowed", "{number}, {line}"),
			}
			return views.Matching(frame(ctx, views.HereMatching), views.MatchingPage{Rules: state(ctx), Form: form})
		}},
	}
}

func state(ctx context.Context) views.RulesState {
	return views.RulesState{Version: 14, By: "marie@example.com", At: ago(ctx, 72*time.Hour), History: []views.RulesVersion{
		{Version: 14, By: "marie@example.com", At: ago(ctx, 72*time.Hour), Note: "Missed calls become open tasks"},
		{Version: 13, By: "omar@example.com", At: ago(ctx, 460*time.Hour)},
	}}
}

func flows(ctx context.Context) views.FlowsPage {
	s := callflow.Default()
	s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, DueDays: 1, Priority: "High"}
	s.Flows[callflow.OutboundUnanswered] = callflow.Flow{Action: callflow.DoNothing}
	s.Lines = map[string]callflow.LineRule{"1002": {Flows: map[callflow.CallType]callflow.Flow{callflow.Missed: {Action: callflow.DoNothing}}}}
	return views.FlowsPage{Rules: state(ctx), Form: views.RulesForm(s), Lines: []views.FlowLine{
		{ID: "1001", Name: "Support FR", Number: "+33 1 99 00 00 10", URL: "/rules/flows?line=1001"},
		{ID: "1002", Name: "Sales UK", Number: "+44 1632 960001", Own: []views.OwnFlow{{Type: "missed", Action: "do_nothing"}}, URL: "/rules/flows?line=1002"},
	}}
}

func hours(ctx context.Context) views.HoursPage {
	s := callflow.Default()
	s.OfficeHours.Log = callflow.LogOnlyOpen
	s.OfficeHours.Schedule = callflow.Schedule{
		TimeZone: "Europe/Paris", HolidayCountry: "FR", Holidays: []string{"2026-12-24", "2026-08-03/2026-08-14"},
		Week: map[string][]string{"mon": {"09:00-12:30", "14:00-18:00"}, "tue": {"09:00-12:30", "14:00-18:00"}, "wed": {"00:00-24:00"}, "thu": {"09:00-18:00"}, "fri": {"09:00-17:00"}},
	}
	countries := make([]views.Option, 0, 3)
	for _, code := range []string{"DE", "FR", "GB"} {
		countries = append(countries, views.Option{Value: code, Text: views.T(ctx, "country."+code)})
	}
	return views.HoursPage{Rules: state(ctx), Form: views.RulesForm(s), Zones: []string{"America/New_York", "Europe/London", "Europe/Paris"}, Countries: countries}
}
