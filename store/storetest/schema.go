package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"ringledger/store"
)

// schema is a SQLite file that was migrated and holds no rows. It is made once:
// with the race detector, migrating takes longer than most tests.
var schema = sync.OnceValues(makeSchema)

func makeSchema() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "ringledger-storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "ringledger.db")
	st, err := store.Open(context.Background(), store.Options{URL: "sqlite:" + path, Key: newKey()})
	if err != nil {
		return nil, err
	}
	if err := st.Close(); err != nil {
		return nil, err
	}
	if err := empty(path); err != nil {
		return nil, fmt.Errorf("storetest: empty the schema: %w", err)
	}
	return os.ReadFile(path)
}

// empty removes what a store writes when it is opened first: its keys and its
// settings, which are each test's own.
func empty(path string) (err error) {
	ctx := context.Background()
	db, err := sql.Open(sqliteDriver, "file:"+path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, statement := range []string{"DELETE FROM keysets", "DELETE FROM settings", "PRAGMA wal_checkpoint(TRUNCATE)"} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", statement, err)
		}
	}
	return nil
}
