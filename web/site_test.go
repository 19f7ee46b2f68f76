package web_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/integration/connection"
	"ringledger/store"
	"ringledger/store/storetest"
	"ringledger/web"

	"go.uber.org/goleak"
	"golang.org/x/crypto/argon2"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is the whole server over HTTP, with a store on a new file.
type site struct {
	t      *testing.T
	store  *store.Store
	server *web.Server
	http   *httptest.Server
	file   string
	logs   *logs
	clock  *clock
	closed sync.Once

	salesforce *connection.Salesforce
	aircall    *connection.Aircall
}

// clock is the server's time, which a test moves.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// logs keeps what the server wrote, at every level.
type logs struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

const (
	pathSecret = "canary-path-secret-7d1f"
	hookToken  = "canary-hook-token-93aa"
	password   = "a long enough phrase"
)

// providers are where a site finds Salesforce and Aircall.
type providers struct{ salesforceURL, aircallURL string }

func newSite(t *testing.T, change ...func(*web.Options, *providers)) *site {
	t.Helper()
	s := &site{t: t, logs: &logs{}, clock: &clock{}, file: storetest.SQLite(t).File}
	logger := slog.New(slog.NewTextHandler(s.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
	st, err := store.Open(context.Background(), store.Options{URL: "sqlite:" + s.file, Key: make([]byte, 32), Now: s.clock.now, Logger: logger, MaxQuery: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	s.store = st
	// The address has to be known before the server is made.
	s.http = httptest.NewUnstartedServer(nil)
	s.http.Config = web.HTTPServer(nil)
	public := "http://" + s.http.Listener.Addr().String()
	o, p := web.Options{Store: st, PublicURL: public, Logger: logger, Now: s.clock.now}, providers{}
	for _, f := range change {
		f(&o, &p)
	}
	hc := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{}}
	o.Salesforce = connection.NewSalesforce(connection.SalesforceOptions{Store: st, HTTP: hc, LoginURL: p.salesforceURL, PublicURL: o.PublicURL, APIVersion: "v66.0", Logger: logger})
	o.Aircall = connection.NewAircall(connection.AircallOptions{Store: st, HTTP: hc, APIURL: p.aircallURL, PublicURL: o.PublicURL, Logger: logger})
	s.salesforce, s.aircall = o.Salesforce, o.Aircall
	s.server, err = web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.http.Config.Handler = s.server.Handler()
	s.http.Start()
	t.Cleanup(func() {
		s.server.Close()
		s.http.Close()
		hc.CloseIdleConnections()
		s.closeStore()
		if t.Failed() {
			t.Log(s.logs.String())
		}
	})
	return s
}

// zone is where the house tells its time.
func (s *site) zone() *time.Location {
	s.t.Helper()
	zone, err := s.store.Zone(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return zone
}

// closeStore ends the store, once.
func (s *site) closeStore() {
	s.t.Helper()
	s.closed.Do(func() {
		if err := s.store.Close(); err != nil {
			s.t.Error(err)
		}
	})
}

// hook makes the address that Aircall sends to.
func (s *site) hook() string {
	s.t.Helper()
	ctx := context.Background()
	if err := s.store.AddWebhook(ctx, pathSecret); err != nil {
		s.t.Fatal(err)
	}
	if err := s.store.SetWebhookToken(ctx, pathSecret, hookToken, "1"); err != nil {
		s.t.Fatal(err)
	}
	return s.http.URL + "/webhooks/aircall/" + pathSecret
}

// passwordHash is the hash of the password, made to be checked fast: most tests
// begin with a sign-in.
func passwordHash() string {
	const memory, passes, threads, length = 64, 1, 1, 32
	salt, b := []byte("sixteen letters."), base64.RawStdEncoding
	hash := argon2.IDKey([]byte(password), salt, passes, memory, threads, length)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads, b.EncodeToString(salt), b.EncodeToString(hash))
}

// user makes a person and returns a browser in which they are signed in.
func (s *site) user(role store.Role) *browser {
	s.t.Helper()
	email := string(role) + "@example.com"
	if _, err := s.store.AddUser(context.Background(), store.User{Email: email, Name: "Ada " + string(role), Role: role, Password: passwordHash(), Locale: "en"}); err != nil {
		s.t.Fatal(err)
	}
	b := s.browser()
	got := b.post("/signin", url.Values{"email": {email}, "password": {password}})
	if got.status != http.StatusSeeOther {
		s.t.Fatalf("sign-in of the %s: got %d, want 303", role, got.status)
	}
	return b
}

// browser keeps cookies and follows no redirect.
type browser struct {
	t      *testing.T
	base   string
	client *http.Client
	header http.Header // sent with every request
}

func (s *site) browser() *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	transport := &http.Transport{}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &browser{t: s.t, base: s.http.URL, header: http.Header{}, client: &http.Client{Jar: jar, Transport: transport, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) location() string { return a.header.Get("Location") }

func (b *browser) do(method, path, contentType, body string) answer {
	b.t.Helper()
	target := path
	if !strings.HasPrefix(path, "http") {
		target = b.base + path
	}
	req, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	for k, v := range b.header {
		req.Header[k] = v
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(text)}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	return b.do(http.MethodGet, path, "", "")
}

func (b *browser) post(path string, form url.Values) answer {
	b.t.Helper()
	return b.do(http.MethodPost, path, "application/x-www-form-urlencoded", form.Encode())
}
