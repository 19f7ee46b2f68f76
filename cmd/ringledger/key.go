package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ringledger/store"
)

// openStore opens the database with the secret key. Locked is for a server,
// which takes deliveries without the right key too.
func (c *config) openStore(ctx context.Context, log *slog.Logger, locked bool) (*store.Store, error) {
	key, err := c.key()
	if err != nil {
		return nil, err
	}
	o := store.Options{URL: c.databaseURL(), Key: key, Logger: log}
	if c.ownKey() {
		o.NewKey = c.makeKeyFile
	}
	st, err := store.Open(ctx, o)
	if errors.Is(err, store.ErrWrongKey) && c.ownKey() {
		if st, ok := c.openWithNext(ctx, o); ok {
			return st, nil
		}
	}
	if o.Locked = locked; err != nil && locked {
		st, err = store.Open(ctx, o)
	}
	if errors.Is(err, store.ErrBadKey) {
		return nil, misused("%w", store.ErrBadKey)
	}
	return st, err
}

// ownKey reports whether the key is the file in the data folder.
func (c *config) ownKey() bool { return c.SecretKey == "" }

func (c *config) keyPath() string  { return filepath.Join(c.Data, "secret.key") }
func (c *config) nextPath() string { return c.keyPath() + ".next" }

// key is the configured secret key, else the one of the data folder; nil when
// there is none. The store judges whether it is any good.
func (c *config) key() ([]byte, error) {
	if !c.ownKey() {
		return decodeKey(string(c.SecretKey)), nil
	}
	text, err := os.ReadFile(c.keyPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be read: %w", err)
	}
	return decodeKey(string(text)), nil
}

// decodeKey gives a key that is none, rather than nil, for what cannot be read.
func decodeKey(text string) []byte {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return []byte{}
	}
	return key
}

func encodeKey(key []byte) string { return base64.StdEncoding.EncodeToString(key) + "\n" }

// makeKeyFile makes the key of a new database, readable by its owner only.
func (c *config) makeKeyFile() ([]byte, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder cannot be made: %w", err)
	}
	key := newKey()
	err := writeDurably(c.keyPath(), encodeKey(key))
	if errors.Is(err, fs.ErrExist) { // another process was faster
		return c.key()
	}
	if err != nil {
		return nil, fmt.Errorf("the key file cannot be written: %w", err)
	}
	return key, nil
}

func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: it ends the program instead
	return key
}

// openWithNext opens a database whose key was changed by a process that ended
// before it could put the new key file in its place, and does that.
func (c *config) openWithNext(ctx context.Context, o store.Options) (*store.Store, bool) {
	text, err := os.ReadFile(c.nextPath())
	if err != nil {
		return nil, false
	}
	o.Key = decodeKey(string(text))
	st, err := store.Open(ctx, o)
	if err != nil {
		return nil, false
	}
	if _, err := c.takeNext(); err != nil {
		o.Logger.Error("the new secret key could not be put in its place; do it by hand", "from", c.nextPath(), "to", c.keyPath(), "error", err)
	}
	return st, true
}

// writeDurably returns when the new file is on disk: a power cut must not take
// the key of tokens that are stored already.
func writeDurably(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Sync(), f.Close(), syncFolder(path))
}

// takeNext puts the new key file in the place of the old one, which it keeps
// beside it: backups of before need that one.
func (c *config) takeNext() (old string, err error) {
	old = c.keyPath() + ".before-" + time.Now().UTC().Format("20060102-150405.000000")
	if err := os.Link(c.keyPath(), old); err != nil {
		return "", err
	}
	if err := os.Rename(c.nextPath(), c.keyPath()); err != nil {
		return "", err
	}
	return old, syncFolder(c.keyPath())
}

// syncFolder has the name of a file on disk as well.
func syncFolder(path string) error {
	f, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
