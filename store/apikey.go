package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

// APIKey is a bearer key's name and right; the key itself is not kept.
type APIKey struct {
	ID        int64
	Name      string
	Role      Role
	CreatedAt time.Time
	UsedAt    time.Time // zero = never
	RevokedAt time.Time // zero = it opens the API
	MadeBy    string    // e-mail, or "console"; "" = nobody knows
}

// keyPrefix lets secret scanners and people see what a found key belongs to.
const keyPrefix = "rlk_"

// AddAPIKey makes a key and returns it, the only time it can be read.
func (s *Store) AddAPIKey(ctx context.Context, name string, role Role, by string) (Secret, error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	key := keyPrefix + base64.RawURLEncoding.EncodeToString(raw)
	hash := sha256.Sum256([]byte(key))
	err := s.w.WithContext(ctx).Exec("INSERT INTO api_keys (name, role, hash, created_at, made_by) VALUES (?, ?, ?, ?, ?)",
		clean(name), string(role), hash[:], micros(s.now()), clean(by)).Error
	if err != nil {
		return "", fmt.Errorf("store: add api key: %w", err)
	}
	return Secret(key), nil
}

const apiKeyColumns = "id, name, role, created_at, used_at, revoked_at, made_by"

type apiKeyRow struct {
	ID                           int64
	Name, Role                   string
	CreatedAt, UsedAt, RevokedAt int64
	MadeBy                       string
}

func (r apiKeyRow) plain() APIKey {
	return APIKey{r.ID, r.Name, Role(r.Role), fromMicros(r.CreatedAt), fromMicros(r.UsedAt), fromMicros(r.RevokedAt), r.MadeBy}
}

// useMinutes is how exactly the last use of a key is remembered; each request
// writing it would make reading expensive.
const useMinutes = time.Minute

// UseAPIKey finds a key by its value and notes that it was used.
func (s *Store) UseAPIKey(ctx context.Context, key Secret) (APIKey, error) {
	hash := sha256.Sum256([]byte(key))
	var found []apiKeyRow
	err := s.r.WithContext(ctx).Raw("SELECT "+apiKeyColumns+" FROM api_keys WHERE hash = ? AND revoked_at = 0", hash[:]).Scan(&found).Error
	if err != nil {
		return APIKey{}, fmt.Errorf("store: read api key: %w", err)
	}
	if len(found) == 0 {
		return APIKey{}, ErrNotFound
	}
	k, now := found[0].plain(), s.now()
	if now.Sub(k.UsedAt) < useMinutes {
		return k, nil
	}
	if err := s.w.WithContext(ctx).Exec("UPDATE api_keys SET used_at = ? WHERE id = ?", micros(now), k.ID).Error; err != nil {
		return APIKey{}, fmt.Errorf("store: use api key: %w", err)
	}
	return k, nil
}

// APIKeys returns all keys there ever were, the newest first.
func (s *Store) APIKeys(ctx context.Context) ([]APIKey, error) {
	var found []apiKeyRow
	err := s.r.WithContext(ctx).Raw("SELECT " + apiKeyColumns + " FROM api_keys ORDER BY id DESC").Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: read api keys: %w", err)
	}
	out := make([]APIKey, len(found))
	for i, f := range found {
		out[i] = f.plain()
	}
	return out, nil
}

// RevokeAPIKey ends a key at once and for good. It returns ErrNotFound when
// there is no such key, or no longer.
func (s *Store) RevokeAPIKey(ctx context.Context, id int64) error {
	res := s.w.WithContext(ctx).Exec("UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at = 0", micros(s.now()), id)
	if res.Error != nil {
		return fmt.Errorf("store: revoke api key: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrNotFound
	}
	return nil
}
