package arch

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestEveryProofThatTheSecurityNamesExists reads docs/security.md: each test it
// names exists, each requirement of both levels is judged once, and one that is
// met names a proof.
func TestEveryProofThatTheSecurityNamesExists(t *testing.T) {
	doc, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	known := testsAndStories(t)
	for _, m := range regexp.MustCompile("`((?:Test|Fuzz)[A-Z0-9]\\w+)`").FindAllSubmatch(doc, -1) {
		if !known[string(m[1])] {
			t.Errorf("%s is no test", m[1])
		}
	}
	row := regexp.MustCompile(`(?m)^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \| ([a-z ]+) \| (.*)\|$`)
	seen := map[string]bool{}
	for _, m := range row.FindAllStringSubmatch(string(doc), -1) {
		for number := range strings.SplitSeq(m[1], ", ") {
			if seen[number] {
				t.Errorf("requirement %s stands there twice", number)
			}
			seen[number] = true
		}
		switch state, why := m[2], strings.TrimSpace(m[3]); state {
		case "met":
			if !strings.Contains(why, "`Test") {
				t.Errorf("%s is met by nothing", m[1])
			}
		case "not met", "by design", "not applicable":
			if why == "" {
				t.Errorf("%s says %q and not why", m[1], state)
			}
		default:
			t.Errorf("%s is %q", m[1], state)
		}
	}
	for number := range asked(t) {
		if !seen[number] {
			t.Errorf("nobody judged requirement %s", number)
		}
		delete(seen, number)
	}
	for number := range seen {
		t.Errorf("%s is no requirement of level 1 or 2", number)
	}
}

// asked are the numbers of the requirements of ASVS 5.0.0 at levels 1 and 2.
func asked(t *testing.T) map[string]bool {
	t.Helper()
	list, err := os.ReadFile("testdata/asvs-5.0.0-levels-1-and-2.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for number := range strings.FieldsSeq(string(list)) {
		all[number] = true
	}
	if len(all) != 253 {
		t.Fatalf("the list has %d requirements, want 253", len(all))
	}
	return all
}
