package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// manyAtOnce bounds the statements that change many entries: whoever else
// writes waits for one of them at most.
const manyAtOnce = 500

// Did is the row of the audit that tells of a change of so many entries. Those
// of many are changed in several transactions, and each writes its own row: what
// a crash leaves done is written down, and nothing else.
type Did func(n int) AuditRow

// ResolveCause marks the failures of a cause that were there at a moment: a
// person says that they need no Task. It returns how many.
func (s *Store) ResolveCause(ctx context.Context, cause, by string, seen time.Time, did Did) (int, error) {
	n, err := s.changeMany(ctx, "resolved_at = ?, resolved_by = ?, updated_at = ?", []any{micros(s.now()), clean(by), micros(s.now())},
		"cause = ? AND cause <> '' AND outcome = 'failed' AND resolved_at = 0 AND replay = '' AND updated_at <= ?", []any{cause, micros(seen)}, did)
	return n, wrapped("store: resolve cause", err)
}

// UnresolveCause takes back what people said of the failures of a cause. It
// returns how many.
func (s *Store) UnresolveCause(ctx context.Context, cause string, did Did) (int, error) {
	n, err := s.changeMany(ctx, "resolved_at = 0, resolved_by = '', updated_at = ?", []any{micros(s.now())},
		"cause = ? AND cause <> '' AND outcome = 'failed' AND resolved_at > 0", []any{cause}, did)
	return n, wrapped("store: unresolve cause", err)
}

// changeMany changes all entries of a condition that the change itself ends,
// some hundred at a time, and writes down each time how many.
func (s *Store) changeMany(ctx context.Context, set string, values []any, where string, args []any, did Did) (int, error) {
	all := 0
	for {
		n := 0
		err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) (err error) {
			if n, err = s.changeSome(tx, set, values, where, args, manyAtOnce); err != nil || n == 0 {
				return err
			}
			return s.appendAudit(ctx, tx, did(n))
		})
		if err != nil {
			return all, err
		}
		all += n
		if n > 0 {
			s.changes.tell()
		}
		if n < manyAtOnce {
			return all, nil
		}
	}
}

// changeSome changes some entries of a condition, the oldest calls first. One
// that somebody else is changing right now is left alone.
func (s *Store) changeSome(db *gorm.DB, set string, values []any, where string, args []any, most int) (int, error) {
	skip := ""
	if s.postgres {
		skip = " FOR UPDATE SKIP LOCKED"
	}
	all := append(append(append([]any{}, values...), args...), most)
	res := db.Exec("UPDATE entries SET "+set+" WHERE id IN (SELECT id FROM entries WHERE "+where+
		" ORDER BY started_at, id LIMIT ?"+skip+")", all...)
	return int(res.RowsAffected), res.Error
}

// ResolveEntry marks one failure. It returns ErrConflict when there is none
// any more, or when somebody marked it already.
func (s *Store) ResolveEntry(ctx context.Context, id int64, by string) error {
	now := micros(s.now())
	return s.changeOne(ctx, id, "resolved_at = ?, resolved_by = ?, updated_at = ? WHERE id = ? AND outcome = 'failed' AND resolved_at = 0 AND replay = ''",
		now, clean(by), now, id)
}

// UnresolveEntry takes back what a person said of one failure.
func (s *Store) UnresolveEntry(ctx context.Context, id int64) error {
	return s.changeOne(ctx, id, "resolved_at = 0, resolved_by = '', updated_at = ? WHERE id = ? AND resolved_at > 0", micros(s.now()), id)
}

func (s *Store) changeOne(ctx context.Context, id int64, set string, args ...any) error {
	res := s.w.WithContext(ctx).Exec("UPDATE entries SET "+set, args...)
	if res.Error != nil {
		return fmt.Errorf("store: resolve entry: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		if _, err := s.Entry(ctx, id); err != nil {
			return err
		}
		return ErrConflict
	}
	s.changes.tell()
	return nil
}
