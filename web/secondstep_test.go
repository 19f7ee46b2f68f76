package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ringledger/store"
)

// requires lets an admin, whose own second step is on, require it.
func (s *site) requires(b *browser, before, after store.Required) {
	s.t.Helper()
	got := b.post("/people/two-step", url.Values{"required_of_before": {string(before)}, "required_of": {string(after)}})
	if got.status != http.StatusSeeOther || got.location() != "/people" {
		s.t.Fatalf("require it of %s: got %d to %q", after, got.status, got.location())
	}
}

// setUpOnly is what who lacks a required second step may open of what asks for
// a person.
var setUpOnly = []string{"GET /account/two-step", "HEAD /account/two-step", "POST /account/two-step", "POST /account/two-step/confirm"}

func TestWhoLacksARequiredSecondStepOpensNothingButItsSetUp(t *testing.T) {
	s := newSite(t)
	lacking := s.user(store.Viewer) // signed in before it was required
	b := s.user(store.Admin)
	s.turnOn(b)
	s.requires(b, store.OfNobody, store.OfEveryone)
	for key, need := range s.server.Needs() {
		method, path, _ := strings.Cut(key, " ")
		if need == "anyone" || slices.Contains(setUpOnly, key) {
			continue
		}
		got := lacking.do(method, concrete(path), "application/x-www-form-urlencoded", "")
		led := got.status == http.StatusSeeOther && got.location() == "/account/two-step"
		if !led && (got.status != http.StatusForbidden || strings.Contains(got.body, `href="/activity"`)) {
			t.Errorf("%s: got %d to %q, want the set-up", key, got.status, got.location())
		}
	}
	for _, path := range []string{"/account/two-step", "/nowhere"} {
		page := lacking.get(path)
		if strings.Contains(page.body, `href="/activity"`) || !strings.Contains(page.body, `action="/signout"`) && path != "/nowhere" {
			t.Errorf("%s shows the house, or no way out", path)
		}
	}
	lacking.header = http.Header{"Hx-Request": {"true"}}
	if got := lacking.get("/activity"); got.status != http.StatusForbidden || got.header.Get("Hx-Redirect") != "/account/two-step" {
		t.Errorf("a part of a page: got %d to %q", got.status, got.header.Get("Hx-Redirect"))
	}
	lacking.header = http.Header{"X-Forwarded-For": {"203.0.113.9"}}
	if got := lacking.get("/metrics"); got.status == http.StatusOK {
		t.Error("the figures of the house are open")
	}
	lacking.header = http.Header{}
	if got := lacking.post("/language", url.Values{"lang": {"fr"}, "back": {"/account/two-step"}}); got.location() != "/account/two-step" {
		t.Errorf("the language: got %d to %q", got.status, got.location())
	}
	if got := lacking.get("/account/two-step").page(t).Find("html").AttrOr("lang", ""); got != "fr" {
		t.Errorf("the set-up is in %q", got)
	}
	if got := lacking.post("/signout", nil); got.location() != "/signin" {
		t.Errorf("sign-out: got %d to %q", got.status, got.location())
	}
}

func TestARequiredSecondStepIsSetUpRightAfterTheSignInAndStaysOn(t *testing.T) {
	s := newSite(t)
	key := s.program(store.Viewer)
	if _, err := s.store.AddUser(t.Context(), store.User{Email: "chief@example.com", Name: "Bo", Role: store.Admin, Password: passwordHash(), Locale: "en"}); err != nil {
		t.Fatal(err)
	}
	chief := s.again("chief@example.com")
	s.turnOn(chief)
	b := s.user(store.Admin)
	thief := s.browser() // knows the password, and is in before its owner
	thief.post("/signin", adminSignIn)
	s.requires(chief, store.OfNobody, store.OfAdmins)
	if got := b.get("/people"); got.location() != "/account/two-step" {
		t.Fatalf("an admin who has none: got %d to %q", got.status, got.location())
	}
	if got := b.get("/account/two-step"); got.status != http.StatusOK || !strings.Contains(got.body, "Your organization requires it") {
		t.Errorf("the set-up: got %d", got.status)
	}
	a, _ := s.turnOn(b)
	if got := b.get("/people"); got.status != http.StatusOK {
		t.Errorf("once it is set up: got %d to %q", got.status, got.location())
	}
	if got := thief.get("/"); !strings.HasPrefix(got.location(), "/signin") {
		t.Errorf("who gave the password alone: got %d to %q, want the sign-in", got.status, got.location())
	}
	if page := b.get("/account"); strings.Contains(page.body, `href="/account/two-step/off"`) || !strings.Contains(page.body, "cannot be turned off") {
		t.Error("the account offers to turn it off")
	}
	for _, got := range []answer{b.get("/account/two-step/off"), b.post("/account/two-step/off", url.Values{"password": {password}, "code": {a.code(0)}})} {
		if got.status != http.StatusSeeOther || got.location() != "/account" {
			t.Errorf("turn it off: got %d to %q", got.status, got.location())
		}
	}
	u, err := s.store.UserByEmail(t.Context(), "admin@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if two, err := s.store.TwoStep(t.Context(), u.ID); err != nil || !two.On {
		t.Fatalf("it is on %v, %v", two.On, err)
	}
	if err := s.store.EndTwoStep(t.Context(), u.ID); err != nil { // as the console does for who lost their phone
		t.Fatal(err)
	}
	back := s.browser()
	if got := back.post("/signin", adminSignIn); got.location() != "/activity" {
		t.Errorf("the password after a reset: got %d to %q", got.status, got.location())
	}
	if got := back.get("/activity"); got.location() != "/account/two-step" {
		t.Errorf("after a reset: got %d to %q, want the set-up again", got.status, got.location())
	}
	if got := key.get("/api/v1/activity"); got.status != http.StatusOK {
		t.Errorf("an API key: got %d", got.status)
	}
	if got := s.user(store.Viewer).get("/activity"); got.status != http.StatusOK {
		t.Errorf("a viewer, of whom it is not required: got %d", got.status)
	}
}

func TestNobodyRequiresASecondStepThatTheyDoNotTakeThemselves(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	const path = "/people/two-step"
	got := b.post(path, form(t, b.get("/people").page(t), path, url.Values{"required_of": {"admins"}}))
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Turn on your own two-step sign-in first") {
		t.Errorf("without one: got %d", got.status)
	}
	if got := b.get("/activity"); got.status != http.StatusOK {
		t.Errorf("and then: got %d to %q", got.status, got.location())
	}
	s.turnOn(b)
	s.user(store.Editor)
	s.requires(b, store.OfNobody, store.OfEveryone)
	if page := b.get("/people"); !strings.Contains(page.body, "1 person still has to set it up") {
		t.Error("the page does not say who has yet to set it up")
	}
	want := "Ada admin changed who must use two-step sign-in"
	if rows := said(t, b.get("/audit?kind=two_step_required")); len(rows) != 1 || rows[0] != want {
		t.Errorf("written down: %q, want once %q", rows, want)
	}
	stale := url.Values{"required_of_before": {"nobody"}, "required_of": {"admins"}}
	if got := b.post("/people/two-step", stale); got.status != http.StatusConflict {
		t.Errorf("over another's choice: got %d, want 409", got.status)
	}
	for _, bad := range []url.Values{{"required_of_before": {"nobody"}, "required_of": {"x"}}, {"required_of": {"admins"}}} {
		if got := b.post("/people/two-step", bad); got.status != http.StatusUnprocessableEntity && got.status != http.StatusBadRequest {
			t.Errorf("%v: got %d", bad, got.status)
		}
	}
}
