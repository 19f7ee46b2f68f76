package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/store"
)

func keptAs(deliveries, entries string) url.Values {
	return url.Values{"deliveries": {deliveries}, "tries": {"90"}, "entries": {entries}, "audit": {"730"},
		"deliveries_before": {"30"}, "tries_before": {"90"}, "entries_before": {"365"}, "audit_before": {"730"}}
}

func TestKeepingLessIsAskedForFirstAndWrittenDown(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	if page := b.get("/privacy"); page.status != http.StatusOK || !strings.Contains(page.body, `name="deliveries_before" value="30"`) {
		t.Fatalf("got %d", page.status)
	}
	typed := keptAs("14", "365")
	if asked := b.post("/privacy", typed); asked.status != http.StatusOK || !strings.Contains(asked.body, "Keep less?") || !strings.Contains(asked.body, "14 days") {
		t.Fatalf("got %d, want a question", asked.status)
	}
	if k, err := s.store.Kept(t.Context()); err != nil || k.Deliveries != 30 {
		t.Fatalf("before the answer: %+v, %v", k, err)
	}
	typed.Set("confirmed", "true")
	if got := b.post("/privacy", typed); got.status != http.StatusSeeOther || got.location() != "/privacy" {
		t.Fatalf("got %d to %s", got.status, got.location())
	}
	if k, err := s.store.Kept(t.Context()); err != nil || k.Deliveries != 14 || k.Entries != 365 {
		t.Errorf("after the answer: %+v, %v", k, err)
	}
	if got := b.post("/privacy", typed); got.status != http.StatusConflict {
		t.Errorf("over what somebody else saved: got %d, want 409", got.status)
	}
	if got := said(t, b.get("/audit?kind=privacy")); len(got) != 1 || got[0] != "Ada admin changed how long data is kept" {
		t.Errorf("written down: %q", got)
	}
}

func TestKeepingLongerNeedsNoQuestion(t *testing.T) {
	s := newSite(t)
	if got := s.user(store.Admin).post("/privacy", keptAs("60", "0")); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	if k, err := s.store.Kept(t.Context()); err != nil || k.Deliveries != 60 || k.Entries != 0 {
		t.Errorf("got %+v, %v", k, err)
	}
}

func TestTimesThatAreNoDaysAreToldAtTheirField(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for _, days := range []string{"", "x", "6", "-1", "3651", "1.5"} {
		if got := b.post("/privacy", keptAs(days, "365")); got.status != http.StatusUnprocessableEntity || got.page(t).Find("#f-deliveries[aria-invalid], [name=deliveries][aria-invalid]").Length() == 0 {
			t.Errorf("%q: got %d, or no mistake at the field", days, got.status)
		}
	}
	typed := keptAs("30", "365")
	typed.Set("tries_before", "x")
	if got := b.post("/privacy", typed); got.status != http.StatusBadRequest {
		t.Errorf("a form that no page gave: got %d, want 400", got.status)
	}
	if got := s.user(store.Editor).get("/privacy"); got.status != http.StatusForbidden {
		t.Errorf("an editor: got %d, want 403", got.status)
	}
}
