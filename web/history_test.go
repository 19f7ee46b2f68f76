package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

// changesOn are the rows of a page's first table of changes.
func changesOn(page *goquery.Document) [][]string {
	var rows [][]string
	page.Find("table.versus").First().Find("tbody tr").Each(func(_ int, r *goquery.Selection) {
		r.Find(".sr").Remove()
		var row []string
		r.Find("th, td").Each(func(_ int, cell *goquery.Selection) { row = append(row, strings.TrimSpace(cell.Text())) })
		rows = append(rows, row)
	})
	return rows
}

// threeVersions saves two versions after the first.
func threeVersions(t *testing.T, s *site, b *browser) {
	t.Helper()
	if err := s.store.KeepLines(context.Background(), []callflow.Line{{ID: "77", Name: "Support", E164: "+33199000001", Country: "FR"}}); err != nil {
		t.Fatal(err)
	}
	for path, forms := range map[string]url.Values{
		"/rules/flows": {"flows.missed.action": {"do_nothing"}, "lines.77.flows.voicemail.action": {"completed"}, "note": {"Quiet weekends"}},
	} {
		if got := b.post(path, forms); got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d", path, got.status)
		}
	}
	if got := b.post("/rules/hours", url.Values{"office_hours.schedule.week.fri": {""}, "office_hours.schedule.holidays": {"2026-12-24"}}); got.status != http.StatusSeeOther {
		t.Fatalf("hours: got %d", got.status)
	}
}

func TestTheHistoryTellsChangesInWords(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	threeVersions(t, s, b)
	page := b.get("/rules/history").page(t)
	for i, wants := range [][]string{
		{"Version 3", "Ada editor", "Office hours, Friday", "09:00–18:00", "Closed", "24 Dec 2026"},
		{"Version 2", "Quiet weekends", "Missed", "Log, open task", "Do nothing", "Support, Voicemail", "As all lines"},
		{"Version 1", "Ringledger’s defaults"},
	} {
		said := page.Find(".versions > li").Eq(i).Text()
		for _, want := range wants {
			if !strings.Contains(said, want) {
				t.Errorf("entry %d does not say %q: %s", i+1, want, said)
			}
		}
	}
	b.get("/rules/history?lang=fr")
	french := b.get("/rules/history").page(t).Find(".versions").Text()
	for _, want := range []string{"vendredi", "Fermé", "Ne rien faire"} {
		if !strings.Contains(strings.ToLower(french), strings.ToLower(want)) {
			t.Errorf("in French it does not say %q: %s", want, french)
		}
	}
}

func TestAnyTwoVersionsAreCompared(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	threeVersions(t, s, b)
	for path, want := range map[string]int{"/rules/history/3": 2, "/rules/history/3?with=1": 4, "/rules/history/2?with=3": 2, "/rules/history/2?with=2": 0, "/rules/history/1": 0} {
		got := b.get(path)
		if got.status != http.StatusOK || len(changesOn(got.page(t))) != want {
			t.Errorf("%s: got %d with %v, want %d changes", path, got.status, changesOn(got.page(t)), want)
		}
	}
	there, back := changesOn(b.get("/rules/history/3?with=1").page(t)), changesOn(b.get("/rules/history/1?with=3").page(t))
	for i := range there {
		if i >= len(back) || there[i][0] != back[i][0] || there[i][1] != back[i][2] || there[i][2] != back[i][1] {
			t.Errorf("there %v, back %v", there, back)
		}
	}
	for _, path := range []string{"/rules/history/4", "/rules/history/0", "/rules/history/last", "/rules/history/2?with=9", "/rules/history/9/restore", "/rules/history/9/settings.yaml"} {
		if got := b.get(path); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.status)
		}
	}
}

func TestAVersionIsDownloadedAsItCanBeImported(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	threeVersions(t, s, b)
	got := b.get("/rules/history/2/settings.yaml")
	read, mistakes := settings.Parse([]byte(got.body))
	if got.status != http.StatusOK || len(mistakes) > 0 || !strings.Contains(got.header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("got %d, %v, %v", got.status, mistakes, got.header)
	}
	want, err := s.store.RulesVersion(context.Background(), 2)
	if err != nil {
		t.Fatal(err)
	}
	same(t, read, want.Settings)
}

func TestAnOldVersionIsRestoredAsANewOne(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	threeVersions(t, s, b)
	ask := b.get("/rules/history/1/restore")
	if rows := changesOn(ask.page(t)); ask.status != http.StatusOK || len(rows) != 4 {
		t.Fatalf("before restoring: got %d with %v", ask.status, rows)
	}
	sent := form(t, ask.page(t), "/rules/history/1/restore", nil)
	if got := b.post("/rules/history/1/restore", sent); got.status != http.StatusSeeOther || got.location() != "/rules/history" {
		t.Fatalf("got %d to %s", got.status, got.location())
	}
	rules := s.rules()
	same(t, rules.Settings, callflow.Default())
	if rules.Version != 4 || rules.Note != "Restored version 1" || rules.SavedBy != "editor@example.com" {
		t.Errorf("got version %d by %s, %q", rules.Version, rules.SavedBy, rules.Note)
	}
	got := b.post("/rules/history/2/restore", sent) // of the page that saw version 3
	if got.status != http.StatusConflict || s.rules().Version != 4 {
		t.Fatalf("after another saved: got %d and version %d, want 409", got.status, s.rules().Version)
	}
	again := form(t, got.page(t), "/rules/history/2/restore", nil)
	if got := b.post("/rules/history/2/restore", again); got.status != http.StatusSeeOther || s.rules().Version != 5 {
		t.Errorf("after reading the conflict: got %d and version %d", got.status, s.rules().Version)
	}
	if got := b.post("/rules/history/5/restore", url.Values{"rules_version": {"5"}}); got.status != http.StatusSeeOther || s.rules().Version != 5 {
		t.Errorf("restoring what is in force: got %d and version %d", got.status, s.rules().Version)
	}
}

func TestAViewerReadsTheHistoryWithoutNumbers(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	b.post("/rules/filters", url.Values{"filters.ignore_numbers": {"+33199001299\n3631\n112"}, "note": {"Not +33 1 99 00 12 99"}})
	v := s.user(store.Viewer)
	for _, path := range []string{"/rules/history", "/rules/history/2", "/rules/filters"} {
		got := v.get(path)
		main := got.page(t).Find("main").Text()
		if got.status != http.StatusOK || strings.Contains(got.body, "99001299") || strings.Contains(got.body, "99 00 12 99") || strings.Contains(main, "3631") || strings.Contains(main, "112") {
			t.Errorf("%s: got %d: %s", path, got.status, main)
		}
	}
	for _, path := range []string{"/rules/history/2/settings.yaml", "/rules/history/1/restore"} {
		if got := v.get(path); got.status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, got.status)
		}
	}
	if got := v.post("/rules/history/1/restore", url.Values{"rules_version": {"2"}}); got.status != http.StatusForbidden || s.rules().Version != 2 {
		t.Errorf("a viewer restored: got %d", got.status)
	}
}

func TestTheSecondOfTwoWhoSaveSeesBothValues(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	older := form(t, b.get("/rules/flows").page(t), "/rules/flows", url.Values{"flows.missed.action": {"do_nothing"}, "settle_seconds": {"40"}})
	for path, f := range map[string]url.Values{"/rules/flows": {"flows.missed.action": {"completed"}}, "/rules/matching": {"matching.several": {"ask"}}} {
		if got := b.post(path, f); got.status != http.StatusSeeOther {
			t.Fatalf("%s: got %d", path, got.status)
		}
	}
	got := b.post("/rules/flows", older)
	rows := changesOn(got.page(t))
	want := [][]string{
		{"Missed", "Log, completed", "Do nothing"},
		{"Seconds to wait after the call", "10", "40"},
		{"Matching, Several records", "Ask a person", "You left it: what is in force stays"},
	}
	if got.status != http.StatusConflict || !slices.EqualFunc(rows, want, slices.Equal[[]string]) {
		t.Errorf("got %d with %v, want %v", got.status, rows, want)
	}
}

func TestALongHistoryHasPages(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	for v := 1; v < 45; v++ {
		next := callflow.Default()
		next.SettleSeconds = v
		if _, err := s.store.SaveRules(context.Background(), v, next, "console", ""); err != nil {
			t.Fatal(err)
		}
	}
	seen, path := 0, "/rules/history"
	for path != "" {
		page := b.get(path).page(t)
		seen += page.Find(".versions > li").Length()
		path, _ = page.Find(`nav a:contains("Older")`).Attr("href")
	}
	if seen != 45 {
		t.Errorf("the pages list %d versions, want 45", seen)
	}
}
