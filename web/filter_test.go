package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
)

func TestViewersSearchNumbersOnlyWhole(t *testing.T) {
	c, admin := ledgerSite(t)
	viewer, e := c.user(store.Viewer), c.entryWith(callflow.Logged)
	for typed, want := range map[string][2]bool{ // found by a viewer, by an admin
		"+33199001234":              {true, true},
		"01 99 00 12 34":            {true, true},
		"+33 (0)1 99 00 12 34":      {true, true},
		"0033199001234":             {true, true},
		"Camille":                   {true, true},
		"33199":                     {false, true},
		"3319900123":                {false, true},
		"1234":                      {false, true},
		"001234":                    {false, true},
		"33_199":                    {false, false},
		"\u0663\u0663\u0661\u0669":  {false, false},
		"00000000":                  {false, false},
		"+3319900123\u200b \u2011 ": {false, false},
	} {
		asked := "q=" + url.QueryEscape(typed)
		for i, b := range []*browser{viewer, admin} {
			if i == 1 && strings.Contains(typed, "\u200b") {
				continue
			}
			for _, p := range []string{"/activity?", "/activity.csv?", "/api/v1/activity?"} {
				if got := b.get(p + asked); got.status != http.StatusOK || strings.Contains(got.body, "Moreau") != want[i] {
					t.Errorf("%s%s, %d: got %d, found %v", p, typed, i, got.status, !want[i])
				}
			}
		}
		neighbour := viewer.get(path(c.entryWith(callflow.NeedsChoice)) + "?" + asked)
		if found := strings.Contains(neighbour.body, `href="`+path(e)+"?"); found != want[0] {
			t.Errorf("%s: the neighbour is offered: %v", typed, found)
		}
	}
}

func TestTheAPINamesTheParameterItDoesNotUnderstand(t *testing.T) {
	s := newSite(t)
	b := s.program(store.Viewer)
	for _, bad := range []string{"type=called", "from=yesterday", "to=2026-13-01", "outcome=logged,lost", "reason=none", "limit=many", "after=nonsense", "colour=blue"} {
		name, _, _ := strings.Cut(bad, "=")
		got := b.get("/api/v1/activity?" + bad)
		if got.status != http.StatusBadRequest || !strings.Contains(got.body, `\"`+name+`\"`) {
			t.Errorf("%s: got %d %s, want 400 that names %s", bad, got.status, got.body, name)
		}
	}
	if got := b.get("/api/v1/activity?type=missed&from=2026-11-01&to=2026-11-30T00:00:00Z&reason=no_match"); got.status != http.StatusOK {
		t.Errorf("what is right: got %d %s", got.status, got.body)
	}
}

func TestOnlyEditorsReadTheSettingsDocument(t *testing.T) {
	s := newSite(t)
	for role, want := range map[store.Role]int{store.Viewer: http.StatusForbidden, store.Editor: http.StatusOK} {
		if got := s.program(role).get("/api/v1/settings"); got.status != want {
			t.Errorf("%s: got %d, want %d", role, got.status, want)
		}
	}
}

func TestNotesAndFormsHaveALimit(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	long := "?note=" + strings.Repeat("x", 501)
	got := b.do(http.MethodPut, "/api/v1/settings"+long, "application/yaml", "version: 1\nsettle_seconds: 20\n")
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `"path":"note"`) || s.rules().Version != 1 {
		t.Errorf("a long note: got %d %s", got.status, got.body)
	}
	for _, path := range []string{"/rules/flows", "/rules/matching", "/activity/1/replay", "/language"} {
		if got := b.post(path, url.Values{"note": {strings.Repeat("x", 2<<20)}}); got.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s with two megabytes: got %d, want 413", path, got.status)
		}
		if got := b.do(http.MethodPost, path, "application/x-www-form-urlencoded", "a=%zz"); got.status != http.StatusBadRequest {
			t.Errorf("%s with what is no form: got %d, want 400", path, got.status)
		}
	}
}

func TestAnErrorPageLeadsNowhereElse(t *testing.T) {
	s := newSite(t)
	for _, b := range []*browser{s.browser(), s.user(store.Viewer)} {
		got := b.get(s.http.URL + "//evil.example.com/x")
		if got.status != http.StatusNotFound || strings.Contains(got.body, `"//evil`) {
			t.Errorf("got %d with a link to another site", got.status)
		}
	}
}

func TestViewersFindNoNumberByTheLettersBeforeIt(t *testing.T) {
	c, admin := ledgerSite(t)
	viewer, e := c.user(store.Viewer), c.told("77", "+33199005678", "Baker tel33199005678")
	for typed, want := range map[string][2]bool{ // found by a viewer, by an admin
		"baker": {true, true}, "tel": {true, true}, "tel3": {true, true}, "tel4": {true, false}, "tel33199": {true, true}, "tel34": {true, false}, "baker tel34": {true, false},
		"tel34\uff9e": {true, false}, "tel34\u0301": {true, false}, "baker 34\uff9e": {true, false}, e.ObjectID + "x": {false, false},
	} {
		for i, b := range []*browser{viewer, admin} {
			if got := b.get("/activity?q=" + url.QueryEscape(typed)); strings.Contains(got.body, "Baker") != want[i] {
				t.Errorf("%s, %d: found %v", typed, i, !want[i])
			}
		}
	}
}
