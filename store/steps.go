package store

import (
	"context"
	"encoding/json"
	"fmt"

	"ringledger/integration/callflow"
)

// StepsOfAll returns the traces of many entries by their ids, of each the first
// try first: what was decided under which rules, without the requests.
func (s *Store) StepsOfAll(ctx context.Context, entryIDs []int64) (map[int64][]Try, error) {
	out := make(map[int64][]Try, len(entryIDs))
	if len(entryIDs) == 0 {
		return out, nil
	}
	var found []struct {
		EntryID                int64
		N, RulesVersion        int
		Outcome, Reason, Steps string
	}
	err := s.r.WithContext(ctx).Raw(`SELECT entry_id, n, rules_version, outcome, reason, steps
		FROM tries WHERE entry_id IN ? ORDER BY entry_id, n, id`, entryIDs).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read traces: %w", err)
	}
	for _, f := range found {
		t := Try{N: f.N, RulesVersion: f.RulesVersion, Outcome: callflow.Outcome(f.Outcome), Reason: callflow.Reason(f.Reason)}
		if f.Steps != "" {
			if err := json.Unmarshal([]byte(f.Steps), &t.Steps); err != nil {
				return nil, fmt.Errorf("store: try %d of entry %d: %w", f.N, f.EntryID, err)
			}
		}
		out[f.EntryID] = append(out[f.EntryID], t)
	}
	return out, nil
}
