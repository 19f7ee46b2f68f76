package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/alert"
	"ringledger/store"
)

// alertsAs is the form of the page as it is filled at first.
func alertsAs(version string, change ...string) url.Values {
	v := url.Values{"version": {version}, "connections": {"false", "true"}, "failures": {"false", "true"}, "failures_over": {"10"}, "silence": {"false", "true"},
		"silent_minutes": {"120"}, "queue": {"false", "true"}, "digest": {"false"}, "digest_hour": {"8"}, "language": {"en"}, "recipients": {""}}
	for i := 0; i+1 < len(change); i += 2 {
		v.Set(change[i], change[i+1])
	}
	return v
}

func TestWhatIsToldIsChangedOnItsPage(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	if page := b.get("/alerts"); page.status != http.StatusOK || !strings.Contains(page.body, "Nothing was told yet") || !strings.Contains(page.body, "RINGLEDGER_SMTP_SERVER") {
		t.Fatalf("got %d", page.status)
	}
	typed := alertsAs("0", "failures_over", "3", "recipients", "ops@example.com\r\nmarie@example.fr", "language", "fr", "silence", "false")
	if got := b.post("/alerts", typed); got.status != http.StatusSeeOther || got.location() != "/alerts" {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	a, err := s.store.AlertSettings(t.Context())
	if err != nil || a.FailuresOver != 3 || a.Silence || !a.Queue || a.Language != "fr" || strings.Join(a.Recipients, " ") != "ops@example.com marie@example.fr" {
		t.Errorf("got %+v, %v", a, err)
	}
	if got := b.post("/alerts", typed); got.status != http.StatusConflict {
		t.Errorf("of a page from before: got %d, want 409", got.status)
	}
	if got := said(t, b.get("/audit?kind=alerts")); len(got) != 1 || got[0] != "Ada admin changed what alerts tell and whom" {
		t.Errorf("written down: %q", got)
	}
}

func TestAlertsAreInTheLanguageOfWhoSetsThemUpFirst(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	b.post("/language", url.Values{"lang": {"fr"}})
	if got, _ := b.get("/alerts").page(t).Find("[name=language] [selected]").Attr("value"); got != "fr" {
		t.Errorf("offered %q, want fr", got)
	}
	b.post("/alerts", alertsAs("0", "language", "en"))
	if got, _ := b.get("/alerts").page(t).Find("[name=language] [selected]").Attr("value"); got != "en" {
		t.Errorf("once en is chosen: %q is shown", got)
	}
}

func TestWhatCannotBeToldIsSaidAtItsField(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for field, values := range map[string][]string{
		"failures_over": {"0", "x", "", "10001"}, "silent_minutes": {"14", "721"}, "digest_hour": {"24", "-1"}, "language": {"de", ""},
		"recipients": {"ops", "Ops <ops@example.com>", "a@b@c", strings.Repeat("ops@example.com\n", 21)},
	} {
		for _, value := range values {
			got := b.post("/alerts", alertsAs("0", field, value))
			if got.status != http.StatusUnprocessableEntity || got.page(t).Find("[name="+field+"][aria-invalid]").Length() == 0 {
				t.Errorf("%s %q: got %d, or no mistake at the field", field, value, got.status)
			}
		}
	}
	for _, address := range []string{"", "hooks.example.com", "http://hooks.example.com", "https://10.0.0.8/x", "https://169.254.169.254/x", "https://example.com/" + strings.Repeat("x", 2000)} {
		got := b.post("/alerts/webhook", url.Values{"version": {"0"}, "webhook_url": {address}, "webhook_internal": {"false"}})
		if got.status != http.StatusUnprocessableEntity || got.page(t).Find("[name=webhook_url][aria-invalid]").Length() == 0 {
			t.Errorf("%q: got %d, or no mistake at the field", address, got.status)
		}
	}
	if got := b.post("/alerts", alertsAs("x")); got.status != http.StatusBadRequest {
		t.Errorf("a form that no page gave: got %d, want 400", got.status)
	}
	for _, path := range []string{"/alerts/test/email", "/alerts/test/webhook", "/alerts/webhook/secret"} {
		if got := b.post(path, url.Values{"version": {"0"}}); got.status != http.StatusConflict {
			t.Errorf("%s of what is not set up: got %d, want 409", path, got.status)
		}
	}
	editor := s.user(store.Editor)
	if got := editor.get("/alerts"); got.status != http.StatusForbidden {
		t.Errorf("an editor: got %d, want 403", got.status)
	}
	if got := editor.post("/alerts/test/webhook", nil); got.status != http.StatusForbidden {
		t.Errorf("an editor's test: got %d, want 403", got.status)
	}
}

func TestAWebhookIsSetTestedAndRemovedAndItsSecretIsShownOnce(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	var secret atomic.Value
	var status, signed atomic.Int64
	status.Store(http.StatusOK)
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil && r.Header.Get(alert.HeaderSignature) == alert.Sign(secret.Load().(store.Secret), r.Header.Get(alert.HeaderTimestamp), body) && strings.Contains(string(body), `"alert":"test"`) {
			signed.Add(1)
		}
		w.WriteHeader(int(status.Load()))
		_, _ = io.WriteString(w, "canary-inside") // the sender has what it needs
	}))
	t.Cleanup(receiver.Close)
	host := strings.TrimPrefix(receiver.URL, "http://")

	saved := b.post("/alerts/webhook", url.Values{"version": {"0"}, "webhook_url": {receiver.URL + "/canary-path"}, "webhook_internal": {"false", "true"}})
	first := saved.page(t).Find("#secret").Text()
	if saved.status != http.StatusOK || !strings.HasPrefix(first, "rla_") || len(first) < 24 {
		t.Fatalf("got %d and the secret %q", saved.status, first)
	}
	page := b.get("/alerts")
	if strings.Contains(page.body, first) || strings.Contains(page.body, "canary-path") || !strings.Contains(page.body, host) {
		t.Error("the secret or the address is shown again, or its host is not")
	}
	secret.Store(store.Secret(first))
	if got := b.post("/alerts/test/webhook", nil); got.status != http.StatusOK || !strings.Contains(got.body, "The webhook took the test") || strings.Contains(got.body, "canary-inside") || signed.Load() != 1 {
		t.Errorf("the test: got %d, %d signed: %s", got.status, signed.Load(), got.page(t).Find("main").Text())
	}
	status.Store(http.StatusNotFound)
	if got := b.post("/alerts/test/webhook", nil); got.status != http.StatusOK || !strings.Contains(got.body, "the webhook answers HTTP 404") {
		t.Errorf("the test that is refused: got %d", got.status)
	}
	status.Store(http.StatusOK)
	renewed := b.post("/alerts/webhook/secret", url.Values{"version": {"1"}}).page(t).Find("#secret").Text()
	if renewed == first || !strings.HasPrefix(renewed, "rla_") {
		t.Errorf("renewed %q", renewed)
	}
	secret.Store(store.Secret(renewed))
	if got := b.post("/alerts/test/webhook", nil); got.status != http.StatusOK || signed.Load() != 3 {
		t.Errorf("with the new secret: %d signed", signed.Load())
	}
	if got := b.post("/alerts/webhook/remove", url.Values{"version": {"2"}}); got.status != http.StatusSeeOther {
		t.Errorf("got %d", got.status)
	}
	if a, err := s.store.AlertSettings(t.Context()); err != nil || a.WebhookURL != "" || a.WebhookSecret != "" {
		t.Errorf("got %+v, %v", a, err)
	}
	want := []string{"Ada admin removed the alert webhook", "Ada admin sent a test alert", "Ada admin renewed the secret of the alert webhook", "Ada admin sent a test alert", "Ada admin sent a test alert", "Ada admin has alerts posted to " + host}
	if got := said(t, b.get("/audit?kind=alerts")); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("written down: %q", got)
	}
	for _, hidden := range []string{first, renewed, "canary-path"} {
		if strings.Contains(s.logs.String(), hidden) || strings.Contains(b.get("/audit?kind=alerts").body, hidden) {
			t.Errorf("the log or the audit holds %q", hidden)
		}
	}
}

func TestAChannelThatFailsIsSeenOnThePageAndInTheMetrics(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	gone := httptest.NewServer(http.NotFoundHandler())
	b.post("/alerts/webhook", url.Values{"version": {"0"}, "webhook_url": {gone.URL + "/canary-path"}, "webhook_internal": {"true"}})
	gone.Close()
	if err := s.store.ChangeSalesforce(t.Context(), func(c *store.Salesforce) error {
		c.RefreshToken, c.Reconnect = "token", "revoked"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	sender := alert.New(alert.Options{Store: s.store, Now: s.clock.now})
	if err := sender.Look(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Deliver(t.Context(), store.ByWebhook); err == nil {
		t.Fatal("nobody is there, and it was told")
	}
	s.clock.move(time.Minute)
	page := b.get("/alerts")
	for _, words := range []string{"1 message to the webhook waits", "connection refused", "Salesforce needs reconnecting", "waits"} {
		if !strings.Contains(page.body, words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if strings.Contains(page.body, "canary-path") {
		t.Error("the page shows the address")
	}
	figures := b.get("/metrics").body
	for _, line := range []string{`ringledger_alerts_lasting{alert="salesforce_grant"} 1`, `ringledger_alerts_lasting{alert="queue"} 0`, `ringledger_alerts_unsent{channel="webhook"} 1`,
		`ringledger_alerts_messages{channel="webhook",state="sent"} 0`, `ringledger_alerts_unsent_seconds{channel="webhook"} 6`} {
		if !strings.Contains(figures, line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
}
