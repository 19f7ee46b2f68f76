package arch

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestEveryProofThatTheReliabilityNamesExists holds docs/reliability.md to the
// rule of docs/behaviour.md, and to its numbers: a promise that cannot be kept
// stays in the table with its reason.
func TestEveryProofThatTheReliabilityNamesExists(t *testing.T) {
	const path = "../../docs/reliability.md"
	checkProofs(t, path, "shown by", 121)
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, numbers := range []struct {
		prefix string
		most   int
	}{{"P", 30}, {"W", 16}, {"", 75}} {
		for n := 1; n <= numbers.most; n++ {
			if row := fmt.Sprintf("\n| %s%d | ", numbers.prefix, n); strings.Count(string(doc), row) != 1 {
				t.Errorf("there is not one row %s%d", numbers.prefix, n)
			}
		}
	}
}
