package worker_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringledger/integration/aircall"
	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/store/storetest"

	"go.uber.org/goleak"
)

// site is a whole Ringledger but for its pages: store, worker and both
// connections are real, the org and the account are simulated and spoken to
// over HTTP.
type site struct {
	t       *testing.T
	store   *store.Store
	org     *salesforcesim.Org
	account *aircallsim.Account
	public  string // where Aircall sends to
	conn    *connection.Salesforce
	worker  *worker.Worker
	options worker.Options
	eventAt int // seconds from now of the last event said
}

// siteOptions change what a site is made of.
type siteOptions struct {
	org     salesforcesim.Options
	worker  worker.Options
	timeout time.Duration // of one request; 0 = the client's own
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// each runs a test on every database there is, beside others: most of their
// time is waiting.
func each(t *testing.T, test func(t *testing.T, db *storetest.DB)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, test)
}

func newSite(t *testing.T, db *storetest.DB, change ...func(*siteOptions)) *site {
	t.Helper()
	var o siteOptions
	o.worker.Doubt, o.worker.Outage = 300*time.Millisecond, 200*time.Millisecond
	for _, c := range change {
		c(&o)
	}
	s := &site{t: t}
	log := slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var err error
	if s.store, err = store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key, Logger: log, Now: o.worker.Now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	s.org = salesforcesim.New(o.org)
	t.Cleanup(s.org.Close)
	orgURL := serve(t, s.org)
	s.account = aircallsim.New(aircallsim.Options{Speed: math.Inf(1), Rate: -1})
	t.Cleanup(s.account.Close)
	accountURL := serve(t, s.account)
	us := serve(t, http.HandlerFunc(s.receive))
	s.public = us

	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}, Timeout: o.timeout}
	t.Cleanup(client.CloseIdleConnections)
	s.conn = connection.NewSalesforce(connection.SalesforceOptions{
		Store: s.store, HTTP: client, LoginURL: orgURL, PublicURL: us, APIVersion: "v66.0", Logger: log,
	})
	phone := connection.NewAircall(connection.AircallOptions{
		Store: s.store, HTTP: client, APIURL: accountURL, PublicURL: us, Logger: log, Now: o.worker.Now, PerMinute: 600_000,
	})
	o.worker.Store, o.worker.Salesforce, o.worker.Aircall, o.worker.Logger = s.store, s.conn, phone, log
	s.options = o.worker
	s.worker = worker.New(o.worker)
	s.connect()
	if err := phone.Connect(t.Context(), aircallsim.DefaultAPIID, aircallsim.DefaultAPIToken, "test"); err != nil {
		t.Fatal(err)
	}
	s.rules(func(*callflow.Settings) {})
	return s
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

// receive is the webhook's core: take the envelope apart, store, answer.
func (s *site) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := s.deliver(body); err != nil {
		s.t.Log(err)
		w.WriteHeader(http.StatusServiceUnavailable)
	}
}

func (s *site) deliver(body []byte) error {
	e, err := aircall.ParseEnvelope(body)
	if err != nil {
		return err
	}
	return s.store.AddDelivery(context.Background(), store.Delivery{
		Hash: e.Hash, Kind: e.Kind, ObjectID: e.ObjectID, Event: e.Event, Body: bytes.Clone(e.Body), EventAt: e.Timestamp, ReceivedAt: time.Now(),
	})
}

// connect signs in through the org's own consent page.
func (s *site) connect() {
	s.t.Helper()
	ctx := s.t.Context()
	state, _, err := s.conn.State(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	if state.ClientID == "" {
		if err := s.conn.SaveApp(ctx, s.conn.LoginURLs()[0], "key", "secret"); err != nil {
			s.t.Fatal(err)
		}
	}
	authorize, _, verifier, err := s.conn.Begin(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	back, err := salesforcesim.Consent(ctx, authorize, salesforcesim.DefaultUsername, salesforcesim.DefaultPassword)
	if err != nil {
		s.t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.conn.Finish(ctx, u.Query().Get("code"), verifier, "test"); err != nil {
		s.t.Fatal(err)
	}
}

// rules saves settings that write at once, with changes.
func (s *site) rules(change func(*callflow.Settings)) {
	s.t.Helper()
	now, err := s.store.CurrentRules(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	now.Settings.SettleSeconds = 0
	change(&now.Settings)
	if _, err := s.store.SaveRules(s.t.Context(), now.Version, now.Settings, "test", ""); err != nil {
		s.t.Fatal(err)
	}
}

// call places a call and returns Aircall's id of it.
func (s *site) call(spec aircallsim.CallSpec) string {
	s.t.Helper()
	id, err := s.account.PlaceCall(s.t.Context(), spec)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.account.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return itoa(id)
}

// drain works until nothing is due any more.
func (s *site) drain() {
	s.t.Helper()
	for range 200 {
		n, err := s.worker.Turn(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	s.t.Fatal("the worker is still busy after 200 turns")
}

// until works until the entry is as wanted.
func (s *site) until(id string, want func(store.Entry) bool) store.Entry {
	s.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for {
		if _, err := s.worker.Turn(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		e := s.entry(id)
		if want(e) {
			return e
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("call %s stays %s, %s %v", id, e.Outcome, e.Reason, e.Detail)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (s *site) entry(id string) store.Entry {
	s.t.Helper()
	e, err := s.store.EntryOf(s.t.Context(), callflow.KindCall, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}

// tasks are the Tasks in the org that carry the call's key.
func (s *site) tasks(id string) []map[string]any {
	var out []map[string]any
	for _, task := range s.org.Records("Task") {
		if task["CallObject"] == "aircall:"+id {
			out = append(out, task)
		}
	}
	return out
}

// task is the one Task of the call.
func (s *site) task(id string) map[string]any {
	s.t.Helper()
	all := s.tasks(id)
	if len(all) != 1 {
		s.t.Fatalf("call %s has %d Tasks, want one; its entry: %+v", id, len(all), s.entry(id).Verdict)
	}
	return all[0]
}

// untilMessage works until the message is logged.
func (s *site) untilMessage(id string) {
	s.t.Helper()
	deadline := time.Now().Add(2 * time.Minute)
	for {
		if _, err := s.worker.Turn(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		e, err := s.store.EntryOf(s.t.Context(), callflow.KindMessage, id)
		if err != nil {
			s.t.Fatal(err)
		}
		if e.Outcome == callflow.Logged {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("message %s stays %s, %s", id, e.Outcome, e.Reason)
		}
		time.Sleep(5 * time.Millisecond)
	}
}
