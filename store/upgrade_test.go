package store

import (
	"path/filepath"
	"testing"
)

// TestALedgerOfTheFirstSchemaIsUpgradedWithWhatIsInIt takes a ledger back to
// the first schema, writes a failed call as that schema had it, and opens it
// with today's program.
func TestALedgerOfTheFirstSchemaIsUpgradedWithWhatIsInIt(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ringledger.db")
	old, err := Open(t.Context(), Options{URL: "sqlite:" + file, Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	p, err := old.migrator()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		`INSERT INTO entries (provider, kind, object_id, outcome, reason, first_at, updated_at, started_at) VALUES ('aircall', 'call', '1', 'failed', 'validation_rule', 1, 1, 1)`,
		`INSERT INTO lines (id, name, e164, country, time_zone) VALUES ('1234', 'Support', '+33199000001', 'FR', 'Europe/Paris')`,
		`INSERT INTO api_keys (name, role, hash, created_at) VALUES ('old', 'viewer', x'01', 1)`,
	} {
		if err := old.w.Exec(q).Error; err != nil {
			t.Fatal(err)
		}
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}

	s := openFile(t, file)
	ctx := t.Context()
	found, err := s.Causes(ctx, false)
	if err != nil || len(found) != 1 || found[0].N != 1 || found[0].Latest[0].Reason != "validation_rule" {
		t.Errorf("what failed before needs nobody: %+v, %v", found, err)
	}
	lines, err := s.Lines(ctx)
	if err != nil || len(lines) != 1 || !lines[0].GoneAt.IsZero() {
		t.Errorf("lines: %+v, %v", lines, err)
	}
	keys, err := s.APIKeys(ctx)
	if err != nil || len(keys) != 1 || !keys[0].RevokedAt.IsZero() {
		t.Errorf("keys: %+v, %v", keys, err)
	}
}
