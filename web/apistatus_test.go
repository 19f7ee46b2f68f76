package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ringledger/store"
)

// TestTheAPIAnswersOnlyWithStatusesItDescribes asks every operation in many
// wrong ways: no program meets a status that the OpenAPI document does not name.
func TestTheAPIAnswersOnlyWithStatusesItDescribes(t *testing.T) {
	c, _ := ledgerSite(t)
	editor, viewer, stranger, wrong := c.program(store.Editor), c.program(store.Viewer), c.browser(), c.browser()
	wrong.header.Set("Authorization", "Bearer rlk_not-a-key")
	doc := decode(t, editor.get("/api/v1/openapi.json").body)
	operations := map[string]map[string]any{}
	for place, methods := range doc["paths"].(map[string]any) {
		for method, operation := range methods.(map[string]any) {
			if responses, ok := operation.(map[string]any)["responses"].(map[string]any); ok {
				operations[strings.ToUpper(method)+" "+place] = responses
			}
		}
	}
	if len(operations) < 4 {
		t.Fatalf("only %d operations", len(operations))
	}
	seen := map[string]bool{}
	ask := func(b *browser, operation, query, body string) answer {
		method, place, _ := strings.Cut(operation, " ")
		got := b.do(method, strings.ReplaceAll(place, "{id}", "1")+query, "application/yaml", body)
		if _, described := operations[operation][strconv.Itoa(got.status)]; !described {
			t.Errorf("%s%s answers %d, which it does not describe: %.200s", operation, query, got.status, got.body)
		}
		seen[strconv.Itoa(got.status)] = true
		return got
	}
	for operation := range operations {
		body := map[bool]string{true: "version: 1\nsettle_seconds: 20\n"}[strings.HasPrefix(operation, http.MethodPut)]
		for _, b := range []*browser{editor, viewer, stranger} {
			ask(b, operation, "", body)
		}
		for _, query := range []string{"?limit=none", "?from=yesterday", "?nothing=1", "?note=" + strings.Repeat("n", 3000), "?%zz"} {
			ask(editor, operation, query, body)
		}
		for _, odd := range []string{"\x00", "{", "version: 2\n", strings.Repeat("#", 2<<20)} {
			ask(editor, operation, "", odd)
		}
		ask(wrong, operation, "", body)
	}
	ask(editor, "GET /api/v1/activity/{id}", "999", "") // the id 1999
	editor.header.Set("If-Match", `"7"`)
	ask(editor, "PUT /api/v1/settings", "", "version: 1\n")
	editor.header.Del("If-Match")
	for range 100 { // too often
		if ask(editor, "PUT /api/v1/settings", "", "version: 1\n").status == http.StatusTooManyRequests {
			break
		}
	}
	c.closeStore()
	for operation := range operations {
		ask(editor, operation, "", "version: 1\n")
	}
	for _, status := range []string{"200", "400", "401", "403", "404", "409", "413", "422", "429"} {
		if !seen[status] {
			t.Errorf("nothing answered %s, of %v", status, slices.Sorted(maps.Keys(seen)))
		}
	}
	if !seen["500"] && !seen["503"] {
		t.Error("a closed database was not noticed")
	}
}
