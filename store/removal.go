package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
)

// settled is what an entry must be to lose anything by its age: nothing of it
// waits for the worker, for a person's choice or for an answer that was lost.
const settled = "due_at IS NULL AND intent_at = 0 AND replay = '' AND outcome IN ('logged', 'skipped', 'failed')"

// parked is an entry that failed and that nobody has dealt with: a replay needs
// its events.
const parked = "outcome = 'failed' AND resolved_at = 0"

// Place is how far a walk over the old rows of a kind has come. A walk reads
// along an index from its beginning and ends at the first row that is kept.
type Place struct {
	At, ID int64
	Done   bool
}

// Batch is what one small transaction of the job did.
type Batch struct {
	Place   Place
	Removed int64
}

// RemoveOld removes what was kept long enough: of at most n rows of a kind, in
// one transaction. The next batch goes on from its place.
func (s *Store) RemoveOld(ctx context.Context, kind string, k Kept, from Place, n int) (b Batch, err error) {
	days := *k.Days(kind)
	if days == 0 {
		return Batch{Place: Place{Done: true}}, nil
	}
	cutoff := micros(s.now().Add(-time.Duration(days) * 24 * time.Hour))
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var err error
		switch kind {
		case KeptDeliveries:
			parkedUntil := int64(0) // kept as long as the tries that tell of the failure
			if k.Tries > 0 {
				parkedUntil = micros(s.now().Add(-time.Duration(max(k.Tries, days)) * 24 * time.Hour))
			}
			b, err = s.removeDeliveries(tx, cutoff, parkedUntil, from, n)
		case KeptTries:
			b, err = s.removeTries(tx, cutoff, from, n)
		case KeptEntries:
			b, err = s.removeEntries(tx, cutoff, from, n)
		default:
			b, err = s.cutAudit(ctx, tx, cutoff, n)
		}
		return err
	})
	if err != nil {
		return b, fmt.Errorf("store: remove old %s: %w", kind, err)
	}
	if b.Removed > 0 && kind == KeptEntries {
		s.changes.tell()
	}
	return b, nil
}

// page is what a walk reads of each row.
type page struct{ ID, At int64 }

// walked tells where the next batch begins: rows are read in the order they
// came in, and a batch whose last row is kept is the last. A row of a clock that
// was ahead says nothing of those behind it.
func walked(rows []page, n int, cutoff, now int64) Place {
	if len(rows) == 0 {
		return Place{Done: true}
	}
	last := rows[len(rows)-1]
	return Place{At: last.At, ID: last.ID, Done: len(rows) < n || last.At >= cutoff && last.At <= now}
}

func old(rows []page, cutoff int64) []int64 {
	ids := make([]int64, 0, len(rows))
	for _, r := range rows {
		if r.At < cutoff {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

// removeDeliveries removes bodies. The entry remembers that they are gone, so
// that nothing judges it by what is left.
func (s *Store) removeDeliveries(tx *gorm.DB, cutoff, parkedUntil int64, from Place, n int) (Batch, error) {
	var rows []page
	err := tx.Raw("SELECT id, received_at AS at FROM deliveries WHERE id > ? ORDER BY id LIMIT ?", from.ID, n).Scan(&rows).Error
	b := Batch{Place: walked(rows, n, cutoff, micros(s.now()))}
	ids := old(rows, cutoff)
	if err != nil || len(ids) == 0 {
		return b, err
	}
	// Locked first: an entry that becomes due meanwhile waits, or is not settled.
	if s.postgres {
		if err := tx.Exec(`SELECT id FROM entries WHERE (kind, object_id) IN (SELECT kind, object_id FROM deliveries WHERE id IN ?)
			ORDER BY kind, object_id FOR UPDATE`, ids).Error; err != nil {
			return b, err
		}
	}
	const free = ` FROM entries e WHERE e.provider = d.provider AND e.kind = d.kind AND e.object_id = d.object_id `
	var gone []int64
	err = tx.Raw(`SELECT d.id FROM deliveries d WHERE d.id IN ? AND (NOT EXISTS (SELECT 1`+free+`)
		OR EXISTS (SELECT 1`+free+` AND `+settled+` AND (NOT (`+parked+`) OR d.received_at < ?)))`, ids, parkedUntil).Scan(&gone).Error
	if err != nil || len(gone) == 0 {
		return b, err
	}
	err = tx.Exec(`UPDATE entries SET events_gone_at = ? WHERE events_gone_at = 0 AND id IN
		(SELECT e.id FROM deliveries d JOIN entries e ON e.provider = d.provider AND e.kind = d.kind AND e.object_id = d.object_id WHERE d.id IN ?)`,
		micros(s.now()), gone).Error
	if err != nil {
		return b, err
	}
	res := tx.Exec("DELETE FROM deliveries WHERE id IN ?", gone)
	b.Removed = res.RowsAffected
	return b, res.Error
}

// removeTries removes traces with their requests and answers.
func (s *Store) removeTries(tx *gorm.DB, cutoff int64, from Place, n int) (Batch, error) {
	var rows []page
	err := tx.Raw("SELECT id, at FROM tries WHERE id > ? ORDER BY id LIMIT ?", from.ID, n).Scan(&rows).Error
	b := Batch{Place: walked(rows, n, cutoff, micros(s.now()))}
	ids := old(rows, cutoff)
	if err != nil || len(ids) == 0 {
		return b, err
	}
	res := tx.Exec("DELETE FROM tries WHERE id IN ? AND entry_id NOT IN (SELECT id FROM entries WHERE id IN (SELECT entry_id FROM tries WHERE id IN ?) AND NOT ("+settled+"))", ids, ids)
	b.Removed = res.RowsAffected
	return b, res.Error
}

// removeEntries removes rows of the ledger with everything that hangs on them.
func (s *Store) removeEntries(tx *gorm.DB, cutoff int64, from Place, n int) (Batch, error) {
	var rows []page
	lock := ""
	if s.postgres {
		lock = " FOR UPDATE SKIP LOCKED"
	}
	err := tx.Raw(`SELECT id, started_at AS at FROM entries WHERE (started_at, id) > (?, ?) AND started_at < ? AND `+settled+`
		ORDER BY started_at, id LIMIT ?`+lock, from.At, from.ID, cutoff, n).Scan(&rows).Error
	b := Batch{Place: walked(rows, n, cutoff, micros(s.now()))}
	ids := old(rows, cutoff)
	if err != nil || len(ids) == 0 {
		return b, err
	}
	if err := leaveReplays(tx, ids, micros(s.now())); err != nil {
		return b, err
	}
	for _, statement := range []string{
		"DELETE FROM deliveries WHERE id IN (SELECT d.id FROM entries e JOIN deliveries d ON d.kind = e.kind AND d.object_id = e.object_id AND d.provider = e.provider WHERE e.id IN ?)",
		"DELETE FROM tries WHERE entry_id IN ?",
		"DELETE FROM terms WHERE entry_id IN ?",
	} {
		if err := tx.Exec(statement, ids).Error; err != nil {
			return b, err
		}
	}
	res := tx.Exec("DELETE FROM entries WHERE id IN ?", ids)
	b.Removed = res.RowsAffected
	return b, res.Error
}

// leaveReplays takes entries that go out of the replays they were in: those
// under way wait for them no more, and what the rows of a replay tell of a
// person goes with the entry.
func leaveReplays(tx *gorm.DB, ids []int64, now int64) error {
	for _, statement := range []string{
		`UPDATE replay_items SET state = 'done', outcome = e.outcome, reason = e.reason, task_id = e.task_id FROM entries e
			WHERE replay_items.state = 'flying' AND replay_items.entry_id IN ? AND e.id = replay_items.entry_id`,
		"UPDATE replay_items SET state = 'passed' WHERE state = 'waiting' AND entry_id IN ?",
	} {
		if err := tx.Exec(statement, ids).Error; err != nil {
			return err
		}
	}
	for _, p := range places() {
		if p.outlives == "" {
			continue
		}
		where, args := p.ofEntries(ids)
		if err := p.empty(tx, where+" AND "+p.outlives, append(args, ids), now); err != nil {
			return err
		}
	}
	return nil
}

// OldCount tells how much of a kind the job would remove now, counted up to
// most.
func (s *Store) OldCount(ctx context.Context, kind string, k Kept, most int) (int64, error) {
	days := *k.Days(kind)
	if days == 0 || !slices.Contains(KeptKinds(), kind) {
		return 0, nil
	}
	cutoff := micros(s.now().Add(-time.Duration(days) * 24 * time.Hour))
	sql := map[string]string{
		KeptDeliveries: "SELECT id FROM deliveries WHERE received_at < ? AND id <= ? ORDER BY id LIMIT ?",
		KeptTries:      "SELECT id FROM tries WHERE at < ? AND id <= ? ORDER BY id LIMIT ?",
		KeptEntries:    "SELECT id FROM entries WHERE started_at < ? AND " + settled + " LIMIT ?",
		KeptAudit:      "SELECT id FROM audit WHERE at < ? LIMIT ?",
	}[kind]
	args := []any{cutoff}
	if kind == KeptDeliveries || kind == KeptTries {
		last, err := s.lastOld(ctx, kind, cutoff)
		if err != nil {
			return 0, err
		}
		args = append(args, last)
	}
	var n int64
	err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM ("+sql+") AS old", append(args, most)...).Scan(&n).Error
	return n, wrapped("store: count old", err)
}

// lastOld is about the last row that is old enough. Rows come in with the time,
// so it is found by halving, as in a book, and no index on times is needed.
func (s *Store) lastOld(ctx context.Context, table string, cutoff int64) (int64, error) {
	column := map[string]string{KeptDeliveries: "received_at", KeptTries: "at"}[table]
	var ends struct{ Low, High int64 }
	err := s.r.WithContext(ctx).Raw("SELECT COALESCE((SELECT min(id) FROM " + table + "), 0) AS low, COALESCE((SELECT max(id) FROM " + table + "), 0) AS high").Scan(&ends).Error
	if err != nil {
		return 0, fmt.Errorf("store: count old: %w", err)
	}
	low, high := ends.Low-1, ends.High
	for low < high {
		middle := low + (high-low+1)/2
		var at []int64
		err := s.r.WithContext(ctx).Raw("SELECT "+column+" FROM "+table+" WHERE id <= ? ORDER BY id DESC LIMIT 1", middle).Scan(&at).Error
		if err != nil {
			return 0, fmt.Errorf("store: count old: %w", err)
		}
		if len(at) == 0 || at[0] < cutoff {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, nil
}
