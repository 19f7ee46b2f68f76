package main

import (
	"context"
	"database/sql"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestARemovalOfWhatIsOldHindersNoGoodSender lets the ledger hold events of two
// months ago that are removed while calls come in.
func TestARemovalOfWhatIsOldHindersNoGoodSender(t *testing.T) {
	long := faultSuite(t)
	old := 20_000
	if long {
		old = 300_000
	}
	h := newHouse(t, quiet)
	h.start()
	h.stop()
	h.age(old)
	h.start()
	s := newSender(h)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began := time.Now()
	ids := s.stream(ctx, 13_000_000, 4, 20*time.Millisecond)
	left := old
	for deadline := time.Now().Add(5 * time.Minute); left > 0 && time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		left = h.oldEvents()
	}
	took := time.Since(began)
	cancel()
	all := ids()
	if left > 0 {
		t.Errorf("%d of %d old events are left", left, old)
	}
	if p99 := s.percentile(99); p99 > time.Second || s.codes[http.StatusServiceUnavailable] > 0 {
		t.Errorf("good senders waited %s and got %v", p99, s.codes)
	}
	h.allIsWell(all, 60*time.Second)
	figure(t, "%d old events removed in %s; %d calls acknowledged meanwhile, p50 %s, p99 %s, slowest %s", old, took.Round(time.Second), len(s.acked),
		s.percentile(50).Round(time.Millisecond), s.percentile(99).Round(time.Millisecond), s.worst.Round(time.Millisecond))
}

// age puts events of two months ago into the ledger, and makes their removal due.
func (h *house) age(events int) {
	h.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.data, "ringledger.db"))
	h.must(err)
	defer func() { h.must(db.Close()) }()
	then, now := time.Now().AddDate(0, 0, -60).UnixMicro(), time.Now().UnixMicro()
	_, err = db.ExecContext(h.t.Context(), `INSERT INTO deliveries (hash, provider, kind, object_id, event, body, event_at, received_at)
		WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?)
		SELECT randomblob(32), 'aircall', 'call', 'old-' || n, 'call.ended', ?, ?, ? FROM c`, events, []byte(strings.Repeat("x", 600)), then, then)
	h.must(err)
	_, err = db.ExecContext(h.t.Context(), "UPDATE retention_job SET due_at = ?", now)
	h.must(err)
}

// oldEvents counts those that are left.
func (h *house) oldEvents() (n int) {
	h.t.Helper()
	db := h.readOnly()
	defer func() { h.must(db.Close()) }()
	h.must(db.QueryRowContext(h.t.Context(), "SELECT count(*) FROM deliveries WHERE object_id LIKE 'old-%'").Scan(&n))
	return n
}
