package store

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Backup copies a SQLite database to a new file, in a state as of one moment.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.postgres {
		return errors.New("store: backup: use pg_dump for PostgreSQL")
	}
	if _, err := os.Stat(path); err == nil {
		return fmt.Errorf("store: backup: %s exists already", path)
	}
	if err := s.w.WithContext(ctx).Exec("VACUUM INTO ?", path).Error; err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	return os.Chmod(path, 0o600)
}
