package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"time"
)

// ErrAuditBroken is returned when a row of the audit was changed, moved or
// taken out by somebody who does not have the key.
var ErrAuditBroken = errors.New("the audit log does not fit its chain")

// ErrAuditCut is returned when the chain is whole and a head it once had is
// not in it: rows were cut off at its end, or all of it was written anew.
var ErrAuditCut = errors.New("the head that was kept is not in the audit log: rows were cut off at its end, or it was written anew")

// ErrHeadTooOld is returned when the chain is whole from where rows were removed
// by their age, and a head it once had is not in what is left. It may be one of
// those rows: nobody can tell any more.
var ErrHeadTooOld = errors.New("the head that was kept is not in what is left of the audit log, whose first rows were removed by their age: if it was kept before that, its row went with them")

// AuditBreakError is the first row that does not fit the chain.
type AuditBreakError struct {
	Row int64 // its number
	// Found is the row as it stands now: the one of that number, or when that is
	// gone, the next.
	Found AuditRow
	Why   string
}

func (b *AuditBreakError) Error() string {
	return fmt.Sprintf("row %d %s; there stands row %d of %s, %q by %q", b.Row, b.Why, b.Found.ID, b.Found.At.Format(time.DateTime+" MST"), b.Found.What, b.Found.Who)
}

func (b *AuditBreakError) Unwrap() error { return ErrAuditBroken }

const auditColumns = "id, at, who, what, object, detail, address, previous, mac"

// AuditCheck is what a walk along the chain found.
type AuditCheck struct {
	After int64     // the walk began after this row; 0 = at the first
	Rows  int64     // the last row that fits
	Head  []byte    // its mac, which stands for all rows up to it
	Known int64     // the row that had the head looked for; 0 = none
	CutAt time.Time // when the first rows were last removed by their age; zero = never
}

// CheckAudit walks the chain and returns its length and head. The head written
// down elsewhere shows a chain that was cut off at the end. When the chain is
// broken the row after the length is the first that does not fit.
func (s *Store) CheckAudit(ctx context.Context) (n int64, head []byte, err error) {
	c, err := s.walkAudit(ctx, AuditCheck{}, nil)
	return c.Rows, c.Head, err
}

// CheckAuditSince is CheckAudit for somebody who kept an earlier head, or its
// first bytes: it returns ErrAuditCut when no row has it, and ErrHeadTooOld when
// its row may have been kept long enough. All that is there was walked either way.
func (s *Store) CheckAuditSince(ctx context.Context, kept []byte) (AuditCheck, error) {
	c, err := s.walkAudit(ctx, AuditCheck{}, kept)
	if err == nil && len(kept) > 0 && c.Known == 0 {
		err = ErrAuditCut
		if c.After > 0 {
			err = ErrHeadTooOld
		}
		err = fmt.Errorf("store: check audit: %w", err)
	}
	return c, err
}

// CheckLatestAudit walks the last rows of the chain only, and tells after
// which row it began.
func (s *Store) CheckLatestAudit(ctx context.Context, rows int) (after, n int64, head []byte, err error) {
	var first []auditRow
	err = s.r.WithContext(ctx).Raw("SELECT id, mac FROM audit WHERE id <= (SELECT max(id) FROM audit) - ? ORDER BY id DESC LIMIT 1", rows).Scan(&first).Error
	if err != nil {
		return 0, 0, nil, fmt.Errorf("store: check audit: %w", err)
	}
	var c AuditCheck
	if len(first) == 1 {
		c = AuditCheck{After: first[0].ID, Rows: first[0].ID, Head: first[0].Mac}
	}
	c, err = s.walkAudit(ctx, c, nil)
	return c.After, c.Rows, c.Head, err
}

// walkAudit goes on along the chain from where c stands, and looks for a row
// with a head.
func (s *Store) walkAudit(ctx context.Context, c AuditCheck, kept []byte) (AuditCheck, error) {
	var facts struct{}
	secrets, err := s.readConnection(ctx, s.r, false, auditKeyName, &facts)
	if err != nil {
		return c, err
	}
	key := []byte(secrets["key"])
	if c.Rows == 0 { // the first rows may have been removed by their age
		if c, err = s.beginAudit(ctx, key, kept); err != nil {
			return c, err
		}
	}
	for {
		var rows []auditRow
		err := s.r.WithContext(ctx).Raw("SELECT "+auditColumns+" FROM audit WHERE id > ? ORDER BY id LIMIT 1000", c.Rows).Scan(&rows).Error
		if err != nil {
			return c, fmt.Errorf("store: check audit: %w", err)
		}
		for _, r := range rows {
			if why := r.misfit(c, key); why != "" {
				return c, fmt.Errorf("store: check audit: %w", &AuditBreakError{Row: c.Rows + 1, Found: r.shown(), Why: why})
			}
			c.Rows, c.Head = r.ID, r.Mac
			if len(kept) > 0 && bytes.HasPrefix(r.Mac, kept) {
				c.Known = r.ID
			}
		}
		if len(rows) == 0 {
			return c, nil
		}
	}
}

// misfit says why a row does not follow where the walk stands; "" when it does.
func (r auditRow) misfit(c AuditCheck, key []byte) string {
	switch {
	case len(key) == 0: // whoever removes the key could chain rows with none
		return "cannot be checked, since the key of the chain was taken out"
	case r.ID != c.Rows+1:
		return "was taken out"
	case !hmac.Equal(r.Mac, r.chained(key)):
		return "was changed, or put in another's place"
	case !hmac.Equal(r.Previous, c.Head):
		return "does not follow the row before it"
	default:
		return ""
	}
}

// shown is the row without what chains it. Its detail may be anything by now.
func (r auditRow) shown() AuditRow {
	return AuditRow{ID: r.ID, At: fromMicros(r.At), Who: r.Who, What: AuditCode(r.What), Object: r.Object, Address: r.Address}
}
