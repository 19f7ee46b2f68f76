package store

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"log/slog"
	"strings"

	"github.com/tink-crypto/tink-go/v2/tink"
	"gorm.io/gorm"
)

const sealedPrefix = "v1:"

// Secret is a value that never shows itself in a log or a page.
type Secret string

// LogValue hides the secret in structured logs.
func (Secret) LogValue() slog.Value { return slog.StringValue("***") }

// String hides the secret in formatted text.
func (Secret) String() string { return "***" }

// GoString hides the secret in %#v.
func (Secret) GoString() string { return "***" }

// seal encrypts a value for one place, in the transaction that writes it:
// table/row/column is authenticated, so a value moved to another row does not
// open. The keyset cannot change until the transaction ends, so that nothing is
// sealed with a key that is being dropped.
func (s *Store) seal(tx *gorm.DB, value []byte, place string) (string, error) {
	k, err := s.currentKeys(tx)
	if err != nil {
		return "", err
	}
	return encrypt(k.aead, value, place)
}

// unseal opens a value. One that another node sealed with a newer key has the
// keyset read anew.
func (s *Store) unseal(ctx context.Context, sealed, place string) ([]byte, error) {
	ct, err := ciphertext(sealed, place)
	if err != nil {
		return nil, err
	}
	k, err := s.keysFor(ctx, keyOf(ct))
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", place, err)
	}
	pt, err := k.aead.Decrypt(ct, []byte(place))
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", place, err)
	}
	return pt, nil
}

func encrypt(with tink.AEAD, value []byte, place string) (string, error) {
	ct, err := with.Encrypt(value, []byte(place))
	if err != nil {
		return "", fmt.Errorf("store: seal %s: %w", place, err)
	}
	return sealedPrefix + base64.RawStdEncoding.EncodeToString(ct), nil
}

func ciphertext(sealed, place string) ([]byte, error) {
	raw, ok := strings.CutPrefix(sealed, sealedPrefix)
	if !ok {
		return nil, fmt.Errorf("store: open %s: not a sealed value", place)
	}
	ct, err := base64.RawStdEncoding.DecodeString(raw)
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", place, err)
	}
	return ct, nil
}

// keyOf is the id of the data key that sealed a value, which stands behind the
// first byte; 0 when there is none.
func keyOf(ct []byte) uint32 {
	if len(ct) < 5 {
		return 0
	}
	return binary.BigEndian.Uint32(ct[1:5])
}
