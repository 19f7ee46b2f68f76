package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
)

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	writers := map[string]func(callflow.Settings) ([]byte, error){"YAML": settings.YAML, "JSON": settings.JSON}
	for name, write := range writers {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			want := anySettings(t)
			doc, err := write(want)
			if err != nil {
				t.Fatal(err)
			}
			got, mistakes := settings.Parse(doc)
			if len(mistakes) > 0 {
				t.Fatalf("mistakes %+v in\n%s", mistakes, doc)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("settings (-want +got):\n%s\n%s", diff, doc)
			}
			again, err := write(got)
			if err != nil || string(again) != string(doc) {
				t.Fatalf("written again it differs (%v):\n%s\n%s", err, doc, again)
			}
		}))
	}
}

// anySettings draws sound settings, with texts that YAML and JSON trip over.
func anySettings(t *rapid.T) callflow.Settings {
	s := callflow.Default()
	text := rapid.StringMatching("(yes|no|true|null|12|1e3|~|0x1|- a|a: b|#c|'|\"|\\{number\\}|é|😀|\\\\| x ){1,3}")
	for _, ct := range callflow.CallTypes() {
		s.Flows[ct] = anyFlow(t)
	}
	s.WriteWhen = rapid.SampledFrom([]string{"complete", "answered"}).Draw(t, "write_when")
	s.SettleSeconds = rapid.IntRange(0, 600).Draw(t, "settle")
	s.OfficeHours.Log = rapid.SampledFrom([]string{"always", "only_open"}).Draw(t, "log")
	s.OfficeHours.IncludeMessages = rapid.Bool().Draw(t, "messages")
	s.OfficeHours.Schedule = anySchedule(t, false)
	s.Matching.SharedNumberOver = rapid.IntRange(0, 20).Draw(t, "shared")
	s.Matching.Order = rapid.Permutation(s.Matching.Order).Draw(t, "order")
	s.Matching.NoMatch.Create = rapid.SampledFrom([]string{"none", "lead"}).Draw(t, "create")
	s.Matching.NoMatch.LastName = "x" + text.Draw(t, "last name")
	s.Related.CreateCase = rapid.Bool().Draw(t, "create case")
	s.Owner.Fallback = rapid.SampledFrom([][]string{{}, {"connection_user"}, {"record_owner", "connection_user"}}).Draw(t, "fallback")
	if rapid.Bool().Draw(t, "maps") {
		s.Owner.Map = map[string]string{"ada@example.com": "grace@example.org"}
		s.Task.Subjects = map[callflow.CallType]string{callflow.Voicemail: "x" + text.Draw(t, "subject")}
		s.Task.Fields = map[string]string{"Note__c": "x" + text.Draw(t, "field"), "No": "yes"}
		s.Matching.ExtraPhoneFields = map[string][]string{"Lead": {"Other__c"}}
		s.Matching.NoMatch.Types = []callflow.CallType{callflow.Missed}
	}
	if rapid.Bool().Draw(t, "some lines") {
		s.Filters.Lines = callflow.LineSet{IDs: rapid.SampledFrom([][]string{{}, {"1234"}, {"007", "1e3", "on"}}).Draw(t, "lines")}
		s.Filters.IgnoreAgents = []string{"x" + text.Draw(t, "agent")}
		s.Filters.IgnoreNumbers = []string{"+33199001234", "3639"}
		s.Lines = map[string]callflow.LineRule{"0x1F": anyLine(t), "12": anyLine(t)}
	}
	return s
}

func anyFlow(t *rapid.T) callflow.Flow {
	return callflow.Flow{
		Action:   rapid.SampledFrom([]callflow.Action{callflow.Completed, callflow.InProgress, callflow.DoNothing}).Draw(t, "action"),
		DueDays:  rapid.IntRange(0, 5).Draw(t, "due"),
		Priority: rapid.SampledFrom([]string{"", "High", "no", "True", "NULL", "Infinity", "À faire"}).Draw(t, "priority"),
	}
}

func anySchedule(t *rapid.T, ofLine bool) callflow.Schedule {
	sch := callflow.Schedule{TimeZone: rapid.SampledFrom([]string{"", "Europe/Paris", "UTC"}).Draw(t, "zone")}
	sch.Week = rapid.SampledFrom([]map[string][]string{{}, {"mon": {}}, {"sun": {"22:00-06:00"}, "wed": {"00:00-12:00", "13:00-24:00"}}}).Draw(t, "week")
	if ofLine && rapid.Bool().Draw(t, "common week") {
		sch.Week = nil
	}
	sch.Holidays = rapid.SampledFrom([][]string{nil, {}, {"2026-12-25", "2026-01-01/2026-01-03"}}).Draw(t, "holidays")
	sch.HolidayCountry = rapid.SampledFrom([]string{"", "NO", "FR"}).Draw(t, "country")
	return sch
}

func anyLine(t *rapid.T) callflow.LineRule {
	var rule callflow.LineRule
	if rapid.Bool().Draw(t, "own flow") {
		rule.Flows = map[callflow.CallType]callflow.Flow{callflow.Missed: anyFlow(t)}
	}
	if rapid.Bool().Draw(t, "own hours") {
		no, sch := false, anySchedule(t, true)
		rule.OfficeHours = &callflow.LineHours{Log: "only_open", IncludeMessages: &no, Schedule: &sch}
	}
	return rule
}
