package callflow_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
)

func TestTheDefaultSettingsAreSound(t *testing.T) {
	if problems := callflow.Default().Validate(); len(problems) > 0 {
		t.Errorf("problems: %+v", problems)
	}
}

func TestTwoDefaultsShareNothing(t *testing.T) {
	a := callflow.Default()
	a.Flows[callflow.Missed] = callflow.Flow{}
	a.OfficeHours.Schedule.Week["mon"][0] = "x"
	a.Matching.Order[0], a.Task.Description[0] = "x", "x"
	if problems := callflow.Default().Validate(); len(problems) > 0 {
		t.Errorf("problems: %+v", problems)
	}
}

// unsound is sound settings with one thing broken.
type unsound struct {
	path, code string
	spoil      func(s *callflow.Settings)
}

// TestUnsoundSettings breaks one thing at a time. Together the cases must show
// every code of a problem.
func TestUnsoundSettings(t *testing.T) {
	shown := map[string]bool{}
	for _, tt := range append(unsoundRules(), unsoundTexts()...) {
		s := callflow.Default()
		tt.spoil(&s)
		problems := s.Validate()
		if len(problems) != 1 || problems[0].Path != tt.path || problems[0].Code != tt.code {
			t.Errorf("want %s at %s, got %+v", tt.code, tt.path, problems)
			continue
		}
		got := slices.Sorted(maps.Keys(problems[0].Params))
		if want := slices.Sorted(slices.Values(callflow.ProblemCodes()[tt.code])); !slices.Equal(got, want) {
			t.Errorf("%s has the params %v, ProblemCodes says %v", tt.code, got, want)
		}
		shown[tt.code] = true
	}
	for code := range callflow.ProblemCodes() {
		if !shown[code] {
			t.Errorf("no case shows %s", code)
		}
	}
}

func unsoundRules() []unsound {
	type S = *callflow.Settings
	return []unsound{
		{"version", "unsupported_version", func(s S) { s.Version = 2 }},
		{"flows.missed", "missing", func(s S) { delete(s.Flows, callflow.Missed) }},
		{"flows.fax", "unknown_value", func(s S) { s.Flows["fax"] = callflow.Flow{Action: callflow.Completed} }},
		{"flows.missed.action", "unknown_value", func(s S) { s.Flows[callflow.Missed] = callflow.Flow{Action: "ignore"} }},
		{"flows.missed.action", "missing", func(s S) { s.Flows[callflow.Missed] = callflow.Flow{} }},
		{"flows.missed.due_days", "out_of_range", func(s S) { s.Flows[callflow.Missed] = callflow.Flow{Action: "completed", DueDays: -1} }},
		{"flows.missed.priority", "too_long", func(s S) {
			s.Flows[callflow.Missed] = callflow.Flow{Action: "completed", Priority: strings.Repeat("é", 41)}
		}},
		{"write_when", "unknown_value", func(s S) { s.WriteWhen = "later" }},
		{"settle_seconds", "out_of_range", func(s S) { s.SettleSeconds = 601 }},
		{"office_hours.log", "missing", func(s S) { s.OfficeHours.Log = "" }},
		{"office_hours.schedule.time_zone", "unknown_zone", func(s S) { s.OfficeHours.Schedule.TimeZone = "Mars/Olympus" }},
		{"office_hours.schedule.time_zone", "unknown_zone", func(s S) { s.OfficeHours.Schedule.TimeZone = "Local" }},
		{"office_hours.schedule.week.monday", "unknown_value", func(s S) { s.OfficeHours.Schedule.Week["monday"] = nil }},
		{"office_hours.schedule.week.mon.0", "bad_interval", func(s S) { s.OfficeHours.Schedule.Week["mon"] = []string{"9-18"} }},
		{"office_hours.schedule.week.mon.0", "bad_interval", func(s S) { s.OfficeHours.Schedule.Week["mon"] = []string{"24:00-09:00"} }},
		{"office_hours.schedule.week.mon.0", "bad_interval", func(s S) { s.OfficeHours.Schedule.Week["mon"] = []string{"09:00-09:00"} }},
		{"office_hours.schedule.week.mon.1", "overlapping_intervals", func(s S) { s.OfficeHours.Schedule.Week["mon"] = []string{"09:00-12:00", "11:59-13:00"} }},
		{"office_hours.schedule.week.mon.1", "overlapping_intervals", func(s S) { s.OfficeHours.Schedule.Week["mon"] = []string{"22:00-06:00", "23:00-23:30"} }},
		{"office_hours.schedule.week.tue.0", "overlapping_intervals", func(s S) { s.OfficeHours.Schedule.Week["mon"] = []string{"22:00-09:01"} }},
		{"office_hours.schedule.week.mon.0", "overlapping_intervals", func(s S) { s.OfficeHours.Schedule.Week["sun"] = []string{"18:00-10:00"} }},
		{"office_hours.schedule.holidays.0", "bad_holiday", func(s S) { s.OfficeHours.Schedule.Holidays = []string{"2026-02-30"} }},
		{"office_hours.schedule.holidays.0", "bad_holiday", func(s S) { s.OfficeHours.Schedule.Holidays = []string{"2026-08-14/2026-08-03"} }},
		{"office_hours.schedule.holidays.1", "repeated", func(s S) { s.OfficeHours.Schedule.Holidays = []string{"2026-12-25", "2026-12-25"} }},
		{"office_hours.schedule.holiday_country", "bad_country", func(s S) { s.OfficeHours.Schedule.HolidayCountry = "France" }},
		{"matching.order", "no_records", func(s S) { s.Matching.Order = nil }},
		{"matching.order.1", "repeated", func(s S) { s.Matching.Order = []callflow.RecordKind{"lead", "lead"} }},
		{"matching.order.0", "unknown_value", func(s S) { s.Matching.Order = []callflow.RecordKind{"case"} }},
		{"matching.several", "unknown_value", func(s S) { s.Matching.Several = "first" }},
		{"matching.shared_number_over", "out_of_range", func(s S) { s.Matching.SharedNumberOver = -1 }},
		{"matching.extra_phone_fields.Case", "unknown_value", func(s S) { s.Matching.ExtraPhoneFields = map[string][]string{"Case": {"A__c"}} }},
		{"matching.extra_phone_fields.Lead.0", "bad_field_name", func(s S) { s.Matching.ExtraPhoneFields = map[string][]string{"Lead": {"Phone, Id"}} }},
		{"matching.no_match.create", "unknown_value", func(s S) { s.Matching.NoMatch.Create = "case" }},
		{"matching.no_match.types.0", "unknown_value", func(s S) { s.Matching.NoMatch.Types = []callflow.CallType{"fax"} }},
		{"matching.no_match.when_none", "unknown_value", func(s S) { s.Matching.NoMatch.WhenNone = "ask" }},
	}
}

func unsoundTexts() []unsound {
	type S = *callflow.Settings
	return []unsound{
		{"matching.no_match.last_name", "missing", func(s S) { s.Matching.NoMatch.LastName = " " }},
		{"matching.no_match.company", "unknown_placeholder", func(s S) { s.Matching.NoMatch.Company = "{nobody}" }},
		{"related.attach", "unknown_value", func(s S) { s.Related.Attach = "lead" }},
		{"owner.map.ada", "bad_email", func(s S) { s.Owner.Map = map[string]string{"ada": "ada@example.com"} }},
		{"owner.map.ada@example.com", "repeated", func(s S) {
			s.Owner.Map = map[string]string{"ada@example.com": "a@example.com", "ADA@example.com": "b@example.com"}
		}},
		{"owner.fallback.0", "unknown_value", func(s S) { s.Owner.Fallback = []string{"nobody"} }},
		{"task.subjects.missed", "unclosed_placeholder", func(s S) { s.Task.Subjects = map[callflow.CallType]string{"missed": "Call {record"} }},
		{"task.subjects.missed", "too_long", func(s S) {
			s.Task.Subjects = map[callflow.CallType]string{"missed": strings.Repeat("x", 1001)}
		}},
		{"task.description.0", "unknown_value", func(s S) { s.Task.Description = []string{"mood"} }},
		{"task.fields.subject", "reserved_field", func(s S) { s.Task.Fields = map[string]string{"subject": "x"} }},
		{"task.fields.1st", "bad_field_name", func(s S) { s.Task.Fields = map[string]string{"1st": "x"} }},
		{"filters.lines.1", "repeated", func(s S) { s.Filters.Lines = callflow.LineSet{IDs: []string{"1", "1"}} }},
		{"filters.ignore_agents.0", "missing", func(s S) { s.Filters.IgnoreAgents = []string{""} }},
		{"filters.ignore_numbers.0", "bad_number", func(s S) { s.Filters.IgnoreNumbers = []string{"01 99 00 12 34"} }},
		{"filters.internal_calls", "unknown_value", func(s S) { s.Filters.InternalCalls = "hide" }},
		{"filters.min_talk_seconds", "out_of_range", func(s S) { s.Filters.MinTalkSeconds = 3601 }},
		{"lines.7.flows.missed.action", "missing", func(s S) {
			s.Lines = map[string]callflow.LineRule{"7": {Flows: map[callflow.CallType]callflow.Flow{"missed": {DueDays: 1}}}}
		}},
		{"lines.7.office_hours.log", "unknown_value", func(s S) {
			s.Lines = map[string]callflow.LineRule{"7": {OfficeHours: &callflow.LineHours{Log: "never"}}}
		}},
		{"lines.7.office_hours.schedule.time_zone", "unknown_zone", func(s S) {
			s.Lines = map[string]callflow.LineRule{"7": {OfficeHours: &callflow.LineHours{Schedule: &callflow.Schedule{TimeZone: "x"}}}}
		}},
	}
}
