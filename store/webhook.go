package store

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// Webhook is one address we receive events at, with the token that proves them.
type Webhook struct {
	ID        int64
	Secret    Secret // last part of the path
	Token     Secret // empty while not known yet
	RemoteID  string // Aircall's webhook_id
	Active    bool
	CreatedAt time.Time

	secretHash, tokenHash [32]byte
}

// PathMatches compares the secret of a URL in constant time.
func (w *Webhook) PathMatches(secret string) bool {
	h := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(h[:], w.secretHash[:]) == 1
}

// TokenMatches compares the token of a body in constant time. A webhook whose
// token is not known accepts nothing.
func (w *Webhook) TokenMatches(token string) bool {
	h := sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(h[:], w.tokenHash[:]) == 1 && w.Token != ""
}

type webhookRow struct {
	ID            int64
	Secret, Token string
	RemoteID      string
	Active        bool
	CreatedAt     int64
}

// Webhooks returns all webhooks, the newest first.
func (s *Store) Webhooks(ctx context.Context) ([]Webhook, error) {
	return s.readWebhooks(ctx, s.r)
}

func (s *Store) readWebhooks(ctx context.Context, db *gorm.DB) ([]Webhook, error) {
	var found []webhookRow
	err := db.WithContext(ctx).Raw(`SELECT id, secret, token, remote_id, active = 1 AS active, created_at
		FROM webhooks ORDER BY id DESC`).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read webhooks: %w", err)
	}
	out := make([]Webhook, len(found))
	for i, r := range found {
		secret, err := s.seal.open(r.Secret, "webhooks/secret")
		if err != nil {
			return nil, err
		}
		w := Webhook{ID: r.ID, Secret: Secret(secret), RemoteID: r.RemoteID, Active: r.Active,
			CreatedAt: fromMicros(r.CreatedAt)}
		w.secretHash = sha256.Sum256(secret)
		if r.Token != "" {
			token, err := s.seal.open(r.Token, webhookTokenPlace(w.secretHash))
			if err != nil {
				return nil, err
			}
			w.Token = Secret(token)
			w.tokenHash = sha256.Sum256(token)
		}
		out[i] = w
	}
	return out, nil
}

// webhookCacheLife bounds how long another node's new webhook is unknown here.
const webhookCacheLife = 5 * time.Second

type webhookCache struct {
	list []Webhook
	at   time.Time
}

// KnownWebhooks is Webhooks from memory: each delivery asks for it. One caller
// reads them anew, beside the pages' readers; the others take what is there.
func (s *Store) KnownWebhooks(ctx context.Context) ([]Webhook, error) {
	c := s.webhooks.Load()
	if c != nil && s.now().Sub(c.at).Abs() < webhookCacheLife {
		return c.list, nil
	}
	if c != nil && !s.rereading.CompareAndSwap(false, true) {
		return c.list, nil
	}
	defer s.rereading.Store(false)
	changes := s.webhookChanges.Load()
	list, err := s.readWebhooks(ctx, s.w)
	if err != nil {
		if c != nil {
			return c.list, nil // the commit will tell whether the database is gone
		}
		return nil, err
	}
	if s.webhookChanges.Load() == changes {
		s.webhooks.Store(&webhookCache{list, s.now()})
	}
	return list, nil
}

func (s *Store) webhooksChanged() {
	s.webhookChanges.Add(1)
	s.webhooks.Store(nil)
	s.changes.tell()
}

// AddWebhook keeps a new address; its token comes later.
func (s *Store) AddWebhook(ctx context.Context, secret Secret) error {
	hash := sha256.Sum256([]byte(secret))
	sealed, err := s.seal.close([]byte(secret), "webhooks/secret")
	if err != nil {
		return err
	}
	err = s.w.WithContext(ctx).Exec(`INSERT INTO webhooks (provider, secret_hash, secret, token, created_at) VALUES (?, ?, ?, '', ?)`,
		provider, hash[:], sealed, micros(s.now())).Error
	if err != nil {
		return fmt.Errorf("store: add webhook: %w", err)
	}
	s.webhooksChanged()
	return nil
}

// SetWebhookToken keeps the token of an address, and Aircall's id of it.
func (s *Store) SetWebhookToken(ctx context.Context, secret, token Secret, remoteID string) error {
	hash := sha256.Sum256([]byte(secret))
	tokenHash := sha256.Sum256([]byte(token))
	sealed, err := s.seal.close([]byte(token), webhookTokenPlace(hash))
	if err != nil {
		return err
	}
	res := s.w.WithContext(ctx).Exec(`UPDATE webhooks SET token = ?, token_hash = ?, remote_id = ?, active = 1 WHERE secret_hash = ?`,
		sealed, tokenHash[:], remoteID, hash[:])
	if res.Error != nil {
		return fmt.Errorf("store: set webhook token: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrNotFound
	}
	s.webhooksChanged()
	return nil
}

// SetWebhookActive keeps what Aircall says of the webhook.
func (s *Store) SetWebhookActive(ctx context.Context, id int64, active bool) error {
	value := 0
	if active {
		value = 1
	}
	if err := s.w.WithContext(ctx).Exec("UPDATE webhooks SET active = ? WHERE id = ?", value, id).Error; err != nil {
		return fmt.Errorf("store: set webhook state: %w", err)
	}
	s.webhooksChanged()
	return nil
}

// DropWebhooks forgets all addresses; what still comes to them is refused.
func (s *Store) DropWebhooks(ctx context.Context) error {
	if err := s.w.WithContext(ctx).Exec("DELETE FROM webhooks").Error; err != nil {
		return fmt.Errorf("store: drop webhooks: %w", err)
	}
	s.webhooksChanged()
	return nil
}

func webhookTokenPlace(secretHash [32]byte) string {
	return fmt.Sprintf("webhooks/%x/token", secretHash)
}
