package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ringledger/integration/callflow"
)

// Choice is a record that a person chose for a number, for good.
type Choice struct {
	E164     string
	Record   callflow.Record
	ChosenBy string
	ChosenAt time.Time
}

// Choices lists what people chose, the latest first, and how many there are.
func (s *Store) Choices(ctx context.Context, limit int) ([]Choice, int64, error) {
	var all int64
	if err := s.r.WithContext(ctx).Raw("SELECT COUNT(*) FROM numbers WHERE choice <> ''").Scan(&all).Error; err != nil {
		return nil, 0, fmt.Errorf("store: count choices: %w", err)
	}
	var found []struct {
		E164, Choice, ChosenBy string
		ChosenAt               int64
	}
	err := s.r.WithContext(ctx).Raw(`SELECT e164, choice, chosen_by, chosen_at FROM numbers
		WHERE choice <> '' ORDER BY chosen_at DESC, e164 LIMIT ?`, limit).Scan(&found).Error
	if err != nil {
		return nil, 0, fmt.Errorf("store: read choices: %w", err)
	}
	out := make([]Choice, len(found))
	for i, f := range found {
		out[i] = Choice{E164: f.E164, ChosenBy: f.ChosenBy, ChosenAt: fromMicros(f.ChosenAt)}
		if err := json.Unmarshal([]byte(f.Choice), &out[i].Record); err != nil {
			return nil, 0, fmt.Errorf("store: choice: %w", err)
		}
	}
	return out, all, nil
}

// ForgetChoice lets the rules decide about a number again. It reports whether
// there was a choice to forget.
func (s *Store) ForgetChoice(ctx context.Context, e164 string) (bool, error) {
	res := s.w.WithContext(ctx).Exec("UPDATE numbers SET choice = '', chosen_by = '', chosen_at = 0 WHERE e164 = ? AND choice <> ''", e164)
	if res.Error != nil {
		return false, fmt.Errorf("store: forget choice: %w", res.Error)
	}
	return res.RowsAffected == 1, nil
}
