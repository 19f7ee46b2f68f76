package arch

import (
	"os"
	"regexp"
	"testing"
)

// TestEveryProofThatThePrivacyNamesExists reads docs/privacy.md: each test it
// names exists.
func TestEveryProofThatThePrivacyNamesExists(t *testing.T) {
	doc, err := os.ReadFile("../../docs/privacy.md")
	if err != nil {
		t.Fatal(err)
	}
	known := testsAndStories(t)
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Z0-9]\\w+)`").FindAllSubmatch(doc, -1)
	for _, m := range named {
		if !known[string(m[1])] {
			t.Errorf("%s is no test", m[1])
		}
	}
	if len(named) < 8 {
		t.Errorf("%d proofs: was the document read?", len(named))
	}
}
