package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ringledger/store"
)

var shownKey = regexp.MustCompile(`rlk_[A-Za-z0-9_-]{43}`)

func TestAKeyIsShownOnceWorksAndIsRevoked(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	made := b.post("/keys", url.Values{"purpose": {"wallboard"}, "role": {"viewer"}})
	key := shownKey.FindString(made.body)
	if made.status != http.StatusOK || key == "" || made.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d, %q, %s", made.status, key, made.header.Get("Cache-Control"))
	}
	program := s.browser()
	program.header.Set("Authorization", "Bearer "+key)
	if got := program.get("/api/v1/activity"); got.status != http.StatusOK {
		t.Errorf("the key opens nothing: %d", got.status)
	}
	for _, p := range []string{"/keys", "/keys/1/revoke", "/audit"} {
		if page := b.get(p); page.status != http.StatusOK || strings.Contains(page.body, key[:12]) || !strings.Contains(page.body, "wallboard") {
			t.Errorf("%s: got %d, or the key is shown again", p, page.status)
		}
	}
	if got := b.post("/keys/1/revoke", nil); got.status != http.StatusSeeOther || got.location() != "/keys" {
		t.Errorf("revoking: got %d to %s", got.status, got.location())
	}
	if got := program.get("/api/v1/activity"); got.status != http.StatusUnauthorized {
		t.Errorf("the revoked key: got %d, want 401", got.status)
	}
	if page := b.get("/keys"); !strings.Contains(page.body, "Revoked") || strings.Contains(page.body, `href="/keys/1/revoke"`) {
		t.Error("the list does not say that the key is revoked")
	}
	for _, p := range []string{"/keys/1/revoke", "/keys/9/revoke", "/keys/x/revoke"} {
		if got := b.post(p, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", p, got.status)
		}
	}
	want := []string{"Ada admin revoked the API key wallboard", "Ada admin created the API key wallboard"}
	if got := said(t, b.get("/audit?kind=keys")); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("written down: %q", got)
	}
	if strings.Contains(s.logs.String(), key) {
		t.Error("the key is in the log")
	}
}

func TestAKeyNeedsANameAndARole(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for _, typed := range []url.Values{{"purpose": {" "}, "role": {"viewer"}}, {"purpose": {strings.Repeat("n", 101)}, "role": {"viewer"}}, {"purpose": {"n"}, "role": {"owner"}}} {
		if got := b.post("/keys", typed); got.status != http.StatusUnprocessableEntity || shownKey.MatchString(got.body) {
			t.Errorf("%v: got %d, want 422", typed, got.status)
		}
	}
	if keys, err := s.store.APIKeys(t.Context()); err != nil || len(keys) != 0 {
		t.Errorf("got %+v, %v; want none", keys, err)
	}
}

func TestKeysAreForAdmins(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	for _, got := range []answer{b.get("/keys"), b.get("/keys/1/revoke"), b.post("/keys", url.Values{"purpose": {"n"}, "role": {"admin"}}), b.post("/keys/1/revoke", nil)} {
		if got.status != http.StatusForbidden {
			t.Errorf("got %d, want 403", got.status)
		}
	}
}
