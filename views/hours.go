package views

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
)

// prefix is where the page's fields stand in the settings document.
func (m HoursPage) prefix() string {
	if m.Line != nil {
		return "lines." + m.Line.ID + ".office_hours."
	}
	return "office_hours."
}

// action is where the form is sent.
func (m HoursPage) action() string {
	if m.Line != nil {
		return m.Line.URL
	}
	return "/rules/hours"
}

// lineHourValues are the fields of a line's own office hours. A line without
// a week of its own has no fields of days.
func lineHourValues(v map[string][]string, id string, own *callflow.LineHours) {
	if own == nil {
		return
	}
	prefix := "lines." + id + ".office_hours."
	v[prefix+"log"] = []string{own.Log}
	if own.IncludeMessages != nil {
		v[prefix+"include_messages"] = []string{strconv.FormatBool(*own.IncludeMessages)}
	}
	if own.Schedule == nil {
		return
	}
	v[prefix+"schedule.time_zone"] = []string{own.Schedule.TimeZone}
	v[prefix+"schedule.holidays"] = []string{strings.Join(own.Schedule.Holidays, "\n")}
	v[prefix+"schedule.holiday_country"] = []string{own.Schedule.HolidayCountry}
	for day, intervals := range own.Schedule.Week {
		v[prefix+"schedule.week."+day] = intervals
	}
}

// dayBar is one stretch of a day that is open, in minutes.
type dayBar struct{ From, Length int }

// dayBars draw a week: what of a shift lies after midnight stands on the day
// after. What cannot be read is not drawn.
func dayBars(form Form, week string) map[string][]dayBar {
	const day = 24 * 60
	bars := map[string][]dayBar{}
	for i, key := range weekDays {
		next := weekDays[(i+1)%len(weekDays)]
		for _, text := range splitIntervals(form.All(week + key)) {
			from, to, ok := callflow.Interval(text)
			switch {
			case !ok:
			case to > from:
				bars[key] = append(bars[key], dayBar{from, to - from})
			default:
				bars[key] = append(bars[key], dayBar{from, day - from})
				if to > 0 {
					bars[next] = append(bars[next], dayBar{0, to})
				}
			}
		}
	}
	return bars
}

func splitIntervals(values []string) []string {
	var all []string
	for _, part := range strings.FieldsFunc(strings.Join(values, ","), func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

// WeekText tells a week in a line: "Mon to Fri 09:00-18:00, Sat 10:00-14:00".
func WeekText(ctx context.Context, week map[string][]string) string {
	var said []string
	for i := 0; i < len(weekDays); {
		j := i
		for j+1 < len(weekDays) && slices.Equal(week[weekDays[j+1]], week[weekDays[i]]) {
			j++
		}
		if hours := strings.Join(week[weekDays[i]], ", "); hours != "" {
			days := T(ctx, "day."+weekDays[i]+".short")
			if j > i {
				days = T(ctx, "hours.days_between", "from", days, "to", T(ctx, "day."+weekDays[j]+".short"))
			}
			said = append(said, days+" "+hours)
		}
		i = j + 1
	}
	if len(said) == 0 {
		return T(ctx, "hours.week.closed")
	}
	return strings.Join(said, " · ")
}

// HoursField names a field of the page: "Monday", "Time zone".
func HoursField(ctx context.Context, name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if slices.Contains(weekDays, last) {
		return T(ctx, "day."+last)
	}
	return T(ctx, fieldLabels[last])
}

// logOptions are what a line may do with calls; empty is as everywhere.
func logOptions(ctx context.Context) []Option {
	return []Option{{"", T(ctx, "action.as_all")}, {"always", T(ctx, "hours.always")}, {"only_open", T(ctx, "hours.only_open")}}
}

func messageOptions(ctx context.Context) []Option {
	return []Option{{"", T(ctx, "action.as_all")}, {"true", T(ctx, "hours.messages.true")}, {"false", T(ctx, "hours.messages.false")}}
}

func testKinds(ctx context.Context) []Option {
	return []Option{{"call", T(ctx, "hours.test.call")}, {"closed_by_aircall", T(ctx, "hours.test.closed_by_aircall")}, {"message", T(ctx, "hours.test.message")}}
}

func dayOptions(ctx context.Context) []Option {
	all := make([]Option, len(weekDays))
	for i, day := range weekDays {
		all[i] = Option{day, T(ctx, "day."+day)}
	}
	return all
}

// zonesOfLine are the zones to offer to a line, whose empty choice means
// something else than everywhere.
func zonesOfLine(ctx context.Context, m HoursPage) []Option {
	all := zoneOptions(ctx, m.Zones)
	if m.Line != nil {
		all[0].Text = T(ctx, "hours.zone.inherit")
	}
	return all
}

func countriesOfLine(ctx context.Context, m HoursPage) []Option {
	all := countryOptions(ctx, m.Countries)
	if m.Line != nil {
		all[0].Text = T(ctx, "hours.country.inherit")
	}
	return all
}

func zoneHint(ctx context.Context, m HoursPage) string {
	if m.Line != nil {
		return T(ctx, "hours.zone.line_hint")
	}
	return T(ctx, "hours.zone.hint")
}
