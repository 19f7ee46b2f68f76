package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"gorm.io/gorm"
)

// auditCut is where the chain goes on after its first rows were removed by
// their age: the mac of the last one removed, and a mac over it with the key,
// so that nobody without the key can cut.
type auditCut struct {
	Upto, CutAt int64
	Head, Mac   []byte
}

func (c auditCut) sealed(key []byte) []byte {
	h := hmac.New(sha256.New, key)
	// Marshalling numbers and strings never fails.
	b, _ := json.Marshal([]any{"cut", c.Upto, c.CutAt, c.Head})
	h.Write(b)
	return h.Sum(nil)
}

// cutAudit removes the first rows of the log, when they are old, and keeps
// where the chain goes on. The newest row always stays.
func (s *Store) cutAudit(ctx context.Context, tx *gorm.DB, cutoff int64, n int) (Batch, error) {
	if s.postgres { // as every writer of the chain
		if err := tx.Exec("SELECT pg_advisory_xact_lock(7291, 2)").Error; err != nil {
			return Batch{}, err
		}
	}
	var rows []struct {
		ID, At int64
		Mac    []byte
	}
	if err := tx.Raw("SELECT id, at, mac FROM audit WHERE id < (SELECT max(id) FROM audit) ORDER BY id LIMIT ?", n).Scan(&rows).Error; err != nil {
		return Batch{}, err
	}
	keep := 0
	for keep < len(rows) && rows[keep].At < cutoff { // a row that is kept ends it: the chain has no holes
		keep++
	}
	if keep == 0 {
		return Batch{Place: Place{Done: true}}, nil
	}
	key, err := s.auditKey(ctx, tx)
	if err != nil {
		return Batch{}, err
	}
	cut := auditCut{Upto: rows[keep-1].ID, Head: rows[keep-1].Mac, CutAt: micros(s.now())}
	err = tx.Exec("INSERT INTO audit_cuts (upto, head, cut_at, mac) VALUES (?, ?, ?, ?)", cut.Upto, cut.Head, cut.CutAt, cut.sealed(key)).Error
	if err != nil {
		return Batch{}, err
	}
	res := tx.Exec("DELETE FROM audit WHERE id <= ?", cut.Upto)
	if res.Error == nil {
		res.Error = tx.Exec("DELETE FROM audit_cuts WHERE upto < ?", cut.Upto).Error
	}
	return Batch{Place: Place{ID: cut.Upto, Done: keep < n}, Removed: int64(keep)}, res.Error
}

// beginAudit is where the chain begins that is left. A cut that was not made
// with the key is none: the walk then finds the rows missing. The head looked
// for may be that of the cut.
func (s *Store) beginAudit(ctx context.Context, key, kept []byte) (AuditCheck, error) {
	var cuts []auditCut
	err := s.r.WithContext(ctx).Raw("SELECT upto, head, cut_at, mac FROM audit_cuts ORDER BY upto DESC LIMIT 1").Scan(&cuts).Error
	if err != nil {
		return AuditCheck{}, fmt.Errorf("store: check audit: %w", err)
	}
	if len(cuts) == 0 || len(key) == 0 || !hmac.Equal(cuts[0].Mac, cuts[0].sealed(key)) {
		return AuditCheck{}, nil
	}
	c := AuditCheck{After: cuts[0].Upto, Rows: cuts[0].Upto, Head: cuts[0].Head, CutAt: fromMicros(cuts[0].CutAt)}
	if len(kept) > 0 && bytes.HasPrefix(c.Head, kept) {
		c.Known = c.Rows
	}
	return c, nil
}
