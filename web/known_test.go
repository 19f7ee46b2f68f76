package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/store"
)

func TestWhatIsKnownOfANumberIsOneFileForAdmins(t *testing.T) {
	s := newSite(t)
	s.told("7001", "+33199001234", "canary-text")
	s.told("7002", "+33199001235", "another")
	b := s.user(store.Admin)
	for _, typed := range []string{"+33 1 99 00 12 34", "0033 199001234", "tel:+33199001234", "+33 (0)1.99.00.12.34"} {
		got := b.post("/privacy/export", url.Values{"number": {typed}})
		if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Disposition"), `attachment; filename="ringledger-number-20`) {
			t.Fatalf("%q: got %d, %v", typed, got.status, got.header)
		}
		var file struct {
			Number string
			Held   map[string][]map[string]any
		}
		if err := json.Unmarshal([]byte(got.body), &file); err != nil {
			t.Fatal(err)
		}
		if file.Number != "+33199001234" || len(file.Held["entries"]) != 1 || file.Held["entries"][0]["object_id"] != "7001" || len(file.Held["deliveries"]) == 0 || !strings.Contains(got.body, "canary-text") || !strings.Contains(got.body, "canary-sent") {
			t.Errorf("%q: got %s", typed, got.body)
		}
		if strings.Contains(got.body, "99001235") {
			t.Error("the file holds another number")
		}
	}
	if page := b.get("/audit"); !strings.Contains(page.body, "••34") || strings.Contains(page.body, "99 00 12 34") || strings.Contains(page.body, "9001234") {
		t.Error("the audit log does not tell, or tells the number")
	}
	if strings.Contains(s.logs.String(), "9001234") {
		t.Error("the number is in the log")
	}
	if got := b.post("/privacy/export", url.Values{"number": {"x"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `action="/privacy/erase"`) {
		t.Errorf("no number: got %d", got.status)
	}
	for _, role := range []store.Role{store.Viewer, store.Editor} {
		if got := s.user(role).post("/privacy/export", url.Values{"number": {"+33199001234"}}); got.status != http.StatusForbidden || strings.Contains(got.body, "held") {
			t.Errorf("%s: got %d", role, got.status)
		}
	}
}
