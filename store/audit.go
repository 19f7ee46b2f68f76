package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// AuditRow is one thing somebody did.
type AuditRow struct {
	ID      int64
	At      time.Time
	Who     string // e-mail, "key:<name>", "console", "system"; "" = nobody known
	What    AuditCode
	Object  string            // what it was done to
	Detail  map[string]string // never a secret
	Address string
}

type auditRow struct {
	ID                                 int64
	At                                 int64
	Who, What, Object, Detail, Address string
	Previous, Mac                      []byte
}

// canonical is the one form of a row that its mac covers.
func (r auditRow) canonical() []byte {
	// Marshalling numbers and strings never fails.
	b, _ := json.Marshal([]any{r.ID, r.At, r.Who, r.What, r.Object, r.Detail, r.Address})
	return b
}

func (r auditRow) chained(key []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(r.Previous)
	h.Write(r.canonical())
	return h.Sum(nil)
}

// maxAuditText bounds what indexes hold: PostgreSQL refuses longer rows there.
const maxAuditText = 500

// clean is the row as every database takes it.
func (a AuditRow) clean() AuditRow {
	short := func(text string) string { return cut(clean(text), maxAuditText) }
	a.Who, a.What, a.Object, a.Address = short(a.Who), AuditCode(short(string(a.What))), short(a.Object), clean(a.Address)
	detail := make(map[string]string, len(a.Detail))
	for k, v := range a.Detail {
		detail[clean(k)] = clean(v)
	}
	a.Detail = detail
	return a
}

// AddAudit appends a row to the chain: its mac covers the row and the mac of
// the one before.
func (s *Store) AddAudit(ctx context.Context, a AuditRow) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error { return s.appendAudit(ctx, tx, a) })
	if err != nil {
		return fmt.Errorf("store: audit: %w", err)
	}
	return nil
}

// appendAudit is AddAudit in the transaction of the change that the row tells.
func (s *Store) appendAudit(ctx context.Context, tx *gorm.DB, a AuditRow) error {
	a = a.clean()
	detail, err := jsonOrEmpty(a.Detail, len(a.Detail))
	if err != nil {
		return err
	}
	if s.postgres { // one writer at a time, as SQLite has anyway
		if err := tx.Exec("SELECT pg_advisory_xact_lock(7291, 2)").Error; err != nil {
			return err
		}
	}
	key, err := s.auditKey(ctx, tx)
	if err != nil {
		return err
	}
	var last []auditRow
	if err := tx.Raw("SELECT id, mac FROM audit ORDER BY id DESC LIMIT 1").Scan(&last).Error; err != nil {
		return err
	}
	row := auditRow{ID: 1, At: micros(s.now()), Who: a.Who, What: string(a.What), Object: a.Object, Detail: detail, Address: a.Address, Previous: []byte{}}
	if len(last) == 1 {
		row.ID, row.Previous = last[0].ID+1, last[0].Mac
	}
	return tx.Exec("INSERT INTO audit (id, at, who, what, object, detail, address, previous, mac) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		row.ID, row.At, row.Who, row.What, row.Object, row.Detail, row.Address, row.Previous, row.chained(key)).Error
}

// auditKeyName is where the key of the chain is kept, sealed like the
// credentials of connections.
const auditKeyName = "audit"

// auditKey reads the key of the chain, or makes it for the first row. It is
// sealed, so that the file alone is not enough to forge a row.
func (s *Store) auditKey(ctx context.Context, tx *gorm.DB) ([]byte, error) {
	var facts struct{}
	secrets, err := s.readConnection(ctx, tx, false, auditKeyName, &facts)
	if err != nil {
		return nil, err
	}
	if key := secrets["key"]; key != "" {
		return []byte(key), nil
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	key := Secret(fmt.Sprintf("%x", raw))
	plain, err := json.Marshal(map[string]Secret{"key": key})
	if err != nil {
		return nil, err
	}
	sealed, err := s.seal(tx, plain, connectionPlace(auditKeyName))
	if err != nil {
		return nil, err
	}
	return []byte(key), tx.Exec("INSERT INTO connections (name, facts, secrets, updated_at) VALUES (?, '{}', ?, ?)",
		auditKeyName, sealed, micros(s.now())).Error
}
