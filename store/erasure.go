package store

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// ErrBusy is returned while the worker has calls in hand that must wait for it.
var ErrBusy = errors.New("calls of it are being worked on")

// Erasure is a number that was erased, without the number.
type Erasure struct {
	Tail       string // its last two digits
	AskedBy    string
	AskedAt    time.Time
	FinishedAt time.Time // zero = it did not come to its end and must be asked for again
	Entries    int64
}

// numberHash names a number that nobody may know any more. Its key is derived
// from the sealed one of the audit log: the database alone does not tell it, and
// trying all numbers does not either.
func (s *Store) numberHash(ctx context.Context, db *gorm.DB, e164 string) ([]byte, error) {
	key, err := s.auditKey(ctx, db)
	if err != nil {
		return nil, err
	}
	derived := hmac.New(sha256.New, key)
	derived.Write([]byte("erased numbers"))
	h := hmac.New(sha256.New, derived.Sum(nil))
	h.Write([]byte(e164))
	return h.Sum(nil), nil
}

// AddErasure notes that a number is erased. From then on whatever comes of it
// is stored without personal data.
func (s *Store) AddErasure(ctx context.Context, e164, by string) error {
	hash, err := s.numberHash(ctx, s.w, e164)
	if err == nil {
		err = s.w.WithContext(ctx).Exec(`INSERT INTO erasures (tail, hash, asked_by, asked_at) VALUES (?, ?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET asked_by = excluded.asked_by, asked_at = excluded.asked_at, finished_at = 0`,
			e164[max(0, len(e164)-2):], hash, clean(by), micros(s.now())).Error
	}
	return wrapped("store: add erasure", err)
}

// AllowNumber forgets that a number was erased: what comes of it is kept again.
// It returns ErrNotFound when the number is not erased.
func (s *Store) AllowNumber(ctx context.Context, e164 string) error {
	hash, err := s.numberHash(ctx, s.w, e164)
	if err != nil {
		return fmt.Errorf("store: allow number: %w", err)
	}
	res := s.w.WithContext(ctx).Exec("DELETE FROM erasures WHERE hash = ?", hash)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrNotFound
	}
	return wrapped("store: allow number", res.Error)
}

// Erasures lists the last ones, the newest first.
func (s *Store) Erasures(ctx context.Context, limit int) ([]Erasure, error) {
	var found []struct {
		Tail, AskedBy                string
		AskedAt, FinishedAt, Entries int64
	}
	err := s.r.WithContext(ctx).Raw("SELECT tail, asked_by, asked_at, finished_at, entries FROM erasures ORDER BY asked_at DESC, id DESC LIMIT ?", limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: list erasures: %w", err)
	}
	out := make([]Erasure, len(found))
	for i, f := range found {
		out[i] = Erasure{f.Tail, f.AskedBy, fromMicros(f.AskedAt), fromMicros(f.FinishedAt), f.Entries}
	}
	return out, nil
}

// ErasedAmong tells which of the numbers were erased.
func (s *Store) ErasedAmong(ctx context.Context, numbers []string) (map[string]bool, error) {
	out := map[string]bool{}
	var any []int64
	err := s.r.WithContext(ctx).Raw("SELECT id FROM erasures LIMIT 1").Scan(&any).Error
	if err != nil || len(any) == 0 || len(numbers) == 0 {
		return out, wrapped("store: read erasures", err)
	}
	for _, number := range numbers {
		hash, err := s.numberHash(ctx, s.r, number)
		if err != nil {
			return nil, err
		}
		var found []int64
		if err := s.r.WithContext(ctx).Raw("SELECT id FROM erasures WHERE hash = ?", hash).Scan(&found).Error; err != nil {
			return nil, fmt.Errorf("store: read erasures: %w", err)
		}
		if len(found) > 0 {
			out[number] = true
		}
	}
	return out, nil
}

// entriesOf finds the entries of a number by the terms that search finds them
// by: each spelling is one term.
func (s *Store) entriesOf(ctx context.Context, db *gorm.DB, spellings []string, more string, args ...any) (ids []int64, err error) {
	terms := make([]string, len(spellings))
	for i, digits := range spellings {
		terms[i] = "d:" + digits
	}
	err = db.WithContext(ctx).Raw("SELECT id FROM entries WHERE id IN (SELECT entry_id FROM terms WHERE term IN ?)"+more, append([]any{terms}, args...)...).Scan(&ids).Error
	return ids, err
}

// CountOf tells how many entries a number has.
func (s *Store) CountOf(ctx context.Context, spellings []string) (int, error) {
	ids, err := s.entriesOf(ctx, s.r, spellings, "")
	return len(ids), wrapped("store: count entries of a number", err)
}

// eraseBatch bounds one transaction.
const eraseBatch = 50

// EraseNumber takes everything that tells of a number's person out of its
// entries, batch by batch, and then what is remembered of the number. It
// returns ErrBusy when the worker has some of them in hand.
func (s *Store) EraseNumber(ctx context.Context, e164 string, spellings []string) error {
	for {
		free, err := s.entriesOf(ctx, s.w, spellings, " AND lease_until <= ? ORDER BY kind, object_id LIMIT ?", micros(s.now()), eraseBatch)
		if err == nil && len(free) == 0 {
			break
		}
		if err == nil {
			err = s.EraseEntries(ctx, free)
		}
		if err == nil {
			err = s.countErased(ctx, e164, len(free))
		}
		if err != nil {
			return fmt.Errorf("store: erase number: %w", err)
		}
	}
	if busy, err := s.entriesOf(ctx, s.w, spellings, ""); err != nil || len(busy) > 0 {
		return errors.Join(wrapped("store: erase number", err), ErrBusy)
	}
	for _, p := range places() {
		if p.of != "" {
			continue
		}
		where, args, err := s.ofNumber(ctx, s.w, p, e164, spellings)
		if err == nil {
			err = p.empty(s.w.WithContext(ctx), where, args, micros(s.now()))
		}
		if err != nil {
			return fmt.Errorf("store: erase number: %w", err)
		}
	}
	if err := s.Wipe(ctx); err != nil {
		return err
	}
	hash, err := s.numberHash(ctx, s.w, e164)
	if err == nil {
		err = s.w.WithContext(ctx).Exec("UPDATE erasures SET finished_at = ? WHERE hash = ?", micros(s.now()), hash).Error
	}
	return wrapped("store: erase number", err)
}

func (s *Store) countErased(ctx context.Context, e164 string, n int) error {
	hash, err := s.numberHash(ctx, s.w, e164)
	if err != nil {
		return err
	}
	return s.w.WithContext(ctx).Exec("UPDATE erasures SET entries = entries + ? WHERE hash = ?", n, hash).Error
}

// EraseEntries leaves of entries what counts them: when, on which line, by
// which agent, with which outcome. A claim on one of them ends, so that whoever
// has it cannot write back what it read.
func (s *Store) EraseEntries(ctx context.Context, ids []int64) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		return eraseEntries(tx, ids, micros(s.now()))
	})
	if err != nil {
		return fmt.Errorf("store: erase entries: %w", err)
	}
	s.changes.tell()
	return nil
}

func eraseEntries(tx *gorm.DB, ids []int64, now int64) error {
	for _, p := range places() {
		if p.of == "" {
			continue
		}
		where, args := p.ofEntries(ids)
		if err := p.empty(tx, where, args, now); err != nil {
			return fmt.Errorf("%s: %w", p.table, err)
		}
	}
	return nil
}

// Wipe takes what was erased out of SQLite's write-ahead log. The file itself
// was overwritten, since secure_delete is on. PostgreSQL keeps dead rows until
// it needs their room.
func (s *Store) Wipe(ctx context.Context) error {
	if s.postgres {
		return nil
	}
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		var found struct{ Busy int }
		if err := s.w.WithContext(ctx).Raw("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&found).Error; err != nil {
			return fmt.Errorf("store: wipe: %w", err)
		}
		if found.Busy == 0 {
			return nil
		}
		if wait > time.Second {
			return fmt.Errorf("store: wipe: %w", ErrBusy)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}
