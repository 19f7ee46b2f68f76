package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringledger/store"
)

func TestAnAdminSeesAndEndsTheSessionsOfAPerson(t *testing.T) {
	s := newSite(t)
	b, first := s.user(store.Admin), s.user(store.Editor)
	s.clock.move(time.Minute)
	second := s.again("editor@example.com")
	at := s.at("editor@example.com")
	page := b.get(at)
	ends := page.page(t).Find(`.sessions-table form[action^="` + at + `/sessions/"]`)
	if page.page(t).Find(".sessions-table tbody tr").Length() != 2 || ends.Length() != 3 {
		t.Fatalf("the page lists %d sessions and %d ways to end some", page.page(t).Find(".sessions-table tbody tr").Length(), ends.Length())
	}
	last := ends.Last().AttrOr("action", "") // the one used longest ago
	if got := b.post(last, nil); got.status != http.StatusSeeOther || got.location() != at {
		t.Errorf("ending one: got %d to %s", got.status, got.location())
	}
	if one, other := first.get("/activity").status, second.get("/activity").status; one != http.StatusSeeOther || other != http.StatusOK {
		t.Errorf("the first browser gets %d, the second %d; want the sign-in and the page", one, other)
	}
	if got := b.post(last, nil); got.status != http.StatusNotFound {
		t.Errorf("once more: got %d, want 404", got.status)
	}
	for range 2 {
		if got := b.post(at+"/sessions/end", nil); got.status != http.StatusSeeOther {
			t.Errorf("ending all: got %d", got.status)
		}
	}
	if got := second.get("/activity"); got.status != http.StatusSeeOther {
		t.Errorf("afterwards: got %d, want the sign-in", got.status)
	}
	if got := b.post(s.at("admin@example.com")+"/sessions/end", nil); got.status != http.StatusSeeOther || b.get("/people").status != http.StatusOK {
		t.Errorf("one's own: got %d, and the browser in use stays signed in", got.status)
	}
	want := []string{"Ada admin signed editor@example.com out everywhere", "Ada admin signed editor@example.com out of a browser"}
	for _, line := range want {
		if n := strings.Count(strings.Join(said(t, b.get("/audit?kind=access")), "\n"), line); n != 1 {
			t.Errorf("%q is written down %d times, want once", line, n)
		}
	}
	if b.get(at).page(t).Find(".sessions-table").Length() != 0 {
		t.Error("sessions that ended are listed")
	}
}

func TestAnAdminTurnsOffTheTwoStepSignInOfWhoLostIt(t *testing.T) {
	s := newSite(t)
	b, e := s.user(store.Admin), s.user(store.Editor)
	at := s.at("editor@example.com")
	if got := b.get(at + "/two-step/off"); got.status != http.StatusNotFound {
		t.Errorf("of who has none: got %d, want 404", got.status)
	}
	s.turnOn(e)
	if b.get(at).page(t).Find(`a[href="`+at+`/two-step/off"]`).Length() != 1 {
		t.Fatal("the page does not offer it")
	}
	ask := b.get(at + "/two-step/off")
	if got := e.get("/activity"); got.status != http.StatusOK {
		t.Errorf("asking alone signs out: got %d", got.status)
	}
	if got := b.post(at+"/two-step/off", form(t, ask.page(t), at+"/two-step/off", nil)); got.status != http.StatusSeeOther || got.location() != at {
		t.Errorf("got %d to %s", got.status, got.location())
	}
	if got := e.get("/activity"); got.status != http.StatusSeeOther || got.location() == "/activity" {
		t.Errorf("their session: got %d, want the sign-in", got.status)
	}
	s.clock.move(time.Minute)
	if got := s.again("editor@example.com").get("/activity"); got.status != http.StatusOK {
		t.Errorf("with the password alone: got %d", got.status)
	}
	if lines := strings.Join(said(t, b.get("/audit?kind=access")), "\n"); !strings.Contains(lines, "Ada admin turned off the two-step sign-in of editor@example.com") {
		t.Errorf("written down: %s", lines)
	}
	s.turnOn(b)
	own := s.at("admin@example.com")
	if got := b.post(own+"/two-step/off", nil); got.status != http.StatusNotFound {
		t.Errorf("one's own, without a proof: got %d, want 404", got.status)
	}
	if b.get(own).page(t).Find(`a[href$="/two-step/off"]`).Length() != 0 {
		t.Error("it is offered for oneself")
	}
}

// keyed makes a key and reads it.
func keyed(t *testing.T, b *browser, name string) string {
	t.Helper()
	key := shownKey.FindString(b.post("/keys", url.Values{"purpose": {name}, "role": {"viewer"}}).body)
	if key == "" {
		t.Fatal("no key is shown")
	}
	return key
}

func (s *site) opens(key string) bool {
	s.t.Helper()
	program := s.browser()
	program.header.Set("Authorization", "Bearer "+key)
	return program.get("/api/v1/activity").status == http.StatusOK
}

func TestTheKeysOfAnAdminAreRevokedWithThemUnlessSomebodyKeepsThem(t *testing.T) {
	s := newSite(t)
	b, nina := s.user(store.Admin), s.browser()
	nina.post(invited(t, b, "nina@example.com", store.Admin), joining)
	wallboard, report, mine := keyed(t, nina, "Wallboard"), keyed(t, nina, "Report"), keyed(t, b, "Mine")
	invited(t, nina, "omar@example.com", store.Viewer)
	at := s.at("nina@example.com")
	if page := b.get("/keys"); strings.Count(page.page(t).Find(".keys-table").Text(), "by Nina") != 2 {
		t.Error("the keys do not say who made them")
	}

	// Demoting asks first, and keeps them unless somebody says otherwise.
	ask := b.post(at, url.Values{"name": {"Nina"}, "role": {"editor"}})
	if boxes := ask.page(t).Find(`input[name="key"]`); ask.status != http.StatusOK || boxes.Length() != 2 || ask.page(t).Find(`input[name="key"][checked]`).Length() != 0 || !strings.Contains(ask.body, "1 open invitation") {
		t.Fatalf("demoting: got %d with %d keys", ask.status, boxes.Length())
	}
	if got := nina.get("/people"); got.status != http.StatusOK {
		t.Errorf("before it is confirmed: got %d", got.status)
	}
	yes := form(t, ask.page(t), at, nil)
	yes["key"] = []string{ask.page(t).Find(`input[name="key"]`).Last().AttrOr("value", "")} // the older one
	if got := b.post(at, yes); got.status != http.StatusSeeOther {
		t.Fatalf("confirmed: got %d", got.status)
	}
	if s.opens(wallboard) || !s.opens(report) || nina.get("/people").status != http.StatusForbidden {
		t.Errorf("the revoked key opens %v, the kept one %v", s.opens(wallboard), s.opens(report))
	}

	// Deactivating revokes what is left, as the form comes.
	b.post(at, url.Values{"name": {"Nina"}, "role": {"admin"}})
	ask = b.get(at + "/deactivate")
	if said := mainText(t, ask); !strings.Contains(said, "All open links to set a password expire") || ask.page(t).Find(`input[name="key"][checked]`).Length() != 1 {
		t.Errorf("deactivating says %s", said)
	}
	if got := b.post(at+"/deactivate", url.Values{"asked": {"yes"}, "key": {ask.page(t).Find(`input[name="key"]`).AttrOr("value", "")}}); got.status != http.StatusSeeOther {
		t.Fatalf("deactivating: got %d", got.status)
	}
	if s.opens(report) || !s.opens(mine) {
		t.Errorf("afterwards their key opens %v, that of somebody else %v", s.opens(report), s.opens(mine))
	}
	if lines := strings.Join(said(t, b.get("/audit?kind=keys")), "\n"); strings.Count(lines, "revoked") != 2 {
		t.Errorf("written down: %s", lines)
	}
}
