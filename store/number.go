package store

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"ringledger/integration/callflow"

	"gorm.io/gorm"
)

// KnownNumber is what we remember of an external number ourselves: the search
// index of Salesforce lags minutes behind, and a person's choice lasts.
type KnownNumber struct {
	Created   *callflow.Record // made by us
	CreatedAt time.Time
	Choice    *callflow.Record // chosen by a person
	ChosenBy  string
}

// KnownNumbers returns what is remembered of these numbers.
func (s *Store) KnownNumbers(ctx context.Context, e164 []string) (map[string]KnownNumber, error) {
	out := map[string]KnownNumber{}
	if len(e164) == 0 {
		return out, nil
	}
	var found []struct {
		E164, Created, Choice, ChosenBy string
		CreatedAt                       int64
	}
	err := s.w.WithContext(ctx).Raw(`SELECT e164, created, choice, chosen_by, created_at FROM numbers
		WHERE e164 IN ? AND (created <> '' OR choice <> '')`, e164).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read numbers: %w", err)
	}
	for _, f := range found {
		k := KnownNumber{CreatedAt: fromMicros(f.CreatedAt), ChosenBy: f.ChosenBy}
		for _, p := range []struct {
			text string
			into **callflow.Record
		}{{f.Created, &k.Created}, {f.Choice, &k.Choice}} {
			if p.text == "" {
				continue
			}
			*p.into = &callflow.Record{}
			if err := json.Unmarshal([]byte(p.text), *p.into); err != nil {
				return nil, fmt.Errorf("store: number: %w", err)
			}
		}
		out[f.E164] = k
	}
	return out, nil
}

// LockNumbers takes the right to create records for numbers, for one entry
// each, until the lease ends. It returns the numbers it got: one number is
// being created once, over all workers.
func (s *Store) LockNumbers(ctx context.Context, byNumber map[string]int64, lease time.Duration) (map[string]bool, error) {
	got := make(map[string]bool, len(byNumber))
	now := s.now()
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, number := range slices.Sorted(maps.Keys(byNumber)) { // one order for all, so that two never wait for each other
			res := tx.Exec(`INSERT INTO numbers (e164, locked_by, locked_until) VALUES (?, ?, ?)
				ON CONFLICT (e164) DO UPDATE SET locked_by = excluded.locked_by, locked_until = excluded.locked_until
				WHERE numbers.locked_until <= ? OR numbers.locked_by = excluded.locked_by`,
				number, byNumber[number], micros(now.Add(lease)), micros(now))
			if res.Error != nil {
				return res.Error
			}
			got[number] = res.RowsAffected == 1
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: lock numbers: %w", err)
	}
	return got, nil
}

// LockedBy tells which entries hold the locks of numbers.
func (s *Store) LockedBy(ctx context.Context, e164 []string) (map[string]int64, error) {
	if len(e164) == 0 {
		return nil, nil
	}
	var found []struct {
		E164     string
		LockedBy int64
	}
	err := s.w.WithContext(ctx).Raw("SELECT e164, locked_by FROM numbers WHERE e164 IN ? AND locked_until > ?", e164, micros(s.now())).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read locks of numbers: %w", err)
	}
	out := make(map[string]int64, len(found))
	for _, f := range found {
		out[f.E164] = f.LockedBy
	}
	return out, nil
}

// NumbersCreated remembers the records made for numbers and ends their locks.
func (s *Store) NumbersCreated(ctx context.Context, made map[string]callflow.Record) error {
	if len(made) == 0 {
		return nil
	}
	return s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for _, number := range slices.Sorted(maps.Keys(made)) {
			if err := setNumber(tx, number, "created", made[number], "created_at = excluded.created_at", "", s.now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetNumber drops what we remember of a number after a record is gone. What
// was made or chosen since is another record, and stays; so does the lock of
// whoever is making one.
func (s *Store) ForgetNumber(ctx context.Context, e164, gone string) error {
	known, err := s.KnownNumbers(ctx, []string{e164})
	if err != nil {
		return err
	}
	k := known[e164]
	for _, r := range []struct {
		record *callflow.Record
		column string
		set    string
	}{{k.Created, "created", "created = '', locked_until = 0"}, {k.Choice, "choice", "choice = '', chosen_by = '', chosen_at = 0"}} {
		if r.record == nil || r.record.ID != gone {
			continue
		}
		err := s.w.WithContext(ctx).Exec("UPDATE numbers SET "+r.set+" WHERE e164 = ? AND "+r.column+` LIKE '%"id":"' || ? || '"%'`, e164, gone).Error
		if err != nil {
			return fmt.Errorf("store: forget number: %w", err)
		}
	}
	return nil
}

// UnlockNumbers gives numbers free whose record was not made.
func (s *Store) UnlockNumbers(ctx context.Context, e164 []string) error {
	if len(e164) == 0 {
		return nil
	}
	if err := s.w.WithContext(ctx).Exec("UPDATE numbers SET locked_until = 0 WHERE e164 IN ?", e164).Error; err != nil {
		return fmt.Errorf("store: unlock numbers: %w", err)
	}
	return nil
}

// ChooseRecord remembers a person's choice for a number.
func (s *Store) ChooseRecord(ctx context.Context, e164 string, r callflow.Record, by string) error {
	return setNumber(s.w.WithContext(ctx), e164, "choice", r, "chosen_by = excluded.chosen_by, chosen_at = excluded.chosen_at", by, s.now())
}

func setNumber(db *gorm.DB, e164, column string, r callflow.Record, set, by string, at time.Time) error {
	doc, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("store: number: %w", err)
	}
	err = db.Exec(`INSERT INTO numbers (e164, `+column+`, created_at, chosen_by, chosen_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (e164) DO UPDATE SET locked_until = 0, `+column+` = excluded.`+column+`, `+set,
		e164, string(doc), micros(at), by, micros(at)).Error
	if err != nil {
		return fmt.Errorf("store: number: %w", err)
	}
	return nil
}

// AskAgain lets the entries go on that wait for a choice about a number, now
// that one is remembered. It returns how many.
func (s *Store) AskAgain(ctx context.Context, external string) (int64, error) {
	now := micros(s.now())
	res := s.w.WithContext(ctx).Exec(`UPDATE entries SET due_at = ?, replay = 'then', revision = revision + 1, updated_at = ?
		WHERE outcome = 'needs_choice' AND outcome <> 'logged' AND external = ?`, now, now, external)
	if res.Error != nil {
		return 0, fmt.Errorf("store: ask again: %w", res.Error)
	}
	s.changes.tell()
	return res.RowsAffected, nil
}
