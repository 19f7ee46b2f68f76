package settings_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
)

func TestADocumentWithEveryKeyIsRead(t *testing.T) {
	doc, err := os.ReadFile("testdata/every_key.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, mistakes := settings.Parse(doc)
	if len(mistakes) > 0 {
		t.Fatalf("mistakes: %+v", mistakes)
	}
	want := callflow.Default()
	want.Flows[callflow.OutboundUnanswered] = callflow.Flow{Action: callflow.DoNothing}
	want.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, DueDays: 1, Priority: "High"}
	want.OfficeHours = callflow.OfficeHours{Log: "only_open", IncludeMessages: true, Schedule: callflow.Schedule{
		TimeZone:       "Europe/Paris",
		Week:           map[string][]string{"mon": {"09:00-12:30", "14:00-18:00"}, "tue": {"00:00-24:00"}, "sat": {}, "sun": {}},
		Holidays:       []string{"2026-12-25", "2026-08-03/2026-08-14"},
		HolidayCountry: "FR",
	}}
	want.Matching.SharedNumberOver = 5
	want.Matching.ExtraPhoneFields = map[string][]string{"Contact": {"Direct_Line__c"}}
	want.Matching.NoMatch.Create = "lead"
	want.Matching.NoMatch.Types = []callflow.CallType{"inbound_answered", "missed"}
	want.Related = callflow.Related{Attach: "case", CreateCase: true}
	want.Owner = callflow.OwnerRule{Map: map[string]string{"agent@example.com": "user@example.com"}, Fallback: []string{"record_owner", "connection_user"}}
	want.Task.Subjects = map[callflow.CallType]string{"missed": "Missed call from {record} on {line}"}
	want.Task.Fields = map[string]string{"Call_Id__c": "{call_id}"}
	want.Filters = callflow.Filters{
		Lines: callflow.LineSet{IDs: []string{"1234", "5678"}}, IgnoreAgents: []string{"42", "test@example.com"},
		IgnoreNumbers: []string{"+33199001299"}, InternalCalls: "skip", MinTalkSeconds: 5,
	}
	want.Lines = map[string]callflow.LineRule{"1234": {
		Flows:       map[callflow.CallType]callflow.Flow{"missed": {Action: "do_nothing"}},
		OfficeHours: &callflow.LineHours{Schedule: &callflow.Schedule{TimeZone: "America/New_York", Week: map[string][]string{}}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

func TestMissingKeysHaveTheDefault(t *testing.T) {
	for _, doc := range []string{"version: 1", `{"version": 1}`, "flows:\nlines:\n", "flows: {missed: {}}", "{}"} {
		got, mistakes := settings.Parse([]byte(doc))
		if len(mistakes) > 0 {
			t.Errorf("%q: mistakes: %+v", doc, mistakes)
		}
		if diff := cmp.Diff(callflow.Default(), got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", doc, diff)
		}
	}
}

func TestAMistakeNamesItsLineAndPath(t *testing.T) {
	tests := []struct {
		name, doc, path, code string
		line                  int
		param                 string // name=value
	}{
		{"an unknown key", "version: 1\nflow: {}\n", "flow", "unknown_key", 2, "suggestion=flows"},
		{"an unknown key far down", "office_hours:\n  schedule:\n    timezone: UTC\n", "office_hours.schedule.timezone", "unknown_key", 3, "suggestion=time_zone"},
		{"a key like no other", "zzz: 1\n", "zzz", "unknown_key", 1, "suggestion="},
		{"a mistyped call type", "flows:\n  misssed: {action: completed}\n", "flows.misssed", "unknown_key", 2, "suggestion=missed"},
		{"a mistyped day", "office_hours:\n  schedule:\n    week:\n      monday: []\n", "office_hours.schedule.week.monday", "unknown_key", 4, "suggestion="},
		{"a key given twice", "settle_seconds: 1\nsettle_seconds: 2\n", "settle_seconds", "repeated_key", 2, "value=settle_seconds"},
		{"a key given twice in JSON", "{\"settle_seconds\": 1,\n \"settle_seconds\": 2}", "settle_seconds", "repeated_key", 2, "value=settle_seconds"},
		{"a word for a number", "version: 1\n\nsettle_seconds: soon\n", "settle_seconds", "wrong_type", 3, "want=whole_number"},
		{"a number too many digits long", "settle_seconds: 99999999999999999999\n", "settle_seconds", "wrong_type", 1, "want=whole_number"},
		{"a number for a word", "write_when: 5\n", "write_when", "wrong_type", 1, "got=whole_number"},
		{"a list for a mapping", "flows: []\n", "flows", "wrong_type", 1, "want=mapping"},
		{"a text for a list", "matching:\n  order: contact\n", "matching.order", "wrong_type", 2, "want=list"},
		{"a mapping in a list", "task:\n  description:\n    - {a: b}\n", "task.description.0", "wrong_type", 3, "got=mapping"},
		{"a word for a switch", "related: {create_case: maybe}\n", "related.create_case", "wrong_type", 1, "want=true_or_false"},
		{"a braced template without quotes", "matching: {no_match: {last_name: {number}}}\n", "matching.no_match.last_name", "wrong_type", 1, "got=mapping"},
		{"lines that are neither all nor a list", "filters: {lines: some}\n", "filters.lines", "wrong_type", 1, "want=all_or_list"},
		{"an unsound value", "flows:\n  missed:\n    action: ignore\n", "flows.missed.action", "unknown_value", 3, "value=ignore"},
		{"an unsound entry of a list", "office_hours:\n  schedule:\n    holidays:\n      - 2026-12-25\n      - christmas\n", "office_hours.schedule.holidays.1", "bad_holiday", 5, "value=christmas"},
		{"a country without a preset", "office_hours: {schedule: {holiday_country: XX}}\n", "office_hours.schedule.holiday_country", "unknown_country", 1, "value=XX"},
		{"a country without a preset on a line", "lines:\n  1: {office_hours: {schedule: {holiday_country: XX}}}\n", "lines.1.office_hours.schedule.holiday_country", "unknown_country", 2, "value=XX"},
		{"YAML that is none", "version: 1\nflows: {\n", "", "syntax", 2, ""},
		{"JSON that is none", "{\"version\": 1,\n \"flows\": {]}", "", "syntax", 2, ""},
		{"an alias", "owner: &o {}\nrelated: *o\n", "related", "alias", 2, ""},
		{"a second document", "version: 1\n---\nversion: 1\n", "", "syntax", 0, ""},
		{"no document", "# nothing\n", "", "missing", 0, ""},
		{"a document of one word", "ringledger\n", "", "wrong_type", 1, "want=mapping"},
	}
	shown := map[string]bool{"too_big": true} // has a test of its own
	for _, tt := range tests {
		shown[tt.code] = true
		t.Run(tt.name, func(t *testing.T) {
			_, mistakes := settings.Parse([]byte(tt.doc))
			if len(mistakes) != 1 {
				t.Fatalf("got %d mistakes, want 1: %+v", len(mistakes), mistakes)
			}
			m := mistakes[0]
			if m.Path != tt.path || m.Code != tt.code || tt.line > 0 && m.Line != tt.line {
				t.Errorf("got line %d, %q, %q, want line %d, %q, %q (%v)", m.Line, m.Path, m.Code, tt.line, tt.path, tt.code, m.Params)
			}
			names, listed := settings.MistakeCodes()[m.Code]
			if got, want := slices.Sorted(maps.Keys(m.Params)), slices.Sorted(slices.Values(names)); listed && !slices.Equal(got, want) {
				t.Errorf("params: got %v, MistakeCodes says %v", got, want)
			}
			if key, want, ok := strings.Cut(tt.param, "="); ok && m.Params[key] != want {
				t.Errorf("param %s: got %q, want %q", key, m.Params[key], want)
			}
		})
	}
	for code := range settings.MistakeCodes() {
		if !shown[code] {
			t.Errorf("no case shows %s", code)
		}
	}
}

func TestADocumentBeyondAllReasonIsRefused(t *testing.T) {
	_, mistakes := settings.Parse([]byte(strings.Repeat("#", 2<<20)))
	if len(mistakes) != 1 || mistakes[0].Code != settings.MistakeTooBig {
		t.Errorf("got %+v, want too_big", mistakes)
	}
	settings.Parse([]byte(strings.Repeat("[", 100_000))) // must only return
	settings.Parse([]byte("{\"lines\":" + strings.Repeat("[", 100_000)))
}

func TestHolidayPresets(t *testing.T) {
	holiday := settings.Holidays()
	for _, tt := range []struct {
		country string
		y, m, d int
		want    bool
	}{
		{"FR", 2026, 7, 14, true},
		{"FR", 2026, 4, 6, true}, // Easter Monday
		{"FR", 2026, 7, 15, false},
		{"GB", 2026, 12, 28, true}, // Boxing Day falls on a Saturday
		{"GB", 2026, 12, 29, false},
		{"US", 2026, 7, 3, true},   // the 4th is a Saturday
		{"US", 2021, 12, 31, true}, // New Year's Day 2022 is a Saturday
		{"US", 2026, 11, 26, true},
		{"DE", 2026, 10, 3, true},
		{"CH", 2026, 8, 1, true},
		{"CH", 2026, 3, 19, false}, // kept in some cantons only
		{"XX", 2026, 1, 1, false},
	} {
		if name, ok := holiday(tt.country, tt.y, time.Month(tt.m), tt.d); ok != tt.want || ok && name == "" {
			t.Errorf("%s %d-%02d-%02d: got %v (%q), want %v", tt.country, tt.y, tt.m, tt.d, ok, name, tt.want)
		}
	}
	for _, want := range []string{"FR", "GB", "US", "DE", "ES", "IT", "BE", "CH", "NL", "CA"} {
		if _, ok := holiday(want, 2026, 12, 25); !ok {
			t.Errorf("%s: Christmas Day is no holiday", want)
		}
	}
}

func TestUpcomingHolidaysAreThoseOfOneYearInOrder(t *testing.T) {
	days := settings.Upcoming("FR", time.Date(2026, 12, 25, 15, 0, 0, 0, time.UTC))
	if len(days) < 11 || days[0].Name != "Noël" || days[0].Date.Format(time.DateOnly) != "2026-12-25" || days[1].Date.Format(time.DateOnly) != "2027-01-01" {
		t.Fatalf("got %+v, want Noël and then the days of 2027", days)
	}
	for i, d := range days[1:] {
		if !d.Date.After(days[i].Date) || d.Date.Format(time.DateOnly) >= "2027-12-25" {
			t.Errorf("%+v does not stand in the order of the year", d)
		}
	}
	if none := settings.Upcoming("", time.Now()); len(none) > 0 {
		t.Errorf("no country has the holidays %+v", none)
	}
}
