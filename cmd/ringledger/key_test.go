package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ringledger/store"
)

// keyed is a data folder whose database holds a grant.
func keyed(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	if code, _, errs := command(t, data, "", "migrate"); code != done {
		t.Fatal(errs)
	}
	err := look(t, data).Open().ChangeSalesforce(t.Context(), func(c *store.Salesforce) error {
		c.RefreshToken = "canary"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func checkGrant(t *testing.T, data string) {
	t.Helper()
	if c, err := look(t, data).Open().SalesforceConnection(t.Context()); err != nil || c.RefreshToken != "canary" {
		t.Errorf("the grant cannot be read: %v", err)
	}
}

func TestTheDataKeysAreRotatedAndTheSecretKeyIsChanged(t *testing.T) {
	data := keyed(t)
	if code, out, errs := command(t, data, "", "key", "rotate"); code != done || !strings.Contains(out, "2 values were sealed anew") || !strings.Contains(out, "--drop-old") {
		t.Errorf("rotate: exit %d, %q, %q", code, out, errs)
	}
	if code, out, errs := command(t, data, "", "key", "rotate", "--drop-old"); code != done || !strings.Contains(out, "removed: 2") || !strings.Contains(out, "backups open as before") {
		t.Errorf("rotate --drop-old: exit %d, %q, %q", code, out, errs)
	}
	checkGrant(t, data)
	path := filepath.Join(data, "secret.key")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	code, out, errs := command(t, data, "", "key", "change")
	after, err := os.ReadFile(path)
	if code != done || err != nil || string(after) == string(before) || !strings.Contains(out, "with the old key only") {
		t.Fatalf("change: exit %d, %q, %q, %v", code, out, errs, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the new key file: %v, %v", info, err)
	}
	checkGrant(t, data)
	old, err := filepath.Glob(path + ".before-*")
	if kept, readErr := os.ReadFile(strings.Join(old, "")); err != nil || readErr != nil || string(kept) != string(before) {
		t.Errorf("the old key, which backups need, is in %v, %v", old, readErr)
	}
	codes := audited(t, look(t, data).Open())
	for _, want := range []string{"data_key_renewed", "data_keys_dropped", "secret_key_changed"} {
		if !strings.Contains(codes, want) {
			t.Errorf("the audit does not tell %s: %s", want, codes)
		}
	}
}

func TestAChangeOfTheKeyThatEndedHalfWayIsFinishedAtTheNextStart(t *testing.T) {
	data := keyed(t)
	path := filepath.Join(data, "secret.key")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "key", "change"); code != done {
		t.Fatal(errs)
	}
	// The process ended after the database had changed and before the file had.
	if err := os.Rename(path, path+".next"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, before, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "migrate"); code != done {
		t.Fatal(errs)
	}
	if _, err := os.Stat(path + ".next"); err == nil {
		t.Error("the new key is not in its place")
	}
	checkGrant(t, data)
	// One that ended before the database had changed leaves a key that opens nothing.
	if err := os.WriteFile(path+".next", before, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "key", "change"); code != done {
		t.Errorf("the next change: %s", errs)
	}
	checkGrant(t, data)
}

func TestAKeyFromElsewhereIsChangedToOneFromAFile(t *testing.T) {
	data := keyed(t)
	path := filepath.Join(data, "secret.key")
	old, next := filepath.Join(t.TempDir(), "old"), filepath.Join(t.TempDir(), "next")
	if err := os.Rename(path, old); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(next, []byte(encodeKey(newKey())), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, _ := command(t, data, "", "key", "change", "--secret-key-file", old); code != misuse {
		t.Errorf("without a new key: exit %d, want 2", code)
	}
	if code, _, _ := command(t, data, "", "key", "change", "--secret-key-file", old, "--new-key-file", filepath.Join(data, "ringledger.db")); code != misuse {
		t.Errorf("with what is no key: exit %d, want 2", code)
	}
	if code, _, errs := command(t, data, "", "key", "change", "--secret-key-file", old, "--new-key-file", next); code != done {
		t.Fatal(errs)
	}
	if code, _, errs := command(t, data, "", "migrate", "--secret-key-file", next); code != done {
		t.Errorf("with the new key: %s", errs)
	}
	if code, _, errs := command(t, data, "", "migrate", "--secret-key-file", old); code != failed || !strings.Contains(errs, "fingerprint") {
		t.Errorf("with the old key: exit %d, %q", code, errs)
	}
}

func TestNoKeyIsMadeBesideADatabaseThatHasOne(t *testing.T) {
	data := keyed(t)
	path := filepath.Join(data, "secret.key")
	away := filepath.Join(t.TempDir(), "key")
	if err := os.Rename(path, away); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "migrate"); code != failed || strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "secret.key") || !strings.Contains(errs, "RINGLEDGER_SECRET_KEY") {
		t.Errorf("exit %d, %q; want one line that says what is missing", code, errs)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a new key was made")
	}
	if err := os.WriteFile(path, []byte("c2hvcnQ=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := command(t, data, "", "migrate"); code != misuse || !strings.Contains(errs, "32 bytes") {
		t.Errorf("with a short key: exit %d, %q", code, errs)
	}
	if err := os.Rename(away, path); err != nil {
		t.Fatal(err)
	}
	checkGrant(t, data)
}
