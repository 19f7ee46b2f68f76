package callflow

import (
	"slices"
	"time"
)

// HoursOf is the office hours that judge the calls of a line, with the zone
// they are read in, and whether the line has any of its own.
func (s Settings) HoursOf(l Line) (h OfficeHours, ownOfLine bool) { return s.hoursFor(l) }

// maxChangeDays is how far NextChange looks ahead: a year, and the longest
// holiday after it.
const maxChangeDays = 400

// NextChange is the first moment after t at which the schedule opens, when it
// is closed at t, or closes. It returns false when nothing changes for more
// than a year.
func NextChange(sch Schedule, t time.Time, holiday HolidayFunc) (time.Time, bool) {
	zone := loadZone(sch.TimeZone)
	now := judgeSchedule(sch, t, holiday).open()
	first := dateOf(t.In(zone))
	for day := range maxChangeDays {
		for _, at := range edgesOn(sch, first.AddDate(0, 0, day), zone) {
			if at.After(t) && judgeSchedule(sch, at, holiday).open() != now {
				return at.In(zone), true
			}
		}
	}
	return time.Time{}, false
}

// clockShifts are by how much a change of clocks moves them in any zone of
// today: a wall clock may show one time twice that far apart.
var clockShifts = []time.Duration{0, -time.Hour, time.Hour, -30 * time.Minute, 30 * time.Minute}

// edgesOn lists, in order, the moments of a local date at which a schedule may
// open or close: the ends of its shifts each time a clock shows them, midnight,
// and the change of clocks itself. It lists more rather than fewer.
func edgesOn(sch Schedule, date time.Time, zone *time.Location) []time.Time {
	clocks := []int{0}
	for _, day := range []string{dayKey(date), dayKey(date.AddDate(0, 0, -1))} {
		for _, text := range sch.Week[day] {
			if from, to, ok := parseInterval(text); ok {
				clocks = append(clocks, from, to)
			}
		}
	}
	var edges []time.Time
	for _, clock := range clocks {
		wall := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, clock, 0, zone)
		for _, shift := range clockShifts {
			edges = append(edges, wall.Add(shift))
		}
	}
	midnight := time.Date(date.Year(), date.Month(), date.Day(), 0, 0, 0, 0, zone)
	if _, end := midnight.ZoneBounds(); !end.IsZero() && end.Before(midnight.Add(25*time.Hour)) {
		edges = append(edges, end)
	}
	edges = slices.DeleteFunc(edges, func(at time.Time) bool { return !dateOf(at.In(zone)).Equal(date) })
	slices.SortFunc(edges, time.Time.Compare)
	return edges
}
