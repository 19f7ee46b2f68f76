package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ringledger/integration/callflow"
)

// Rules is one immutable version of the settings.
type Rules struct {
	Version  int
	Settings callflow.Settings
	SavedAt  time.Time
	SavedBy  string
	Note     string
}

type settingsRow struct {
	Version  int
	Document string
	SavedAt  int64
	SavedBy  string
	Note     string
}

func (r settingsRow) plain() (Rules, error) {
	rules := Rules{Version: r.Version, SavedAt: fromMicros(r.SavedAt), SavedBy: r.SavedBy, Note: r.Note}
	if err := json.Unmarshal([]byte(r.Document), &rules.Settings); err != nil {
		return rules, fmt.Errorf("store: settings version %d: %w", r.Version, err)
	}
	return rules, nil
}

// firstSettings gives a new database the default rules as version 1.
func (s *Store) firstSettings(ctx context.Context) error {
	doc, err := json.Marshal(callflow.Default())
	if err != nil {
		return fmt.Errorf("store: default settings: %w", err)
	}
	err = s.w.WithContext(ctx).Exec(`INSERT INTO settings (version, document, saved_at, saved_by, note) VALUES (1, ?, ?, '', '')
		ON CONFLICT DO NOTHING`, string(doc), micros(s.now())).Error
	if err != nil {
		return fmt.Errorf("store: default settings: %w", err)
	}
	return nil
}

// CurrentRules returns the newest version of the settings.
func (s *Store) CurrentRules(ctx context.Context) (Rules, error) {
	return s.rulesWhere(ctx, "ORDER BY version DESC LIMIT 1")
}

// RulesVersion returns one version of the settings.
func (s *Store) RulesVersion(ctx context.Context, version int) (Rules, error) {
	return s.rulesWhere(ctx, "WHERE version = ?", version)
}

// SavedRules returns versions of the settings, newest first: those before a
// version, or all for 0, at most limit of them.
func (s *Store) SavedRules(ctx context.Context, before, limit int) ([]Rules, error) {
	var found []settingsRow
	err := s.r.WithContext(ctx).Raw(`SELECT version, document, saved_at, saved_by, note FROM settings
		WHERE ? = 0 OR version < ? ORDER BY version DESC LIMIT ?`, before, before, limit).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read settings: %w", err)
	}
	out := make([]Rules, len(found))
	for i, row := range found {
		if out[i], err = row.plain(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Store) rulesWhere(ctx context.Context, rest string, args ...any) (Rules, error) {
	var found []settingsRow
	err := s.r.WithContext(ctx).Raw("SELECT version, document, saved_at, saved_by, note FROM settings "+rest, args...).Scan(&found).Error
	if err != nil {
		return Rules{}, fmt.Errorf("store: read settings: %w", err)
	}
	if len(found) == 0 {
		return Rules{}, ErrNotFound
	}
	return found[0].plain()
}

// SaveRules adds a version after base. It returns ErrConflict when somebody
// saved another version since base was read.
func (s *Store) SaveRules(ctx context.Context, base int, settings callflow.Settings, by, note string) (int, error) {
	doc, err := json.Marshal(settings)
	if err != nil {
		return 0, fmt.Errorf("store: save settings: %w", err)
	}
	res := s.w.WithContext(ctx).Exec(`INSERT INTO settings (version, document, saved_at, saved_by, note)
		SELECT ?, ?, ?, ?, ? WHERE ? = (SELECT max(version) FROM settings) ON CONFLICT DO NOTHING`,
		base+1, string(doc), micros(s.now()), clean(by), clean(note), base)
	if res.Error != nil {
		return 0, fmt.Errorf("store: save settings: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return 0, ErrConflict
	}
	s.changes.tell()
	return base + 1, nil
}
