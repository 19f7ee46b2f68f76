package alert_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/integration/alert"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
	"ringledger/web"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// What the calls of the tests are about, and what no alert may hold.
const (
	number = "+33199001234"
	person = "Nadia Fontaine"
)

// tells looks for what an alert must not hold.
func tells(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{number, number[1:], "01 99 00 12 34", "99001234", person, "Fontaine", "rla_secret"} {
		if strings.Contains(text, secret) {
			t.Errorf("an alert holds %q: %s", secret, text)
		}
	}
}

// receiver takes what is posted, as long as it is signed.
type receiver struct {
	t      *testing.T
	server *httptest.Server

	mu     sync.Mutex
	got    []post
	status int
}

type post struct {
	Text     string    `json:"text"`
	Delivery string    `json:"delivery"`
	Link     string    `json:"link"`
	Alert    string    `json:"alert"`
	State    string    `json:"state"`
	BeganAt  time.Time `json:"began_at"`
	Count    int       `json:"count"`
}

const secret = store.Secret("rla_secret")

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{t: t, status: http.StatusOK}
	r.server = httptest.NewServer(r)
	t.Cleanup(r.server.Close)
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	body, err := io.ReadAll(req.Body)
	if err != nil || req.Method != http.MethodPost {
		r.t.Errorf("%s %s: %v", req.Method, req.URL, err)
	}
	if want := alert.Sign(secret, req.Header.Get(alert.HeaderTimestamp), body); req.Header.Get(alert.HeaderSignature) != want {
		r.t.Errorf("signed %q, want %q", req.Header.Get(alert.HeaderSignature), want)
	}
	tells(r.t, string(body))
	if r.status != http.StatusOK {
		w.Header().Set("Location", r.server.URL+"/elsewhere")
		w.WriteHeader(r.status)
		return
	}
	var p post
	if err := json.Unmarshal(body, &p); err != nil || p.Delivery != req.Header.Get(alert.HeaderDelivery) {
		r.t.Errorf("%s: %v", body, err)
	}
	r.got = append(r.got, p)
	_, _ = io.WriteString(w, "ok") // the sender has what it needs
}

func (r *receiver) answer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

// told lists what came, as "salesforce_grant began".
func (r *receiver) told() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, p := range r.got {
		all = append(all, p.Alert+" "+p.State)
	}
	return strings.Join(all, ", ")
}

func (r *receiver) last() post {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.got) == 0 {
		r.t.Fatal("nothing came")
	}
	return r.got[len(r.got)-1]
}

// house is a store with what it tells, and who is told.
type house struct {
	t        *testing.T
	db       *storetest.DB
	store    *store.Store
	sender   *alert.Sender
	receiver *receiver
	calls    int
}

func newHouse(t *testing.T, db *storetest.DB, change ...func(*alert.Options)) *house {
	t.Helper()
	h := &house{t: t, db: db, store: db.Open(), receiver: newReceiver(t)}
	h.sender = h.node(h.store, change...)
	h.set(func(a *store.AlertSettings) {
		a.WebhookURL, a.WebhookInternal, a.WebhookSecret = store.Secret(h.receiver.server.URL+"/secret-path"), true, secret
	})
	return h
}

func (h *house) node(st *store.Store, change ...func(*alert.Options)) *alert.Sender {
	o := alert.Options{Store: st, PublicURL: "https://ringledger.example.com", Words: web.AlertWords, Logger: slog.New(slog.DiscardHandler), Now: h.db.Clock.Now}
	for _, f := range change {
		f(&o)
	}
	return alert.New(o)
}

func (h *house) set(change func(*store.AlertSettings)) {
	h.t.Helper()
	a, err := h.store.AlertSettings(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	change(&a)
	if err := h.store.SaveAlertSettings(h.t.Context(), a); err != nil {
		h.t.Fatal(err)
	}
}

// look looks and tells what there is to tell.
func (h *house) look() {
	h.t.Helper()
	if err := h.sender.Look(h.t.Context()); err != nil {
		h.t.Fatal(err)
	}
	for _, channel := range []string{store.ByWebhook, store.ByEmail} {
		for more := true; more; {
			more, _ = h.sender.Deliver(h.t.Context(), channel) // what fails is seen in the store
		}
	}
}

// after lets time pass and looks.
func (h *house) after(d time.Duration) {
	h.t.Helper()
	h.db.Clock.Advance(d)
	h.look()
}

func (h *house) expect(told string) {
	h.t.Helper()
	if got := h.receiver.told(); got != told {
		h.t.Errorf("told %q, want %q", got, told)
	}
}

// call adds a call that started some time ago and is in a state.
func (h *house) call(ago time.Duration, set string) {
	h.t.Helper()
	h.calls++
	id, at := fmt.Sprint(h.calls), h.db.Clock.Now().Add(-ago)
	err := h.store.AddDelivery(h.t.Context(), store.Delivery{Hash: [32]byte{byte(h.calls), byte(h.calls >> 8)}, Kind: callflow.KindCall, ObjectID: id, Event: "call.ended",
		Body: []byte("{}"), EventAt: at, ReceivedAt: at})
	if err != nil {
		h.t.Fatal(err)
	}
	us := micros(at.UnixMicro())
	h.db.Exec("UPDATE entries SET external = '" + number + "', agent_name = '" + person + "', record_name = '" + person + "', started_at = " + us + ", ended_at = " + us +
		", first_at = " + us + ", updated_at = " + us + ", " + set + " WHERE object_id = '" + id + "'")
	h.db.Exec("INSERT INTO tries (entry_id, n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges) SELECT id, 1, 'event', updated_at, 1, 1, outcome, reason, detail, '', '' FROM entries WHERE object_id = '" + id + "'")
}

const (
	logged = "outcome = 'logged', due_at = NULL"
	failed = `outcome = 'failed', reason = 'validation_rule', cause = 'cause-1', due_at = NULL, detail = '{"message":"` + person + ` ` + number + ` is no customer"}'`
)

func (h *house) connectAircall() {
	h.t.Helper()
	if err := h.store.ChangeAircall(h.t.Context(), func(c *store.Aircall) error {
		c.APIID, c.APIToken = "id", "token"
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) reconnect(why string) {
	h.t.Helper()
	if err := h.store.ChangeSalesforce(h.t.Context(), func(c *store.Salesforce) error {
		c.RefreshToken, c.Reconnect = "token", why
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) rules(change func(*callflow.Settings)) {
	h.t.Helper()
	ctx := context.Background()
	r, err := h.store.CurrentRules(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	change(&r.Settings)
	if _, err := h.store.SaveRules(ctx, r.Version, r.Settings, "test@example.com", ""); err != nil {
		h.t.Fatal(err)
	}
}
