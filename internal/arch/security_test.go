package arch

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestEveryProofThatTheSecurityNamesExists reads docs/security.md: each test it
// names exists, no requirement stands there twice, and one that is met names a
// proof.
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
		switch state := m[2]; {
		case state == "met" && !strings.Contains(m[3], "`Test"):
			t.Errorf("%s is met by nothing", m[1])
		case (state == "not met" || state == "by design") && strings.TrimSpace(m[3]) == "":
			t.Errorf("%s says %q and not why", m[1], state)
		case state != "met" && state != "not met" && state != "by design" && state != "not judged":
			t.Errorf("%s is %q", m[1], state)
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d requirements: was the table read?", len(seen))
	}
}
