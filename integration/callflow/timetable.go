package callflow

import (
	"strings"
	"sync"
	"time"
)

// Days lists the keys of Schedule.Week, Monday first.
func Days() []string { return []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} }

// daySeconds is the end of a day on a wall clock, "24:00".
const daySeconds = 24 * 3600

// dateOf is the date a wall clock shows, as midnight UTC, so that days can be
// counted without any change of clocks.
func dateOf(local time.Time) time.Time {
	y, m, d := local.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

func dayKey(date time.Time) string {
	return Days()[(int(date.Weekday())+6)%7]
}

// loadZone reads a zone's name. An empty or unknown one is UTC, as is "Local":
// what the machine's clock is set to must not decide.
func loadZone(name string) *time.Location {
	if zone, ok := knownZone(name); ok {
		return zone
	}
	return time.UTC
}

func knownZone(name string) (*time.Location, bool) {
	if name == "" || name == "Local" {
		return nil, false
	}
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), true
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, false
	}
	zones.Store(name, zone)
	return zone, true
}

// zones keeps the zones that were read: reading one costs more than all the
// rules of a call. There are only so many names that load.
var zones sync.Map

// parseInterval reads "09:00-12:30" into seconds of the day. The end may be
// "24:00", and before the start, which means the next day.
func parseInterval(text string) (from, to int, ok bool) {
	a, b, found := strings.Cut(text, "-")
	if !found {
		return 0, 0, false
	}
	from, okFrom := parseClock(strings.TrimSpace(a))
	to, okTo := parseClock(strings.TrimSpace(b))
	return from, to, okFrom && okTo && from != to && from < daySeconds
}

// Interval reads an interval of a week into minutes of the day, as
// parseInterval does.
func Interval(text string) (from, to int, ok bool) {
	from, to, ok = parseInterval(text)
	return from / 60, to / 60, ok
}

func parseClock(text string) (seconds int, ok bool) {
	if text == "24:00" {
		return daySeconds, true
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, false
	}
	return t.Hour()*3600 + t.Minute()*60, true
}

// parseHoliday reads "2026-12-25" or "2026-08-03/2026-08-14", both days
// included, as midnights UTC.
func parseHoliday(entry string) (from, to time.Time, ok bool) {
	a, b, isRange := strings.Cut(entry, "/")
	if !isRange {
		b = a
	}
	from, errFrom := time.Parse(time.DateOnly, strings.TrimSpace(a))
	to, errTo := time.Parse(time.DateOnly, strings.TrimSpace(b))
	return from, to, errFrom == nil && errTo == nil && !to.Before(from)
}

// zoneOf is where a call's dates are read: the zone of its line, else that of
// the office hours, else UTC.
func (s Settings) zoneOf(l Line) *time.Location {
	if zone, ok := knownZone(l.TimeZone); ok {
		return zone
	}
	hours, _ := s.hoursFor(l)
	return loadZone(hours.Schedule.TimeZone)
}
