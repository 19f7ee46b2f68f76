package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// How a password is hashed: 19 MiB, two passes, one thread, as OWASP advises
// for argon2id.
const (
	hashMemory  = 19456
	hashPasses  = 2
	hashThreads = 1
	hashLength  = 32
	saltLength  = 16
)

// How long a password may be, in characters.
const (
	PasswordMin = 12
	PasswordMax = 128
)

// Mistakes in a new password.
var (
	ErrPasswordShort  = errors.New("the password has fewer than 12 characters")
	ErrPasswordLong   = errors.New("the password has more than 128 characters")
	ErrPasswordCommon = errors.New("the password is one of those that are tried first")
)

// HashPassword checks a new password and returns its argon2id hash in PHC form.
func HashPassword(password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	return phc(salt, derive(password, salt, hashMemory, hashPasses, hashThreads, hashLength)), nil
}

func checkPassword(password string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < PasswordMin:
		return ErrPasswordShort
	case n > PasswordMax:
		return ErrPasswordLong
	case isCommon(password):
		return ErrPasswordCommon
	}
	return nil
}

// passwordMistake is the code of what is wrong with a new password, "" when
// nothing is.
func passwordMistake(password, email string) string {
	switch err := checkPassword(password); {
	case errors.Is(err, ErrPasswordShort):
		return "password_short"
	case errors.Is(err, ErrPasswordLong):
		return "password_long"
	case errors.Is(err, ErrPasswordCommon), isOfContext(password, email):
		return "password_common"
	}
	return ""
}

func derive(password string, salt []byte, memory, passes uint32, threads uint8, length uint32) []byte {
	return argon2.IDKey([]byte(password), salt, passes, memory, threads, length)
}

func phc(salt, hash []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashPasses, hashThreads,
		b.EncodeToString(salt), b.EncodeToString(hash))
}

// passwordFits compares in constant time. A hash that cannot be read fits nothing.
func passwordFits(password, encoded string) bool {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false
	}
	var version int
	var memory, passes uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &threads); err != nil || passes == 0 || threads == 0 {
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) == 0 {
		return false
	}
	got := derive(password, salt, memory, passes, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1
}

// passwords lets two hashes be made at a time: each takes 19 MiB, and a crowd
// at the sign-in must not take them all at once.
type passwords struct {
	seats chan struct{}
	dummy string // what an unknown person's password is compared with
}

const hashesAtOnce = 2

func newPasswords() *passwords {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	dummy := make([]byte, hashLength)
	_, _ = rand.Read(dummy)
	return &passwords{seats: make(chan struct{}, hashesAtOnce), dummy: phc(salt, dummy)}
}

func (p *passwords) sit(ctx context.Context) (leave func(), err error) {
	select {
	case p.seats <- struct{}{}:
		return func() { <-p.seats }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fits takes as long for an unknown person as for a known one.
func (p *passwords) fits(ctx context.Context, password, encoded string) (bool, error) {
	if utf8.RuneCountInString(password) > PasswordMax {
		return false, nil
	}
	leave, err := p.sit(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	if encoded == "" {
		passwordFits(password, p.dummy)
		return false, nil
	}
	return passwordFits(password, encoded), nil
}

func (p *passwords) hash(ctx context.Context, password string) (string, error) {
	if err := checkPassword(password); err != nil {
		return "", err
	}
	leave, err := p.sit(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	return HashPassword(password)
}
