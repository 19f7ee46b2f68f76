package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// ErrNewer is returned for a database that a later version of the program has
// changed: what this one would write there is not what that one expects.
var ErrNewer = errors.New("the database was made by a newer ringledger")

//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to date. Several nodes may start at once: on
// PostgreSQL an advisory lock lets one of them do it.
func (s *Store) migrate(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	is, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("store: migrate: %w", err)
	}
	sources := p.ListSources()
	if known := sources[len(sources)-1].Version; is > known {
		return fmt.Errorf("store: migrate: %w: its schema has version %d and this program knows %d; start the newer one, or restore a backup of before", ErrNewer, is, known)
	}
	return nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	dialect, folder := goose.DialectSQLite3, "migrations/sqlite"
	opts := []goose.ProviderOption{goose.WithVerbose(false)}
	if s.postgres {
		dialect, folder = goose.DialectPostgres, "migrations/postgres"
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	sub, err := fs.Sub(migrations, folder)
	if err != nil {
		return nil, err
	}
	db, err := s.w.DB()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, db, sub, opts...)
}
