package web

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// lineHoursKeys are the office hours of one line, each "" as everywhere.
func lineHoursKeys() []formKey {
	const own = "lines.*.office_hours"
	keys := []formKey{
		{path: own, kind: typedGone},
		{path: own + ".log"},
		{path: own + ".include_messages", kind: typedTri},
		{path: own + ".schedule.time_zone"},
		{path: own + ".schedule.holidays", kind: typedList},
		{path: own + ".schedule.holiday_country"},
		{path: own + ".schedule.week", kind: typedGone},
	}
	for _, day := range callflow.Days() {
		keys = append(keys, formKey{path: own + ".schedule.week." + day, kind: typedDay})
	}
	return keys
}

// ownWeekField is the choice between the common week and one of the line's
// own. It is no key: the days of the week say it.
const ownWeekField = "own_week"

// removeOwnHours asks for a review in which all that a line has of its own goes.
const removeOwnHours = "remove_own"

// takeOutHours makes the form say so: it is reviewed like every other change.
func takeOutHours(c echo.Context, typed url.Values) {
	all := strings.TrimSuffix(hoursPrefix(c), ".")
	for _, form := range []url.Values{typed, c.Request().PostForm} {
		form.Set(all, "")
		form.Set(doField, reviewDraft)
	}
}

// tidyLineHours makes the fields say what the buttons of the form mean: the
// whole override goes, or the days that the form shows do not count.
func tidyLineHours(typed url.Values) {
	for _, name := range slices.Collect(maps.Keys(typed)) {
		line, rest, ok := lineHoursField(name)
		if !ok {
			continue
		}
		all := "lines." + line + ".office_hours"
		switch {
		case rest != "" && typed.Has(all):
			delete(typed, name)
		case typed.Get(ownWeekField) == "common" && strings.HasPrefix(rest, "schedule.week."):
			delete(typed, name)
			typed.Set(all+".schedule.week", "")
		}
	}
}

// lineHoursField cuts "lines.77.office_hours.log" into the line and the rest.
func lineHoursField(name string) (line, rest string, ok bool) {
	parts := strings.SplitN(name, ".", 4)
	if len(parts) < 3 || parts[0] != "lines" || parts[2] != "office_hours" {
		return "", "", false
	}
	return parts[1], strings.Join(parts[3:], "."), true
}

// pruneHours takes out the office hours of a line that a form left without
// anything of its own.
func pruneHours(tree map[string]any, form url.Values) {
	lines, _ := tree["lines"].(map[string]any)
	for name := range form {
		id, _, ok := lineHoursField(name)
		if !ok {
			continue
		}
		line, _ := lines[id].(map[string]any)
		hours, _ := line["office_hours"].(map[string]any)
		schedule, _ := hours["schedule"].(map[string]any)
		if schedule["time_zone"] == "" {
			delete(schedule, "time_zone") // the same as none
		}
		if schedule != nil && len(schedule) == 0 {
			delete(hours, "schedule")
		}
		if hours != nil && len(hours) == 0 {
			delete(line, "office_hours")
		}
		if line != nil && len(line) == 0 {
			delete(lines, id)
		}
	}
	if lines != nil && len(lines) == 0 {
		delete(tree, "lines")
	}
}

// ruledLines are the company's lines, and after them those that only the rules
// still name: a line that is gone at Aircall keeps its rules until somebody
// takes them out.
func (s *Server) ruledLines(ctx context.Context, rules callflow.Settings) ([]store.Line, error) {
	lines, err := s.o.Store.Lines(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(rules.Lines)) {
		if !slices.ContainsFunc(lines, func(l store.Line) bool { return l.ID == id }) {
			lines = append(lines, store.Line{Line: callflow.Line{ID: id}})
		}
	}
	return lines, nil
}

// hoursLine is a line as the page of office hours lists it.
func hoursLine(ctx context.Context, l store.Line, rules callflow.Settings) views.HoursLine {
	line := views.HoursLine{ID: l.ID, Name: lineName(l.Line), Number: l.E164, Zone: l.TimeZone, URL: "/rules/hours?" + url.Values{"line": {l.ID}}.Encode()}
	if line.Name == "" {
		line.Name = views.T(ctx, "lines.unknown", "id", l.ID)
	}
	own := rules.Lines[l.ID].OfficeHours
	if own == nil {
		return line
	}
	say := func(key string, args ...any) { line.Own = append(line.Own, views.T(ctx, key, args...)) }
	if own.Log != "" {
		say("hours.own." + own.Log)
	}
	if own.IncludeMessages != nil {
		say(map[bool]string{true: "hours.messages.true", false: "hours.messages.false"}[*own.IncludeMessages])
	}
	if sch := own.Schedule; sch != nil {
		if sch.Week != nil {
			line.Own = append(line.Own, views.WeekText(ctx, sch.Week))
		}
		if sch.TimeZone != "" {
			line.Own = append(line.Own, strings.ReplaceAll(sch.TimeZone, "_", " "))
		}
		if sch.HolidayCountry != "" {
			say("hours.own.country", "country", views.T(ctx, "country."+sch.HolidayCountry))
		}
		if len(sch.Holidays) > 0 {
			say("hours.own.holidays", "count", len(sch.Holidays))
		}
	}
	if len(line.Own) == 0 {
		say("hours.own.nothing")
	}
	return line
}
