package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// ErrWrongKey is returned when the secret key does not open this database.
var ErrWrongKey = errors.New("the secret key does not open this database: give the key it was made with in RINGLEDGER_SECRET_KEY")

const sealedPrefix = "v1:"

// Secret is a value that never shows itself in a log or a page.
type Secret string

// LogValue hides the secret in structured logs.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// String hides the secret in formatted text.
func (Secret) String() string { return "***" }

// GoString hides the secret in %#v.
func (Secret) GoString() string { return "***" }

// sealer encrypts values for one place: table/row/column is authenticated, so
// a value moved to another row does not open.
type sealer struct{ aead tink.AEAD }

func (s sealer) close(value []byte, place string) (string, error) {
	ct, err := s.aead.Encrypt(value, []byte(place))
	if err != nil {
		return "", fmt.Errorf("store: seal %s: %w", place, err)
	}
	return sealedPrefix + base64.RawStdEncoding.EncodeToString(ct), nil
}

func (s sealer) open(sealed, place string) ([]byte, error) {
	raw, ok := strings.CutPrefix(sealed, sealedPrefix)
	if !ok {
		return nil, fmt.Errorf("store: open %s: not a sealed value", place)
	}
	ct, err := base64.RawStdEncoding.DecodeString(raw)
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", place, err)
	}
	pt, err := s.aead.Decrypt(ct, []byte(place))
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", place, err)
	}
	return pt, nil
}

// openKeyset reads the data keys, which the master key wraps, or makes them in
// a new database. The master key itself is never stored.
func (s *Store) openKeyset(ctx context.Context, key []byte) error {
	if len(key) != 32 {
		return fmt.Errorf("store: the secret key has %d bytes, it needs 32", len(key))
	}
	raw, err := subtle.NewAESGCM(key)
	if err != nil {
		return fmt.Errorf("store: secret key: %w", err)
	}
	master := sealer{raw}
	var sealed []string
	if err := s.w.WithContext(ctx).Raw("SELECT sealed FROM keysets WHERE id = 1").Scan(&sealed).Error; err != nil {
		return fmt.Errorf("store: read keyset: %w", err)
	}
	var handle *keyset.Handle
	if len(sealed) == 0 {
		handle, err = s.newKeyset(ctx, master)
	} else {
		handle, err = readKeyset(master, sealed[0])
	}
	if err != nil {
		return err
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return fmt.Errorf("store: keyset: %w", err)
	}
	s.seal = &sealer{primitive}
	return nil
}

const keysetPlace = "keysets/1/sealed"

func (s *Store) newKeyset(ctx context.Context, master sealer) (*keyset.Handle, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return nil, fmt.Errorf("store: new keyset: %w", err)
	}
	var buf bytes.Buffer
	if err := handle.WriteWithAssociatedData(keyset.NewBinaryWriter(&buf), master.aead, []byte(keysetPlace)); err != nil {
		return nil, fmt.Errorf("store: new keyset: %w", err)
	}
	sealed := sealedPrefix + base64.RawStdEncoding.EncodeToString(buf.Bytes())
	res := s.w.WithContext(ctx).Exec("INSERT INTO keysets (id, sealed) VALUES (1, ?) ON CONFLICT DO NOTHING", sealed)
	if res.Error != nil {
		return nil, fmt.Errorf("store: new keyset: %w", res.Error)
	}
	if res.RowsAffected == 1 {
		return handle, nil
	}
	var other string // another node was first
	if err := s.w.WithContext(ctx).Raw("SELECT sealed FROM keysets WHERE id = 1").Scan(&other).Error; err != nil {
		return nil, fmt.Errorf("store: read keyset: %w", err)
	}
	return readKeyset(master, other)
}

func readKeyset(master sealer, sealed string) (*keyset.Handle, error) {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimPrefix(sealed, sealedPrefix))
	if err != nil {
		return nil, fmt.Errorf("store: keyset: %w", err)
	}
	handle, err := keyset.ReadWithAssociatedData(keyset.NewBinaryReader(bytes.NewReader(raw)), master.aead, []byte(keysetPlace))
	if err != nil {
		return nil, fmt.Errorf("store: %w", ErrWrongKey)
	}
	return handle, nil
}
