package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

// BenchmarkRemoval measures how long one step of the removal keeps other
// writers waiting, on a file with 300,000 old calls, in the largest batches
// that the job makes.
func BenchmarkRemoval(b *testing.B) {
	const calls, batch = 300_000, 200
	db := storetest.SQLite(b)
	st := db.Open()
	numbers := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", calls)
	at := db.Clock.Now().UnixMicro()
	for _, fill := range []string{
		`INSERT INTO entries (id, provider, kind, object_id, first_at, updated_at, started_at, outcome, reason, external, record, wrote)
			SELECT i, 'aircall', 'call', 'c' || i, %[1]d + i, %[1]d + i, %[1]d + i, 'logged', 'logged', '+331990' || i, hex(zeroblob(100)), hex(zeroblob(200)) FROM n`,
		`INSERT INTO deliveries (id, hash, provider, kind, object_id, event, body, event_at, received_at)
			SELECT i, randomblob(32), 'aircall', 'call', 'c' || i, 'call.ended', randomblob(1500), %[1]d + i, %[1]d + i FROM n`,
		`INSERT INTO tries (id, entry_id, n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges)
			SELECT i, i, 1, 'event', %[1]d + i, 1, 1, 'logged', 'logged', '', hex(randomblob(400)), hex(randomblob(800)) FROM n`,
		`INSERT INTO terms (term, entry_id) SELECT 'd:331990' || i, i FROM n UNION ALL SELECT 'w:name' || (i & 1023) || '-%[1]d', i FROM n`,
	} {
		db.Exec(numbers + fmt.Sprintf(fill, at))
	}
	db.Clock.Advance(400 * 24 * time.Hour)
	kept := store.Kept{Deliveries: 30, Tries: 90, Entries: 365}
	places, took := map[string]store.Place{}, map[string][]time.Duration{}
	for b.Loop() {
		for _, kind := range []string{store.KeptDeliveries, store.KeptTries, store.KeptEntries} {
			if places[kind].Done {
				b.Skip("everything is removed; give fewer rounds with -benchtime=200x")
			}
			began := time.Now()
			done, err := st.RemoveOld(b.Context(), kind, kept, places[kind], batch)
			if err != nil || done.Removed != batch {
				b.Fatalf("%s: removed %d, %v", kind, done.Removed, err)
			}
			took[kind], places[kind] = append(took[kind], time.Since(began)), done.Place
		}
	}
	for kind, all := range took {
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, kind+"-p50-ms")
		b.ReportMetric(float64(all[len(all)-1].Microseconds())/1000, kind+"-max-ms")
	}
}
