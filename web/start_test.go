package web_test

import (
	"net/http"
	"strings"
	"testing"

	"ringledger/store"
)

func TestRulesThatSuitAreNotedAndStayReviewed(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	if got := b.get("/start"); !strings.Contains(got.body, `action="/start/reviewed"`) || !strings.Contains(got.body, ">0/6<") {
		t.Errorf("before: no button, or not 0 of 6: %s", got.body)
	}
	before := s.rules()
	if got := b.post("/start/reviewed", nil); got.status != http.StatusSeeOther || got.location() != "/start" {
		t.Fatalf("got %d to %q", got.status, got.location())
	}
	after := s.rules()
	same(t, after.Settings, before.Settings)
	if after.Version != 2 || after.SavedBy != "editor@example.com" || after.Note == "" {
		t.Errorf("got version %d by %q, note %q", after.Version, after.SavedBy, after.Note)
	}
	if got := b.get("/start"); strings.Contains(got.body, `action="/start/reviewed"`) || !strings.Contains(got.body, ">1/6<") {
		t.Error("after: the button is still there, or not 1 of 6")
	}
	if b.post("/start/reviewed", nil); s.rules().Version != 2 {
		t.Error("a second review made another version")
	}
}

func TestViewersSeeTheStepsWithoutButtons(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	got := b.get("/start")
	main, _, _ := strings.Cut(got.body[strings.Index(got.body, "<main"):], "</main>")
	if strings.Contains(main, "<form") {
		t.Errorf("a form for a viewer: %s", main)
	}
	if got := b.post("/start/reviewed", nil); got.status != http.StatusForbidden {
		t.Errorf("got %d, want 403", got.status)
	}
}

func TestTheProgressOfEveryPageIsThatOfTheChecklist(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	c.signInToSalesforce(b)
	b.get(c.signInToSalesforce(b))
	page := b.get("/start").body
	done := strings.Count(page, `class="todo done"`)
	if want := ">" + string(rune('0'+done)) + "/6<"; done < 2 || !strings.Contains(b.get("/activity").body, want) {
		t.Errorf("the checklist has %d done, another page says something else than %s", done, want)
	}
}
