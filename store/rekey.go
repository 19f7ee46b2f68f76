package store

import (
	"context"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"gorm.io/gorm"
)

// sealedColumn is where sealed values are.
type sealedColumn struct {
	table, key, column string
	beside             string // a column that the place is made of
	place              func(sealedValue) string
}

// sealedValue is one of them; Key and Beside are text whatever they are made of.
type sealedValue struct{ Key, Beside, Sealed string }

// sealedColumns lists every column that holds sealed values; a test looks for
// others in the schema.
func sealedColumns() []sealedColumn {
	return []sealedColumn{
		{"connections", "name", "secrets", "''", func(v sealedValue) string { return connectionPlace(v.Key) }},
		{"webhooks", "id", "secret", "''", func(sealedValue) string { return webhookSecretPlace }},
		{"webhooks", "id", "token", "secret_hash", func(v sealedValue) string { return webhookTokenPlace([32]byte([]byte(v.Beside))) }},
		{"two_steps", "user_id", "sealed", "''", func(v sealedValue) string { return "two_steps/" + v.Key + "/sealed" }},
		{"alert_settings", "id", "secret", "''", func(sealedValue) string { return alertSecretPlace }},
	}
}

// rekeyBatch is how many values one transaction seals anew: few, so that what
// else is written waits for milliseconds.
const rekeyBatch = 20

// RotateKeys makes a new data key and seals every value anew with it, in small
// batches beside whatever else goes on. Other nodes read the keyset when they
// meet a value that they cannot open. It may be repeated when it was
// interrupted.
func (s *Store) RotateKeys(ctx context.Context, did AuditRow) (sealed int, err error) {
	err = s.changeKeyset(ctx, did, func(_ *gorm.DB, _ *dataKeys, m *keyset.Manager) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
	if err != nil {
		return 0, fmt.Errorf("store: rotate keys: %w", err)
	}
	for _, c := range sealedColumns() {
		for after, more := "", true; more; {
			var n int
			if n, after, more, err = s.sealAnew(ctx, c, after); err != nil {
				return sealed, fmt.Errorf("store: seal %s anew: %w", c.table, err)
			}
			sealed += n
		}
	}
	return sealed, nil
}

// sealAnew does one batch of the values behind a key.
func (s *Store) sealAnew(ctx context.Context, c sealedColumn, after string) (sealed int, last string, more bool, err error) {
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		sealed = 0
		values, err := s.sealedValues(tx, c, after, rekeyBatch, s.postgres)
		if err != nil {
			return err
		}
		more = len(values) == rekeyBatch
		for _, v := range values {
			last = v.Key
			again, changed, err := s.again(tx, v.Sealed, c.place(v))
			if err != nil {
				return err
			}
			if !changed {
				continue
			}
			sealed++
			if err := tx.Exec("UPDATE "+c.table+" SET "+c.column+" = ? WHERE CAST("+c.key+" AS TEXT) = ?", again, v.Key).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return sealed, last, more, err
}

// again is a value sealed with the newest key; changed is false when it was.
func (s *Store) again(tx *gorm.DB, sealed, place string) (again string, changed bool, err error) {
	k, err := s.currentKeys(tx)
	if err != nil {
		return "", false, err
	}
	ct, err := ciphertext(sealed, place)
	if err != nil || keyOf(ct) == k.primary {
		return sealed, false, err
	}
	plain, err := s.unseal(tx.Statement.Context, sealed, place)
	if err != nil {
		return "", false, err
	}
	again, err = encrypt(k.aead, plain, place)
	return again, true, err
}

// sealedValues reads values in the order of their keys; hold keeps others from
// changing them.
func (s *Store) sealedValues(db *gorm.DB, c sealedColumn, after string, most int, hold bool) ([]sealedValue, error) {
	sql := "SELECT CAST(" + c.key + " AS TEXT) AS key, " + c.beside + " AS beside, " + c.column + " AS sealed FROM " + c.table +
		" WHERE " + c.column + " <> '' AND CAST(" + c.key + " AS TEXT) > ? ORDER BY 1 LIMIT ?"
	if hold {
		sql += " FOR UPDATE"
	}
	var raw []struct {
		Key    string
		Beside []byte
		Sealed string
	}
	if err := db.Raw(sql, after, most).Scan(&raw).Error; err != nil {
		return nil, err
	}
	values := make([]sealedValue, len(raw))
	for i, r := range raw {
		values[i] = sealedValue{Key: r.Key, Beside: string(r.Beside), Sealed: r.Sealed}
	}
	return values, nil
}

// DropOldKeys removes the data keys that seal nothing any more. It returns
// ErrConflict while one of them still does.
func (s *Store) DropOldKeys(ctx context.Context, did AuditRow) (dropped int, err error) {
	err = s.changeKeyset(ctx, did, func(tx *gorm.DB, k *dataKeys, m *keyset.Manager) error {
		if err := s.sealsNothing(tx, k); err != nil {
			return err
		}
		dropped = 0
		for id := range k.ids {
			if id == k.primary {
				continue
			}
			if err := m.Delete(id); err != nil {
				return err
			}
			dropped++
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("store: drop old keys: %w", err)
	}
	return dropped, nil
}

// sealsNothing checks that all values are sealed with the newest key. Whoever
// seals holds the keyset until it is committed, so none comes in between.
func (s *Store) sealsNothing(tx *gorm.DB, k *dataKeys) error {
	const all = 1 << 30
	for _, c := range sealedColumns() {
		values, err := s.sealedValues(tx, c, "", all, false)
		if err != nil {
			return err
		}
		for _, v := range values {
			ct, err := ciphertext(v.Sealed, c.place(v))
			if err != nil {
				return err
			}
			if keyOf(ct) != k.primary {
				return fmt.Errorf("%s still needs an old key: %w", c.place(v), ErrConflict)
			}
		}
	}
	return nil
}

// ChangeKey seals the data keys with another secret key: one row changes.
// Running nodes go on with what they have opened; they need the new key when
// they start again.
func (s *Store) ChangeKey(ctx context.Context, key []byte, did AuditRow) error {
	master, err := masterOf(key)
	if err != nil {
		return err
	}
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		k, err := s.holdKeyset(tx)
		if err != nil {
			return err
		}
		sealed, err := wrap(k.handle, master)
		if err != nil {
			return err
		}
		if err := tx.Exec("UPDATE keysets SET sealed = ?, fingerprint = ? WHERE id = 1", sealed, fingerprint(key)).Error; err != nil {
			return err
		}
		return s.appendAudit(ctx, tx, did)
	})
	if err != nil {
		return fmt.Errorf("store: change the secret key: %w", err)
	}
	s.keys.mu.Lock()
	s.keys.master = master
	s.keys.mu.Unlock()
	return nil
}

// changeKeyset changes the data keys in one transaction, and writes down in it
// who did so.
func (s *Store) changeKeyset(ctx context.Context, did AuditRow, change func(*gorm.DB, *dataKeys, *keyset.Manager) error) error {
	return s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		k, err := s.holdKeyset(tx)
		if err != nil {
			return err
		}
		// First, so that it seals nothing with keys that may yet be rolled back.
		if err := s.appendAudit(ctx, tx, did); err != nil {
			return err
		}
		m := keyset.NewManagerFromHandle(k.handle)
		if err := change(tx, k, m); err != nil {
			return err
		}
		handle, err := m.Handle()
		if err != nil {
			return err
		}
		sealed, err := wrap(handle, s.keys.master)
		if err != nil {
			return err
		}
		return tx.Exec("UPDATE keysets SET sealed = ?, version = version + 1 WHERE id = 1", sealed).Error
	})
}

// holdKeyset reads the keyset for a change, from the database and with the
// secret key: what is held in memory says nothing about either.
func (s *Store) holdKeyset(tx *gorm.DB) (*dataKeys, error) {
	if s.keys.locked != nil {
		return nil, s.keys.locked
	}
	row, found, err := s.readKeyset(tx, "UPDATE")
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("the keyset is gone: %w", ErrWrongKey)
	}
	return readKeys(s.keys.master, row)
}
