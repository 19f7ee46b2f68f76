package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
)

// support is a line abroad, which most tests of office hours use.
func (s *site) support() {
	s.t.Helper()
	line := callflow.Line{ID: "77", Name: "Support US", E164: "+12025550101", Country: "US", TimeZone: "America/New_York"}
	if err := s.store.KeepLines(context.Background(), []callflow.Line{line}); err != nil {
		s.t.Fatal(err)
	}
}

func TestALineHasOfficeHoursOfItsOwn(t *testing.T) {
	s := newSite(t)
	s.support()
	b := s.user(store.Editor)
	const own = "lines.77.office_hours."
	path := "/rules/hours?line=77"
	if got := b.post(path, form(t, b.get(path).page(t), path, nil)); got.status != http.StatusSeeOther || s.rules().Version != 1 {
		t.Fatalf("saving a line that does as all: got %d and version %d", got.status, s.rules().Version)
	}
	got := b.post(path, form(t, b.get(path).page(t), path, url.Values{
		own + "log": {"only_open"}, own + "include_messages": {"false"}, own + "schedule.time_zone": {"America/New_York"}, "own_week": {"own"},
		own + "schedule.week.mon": {"8am-12pm, 1pm-5pm"}, own + "schedule.week.tue": {""}, own + "schedule.week.wed": {"22:00-06:00"},
		own + "schedule.holiday_country": {"US"}, own + "schedule.holidays": {"2026-12-24"},
	}))
	if got.status != http.StatusSeeOther || got.location() != path {
		t.Fatalf("got %d to %q: %s", got.status, got.location(), got.body)
	}
	hours := s.rules().Settings.Lines["77"].OfficeHours
	if hours == nil || hours.Log != "only_open" || hours.IncludeMessages == nil || *hours.IncludeMessages || hours.Schedule == nil {
		t.Fatalf("got %+v", hours)
	}
	if w := hours.Schedule.Week; !slices.Equal(w["mon"], []string{"08:00-12:00", "13:00-17:00"}) || len(w["tue"]) > 0 || !slices.Equal(w["wed"], []string{"22:00-06:00"}) {
		t.Errorf("the week: got %v", w)
	}
	version := s.rules().Version
	if got := b.post(path, form(t, b.get(path).page(t), path, nil)); got.status != http.StatusSeeOther || s.rules().Version != version {
		t.Errorf("saving what stands there made version %d of %d", s.rules().Version, version)
	}
	listed := b.get("/rules/hours").page(t).Find(`[aria-labelledby="own-lines"]`).Text()
	for _, want := range []string{"Support US", "Only during office hours", "Messages at any time", "America/New York", "United States", "1 holiday of its own"} {
		if !strings.Contains(listed, want) {
			t.Errorf("the list of lines does not say %q: %s", want, listed)
		}
	}
	removal := b.post(path, form(t, b.get(path).page(t), path, url.Values{"do": {"remove_own"}}))
	if removal.status != http.StatusOK || s.rules().Version != version || removal.page(t).Find("table.versus tbody tr").Length() == 0 {
		t.Fatalf("removing: got %d and version %d, want a review first: %s", removal.status, s.rules().Version, removal.body)
	}
	if back := b.post(path, with(form(t, removal.page(t), path, nil), url.Values{"do": {"edit"}})); back.page(t).Find(`[name="do"][value="remove_own"]`).Length() != 1 {
		t.Error("on the way back there is nothing to remove")
	}
	if got := b.post(path, form(t, removal.page(t), path, nil)); got.status != http.StatusSeeOther {
		t.Fatalf("removing: got %d", got.status)
	}
	if own, ok := s.rules().Settings.Lines["77"]; ok {
		t.Errorf("got %+v, want the line as all others", own)
	}
}

func TestALineKeepsTheCommonWeekInItsOwnZone(t *testing.T) {
	s := newSite(t)
	s.support()
	b := s.user(store.Editor)
	path := "/rules/hours?line=77"
	if got := b.post(path, form(t, b.get(path).page(t), path, url.Values{"lines.77.office_hours.schedule.time_zone": {"America/New_York"}, "own_week": {"common"}})); got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	sch := s.rules().Settings.Lines["77"].OfficeHours.Schedule
	if sch.TimeZone != "America/New_York" || sch.Week != nil || sch.Holidays != nil {
		t.Errorf("got %+v, want only a zone", sch)
	}
	if got := b.post(path, form(t, b.get(path).page(t), path, url.Values{"own_week": {"own"}, "lines.77.office_hours.schedule.week.mon": {""}, "lines.77.office_hours.schedule.week.tue": {""},
		"lines.77.office_hours.schedule.week.wed": {""}, "lines.77.office_hours.schedule.week.thu": {""}, "lines.77.office_hours.schedule.week.fri": {""}})); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	if sch := s.rules().Settings.Lines["77"].OfficeHours.Schedule; sch.Week == nil || len(sch.Week) > 0 {
		t.Errorf("got %+v, want a week of its own without an open day", sch)
	}
	if got := b.post(path, form(t, b.get(path).page(t), path, url.Values{"own_week": {"common"}})); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	if sch := s.rules().Settings.Lines["77"].OfficeHours.Schedule; sch.Week != nil {
		t.Errorf("got %+v, want the common week again", sch)
	}
}

func TestMistakesOfALineStandAtTheirDay(t *testing.T) {
	s := newSite(t)
	s.support()
	b := s.user(store.Editor)
	path := "/rules/hours?line=77"
	for typed, want := range map[string]string{
		"12:00-09:00, 20:00-22:00": "overlap", "9 to 5 or so": "is no interval", "25:00-26:00": "is no interval", "09:00-12:00, 11:00-13:00": "overlap",
	} {
		got := b.post(path, form(t, b.get(path).page(t), path, url.Values{"own_week": {"own"}, "lines.77.office_hours.schedule.week.sat": {typed}}))
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", typed, got.status)
			continue
		}
		page := got.page(t)
		day := page.Find(`.weekday:has([name="lines.77.office_hours.schedule.week.sat"])`)
		if said := day.Find(".weekday-err").Text(); !strings.Contains(said, want) || day.Find(`[aria-invalid="true"]`).Length() != 1 {
			t.Errorf("%s: the day says %q, want %q", typed, said, want)
		}
		if page.Find(`[name="own_week"][value="own"][checked]`).Length() != 1 {
			t.Errorf("%s: the choice of an own week is lost", typed)
		}
	}
}

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for typed, want := range map[string][]string{
		"9-12:30; 14h-18h30": {"09:00-12:30", "14:00-18:30"}, "9am–5.30pm": {"09:00-17:30"}, "12am-12pm": {"00:00-12:00"}, "24h": {"00:00-24:00"},
		"closed": nil, "Fermé": nil, "9:00 to 17:00": {"09:00-17:00"}, "22-6": {"22:00-06:00"},
	} {
		if got := b.post("/rules/hours", url.Values{"office_hours.schedule.week.sat": {typed}}); got.status != http.StatusSeeOther {
			t.Errorf("%q: got %d", typed, got.status)
			continue
		}
		if got := s.rules().Settings.OfficeHours.Schedule.Week["sat"]; !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", typed, got, want)
		}
	}
}

func TestADayIsCopiedWithoutScriptAndNothingIsSaved(t *testing.T) {
	s := newSite(t)
	s.support()
	b := s.user(store.Editor)
	for path, prefix := range map[string]string{"/rules/hours": "office_hours.", "/rules/hours?line=77": "lines.77.office_hours."} {
		week := prefix + "schedule.week."
		page := b.post(path, form(t, b.get(path).page(t), path, url.Values{
			"do": {"copy"}, "copy_from": {"mon"}, "copy_to": {"tue", "sun"}, week + "mon": {"07:00-11:00"}, "note": {"earlier"}, "own_week": {"own"},
		})).page(t)
		again := form(t, page, path, nil)
		for day, want := range map[string]string{"mon": "07:00-11:00", "tue": "07:00-11:00", "wed": "09:00-18:00", "sun": "07:00-11:00"} {
			if got := again.Get(week + day); got != want {
				t.Errorf("%s: %s is %q, want %q", path, day, got, want)
			}
		}
		if again.Get("note") != "earlier" || page.Find("form[data-dirty]").Length() != 1 || s.rules().Version != 1 {
			t.Errorf("%s: note %q, version %d, want the form unsaved", path, again.Get("note"), s.rules().Version)
		}
	}
}

func TestTheDaysOfAPresetAreListedBeforeItIsSaved(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	page := b.post("/rules/hours", form(t, b.get("/rules/hours").page(t), "/rules/hours", url.Values{"do": {"country"}, "office_hours.schedule.holiday_country": {"GB"}})).page(t)
	if days := page.Find(".preset li"); days.Length() < 7 || !strings.Contains(days.Text(), "Good Friday") {
		t.Errorf("got %d days: %s", days.Length(), days.Text())
	}
	if s.rules().Settings.OfficeHours.Schedule.HolidayCountry != "" {
		t.Error("showing the days saved the country")
	}
}

func TestIsItOpenAtSaysWhyAndUntilWhen(t *testing.T) {
	s := newSite(t)
	s.support()
	b := s.user(store.Editor)
	if got := b.submit("/rules/hours", url.Values{
		"office_hours.log": {"only_open"}, "office_hours.schedule.time_zone": {"Europe/Paris"}, "office_hours.schedule.holiday_country": {"FR"},
		"office_hours.schedule.week.mon": {"09:00-12:30, 14:00-18:00"}, "office_hours.schedule.week.sat": {"22:00-06:00"},
	}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	if got := b.post("/rules/hours?line=77", url.Values{"lines.77.office_hours.schedule.time_zone": {"America/New_York"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	for _, tt := range []struct {
		name, query string
		open        bool
		says        []string
	}{
		{"inside an interval", "test_date=2026-11-23&test_time=10:00", true, []string{"within 09:00-12:30, 14:00-18:00", "Closes the same day at 12:30."}},
		{"at lunch", "test_date=2026-11-23&test_time=13:00", false, []string{"outside 09:00-12:30, 14:00-18:00", "Opens again the same day at 14:00."}},
		{"on Friday evening", "test_date=2026-11-20&test_time=18:00", false, []string{"outside 09:00-18:00", "Opens again on Saturday 21 November 2026 at 22:00."}},
		{"on Christmas Day", "test_date=2026-12-25&test_time=10:00", false, []string{"is a holiday: Noël", "Opens again on Saturday 26 December 2026 at 22:00."}},
		{"turned away by Aircall", "test_date=2026-11-23&test_time=10:00&test_kind=closed_by_aircall", false, []string{"Aircall itself turned the call away"}},
		{"a line in its own zone", "test_date=2026-11-23&test_time=10:00&test_line=77", true, []string{"America/New_York", "Closes the same day at 12:30."}},
		{"the hour that spring leaves out", "test_date=2027-03-28&test_time=02:30", true, []string{"02:30 does not exist on that day", "shift of the day before"}},
		{"the hour that autumn repeats", "test_date=2026-10-25&test_time=02:30", true, []string{"02:30 comes twice on that day", "Closes the same day at 06:00."}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			answered := b.get("/rules/hours?" + tt.query).page(t).Find(".answer")
			if open := answered.Find(".badge.ok").Length() == 1; open != tt.open {
				t.Errorf("says open %v, want %v", open, tt.open)
			}
			for _, want := range tt.says {
				if said := answered.Text(); !strings.Contains(said, want) {
					t.Errorf("says %q, want %q", said, want)
				}
			}
		})
	}
	for _, query := range []string{"test_date=2026-02-30&test_time=10:00", "test_date=2026-11-23", "test_time=10:00"} {
		if page := b.get("/rules/hours?" + query).page(t); page.Find(".answer").Length() > 0 || page.Find(`[aria-labelledby="hours-test"] .err`).Length() != 1 {
			t.Errorf("%s: want a word that date and time are needed", query)
		}
	}
	b.submit("/rules/hours", url.Values{"office_hours.log": {"always"}, "office_hours.include_messages": {"false"}})
	if said := b.get("/rules/hours?test_date=2026-11-22&test_time=10:00").page(t).Find(".answer").Text(); !strings.Contains(said, "logged at any time at the moment") {
		t.Errorf("always: says %q", said)
	}
	if page := b.get("/rules/hours?test_date=2026-11-22&test_time=10:00&test_kind=message").page(t); page.Find(".answer .badge.ok").Length() != 1 || !strings.Contains(page.Find(".answer").Text(), "office hours are for calls only") {
		t.Errorf("a message left out: says %q", page.Find(".answer").Text())
	}
}

func TestBusinessHoursOfSalesforceFillTheFormAndAreNotSaved(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	look := func(query string) answer { return b.get("/rules/hours?" + query) }
	if said := look("import=look").page(t).Find(".import .note").Text(); !strings.Contains(said, "Salesforce is not connected") {
		t.Errorf("not connected: says %q", said)
	}
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	page := look("import=look").page(t)
	offered := page.Find(".import")
	for _, want := range []string{"Default", "Hotline", "New York evening", "Mon to Fri 16:00-24:00 · Sat 10:00-14:00", "America/New_York", "Christmas Day", "only some hours of the day", "comes too often"} {
		if !strings.Contains(offered.Text(), want) {
			t.Errorf("%q is not listed: %s", want, offered.Text())
		}
	}
	if strings.Contains(offered.Text(), "Before the move") || offered.Find(`[name="holiday"][checked]`).Length() == 0 {
		t.Error("hours out of use are offered, or no holiday is ticked")
	}
	hotline, _ := offered.Find(`.radio:contains("Hotline") input`).Attr("value")
	christmas, _ := offered.Find(`.radio:contains("Christmas Day") input`).Attr("value")
	page = look("import=" + hotline + "&holiday=" + christmas).page(t)
	filled := form(t, page, "/rules/hours", nil)
	if filled.Get("office_hours.schedule.week.sun") != "00:00-24:00" || filled.Get("office_hours.schedule.time_zone") != "Europe/Paris" || !strings.HasSuffix(filled.Get("office_hours.schedule.holidays"), "-12-25") {
		t.Errorf("the form holds %v", filled)
	}
	if changes := page.Find(".changes").Text(); !strings.Contains(changes, "Monday") || !strings.Contains(changes, "09:00-18:00") || !strings.Contains(changes, "00:00-24:00") {
		t.Errorf("the preview says %q", changes)
	}
	if page.Find("form[data-guard][data-dirty]").Length() != 1 || c.rules().Version != 1 {
		t.Errorf("version %d, want nothing saved and a form that says so", c.rules().Version)
	}
	if got := b.post("/rules/hours", filled); got.status != http.StatusSeeOther || c.rules().Version != 2 || len(c.rules().Settings.OfficeHours.Schedule.Holidays) != 1 {
		t.Errorf("saving it: got %d, %+v", got.status, c.rules().Settings.OfficeHours.Schedule)
	}
	if err := c.org.Fail(salesforcesim.Fault{Kind: salesforcesim.HideObject, Object: "BusinessHours"}); err != nil {
		t.Fatal(err)
	}
	if said := look("import=look").page(t).Find(".import .note").Text(); !strings.Contains(said, "does not let the connected user") || !strings.Contains(said, "BusinessHours") {
		t.Errorf("no right: says %q", said)
	}
	c.org.ClearAll()
	if err := c.org.Fail(salesforcesim.Fault{Kind: salesforcesim.OrgDown}); err != nil {
		t.Fatal(err)
	}
	if said := look("import=look").page(t).Find(".import .note").Text(); !strings.Contains(said, "does not answer") {
		t.Errorf("down: says %q", said)
	}
	if page := c.user(store.Viewer).get("/rules/hours?import=look").page(t); page.Find(".import").Length() > 0 {
		t.Error("a viewer is shown what costs a request")
	}
}

func TestBusinessHoursFillALineToo(t *testing.T) {
	c := newConnectable(t)
	c.support()
	b := c.user(store.Admin)
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	path := "/rules/hours?line=77"
	abroad, _ := b.get(path + "&import=look").page(t).Find(`.import .radio:contains("New York evening") input`).Attr("value")
	filled := form(t, b.get(path+"&import="+abroad).page(t), path, nil)
	if got := b.post(path, filled); got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	sch := c.rules().Settings.Lines["77"].OfficeHours.Schedule
	if sch == nil || sch.TimeZone != "America/New_York" || !slices.Equal(sch.Week["fri"], []string{"16:00-24:00"}) || len(sch.Week["sun"]) > 0 {
		t.Errorf("got %+v", sch)
	}
	if common := c.rules().Settings.OfficeHours.Schedule.Week["fri"]; !slices.Equal(common, []string{"09:00-18:00"}) {
		t.Errorf("the common week became %v", common)
	}
}

func TestALineThatIsGoneAtAircallKeepsItsRulesUntilSomebodyRemovesThem(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	b.post("/rules/hours", url.Values{"lines.404.office_hours.log": {"always"}})
	b.post("/rules/flows", url.Values{"lines.404.flows.missed.action": {"do_nothing"}})
	for _, path := range []string{"/rules/hours", "/rules/flows"} {
		if listed := b.get(path).page(t).Find(`[aria-labelledby="own-lines"]`); !strings.Contains(listed.Text(), "Line 404, not at Aircall any more") {
			t.Errorf("%s does not list it: %s", path, listed.Text())
		}
		if got := b.get(path + "?line=404"); got.status != http.StatusOK || got.page(t).Find(`[name^="lines.404."]`).Length() == 0 {
			t.Errorf("%s: got %d, want its form", path, got.status)
		}
	}
}

func TestTwoAdminsWhoChangeTheHoursOfOneLineSeeBothValues(t *testing.T) {
	s := newSite(t)
	s.support()
	b := s.user(store.Editor)
	const own, path = "lines.77.office_hours.", "/rules/hours?line=77"
	older := form(t, b.get(path).page(t), path, url.Values{own + "log": {"only_open"}, own + "schedule.time_zone": {"America/Chicago"}, "own_week": {"own"}, own + "schedule.week.mon": {"10:00-11:00"}})
	if got := b.post(path, form(t, b.get(path).page(t), path, url.Values{own + "schedule.time_zone": {"America/Denver"}, own + "schedule.holiday_country": {"US"}, "own_week": {"common"}})); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	got := b.post(path, older)
	if got.status != http.StatusConflict {
		t.Fatalf("got %d, want 409", got.status)
	}
	page := got.page(t)
	again := form(t, page, path, nil)
	for name, want := range map[string]string{own + "log": "only_open", own + "schedule.time_zone": "America/Chicago", own + "schedule.holiday_country": "US", own + "schedule.week.mon": "10:00-11:00", "own_week": "own"} {
		if again.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, again.Get(name), want)
		}
	}
	if said := page.Find(`.fld-wrong .err`).Text(); !strings.Contains(said, "Now in force: America/Denver") {
		t.Errorf("the field that both changed says %q", said)
	}
	if got := b.post(path, again); got.status != http.StatusSeeOther {
		t.Fatalf("saving again: got %d", got.status)
	}
	if h := s.rules().Settings.Lines["77"].OfficeHours; h.Log != "only_open" || h.Schedule.TimeZone != "America/Chicago" || h.Schedule.HolidayCountry != "US" || !slices.Equal(h.Schedule.Week["mon"], []string{"10:00-11:00"}) {
		t.Errorf("got %+v, %+v", h, h.Schedule)
	}
}

func TestMorningAndAfternoonAreReadAsPeopleMeanThem(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for typed, want := range map[string]string{
		"9-12:30": "09:00-12:30", "9h – 12h30": "09:00-12:30", "9am-12.30pm": "09:00-12:30", "1-5pm": "13:00-17:00", "9-5pm": "09:00-17:00",
		"11-1pm": "11:00-13:00", "9-12pm": "09:00-12:00", "8-11am": "08:00-11:00", "10-6am": "22:00-06:00", "22h-6h": "22:00-06:00", "9am-17": "09:00-17:00",
	} {
		b.post("/rules/hours", url.Values{"office_hours.schedule.week.mon": {typed}})
		if got := s.rules().Settings.OfficeHours.Schedule.Week["mon"]; !slices.Equal(got, []string{want}) {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
	for _, typed := range []string{"9am-5", "13pm-14pm", "9", "soon"} {
		if got := b.post("/rules/hours", url.Values{"office_hours.schedule.week.mon": {typed}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="`+typed+`"`) {
			t.Errorf("%q: got %d, want 422 and what was typed", typed, got.status)
		}
	}
}
