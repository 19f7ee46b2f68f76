package settings_test

import (
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func diff(t *testing.T, change func(*callflow.Settings)) []settings.Change {
	t.Helper()
	next := callflow.Default()
	change(&next)
	out, err := settings.Diff(callflow.Default(), next)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheDifferencesNameEachKeyInTheOrderOfTheDocument(t *testing.T) {
	got := diff(t, func(s *callflow.Settings) {
		s.Lines = map[string]callflow.LineRule{"1234": {Flows: map[callflow.CallType]callflow.Flow{callflow.Missed: {Action: callflow.DoNothing}}}}
		s.Owner.Map = map[string]string{"ada@example.com": "a.martin@example.com"}
		s.Matching.Order = []callflow.RecordKind{callflow.LeadRecord, callflow.ContactRecord}
		s.OfficeHours.Schedule.Week = map[string][]string{"mon": {"09:00-12:30", "14:00-18:00"}, "tue": {"09:00-18:00"}, "wed": {"09:00-18:00"}, "thu": {"09:00-18:00"}}
		s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.DoNothing}
		s.Filters.IgnoreNumbers = []string{"+33199001234"}
		s.Filters.Lines = callflow.LineSet{IDs: []string{"1234"}}
	})
	want := []settings.Change{
		{Keys: []string{"flows", "missed", "action"}, Kind: settings.Changed, Old: []string{"in_progress"}, New: []string{"do_nothing"}},
		{Keys: []string{"office_hours", "schedule", "week", "mon"}, Kind: settings.Changed, Old: []string{"09:00-18:00"}, New: []string{"09:00-12:30", "14:00-18:00"}, List: true},
		{Keys: []string{"office_hours", "schedule", "week", "fri"}, Kind: settings.Removed, Old: []string{"09:00-18:00"}, List: true},
		{Keys: []string{"matching", "order"}, Kind: settings.Changed, Old: []string{"contact", "lead", "account", "person_account"}, New: []string{"lead", "contact"}, List: true},
		{Keys: []string{"owner", "map", "ada@example.com"}, Kind: settings.Added, New: []string{"a.martin@example.com"}},
		{Keys: []string{"filters", "lines"}, Kind: settings.Changed, Old: []string{"all"}, New: []string{"1234"}, List: true},
		{Keys: []string{"filters", "ignore_numbers"}, Kind: settings.Changed, Old: []string{}, New: []string{"+33199001234"}, List: true},
		{Keys: []string{"lines", "1234", "flows", "missed", "action"}, Kind: settings.Added, New: []string{"do_nothing"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want (-), got (+):\n%s", d)
	}
}

func TestWhatMeansTheSameIsNoDifference(t *testing.T) {
	got := diff(t, func(s *callflow.Settings) {
		s.OfficeHours.Schedule.Week["sat"] = []string{}
		s.Filters.IgnoreNumbers, s.Lines = nil, map[string]callflow.LineRule{}
	})
	if len(got) != 0 {
		t.Errorf("got %+v, want none", got)
	}
	one, other := callflow.Default(), callflow.Default()
	one.Filters.IgnoreAgents, other.Filters.IgnoreAgents = []string{"Ada", "Omar"}, []string{"Omar", "Ada"}
	if got, err := settings.Diff(one, other); err != nil || len(got) != 0 {
		t.Errorf("another order of a set: got %+v, %v", got, err)
	}
}

func TestALineClosedAllWeekIsADifference(t *testing.T) {
	got := diff(t, func(s *callflow.Settings) {
		s.Lines = map[string]callflow.LineRule{"1234": {OfficeHours: &callflow.LineHours{Schedule: &callflow.Schedule{Week: map[string][]string{}}}}}
	})
	if len(got) == 0 || got[len(got)-1].Path() != "lines.1234.office_hours.schedule.week" {
		t.Errorf("got %+v", got)
	}
}

func TestTheDifferencesBackAreTheSameTurnedRound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, b := callflow.Default(), callflow.Default()
		for _, s := range []*callflow.Settings{&a, &b} {
			s.SettleSeconds = rapid.IntRange(0, 3).Draw(r, "settle")
			s.Flows[callflow.Missed] = callflow.Flow{Action: rapid.SampledFrom([]callflow.Action{callflow.Completed, callflow.DoNothing}).Draw(r, "action"), DueDays: rapid.IntRange(0, 2).Draw(r, "due")}
			s.Filters.IgnoreAgents = rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.ID[string]).Draw(r, "agents")
		}
		there, err1 := settings.Diff(a, b)
		back, err2 := settings.Diff(b, a)
		if err1 != nil || err2 != nil || len(there) != len(back) {
			r.Fatalf("%+v and %+v, %v, %v", there, back, err1, err2)
		}
		for i, c := range there {
			if d := cmp.Diff(c.Old, back[i].New); d != "" || c.Path() != back[i].Path() {
				r.Fatalf("%s: %s", c.Path(), d)
			}
		}
	})
}
