package store

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Backup copies a SQLite database to a new file, in a state as of one moment.
// Deliveries are taken meanwhile.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.postgres {
		return errors.New("store: backup: use pg_dump for PostgreSQL")
	}
	// Made first, so that nobody else can read it at any moment.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("store: backup: %s exists already", path)
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		err = s.copyTo(ctx, path)
	}
	if err != nil {
		return fmt.Errorf("store: backup: %w", err)
	}
	return nil
}

// copyTo borrows a reader, since the writer would be busy for as long as the
// copy takes. A reader may write nothing, not even a copy, until told so.
func (s *Store) copyTo(ctx context.Context, path string) (err error) {
	db, err := s.r.DB()
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "PRAGMA query_only = OFF"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "VACUUM INTO ?", path)
	_, back := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA query_only = ON")
	if err != nil {
		err = errors.Join(err, os.Remove(path))
	}
	return errors.Join(err, back)
}
