package store_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

// size is the size of the write-ahead log.
func size(t *testing.T, st *store.Store) int64 {
	t.Helper()
	n, err := st.LogSize()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTheWriteAheadLogIsShortenedOnceNobodyReadsFromBeforeIt(t *testing.T) {
	db := storetest.SQLite(t)
	st := db.Open()
	end := db.ReadLong()
	storetest.FillLog(t, st)
	if n := size(t, st); n < store.LogLimit {
		t.Fatalf("behind a long reader the log has %d bytes only", n)
	}
	began := time.Now()
	if n, err := st.ShortenLog(t.Context()); err != nil || n < store.LogLimit || time.Since(began) > 3*time.Second {
		t.Fatalf("while it is read the log has %d bytes, %v, after %s", n, err, time.Since(began))
	}
	end()
	var meanwhile sync.WaitGroup
	meanwhile.Go(func() { person(t, st, "ada@example.com") }) // writers are not kept out
	if n, err := st.ShortenLog(t.Context()); err != nil || n >= store.LogLimit/4 {
		t.Errorf("once nobody reads the log has %d bytes, %v", n, err)
	}
	meanwhile.Wait()
	var found string
	if err := db.Raw().QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&found); err != nil || found != "ok" {
		t.Errorf("integrity_check: %s, %v", found, err)
	}
}

func TestTheWriteAheadLogStaysShortWhereReadersComeAndGo(t *testing.T) {
	db := storetest.SQLite(t)
	st := db.Open()
	end := db.ReadLong()
	storetest.FillLog(t, st)
	again := db.ReadLong() // the second begins before the first ends, as on a busy server
	if _, err := st.ShortenLog(t.Context()); err != nil {
		t.Fatal(err)
	}
	end()
	again()
	person(t, st, "ada@example.com") // SQLite carries the log over to the file by itself, then begins it anew
	person(t, st, "bob@example.com")
	if n := size(t, st); n >= store.LogLimit/2 {
		t.Errorf("the log has %d bytes", n)
	}
}

func TestALedgerOnPostgresHasNoWriteAheadLogOfOurs(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		st := db.Open()
		if n, err := st.ShortenLog(t.Context()); err != nil || n != 0 {
			t.Errorf("got %d, %v", n, err)
		}
	})
}

func TestAfterTheEndTheFileHoldsEverythingThoughSomebodyElseHasItOpen(t *testing.T) {
	db := storetest.SQLite(t)
	st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key})
	if err != nil {
		t.Fatal(err)
	}
	var n int // who has read keeps the log where it is, as long as the connection lasts
	if err := db.Raw().QueryRowContext(t.Context(), "SELECT count(*) FROM users").Scan(&n); err != nil {
		t.Fatal(err)
	}
	person(t, st, "ada@example.com")
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(db.File)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "ringledger.db")
	if err := os.WriteFile(copied, file, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), store.Options{URL: "sqlite:" + copied, Key: db.Key})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if _, err := again.UserByEmail(t.Context(), "ada@example.com"); err != nil {
		t.Errorf("in the copy of the file alone: %v", err)
	}
}
