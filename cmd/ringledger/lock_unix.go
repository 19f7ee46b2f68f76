//go:build unix

package main

import (
	"errors"
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
	unlock, err = lockFile(path + ".lock")
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fmt.Errorf("another ringledger uses %s; stop it first, or use PostgreSQL for several nodes", path)
	}
	return unlock, err
}

// lockKey keeps two changes of the key file apart: one could put the other's
// key in its place, and the key that the database needs would be gone.
func lockKey(c *config) (unlock func() error, err error) {
	unlock, err = lockFile(c.keyPath() + ".lock")
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fmt.Errorf("another process changes %s; wait until it has ended", c.keyPath())
	}
	return unlock, err
}

// lockFile holds a file until unlock, or until the process ends.
func lockFile(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make a lock: %w", err)
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return f.Close, nil
}
