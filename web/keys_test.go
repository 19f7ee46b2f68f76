package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/store"
	"ringledger/views"

	"github.com/google/go-cmp/cmp"
)

// rulesPages are the pages that together hold every key of the settings.
var rulesPages = []string{"/rules/flows", "/rules/hours", "/rules/hours?line=1234", "/rules/flows?line=1234", "/rules/matching", "/rules/related", "/rules/task", "/rules/owners", "/rules/filters"}

// otherSettings is the document with every key at something else than its
// default.
func otherSettings(t *testing.T) ([]byte, callflow.Settings) {
	t.Helper()
	doc, err := os.ReadFile("../integration/settings/testdata/not_default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, mistakes := settings.Parse(doc)
	if len(mistakes) > 0 {
		t.Fatalf("mistakes: %+v", mistakes)
	}
	return doc, s
}

func (s *site) lines() {
	s.t.Helper()
	err := s.store.KeepLines(context.Background(), []callflow.Line{
		{ID: "1234", Name: "Support US", E164: "+12025550101", Country: "US", TimeZone: "America/New_York"},
		{ID: "5678", Name: "Sales", E164: "+33199000002", Country: "FR", TimeZone: "Europe/Paris"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestEveryKeyGoesThroughTheAPIAndPagesSaveItUnchanged(t *testing.T) {
	s := newSite(t)
	s.lines()
	b := s.user(store.Editor)
	doc, want := otherSettings(t)
	if got := b.do(http.MethodPut, "/api/v1/settings", "application/yaml", string(doc)); got.status != http.StatusOK || s.rules().Version != 2 {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	for _, accept := range []string{"application/json", "application/yaml"} {
		b.header.Set("Accept", accept)
		got := b.get("/api/v1/settings")
		b.header.Del("Accept")
		read, mistakes := settings.Parse([]byte(got.body))
		if diff := cmp.Diff(want, read); diff != "" || len(mistakes) > 0 {
			t.Errorf("%s (-want +got), %+v:\n%s", accept, mistakes, diff)
		}
		var saved struct{ Changed bool }
		again := b.do(http.MethodPut, "/api/v1/settings", accept, got.body)
		if err := json.Unmarshal([]byte(again.body), &saved); err != nil || saved.Changed || s.rules().Version != 2 {
			t.Errorf("%s: saving what was read made version %d: %s (%v)", accept, s.rules().Version, again.body, err)
		}
	}
	for _, path := range rulesPages {
		if got := b.post(path, form(t, b.get(path).page(t), path, nil)); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d: %.300s", path, got.status, got.page(t).Find("[data-mistakes]").Text())
		}
		if diff := cmp.Diff(want, s.rules().Settings); diff != "" || s.rules().Version != 2 {
			t.Fatalf("%s: saving what it shows made version %d (-want +got):\n%s", path, s.rules().Version, diff)
		}
	}
}

// TestEveryKeyIsSetByItsPage begins with the defaults and fills the form of
// each page with what it shows of the other settings: in the end nothing is left
// that no page can set.
func TestEveryKeyIsSetByItsPage(t *testing.T) {
	s := newSite(t)
	s.lines()
	b := s.user(store.Editor)
	_, want := otherSettings(t)
	shown := views.RulesForm(want).Values
	for _, path := range rulesPages {
		typed := form(t, b.get(path).page(t), path, nil)
		for name := range typed {
			if values, ok := shown[name]; ok {
				typed[name] = values
			} else if strings.Contains(name, ".schedule.week.") {
				typed.Set(name, "") // closed
			}
		}
		for name, values := range shown { // boxes that nobody had ticked yet, and rows that script adds
			if !typed.Has(name) && len(values) > 0 && ownOf(path, name) {
				typed[name] = values
			}
		}
		typed.Set("own_week", "own")
		if got := b.post(path, typed); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d: %.300s", path, got.status, got.page(t).Find("[data-mistakes]").Text())
		}
	}
	if diff := cmp.Diff(want, s.rules().Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// ownOf reports whether a key belongs to the line that a page edits, or to all
// lines on a page that edits none.
func ownOf(path, name string) bool {
	ofLine := strings.HasPrefix(name, "lines.")
	return ofLine == strings.Contains(path, "?line=")
}

func TestASaverOfTheAPIDoesNotUndoAnother(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	read := b.get("/api/v1/settings")
	if tag := read.header.Get("ETag"); tag != `"1"` {
		t.Fatalf("the ETag is %q, want the version", tag)
	}
	if got := b.submit("/rules/flows", url.Values{"settle_seconds": {"20"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	b.header.Set("If-Match", read.header.Get("ETag"))
	if got := b.do(http.MethodPut, "/api/v1/settings", "application/json", strings.Replace(read.body, `"settle_seconds": 10`, `"settle_seconds": 30`, 1)); got.status != http.StatusConflict || s.rules().Settings.SettleSeconds != 20 {
		t.Errorf("got %d and %d s, want a conflict", got.status, s.rules().Settings.SettleSeconds)
	}
	b.header.Set("If-Match", b.get("/api/v1/settings").header.Get("ETag"))
	if got := b.do(http.MethodPut, "/api/v1/settings", "application/json", strings.Replace(read.body, `"settle_seconds": 10`, `"settle_seconds": 30`, 1)); got.status != http.StatusOK || s.rules().Settings.SettleSeconds != 30 {
		t.Errorf("with the newest ETag: got %d: %s", got.status, got.body)
	}
	b.header.Del("If-Match")
	got := b.do(http.MethodPut, "/api/v1/settings", "application/yaml", "version: 1\nsettle_second: 3\n")
	var fault struct {
		Error struct {
			Mistakes []struct {
				Line       int
				Path, Code string
			}
		}
	}
	if err := json.Unmarshal([]byte(got.body), &fault); err != nil || got.status != http.StatusUnprocessableEntity {
		t.Fatalf("got %d: %s (%v)", got.status, got.body, err)
	}
	if m := fault.Error.Mistakes; !slices.ContainsFunc(m, func(m struct {
		Line       int
		Path, Code string
	}) bool {
		return m.Line == 2 && m.Path == "settle_second" && m.Code == "unknown_key"
	}) {
		t.Errorf("got %+v, want the unknown key on line 2", m)
	}
}
