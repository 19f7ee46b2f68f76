package callflow_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"ringledger/integration/callflow"
)

// toldElsewhere are the settings that no judgement of one call can show, with
// the file and the test that show each.
var toldElsewhere = map[string][2]string{
	"version":                     {"validate_test.go", "TestUnsoundSettings"},
	"write_when":                  {"../worker/answered_test.go", "TestACallWrittenAtItsAnswerIsCompletedAtItsEnd"},
	"settle_seconds":              {"../worker/late_test.go", "TestABurstOfLateFactsMakesOneUpdate"},
	"matching.extra_phone_fields": {"../salesforce/extrafields_test.go", "TestANumberInACustomFieldIsFoundOnceTheFieldIsAdded"},
}

// TestEverySettingShowsInAStory takes each setting out of each story and tells
// it again. For every key of the settings there must be a story whose trace or
// Task is another one without it, so that no key is read and forgotten.
func TestEverySettingShowsInAStory(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	traced, shown := map[string]string{}, map[string]string{}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for key, effect := range effectsOf(t, archive) {
			shown[key] = name
			if effect == inTrace {
				traced[key] = name
			}
		}
	}
	for _, key := range settingKeys(reflect.TypeFor[callflow.Settings](), "") {
		switch {
		case traced[key] != "":
			t.Logf("%s shows in the trace of %s", key, traced[key])
		case shown[key] != "":
			t.Logf("%s shows in the Task of %s", key, shown[key])
		case toldElsewhere[key] == [2]string{}:
			t.Errorf("no story shows %s", key)
		default:
			code, err := os.ReadFile(toldElsewhere[key][0])
			if err != nil || !strings.Contains(string(code), "func "+toldElsewhere[key][1]+"(") {
				t.Errorf("%s: there is no test %v (%v)", key, toldElsewhere[key], err)
			}
		}
	}
}

// What a setting changes in a story.
const (
	inTrace = "trace"
	inTask  = "task"
)

// effectsOf tells a story once for each setting that it makes, with that
// setting as it is by default.
func effectsOf(t *testing.T, archive *txtar.Archive) map[string]string {
	t.Helper()
	i := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "settings" })
	if i < 0 {
		return nil
	}
	st := readStory(t, archive)
	steps, decision := st.tell()
	effects := map[string]string{}
	var made map[string]any
	if err := json.Unmarshal(archive.Files[i].Data, &made); err != nil {
		t.Fatal(err)
	}
	for _, path := range leaves(made, nil) {
		changed, ok := without(t, archive.Files[i].Data, path)
		if !ok { // a flow needs its action: the whole flow goes
			changed, ok = without(t, archive.Files[i].Data, path[:len(path)-1])
		}
		if !ok {
			continue
		}
		other := st
		other.settings = changed
		otherSteps, otherDecision := other.tell()
		key := patternOf(path)
		switch {
		case traceText(steps) != traceText(otherSteps):
			effects[key] = inTrace
		case decisionText(decision) != decisionText(otherDecision) && effects[key] == "":
			effects[key] = inTask
		}
	}
	return effects
}

// without reads settings with one of them as it is by default. It reports false
// when they are no sound settings then.
func without(t *testing.T, doc []byte, path []string) (callflow.Settings, bool) {
	t.Helper()
	s := callflow.Default()
	if strings.Contains(string(doc), `"week"`) {
		s.OfficeHours.Schedule.Week = nil
	}
	plain, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var usual, made map[string]any
	if json.Unmarshal(plain, &usual) != nil || json.Unmarshal(doc, &made) != nil {
		t.Fatal("the settings are no JSON")
	}
	parent := made
	for _, name := range path[:len(path)-1] {
		parent = parent[name].(map[string]any)
		usual, _ = usual[name].(map[string]any)
	}
	last := path[len(path)-1]
	if value, ok := usual[last]; ok {
		parent[last] = value
	} else {
		delete(parent, last)
	}
	changed, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	if json.Unmarshal(changed, &s) != nil {
		return s, false
	}
	return s, len(s.Validate()) == 0
}

// leaves lists the paths of the settings that a document makes.
func leaves(tree map[string]any, path []string) [][]string {
	var all [][]string
	for name, value := range tree {
		at := append(slices.Clone(path), name)
		inner, isMap := value.(map[string]any)
		if isMap && !slices.Contains(wholeMaps, patternOf(at)) {
			all = append(all, leaves(inner, at)...)
			continue
		}
		all = append(all, at)
	}
	return all
}

// wholeMaps are mappings whose keys an admin invents: each is one setting.
var wholeMaps = []string{
	"office_hours.schedule.week", "lines.*.office_hours.schedule.week", "matching.extra_phone_fields", "owner.map", "task.subjects", "task.fields",
}

// patternOf writes a path with a star for a call type or a line.
func patternOf(path []string) string {
	p := slices.Clone(path)
	for i := range p {
		if i > 0 && (p[i-1] == "flows" || p[i-1] == "lines") && p[0] != "filters" {
			p[i] = "*"
		}
	}
	return strings.Join(p, ".")
}

// settingKeys lists every key of the settings by its type.
func settingKeys(t reflect.Type, path string) []string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[callflow.LineSet]() || slices.Contains(wholeMaps, path):
		return []string{path}
	case t.Kind() == reflect.Map:
		return settingKeys(t.Elem(), path+".*")
	case t.Kind() != reflect.Struct:
		return []string{path}
	}
	var keys []string
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		keys = append(keys, settingKeys(t.Field(i).Type, strings.TrimPrefix(path+"."+name, "."))...)
	}
	return keys
}
