package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// ErrNotFound is returned for a row that does not exist.
var ErrNotFound = errors.New("not found")

// ErrConflict is returned when somebody else changed the row meanwhile.
var ErrConflict = errors.New("changed by someone else meanwhile")

// Options says where the data is and how secrets are sealed.
type Options struct {
	URL    string           // "sqlite:/path/file.db" or "postgres://..."
	Key    []byte           // 32 bytes, seals what must not be read from the file; nil = there is none
	Now    func() time.Time // nil = time.Now
	Logger *slog.Logger     // nil = slog.Default

	// MaxQuery ends a reading for a page that finds too much to be answered: pages
	// share the readers, and one visitor's must not keep the others waiting. 0 = 4 s.
	MaxQuery time.Duration
	// NewKey makes the key of a database that is new; nil = Key must be given.
	NewKey func() ([]byte, error)
	// Locked opens a database without the right key too: it then takes deliveries,
	// and nothing that is sealed is read or written. See Store.Locked.
	Locked bool
}

// Store is safe for concurrent use.
type Store struct {
	w, r           *gorm.DB // writer and readers
	postgres       bool
	file           string // of SQLite
	now            func() time.Time
	maxQuery       time.Duration
	log            *slog.Logger
	keys           *keyring
	commits        chan commit
	quit           chan struct{} // closed to end the committer
	done           chan struct{} // closed when it has ended
	changes        broadcast
	nodes          *nodes // nil where this process has the database to itself
	webhooks       atomic.Pointer[webhookCache]
	rereading      atomic.Bool // somebody reads the webhooks anew
	webhookChanges atomic.Int64
	renewing       sync.Mutex // one renewal at a time in this process
	registering    sync.Mutex // one look after the webhook at a time in this process
}

// Open connects, brings the schema up to date and starts the committer.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.MaxQuery == 0 {
		o.MaxQuery = 4 * time.Second
	}
	s := &Store{now: o.Now, maxQuery: o.MaxQuery, log: o.Logger, keys: &keyring{}, commits: make(chan commit, 4096), quit: make(chan struct{}), done: make(chan struct{})}
	s.changes.told.Store(time.Now().UnixMicro())
	if err := s.connect(ctx, o.URL); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, s.disconnect())
	}
	if s.postgres {
		if err := s.joinNodes(ctx, o.URL); err != nil {
			return nil, errors.Join(err, s.disconnect())
		}
		if risks, err := s.Risks(ctx); err == nil && len(risks) > 0 {
			s.log.Warn("a power cut at the PostgreSQL server can damage the ledger; its owner has these switched off", "off", risks)
		}
	}
	go s.commitDeliveries()
	return s, nil
}

func (s *Store) connect(ctx context.Context, url string) error {
	var err error
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		s.file = strings.TrimPrefix(url, "sqlite:")
		s.w, s.r, err = openSQLite(s.file)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		s.postgres = true
		s.w, s.r, err = openPostgres(ctx, url)
	default:
		err = errors.New(`the database URL must start with "sqlite:" or "postgres://"`)
	}
	if err != nil {
		return fmt.Errorf("store: open: %w", err)
	}
	return nil
}

func (s *Store) prepare(ctx context.Context, o Options) error {
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.openKeyset(ctx, o); err != nil {
		return err
	}
	return s.firstSettings(ctx)
}

// Close ends the committer after the deliveries it holds are on disk and the
// other nodes know of them. SQLite's file holds everything by then, also while
// another connection keeps its write-ahead log from being removed, unless that one
// reads from before the last changes: whoever writes beside us waits for no reader.
func (s *Store) Close() error {
	close(s.quit)
	<-s.done
	if s.nodes != nil {
		s.nodes.leave()
	}
	s.changes.close()
	if !s.postgres {
		ctx, cancel := context.WithTimeout(context.Background(), commitTimeout)
		defer cancel()
		if err := s.truncateLog(ctx); err != nil {
			s.log.Warn("what was written last may stand in the write-ahead log only: copy it together with the database file, or start once more before", "log", s.file+"-wal", "error", err)
		}
	}
	return s.disconnect()
}

func (s *Store) disconnect() error {
	var errs []error
	for _, g := range []*gorm.DB{s.w, s.r} {
		if db, err := g.DB(); err == nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Ready reports whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	db, err := s.r.DB()
	if err != nil {
		return fmt.Errorf("store: ready: %w", err)
	}
	return db.PingContext(ctx)
}

// Postgres reports whether several nodes can share this store.
func (s *Store) Postgres() bool { return s.postgres }

func gormConfig() *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		Logger:                 logger.New(silent{}, logger.Config{LogLevel: logger.Silent, ParameterizedQueries: true}),
		NowFunc:                func() time.Time { return time.Now().UTC() },
	}
}

// silent drops GORM's own log lines; errors reach the log where they end.
type silent struct{}

func (silent) Printf(string, ...any) {}

// micros is how times are stored: unix microseconds, zero for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
