package web

import (
	"context"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// hoursPage edits the office hours, everywhere and of one line. A day without
// a value is closed.
func (s *Server) hoursPage() rulesPage {
	p := rulesPage{path: "/rules/hours", render: s.renderHours, keys: []formKey{
		{path: "office_hours.log"},
		{path: "office_hours.include_messages", kind: typedSwitch, with: "office_hours.log"},
		{path: "office_hours.schedule.time_zone"},
		{path: "office_hours.schedule.holidays", kind: typedList},
		{path: "office_hours.schedule.holiday_country"},
	}}
	for _, day := range callflow.Days() {
		p.keys = append(p.keys, formKey{path: "office_hours.schedule.week." + day, kind: typedList, with: "office_hours.schedule.time_zone"})
	}
	p.keys = append(p.keys, lineHoursKeys()...)
	return p
}

func (s *Server) editHours(c echo.Context) error { return s.showRules(c, s.hoursPage()) }

// saveHours saves the page, or only changes what its form shows: "do" copies a
// day or lists the holidays of a country, for a browser without scripts.
func (s *Server) saveHours(c echo.Context) error {
	typed, err := c.FormParams()
	if err != nil {
		return errBadForm
	}
	for name, values := range typed {
		if strings.Contains(name, "office_hours.schedule.week.") {
			typed[name] = writtenDay(values)
		}
	}
	if do := typed.Get(doField); do == removeOwnHours {
		takeOutHours(c, typed)
	} else if do != "" && !reviewed(typed) {
		return s.redrawRules(c, s.hoursPage(), typed, func(_ context.Context, form views.Form) {
			if do != "copy" {
				return
			}
			week := hoursPrefix(c) + "schedule.week."
			for _, day := range typed["copy_to"] {
				form.Values[week+day] = form.Values[week+typed.Get("copy_from")]
			}
		})
	}
	tidyLineHours(typed)
	return s.changeRules(c, s.hoursPage())
}

// hoursPrefix is where the fields of the page stand: those of all lines, or of
// the line in the address.
func hoursPrefix(c echo.Context) string {
	if id := c.QueryParam("line"); id != "" {
		return "lines." + id + ".office_hours."
	}
	return "office_hours."
}

func (s *Server) renderHours(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	lines, err := s.ruledLines(ctx, rules.Settings)
	if err != nil {
		return err
	}
	m := views.HoursPage{Rules: state, Form: form}
	for _, l := range lines {
		line := hoursLine(ctx, l, rules.Settings)
		m.Lines = append(m.Lines, line)
		if l.ID == c.QueryParam("line") {
			m.Line = &line
		}
	}
	prefix := "office_hours."
	if m.Line != nil {
		prefix = hoursPrefix(c)
		m.OwnWeek = fillLineWeek(c, rules.Settings, m.Line.ID, form)
	}
	if s.wantsImport(c) {
		if m.Import, err = s.importHours(ctx, c, &m, prefix); err != nil {
			return err
		}
	}
	m.Zones = zones(m.Form.Value(prefix+"schedule.time_zone"), lines)
	for _, code := range settings.HolidayCountries() {
		m.Countries = append(m.Countries, views.Option{Value: code, Text: views.T(ctx, "country."+code)})
	}
	m.Preset = presetOf(ctx, m.Form.Value(prefix+"schedule.holiday_country"), s.o.Now())
	m.Test = s.testHours(ctx, c, rules.Settings, lines)
	return s.render(ctx, c, status, views.Hours(s.rulesFrame(ctx, c, h, views.HereHours, m.Form), m))
}

// fillLineWeek shows a line that keeps the common week those days, to begin
// from, and reports whether it has a week of its own.
func fillLineWeek(c echo.Context, rules callflow.Settings, id string, form views.Form) (own bool) {
	if hours := rules.Lines[id].OfficeHours; hours != nil && hours.Schedule != nil {
		own = hours.Schedule.Week != nil
	}
	if typed := c.FormValue(ownWeekField); typed != "" {
		own = typed == "own"
	}
	week := "lines." + id + ".office_hours.schedule.week."
	for _, day := range callflow.Days() {
		if _, shown := form.Values[week+day]; !shown && !own {
			form.Values[week+day] = rules.OfficeHours.Schedule.Week[day]
		}
	}
	return own
}

// presetOf lists the holidays ahead of a country.
func presetOf(ctx context.Context, country string, now time.Time) views.HolidayPreset {
	p := views.HolidayPreset{}
	days := settings.Upcoming(country, now.In(views.LocaleOf(ctx).Zone))
	if len(days) == 0 {
		return p
	}
	p.Country = views.T(ctx, "country."+country)
	utc := views.WithLocale(ctx, views.Locale{Language: views.LocaleOf(ctx).Language, Zone: time.UTC})
	for _, d := range days {
		p.Days = append(p.Days, views.PresetDay{Date: views.Day(utc, d.Date), Name: d.Name})
	}
	return p
}

// lineOf finds a line by its id; the zero line for an unknown one.
func lineOf(lines []store.Line, id string) callflow.Line {
	for _, l := range lines {
		if l.ID == id && id != "" {
			return l.Line
		}
	}
	return callflow.Line{}
}
