package settings_test

import (
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
)

// FuzzDocument holds that any document is answered: with settings that are the
// same after they were written and read again, or with mistakes that each name
// a known code and a line of the document.
func FuzzDocument(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatalf("no documents to begin with (%v)", err)
	}
	for _, name := range files {
		doc, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	for _, doc := range []string{
		"", "{}", "null", "- 1", "version: 1", "a: &a [*a]", "a: &a {b: 1}\nc: {<<: *a}", "flows: {missed: 12}",
		"office_hours:\n  schedule:\n    monday: [\"09:00-24:00\"]", "{\"flows\": {\"missed\": {\"action\": \"log\"}}}", "settle_seconds: 1e400", "%YAML 9\n---\n", "\xff\xfe", "? [a]\n: b", "a: !!binary x", "---\n---\n",
	} {
		f.Add([]byte(doc))
	}
	codes := settings.MistakeCodes()
	maps.Copy(codes, callflow.ProblemCodes())
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, mistakes := settings.Parse(doc)
		for _, m := range mistakes {
			if _, known := codes[m.Code]; !known || m.Line < 0 {
				t.Fatalf("mistake %+v of %q", m, doc)
			}
		}
		if len(mistakes) > 0 {
			return
		}
		for _, write := range []func(callflow.Settings) ([]byte, error){settings.YAML, settings.JSON} {
			again, err := write(got)
			if err != nil {
				t.Fatalf("%q is read and cannot be written: %v", doc, err)
			}
			read, mistakes := settings.Parse(again)
			if diff := cmp.Diff(got, read); len(mistakes) > 0 || diff != "" {
				t.Fatalf("%q became\n%s\nwith mistakes %+v (-before +after):\n%s", doc, again, mistakes, diff)
			}
		}
	})
}
