package salesforce

import (
	"bytes"
	"context"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Recorded is one request and its answer, as it may be shown to an admin:
// capped, and without secrets.
type Recorded struct {
	Purpose  string
	Method   string
	Path     string // without the query; its statement stands in Sent
	Status   int    // 0 when there was no answer
	Duration time.Duration
	Sent     []byte
	Got      []byte
	Err      string
	At       time.Time
}

// Log collects the exchanges made under a context. It may be used by several
// goroutines.
type Log struct {
	mu        sync.Mutex
	exchanges []Recorded
}

type logKey struct{}

// WithLog records in l every request made under the context it returns.
func WithLog(ctx context.Context, l *Log) context.Context {
	return context.WithValue(ctx, logKey{}, l)
}

// Exchanges gives what was recorded so far, in the order it ended.
func (l *Log) Exchanges() []Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.exchanges)
}

func logOf(ctx context.Context) *Log {
	l, ok := ctx.Value(logKey{}).(*Log)
	if !ok {
		return nil
	}
	return l
}

func (l *Log) add(t trip, a answer, err error, began time.Time) {
	x := Recorded{
		Purpose: t.purpose, Method: t.method, Status: a.status,
		At: began, Duration: time.Since(began),
		Sent: shown(t.body, t.token), Got: shown(a.body, t.token),
	}
	if u, err := url.Parse(t.address); err == nil {
		x.Path = u.Path
	}
	if t.statement != "" {
		x.Sent = shown([]byte(t.statement), t.token)
	}
	if err != nil {
		x.Err = string(shown([]byte(err.Error()), t.token))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.exchanges = append(l.exchanges, x)
}

// maxShown caps a recorded body. Secrets are looked for some way beyond it, so
// that the cut cannot leave half of one unrecognised.
const (
	maxShown   = 64 << 10
	beyondShow = 8 << 10
)

var hidden = []byte("•••")

// The shapes of secrets: members of a JSON body, fields of a form, and session
// ids wherever they stand. A string may lack its end where a body broke off.
var (
	secretMember = regexp.MustCompile(`(?i)("(?:access_token|refresh_token|id_token|client_secret|assertion|code_verifier|signature|session_?id|password)"\s*:\s*")(?:[^"\\]|\\.)*`)
	secretField  = regexp.MustCompile(`(?i)(^|&)((?:access_token|refresh_token|client_secret|code|code_verifier|token|password)=)[^&]*`)
	sessionID    = regexp.MustCompile(`00D[A-Za-z0-9]{9,15}(?:!|%21)[A-Za-z0-9._%-]+`)
)

// secretWords are parts of every name in secretMember. Looking for them first
// saves most bodies, which have thousands of Tasks and no secret, the search.
var secretWords = [][]byte{[]byte("token"), []byte("secret"), []byte("assertion"), []byte("verifier"), []byte("signature"), []byte("session"), []byte("password")}

func maySecret(b []byte) bool {
	lower := bytes.ToLower(b)
	return slices.ContainsFunc(secretWords, func(w []byte) bool { return bytes.Contains(lower, w) })
}

// shown copies a body for the log.
func shown(body []byte, token string) []byte {
	if len(body) == 0 {
		return nil
	}
	b := body[:min(len(body), maxShown+beyondShow)]
	if token != "" {
		b = bytes.ReplaceAll(b, []byte(token), hidden)
	}
	if bytes.Contains(b, []byte("!")) || bytes.Contains(b, []byte("%21")) {
		b = sessionID.ReplaceAll(b, hidden)
	}
	if maySecret(b) {
		b = secretMember.ReplaceAll(b, append([]byte("${1}"), hidden...))
	}
	if first := bytes.TrimLeft(b, " \t\r\n"); len(first) == 0 || first[0] != '{' && first[0] != '[' {
		b = secretField.ReplaceAll(b, append([]byte("${1}${2}"), hidden...))
	}
	return bytes.Clone(b[:min(len(b), maxShown)])
}
