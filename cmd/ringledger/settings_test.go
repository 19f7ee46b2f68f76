package main

import (
	"os"
	"strings"
	"testing"
)

func TestImportingWhatWasExportedChangesNothing(t *testing.T) {
	data := t.TempDir()
	doc, err := os.ReadFile("../../integration/settings/testdata/not_default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if code, out, errs := command(t, data, string(doc), "settings", "import", "-", "--note", "every key"); code != done || !strings.Contains(out, "version 2") {
		t.Fatalf("got %d, %q, %q", code, out, errs)
	}
	_, exported, _ := command(t, data, "", "settings", "export")
	for range 2 {
		if code, out, errs := command(t, data, exported, "settings", "import", "-"); code != done || !strings.Contains(out, "Unchanged: version 2") {
			t.Errorf("importing the export: got %d, %q, %q", code, out, errs)
		}
	}
	if _, again, _ := command(t, data, "", "settings", "export"); again != exported {
		t.Errorf("the export differs:\n%s\n%s", exported, again)
	}
}
