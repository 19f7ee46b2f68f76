package callflow

import (
	"strings"
	"time"
	_ "time/tzdata" // zones are the same on every machine
)

// closedByAircall is the missed-call reason of a call that the phone system
// itself turned away as out of hours.
const closedByAircall = "out_of_opening_hours"

// judgeHours says whether the call is logged by the moment it started.
func judgeHours(c Call, s Settings, holiday HolidayFunc) (Step, bool) {
	hours, own := s.hoursFor(c.Line)
	step := func(result string, params map[string]string) Step {
		params["scope"], params["line"] = scope(own), lineName(c.Line)
		return Step{Code: StepOfficeHours, Result: result, Params: params}
	}
	switch {
	case hours.Log != LogOnlyOpen:
		return step("always", map[string]string{}), true
	case c.Kind == KindMessage && !hours.IncludeMessages:
		return step("messages_excluded", map[string]string{}), true
	}
	v := judgeSchedule(hours.Schedule, c.moment(), holiday)
	params := map[string]string{"day": v.day, "date": v.date, "time": v.clock, "zone": v.zone, "intervals": strings.Join(v.intervals, ", ")}
	if c.Kind == KindCall && c.MissedReason == closedByAircall {
		return step("closed_by_aircall", params), false
	}
	if v.result == hoursHoliday {
		params["holiday"] = v.holiday
	}
	return step(v.result, params), v.open()
}

// hoursFor is the office hours of a line. A schedule without a zone is read in
// the zone of the line.
func (s Settings) hoursFor(l Line) (h OfficeHours, ownOfLine bool) {
	h = s.OfficeHours
	if own := s.Lines[l.ID].OfficeHours; own != nil {
		ownOfLine = true
		if own.Log != "" {
			h.Log = own.Log
		}
		if own.IncludeMessages != nil {
			h.IncludeMessages = *own.IncludeMessages
		}
		if own.Schedule != nil {
			h.Schedule = overrideSchedule(h.Schedule, *own.Schedule)
		}
	}
	if h.Schedule.TimeZone == "" {
		h.Schedule.TimeZone = l.TimeZone
	}
	return h, ownOfLine
}

// overrideSchedule takes a schedule with a week of its own as it is, so that a
// line abroad does not inherit foreign holidays; without a week it only changes
// what it names.
func overrideSchedule(base, own Schedule) Schedule {
	if own.Week != nil {
		return own
	}
	if own.TimeZone != "" {
		base.TimeZone = own.TimeZone
	}
	if own.Holidays != nil {
		base.Holidays = own.Holidays
	}
	if own.HolidayCountry != "" {
		base.HolidayCountry = own.HolidayCountry
	}
	return base
}

// Results of a schedule.
const (
	hoursOpen      = "open"
	hoursOvernight = "open_overnight" // the shift that began the day before
	hoursClosed    = "closed"
	hoursDayClosed = "day_closed" // no hours at all on that day
	hoursHoliday   = "holiday"
)

// OpenAt reports whether a moment lies in the schedule, and why: "open",
// "open_overnight", "closed", "day_closed" or "holiday". Wall clocks decide: an hour that a
// change of clocks repeats is open twice, one that it leaves out never comes. A
// shift over midnight belongs to the day on which it starts, so it also runs on
// into a holiday. An unknown zone is read as UTC.
func OpenAt(sch Schedule, t time.Time, holiday HolidayFunc) (open bool, why string) {
	v := judgeSchedule(sch, t, holiday)
	return v.open(), v.result
}

// verdictOfHours is what a schedule says of a moment, with its local terms.
type verdictOfHours struct {
	result    string
	day       string // mon..sun
	date      string // 2026-11-20
	clock     string // 18:42
	zone      string
	intervals []string // of that day, as written; of the day before when its shift is on
	holiday   string
}

func (v verdictOfHours) open() bool { return v.result == hoursOpen || v.result == hoursOvernight }

func judgeSchedule(sch Schedule, t time.Time, holiday HolidayFunc) verdictOfHours {
	zone := loadZone(sch.TimeZone)
	local := t.In(zone)
	today := dateOf(local)
	v := verdictOfHours{
		day:   dayKey(today),
		date:  today.Format(time.DateOnly),
		clock: local.Format("15:04"),
		zone:  zone.String(),
	}
	v.intervals = sch.Week[v.day]
	now := local.Hour()*3600 + local.Minute()*60 + local.Second()

	yesterday := today.AddDate(0, 0, -1)
	_, offYesterday := sch.holidayOn(yesterday, holiday)
	name, offToday := sch.holidayOn(today, holiday)
	switch {
	case !offYesterday && runsOver(sch.Week[dayKey(yesterday)], now):
		v.result = hoursOvernight
		v.intervals = sch.Week[dayKey(yesterday)]
	case offToday:
		v.result, v.holiday = hoursHoliday, name
	case covers(v.intervals, now):
		v.result = hoursOpen
	case len(v.intervals) == 0:
		v.result = hoursDayClosed
	default:
		v.result = hoursClosed
	}
	return v
}

// covers reports whether a shift that starts today is on at this second.
func covers(intervals []string, now int) bool {
	for _, text := range intervals {
		from, to, ok := parseInterval(text)
		switch {
		case !ok:
		case from < to && now >= from && now < to:
			return true
		case from > to && now >= from:
			return true
		}
	}
	return false
}

// runsOver reports whether a shift that started the day before is still on.
func runsOver(intervals []string, now int) bool {
	for _, text := range intervals {
		if from, to, ok := parseInterval(text); ok && from > to && now < to {
			return true
		}
	}
	return false
}

// holidayOn names the holiday on a local date: its own entry as written, or
// the name that the country preset gives.
func (s Schedule) holidayOn(date time.Time, preset HolidayFunc) (string, bool) {
	for _, entry := range s.Holidays {
		if from, to, ok := parseHoliday(entry); ok && !date.Before(from) && !date.After(to) {
			return entry, true
		}
	}
	if s.HolidayCountry == "" || preset == nil {
		return "", false
	}
	return preset(s.HolidayCountry, date.Year(), date.Month(), date.Day())
}
