package salesforce_test

import (
	"slices"
	"testing"
	"time"

	"ringledger/integration/salesforce"
	"ringledger/integration/salesforce/simulator"
)

func date(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestBusinessHoursAndHolidaysAreReadByOneRequest(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{Now: func() time.Time { return date(t, "2026-11-20").Add(12 * time.Hour) }})
	before, _ := sim.Usage()
	got, err := client.ReadTimetables(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	if used, _ := sim.Usage(); used != before+1 {
		t.Errorf("it took %d requests, want 1", used-before)
	}
	names := make([]string, len(got.Hours))
	for i, b := range got.Hours {
		names[i] = b.Name
	}
	if want := []string{"Default", "Hotline", "New York evening"}; !slices.Equal(names, want) || !got.Hours[0].Default {
		t.Fatalf("got %v, want %v with the default first and none that is switched off", names, want)
	}
	for i, want := range []struct{ zone, mon, sat string }{
		{"Europe/Paris", "09:00-18:00", ""}, {"Europe/Paris", "00:00-24:00", "00:00-24:00"}, {"America/New_York", "16:00-24:00", "10:00-14:00"},
	} {
		b := got.Hours[i]
		mon, sat := "", ""
		if len(b.Week["mon"]) > 0 {
			mon = b.Week["mon"][0]
		}
		if len(b.Week["sat"]) > 0 {
			sat = b.Week["sat"][0]
		}
		if b.TimeZone != want.zone || mon != want.mon || sat != want.sat {
			t.Errorf("%s: got %s, mon %q, sat %q, want %+v", b.Name, b.TimeZone, mon, sat, want)
		}
		if again, ok := got.Business(b.ID); !ok || again.Name != b.Name {
			t.Errorf("%s is not found by its id", b.Name)
		}
	}
	verdicts := map[string]salesforce.Verdict{}
	entries := map[string][]string{}
	for _, h := range got.Holidays {
		entries[h.Name], verdicts[h.Name] = h.Entries(date(t, "2026-11-20"), date(t, "2028-11-19"))
	}
	for name, want := range map[string]salesforce.Verdict{
		"Christmas Day": salesforce.HolidayKept, "Opening of the office": salesforce.HolidayOver, "Staff meeting": salesforce.HolidayPartial,
		"Short Fridays": salesforce.HolidayOften, "Spring bank holiday": salesforce.HolidayKept,
	} {
		if verdicts[name] != want {
			t.Errorf("%s: got %q, want %q", name, verdicts[name], want)
		}
	}
	for name, want := range map[string][]string{
		"Christmas Day": {"2026-12-25"}, "Labour Day": {"2027-05-01", "2028-05-01"}, "Spring bank holiday": {"2027-05-31", "2028-05-29"},
		"Stocktaking": {"2027-01-04", "2027-07-05", "2028-01-03", "2028-07-03"},
	} {
		if !slices.Equal(entries[name], want) {
			t.Errorf("%s: got %v, want %v", name, entries[name], want)
		}
	}
}

func TestAnOrgThatHidesItsTimetablesSaysSo(t *testing.T) {
	for _, object := range []string{"BusinessHours", "Holiday"} {
		sim, client, _ := simulated(t, simulator.Options{})
		if err := sim.Fail(simulator.Fault{Kind: simulator.HideObject, Object: object}); err != nil {
			t.Fatal(err)
		}
		got, err := client.ReadTimetables(soon(t))
		if err == nil || len(got.Hours) > 0 || len(got.Holidays) > 0 {
			t.Errorf("%s: got %+v, %v, want an error and nothing", object, got, err)
		}
		if kind := salesforce.KindOf(err); kind != salesforce.Refused && kind != salesforce.Misconfigured {
			t.Errorf("%s: got the kind %q: %v", object, kind, err)
		}
	}
}

func TestEveryRuleOfARecurringHolidayIsWrittenOut(t *testing.T) {
	start := date(t, "2026-01-01")
	for _, tt := range []struct {
		name     string
		rule     salesforce.Recurrence
		from, to string
		want     []string
		verdict  salesforce.Verdict
	}{
		{"yearly", salesforce.Recurrence{Type: "RecursYearly", DayOfMonth: 14, Month: time.July, Interval: 1}, "2026-11-20", "2028-11-20", []string{"2027-07-14", "2028-07-14"}, salesforce.HolidayKept},
		{"29 February", salesforce.Recurrence{Type: "RecursYearly", DayOfMonth: 29, Month: time.February, Interval: 1}, "2026-01-01", "2029-01-01", []string{"2028-02-29"}, salesforce.HolidayKept},
		{"fourth Thursday of November", salesforce.Recurrence{Type: "RecursYearlyNth", Instance: "Fourth", Weekdays: 16, Month: time.November, Interval: 1}, "2026-01-01", "2027-12-31", []string{"2026-11-26", "2027-11-25"}, salesforce.HolidayKept},
		{"last workday of each quarter", salesforce.Recurrence{Type: "RecursMonthlyNth", Instance: "Last", Weekdays: 62, Interval: 3, Start: date(t, "2026-03-01")}, "2026-01-01", "2026-12-31", []string{"2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31"}, salesforce.HolidayKept},
		{"the 31st", salesforce.Recurrence{Type: "RecursMonthly", DayOfMonth: 31, Interval: 1}, "2026-01-01", "2026-06-30", []string{"2026-01-31", "2026-03-31", "2026-05-31"}, salesforce.HolidayKept},
		{"every second Monday", salesforce.Recurrence{Type: "RecursWeekly", Weekdays: 2, Interval: 2, Start: date(t, "2026-01-05")}, "2026-01-01", "2026-02-28", []string{"2026-01-05", "2026-01-19", "2026-02-02", "2026-02-16"}, salesforce.HolidayKept},
		{"every Monday for years", salesforce.Recurrence{Type: "RecursWeekly", Weekdays: 2, Interval: 1}, "2026-01-01", "2027-12-31", nil, salesforce.HolidayOften},
		{"days in a row", salesforce.Recurrence{Type: "RecursDaily", Interval: 1, Start: date(t, "2026-08-03"), End: date(t, "2026-08-14")}, "2026-01-01", "2027-12-31", []string{"2026-08-03/2026-08-14"}, salesforce.HolidayKept},
		{"every third day", salesforce.Recurrence{Type: "RecursDaily", Interval: 3, Start: date(t, "2026-08-03"), End: date(t, "2026-08-10")}, "2026-01-01", "2027-12-31", []string{"2026-08-03", "2026-08-06", "2026-08-09"}, salesforce.HolidayKept},
		{"workdays of a week", salesforce.Recurrence{Type: "RecursEveryWeekday", Weekdays: 62, Interval: 1, Start: date(t, "2026-08-01"), End: date(t, "2026-08-09")}, "2026-01-01", "2027-12-31", []string{"2026-08-03/2026-08-07"}, salesforce.HolidayKept},
		{"one that ended", salesforce.Recurrence{Type: "RecursYearly", DayOfMonth: 14, Month: time.July, Interval: 1, End: date(t, "2026-12-31")}, "2027-01-01", "2028-12-31", nil, salesforce.HolidayOver},
		{"a kind nobody knows", salesforce.Recurrence{Type: "RecursByMoon", Interval: 1}, "2026-01-01", "2027-12-31", nil, salesforce.HolidayUnclear},
		{"a rule without its day", salesforce.Recurrence{Type: "RecursYearly", Month: time.July, Interval: 1}, "2026-01-01", "2027-12-31", nil, salesforce.HolidayUnclear},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.rule.Start.IsZero() {
				tt.rule.Start = start
			}
			h := salesforce.Holiday{Name: tt.name, AllDay: true, On: tt.rule.Start, Recurs: &tt.rule}
			got, verdict := h.Entries(date(t, tt.from), date(t, tt.to))
			if !slices.Equal(got, tt.want) || verdict != tt.verdict {
				t.Errorf("got %v (%s), want %v (%s)", got, verdict, tt.want, tt.verdict)
			}
		})
	}
}
