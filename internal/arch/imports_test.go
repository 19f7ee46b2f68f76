package arch

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	callflow = "integration/callflow"
	phone    = "integration/phone"
	settings = "integration/settings"
	aircall  = "integration/aircall"
	force    = "integration/salesforce"
	connect  = "integration/connection"
	effect   = "integration/effect"
	alerts   = "integration/alert"
)

// arrows lists every package of the repository and what it may import of the
// others. A new package is a new line here, with a reason in its review.
var arrows = map[string][]string{
	"cmd/ringledger":       {"web", "views", "store", "integration/worker", alerts, connect, aircall, force, callflow, phone, settings, aircall + "/simulator", force + "/simulator"},
	"web":                  {"views", "store", alerts, connect, effect, aircall, force, callflow, phone, settings, "static"},
	"integration/worker":   {"store", connect, aircall, force, callflow, phone, settings},
	connect:                {"store", aircall, force, callflow},
	effect:                 {"store", aircall, callflow},
	alerts:                 {"store", connect, aircall, callflow, settings},
	"store":                {callflow},
	"store/storetest":      {"store"},
	"views":                {callflow, "static"},
	"views/samples":        {"views", callflow, "static"},
	settings:               {callflow},
	aircall:                {callflow, phone},
	force:                  {callflow, phone},
	callflow:               {},
	phone:                  {},
	"static":               {},
	aircall + "/simulator": {},
	force + "/simulator":   {},

	"static/internal/sprite": {},
	"views/samples/preview":  {"views", "views/samples", "static"},
	"internal/arch":          {},
	"internal/suites":        {},
	"internal/bench":         {"web", "store", "integration/worker", connect, aircall, aircall + "/simulator", force + "/simulator"},
}

// libraries lists who may import a library, tests included. Longer prefixes win.
var libraries = map[string][]string{
	"gorm.io/":                        {"store", "internal/bench"},
	"github.com/jackc/pgx/":           {"store", "store/storetest"},
	"github.com/mattn/go-sqlite3":     {"store", "store/storetest", "internal/arch"},
	"modernc.org/sqlite":              {"store", "store/storetest", "internal/arch"},
	"github.com/pressly/goose/":       {"store"},
	"github.com/tink-crypto/":         {"store"},
	"github.com/labstack/echo/":       {"web", "internal/bench"},
	"github.com/alexedwards/scs/":     {"web"},
	"github.com/boombuler/barcode":    {"web"},
	"github.com/pquerna/otp":          {"web"},
	"github.com/a-h/templ":            {"views", "views/samples", "web"},
	"github.com/a-h/templ/runtime":    {"views"},
	"github.com/nicksnyder/go-i18n/":  {"views"},
	"github.com/nyaruka/phonenumbers": {phone},
	"github.com/rickar/cal/":          {settings},
	"go.yaml.in/yaml/":                {settings, "internal/arch", "web"},
	"github.com/wneessen/go-mail":     {alerts},
	"github.com/spf13/":               {"cmd/ringledger"},
	"github.com/caarlos0/env/":        {"cmd/ringledger"},
}

// without lists what a package must not know, tests aside.
var without = map[string][]string{
	callflow: {"net/http", "os", "database/sql", "log", "log/slog"},
	phone:    {"net/http", "os", "time", "database/sql"},
	settings: {"net/http", "database/sql"},
	"views":  {"net/http", "database/sql"},
	"web":    {"database/sql"},
	force:    {"database/sql"},
	aircall:  {"database/sql"},

	"integration/worker": {"database/sql", "net/http"},
	connect:              {"database/sql"},
	effect:               {"database/sql", "net/http"},
	alerts:               {"database/sql"},
	"store":              {"net/http"},
}

func TestEachPackageIsInTheListAndEachListedPackageExists(t *testing.T) {
	found := map[string]bool{}
	for _, s := range sources(t) {
		found[s.pkg] = true
	}
	for _, pkg := range slices.Sorted(maps.Keys(found)) {
		if _, known := arrows[pkg]; !known {
			t.Errorf("package %s is not in the list of packages", pkg)
		}
	}
	for pkg, may := range arrows {
		for _, other := range may {
			if _, known := arrows[other]; !known {
				t.Errorf("%s may import %s, which is not in the list", pkg, other)
			}
		}
	}
}

func TestImportsFollowTheArrows(t *testing.T) {
	for _, s := range sources(t) {
		if s.test {
			continue
		}
		for _, path := range s.imports() {
			other, ours := strings.CutPrefix(path, module+"/")
			if ours && !slices.Contains(arrows[s.pkg], other) {
				t.Errorf("%s imports %s", s.path, other)
			}
		}
	}
}

func TestCallflowAndTheRunnerUseTheStandardLibraryOnly(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.pkg != callflow && s.pkg != "internal/suites" {
			continue
		}
		for _, path := range s.imports() {
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") || first == module {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
	}
}

func TestEachLibraryHasItsRoom(t *testing.T) {
	for _, s := range sources(t) {
		for _, path := range s.imports() {
			longest := ""
			for prefix := range libraries {
				if strings.HasPrefix(path, prefix) && len(prefix) > len(longest) {
					longest = prefix
				}
			}
			if longest != "" && !slices.Contains(libraries[longest], s.pkg) {
				t.Errorf("%s imports %s, which is for %s", s.path, path, strings.Join(libraries[longest], ", "))
			}
		}
	}
}

func TestPackagesDoNotKnowWhatTheyRefuse(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.generated {
			continue
		}
		for _, path := range s.imports() {
			if slices.Contains(without[s.pkg], path) {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
	}
}

func TestCallflowHasNoClock(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.pkg != callflow {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After"}, sel.Sel.Name) {
				t.Errorf("%s: time.%s; the time is given", s.line(n), sel.Sel.Name)
			}
			return true
		})
	}
}
