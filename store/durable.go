package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNotDurable is returned for a PostgreSQL that says "committed" of what is
// not on its disk: a delivery answered with 200 could be lost.
var ErrNotDurable = errors.New("PostgreSQL answers before it has written (synchronous_commit = off), so that a power cut would lose calls that were acknowledged; " +
	"have it written first, where it is switched off: ALTER SYSTEM, ALTER DATABASE or ALTER ROLE ... SET synchronous_commit = on, or the database's address")

// durability asks how the server commits for this user, as server, database,
// role and address have it together.
func durability(ctx context.Context, url string) (commit string, err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }() // it only asked
	if err := conn.QueryRow(ctx, "SELECT current_setting('synchronous_commit')").Scan(&commit); err != nil {
		return "", fmt.Errorf("postgres: how it commits: %w", err)
	}
	if commit == "off" {
		return "", ErrNotDurable
	}
	return commit, nil
}

// Risks names settings of the database server that let a power cut damage what
// is stored. Only its owner can change them.
func (s *Store) Risks(ctx context.Context) ([]string, error) {
	if !s.postgres {
		return nil, nil
	}
	var off []string
	err := s.r.WithContext(ctx).Raw("SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name").Scan(&off).Error
	return off, wrapped("store: risks of the database", err)
}
