package callflow_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"ringledger/integration/callflow"
)

// timetable is a schedule written out: every local minute that is open. It
// knows no zones, so a change of clocks cannot confuse it.
type timetable map[string]bool // "2026-11-18 09:00"

const minuteForm = "2006-01-02 15:04"

// writeOut marks the minutes of every shift that starts in the given days.
func writeOut(sch callflow.Schedule, first time.Time, days int) timetable {
	open := timetable{}
	for d := range days {
		date := first.AddDate(0, 0, d)
		if slices.Contains(sch.Holidays, date.Format(time.DateOnly)) {
			continue
		}
		for _, shift := range sch.Week[callflow.Days()[(int(date.Weekday())+6)%7]] {
			var h1, m1, h2, m2 int
			if _, err := fmt.Sscanf(shift, "%d:%d-%d:%d", &h1, &m1, &h2, &m2); err != nil {
				panic(err)
			}
			from, to := h1*60+m1, h2*60+m2
			if to < from {
				to += 24 * 60
			}
			for m := from; m < to; m++ {
				open[date.Add(time.Duration(m)*time.Minute).Format(minuteForm)] = true
			}
		}
	}
	return open
}

func TestOpenAtAgreesWithATimetableWrittenOutMinuteByMinute(t *testing.T) {
	// A few days before each change of clocks, and an ordinary week.
	starts := map[string][]string{
		"Europe/Paris":        {"2026-03-27", "2026-10-23", "2026-06-01"},
		"America/New_York":    {"2026-03-06", "2026-10-30", "2026-12-29"},
		"Australia/Lord_Howe": {"2026-04-03", "2026-10-02"}, // clocks move by half an hour
		"UTC":                 {"2026-02-26"},
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := rapid.SampledFrom([]string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"}).Draw(t, "zone")
		first, err := time.Parse(time.DateOnly, rapid.SampledFrom(starts[zone]).Draw(t, "first day"))
		if err != nil {
			t.Fatal(err)
		}
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		sch := callflow.Schedule{TimeZone: zone, Week: map[string][]string{}}
		for _, day := range callflow.Days() {
			sch.Week[day] = rapid.SliceOfN(rapid.Custom(anyShift), 0, 2).Draw(t, day)
		}
		for d := range 5 {
			if rapid.IntRange(0, 4).Draw(t, "holiday") == 0 {
				sch.Holidays = append(sch.Holidays, first.AddDate(0, 0, d).Format(time.DateOnly))
			}
		}
		open := writeOut(sch, first.AddDate(0, 0, -2), 9)
		begin := time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, loc)
		second := time.Duration(rapid.SampledFrom([]int{0, 59}).Draw(t, "second")) * time.Second
		for m := rapid.IntRange(0, 4).Draw(t, "minute"); m < 5*24*60; m += 5 {
			moment := begin.Add(time.Duration(m)*time.Minute + second)
			want := open[moment.In(loc).Format(minuteForm)]
			if got, why := callflow.OpenAt(sch, moment, nil); got != want {
				t.Fatalf("%s: open %v (%s), want %v; %+v", moment, got, why, want, sch)
			}
		}
	})
}

func anyShift(t *rapid.T) string {
	from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
	to := rapid.IntRange(1, 24*60).Filter(func(to int) bool { return to != from }).Draw(t, "to")
	return fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60)
}

func TestAScheduleThatMakesNoSenseIsClosedAndDoesNotPanic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sch := callflow.Schedule{
			TimeZone:       rapid.OneOf(rapid.Just("Local"), rapid.Just("../etc/passwd"), rapid.String()).Draw(t, "zone"),
			Week:           map[string][]string{"mon": {rapid.String().Draw(t, "shift"), "9:00-10:00", "25:00-26:00", "-", "10:00-10:00"}},
			Holidays:       []string{rapid.String().Draw(t, "holiday")},
			HolidayCountry: rapid.String().Draw(t, "country"),
		}
		callflow.OpenAt(sch, time.Unix(rapid.Int64Range(-1e10, 1e11).Draw(t, "time"), 0), nil)
	})
	if open, why := callflow.OpenAt(callflow.Schedule{}, time.Time{}, nil); open || why != "day_closed" {
		t.Errorf("an empty schedule: got %v, %s", open, why)
	}
}
