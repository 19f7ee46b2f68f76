package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/web"
)

// connected is a site with a simulated org and a simulated Aircall account,
// both spoken to over HTTP, and a worker.
type connected struct {
	*site
	org     *salesforcesim.Org
	orgURL  string
	account *aircallsim.Account
}

func newConnectable(t *testing.T) *connected {
	t.Helper()
	c := &connected{org: salesforcesim.New(salesforcesim.Options{})}
	orgServer := httptest.NewServer(c.org)
	c.orgURL = orgServer.URL
	c.account = aircallsim.New(aircallsim.Options{Speed: 10_000, Rate: -1})
	accountServer := httptest.NewServer(c.account)
	c.site = newSite(t, func(o *web.Options, p *providers) {
		o.Rehearse = func(ctx context.Context, call callflow.Call, rules store.Rules) (store.Try, callflow.Decision, error) {
			return c.worker().Rehearse(ctx, call, rules)
		}
		o.RehearseReplay = func(ctx context.Context, e store.Entry, rules store.Rules) (store.Result, callflow.Decision, error) {
			return c.worker().RehearseReplay(ctx, e, rules)
		}
		p.salesforceURL, p.aircallURL = orgServer.URL, accountServer.URL
	})
	t.Cleanup(func() {
		c.account.Close()
		c.org.Close()
		accountServer.Close()
		orgServer.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return c
}

// signInToSalesforce saves the app and goes to Salesforce and back, as an
// admin does, and returns the address that the browser comes back to.
func (c *connected) signInToSalesforce(b *browser) string {
	c.t.Helper()
	app := url.Values{"login_url": {c.orgURL}, "client_id": {"key"}, "client_secret": {"canary-consumer-secret"}}
	if got := b.post("/connections/salesforce", app); got.status != http.StatusSeeOther {
		c.t.Fatalf("saving the app: got %d, want 303: %s", got.status, got.body)
	}
	return c.consent(b)
}

func (c *connected) consent(b *browser) string {
	c.t.Helper()
	got := b.post("/connections/salesforce/connect", nil)
	if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), c.orgURL) {
		c.t.Fatalf("connect: got %d to %q, want the way to Salesforce", got.status, got.location())
	}
	back, err := salesforcesim.Consent(context.Background(), got.location(), salesforcesim.DefaultUsername, salesforcesim.DefaultPassword)
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.TrimPrefix(back, c.http.URL)
}

func (c *connected) connectAircall(b *browser) {
	c.t.Helper()
	got := b.post("/connections/aircall", url.Values{"api_id": {aircallsim.DefaultAPIID}, "api_token": {aircallsim.DefaultAPIToken}})
	if got.status != http.StatusSeeOther {
		c.t.Fatalf("Aircall: got %d, want 303: %s", got.status, got.body)
	}
}

func (c *connected) worker() *worker.Worker {
	return worker.New(worker.Options{Store: c.store, Salesforce: c.salesforce, Aircall: c.aircall, Now: c.clock.now})
}

// drain does the worker's turns until nothing is due any more.
func (c *connected) drain() {
	c.t.Helper()
	if err := c.account.Drain(context.Background()); err != nil { // what Aircall still sends
		c.t.Fatal(err)
	}
	w := c.worker()
	deadline := time.Now().Add(10 * time.Second)
	for time.Now().Before(deadline) {
		n, err := w.Turn(context.Background())
		if err != nil {
			c.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
	c.t.Fatal("the queue does not empty")
}

func TestConnectingBothSides(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	if got := b.get("/"); got.status != http.StatusSeeOther || got.location() != "/start" {
		t.Errorf("before: got %d to %q, want /start", got.status, got.location())
	}
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther || got.location() != "/connections/salesforce" {
		t.Fatalf("callback: got %d to %q: %s", got.status, got.location(), got.body)
	}
	c.connectAircall(b)
	for _, path := range []string{"/", "/start", "/activity", "/connections/salesforce", "/connections/aircall"} {
		got := b.get(path)
		if got.status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, got.status)
		}
		if strings.Contains(got.body, "canary-consumer-secret") || strings.Contains(got.body, aircallsim.DefaultAPIToken) {
			t.Errorf("%s shows a secret", path)
		}
	}
	for _, secret := range []string{"canary-consumer-secret", aircallsim.DefaultAPIToken, password} {
		if strings.Contains(c.logs.String(), secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if n := len(c.account.Webhooks()); n != 1 {
		t.Errorf("got %d webhooks at Aircall, want 1", n)
	}
	for path, page := range map[string]string{"/connections/salesforce/disconnect": "/connections/salesforce?disconnect=1", "/connections/aircall/disconnect": "/connections/aircall?disconnect=1"} {
		form(t, b.get(page).page(t), path, nil) // fails when the page does not ask
	}
	for _, path := range []string{"/connections/salesforce/check", "/connections/aircall/check", "/connections/salesforce/disconnect", "/connections/aircall/disconnect"} {
		if got := b.post(path, nil); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d, want 303: %s", path, got.status, got.body)
		}
	}
	if n := len(c.account.Webhooks()); n != 0 {
		t.Errorf("got %d webhooks at Aircall after disconnecting, want 0", n)
	}
}

func TestSignInOfSalesforceIsTakenOnceAndOnlyFromItsOwnSession(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	back := c.signInToSalesforce(b)
	state := func() bool {
		conn, err := c.store.SalesforceConnection(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return conn.Connected()
	}
	other := c.browser()
	other.post("/signin", url.Values{"email": {"admin@example.com"}, "password": {password}})
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	with := func(name, value string) string {
		q := u.Query()
		q.Set(name, value)
		if value == "" {
			q.Del(name)
		}
		return u.Path + "?" + q.Encode()
	}
	if got := c.browser().get(back); !strings.HasPrefix(got.location(), "/signin?next=%2Fconnections%2Fsalesforce") || strings.Contains(got.location(), "code") {
		t.Errorf("nobody signed in: led to %q, want the sign-in without the code", got.location())
	}
	for name, try := range map[string]func() answer{
		"foreign session": func() answer { return other.get(back) },
		"no state":        func() answer { c.consent(b); return b.get(with("state", "")) },
		"wrong state":     func() answer { c.consent(b); return b.get(with("state", "guess")) },
		"no code":         func() answer { c.consent(b); return b.get(with("code", "")) },
		"refused": func() answer {
			q, err := url.Parse(c.consent(b))
			if err != nil {
				t.Fatal(err)
			}
			return b.get(u.Path + "?error=access_denied&error_description=end-user+denied&state=" + url.QueryEscape(q.Query().Get("state")))
		},
	} {
		if got := try(); got.status != http.StatusBadRequest || got.page(t).Find("h1").Length() != 1 {
			t.Errorf("%s: got %d, want 400 with a page", name, got.status)
		}
		if state() {
			t.Fatalf("%s: connected all the same", name)
		}
	}
	late := c.consent(b)
	c.clock.move(20 * time.Minute)
	if got := b.get(late); got.status != http.StatusBadRequest || state() {
		t.Errorf("too late: got %d, connected %v", got.status, state())
	}
	good := c.consent(b)
	if got := b.get(good); got.status != http.StatusSeeOther || !state() {
		t.Fatalf("the good one: got %d: %s", got.status, got.body)
	}
	if got := b.get(good); got.status != http.StatusBadRequest || !state() {
		t.Errorf("the good one again: got %d, connected %v; want 400 and nothing changed", got.status, state())
	}
}

func TestConnectionFormsSayWhatIsWrong(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	for name, form := range map[string]url.Values{
		"no key":     {"login_url": {c.orgURL}, "client_id": {""}, "client_secret": {"x"}},
		"no secret":  {"login_url": {c.orgURL}, "client_id": {"key"}, "client_secret": {""}},
		"other host": {"login_url": {"https://salesforce.evil.example.com"}, "client_id": {"key"}, "client_secret": {"x"}},
	} {
		if got := b.post("/connections/salesforce", form); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want 422", name, got.status)
		}
	}
	if got := b.post("/connections/aircall", url.Values{"api_id": {"x"}, "api_token": {"wrong"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong Aircall key: got %d, want 422", got.status)
	}
	if got := b.post("/connections/aircall/token", url.Values{"webhook_token": {""}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("no token: got %d, want 422", got.status)
	}
	if got := b.post("/connections/salesforce/connect", nil); got.status != http.StatusSeeOther || got.location() != "/connections/salesforce" {
		t.Errorf("connecting before the app is saved: got %d to %q", got.status, got.location())
	}
}

func TestANewInstallOffersALoginAddressAndNamesAllMistakesAtOnce(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	page := b.get("/connections/salesforce").page(t)
	first, _ := page.Find(`input[name="login_url"]`).Attr("value")
	offered, _ := page.Find(`datalist option`).First().Attr("value")
	if want := c.salesforce.LoginURLs()[0]; first != want || offered != want {
		t.Errorf("got %q, offering %q; want %q", first, offered, want)
	}
	got := b.post("/connections/salesforce", url.Values{"login_url": {"https://salesforce.evil.example.com"}, "client_id": {""}, "client_secret": {""}})
	if got.status != http.StatusUnprocessableEntity {
		t.Fatalf("got %d, want 422", got.status)
	}
	if n := got.page(t).Find("[aria-invalid]").Length(); n != 3 {
		t.Errorf("%d fields are marked, want all three", n)
	}
}

func TestWebhookByHandIsTakenOnceItsTokenIsKnown(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	b.get("/connections/aircall")
	hooks, err := s.store.Webhooks(context.Background())
	if err != nil || len(hooks) != 1 {
		t.Fatalf("got %d addresses, %v; want the one the page shows", len(hooks), err)
	}
	target := s.http.URL + "/webhooks/aircall/" + string(hooks[0].Secret)
	if status, _ := send(t, http.MethodPost, target, "", strings.NewReader(event("ended", "1", "by-hand-token"))); status != http.StatusUnauthorized {
		t.Errorf("before: got %d, want 401", status)
	}
	if got := b.post("/connections/aircall/token", url.Values{"webhook_token": {"by-hand-token"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303", got.status)
	}
	if status, _ := send(t, http.MethodPost, target, "", strings.NewReader(event("ended", "1", "by-hand-token"))); status != http.StatusOK {
		t.Errorf("after: got %d, want 200", status)
	}
}

// ledgerSite is connected and has one logged call, and one that asks for a
// choice between two contacts.
func ledgerSite(t *testing.T) (*connected, *browser) {
	t.Helper()
	c := newConnectable(t)
	b := c.user(store.Admin)
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther {
		t.Fatalf("callback: got %d: %s", got.status, got.body)
	}
	c.connectAircall(b)
	settings := callflow.Default()
	settings.SettleSeconds, settings.Matching.Several = 0, callflow.SeveralAsk
	if _, err := c.store.SaveRules(context.Background(), 1, settings, "test", ""); err != nil {
		t.Fatal(err)
	}
	c.org.Add("Contact", map[string]any{"LastName": "Moreau", "FirstName": "Camille", "Phone": "+33 1 99 00 12 34"})
	c.org.Add("Contact", map[string]any{"LastName": "Petit", "Phone": "+33 1 99 00 56 78"})
	c.org.Add("Contact", map[string]any{"LastName": "=cmd|'/c calc'!A1", "Phone": "+33 1 99 00 56 78"})
	ctx := context.Background()
	for _, number := range []string{"+33199001234", "+33199005678"} {
		if _, err := c.account.PlaceCall(ctx, aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: number, Plain: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.account.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	return c, b
}
