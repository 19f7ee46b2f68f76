package salesforce

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
)

// BusinessHours is one weekly timetable that the org keeps.
type BusinessHours struct {
	ID       string
	Name     string
	Default  bool
	TimeZone string              // IANA name
	Week     map[string][]string // as in callflow.Schedule; at most one interval a day
}

// Timetables is what the org knows of when people work. Which holidays belong
// to which business hours, Salesforce tells no program.
type Timetables struct {
	Hours    []BusinessHours // active ones, the default first, then by name
	Holidays []Holiday       // by name
}

// Bounds of what is read: more than any org keeps for its people.
const (
	maxBusinessHours = 200
	maxHolidays      = 1000
)

// ReadTimetables reads the org's active business hours and its holidays, by one
// request. Every user of the API may read both.
func (c *Client) ReadTimetables(ctx context.Context) (Timetables, error) {
	var t Timetables
	queries := []query{
		{soql: businessHoursQuery(), read: func(_ *Answers, r record) { t.Hours = append(t.Hours, businessHoursOf(r)) }},
		{soql: holidayQuery(), read: func(_ *Answers, r record) { t.Holidays = append(t.Holidays, holidayOf(r)) }},
	}
	if err := c.ask(ctx, "read_timetables", queries, nil); err != nil {
		return Timetables{}, err
	}
	return t, nil
}

// dayNames are the days as fields of BusinessHours begin, in the order of
// callflow.Days.
var dayNames = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

func businessHoursQuery() string {
	fields := []string{"Id", "Name", "IsDefault", "TimeZoneSidKey"}
	for _, day := range dayNames {
		fields = append(fields, day+"StartTime", day+"EndTime")
	}
	return "SELECT " + strings.Join(fields, ", ") + " FROM BusinessHours WHERE IsActive = true ORDER BY IsDefault DESC, Name LIMIT " + strconv.Itoa(maxBusinessHours)
}

func businessHoursOf(r record) BusinessHours {
	b := BusinessHours{ID: r.text("Id"), Name: r.text("Name"), Default: r.is("IsDefault"), TimeZone: r.text("TimeZoneSidKey"), Week: map[string][]string{}}
	for i, day := range callflow.Days() {
		if interval, ok := intervalOf(r.text(dayNames[i]+"StartTime"), r.text(dayNames[i]+"EndTime")); ok {
			b.Week[day] = []string{interval}
		}
	}
	return b
}

// intervalOf writes two times of day as an interval. Without a start or an end
// the day is closed; from midnight to midnight it is open all day; an end at
// midnight is the end of the day. Seconds, which Salesforce's own page does not
// offer, are dropped.
func intervalOf(start, end string) (string, bool) {
	from, okFrom := minutesOf(start)
	to, okTo := minutesOf(end)
	if !okFrom || !okTo {
		return "", false
	}
	if to == 0 {
		to = 24 * 60
	}
	if from == to {
		return "", false
	}
	return clockOf(from) + "-" + clockOf(to), true
}

// minutesOf reads "09:30:00.000Z", a time of day without any zone whatever its
// last letter says.
func minutesOf(text string) (int, bool) {
	parts := strings.SplitN(text, ":", 3)
	if len(parts) < 2 {
		return 0, false
	}
	hour, errHour := strconv.Atoi(parts[0])
	minute, errMinute := strconv.Atoi(parts[1])
	ok := errHour == nil && errMinute == nil && hour >= 0 && hour < 24 && minute >= 0 && minute < 60
	return hour*60 + minute, ok
}

func clockOf(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// Business finds business hours by their id.
func (t Timetables) Business(id string) (BusinessHours, bool) {
	i := slices.IndexFunc(t.Hours, func(b BusinessHours) bool { return b.ID == id })
	if i < 0 {
		return BusinessHours{}, false
	}
	return t.Hours[i], true
}
