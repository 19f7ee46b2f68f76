package web

import (
	"context"
	"slices"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// closedReason is how Aircall names a call that it turned away as closed.
const closedReason = "out_of_opening_hours"

// testHours says whether a moment is inside the saved office hours of a line,
// why, and when that changes. The timetable is asked even while calls are
// always logged.
func (s *Server) testHours(ctx context.Context, c echo.Context, rules callflow.Settings, lines []store.Line) views.HoursTest {
	test := views.HoursTest{Date: c.QueryParam("test_date"), Time: c.QueryParam("test_time"), Kind: c.QueryParam("test_kind"), Line: c.QueryParam("test_line")}
	if test.Line == "" && !c.QueryParams().Has("test_line") {
		test.Line = c.QueryParam("line")
	}
	test.Lines = []views.Option{{Text: views.T(ctx, "hours.test.any_line")}}
	for _, l := range lines {
		if name := lineName(l.Line); name != "" {
			test.Lines = append(test.Lines, views.Option{Value: l.ID, Text: name})
		}
	}
	if at := c.QueryParam("at"); at != "" && len(at) >= len("2006-01-02T15:04") {
		test.Date, test.Time = at[:10], at[11:16]
	}
	if test.Kind == "" {
		test.Kind = "call"
	}
	if test.Date == "" && test.Time == "" {
		return test
	}
	test.Asked = true
	line := lineOf(lines, test.Line)
	if line.TimeZone == "" {
		line.TimeZone = views.LocaleOf(ctx).Zone.String()
	}
	hours, _ := rules.HoursOf(line)
	zone, err := time.LoadLocation(hours.Schedule.TimeZone)
	if err != nil {
		zone = time.UTC // as the rules read it
	}
	at, trick, ok := wallClock(test.Date+"T"+test.Time, zone)
	if !ok {
		test.Wrong = true
		return test
	}
	judgeTest(ctx, &test, rules, line, at)
	if trick != "" {
		test.Notes = append(test.Notes, views.T(ctx, "hours.test."+trick, "time", test.Time, "judged", at.Format("15:04")))
	}
	return test
}

// judgeTest asks the rules about a call, or message, that starts at a moment.
func judgeTest(ctx context.Context, test *views.HoursTest, rules callflow.Settings, line callflow.Line, at time.Time) {
	hours, own := rules.HoursOf(line)
	asked := rules
	asked.Filters = callflow.Filters{Lines: callflow.LineSet{All: true}, InternalCalls: callflow.InternalLog}
	asked.Lines = nil
	asked.OfficeHours = hours
	asked.OfficeHours.Log = callflow.LogOnlyOpen
	if own { // so that the step still says whose hours they are
		asked.Lines = map[string]callflow.LineRule{line.ID: {OfficeHours: &callflow.LineHours{}}}
	}
	call := callflow.Call{Kind: callflow.KindCall, Direction: callflow.Inbound, Line: line, StartedAt: at, EndedAt: at}
	switch test.Kind {
	case "closed_by_aircall":
		call.MissedReason = closedReason
	case "message":
		call.Kind = callflow.KindMessage
	}
	holiday := settings.Holidays()
	screening := callflow.Screen(call, asked, callflow.Surroundings{Holiday: holiday})
	i := slices.IndexFunc(screening.Steps, func(st callflow.Step) bool { return st.Code == callflow.StepOfficeHours })
	if i < 0 {
		return
	}
	step := screening.Steps[i]
	test.Step, test.Open = views.DetailStep{Step: step}, screening.Reason != callflow.ReasonClosed
	if test.Kind == "call" || test.Kind == "message" && step.Result != "messages_excluded" {
		test.Notes = append(test.Notes, nextChange(ctx, hours.Schedule, at, test.Open, holiday))
	}
	if hours.Log != callflow.LogOnlyOpen {
		test.Notes = append(test.Notes, views.T(ctx, "hours.test.logged_anyway"))
	}
}

// nextChange tells when the office opens again or closes.
func nextChange(ctx context.Context, sch callflow.Schedule, at time.Time, open bool, holiday callflow.HolidayFunc) string {
	word := map[bool]string{true: "closes", false: "opens"}[open]
	next, ok := callflow.NextChange(sch, at, holiday)
	if !ok {
		return views.T(ctx, "hours.test.never_"+word)
	}
	local := views.WithLocale(ctx, views.Locale{Language: views.LocaleOf(ctx).Language, Zone: next.Location()})
	if sameDate(next, at.In(next.Location())) {
		return views.T(ctx, "hours.test."+word+"_today", "time", views.ShortTime(local, next))
	}
	return views.T(ctx, "hours.test."+word, "day", views.Day(local, next), "time", views.ShortTime(local, next))
}

func sameDate(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// wallClock reads a date and time as a clock in the zone shows them. trick is
// "skipped" for a time that a change of clocks leaves out, and "twice" for one
// that comes two times, of which it takes the first.
func wallClock(typed string, zone *time.Location) (at time.Time, trick string, ok bool) {
	const layout = "2006-01-02T15:04"
	at, err := time.ParseInLocation(layout, typed, zone)
	if err != nil {
		return at, "", false
	}
	if at.Format(layout) != typed {
		return at, "skipped", true
	}
	for _, shift := range []time.Duration{time.Hour, 30 * time.Minute} {
		if early := at.Add(-shift); early.Format(layout) == typed {
			return early, "twice", true
		}
		if at.Add(shift).Format(layout) == typed {
			return at, "twice", true
		}
	}
	return at, "", true
}
