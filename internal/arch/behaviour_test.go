package arch

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	rules "ringledger/integration/callflow"
)

// testsAndStories lists what docs/behaviour.md may name: Go tests, stories of
// the call flow by their file, and browser tests by their title.
func testsAndStories(t *testing.T) map[string]bool {
	t.Helper()
	goTest := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	pageTest := regexp.MustCompile(`(?m)^\s*(?:test|step)\('([^']+)'`)
	names := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		var pattern *regexp.Regexp
		switch {
		case d.IsDir() && filepath.Base(filepath.Dir(path)) == "testdata":
			names[d.Name()] = true // the events of a call
			return nil
		case d.IsDir():
			if d.Name() == "node_modules" || strings.HasPrefix(d.Name(), ".") && len(d.Name()) > 2 {
				return fs.SkipDir
			}
			return nil
		case strings.HasSuffix(path, "_test.go"):
			pattern = goTest
		case strings.HasSuffix(path, ".test.mjs"):
			pattern = pageTest
		case strings.HasSuffix(path, ".txtar"):
			names[strings.TrimSuffix(d.Name(), ".txtar")] = true
			return nil
		default:
			return nil
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range pattern.FindAllSubmatch(src, -1) {
			names[string(m[1])] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestEveryProofThatTheBehaviourNamesExists reads the last column of each
// table of docs/behaviour.md: a row is proved by tests that exist, or says
// "not done" and why.
func TestEveryProofThatTheBehaviourNamesExists(t *testing.T) {
	checkProofs(t, "../../docs/behaviour.md", "proved by", 100)
}

// checkProofs reads the last column of the tables of a document, which has this
// heading, and wants at least so many rows.
func checkProofs(t *testing.T, path, heading string, least int) {
	t.Helper()
	doc, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	known := testsAndStories(t)
	quoted := regexp.MustCompile("`([^`]+)`")
	rows, wrong := 0, []string(nil)
	for n, line := range strings.Split(string(doc), "\n") {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| ---") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		proof := cells[len(cells)-1]
		if proof == heading {
			continue
		}
		rows++
		proofs := quoted.FindAllStringSubmatch(proof, -1)
		if len(proofs) == 0 && !strings.HasPrefix(proof, "not done: ") {
			wrong = append(wrong, fmt.Sprintf("line %d has neither a proof nor a reason: %s", n+1, line))
		}
		for _, p := range proofs {
			if !known[p[1]] {
				wrong = append(wrong, fmt.Sprintf("line %d names %q, which is no test and no story", n+1, p[1]))
			}
		}
	}
	if rows < least {
		t.Errorf("%d rows: were the tables read?", rows)
	}
	for _, w := range wrong {
		t.Error(w)
	}
}

// TestTheBehaviourNamesEverySetting holds the document against a settings file
// with every key.
func TestTheBehaviourNamesEverySetting(t *testing.T) {
	doc, err := os.ReadFile("../../docs/behaviour.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range settingKeys(reflect.TypeFor[rules.Settings](), "") {
		if !strings.Contains(string(doc), "`"+key+"`") {
			t.Errorf("docs/behaviour.md does not tell of %s", key)
		}
	}
}

// settingKeys are the dotted names of the settings document.
func settingKeys(of reflect.Type, prefix string) []string {
	var keys []string
	for f := range of.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		name = prefix + name
		inner := f.Type
		if inner.Kind() == reflect.Map && inner.Elem().Kind() == reflect.Struct {
			inner, name = inner.Elem(), name+".*"
		}
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() != reflect.Struct || inner == reflect.TypeFor[rules.LineSet]() {
			keys = append(keys, name)
			continue
		}
		keys = append(keys, settingKeys(inner, name+".")...)
	}
	return keys
}
