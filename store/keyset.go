package store

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
	"gorm.io/gorm"
)

// Why a database that holds secrets cannot be opened.
var (
	// ErrNoKey is returned when no secret key was given.
	ErrNoKey = errors.New("this database was made with a secret key and none was given: set RINGLEDGER_SECRET_KEY or RINGLEDGER_SECRET_KEY_FILE, or put the file secret.key back into the data folder")
	// ErrBadKey is returned for what can be no secret key.
	ErrBadKey = errors.New("RINGLEDGER_SECRET_KEY must be 32 bytes in base64; make one with: head -c 32 /dev/urandom | base64")
	// ErrWrongKey is returned when the secret key does not open this database.
	ErrWrongKey = errors.New("the secret key does not open this database: give the key it was made with in RINGLEDGER_SECRET_KEY")
	// ErrKeyChanged is returned when the secret key was changed while this process
	// runs, and the data keys after it: it can open what it has opened and no more.
	ErrKeyChanged = errors.New("the secret key was changed since this server started: restart this node with the new key")
)

// keyring is the secret key, which is never stored, and the data keys that it
// opens.
type keyring struct {
	mu     sync.Mutex // while keys are read anew
	master tink.AEAD  // nil while locked
	print  string     // the fingerprint of the secret key
	held   atomic.Pointer[dataKeys]
	locked error // why nothing can be opened; nil = everything can
}

// dataKeys is one version of the data keys.
type dataKeys struct {
	version int64
	handle  *keyset.Handle
	aead    tink.AEAD
	primary uint32
	ids     map[uint32]bool
	before  *dataKeys // held until now: a value read just before its key was dropped still opens
}

// Locked says why the secrets cannot be opened; nil when they can. A locked
// store takes deliveries and changes no secret.
func (s *Store) Locked() error { return s.keys.locked }

// keysetRow is the one row that holds the data keys, sealed by the secret key.
type keysetRow struct {
	Sealed, Fingerprint string
	Version             int64
}

const keysetPlace = "keysets/1/sealed"

// readKeyset reads the row; found is false in a new database. With hold the row
// stays as it is until the transaction ends: "SHARE" against changes, "UPDATE"
// for one. SQLite has one writer anyway.
func (s *Store) readKeyset(db *gorm.DB, hold string) (row keysetRow, found bool, err error) {
	sql := "SELECT sealed, fingerprint, version FROM keysets WHERE id = 1"
	if s.postgres && hold != "" {
		sql += " FOR " + hold
	}
	var rows []keysetRow
	if err := db.Raw(sql).Scan(&rows).Error; err != nil {
		return row, false, fmt.Errorf("store: read keyset: %w", err)
	}
	if len(rows) == 0 {
		return row, false, nil
	}
	return rows[0], true, nil
}

// openKeyset opens the data keys with the secret key, or makes both in a new
// database. It never makes a key beside data that another one has sealed.
func (s *Store) openKeyset(ctx context.Context, o Options) error {
	row, found, err := s.readKeyset(s.w.WithContext(ctx), "")
	if err != nil {
		return err
	}
	key := o.Key
	if !found && key == nil && o.NewKey != nil {
		if key, err = o.NewKey(); err != nil {
			return err
		}
	}
	err = s.unlock(ctx, key, row, found)
	if found && o.Locked && (errors.Is(err, ErrNoKey) || errors.Is(err, ErrBadKey) || errors.Is(err, ErrWrongKey)) {
		s.keys.locked = err
		return nil
	}
	return err
}

func (s *Store) unlock(ctx context.Context, key []byte, row keysetRow, found bool) error {
	master, err := masterOf(key)
	if err != nil {
		return err
	}
	if !found {
		if row, err = s.newKeyset(ctx, master, fingerprint(key)); err != nil {
			return err
		}
	}
	k, err := readKeys(master, row)
	if err != nil {
		if row.Fingerprint != "" {
			err = fmt.Errorf("%w (it has the fingerprint %s, the one given %s)", err, row.Fingerprint, fingerprint(key))
		}
		return err
	}
	if row.Fingerprint == "" { // of before fingerprints were kept
		err := s.w.WithContext(ctx).Exec("UPDATE keysets SET fingerprint = ? WHERE id = 1 AND sealed = ?", fingerprint(key), row.Sealed).Error
		if err != nil {
			return fmt.Errorf("store: keep the fingerprint: %w", err)
		}
	}
	s.keys.master, s.keys.print = master, fingerprint(key)
	s.keys.held.Store(k)
	return nil
}

// KeyChanged reports whether another secret key belongs to the database since
// this process started. ErrKeyChanged says that it can follow the others no
// more.
func (s *Store) KeyChanged(ctx context.Context) (bool, error) {
	if s.keys.master == nil {
		return false, nil // it is locked, and says why itself
	}
	row, found, err := s.readKeyset(s.r.WithContext(ctx), "")
	if err != nil || !found {
		return false, err
	}
	if _, err := s.keys.take(row); err != nil {
		return errors.Is(err, ErrKeyChanged), err
	}
	return row.Fingerprint != "" && row.Fingerprint != s.keys.print, nil
}

func masterOf(key []byte) (tink.AEAD, error) {
	if key == nil {
		return nil, fmt.Errorf("store: %w", ErrNoKey)
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("store: %w", ErrBadKey)
	}
	master, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, fmt.Errorf("store: secret key: %w", err)
	}
	return master, nil
}

// fingerprint tells secret keys apart and nothing about them.
func fingerprint(key []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("ringledger: fingerprint of the secret key"))
	return fmt.Sprintf("%x", h.Sum(nil)[:4])
}

func (s *Store) newKeyset(ctx context.Context, master tink.AEAD, fingerprint string) (keysetRow, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return keysetRow{}, fmt.Errorf("store: new keyset: %w", err)
	}
	sealed, err := wrap(handle, master)
	if err != nil {
		return keysetRow{}, err
	}
	db := s.w.WithContext(ctx)
	err = db.Exec("INSERT INTO keysets (id, sealed, fingerprint) VALUES (1, ?, ?) ON CONFLICT DO NOTHING", sealed, fingerprint).Error
	if err != nil {
		return keysetRow{}, fmt.Errorf("store: new keyset: %w", err)
	}
	row, _, err := s.readKeyset(db, "") // another node may have been first
	return row, err
}

// wrap seals the data keys with the secret key.
func wrap(handle *keyset.Handle, master tink.AEAD) (string, error) {
	var buf bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&buf), master, []byte(keysetPlace)); err != nil {
		return "", fmt.Errorf("store: seal keyset: %w", err)
	}
	return sealedPrefix + base64.RawStdEncoding.EncodeToString(buf.Bytes()), nil
}

func readKeys(master tink.AEAD, row keysetRow) (*dataKeys, error) {
	raw, err := ciphertext(row.Sealed, keysetPlace)
	if err != nil {
		return nil, err
	}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(raw)), master, []byte(keysetPlace))
	if err != nil {
		return nil, fmt.Errorf("store: %w", ErrWrongKey)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("store: keyset: %w", err)
	}
	info := handle.KeysetInfo()
	k := &dataKeys{version: row.Version, handle: handle, aead: primitive, primary: info.GetPrimaryKeyId(), ids: map[uint32]bool{}}
	for _, key := range info.GetKeyInfo() {
		k.ids[key.GetKeyId()] = true
	}
	return k, nil
}

// currentKeys are the data keys as the transaction finds them.
func (s *Store) currentKeys(tx *gorm.DB) (*dataKeys, error) {
	if s.keys.locked != nil {
		return nil, s.keys.locked
	}
	row, found, err := s.readKeyset(tx, "SHARE")
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("store: the keyset is gone: %w", ErrWrongKey)
	}
	return s.keys.take(row)
}

// keysFor are data keys that hold one of that id; when none in memory does,
// those in the database are read.
func (s *Store) keysFor(ctx context.Context, id uint32) (*dataKeys, error) {
	if s.keys.locked != nil {
		return nil, s.keys.locked
	}
	k := s.keys.held.Load()
	if !k.ids[id] {
		row, found, err := s.readKeyset(s.r.WithContext(ctx), "")
		if err != nil || !found {
			return k, err
		}
		if k, err = s.keys.take(row); err != nil {
			return nil, err
		}
	}
	if !k.ids[id] && k.before != nil && k.before.ids[id] {
		return k.before, nil
	}
	return k, nil
}

// take opens the keys of a row unless these, or newer ones, are held already.
func (r *keyring) take(row keysetRow) (*dataKeys, error) {
	held := r.held.Load()
	if held.version >= row.Version {
		return held, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if held = r.held.Load(); held.version >= row.Version {
		return held, nil
	}
	k, err := readKeys(r.master, row)
	if errors.Is(err, ErrWrongKey) {
		return nil, fmt.Errorf("store: %w", ErrKeyChanged)
	}
	if err != nil {
		return nil, err
	}
	old := *held
	old.before = nil
	k.before = &old
	r.held.Store(k)
	return k, nil
}
