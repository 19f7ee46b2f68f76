// Package storetest opens stores for tests: on a SQLite file of the test's own,
// and again on PostgreSQL when RINGLEDGER_TEST_POSTGRES_URL names a server. It
// gives a clock that tests move and a way to look behind the store's back. It
// refuses to know what a test wants to prove.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/store"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// PostgresVariable names the PostgreSQL server to test on as well. Each test
// makes a schema of its own there and drops it at its end.
const PostgresVariable = "RINGLEDGER_TEST_POSTGRES_URL"

// DB is a new database. It may be opened several times, as restarts and other
// nodes do.
type DB struct {
	URL   string
	File  string // the SQLite file; "" on PostgreSQL
	Key   []byte
	Clock *Clock
	t     testing.TB
}

// Each runs the test on every database there is, as a subtest of its name.
func Each(t *testing.T, test func(t *testing.T, db *DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	if server := os.Getenv(PostgresVariable); server != "" {
		t.Run("postgres", func(t *testing.T) { test(t, Postgres(t, server)) })
	}
}

// SQLite is a new file that goes with the test. It has the schema already.
func SQLite(t testing.TB) *DB {
	t.Helper()
	empty, err := schema()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ringledger.db")
	if err := os.WriteFile(file, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return &DB{URL: "sqlite:" + file, File: file, Key: newKey(), Clock: newClock(), t: t}
}

// Existing is a SQLite file that a program made.
func Existing(t testing.TB, file string, key []byte) *DB {
	return &DB{URL: "sqlite:" + file, File: file, Key: key, Clock: newClock(), t: t}
}

// Postgres is a new schema on a server.
func Postgres(t testing.TB, server string) *DB {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	schema := "test_" + strings.ToLower(rand.Text())
	run := func(statement string) {
		db, err := sql.Open("pgx", server)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = db.Close() }() // the statement has ended; nothing can be lost
		if _, err := db.ExecContext(context.Background(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
	run("CREATE SCHEMA " + schema)
	t.Cleanup(func() { run("DROP SCHEMA " + schema + " CASCADE") })
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return &DB{URL: u.String(), Key: newKey(), Clock: newClock(), t: t}
}

func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: it ends the program instead
	return key
}

// Open opens the database with the test's clock; it is closed when the test ends.
func (d *DB) Open() *store.Store {
	d.t.Helper()
	st, err := store.Open(context.Background(), store.Options{URL: d.URL, Key: d.Key, Now: d.Clock.Now, MaxQuery: time.Minute})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		if err := st.Close(); err != nil {
			d.t.Error(err)
		}
	})
	return st
}

// Raw is the database behind the store's back. On SQLite it is a connection of
// its own to the same file.
func (d *DB) Raw() *sql.DB {
	d.t.Helper()
	driver, source := "pgx", d.URL
	if d.File != "" {
		driver, source = sqliteDriver, "file:"+d.File
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { _ = db.Close() }) // a test's own look; nothing can be lost
	return db
}

// Exec runs a statement behind the store's back.
func (d *DB) Exec(statement string) {
	d.t.Helper()
	if _, err := d.Raw().ExecContext(context.Background(), statement); err != nil {
		d.t.Fatalf("%s: %v", statement, err)
	}
}

// Clock is a clock that moves only when told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *Clock { return &Clock{now: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
