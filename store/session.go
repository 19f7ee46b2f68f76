package store

import (
	"context"
	"fmt"
	"time"
)

// Sessions keeps browser sessions by the hash of their token. Its methods have
// the names that the session library asks for.
type Sessions struct{ s *Store }

// Sessions returns the place for browser sessions.
func (s *Store) Sessions() *Sessions { return &Sessions{s} }

// FindCtx returns the data of a session that has not ended.
func (k *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	var rows []struct{ Data []byte }
	err = k.s.r.WithContext(ctx).Raw("SELECT data FROM sessions WHERE token = ? AND expires_at > ?", token, micros(k.s.now())).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("store: read session: %w", err)
	}
	if len(rows) == 0 {
		return nil, false, nil
	}
	return rows[0].Data, true, nil
}

// CommitCtx keeps the data of a session, and forgets sessions that have ended.
func (k *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	err := k.s.w.WithContext(ctx).Exec(`INSERT INTO sessions (token, data, expires_at) VALUES (?, ?, ?)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, token, data, micros(expiry)).Error
	if err == nil {
		err = k.s.w.WithContext(ctx).Exec("DELETE FROM sessions WHERE expires_at <= ?", micros(k.s.now())).Error
	}
	if err != nil {
		return fmt.Errorf("store: keep session: %w", err)
	}
	return nil
}

// DeleteCtx ends a session.
func (k *Sessions) DeleteCtx(ctx context.Context, token string) error {
	if err := k.s.w.WithContext(ctx).Exec("DELETE FROM sessions WHERE token = ?", token).Error; err != nil {
		return fmt.Errorf("store: end session: %w", err)
	}
	return nil
}

// Find is FindCtx without a context.
func (k *Sessions) Find(token string) ([]byte, bool, error) {
	return k.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (k *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return k.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (k *Sessions) Delete(token string) error { return k.DeleteCtx(context.Background(), token) }
