package samples

import (
	"context"

	"ringledger/views"

	"github.com/a-h/templ"
)

// hourStates are what the page of office hours shows besides the common form.
func hourStates() []Sample {
	return []Sample{
		{"hours-line", func(ctx context.Context) templ.Component {
			m := hours(ctx)
			m.Lines = hourLines(ctx)
			m.Line, m.OwnWeek = &m.Lines[1], true
			m.Form.Values["lines.1002.office_hours.log"] = []string{"only_open"}
			m.Form.Values["lines.1002.office_hours.schedule.time_zone"] = []string{"Europe/London"}
			m.Form.Values["lines.1002.office_hours.schedule.week.mon"] = []string{"22:00-06:00"}
			m.Test = views.HoursTest{Date: "2026-11-23", Time: "02:30", Kind: "call", Line: "1002", Lines: testLines(ctx), Asked: true, Step: step("office_hours", "day_closed", "", "day", "mon", "date", "2026-11-23", "time", "02:30", "zone", "Europe/London", "scope", "line", "line", "Sales UK"),
				Notes: []string{views.T(ctx, "hours.test.opens_today", "time", "22:00")}}
			return views.Hours(frame(ctx, views.HereHours), m)
		}},
		{"hours-import", func(ctx context.Context) templ.Component {
			m := hours(ctx)
			m.Lines, m.Import = hourLines(ctx), imported(ctx)
			return views.Hours(frame(ctx, views.HereHours), m)
		}},
		{"hours-imported", func(ctx context.Context) templ.Component {
			m := hours(ctx)
			m.Import, m.Form.Unsaved = imported(ctx), true
			m.Import.Filled = "Hotline"
			m.Import.Changes = []views.ImportChange{
				{Field: views.HoursField(ctx, "office_hours.schedule.week.mon"), Before: "09:00-12:30, 14:00-18:00", After: "00:00-24:00"},
				{Field: views.HoursField(ctx, "office_hours.schedule.holidays"), Before: views.T(ctx, "hours.nothing"), After: "2026-12-25"},
			}
			m.Import.Notes = []string{views.T(ctx, "hours.imported.always")}
			return views.Hours(frame(ctx, views.HereHours), m)
		}},
		{"hours-import-refused", func(ctx context.Context) templ.Component {
			m := hours(ctx)
			m.Import = views.HoursImport{Asked: true, Close: "/rules/hours", Trouble: views.T(ctx, "hours.import.access"), Said: "You do not have access to this object."}
			return views.Hours(frame(ctx, views.HereHours), m)
		}},
		{"hours-viewer", func(ctx context.Context) templ.Component {
			f := frame(ctx, views.HereHours)
			f.User.Role = "viewer"
			return views.Hours(f, hours(ctx))
		}},
	}
}

func hourLines(ctx context.Context) []views.HoursLine {
	return []views.HoursLine{
		{ID: "1001", Name: "Support FR", Number: "+33 1 99 00 00 10", Zone: "Europe/Paris", URL: "/rules/hours?line=1001"},
		{ID: "1002", Name: "Sales UK", Number: "+44 1632 960001", Zone: "Europe/London", Own: []string{views.T(ctx, "day.mon.short") + " 22:00-06:00", "Europe/London"}, URL: "/rules/hours?line=1002"},
	}
}

func testLines(ctx context.Context) []views.Option {
	return []views.Option{{Text: views.T(ctx, "hours.test.any_line")}, {Value: "1001", Text: "Support FR"}, {Value: "1002", Text: "Sales UK"}}
}

func imported(ctx context.Context) views.HoursImport {
	week := map[string][]string{"mon": {"09:00-18:00"}, "tue": {"09:00-18:00"}, "sat": {"10:00-14:00"}}
	return views.HoursImport{Asked: true, Close: "/rules/hours",
		Hours: []views.ImportHours{
			{ID: "01m000000000001AAA", Name: "Default", Default: true, Zone: "Europe/Paris", Week: views.WeekText(ctx, week), Chosen: true},
			{ID: "01m000000000002AAA", Name: "Hotline", Zone: "America/New_York", Week: views.WeekText(ctx, nil)},
		},
		Holidays: []views.ImportHoliday{
			{ID: "0C0000000000001AAA", Name: "Christmas Day", Days: "2026-12-25", Chosen: true},
			{ID: "0C0000000000002AAA", Name: "Staff meeting", Why: views.T(ctx, "hours.import.part_day")},
		},
	}
}
