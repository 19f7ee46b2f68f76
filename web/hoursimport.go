package web

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// importYears is how far holidays that come again are written out.
const importYears = 2

// wantsImport reports whether an editor asks for what Salesforce keeps. Only
// who may take it over makes the request that it costs.
func (s *Server) wantsImport(c echo.Context) bool {
	return c.QueryParam("import") != "" && visitorOf(c).user.Role.Allows(store.Editor)
}

// importHours reads the org's business hours and holidays, lists them, and puts
// what was chosen into the form, which stays unsaved.
func (s *Server) importHours(ctx context.Context, c echo.Context, m *views.HoursPage, prefix string) (views.HoursImport, error) {
	imp := views.HoursImport{Asked: true, Close: "/rules/hours"}
	if m.Line != nil {
		imp.Close = m.Line.URL
	}
	if !s.askers.allow(visitorOf(c), s.o.Now()) {
		return imp, throttled{askedEvery}
	}
	asking, cancel := context.WithTimeout(ctx, rehearsalTime)
	defer cancel()
	found, err := s.readTimetables(asking)
	if err != nil {
		if ctx.Err() != nil {
			return imp, err
		}
		imp.Trouble, imp.Said = importTrouble(ctx, err)
		return imp, nil
	}
	chosen, ticked := c.QueryParam("import"), c.QueryParams()["holiday"]
	today := s.o.Now().In(views.LocaleOf(ctx).Zone)
	first := time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC)
	if chosen == "look" && len(found.Hours) > 0 {
		chosen = found.Hours[0].ID
	}
	looking := c.QueryParam("import") == "look"
	for _, b := range found.Hours {
		imp.Hours = append(imp.Hours, views.ImportHours{ID: b.ID, Name: b.Name, Default: b.Default, Zone: b.TimeZone, Week: views.WeekText(ctx, b.Week), Chosen: b.ID == chosen})
	}
	var days []string
	for _, h := range found.Holidays {
		entries, verdict := h.Entries(first, first.AddDate(importYears, 0, -1))
		row := importHoliday(ctx, h, entries, verdict)
		row.Chosen = verdict == salesforce.HolidayKept && (looking || slices.Contains(ticked, h.ID))
		if row.Chosen {
			days = append(days, entries...)
		}
		imp.Holidays = append(imp.Holidays, row)
	}
	if !looking {
		fillFromSalesforce(ctx, m, &imp, prefix, found, chosen, days)
	}
	return imp, nil
}

func (s *Server) readTimetables(ctx context.Context) (salesforce.Timetables, error) {
	client, err := s.o.Salesforce.Client(ctx)
	if err != nil {
		return salesforce.Timetables{}, err
	}
	return client.ReadTimetables(ctx)
}

// importHoliday says which days a holiday stands for, or why it is left out.
func importHoliday(ctx context.Context, h salesforce.Holiday, entries []string, verdict salesforce.Verdict) views.ImportHoliday {
	row := views.ImportHoliday{ID: h.ID, Name: h.Name}
	const shown = 6
	switch {
	case verdict != salesforce.HolidayKept:
		row.Why = views.T(ctx, "hours.import."+string(verdict))
	case len(entries) > shown:
		row.Days = views.T(ctx, "hours.import.more", "days", strings.Join(entries[:shown], ", "), "count", len(entries)-shown)
	default:
		row.Days = strings.Join(entries, ", ")
	}
	return row
}

// fillFromSalesforce puts business hours and days off over the form's values.
// Days off that stand there stay.
func fillFromSalesforce(ctx context.Context, m *views.HoursPage, imp *views.HoursImport, prefix string, found salesforce.Timetables, chosen string, days []string) {
	before := map[string][]string{}
	change := func(name string, values []string) {
		before[name] = m.Form.Values[name]
		m.Form.Values[name] = values
	}
	imp.Filled = "Salesforce"
	if b, ok := found.Business(chosen); ok {
		imp.Filled = b.Name
		if _, err := time.LoadLocation(b.TimeZone); err != nil || b.TimeZone == "" {
			imp.Notes = append(imp.Notes, views.T(ctx, "hours.imported.zone", "zone", b.TimeZone))
		} else {
			change(prefix+"schedule.time_zone", []string{b.TimeZone})
		}
		for _, day := range callflow.Days() {
			change(prefix+"schedule.week."+day, b.Week[day])
		}
		m.OwnWeek = true
	}
	if len(days) > 0 {
		listedNow := listed(strings.Join(m.Form.Values[prefix+"schedule.holidays"], "\n"))
		slices.Sort(days)
		for _, day := range days {
			if !slices.Contains(listedNow, day) {
				listedNow = append(listedNow, day)
			}
		}
		change(prefix+"schedule.holidays", []string{strings.Join(listedNow, "\n")})
	}
	if m.Form.Value(prefix+"log") != callflow.LogOnlyOpen && m.Line == nil {
		imp.Notes = append(imp.Notes, views.T(ctx, "hours.imported.always"))
	}
	m.Form.Unsaved = true
	imp.Changes = importChanges(ctx, m.Form, before)
}

// importChanges tells each field that is not what it was, in the page's order.
func importChanges(ctx context.Context, form views.Form, before map[string][]string) []views.ImportChange {
	names := []string{"time_zone"}
	names = append(names, callflow.Days()...)
	names = append(names, "holidays")
	var changes []views.ImportChange
	for _, last := range names {
		for name, was := range before {
			if name[strings.LastIndexByte(name, '.')+1:] != last {
				continue
			}
			a, b := listed(strings.Join(was, ",")), listed(strings.Join(form.Values[name], ","))
			if !slices.Equal(a, b) {
				changes = append(changes, views.ImportChange{Field: views.HoursField(ctx, name), Before: orNothing(ctx, last, a), After: orNothing(ctx, last, b)})
			}
		}
	}
	return changes
}

func orNothing(ctx context.Context, field string, values []string) string {
	switch {
	case len(values) > 0:
		return strings.Join(values, ", ")
	case slices.Contains(callflow.Days(), field):
		return views.T(ctx, "hours.closed")
	default:
		return views.T(ctx, "hours.nothing")
	}
}

// importTrouble says why nothing could be read, with Salesforce's own words
// where they help.
func importTrouble(ctx context.Context, err error) (text, said string) {
	kind := salesforce.KindOf(err)
	switch {
	case errors.Is(err, salesforce.ErrNotConnected):
		kind = salesforce.NotConnected
	case errors.Is(err, salesforce.ErrReconnect):
		kind = salesforce.Reconnect
	}
	code := "down"
	switch kind {
	case salesforce.NotConnected, salesforce.Reconnect, salesforce.Limited:
		code = string(kind)
	case salesforce.Refused, salesforce.Misconfigured, salesforce.FieldRefused:
		code = "access"
		if e := (*salesforce.Error)(nil); errors.As(err, &e) {
			said = e.Message
		}
	}
	return views.T(ctx, "hours.import."+code), said
}
