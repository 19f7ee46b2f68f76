package arch

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// pinned are versions that a newer or an older one must not replace unseen:
// earlier drivers carry a SQLite that can corrupt a WAL, later ones cannot be
// had everywhere.
var pinned = map[string]string{
	"github.com/mattn/go-sqlite3": "v1.14.53",
	"modernc.org/sqlite":          "v1.60.1",
	"gorm.io/driver/sqlite":       "v1.6.0",
	"github.com/labstack/echo/v4": "v4.16.0",
	"github.com/a-h/templ":        "v0.3.977",
}

func TestPinnedModulesKeepTheirVersions(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range pinned {
		found := regexp.MustCompile(`(?m)^(?:require)?\s*` + regexp.QuoteMeta(name) + ` (\S+)`).FindSubmatch(text)
		if found == nil {
			t.Errorf("go.mod does not name %s", name)
			continue
		}
		if got := string(found[1]); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestSQLiteIsNewEnough(t *testing.T) {
	version := sqliteVersion(t)
	parts := strings.Split(version, ".")
	if len(parts) < 2 {
		t.Fatalf("SQLite calls itself %q", version)
	}
	major, errMajor := strconv.Atoi(parts[0])
	minor, errMinor := strconv.Atoi(parts[1])
	if errMajor != nil || errMinor != nil || major != 3 || minor < 53 {
		t.Errorf("SQLite is %s, want 3.53 or newer", version)
	}
}
