package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// refuse fails for each line of the files in which the pattern is found.
func refuse(t *testing.T, pattern, why string, endings ...string) {
	t.Helper()
	paths, err := walk(endings...)
	if err != nil {
		t.Fatal(err)
	}
	re := regexp.MustCompile(pattern)
	for _, path := range paths {
		if strings.HasPrefix(path, "internal/arch/") || strings.HasSuffix(path, "_templ.go") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			if found := re.FindString(line); found != "" {
				t.Errorf("%s:%d: %q: %s", path, n, found, why)
			}
		}
	}
}

func TestNothingIsLeftForLater(t *testing.T) {
	refuse(t, `\b(TODO|FIXME|XXX|HACK)\b`, "finish it, or open an issue", ".go", ".templ", ".css", ".js", ".mjs", ".md", ".sql", ".sh", ".yaml", ".yml")
}

func TestTemplatesObeyTheContentSecurityPolicy(t *testing.T) {
	refuse(t, `\sstyle=`, "the policy blocks inline styles", ".templ")
	refuse(t, `\son[a-z]+=|hx-on|<style`, "the policy blocks inline handlers and styles", ".templ")
	refuse(t, `<script>`, "the policy blocks inline scripts", ".templ")
	refuse(t, `hx-trigger="[^"]*\[`, "filters of htmx need eval", ".templ")
	refuse(t, `templ\.Raw\(`, "what is drawn is escaped", ".templ", ".go")
}

func TestSQLIsWrittenWithParameters(t *testing.T) {
	refuse(t, `Sprintf\("(SELECT|INSERT|UPDATE|DELETE) `, "values go in as parameters", ".go")
}
