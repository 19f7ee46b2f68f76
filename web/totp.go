package web

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/boombuler/barcode/qr"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

// Codes as every authenticator app makes them (RFC 6238): six digits, SHA-1,
// a new one every 30 seconds. Clocks that differ by one step are forgiven.
const (
	codeDigits = otp.DigitsSix
	codePeriod = 30
	codeSkew   = 1
)

// newTwoStepSecret is 160 bits, as the apps take them.
func newTwoStepSecret() store.Secret {
	raw := make([]byte, 20)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	return store.Secret(base32.StdEncoding.EncodeToString(raw))
}

// stepOf finds the step of now or beside it whose code this is.
func stepOf(secret store.Secret, code string, now time.Time) (step int64, fits bool) {
	at := now.Unix() / codePeriod
	for _, step := range []int64{at, at - codeSkew, at + codeSkew} {
		ok, err := hotp.ValidateCustom(code, uint64(step), string(secret), hotp.ValidateOpts{Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
		if err == nil && ok {
			return step, true
		}
	}
	return 0, false
}

// twoStepURL is what the app reads from the picture.
func twoStepURL(secret store.Secret, email string) (string, error) {
	raw, err := base32.StdEncoding.DecodeString(string(secret))
	if err != nil {
		return "", fmt.Errorf("web: two-step secret: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Ringledger", AccountName: email, Secret: raw, Period: codePeriod, Digits: codeDigits, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("web: two-step address: %w", err)
	}
	return key.URL(), nil
}

// picture is a text as a QR code, drawn in runs of dark squares.
func picture(text string) (views.QR, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return views.QR{}, fmt.Errorf("web: QR code: %w", err)
	}
	size := code.Bounds().Dx()
	dark := func(x, y int) bool {
		r, _, _, _ := code.At(x, y).RGBA()
		return r == 0
	}
	var path strings.Builder
	for y := range size {
		for x := 0; x < size; x++ {
			from := x
			for x < size && dark(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return views.QR{Size: size, Path: path.String()}, nil
}

// Recovery codes are typed from paper: ten letters and digits in two halves.
const (
	recoveryCodes  = 10
	recoveryLength = 10
)

// newRecoveryCodes makes them as they are kept and as they are shown.
func newRecoveryCodes() (kept []store.Secret, shown []string) {
	for range recoveryCodes {
		code := strings.ToLower(rand.Text()[:recoveryLength])
		kept = append(kept, store.Secret(code))
		shown = append(shown, code[:recoveryLength/2]+"-"+code[recoveryLength/2:])
	}
	return kept, shown
}

// plainCode is a code without what people type between its parts.
func plainCode(typed string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' || r == '\t' {
			return -1
		}
		return r
	}, typed))
}
