package arch

import (
	"go/ast"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestMetricsAreTheOnesThatMonitoringMayRelyOn holds docs/monitoring.md to the
// names in the code.
func TestMetricsAreTheOnesThatMonitoringMayRelyOn(t *testing.T) {
	doc, err := os.ReadFile("../../docs/monitoring.md")
	if err != nil {
		t.Fatal(err)
	}
	var told, served []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(ringledger_[a-z_]+)").FindAllStringSubmatch(string(doc), -1) {
		told = append(told, m[1])
	}
	name := regexp.MustCompile(`^ringledger_[a-z_]+$`)
	for _, s := range sources(t) {
		if s.test || !slices.Contains(s.imports(), "github.com/prometheus/client_golang/prometheus") {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && name.MatchString(strings.Trim(lit.Value, `"`)) {
				served = append(served, strings.Trim(lit.Value, `"`))
			}
			return true
		})
	}
	slices.Sort(told)
	slices.Sort(served)
	if !slices.Equal(told, served) || len(served) < 15 {
		t.Errorf("docs/monitoring.md has %v\nthe code has %v", told, served)
	}
}
