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
	hasToken              bool // also while the token itself cannot be opened
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
	return subtle.ConstantTimeCompare(h[:], w.tokenHash[:]) == 1 && w.hasToken
}

type webhookRow struct {
	ID                    int64
	Secret, Token         string
	SecretHash, TokenHash []byte
	RemoteID              string
	Active                bool
	CreatedAt             int64
}

// openWebhook reads the sealed secrets, and compares deliveries with these: the
// hashes beside them can be written by whoever can write the database.
func (s *Store) openWebhook(ctx context.Context, w *Webhook, r webhookRow) error {
	secret, err := s.unseal(ctx, r.Secret, webhookSecretPlace)
	if err != nil {
		return err
	}
	w.Secret, w.secretHash = Secret(secret), sha256.Sum256(secret)
	if r.Token == "" {
		return nil
	}
	token, err := s.unseal(ctx, r.Token, webhookTokenPlace(w.secretHash))
	if err != nil {
		return err
	}
	w.Token, w.tokenHash, w.hasToken = Secret(token), sha256.Sum256(token), len(token) > 0
	return nil
}

// compareBy lets deliveries be told from a stranger's while the secrets cannot
// be opened: by their hashes, which are all that a comparison needs.
func (w *Webhook) compareBy(r webhookRow) {
	copy(w.secretHash[:], r.SecretHash)
	w.hasToken = r.Token != "" && copy(w.tokenHash[:], r.TokenHash) == len(w.tokenHash)
}

// Webhooks returns all webhooks, the newest first.
func (s *Store) Webhooks(ctx context.Context) ([]Webhook, error) {
	return s.readWebhooks(ctx, s.r)
}

func (s *Store) readWebhooks(ctx context.Context, db *gorm.DB) ([]Webhook, error) {
	var found []webhookRow
	err := db.WithContext(ctx).Raw(`SELECT id, secret, secret_hash, token, token_hash, remote_id, active = 1 AS active, created_at
		FROM webhooks ORDER BY id DESC`).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read webhooks: %w", err)
	}
	out := make([]Webhook, len(found))
	for i, r := range found {
		out[i] = Webhook{ID: r.ID, RemoteID: r.RemoteID, Active: r.Active, CreatedAt: fromMicros(r.CreatedAt)}
		if s.Locked() != nil {
			out[i].compareBy(r)
		} else if err := s.openWebhook(ctx, &out[i], r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// webhookCacheLife bounds how long another node's new webhook is unknown here
// when nothing is heard of it.
const webhookCacheLife = 5 * time.Second

// rereadWithin bounds what reading them anew adds to the time of a delivery.
const rereadWithin = 250 * time.Millisecond

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
	if c != nil { // they are known well enough not to wait for a database that stands still
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, rereadWithin)
		defer cancel()
	}
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
	if s.nodes != nil {
		s.nodes.webhooks.Store(true)
	}
	s.changes.tell()
}

// AddWebhook keeps a new address; its token comes later.
func (s *Store) AddWebhook(ctx context.Context, secret Secret) error {
	hash := sha256.Sum256([]byte(secret))
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		sealed, err := s.seal(tx, []byte(secret), webhookSecretPlace)
		if err != nil {
			return err
		}
		return tx.Exec(`INSERT INTO webhooks (provider, secret_hash, secret, token, created_at) VALUES (?, ?, ?, '', ?)`,
			provider, hash[:], sealed, micros(s.now())).Error
	})
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
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		sealed, err := s.seal(tx, []byte(token), webhookTokenPlace(hash))
		if err != nil {
			return err
		}
		res := tx.Exec(`UPDATE webhooks SET token = ?, token_hash = ?, remote_id = ?, active = 1 WHERE secret_hash = ?`,
			sealed, tokenHash[:], remoteID, hash[:])
		if res.Error == nil && res.RowsAffected == 0 {
			return ErrNotFound
		}
		return res.Error
	})
	if err != nil {
		return fmt.Errorf("store: set webhook token: %w", err)
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

const webhookSecretPlace = "webhooks/secret"

func webhookTokenPlace(secretHash [32]byte) string {
	return fmt.Sprintf("webhooks/%x/token", secretHash)
}
