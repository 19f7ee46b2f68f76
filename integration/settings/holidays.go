package settings

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/ca"
	"github.com/rickar/cal/v2/ch"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/dk"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/gb"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/nl"
	"github.com/rickar/cal/v2/no"
	"github.com/rickar/cal/v2/pl"
	"github.com/rickar/cal/v2/se"
	"github.com/rickar/cal/v2/us"

	"ringledger/integration/callflow"
)

// presets are the holidays kept all over a country; what only a region keeps,
// an admin adds by date. The library lists every canton's days for Switzerland,
// so the ones nearly all of them keep are named here.
func presets() map[string][]*cal.Holiday {
	return map[string][]*cal.Holiday{
		"AT": at.Holidays,
		"BE": be.Holidays,
		"CA": ca.Holidays,
		"CH": {
			ch.Neujahr, ch.Karfreitag, ch.Ostermontag, ch.Auffahrt, ch.Pfingstmontag,
			ch.Bundesfeiertag, ch.Weihnachtstag, ch.ZweiterWeihnachtsfeiertag,
		},
		"DE": de.Holidays,
		"DK": dk.Holidays,
		"ES": es.Holidays,
		"FR": fr.Holidays,
		"GB": gb.Holidays,
		"IE": ie.Holidays,
		"IT": it.Holidays,
		"NL": nl.Holidays,
		"NO": no.Holidays,
		"PL": pl.Holidays,
		"SE": se.Holidays,
		"US": us.Holidays,
	}
}

// HolidayCountries lists the countries that have a preset.
func HolidayCountries() []string { return slices.Sorted(maps.Keys(presets())) }

// Holidays tells the public holidays of the presets. A holiday that is kept on
// another day than it falls on counts on both.
func Holidays() callflow.HolidayFunc {
	known := presets()
	return func(country string, year int, month time.Month, day int) (string, bool) {
		for _, h := range known[country] {
			// New Year's Day may be kept on the last day of the year before.
			for _, y := range []int{year, year + 1} {
				falls, kept := h.Calc(y)
				if sameDay(falls, year, month, day) || sameDay(kept, year, month, day) {
					return h.Name, true
				}
			}
		}
		return "", false
	}
}

// Holiday is one day of a preset.
type Holiday struct {
	Date time.Time // midnight UTC
	Name string    // in the country's language
}

// Upcoming lists the days of a preset in the year from a date on.
func Upcoming(country string, from time.Time) []Holiday {
	holiday := Holidays()
	year, month, day := from.Date()
	first := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	var days []Holiday
	for date := first; date.Before(first.AddDate(1, 0, 0)); date = date.AddDate(0, 0, 1) {
		if name, ok := holiday(country, date.Year(), date.Month(), date.Day()); ok {
			days = append(days, Holiday{date, name})
		}
	}
	return days
}

func sameDay(t time.Time, year int, month time.Month, day int) bool {
	y, m, d := t.Date()
	return !t.IsZero() && y == year && m == month && d == day
}

// Countries lists the holiday presets the settings name that do not exist.
// Settings.Validate cannot say so: it knows no holidays.
func Countries(s callflow.Settings) []callflow.Problem {
	known := HolidayCountries()
	var problems []callflow.Problem
	check := func(path string, sch *callflow.Schedule) {
		if sch != nil && len(sch.HolidayCountry) == 2 && !slices.Contains(known, sch.HolidayCountry) {
			problems = append(problems, callflow.Problem{Path: path + ".schedule.holiday_country", Code: MistakeCountry,
				Params: map[string]string{"value": sch.HolidayCountry, "allowed": strings.Join(known, ", ")}})
		}
	}
	check("office_hours", &s.OfficeHours.Schedule)
	for _, id := range slices.Sorted(maps.Keys(s.Lines)) {
		if hours := s.Lines[id].OfficeHours; hours != nil {
			check("lines."+id+".office_hours", hours.Schedule)
		}
	}
	return problems
}
