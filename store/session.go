package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrSessionEnded is returned for a session that ended while its request ran.
var ErrSessionEnded = errors.New("the session has ended meanwhile")

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
	noteSession(ctx, token)
	return rows[0].Data, true, nil
}

// sessionMemory is where the sessions found within one request are noted.
type sessionMemory struct {
	mu    sync.Mutex
	found map[string]bool
}

type sessionMemoryKey struct{}

// RememberSessions returns a context for one request: a session found with it
// and ended by somebody else meanwhile is not brought back by CommitCtx.
func RememberSessions(ctx context.Context) context.Context {
	return context.WithValue(ctx, sessionMemoryKey{}, &sessionMemory{found: map[string]bool{}})
}

func noteSession(ctx context.Context, token string) {
	if m, ok := ctx.Value(sessionMemoryKey{}).(*sessionMemory); ok {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.found[token] = true
	}
}

func wasFound(ctx context.Context, token string) bool {
	m, ok := ctx.Value(sessionMemoryKey{}).(*sessionMemory)
	if !ok {
		return false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found[token]
}

// CommitCtx keeps the data of a session, and forgets sessions that have ended.
// It returns ErrSessionEnded when the request found the session and it is gone.
func (k *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	err := k.keep(ctx, token, data, expiry)
	if err == nil {
		err = k.s.w.WithContext(ctx).Exec("DELETE FROM sessions WHERE expires_at <= ?", micros(k.s.now())).Error
	}
	if err != nil {
		return fmt.Errorf("store: keep session: %w", err)
	}
	return nil
}

func (k *Sessions) keep(ctx context.Context, token string, data []byte, expiry time.Time) error {
	if !wasFound(ctx, token) {
		return k.s.w.WithContext(ctx).Exec(`INSERT INTO sessions (token, data, expires_at) VALUES (?, ?, ?)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`, token, data, micros(expiry)).Error
	}
	res := k.s.w.WithContext(ctx).Exec("UPDATE sessions SET data = ?, expires_at = ? WHERE token = ?", data, micros(expiry), token)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrSessionEnded
	}
	return res.Error
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
