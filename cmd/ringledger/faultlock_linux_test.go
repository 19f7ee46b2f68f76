package main

import (
	"context"
	"database/sql"
	"net/http"
	"path/filepath"
	"testing"
	"time"
)

// TestADatabaseLockedByAnotherProcessLosesNothing holds the write lock as a
// careless admin with a database tool does.
func TestADatabaseLockedByAnotherProcessLosesNothing(t *testing.T) {
	faultSuite(t)
	for _, c := range []struct {
		name   string
		held   time.Duration
		refuse bool // some are told to come again
	}{{"3 s", 3 * time.Second, false}, {"10 s", 10 * time.Second, true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, quiet)
			h.start()
			s := newSender(h)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			ids := s.stream(ctx, 5_000_000, 4, 20*time.Millisecond)
			time.Sleep(500 * time.Millisecond) // of calls before
			db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.data, "ringledger.db")+"?_txlock=immediate&_busy_timeout=5000")
			h.must(err)
			defer func() { h.must(db.Close()) }()
			tx, err := db.BeginTx(t.Context(), nil)
			h.must(err)
			time.Sleep(c.held) // the lock is what is tried
			h.must(tx.Rollback())
			time.Sleep(500 * time.Millisecond) // of calls after
			cancel()
			all := ids()
			if refused := s.codes[http.StatusServiceUnavailable] > 0; refused != c.refuse || s.codes[0] > 0 {
				t.Errorf("answers %v: refused %v, want %v", s.codes, refused, c.refuse)
			}
			if s.worst > 5*time.Second {
				t.Errorf("one answer took %s, and Aircall waits 5 s", s.worst)
			}
			worst, codes := s.worst, s.codes[http.StatusServiceUnavailable]
			h.allIsWell(all, 75*time.Second)
			figure(t, "%d calls acknowledged, %d answers 503, slowest answer %s, 0 lost, 0 doubled", len(s.acked), codes, worst.Round(time.Millisecond))
		})
	}
}
