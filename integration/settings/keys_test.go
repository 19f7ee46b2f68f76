package settings_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
)

func notDefault(t *testing.T) callflow.Settings {
	t.Helper()
	doc, err := os.ReadFile("testdata/not_default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, mistakes := settings.Parse(doc)
	if len(mistakes) > 0 {
		t.Fatalf("mistakes: %+v", mistakes)
	}
	return s
}

// TestEveryKeyIsSetInTheDocumentThatOtherTestsCarryAround looks that the
// document has each key of the settings, at something else than its default: a
// new key fails here until it is added, and then goes through files, API and
// pages in their tests.
func TestEveryKeyIsSetInTheDocumentThatOtherTestsCarryAround(t *testing.T) {
	values := func(s callflow.Settings) any {
		doc, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var tree any
		if err := json.Unmarshal(doc, &tree); err != nil {
			t.Fatal(err)
		}
		return tree
	}
	var check func(typ reflect.Type, set, usual any, path string)
	check = func(typ reflect.Type, set, usual any, path string) {
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		setMap, _ := set.(map[string]any)
		usualMap, _ := usual.(map[string]any)
		switch {
		case path == "version":
		case typ.Kind() == reflect.Struct && typ != reflect.TypeFor[callflow.LineSet]():
			for i := range typ.NumField() {
				key, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
				check(typ.Field(i).Type, setMap[key], usualMap[key], strings.TrimPrefix(path+"."+key, "."))
			}
		case typ.Kind() == reflect.Map && typ.Elem().Kind() == reflect.Struct:
			if len(setMap) == 0 {
				t.Errorf("%s is not set", path)
			}
			for key, value := range setMap {
				check(typ.Elem(), value, usualMap[key], path+"."+key)
			}
		case path == "lines.1234.office_hours.log", path == "lines.1234.office_hours.include_messages":
			if set == nil {
				t.Errorf("%s is not set", path)
			}
		case set == nil || cmp.Equal(set, usual):
			t.Errorf("%s is %v, as by default", path, set)
		}
	}
	check(reflect.TypeFor[callflow.Settings](), values(notDefault(t)), values(callflow.Default()), "")
}

func TestEveryKeyGoesThroughYAMLAndJSONAndBack(t *testing.T) {
	want := notDefault(t)
	got := want
	for _, write := range []func(callflow.Settings) ([]byte, error){settings.YAML, settings.JSON, settings.YAML} {
		doc, err := write(got)
		if err != nil {
			t.Fatal(err)
		}
		var mistakes []settings.Mistake
		if got, mistakes = settings.Parse(doc); len(mistakes) > 0 {
			t.Fatalf("mistakes %+v in\n%s", mistakes, doc)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("settings (-want +got):\n%s\n%s", diff, doc)
		}
	}
}

// TestAKeyThatIsMisspeltAnywhereIsAMistakeOnItsLine spoils each key of the
// document in turn.
func TestAKeyThatIsMisspeltAnywhereIsAMistakeOnItsLine(t *testing.T) {
	doc, err := settings.YAML(notDefault(t))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(doc), "\n")
	spoilt := 0
	for i, line := range lines {
		key, rest, isKey := strings.Cut(line, ":")
		name := strings.TrimSpace(key)
		if !isKey || strings.ContainsAny(name, `"#-[`) || strings.HasSuffix(name, "__c") {
			continue // comments, items, and names that an admin invents
		}
		broken := append([]string{}, lines...)
		broken[i] = key + "zz:" + rest
		_, mistakes := settings.Parse([]byte(strings.Join(broken, "\n")))
		if len(mistakes) == 0 {
			t.Errorf("line %d: %s passes", i+1, strings.TrimSpace(broken[i]))
			continue
		}
		if m := mistakes[0]; m.Line != i+1 || m.Code != settings.MistakeUnknownKey {
			t.Errorf("line %d: %s gives %+v", i+1, strings.TrimSpace(broken[i]), mistakes)
		}
		spoilt++
	}
	if spoilt < 40 {
		t.Errorf("only %d keys were tried", spoilt)
	}
}
