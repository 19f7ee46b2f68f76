package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
)

func (s *site) rules() store.Rules {
	s.t.Helper()
	rules, err := s.store.CurrentRules(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	return rules
}

func TestSavingUnchangedRulesMakesNoVersion(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for _, path := range []string{"/rules/flows", "/rules/hours", "/rules/matching", "/rules/task", "/rules/owners"} {
		if got := b.submit(path, nil); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d, want 303", path, got.status)
		}
		if got := s.rules().Version; got != 1 {
			t.Errorf("%s: saving what stands there made version %d", path, got)
			before, _ := s.store.RulesVersion(context.Background(), got-1)
			was, _ := settings.YAML(before.Settings)
			is, _ := settings.YAML(s.rules().Settings)
			t.Logf("was\n%s\nis\n%s", was, is)
		}
	}
}

func TestAPageChangesOnlyItsOwnKeys(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	if got := b.submit("/rules/flows", url.Values{"flows.missed.action": {"do_nothing"}, "matching.several": {"ask"}, "note": {"quiet weekends"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303: %s", got.status, got.body)
	}
	rules := s.rules()
	want := callflow.Default()
	want.Flows[callflow.Missed] = callflow.Flow{Action: callflow.DoNothing}
	same(t, rules.Settings, want)
	if rules.Version != 2 || rules.SavedBy != "editor@example.com" || rules.Note != "quiet weekends" {
		t.Errorf("got version %d by %q, note %q", rules.Version, rules.SavedBy, rules.Note)
	}
}

func same(t *testing.T, got, want callflow.Settings) {
	t.Helper()
	g, err1 := settings.YAML(got)
	w, err2 := settings.YAML(want)
	if err1 != nil || err2 != nil || string(g) != string(w) {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

func TestAScriptMaySendOneKey(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for path, form := range map[string]url.Values{
		"/rules/flows":    {"flows.voicemail.action": {"completed"}},
		"/rules/hours":    {"office_hours.log": {"only_open"}},
		"/rules/matching": {"matching.no_match.create": {"lead"}},
	} {
		if got := b.post(path, form); got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d, want 303: %s", path, got.status, got.body)
		}
	}
	want := callflow.Default()
	want.Flows[callflow.Voicemail] = callflow.Flow{Action: callflow.Completed}
	want.OfficeHours.Log = callflow.LogOnlyOpen
	want.Matching.NoMatch.Create = "lead"
	same(t, s.rules().Settings, want)
}

func TestMistakesKeepWhatWasTyped(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for path, form := range map[string]url.Values{
		"/rules/flows":    {"settle_seconds": {"a while"}},
		"/rules/hours":    {"office_hours.schedule.week.mon": {"09:00-25:00"}},
		"/rules/matching": {"matching.shared_number_over": {"many"}},
	} {
		got := b.submit(path, form)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", path, got.status)
		}
		for name, typed := range form {
			if !strings.Contains(got.body, typed[0]) || got.page(t).Find(`[name="`+name+`"][aria-invalid="true"]`).Length() == 0 {
				t.Errorf("%s: the page does not show %q as typed and wrong", path, name)
			}
		}
	}
	if v := s.rules().Version; v != 1 {
		t.Errorf("a mistake made version %d", v)
	}
}

func TestTwoWhoSaveDoNotUndoOneAnother(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	mine := form(t, b.get("/rules/flows").page(t), "/rules/flows", url.Values{"flows.missed.action": {"do_nothing"}})
	if got := b.submit("/rules/flows", url.Values{"flows.missed.action": {"completed"}}); got.status != http.StatusSeeOther {
		t.Fatalf("the first: got %d, want 303", got.status)
	}
	got := b.post("/rules/flows", mine)
	if got.status != http.StatusConflict {
		t.Fatalf("the second: got %d, want 409", got.status)
	}
	if flow := s.rules().Settings.Flows[callflow.Missed].Action; flow != callflow.Completed {
		t.Errorf("the second saved %s over the first", flow)
	}
	again := form(t, got.page(t), "/rules/flows", nil)
	if typed := again.Get("flows.missed.action"); typed != "do_nothing" {
		t.Errorf("the page of the conflict holds %q, want what was typed", typed)
	}
	if got := b.post("/rules/flows", again); got.status != http.StatusSeeOther {
		t.Errorf("saving after reading it: got %d, want 303", got.status)
	}
}

func TestAConflictKeepsWhatEachChanged(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	open := b.get("/rules/flows").page(t)
	older := form(t, open, "/rules/flows", url.Values{"flows.inbound_answered.action": {"do_nothing"}, "settle_seconds": {"40"}, "note": {"from the older tab"}})
	if got := b.submit("/rules/flows", url.Values{"flows.voicemail.action": {"completed"}, "settle_seconds": {"50"}}); got.status != http.StatusSeeOther {
		t.Fatalf("the first tab: got %d, want 303", got.status)
	}
	got := b.post("/rules/flows", older)
	if got.status != http.StatusConflict {
		t.Fatalf("the older tab: got %d, want 409", got.status)
	}
	page := got.page(t)
	again := form(t, page, "/rules/flows", nil)
	for name, want := range map[string]string{
		"flows.voicemail.action": "completed", "flows.inbound_answered.action": "do_nothing", "settle_seconds": "40", "note": "from the older tab",
	} {
		if again.Get(name) != want {
			t.Errorf("the page of the conflict holds %s=%q, want %q", name, again.Get(name), want)
		}
	}
	if said := page.Find(`.fld-wrong:has([name="settle_seconds"]) .err`).Text(); !strings.Contains(said, "Now in force: 50") {
		t.Errorf("the field that both changed says %q, want what is in force", said)
	}
	if n := page.Find("[aria-invalid]").Length(); n != 1 {
		t.Errorf("%d fields are marked, want the one that both changed", n)
	}
	if page.Find("form[data-guard][data-dirty]").Length() != 1 || open.Find("form[data-dirty]").Length() != 0 {
		t.Error("the form of a conflict must count as unsaved, a fresh one must not")
	}
	if got := b.post("/rules/flows", again); got.status != http.StatusSeeOther {
		t.Fatalf("saving again: got %d, want 303", got.status)
	}
	flows, rules := s.rules().Settings.Flows, s.rules()
	if flows[callflow.Voicemail].Action != callflow.Completed || flows[callflow.InboundAnswered].Action != callflow.DoNothing ||
		rules.Settings.SettleSeconds != 40 || rules.Note != "from the older tab" {
		t.Errorf("got %+v with note %q, want the changes of both tabs", rules.Settings, rules.Note)
	}
}

func TestMovingAKindDoesNotUndoWhatAnotherSaved(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	older := form(t, b.get("/rules/matching").page(t), "/rules/matching", url.Values{"move": {"lead:up"}})
	if got := b.submit("/rules/matching", url.Values{"matching.several": {"ask"}, "matching.no_match.create": {"lead"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303", got.status)
	}
	moved := b.post("/rules/matching", older).page(t)
	if again := form(t, moved, "/rules/matching", nil); again.Get("matching.several") != "ask" || again.Get("matching.no_match.create") != "lead" {
		t.Errorf("got %v, want what was saved meanwhile", again)
	}
}

func TestAMistakeKeepsTheNoteAndCountsAsUnsaved(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	page := b.submit("/rules/flows", url.Values{"settle_seconds": {"a while"}, "note": {"quieter"}}).page(t)
	if note, _ := page.Find(`[name="note"]`).Attr("value"); note != "quieter" || page.Find("form[data-dirty]").Length() != 1 {
		t.Errorf("got the note %q, and %d unsaved forms", note, page.Find("form[data-dirty]").Length())
	}
}

func TestALineHasFlowsOfItsOwn(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	line := callflow.Line{ID: "77", Name: "Support", E164: "+33199000001", Country: "FR", TimeZone: "Europe/Paris"}
	if err := s.store.KeepLines(context.Background(), []callflow.Line{line}); err != nil {
		t.Fatal(err)
	}
	b.post("/rules/flows", url.Values{"lines.77.flows.missed.action": {"do_nothing"}})
	if own := s.rules().Settings.Lines["77"].Flows[callflow.Missed].Action; own != callflow.DoNothing {
		t.Fatalf("got %q, want a flow of the line's own", own)
	}
	b.post("/rules/flows", url.Values{"lines.77.flows.missed.action": {""}})
	if own, ok := s.rules().Settings.Lines["77"]; ok {
		t.Errorf("got %+v, want the line as all others", own)
	}
}

func TestHoursAreSetClosedAndTested(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	got := b.submit("/rules/hours", url.Values{
		"office_hours.log": {"only_open"}, "office_hours.schedule.time_zone": {"Europe/Paris"},
		"office_hours.schedule.week.mon": {"09:00-12:30", "14:00-18:00"}, "office_hours.schedule.week.fri": {""},
		"office_hours.schedule.holidays": {"2026-12-24\n2026-12-28/2026-12-31"},
	})
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303: %s", got.status, got.body)
	}
	sch := s.rules().Settings.OfficeHours.Schedule
	if !slices.Equal(sch.Week["mon"], []string{"09:00-12:30", "14:00-18:00"}) || len(sch.Week["fri"]) != 0 || len(sch.Holidays) != 2 {
		t.Errorf("got %+v", sch)
	}
	for at, open := range map[string]bool{"2026-11-23T10:00": true, "2026-11-23T13:00": false, "2026-11-20T10:00": false, "2026-12-28T10:00": false} {
		date, clock, _ := strings.Cut(at, "T")
		page := b.get("/rules/hours?test_date=" + date + "&test_time=" + clock)
		if page.status != http.StatusOK {
			t.Fatalf("the test of %s: got %d", at, page.status)
		}
		for _, shown := range []answer{page, b.get("/rules/hours?at=" + at)} {
			if got := shown.page(t).Find(".answer .badge.ok").Length() == 1; got != open {
				t.Errorf("%s: the page says open %v, want %v", at, got, open)
			}
		}
	}
	if got := b.get("/rules/hours?test_date=tomorrow&test_time=noon"); got.status != http.StatusOK || got.page(t).Find(".answer").Length() != 0 {
		t.Errorf("a moment that is none: got %d, want the page without an answer", got.status)
	}
}

func TestKindsMoveWithoutScripts(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	got := b.submit("/rules/matching", url.Values{"move": {"lead:up"}})
	if got.status != http.StatusOK {
		t.Fatalf("got %d, want the page again", got.status)
	}
	order := form(t, got.page(t), "/rules/matching", nil)["matching.order"]
	if want := []string{"lead", "contact", "account", "person_account"}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
	if v := s.rules().Version; v != 1 {
		t.Errorf("moving saved version %d", v)
	}
}

func TestNumbersAreReadAsPeopleWriteThem(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for typed, want := range map[string]int{"010": http.StatusSeeOther, "+20": http.StatusSeeOther, "00": http.StatusSeeOther, "-05": http.StatusUnprocessableEntity} {
		if got := b.post("/rules/flows", url.Values{"settle_seconds": {typed}}); got.status != want {
			t.Errorf("settle_seconds=%s: got %d, want %d", typed, got.status, want)
		}
	}
}

func TestTwoWhoSaveAtTheSameMomentLoseNothing(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	const saves = 8
	for _, named := range []bool{true, false} {
		base, statuses := s.rules().Version, make(chan int, saves)
		for i := range saves {
			typed := url.Values{"settle_seconds": {strconv.Itoa(20 + i)}, "note": {"typed here"}}
			if named {
				typed.Set("rules_version", strconv.Itoa(base))
			} else {
				typed.Set("settle_seconds", strconv.Itoa(40+i))
			}
			go func() {
				got := b.post("/rules/flows", typed)
				if got.status != http.StatusSeeOther && !strings.Contains(got.body, "typed here") {
					got.status = -got.status
				}
				statuses <- got.status
			}()
		}
		saved := 0
		for range saves {
			switch got := <-statuses; {
			case got == http.StatusSeeOther:
				saved++
			case got != http.StatusConflict || !named:
				t.Errorf("with a version %v: got %d (negative: what was typed is lost)", named, got)
			}
		}
		if want := map[bool]int{true: 1, false: saves}[named]; saved != want || s.rules().Version != base+want {
			t.Errorf("with a version %v: %d of %d were saved, as %d versions; want %d", named, saved, saves, s.rules().Version-base, want)
		}
	}
}

func TestASubmitThatNoButtonMakesSavesNothing(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for _, page := range []string{"/rules/flows", "/rules/matching", "/rules/filters", "/rules/owners"} {
		for _, do := range []string{"try-x", "try-", "save", "edit:"} {
			values := form(t, b.get(page).page(t), page, url.Values{"settle_seconds": {"41"}})
			values.Set("do", do)
			if got := b.post(page, values); got.status != http.StatusBadRequest || s.rules().Version != 1 {
				t.Errorf("%s, %s: got %d and version %d, want 400 and nothing saved", page, do, got.status, s.rules().Version)
			}
		}
	}
}
