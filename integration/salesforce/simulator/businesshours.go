package simulator

import (
	"fmt"
	"maps"
	"time"
)

var weekdays = []string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// furnishTimetables adds the business hours and holidays of every org: the
// default ones, those of a hotline round the clock, of an office abroad that
// works into the night, and one set that nobody uses any more.
func (o *Org) furnishTimetables() {
	office := map[string]string{}
	for _, day := range weekdays[:5] {
		office[day] = "09:00-18:00"
	}
	hotline, abroad := map[string]string{}, map[string]string{"Saturday": "10:00-14:00"}
	for _, day := range weekdays {
		hotline[day] = "00:00-00:00"
	}
	for _, day := range weekdays[:5] {
		abroad[day] = "16:00-00:00"
	}
	o.seedHours("Default", "Europe/Paris", true, true, office)
	o.seedHours("Hotline", "Europe/Paris", false, true, hotline)
	o.seedHours("New York evening", "America/New_York", false, true, abroad)
	o.seedHours("Before the move", "Europe/Paris", false, false, office)
	o.seedHolidays()
}

// seedHours keeps times of day as Salesforce writes them, with a letter for a
// zone that they do not have.
func (o *Org) seedHours(name, zone string, standard, active bool, week map[string]string) {
	row := map[string]any{"Name": name, "IsActive": active, "IsDefault": standard, "TimeZoneSidKey": zone}
	for day, hours := range week {
		row[day+"StartTime"], row[day+"EndTime"] = hours[:5]+":00.000Z", hours[6:]+":00.000Z"
	}
	o.seed("BusinessHours", row)
}

// seedHolidays adds days off of every sort that an org can keep. Single days
// lie ahead of the org's clock.
func (o *Org) seedHolidays() {
	today := o.now().UTC()
	next := func(month time.Month, day int) string {
		t := time.Date(today.Year(), month, day, 0, 0, 0, 0, time.UTC)
		if t.Before(today) {
			t = t.AddDate(1, 0, 0)
		}
		return t.Format(time.DateOnly)
	}
	o.seedHoliday("Christmas Day", next(time.December, 25), nil)
	o.seedHoliday("New Year's Day", next(time.January, 1), nil)
	o.seedHoliday("Opening of the office", fmt.Sprintf("%d-03-02", today.Year()-2), nil)
	o.seedHoliday("Staff meeting", next(time.September, 15), map[string]any{"IsAllDay": false, "StartTimeInMinutes": 540, "EndTimeInMinutes": 720})
	o.seedHoliday("Labour Day", fmt.Sprintf("%d-05-01", today.Year()-1), map[string]any{
		"IsRecurrence": true, "RecurrenceType": "RecursYearly", "RecurrenceDayOfMonth": 1, "RecurrenceMonthOfYear": "May",
	})
	o.seedHoliday("Spring bank holiday", fmt.Sprintf("%d-05-01", today.Year()-1), map[string]any{
		"IsRecurrence": true, "RecurrenceType": "RecursYearlyNth", "RecurrenceInstance": "Last", "RecurrenceDayOfWeekMask": 2, "RecurrenceMonthOfYear": "May",
	})
	o.seedHoliday("Stocktaking", fmt.Sprintf("%d-01-01", today.Year()-1), map[string]any{
		"IsRecurrence": true, "RecurrenceType": "RecursMonthlyNth", "RecurrenceInstance": "First", "RecurrenceDayOfWeekMask": 2, "RecurrenceInterval": 6,
	})
	o.seedHoliday("Short Fridays", fmt.Sprintf("%d-01-01", today.Year()-1), map[string]any{
		"IsRecurrence": true, "RecurrenceType": "RecursWeekly", "RecurrenceDayOfWeekMask": 32, "RecurrenceInterval": 1,
	})
}

func (o *Org) seedHoliday(name, date string, more map[string]any) {
	row := map[string]any{"Name": name, "ActivityDate": date, "IsAllDay": true, "IsRecurrence": false}
	maps.Copy(row, more)
	if row["IsRecurrence"] == true {
		row["RecurrenceStartDate"] = date
	}
	o.seed("Holiday", row)
}
