package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestABackupIsTheLedgerOfThatMoment(t *testing.T) {
	db := storetest.SQLite(t)
	st := db.Open()
	add(t, st, delivery("1", "", db.Clock.Now()))
	connect(t, st)
	file := filepath.Join(t.TempDir(), "copy.db")
	if err := st.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	add(t, st, delivery("2", "", db.Clock.Now()))
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v, %v; want it readable by its owner only", info, err)
	}
	if err := st.Backup(t.Context(), file); err == nil {
		t.Error("a backup was overwritten")
	}
	restored, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + file, Key: db.Key})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := restored.Close(); err != nil {
			t.Error(err)
		}
	}()
	if n, err := restored.CountEntries(t.Context(), store.Filter{}); err != nil || n != 1 {
		t.Errorf("the copy has %d entries, %v; want 1", n, err)
	}
	if _, err := restored.EntryOf(t.Context(), callflow.KindCall, "1"); err != nil {
		t.Error(err)
	}
	if c, err := restored.SalesforceConnection(t.Context()); err != nil || c.RefreshToken != canary+"3" {
		t.Errorf("the copy knows the grant %v, %v", c.Connected(), err)
	}
}
