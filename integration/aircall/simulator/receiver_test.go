package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"ringledger/integration/aircall/simulator"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(int) { http.DefaultClient.CloseIdleConnections() }))
}

// noon is a working day's noon; the tests' clocks stand there.
var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

// people are outside parties of the tests.
func people() []simulator.Person {
	return []simulator.Person{
		{Name: "Jeanne Marchal", Number: "+33199001234"}, {Name: "Oliver Kent", Number: "+441632960111"},
		{Name: "Rosa Delgado", Number: "+12025550119"},
	}
}

// hit is one delivery as the receiver got it.
type hit struct {
	Resource  string          `json:"resource"`
	Event     string          `json:"event"`
	Timestamp int64           `json:"timestamp"`
	Token     string          `json:"token"`
	Data      json.RawMessage `json:"data"`
	raw       []byte
}

// object is the data with its keys.
func (h hit) object(t *testing.T) map[string]any {
	t.Helper()
	var o map[string]any
	d := json.NewDecoder(bytes.NewReader(h.Data))
	d.UseNumber()
	if err := d.Decode(&o); err != nil {
		t.Fatalf("data of %s: %v", h.Event, err)
	}
	return o
}

// receiver is a webhook endpoint that keeps what it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	hits   []hit
	answer func(n int) int // the status of the nth request, from 1
}

func newReceiver(t *testing.T, answer func(n int) int) *receiver {
	t.Helper()
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return
		}
		h := hit{raw: body}
		if err := json.Unmarshal(body, &h); err != nil {
			t.Errorf("a delivery is not JSON: %v", err)
		}
		r.mu.Lock()
		r.hits = append(r.hits, h)
		n := len(r.hits)
		r.mu.Unlock()
		if r.answer != nil {
			w.WriteHeader(r.answer(n))
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []hit {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]hit(nil), r.hits...)
}

func (r *receiver) events() []string {
	var names []string
	for _, h := range r.all() {
		names = append(names, h.Event)
	}
	return names
}

// newAccount plays without waits and delivers in order.
func newAccount(t *testing.T, change func(*simulator.Options)) *simulator.Account {
	t.Helper()
	o := simulator.Options{
		Now: func() time.Time { return noon }, Seed: 7, Rate: -1, Speed: math.Inf(1), People: people(), Concurrency: 1,
	}
	if change != nil {
		change(&o)
	}
	a := simulator.New(o)
	t.Cleanup(a.Close)
	return a
}

func listen(t *testing.T, a *simulator.Account, url string, events ...string) simulator.Webhook {
	t.Helper()
	h, err := a.AddWebhook(url, "", events...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func place(t *testing.T, a *simulator.Account, s simulator.CallSpec) int64 {
	t.Helper()
	id, err := a.PlaceCall(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func drain(t *testing.T, a *simulator.Account) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := a.Drain(ctx); err != nil {
		t.Fatalf("drain: %v, %+v", err, a.Stats())
	}
}

// eventually polls until a fact holds or a deadline passes.
func eventually(t *testing.T, what string, fact func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if fact() {
			return
		}
	}
	t.Fatalf("never came true: %s", what)
}

// site serves an account over HTTP.
type site struct {
	t    *testing.T
	base string
}

func serve(t *testing.T, a *simulator.Account) *site {
	t.Helper()
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	return &site{t: t, base: s.URL}
}

// ask makes a REST request with the right credentials and decodes the answer.
func (s *site) ask(method, path, body string) (int, http.Header, map[string]any) {
	s.t.Helper()
	return s.askAs(simulator.DefaultAPIID, simulator.DefaultAPIToken, method, path, body)
}

func (s *site) askAs(id, token, method, path, body string) (int, http.Header, map[string]any) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+path, bytes.NewBufferString(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if id != "" {
		r.SetBasicAuth(id, token)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	var o map[string]any
	if len(raw) > 0 {
		if err := json.Unmarshal(raw, &o); err != nil {
			s.t.Fatalf("%s %s answered %d, not JSON: %s", method, path, res.StatusCode, raw)
		}
	}
	return res.StatusCode, res.Header, o
}

// want is ask that insists on a status.
func (s *site) want(status int, method, path, body string) map[string]any {
	s.t.Helper()
	got, _, o := s.ask(method, path, body)
	if got != status {
		s.t.Fatalf("%s %s: got %d, want %d: %v", method, path, got, status, o)
	}
	return o
}
