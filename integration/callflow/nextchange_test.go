package callflow_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringledger/integration/callflow"
)

func TestNextChangeIsTheFirstMinuteThatDiffers(t *testing.T) {
	starts := map[string]string{
		"Europe/Paris": "2026-10-23", "America/New_York": "2026-03-06", "Australia/Lord_Howe": "2026-04-03", "Africa/Casablanca": "2026-02-13", "UTC": "2026-12-29",
	}
	zones := []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom(zones).Draw(t, "zone")
		first, err := time.Parse(time.DateOnly, starts[zone])
		if err != nil {
			t.Fatal(err)
		}
		sch := callflow.Schedule{TimeZone: zone, Week: map[string][]string{}}
		for _, day := range callflow.Days() {
			sch.Week[day] = rapid.SliceOfN(rapid.Custom(anyShift), 0, 2).Draw(t, day)
		}
		if rapid.Bool().Draw(t, "holiday") {
			sch.Holidays = []string{first.AddDate(0, 0, 2).Format(time.DateOnly)}
		}
		from := first.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "minute")) * time.Minute)
		open, _ := callflow.OpenAt(sch, from, nil)
		at, changes := callflow.NextChange(sch, from, nil)
		for m := from.Add(time.Minute); m.Before(from.AddDate(0, 0, 3)); m = m.Add(time.Minute) {
			if now, _ := callflow.OpenAt(sch, m, nil); now != open {
				if !changes || !at.Equal(m) {
					t.Fatalf("from %s (open %v): got %s, %v, want %s; %+v", from, open, at, changes, m, sch)
				}
				return
			}
		}
		if changes && at.Before(from.AddDate(0, 0, 3)) {
			t.Fatalf("from %s (open %v): got %s, but nothing changes; %+v", from, open, at, sch)
		}
	})
}

func TestWhatIsAlwaysOpenOrAlwaysClosedNeverChanges(t *testing.T) {
	week := map[string][]string{}
	for _, day := range callflow.Days() {
		week[day] = []string{"00:00-24:00"}
	}
	for name, sch := range map[string]callflow.Schedule{"always open": {TimeZone: "Europe/Paris", Week: week}, "always closed": {TimeZone: "Europe/Paris"}} {
		if at, changes := callflow.NextChange(sch, time.Date(2026, 10, 24, 22, 0, 0, 0, time.UTC), nil); changes {
			t.Errorf("%s: changes at %s", name, at)
		}
	}
}
