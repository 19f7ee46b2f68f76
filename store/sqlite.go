package store

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
)

// openSQLite gives one writer connection and a pool of read-only ones.
// FULL is what makes "answered" mean "on disk": NORMAL loses acknowledged
// deliveries at a power cut. Group commit makes it cheap.
func openSQLite(path string) (writer, readers *gorm.DB, err error) {
	if dir := filepath.Dir(path); dir != "" {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, nil, err
		}
	}
	// SQLite gives the files beside it the same mode: the ledger is private.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	writer, err = openPool(sqliteDSN(path, false), 1)
	if err != nil {
		return nil, nil, err
	}
	readers, err = openPool(sqliteDSN(path, true), max(4, runtime.NumCPU()))
	return writer, readers, err
}

func openPool(dsn string, conns int) (*gorm.DB, error) {
	g, err := gorm.Open(sqlite.New(sqlite.Config{DriverName: sqliteDriver, DSN: dsn}), gormConfig())
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	db, err := g.DB()
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return g, nil
}
