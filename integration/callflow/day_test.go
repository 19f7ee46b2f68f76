package callflow_test

import (
	"testing"
	"time"

	"ringledger/integration/callflow"
)

func TestADayBeginsAfterTheGapWhereTheClocksGoForwardAtMidnight(t *testing.T) {
	for _, c := range []struct{ zone, date, begins, ends string }{
		{"Europe/Paris", "2027-03-28", "2027-03-28T00:00:00+01:00", "2027-03-29T00:00:00+02:00"},
		{"Atlantic/Azores", "2027-03-28", "2027-03-28T01:00:00Z", "2027-03-29T00:00:00Z"},
		{"America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00"},
		{"America/Santiago", "2026-04-04", "2026-04-04T00:00:00-03:00", "2026-04-05T00:00:00-04:00"},
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"},
		{"Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00", "2026-03-30T00:00:00+03:00"},
		{"UTC", "2026-12-31", "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		date, err := time.Parse(time.DateOnly, c.date)
		if err != nil {
			t.Fatal(err)
		}
		begins := callflow.DayStart(date.Year(), date.Month(), date.Day(), zone)
		if got := begins.Format(time.RFC3339); got != c.begins {
			t.Errorf("%s in %s begins at %s, want %s", c.date, c.zone, got, c.begins)
		}
		if got := callflow.DayOf(begins.Add(5*time.Hour), 1).Format(time.RFC3339); got != c.ends {
			t.Errorf("%s in %s ends at %s, want %s", c.date, c.zone, got, c.ends)
		}
	}
}
