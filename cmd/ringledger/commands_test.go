package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringledger/store/storetest"
)

// command runs the whole program as a shell would.
func command(t *testing.T, data, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, []string{"RINGLEDGER_DATA=" + data}, strings.NewReader(stdin), &o, &e)
	return code, o.String(), e.String()
}

func TestWrongUsageExitsWithTwoAndOneLine(t *testing.T) {
	data := t.TempDir()
	for _, args := range [][]string{
		{"nosuch"}, {"serve", "extra"}, {"serve", "--nope"}, {"settings"}, {"settings", "validate"}, {"user", "create"},
		{"user", "create", "--email", "a@example.com", "--role", "boss", "--password-stdin"},
		{"apikey", "create", "--name", "x", "--role", "boss"}, {"serve", "--log-level", "loud"}, {"serve", "--public-url", "nowhere"},
		{"simulate", "aircall", "--api", "only-an-id"}, {"user", "password", "--email", "a@example.com"}, {"user", "remove"},
		{"apikey", "revoke"}, {"apikey", "revoke", "--name", "x", "--id", "1"},
	} {
		code, _, errs := command(t, data, "", args...)
		if code != misuse || strings.Count(errs, "\n") != 1 {
			t.Errorf("ringledger %s: exit %d, says %q; want 2 and one line", strings.Join(args, " "), code, errs)
		}
	}
}

func TestAnUnknownVariableIsNamed(t *testing.T) {
	var o, e bytes.Buffer
	code := run(t.Context(), []string{"version"}, []string{"RINGLEDGER_PUBLICURL=https://example.com"}, strings.NewReader(""), &o, &e)
	if code != misuse || !strings.Contains(e.String(), "RINGLEDGER_PUBLICURL") {
		t.Errorf("exit %d, %q; want the variable named", code, e.String())
	}
}

func TestSecretsCanComeFromAFile(t *testing.T) {
	data := newLedger(t)
	key := filepath.Join(data, "secret.key")
	info, err := os.Stat(key)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key file: %v, %v", info, err)
	}
	moved := filepath.Join(t.TempDir(), "key")
	if err := os.Rename(key, moved); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "migrate", "--secret-key-file", moved); code != done {
		t.Errorf("with the key in a file: exit %d, %s", code, errs)
	}
	if code, _, errs := command(t, data, "", "migrate"); code != failed || !strings.Contains(errs, "RINGLEDGER_SECRET_KEY") {
		t.Errorf("with another key: exit %d, %q; want a failure that names the variable", code, errs)
	}
}

func TestSettingsComeBackAsTheyWereExported(t *testing.T) {
	data := t.TempDir()
	_, doc, _ := command(t, data, "", "settings", "export")
	changed := strings.Replace(doc, "missed: {action: in_progress", "missed: {action: do_nothing", 1)
	if changed == doc {
		t.Fatalf("the export has no flow for missed calls:\n%s", doc)
	}
	if code, _, errs := command(t, data, changed, "settings", "validate", "-"); code != done {
		t.Fatal(errs)
	}
	if code, out, errs := command(t, data, changed, "settings", "import", "-", "--note", "quieter"); code != done || !strings.Contains(out, "version 2") {
		t.Fatal(out, errs)
	}
	if _, again, _ := command(t, data, "", "settings", "export"); again != changed {
		t.Errorf("exported:\n%s\nwant:\n%s", again, changed)
	}
}

func TestAMistakeInSettingsNamesItsLineAndChangesNothing(t *testing.T) {
	data := t.TempDir()
	code, _, errs := command(t, data, "version: 1\nofice_hours: {}\n", "settings", "import", "-")
	if code != failed || !strings.Contains(errs, "-:2: ofice_hours:") || !strings.Contains(errs, "office_hours") {
		t.Errorf("exit %d, %q; want line 2 and the key that was meant", code, errs)
	}
	if _, doc, _ := command(t, data, "", "settings", "export"); !strings.Contains(doc, "office_hours:") {
		t.Errorf("the settings in force are damaged:\n%s", doc)
	}
}

func TestAUserIsMadeOnce(t *testing.T) {
	data := t.TempDir()
	args := []string{"user", "create", "--email", "Ada@example.com", "--role", "admin", "--password-stdin"}
	if code, _, errs := command(t, data, "a long enough password\n", args...); code != done {
		t.Fatal(errs)
	}
	if code, _, errs := command(t, data, "a long enough password\n", args...); code != failed || !strings.Contains(errs, "already") {
		t.Errorf("the same user again: exit %d, %q", code, errs)
	}
	if code, _, _ := command(t, data, "short\n", "user", "create", "--email", "b@example.com", "--role", "viewer", "--password-stdin"); code != misuse {
		t.Errorf("a short password: exit %d, want 2", code)
	}
}

// newLedger is the folder of an empty ledger.
func newLedger(t *testing.T) string {
	t.Helper()
	data := t.TempDir()
	if code, _, errs := command(t, data, "", "migrate"); code != done {
		t.Fatal(errs)
	}
	return data
}

func TestTheDoctorSaysWhatToDo(t *testing.T) {
	data := newLedger(t)
	code, out, _ := command(t, data, "", "doctor")
	if code != failed || !strings.Contains(out, "ok    database") || !strings.Contains(out, "ok    audit") || strings.Count(out, "->") != 2 {
		t.Errorf("exit %d:\n%s", code, out)
	}
}

func TestACommandThatLooksAfterALedgerMakesNone(t *testing.T) {
	for _, args := range [][]string{{"doctor"}, {"backup", "copy.db"}, {"audit", "verify"}, {"key", "rotate"}, {"key", "change"}, {"number", "export", "+33 1 99 00 12 34"}} {
		data := filepath.Join(t.TempDir(), "mistyped")
		if code, out, errs := command(t, data, "", args...); code != failed || !strings.Contains(out+errs, data) {
			t.Errorf("%v: exit %d, %q; want that there is no database", args, code, out+errs)
		}
		if _, err := os.Stat(data); err == nil {
			t.Errorf("%v made %s", args, data)
		}
	}
}

func TestTheDoctorTellsALogThatGrew(t *testing.T) {
	data := newLedger(t)
	key, err := os.ReadFile(filepath.Join(data, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(key)))
	if err != nil {
		t.Fatal(err)
	}
	db := storetest.Existing(t, filepath.Join(data, "ringledger.db"), sealed)
	st := db.Open()
	db.ReadLong()
	storetest.FillLog(t, st)
	if _, out, _ := command(t, data, "", "doctor"); !strings.Contains(out, "note  database    its write-ahead log has grown to 72 MB") {
		t.Errorf("got\n%s", out)
	}
}

func TestTheDemoRefusesADatabaseThatIsNotItsOwn(t *testing.T) {
	data := newLedger(t)
	code, _, errs := command(t, data, "", "demo", "--data", data, "--listen", "127.0.0.1:0")
	if code != misuse || !strings.Contains(errs, data) {
		t.Errorf("exit %d, %q; want a refusal that names the folder", code, errs)
	}
}

func TestABackupIsACopyThatOpens(t *testing.T) {
	data, copied := newLedger(t), t.TempDir()
	if code, _, errs := command(t, data, "", "backup", filepath.Join(copied, "ringledger.db")); code != done {
		t.Fatal(errs)
	}
	key, err := os.ReadFile(filepath.Join(data, "secret.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied, "secret.key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, copied, "", "settings", "export"); code != done {
		t.Errorf("the copy does not open: %s", errs)
	}
	if code, _, _ := command(t, data, "", "backup", filepath.Join(copied, "ringledger.db")); code != failed {
		t.Error("a backup overwrote a file")
	}
}
