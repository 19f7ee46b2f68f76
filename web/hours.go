package web

import (
	"context"
	"slices"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// hoursPage edits the office hours. A day without a value is closed.
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
	return p
}

func (s *Server) editHours(c echo.Context) error { return s.showRules(c, s.hoursPage()) }
func (s *Server) saveHours(c echo.Context) error { return s.changeRules(c, s.hoursPage()) }

func (s *Server) renderHours(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	m := views.HoursPage{Rules: state, Form: form, Zones: zones(form.Value("office_hours.schedule.time_zone"))}
	for _, code := range settings.HolidayCountries() {
		m.Countries = append(m.Countries, views.Option{Value: code, Text: views.T(ctx, "country."+code)})
	}
	if m.Test, err = s.testHours(ctx, c, rules.Settings); err != nil {
		return err
	}
	return s.render(ctx, c, status, views.Hours(s.frame(ctx, c, h, views.HereHours), m))
}

// testHours says whether a moment is inside the saved office hours, and why.
// The timetable is asked even while calls are always logged.
func (s *Server) testHours(ctx context.Context, c echo.Context, rules callflow.Settings) (views.HoursTest, error) {
	test := views.HoursTest{Date: c.QueryParam("test_date"), Time: c.QueryParam("test_time")}
	line, err := s.lineByID(ctx, c.QueryParam("line"))
	if err != nil {
		return test, err
	}
	if at := c.QueryParam("at"); at != "" && len(at) >= len("2006-01-02T15:04") {
		test.Date, test.Time = at[:10], at[11:16]
	}
	if test.Date == "" && test.Time == "" {
		return test, nil
	}
	test.Asked = true
	zone := views.LocaleOf(ctx).Zone
	at, ok := readDay(test.Date+"T"+test.Time, zone, 0)
	if !ok {
		test.Wrong = true
		return test, nil
	}
	rules.OfficeHours.Log = callflow.LogOnlyOpen
	rules.Filters = callflow.Filters{Lines: callflow.LineSet{All: true}, InternalCalls: callflow.InternalLog}
	call := callflow.Call{Kind: callflow.KindCall, Direction: callflow.Inbound, Line: line, StartedAt: at, EndedAt: at}
	screening := callflow.Screen(call, rules, callflow.Surroundings{Holiday: settings.Holidays()})
	i := slices.IndexFunc(screening.Steps, func(st callflow.Step) bool { return st.Code == callflow.StepOfficeHours })
	if i >= 0 {
		test.Step = views.DetailStep{Step: screening.Steps[i]}
		test.Open = screening.Reason != callflow.ReasonClosed
	}
	return test, nil
}

// lineByID is one of the company's lines; the zero line for an unknown one.
func (s *Server) lineByID(ctx context.Context, id string) (callflow.Line, error) {
	lines, err := s.o.Store.Lines(ctx)
	for _, l := range lines {
		if l.ID == id && id != "" {
			return l.Line, err
		}
	}
	return callflow.Line{}, err
}

// zones are the time zones to offer, with the one that is chosen among them.
func zones(chosen string) []string {
	all := []string{
		"Europe/Paris", "Europe/London", "Europe/Brussels", "Europe/Madrid", "Europe/Lisbon", "Europe/Berlin", "Europe/Zurich", "Europe/Rome",
		"Europe/Amsterdam", "Europe/Dublin", "Europe/Stockholm", "Europe/Warsaw", "Europe/Athens", "Europe/Istanbul", "Africa/Casablanca",
		"Africa/Tunis", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "America/Toronto", "America/Montreal",
		"America/Mexico_City", "America/Sao_Paulo", "Indian/Reunion", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "UTC",
	}
	if chosen != "" && !slices.Contains(all, chosen) {
		all = append([]string{chosen}, all...)
	}
	return all
}
