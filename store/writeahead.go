package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// LogLimit is how large SQLite's write-ahead log may be before it is told. It
// has 4 MB when all is well.
const LogLimit = 64 << 20

// LogSize is how many bytes SQLite's write-ahead log has. It grows for as long
// as somebody reads from before its changes, or while they cannot be written to
// the database file. PostgreSQL looks after its own: it has none here.
func (s *Store) LogSize() (int64, error) {
	if s.postgres {
		return 0, nil
	}
	info, err := os.Stat(s.file + "-wal")
	if errors.Is(err, fs.ErrNotExist) { // it goes when the last connection is closed
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("store: size of the write-ahead log: %w", err)
	}
	return info.Size(), nil
}

// ShortenLog gives back what the write-ahead log takes beyond its limit, if
// nobody needs it, and returns its size then. It keeps writers waiting for no
// longer than the change itself takes.
func (s *Store) ShortenLog(ctx context.Context) (int64, error) {
	size, err := s.LogSize()
	if err != nil || size < LogLimit {
		return size, err
	}
	if err := s.truncateLog(ctx); err != nil {
		return size, fmt.Errorf("store: shorten the write-ahead log: %w", err)
	}
	return s.LogSize()
}

// truncateLog asks once and does not wait for readers. Where they never pause,
// the limit lets SQLite itself shorten the log when it begins it anew.
func (s *Store) truncateLog(ctx context.Context) (err error) {
	db, err := s.w.DB()
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	defer func() {
		_, back := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = "+busyMillis)
		err = errors.Join(err, back)
	}()
	for _, set := range []string{"PRAGMA busy_timeout = 100", fmt.Sprintf("PRAGMA journal_size_limit = %d", LogLimit/4)} {
		if _, err := conn.ExecContext(ctx, set); err != nil {
			return err
		}
	}
	_, err = conn.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)") // that somebody reads is no error
	return err
}
