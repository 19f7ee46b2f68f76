package salesforce

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Holiday is a day off that the org keeps, once or again and again.
type Holiday struct {
	ID, Name string
	On       time.Time // midnight UTC; of one that recurs, the first day it can be
	AllDay   bool
	From, To int // minutes of the day, when not AllDay
	Recurs   *Recurrence
}

// Recurrence says on which days a holiday comes again.
type Recurrence struct {
	Type       string // RecursYearly, RecursMonthlyNth, ...
	Interval   int    // every so many days, weeks or months
	Weekdays   int    // 1 Sunday, 2 Monday, 4 Tuesday ... 64 Saturday, added up
	DayOfMonth int
	Month      time.Month
	Instance   string    // First, Second, Third, Fourth, Last
	Start, End time.Time // midnight UTC; End is zero when it never ends
}

// Verdict says whether a holiday can be written as dates.
type Verdict string

// The verdicts.
const (
	HolidayKept    Verdict = "kept"
	HolidayOver    Verdict = "over"      // no day of it lies ahead
	HolidayPartial Verdict = "part_day"  // it closes only some hours of its days
	HolidayOften   Verdict = "too_often" // so many days belong into the week
	HolidayUnclear Verdict = "unclear"   // its rule cannot be read
)

// maxEntries is how many dates and ranges one holiday may become.
const maxEntries = 60

func holidayQuery() string {
	return "SELECT Id, Name, ActivityDate, IsAllDay, StartTimeInMinutes, EndTimeInMinutes, IsRecurrence, RecurrenceType, " +
		"RecurrenceInterval, RecurrenceDayOfWeekMask, RecurrenceDayOfMonth, RecurrenceInstance, RecurrenceMonthOfYear, " +
		"RecurrenceStartDate, RecurrenceEndDateOnly FROM Holiday ORDER BY Name, Id LIMIT " + strconv.Itoa(maxHolidays)
}

func holidayOf(r record) Holiday {
	h := Holiday{
		ID: r.text("Id"), Name: r.text("Name"), On: r.date("ActivityDate"), AllDay: r.is("IsAllDay"),
		From: r.whole("StartTimeInMinutes"), To: r.whole("EndTimeInMinutes"),
	}
	if !r.is("IsRecurrence") {
		return h
	}
	h.Recurs = &Recurrence{
		Type: r.text("RecurrenceType"), Interval: max(1, r.whole("RecurrenceInterval")), Weekdays: r.whole("RecurrenceDayOfWeekMask"),
		DayOfMonth: r.whole("RecurrenceDayOfMonth"), Month: monthOf(r.text("RecurrenceMonthOfYear")), Instance: r.text("RecurrenceInstance"),
		Start: r.date("RecurrenceStartDate"), End: r.date("RecurrenceEndDateOnly"),
	}
	if h.Recurs.Start.IsZero() {
		h.Recurs.Start = h.On
	}
	if h.On.IsZero() {
		h.On = h.Recurs.Start
	}
	return h
}

// date reads a date, which some answers write with a time that means nothing.
func (r record) date(name string) time.Time {
	text := r.text(name)
	t, err := time.Parse(time.DateOnly, text[:min(len(text), len(time.DateOnly))])
	if err != nil {
		return time.Time{}
	}
	return t
}

func (r record) whole(name string) int {
	var n float64
	if raw, ok := r.fields[name]; !ok || json.Unmarshal(raw, &n) != nil {
		return 0
	}
	return int(n)
}

func monthOf(name string) time.Month {
	for m := time.January; m <= time.December; m++ {
		if m.String() == name {
			return m
		}
	}
	return 0
}

// Entries writes the holiday's days between two dates, both included, as a
// callflow.Schedule lists holidays: dates, and ranges for days in a row.
func (h Holiday) Entries(from, to time.Time) ([]string, Verdict) {
	if !h.AllDay && (h.From > 0 || h.To > 0) && (h.From > 0 || h.To < 24*60-1) {
		return nil, HolidayPartial
	}
	days, ok := h.days(from, to)
	switch {
	case !ok:
		return nil, HolidayUnclear
	case len(days) == 0:
		return nil, HolidayOver
	}
	entries := ranges(days)
	if len(entries) > maxEntries {
		return nil, HolidayOften
	}
	return entries, HolidayKept
}

// days lists the days of the holiday in the period, in order.
func (h Holiday) days(from, to time.Time) ([]time.Time, bool) {
	if h.Recurs == nil {
		if h.On.IsZero() {
			return nil, false
		}
		if h.On.Before(from) || h.On.After(to) {
			return nil, true
		}
		return []time.Time{h.On}, true
	}
	r := *h.Recurs
	if r.Start.IsZero() || !r.readable() {
		return nil, false
	}
	if r.Start.After(from) {
		from = r.Start
	}
	if !r.End.IsZero() && r.End.Before(to) {
		to = r.End
	}
	var days []time.Time
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		if r.on(day) {
			days = append(days, day)
		}
	}
	return days, true
}

// readable reports whether the rule says enough to tell its days.
func (r Recurrence) readable() bool {
	nth := r.Instance != "" && slices.Contains(instances, r.Instance) && r.Weekdays > 0
	switch r.Type {
	case "RecursDaily":
		return true
	case "RecursEveryWeekday", "RecursWeekly":
		return r.Weekdays > 0 || r.Type == "RecursEveryWeekday"
	case "RecursMonthly":
		return r.DayOfMonth > 0
	case "RecursMonthlyNth":
		return nth
	case "RecursYearly":
		return r.DayOfMonth > 0 && r.Month > 0
	case "RecursYearlyNth":
		return nth && r.Month > 0
	default:
		return false
	}
}

// workdays are Monday to Friday in a mask of weekdays.
const workdays = 2 | 4 | 8 | 16 | 32

// on reports whether a day at or after the start belongs to the rule. A month
// without the day, such as 30 February, has none.
func (r Recurrence) on(day time.Time) bool {
	switch r.Type {
	case "RecursDaily":
		return daysBetween(r.Start, day)%r.Interval == 0
	case "RecursEveryWeekday":
		return maskOf(day)&cmp.Or(r.Weekdays, workdays) != 0
	case "RecursWeekly":
		weeks := daysBetween(sunday(r.Start), sunday(day)) / 7
		return maskOf(day)&r.Weekdays != 0 && weeks%r.Interval == 0
	case "RecursMonthly":
		return day.Day() == r.DayOfMonth && monthsBetween(r.Start, day)%r.Interval == 0
	case "RecursMonthlyNth":
		return monthsBetween(r.Start, day)%r.Interval == 0 && r.nth(day)
	case "RecursYearly":
		return day.Month() == r.Month && day.Day() == r.DayOfMonth
	default: // RecursYearlyNth
		return day.Month() == r.Month && r.nth(day)
	}
}

// instances are the places a day can have in its month.
var instances = []string{"First", "Second", "Third", "Fourth", "Last"}

// nth reports whether the day is the one that Instance names among those of
// its month that the mask has: with the mask 62, the last workday.
func (r Recurrence) nth(day time.Time) bool {
	if maskOf(day)&r.Weekdays == 0 {
		return false
	}
	before, after := 0, 0
	first := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	for d := first; d.Month() == day.Month(); d = d.AddDate(0, 0, 1) {
		if maskOf(d)&r.Weekdays == 0 {
			continue
		}
		if d.Before(day) {
			before++
		} else if d.After(day) {
			after++
		}
	}
	if r.Instance == "Last" {
		return after == 0
	}
	return before == slices.Index(instances, r.Instance)
}

func maskOf(day time.Time) int { return 1 << int(day.Weekday()) }

func sunday(day time.Time) time.Time { return day.AddDate(0, 0, -int(day.Weekday())) }

func daysBetween(a, b time.Time) int { return int(b.Sub(a) / (24 * time.Hour)) }

func monthsBetween(a, b time.Time) int {
	return (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
}

// ranges writes days as dates, and days in a row as one range.
func ranges(days []time.Time) []string {
	var entries []string
	for i := 0; i < len(days); {
		j := i
		for j+1 < len(days) && daysBetween(days[j], days[j+1]) == 1 {
			j++
		}
		entry := days[i].Format(time.DateOnly)
		if j > i {
			entry += "/" + days[j].Format(time.DateOnly)
		}
		entries = append(entries, entry)
		i = j + 1
	}
	return entries
}
