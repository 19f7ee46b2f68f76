package main

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tamper changes the audit behind the program's back.
func tamper(t *testing.T, data string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(data, "ringledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }() // each statement is done by then
	for _, s := range append([]string{"DROP TRIGGER IF EXISTS audit_no_update", "DROP TRIGGER IF EXISTS audit_no_delete"}, statements...) {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestVerifyNamesTheFirstBadRowOfTheAudit(t *testing.T) {
	data := t.TempDir()
	for _, name := range []string{"one", "two", "three"} {
		if code, _, errs := command(t, data, "", "apikey", "create", "--name", name, "--role", "viewer"); code != done {
			t.Fatal(errs)
		}
	}
	code, out, _ := command(t, data, "", "audit", "verify")
	m := regexp.MustCompile(`(?s)is whole: 3 rows\.\nhead ([0-9a-f]{64})\n$`).FindStringSubmatch(out)
	if code != done || m == nil {
		t.Fatalf("exit %d, %q; want 3 rows and the head", code, out)
	}
	if code, out, _ := command(t, data, "", "audit", "verify", "--head", m[1][:16]); code != done || !strings.Contains(out, "that of row 3") {
		t.Errorf("with the head: exit %d, %q", code, out)
	}
	for _, head := range []string{"xyz", "abcd"} {
		if code, _, _ := command(t, data, "", "audit", "verify", "--head", head); code != misuse {
			t.Errorf("--head %s: exit %d, want 2", head, code)
		}
	}
	tamper(t, data, "DELETE FROM audit WHERE id = 3")
	if code, out, _ := command(t, data, "", "audit", "verify", "--head", m[1]); code != failed || !strings.Contains(out, "CUT") {
		t.Errorf("with the end cut off: exit %d, %q", code, out)
	}
	tamper(t, data, "UPDATE audit SET object = 'another' WHERE id = 2")
	code, out, _ = command(t, data, "", "audit", "verify")
	if code != failed || !regexp.MustCompile(`BROKEN: row 2 was changed.* of 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC, "api_key_created" by "console"`).MatchString(out) {
		t.Errorf("with a changed row: exit %d, %q; want its number, time and what it tells", code, out)
	}
}
