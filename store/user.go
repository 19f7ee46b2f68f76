package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"
)

// ErrLastAdmin is returned when nobody would be left who may decide.
var ErrLastAdmin = errors.New("this is the only admin")

// Role says what a person or an API key may do.
type Role string

// The roles, from least to most.
const (
	Viewer Role = "viewer" // reads, external numbers masked
	Editor Role = "editor" // also rules, replays, choices
	Admin  Role = "admin"  // also connections, users, keys
)

// Valid reports whether the role exists.
func (r Role) Valid() bool { return r == Viewer || r == Editor || r == Admin }

// Allows reports whether the role may do what needs another.
func (r Role) Allows(needed Role) bool {
	rank := map[Role]int{Viewer: 1, Editor: 2, Admin: 3}
	return rank[r] > 0 && rank[needed] > 0 && rank[r] >= rank[needed]
}

// User is one person who signs in.
type User struct {
	ID        int64
	Email     string // lower case
	Name      string
	Role      Role
	Password  string // argon2id in PHC form
	Locale    string // "" = as the browser asks
	CreatedAt time.Time

	DeactivatedAt time.Time // zero = may sign in
	SeenAt        time.Time // about when they last used a page; zero = never
}

type userRow struct {
	ID                                  int64
	Email, Name, Role, Password, Locale string
	CreatedAt, DeactivatedAt, SeenAt    int64
}

func (r userRow) plain() User {
	return User{r.ID, r.Email, r.Name, Role(r.Role), r.Password, r.Locale, fromMicros(r.CreatedAt), fromMicros(r.DeactivatedAt), fromMicros(r.SeenAt)}
}

const userColumns = "id, email, name, role, password, locale, created_at, deactivated_at, seen_at"

// plainEmail is the form that addresses are compared in.
func plainEmail(email string) string { return strings.ToLower(strings.TrimSpace(clean(email))) }

// insertUser adds a person; without an id the address is taken. No number is
// ever given twice, or a page left open would name somebody else: SQLite gives
// that of the person removed last again, unless it is told one.
func (s *Store) insertUser(tx *gorm.DB, u User) (ids []int64, err error) {
	column, id := "", ""
	if !s.postgres {
		column, id = "id, ", "(SELECT 1 + max(id) FROM (SELECT id FROM users UNION ALL SELECT id FROM removed_users UNION ALL SELECT 0)), "
	}
	err = tx.Raw("INSERT INTO users ("+column+"email, name, role, password, locale, created_at) VALUES ("+id+"?, ?, ?, ?, ?, ?) ON CONFLICT (email) DO NOTHING RETURNING id",
		plainEmail(u.Email), clean(u.Name), string(u.Role), u.Password, clean(u.Locale), micros(s.now())).Scan(&ids).Error
	return ids, err
}

// AddUser keeps a new person and returns the number given. An invitation of
// the address ends. It returns ErrConflict when the address is taken.
func (s *Store) AddUser(ctx context.Context, u User) (int64, error) {
	var ids []int64
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) (err error) {
		if ids, err = s.insertUser(tx, u); err != nil {
			return err
		}
		return tx.Exec("DELETE FROM invitations WHERE email = ?", plainEmail(u.Email)).Error
	})
	if err != nil {
		return 0, fmt.Errorf("store: add user: %w", err)
	}
	if len(ids) == 0 {
		return 0, ErrConflict
	}
	return ids[0], nil
}

// User returns one person by number. Somebody deactivated is not found.
func (s *Store) User(ctx context.Context, id int64) (User, error) {
	return s.userWhere(ctx, "deactivated_at = 0 AND id = ?", id)
}

// UserByEmail returns one person by address, however it is capitalised.
// Somebody deactivated is not found.
func (s *Store) UserByEmail(ctx context.Context, email string) (User, error) {
	return s.userWhere(ctx, "deactivated_at = 0 AND email = ?", plainEmail(email))
}

func (s *Store) userWhere(ctx context.Context, where string, args ...any) (User, error) {
	var found []userRow
	err := s.r.WithContext(ctx).Raw("SELECT "+userColumns+" FROM users WHERE "+where, args...).Scan(&found).Error
	if err != nil {
		return User{}, fmt.Errorf("store: read user: %w", err)
	}
	if len(found) == 0 {
		return User{}, ErrNotFound
	}
	return found[0].plain(), nil
}

// Users returns everybody by address, also those deactivated.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	var found []userRow
	if err := s.r.WithContext(ctx).Raw("SELECT " + userColumns + " FROM users ORDER BY email").Scan(&found).Error; err != nil {
		return nil, fmt.Errorf("store: read users: %w", err)
	}
	out := make([]User, len(found))
	for i, f := range found {
		out[i] = f.plain()
	}
	return out, nil
}

// HasUsers reports whether the first person was set up.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	var n int
	if err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM users LIMIT 1) AS one").Scan(&n).Error; err != nil {
		return false, fmt.Errorf("store: count users: %w", err)
	}
	return n > 0, nil
}

// SetUserLocale keeps the language a person chose.
func (s *Store) SetUserLocale(ctx context.Context, id int64, locale string) error {
	if err := s.w.WithContext(ctx).Exec("UPDATE users SET locale = ? WHERE id = ?", clean(locale), id).Error; err != nil {
		return fmt.Errorf("store: set user locale: %w", err)
	}
	return nil
}

// SetUserPassword keeps the hash of a new password. A link to set another ends,
// and so do all sessions.
func (s *Store) SetUserPassword(ctx context.Context, email, hash string) error {
	return s.setPassword(ctx, hash, "email = ?", plainEmail(email))
}

// ReplacePassword is SetUserPassword for who gave the password in use. It
// returns ErrNotFound when that is another meanwhile: who resets the password
// because somebody else knows it must not lose to them.
func (s *Store) ReplacePassword(ctx context.Context, u User, hash string) error {
	return s.setPassword(ctx, hash, "id = ? AND password = ? AND deactivated_at = 0", u.ID, u.Password)
}

func (s *Store) setPassword(ctx context.Context, hash, where string, args ...any) error {
	err := s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		var ids []int64
		err := tx.Raw("UPDATE users SET password = ? WHERE "+where+" RETURNING id", append([]any{hash}, args...)...).Scan(&ids).Error
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return ErrNotFound
		}
		return endAccess(tx, ids[0])
	})
	if err != nil {
		return fmt.Errorf("store: set user password: %w", err)
	}
	return nil
}

// notLastAdmin is true of everybody but the only admin who may sign in.
const notLastAdmin = `(role <> 'admin' OR deactivated_at > 0
	OR (SELECT count(*) FROM users WHERE role = 'admin' AND deactivated_at = 0) > 1)`

// changeUser makes one change to a person that may not leave the house without
// an admin: change must keep to notLastAdmin. One such change is made at a
// time, so that two admins who change each other are not both the last but one.
func (s *Store) changeUser(ctx context.Context, where string, arg any, change func(*gorm.DB, User) (changed int64, err error)) (before User, err error) {
	err = s.w.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if s.postgres { // as SQLite has one writer anyway
			if err := tx.Exec("SELECT pg_advisory_xact_lock(7291, 3)").Error; err != nil {
				return err
			}
		}
		var found []userRow
		if err := tx.Raw("SELECT "+userColumns+" FROM users WHERE "+where, arg).Scan(&found).Error; err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNotFound
		}
		before = found[0].plain()
		changed, err := change(tx, before)
		if err == nil && changed == 0 {
			return ErrLastAdmin
		}
		return err
	})
	return before, err
}

// RemoveUser takes a person out. It returns ErrLastAdmin when nobody would be
// left to decide.
func (s *Store) RemoveUser(ctx context.Context, email string) error {
	_, err := s.changeUser(ctx, "email = ?", plainEmail(email), func(tx *gorm.DB, u User) (int64, error) {
		res := tx.Exec("DELETE FROM users WHERE id = ? AND "+notLastAdmin, u.ID)
		if res.Error != nil || res.RowsAffected == 0 {
			return 0, res.Error
		}
		return res.RowsAffected, s.endLinksSeenBy(tx, u)
	})
	if err != nil {
		return fmt.Errorf("store: remove user: %w", err)
	}
	return nil
}
