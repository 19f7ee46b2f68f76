package alert

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"

	"ringledger/store"
)

// The headers of a webhook.
const (
	HeaderDelivery  = "Ringledger-Delivery"  // the same when one is sent again
	HeaderTimestamp = "Ringledger-Timestamp" // unix seconds
	HeaderSignature = "Ringledger-Signature" // "v1=" and the HMAC-SHA256 of timestamp, "." and body, in hex
)

const (
	connecting  = 5 * time.Second
	answered    = 10 * time.Second
	mostAnswer  = 4 << 10 // bytes that are read of an answer
	shownAnswer = 200
)

// payload is what is posted. Slack and what understands its webhooks show text.
type payload struct {
	Text     string `json:"text"`
	Delivery string `json:"delivery"`
	Link     string `json:"link"`
	Message
}

// Sign is the signature of a body that is sent at a time.
func Sign(secret store.Secret, timestamp string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(timestamp + "."))
	h.Write(body)
	return "v1=" + hex.EncodeToString(h.Sum(nil))
}

// What is wrong with the address of a webhook.
var (
	ErrBadURL   = errors.New("alert: this is no https address")
	ErrInternal = errors.New("alert: this address is in the house's own network")
)

// CheckURL says whether alerts can be posted to an address, as far as it tells.
// What it leads to is looked at again when it is connected to.
func CheckURL(typed string, internal bool) error {
	u, err := url.Parse(typed)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return ErrBadURL
	}
	host := strings.ToLower(u.Hostname())
	loopback := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if ip, err := netip.ParseAddr(host); err == nil {
		loopback = ip.Unmap().IsLoopback()
		if !mayDial(ip, internal) {
			return ErrInternal
		}
	}
	switch {
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback):
		return ErrBadURL
	case loopback && !internal:
		return ErrInternal
	}
	return nil
}

// mayDial reports whether an address may be connected to. Addresses that hand
// out the credentials of machines are never.
func mayDial(ip netip.Addr, internal bool) bool {
	ip = ip.Unmap()
	switch {
	case ip.IsUnspecified(), ip.IsMulticast(), ip.IsLinkLocalUnicast(), ip.Zone() != "":
		return false
	case ip == netip.AddrFrom16([16]byte{0xfd, 0x00, 0x0e, 0xc2, 14: 0x02, 15: 0x54}): // a cloud's metadata
		return false
	case internal:
		return true
	}
	for _, network := range closedNetworks() {
		if network.Contains(ip) {
			return false
		}
	}
	return !ip.IsLoopback() && !ip.IsPrivate()
}

// closedNetworks are those that are not the Internet, beside what netip knows,
// and those that lead to IPv4 addresses by another name.
func closedNetworks() []netip.Prefix {
	var out []netip.Prefix
	for _, text := range []string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
		"240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10"} {
		out = append(out, netip.MustParsePrefix(text))
	}
	return out
}

// hookClient posts once, to nowhere else than where it is sent: no proxy, no
// redirect, and no address that may not be connected to, whatever a name leads
// to when it is looked up.
func hookClient(internal bool) *http.Client {
	dialer := &net.Dialer{Timeout: connecting, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("alert: connect: %w", err)
		}
		if !mayDial(at.Addr(), internal) {
			return ErrInternal
		}
		return nil
	}}
	return &http.Client{
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: connecting, ResponseHeaderTimeout: answered,
			DisableKeepAlives: true, MaxResponseHeaderBytes: 16 << 10, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       connecting + answered,
	}
}

// post sends what is told to the webhook. Errors never name its address, which
// may be as secret as a password.
func post(ctx context.Context, a store.AlertSettings, p payload, now time.Time) sent {
	target := string(a.WebhookURL)
	if err := CheckURL(target, a.WebhookInternal); err != nil {
		return sent{err: err}
	}
	body, err := json.Marshal(p)
	if err != nil {
		return sent{err: fmt.Errorf("alert: post: %w", err)}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return sent{err: ErrBadURL}
	}
	timestamp := strconv.FormatInt(now.Unix(), 10)
	for name, value := range map[string]string{"Content-Type": "application/json; charset=utf-8", "User-Agent": "Ringledger",
		HeaderDelivery: p.Delivery, HeaderTimestamp: timestamp, HeaderSignature: Sign(a.WebhookSecret, timestamp, body)} {
		req.Header.Set(name, value)
	}
	res, err := hookClient(a.WebhookInternal).Do(req)
	if err != nil {
		return sent{err: fmt.Errorf("alert: post: %w", failing(err, a.WebhookInternal))}
	}
	defer func() { _ = res.Body.Close() }() // what was read of it is enough
	said, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil {
		said = nil // its status says what matters
	}
	answer := "HTTP " + strconv.Itoa(res.StatusCode)
	if text := printable(withoutAddress(string(said), req.URL)); text != "" && !a.WebhookInternal { // what the inside says is not for a page
		answer += ": " + text
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return sent{err: fmt.Errorf("alert: the webhook answers %s", answer)}
	}
	return sent{told: req.URL.Host, answer: answer}
}

// errNoAnswer stands for an answer that cannot be read: errors of net/http
// repeat what came.
var errNoAnswer = errors.New("what answers does not speak HTTP")

// failing is what may be told of a post that did not arrive.
func failing(err error, internal bool) error {
	var in *url.Error
	if errors.As(err, &in) {
		err = in.Err
	}
	var network net.Error
	var certificate *tls.CertificateVerificationError
	if internal && !errors.As(err, &network) && !errors.As(err, &certificate) && !errors.Is(err, ErrInternal) && !errors.Is(err, context.Canceled) {
		return errNoAnswer
	}
	return err
}

// shortestSecret is how long a part of an address is that nobody may guess.
const shortestSecret = 8

// withoutAddress takes out of an answer what it repeats of the address it was
// asked at, as many do of a path they do not know.
func withoutAddress(said string, at *url.URL) string {
	parts := []string{at.RequestURI(), at.EscapedPath(), at.Path, at.RawQuery}
	parts = append(parts, strings.FieldsFunc(at.EscapedPath()+"/"+at.Path, func(r rune) bool { return r == '/' })...)
	for _, values := range at.Query() {
		parts = append(parts, values...)
	}
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) })
	for _, part := range parts {
		if len(part) >= shortestSecret {
			said = strings.ReplaceAll(said, part, "…")
			said = strings.ReplaceAll(said, html.EscapeString(part), "…")
		}
	}
	return said
}

// printable is the beginning of an answer as one line of text.
func printable(said string) string {
	text := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(said, ""), func(r rune) bool { return !unicode.IsPrint(r) || r == ' ' }), " ")
	if letters := []rune(text); len(letters) > shownAnswer {
		return string(letters[:shownAnswer]) + "…"
	}
	return text
}

// HostOf is what may be shown of an address.
func HostOf(address store.Secret) string { return hostOf(string(address)) }

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func hostname(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	return u.Hostname()
}
