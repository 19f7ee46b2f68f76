package store

import (
	"context"
	"fmt"

	"ringledger/integration/callflow"
)

// AuditSubject is a call or message that rows of the audit log tell of. The
// rows hold no number and no name: they are looked up while they are known.
type AuditSubject struct {
	Kind       callflow.Kind
	ObjectID   string // Aircall's
	RecordID   string
	RecordName string
}

// AuditSubjects returns entries by their number.
func (s *Store) AuditSubjects(ctx context.Context, ids []int64) (map[int64]AuditSubject, error) {
	type row struct {
		id int64
		AuditSubject
	}
	out := make(map[int64]AuditSubject, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT id, kind, object_id, record_id, record_name FROM entries WHERE id IN ?", ids),
		func(r *row) []any { return []any{&r.id, &r.Kind, &r.ObjectID, &r.RecordID, &r.RecordName} })
	if err != nil {
		return nil, fmt.Errorf("store: read what the audit tells of: %w", err)
	}
	for _, r := range found {
		out[r.id] = r.AuditSubject
	}
	return out, nil
}

// ReasonsOf returns the reason of each cause that entries still have.
func (s *Store) ReasonsOf(ctx context.Context, causes []string) (map[string]string, error) {
	type row struct{ cause, reason string }
	out := make(map[string]string, len(causes))
	if len(causes) == 0 {
		return out, nil
	}
	found, err := readRows(s.r.WithContext(ctx).Raw("SELECT cause, max(reason) FROM entries WHERE cause <> '' AND cause IN ? GROUP BY cause", causes),
		func(r *row) []any { return []any{&r.cause, &r.reason} })
	if err != nil {
		return nil, fmt.Errorf("store: read reasons of causes: %w", err)
	}
	for _, r := range found {
		out[r.cause] = r.reason
	}
	return out, nil
}
