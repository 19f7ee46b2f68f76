//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// lockData keeps a second process off the same SQLite file: two workers in two
// processes are only safe on PostgreSQL.
func lockData(c *config) (unlock func() error, err error) {
	path, ok := strings.CutPrefix(c.databaseURL(), "sqlite:")
	if !ok {
		return func() error { return nil }, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("the folder of the database cannot be made: %w", err)
	}
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, fmt.Errorf("another ringledger uses %s; stop it first, or use PostgreSQL for several nodes", path)
	}
	return f.Close, nil
}
