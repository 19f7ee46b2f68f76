package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"gorm.io/gorm"
)

// These look at what no door shows: how the connections of the pools are set.

func openFile(t *testing.T, file string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Options{URL: "sqlite:" + file, Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestEveryConnectionWaitsForTheDisk(t *testing.T) {
	s := openFile(t, filepath.Join(t.TempDir(), "a b%20#.db"))
	for name, pool := range map[string]*gorm.DB{"writer": s.w, "readers": s.r} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		db, err := pool.DB()
		if err != nil {
			t.Fatal(err)
		}
		most := db.Stats().MaxOpenConnections
		if (name == "writer") != (most == 1) {
			t.Errorf("the %s has %d connections", name, most)
		}
		for range most { // each of them, so all are held at once
			conn, err := db.Conn(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }() // goes back to the pool, which the store closes
			for question, want := range map[string]string{
				"SELECT sqlite_version() >= '3.53'": "1", "PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1",
				"PRAGMA query_only": map[string]string{"writer": "0", "readers": "1"}[name],
			} {
				var got string
				if err := conn.QueryRowContext(ctx, question).Scan(&got); err != nil || got != want {
					t.Errorf("%s: %s is %q, %v; want %q", name, question, got, err, want)
				}
			}
		}
	}
}

func TestAMigrationIsRunOnceAndCanBeTakenBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ringledger.db")
	s := openFile(t, file)
	openFile(t, file) // a second one finds nothing to do
	p, err := s.migrator()
	if err != nil {
		t.Fatal(err)
	}
	if results, err := p.Up(t.Context()); err != nil || len(results) != 0 {
		t.Errorf("a schema up to date was migrated: %v, %v", results, err)
	}
	if _, err := p.DownTo(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	var left []string
	err = s.w.Raw("SELECT name FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'").Scan(&left).Error
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Errorf("up again: %v", err)
	}
}
