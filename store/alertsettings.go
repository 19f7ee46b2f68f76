package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"gorm.io/gorm"
)

// AlertSettings say which alerts are told, and to whom.
type AlertSettings struct {
	Version int `json:"-"` // 0 = nobody has changed them

	Connections   bool   `json:"connections"` // a connection is lost
	Failures      bool   `json:"failures"`
	FailuresOver  int    `json:"failures_over"` // open failed calls within an hour
	Silence       bool   `json:"silence"`
	SilentMinutes int    `json:"silent_minutes"`
	Queue         bool   `json:"queue"`
	Digest        bool   `json:"digest"`
	DigestHour    int    `json:"digest_hour"` // 0 to 23, in the zone of the house
	Language      string `json:"language"`

	Recipients []string `json:"recipients,omitempty"` // none = nobody is told by e-mail

	WebhookURL      Secret `json:"-"`                          // "" = there is none; whoever knows it may post there
	WebhookInternal bool   `json:"webhook_internal,omitempty"` // it may be in the house's own network
	WebhookSecret   Secret `json:"-"`                          // signs what is posted
}

// firstAlerts are the settings before anybody has changed them.
func firstAlerts() AlertSettings {
	return AlertSettings{Connections: true, Failures: true, FailuresOver: 10, Silence: true, SilentMinutes: 120, Queue: true, DigestHour: 8, Language: "en"}
}

// The channels of alerts.
const (
	ByEmail   = "email"
	ByWebhook = "webhook"
)

// Channels are where alerts are told, in the order of pages.
func (a AlertSettings) Channels() []string {
	var out []string
	if len(a.Recipients) > 0 {
		out = append(out, ByEmail)
	}
	if a.WebhookURL != "" {
		out = append(out, ByWebhook)
	}
	return out
}

const alertSecretPlace = "alert_settings/1/secret"

// AlertSettings returns the settings as they are.
func (s *Store) AlertSettings(ctx context.Context) (AlertSettings, error) {
	a := firstAlerts()
	var found []struct {
		Version       int
		Facts, Secret string
	}
	if err := s.r.WithContext(ctx).Raw("SELECT version, facts, secret FROM alert_settings WHERE id = 1").Scan(&found).Error; err != nil {
		return a, fmt.Errorf("store: read alert settings: %w", err)
	}
	if len(found) == 0 {
		return a, nil
	}
	a = AlertSettings{Version: found[0].Version}
	if err := json.Unmarshal([]byte(found[0].Facts), &a); err != nil {
		return a, fmt.Errorf("store: read alert settings: %w", err)
	}
	if found[0].Secret == "" || s.Locked() != nil {
		return a, nil //nolint:nilerr // the page of a locked program shows the rest
	}
	plain, err := s.unseal(ctx, found[0].Secret, alertSecretPlace)
	if err != nil {
		return a, err
	}
	var hook alertHook
	if err := json.Unmarshal(plain, &hook); err != nil {
		return a, errors.New("store: read alert settings: secrets are damaged")
	}
	a.WebhookURL, a.WebhookSecret = Secret(hook.URL), Secret(hook.Secret)
	return a, nil
}

// alertHook is what is sealed of the webhook.
type alertHook struct {
	URL    string `json:"url"`
	Secret string `json:"secret"`
}

// SaveAlertSettings keeps settings that were read and changed. It returns
// ErrConflict when somebody else saved others meanwhile. What waits to be told
// is tried again at once: they may have mended the channel.
func (s *Store) SaveAlertSettings(ctx context.Context, a AlertSettings) error {
	if err := s.Locked(); err != nil {
		return err
	}
	facts, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("store: save alert settings: %w", err)
	}
	hook, err := json.Marshal(alertHook{string(a.WebhookURL), string(a.WebhookSecret)}) //nolint:gosec // sealed below, before it is stored
	if err != nil {
		return fmt.Errorf("store: save alert settings: %w", err)
	}
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		sealed := ""
		if a.WebhookURL != "" {
			if sealed, err = s.seal(tx, hook, alertSecretPlace); err != nil {
				return err
			}
		}
		res := tx.Exec(`INSERT INTO alert_settings (id, version, facts, secret) SELECT 1, 1, ?, ? WHERE ? = 0
			ON CONFLICT DO NOTHING`, string(facts), sealed, a.Version)
		if a.Version > 0 {
			res = tx.Exec("UPDATE alert_settings SET version = version + 1, facts = ?, secret = ? WHERE id = 1 AND version = ?", string(facts), sealed, a.Version)
		}
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrConflict
		}
		if res.Error != nil {
			return res.Error
		}
		return tx.Exec("UPDATE alert_messages SET due_at = ? WHERE sent_at = 0 AND dropped_at = 0 AND due_at > ?", micros(s.now()), micros(s.now())).Error
	})
	if err != nil {
		return fmt.Errorf("store: save alert settings: %w", err)
	}
	s.changes.tell()
	return nil
}
