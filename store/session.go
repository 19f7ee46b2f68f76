package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// beforeItsTime is how far ahead of the clock a session may have been used:
// clocks of nodes differ. One that was used later than that is of a clock that
// was ahead, or was ended by one that was not behind: its end cannot be told any
// more, so that it has ended.
const beforeItsTime = time.Hour

// FindCtx returns the data of a session that has not ended.
func (k *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	var rows []struct{ Data []byte }
	now := k.s.now()
	err = k.s.r.WithContext(ctx).Raw("SELECT data FROM sessions WHERE token = ? AND expires_at > ? AND seen_at <= ?", token, micros(now), micros(now.Add(beforeItsTime))).Scan(&rows).Error
	if err != nil {
		return nil, false, fmt.Errorf("store: read session: %w", err)
	}
	if len(rows) == 0 {
		return nil, false, nil
	}
	if m := memoryOf(ctx); m != nil {
		m.note(token)
	}
	return rows[0].Data, true, nil
}

// Owner is whose session it is and from where it was begun.
type Owner struct {
	UserID    int64
	CreatedAt time.Time
	Address   string
	Agent     string // as the browser calls itself
}

// maxAgent is more than browsers say of themselves that anybody reads.
const maxAgent = 300

// sessionMemory is what one request knows of its session: those it found, and
// whose the one it begins is.
type sessionMemory struct {
	mu    sync.Mutex
	found map[string]bool
	owner Owner
}

type sessionMemoryKey struct{}

// RememberSessions returns a context for one request: a session found with it
// and ended by somebody else meanwhile is not brought back by CommitCtx.
func RememberSessions(ctx context.Context) context.Context {
	return context.WithValue(ctx, sessionMemoryKey{}, &sessionMemory{found: map[string]bool{}})
}

// OwnSession says whose the session is that the request begins. It does
// nothing for a context that remembers none.
func OwnSession(ctx context.Context, o Owner) {
	if m := memoryOf(ctx); m != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.owner = o
	}
}

func memoryOf(ctx context.Context) *sessionMemory {
	m, _ := ctx.Value(sessionMemoryKey{}).(*sessionMemory)
	return m
}

func (m *sessionMemory) note(token string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.found[token] = true
}

// of returns whether the request found the session, and whose it else is.
func (m *sessionMemory) of(token string) (found bool, owner Owner) {
	if m == nil {
		return false, Owner{}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.found[token], m.owner
}

// CommitCtx keeps the data of a session, and forgets sessions that have ended.
// It returns ErrSessionEnded when the request found the session and it is gone.
func (k *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	err := k.keep(ctx, token, data, expiry)
	if err != nil {
		return fmt.Errorf("store: keep session: %w", err)
	}
	return k.s.ForgetSessions(ctx)
}

// ForgetSessions removes the sessions that have ended. One that is left would
// live again when the clock goes back.
func (s *Store) ForgetSessions(ctx context.Context) error {
	now := s.now()
	err := s.w.WithContext(ctx).Exec("DELETE FROM sessions WHERE expires_at <= ? OR seen_at > ?", micros(now), micros(now.Add(beforeItsTime))).Error
	return wrapped("store: forget sessions", err)
}

func (k *Sessions) keep(ctx context.Context, token string, data []byte, expiry time.Time) error {
	found, o := memoryOf(ctx).of(token)
	if !found {
		var user any // a session of nobody has none
		if o.UserID != 0 {
			user = o.UserID
		}
		return k.s.w.WithContext(ctx).Exec(`INSERT INTO sessions (token, data, expires_at, user_id, created_at, seen_at, address, agent) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at, seen_at = excluded.seen_at`,
			token, data, micros(expiry), user, micros(o.CreatedAt), micros(k.s.now()), clean(o.Address), cut(clean(o.Agent), maxAgent)).Error
	}
	res := k.s.w.WithContext(ctx).Exec("UPDATE sessions SET data = ?, expires_at = ?, seen_at = ? WHERE token = ?", data, micros(expiry), micros(k.s.now()), token)
	if res.Error == nil && res.RowsAffected == 0 {
		return ErrSessionEnded
	}
	return res.Error
}

// Session is a session as its owner sees it.
type Session struct {
	ID     string // names it without opening it
	SeenAt time.Time
	Owner
	Current bool // it is the one that the request came with
}

type sessionRow struct {
	Token             string
	CreatedAt, SeenAt int64
	Address, Agent    string
}

// id says nothing of the token, which is itself only known by its hash.
func (r sessionRow) id() string {
	sum := sha256.Sum256([]byte("session " + r.Token))
	return hex.EncodeToString(sum[:12])
}

// UserSessions lists the sessions of a person that were used since, the one
// last used first.
func (s *Store) UserSessions(ctx context.Context, userID int64, since time.Time) ([]Session, error) {
	rows, err := s.sessionRows(ctx, userID, since)
	if err != nil {
		return nil, err
	}
	out := make([]Session, len(rows))
	for i, r := range rows {
		current, _ := memoryOf(ctx).of(r.Token)
		out[i] = Session{ID: r.id(), SeenAt: fromMicros(r.SeenAt), Current: current,
			Owner: Owner{UserID: userID, CreatedAt: fromMicros(r.CreatedAt), Address: r.Address, Agent: r.Agent}}
	}
	return out, nil
}

func (s *Store) sessionRows(ctx context.Context, userID int64, since time.Time) ([]sessionRow, error) {
	var rows []sessionRow
	err := s.r.WithContext(ctx).Raw(`SELECT token, created_at, seen_at, address, agent FROM sessions
		WHERE user_id = ? AND expires_at > ? AND seen_at >= ? ORDER BY seen_at DESC, token`, userID, micros(s.now()), micros(since)).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("store: list sessions: %w", err)
	}
	return rows, nil
}

// EndSession ends one session of a person at once. It returns ErrNotFound when
// the person has no such session.
func (s *Store) EndSession(ctx context.Context, userID int64, id string) error {
	rows, err := s.sessionRows(ctx, userID, time.Time{})
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.id() == id {
			return s.Sessions().DeleteCtx(ctx, r.Token)
		}
	}
	return ErrNotFound
}

// EndOtherSessions ends all sessions of a person but the one that the request
// came with.
func (s *Store) EndOtherSessions(ctx context.Context, userID int64) (int64, error) {
	own := ""
	if m := memoryOf(ctx); m != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		for token := range m.found { // one, as a request has one cookie
			own = token
		}
	}
	res := s.w.WithContext(ctx).Exec("DELETE FROM sessions WHERE user_id = ? AND token <> ?", userID, own)
	if res.Error != nil {
		return 0, fmt.Errorf("store: end sessions: %w", res.Error)
	}
	return res.RowsAffected, nil
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
