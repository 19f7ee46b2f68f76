package callflow

import "time"

// DayStart is the first moment of a date in a zone. Where the clocks go forward
// at midnight the date begins an hour later, and time.Date may give the end of
// the day before instead. A day out of the month's range is that many days on.
func DayStart(year int, month time.Month, day int, zone *time.Location) time.Time {
	at := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if dateOf(at).Before(time.Date(year, month, day, 0, 0, 0, 0, time.UTC)) {
		_, at = at.ZoneBounds()
	}
	return at
}

// ReadDay is the first moment of a date as time.DateOnly.
func ReadDay(date string, zone *time.Location) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return time.Time{}, err
	}
	return DayStart(t.Year(), t.Month(), t.Day(), zone), nil
}

// DayOf is the first moment of the date that a moment has in its zone, or of the
// date so many days later.
func DayOf(t time.Time, later int) time.Time {
	y, m, d := t.Date()
	return DayStart(y, m, d+later, t.Location())
}
