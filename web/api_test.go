package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// program is a client with a bearer key.
func (s *site) program(role store.Role) *browser {
	s.t.Helper()
	key, err := s.store.AddAPIKey(context.Background(), string(role), role, "admin@example.com")
	if err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	b.header = http.Header{"Authorization": {"Bearer " + string(key)}}
	return b
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

func TestAPIAnswersAreAllDescribed(t *testing.T) {
	c, _ := ledgerSite(t)
	b := c.program(store.Editor)
	doc := decode(t, b.get("/api/v1/openapi.json").body)
	schemas := doc["components"].(map[string]any)["schemas"].(map[string]any)
	logged := c.entryWith(callflow.Logged)
	for schema, got := range map[string]answer{
		"Page":   b.get("/api/v1/activity"),
		"Detail": b.get("/api/v1" + path(logged)),
		"Error":  b.get("/api/v1/activity/999"),
		"Saved":  b.do(http.MethodPut, "/api/v1/settings", "application/yaml", "version: 1\nsettle_seconds: 20\n"),
	} {
		described(t, schemas, schema, map[string]any{"$ref": "#/components/schemas/" + schema}, decode(t, got.body))
	}
	detail := decode(t, b.get("/api/v1"+path(logged)).body)
	for _, field := range []string{"id", "provider", "call_id", "kind", "type", "direction", "line", "external_number", "agent", "started_at", "outcome", "reason",
		"message", "rules_version", "salesforce", "trace", "requests", "attempts", "events"} {
		if _, ok := detail[field]; !ok {
			t.Errorf("the entry has no %q", field)
		}
	}
	if detail["external_number"] != "+33199001234" || detail["outcome"] != "logged" || len(detail["trace"].([]any)) == 0 || len(detail["requests"].([]any)) == 0 {
		t.Errorf("got %v", detail)
	}
	if message, _ := detail["message"].(string); message == "" {
		t.Error("the entry has no sentence")
	}
}

// described checks a value against its schema, key by key, both ways.
func described(t *testing.T, schemas map[string]any, where string, schema map[string]any, value any) {
	t.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		schema = schemas[ref[strings.LastIndex(ref, "/")+1:]].(map[string]any)
	}
	if one, ok := schema["oneOf"].([]any); ok {
		if value == nil {
			return
		}
		described(t, schemas, where, one[0].(map[string]any), value)
		return
	}
	switch v := value.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		for key, inner := range v {
			property, ok := properties[key].(map[string]any)
			if !ok {
				t.Errorf("%s.%s is answered and not described", where, key)
				continue
			}
			described(t, schemas, where+"."+key, property, inner)
		}
		required, _ := schema["required"].([]any)
		for _, key := range required {
			if _, ok := v[key.(string)]; !ok {
				t.Errorf("%s.%s is described and not answered", where, key)
			}
		}
	case []any:
		items, ok := schema["items"].(map[string]any)
		if !ok {
			t.Errorf("%s is a list and not described so", where)
			return
		}
		for _, item := range v {
			described(t, schemas, where+"[]", items, item)
		}
	default:
		fits(t, where, schema, value)
	}
}

func fits(t *testing.T, where string, schema map[string]any, value any) {
	t.Helper()
	var kinds []any
	switch kind := schema["type"].(type) {
	case string:
		kinds = []any{kind}
	case []any:
		kinds = kind
	}
	is := map[string]bool{"null": value == nil}
	switch v := value.(type) {
	case string:
		is["string"] = true
		if allowed, ok := schema["enum"].([]any); ok && !slices.Contains(allowed, any(v)) {
			t.Errorf("%s is %q, which is not described", where, v)
		}
	case float64:
		is["number"], is["integer"] = true, v == float64(int64(v))
	case bool:
		is["boolean"] = true
	}
	if !slices.ContainsFunc(kinds, func(k any) bool { return is[k.(string)] }) {
		t.Errorf("%s is %v, described as %v", where, value, kinds)
	}
}

func TestAPIListsInPages(t *testing.T) {
	c, _ := ledgerSite(t)
	b := c.program(store.Viewer)
	seen := map[string]bool{}
	after := ""
	for range 5 {
		page := decode(t, b.get("/api/v1/activity?limit=1&after="+after).body)
		for _, e := range page["entries"].([]any) {
			seen[e.(map[string]any)["call_id"].(string)] = true
		}
		if after = page["next"].(string); after == "" {
			break
		}
	}
	if len(seen) != 2 || after != "" {
		t.Errorf("got %d entries in pages of one, next %q; want 2 and the end", len(seen), after)
	}
	for id := range seen {
		page := decode(t, b.get("/api/v1/activity?call_id="+id).body)
		if n := len(page["entries"].([]any)); n != 1 {
			t.Errorf("call_id=%s: got %d entries, want 1", id, n)
		}
	}
	for _, bad := range []string{"limit=none", "limit=0", "outcome=lost", "after=nonsense"} {
		if got := b.get("/api/v1/activity?" + bad); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", bad, got.status)
		}
	}
	if page := decode(t, b.get("/api/v1/activity?call_id=none").body); page["entries"] == nil || page["next"] != "" {
		t.Errorf("nothing found: got %v, want an empty list", page)
	}
}

func TestAPIKeysAreAskedFor(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	if got := b.get("/api/v1/activity"); got.status != http.StatusUnauthorized || decode(t, got.body)["error"] == nil {
		t.Errorf("no key: got %d %s, want 401 in JSON", got.status, got.body)
	}
	b.header = http.Header{"Authorization": {"Bearer rlk_guess"}}
	if got := b.get("/api/v1/activity"); got.status != http.StatusUnauthorized {
		t.Errorf("a wrong key: got %d, want 401", got.status)
	}
	viewer := s.program(store.Viewer)
	if got := viewer.do(http.MethodPut, "/api/v1/settings", "application/json", "{}"); got.status != http.StatusForbidden || decode(t, got.body)["error"] == nil {
		t.Errorf("a viewer's key saving: got %d %s, want 403 in JSON", got.status, got.body)
	}
	if got := viewer.get("/activity"); got.status != http.StatusSeeOther {
		t.Errorf("a key on a page: got %d, want the sign-in", got.status)
	}
	if got := s.user(store.Viewer).get("/api/v1/activity"); got.status != http.StatusOK {
		t.Errorf("a session reading the API: got %d, want 200", got.status)
	}
	if got := b.get("/api/v1/nowhere"); decode(t, got.body)["error"] == nil {
		t.Errorf("an unknown path: got %s, want JSON", got.body)
	}
}

func TestSettingsAreReadAndSavedAsADocument(t *testing.T) {
	s := newSite(t)
	b := s.program(store.Editor)
	got := b.get("/api/v1/settings")
	if got.status != http.StatusOK || got.header.Get("ETag") != `"1"` || decode(t, got.body)["version"] != 1.0 {
		t.Fatalf("got %d, ETag %s: %s", got.status, got.header.Get("ETag"), got.body)
	}
	if saved := decode(t, b.do(http.MethodPut, "/api/v1/settings", "application/json", got.body).body); saved["changed"] != false || saved["version"] != 1.0 {
		t.Errorf("saving what was read: got %v, want no new version", saved)
	}
	wrong := b.do(http.MethodPut, "/api/v1/settings", "application/yaml", "version: 1\nflows:\n  missed: {action: shout}\ncolour: blue\n")
	if wrong.status != http.StatusUnprocessableEntity {
		t.Fatalf("got %d, want 422", wrong.status)
	}
	mistakes := decode(t, wrong.body)["error"].(map[string]any)["mistakes"].([]any)
	lines := map[float64]bool{}
	for _, m := range mistakes {
		lines[m.(map[string]any)["line"].(float64)] = true
	}
	if !lines[4] {
		t.Errorf("got %v, want a mistake on line 4", mistakes)
	}
	b.header.Set("If-Match", `"7"`)
	if got := b.do(http.MethodPut, "/api/v1/settings", "application/yaml", "version: 1\n"); got.status != http.StatusConflict {
		t.Errorf("another version: got %d, want 409", got.status)
	}
	b.header.Del("If-Match")
	b.header.Set("Accept", "application/yaml")
	if got := b.get("/api/v1/settings"); !strings.Contains(got.body, "settle_seconds: 10") {
		t.Errorf("as YAML: got %s", got.body)
	}
}

func TestWhoSendsSettingsAgainAndAgainWaits(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	doc := b.get("/api/v1/settings").body
	for n := range 100 {
		got := b.do(http.MethodPut, "/api/v1/settings", "application/json", doc)
		if got.status == http.StatusTooManyRequests {
			if n < 10 || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "throttled") {
				t.Errorf("after %d: %s, to wait %q", n, got.body, got.header.Get("Retry-After"))
			}
			return
		}
		if got.status != http.StatusOK {
			t.Fatalf("got %d: %s", got.status, got.body)
		}
	}
	t.Error("nobody is made to wait")
}
