package alert_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"ringledger/integration/alert"
	"ringledger/store"
	"ringledger/store/storetest"
)

// waiting is how a channel stands.
func (h *house) channel(name string) store.AlertChannel {
	h.t.Helper()
	c, err := h.store.AlertChannel(h.t.Context(), name)
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

func TestAFailingWebhookIsTriedAgainInOrderAndSurvivesARestart(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		h.receiver.answer(http.StatusServiceUnavailable)
		h.reconnect("revoked")
		h.look()
		if c := h.channel(store.ByWebhook); c.Waiting != 1 || !strings.Contains(c.Problem, "answers HTTP 503") || strings.Contains(c.Problem, "secret-path") || c.NextAt.Sub(db.Clock.Now()) != time.Minute {
			t.Errorf("got %+v", c)
		}
		h.after(time.Minute)
		if c := h.channel(store.ByWebhook); c.NextAt.Sub(db.Clock.Now()) != 2*time.Minute {
			t.Errorf("after the second try it is tried again in %s", c.NextAt.Sub(db.Clock.Now()))
		}
		h.reconnect("")
		h.after(30 * time.Second)
		h.expect("")

		h.receiver.answer(http.StatusOK)
		h.store = db.Open() // the node that noticed is gone
		h.sender = h.node(h.store)
		h.after(2 * time.Minute)
		h.expect("salesforce_grant began, salesforce_grant ended")
		if c := h.channel(store.ByWebhook); c.Waiting != 0 || c.Problem != "" || c.Told != 2 {
			t.Errorf("got %+v", c)
		}
	})
}

func TestWhatANodeHadInItsHandWhenItDiedIsToldByAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		h := newHouse(t, db)
		h.reconnect("revoked")
		if err := h.sender.Look(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := h.store.ClaimMessage(t.Context(), store.ByWebhook, 2*time.Minute); !ok || err != nil {
			t.Fatal(ok, err)
		}
		h.after(time.Minute)
		h.expect("")
		h.after(time.Minute)
		h.expect("salesforce_grant began")
	})
}

func TestWhatCouldNotBeToldForADayIsGivenUpAndSavingTriesAtOnce(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.receiver.answer(http.StatusInternalServerError)
	h.reconnect("revoked")
	for range 30 {
		h.after(20 * time.Minute)
	}
	h.receiver.answer(http.StatusOK)
	h.look()
	h.expect("") // it rests
	h.set(func(a *store.AlertSettings) { a.FailuresOver = 11 })
	h.look()
	h.expect("salesforce_grant began")

	h.receiver.answer(http.StatusInternalServerError)
	h.reconnect("")
	h.look()
	h.after(25 * time.Hour)
	h.receiver.answer(http.StatusOK)
	h.set(func(a *store.AlertSettings) { a.FailuresOver = 12 })
	h.look()
	h.expect("salesforce_grant began")
	if c := h.channel(store.ByWebhook); c.Waiting != 0 || c.Dropped != 1 {
		t.Errorf("got %+v", c)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	h := newHouse(t, storetest.SQLite(t))
	h.receiver.answer(http.StatusTemporaryRedirect)
	if _, err := h.sender.Test(t.Context(), store.ByWebhook); err == nil || !strings.Contains(err.Error(), "HTTP 307") {
		t.Errorf("got %v", err)
	}
}

func TestAddressesThatMayNotBePostedTo(t *testing.T) {
	for address, want := range map[string]struct{ open, internal error }{
		"https://hooks.example.com/x":     {nil, nil},
		"https://93.184.215.14/x":         {nil, nil},
		"http://hooks.example.com/x":      {alert.ErrBadURL, alert.ErrBadURL},
		"https://user:pass@example.com/x": {alert.ErrBadURL, alert.ErrBadURL},
		"ftp://example.com/x":             {alert.ErrBadURL, alert.ErrBadURL},
		"https:///x":                      {alert.ErrBadURL, alert.ErrBadURL},
		"https://10.1.2.3/x":              {alert.ErrInternal, nil},
		"https://192.168.1.1/x":           {alert.ErrInternal, nil},
		"https://100.64.0.1/x":            {alert.ErrInternal, nil},
		"https://[fd12::1]/x":             {alert.ErrInternal, nil},
		"https://[::ffff:10.0.0.1]/x":     {alert.ErrInternal, nil},
		"https://[64:ff9b::a00:1]/x":      {alert.ErrInternal, nil},
		"http://localhost:9000/x":         {alert.ErrInternal, nil},
		"http://127.0.0.1:9000/x":         {alert.ErrInternal, nil},
		"http://10.1.2.3/x":               {alert.ErrInternal, alert.ErrBadURL},
		"https://169.254.169.254/latest":  {alert.ErrInternal, alert.ErrInternal},
		"https://[fe80::1]/x":             {alert.ErrInternal, alert.ErrInternal},
		"https://[fd00:ec2::254]/x":       {alert.ErrInternal, alert.ErrInternal},
		"https://0.0.0.0/x":               {alert.ErrInternal, alert.ErrInternal},
	} {
		if got := alert.CheckURL(address, false); got != want.open { //nolint:errorlint // the function returns these two as they are
			t.Errorf("%s: got %v, want %v", address, got, want.open)
		}
		if got := alert.CheckURL(address, true); got != want.internal { //nolint:errorlint // as above
			t.Errorf("%s, in the own network: got %v, want %v", address, got, want.internal)
		}
	}
}

// mailed sets the mail server and who gets e-mails.
func mailed(m *mailbox, user, password string) func(*alert.Options) {
	return func(o *alert.Options) {
		o.SMTP = alert.SMTP{Server: m.listener.Addr().String(), User: user, Password: store.Secret(password), From: "ringledger@example.com", Roots: m.roots}
	}
}

func (h *house) mailTo(to ...string) {
	h.t.Helper()
	h.set(func(a *store.AlertSettings) { a.Recipients, a.WebhookURL = to, "" })
}

func TestEMailsGoOverTLSWithAPassword(t *testing.T) {
	const host = "127.0.0.2" // not this machine by its usual names, so TLS it must be
	box := (&mailbox{t: t, password: "canary-mail-password"}).certified(host).open(host)
	h := newHouse(t, storetest.SQLite(t), mailed(box, "ops", box.password))
	h.mailTo("ops@example.com", "marie@example.fr")
	h.call(time.Minute, failed)
	h.set(func(a *store.AlertSettings) { a.FailuresOver, a.Language, a.Digest, a.DigestHour = 0, "fr", true, 0 })
	h.look()
	got := box.letters()
	if len(got) != 4 || got[0].to != "ops@example.com" || got[1].to != "marie@example.fr" || got[0].id != got[1].id || got[0].id == got[2].id {
		t.Fatalf("got %+v", got)
	}
	if got[0].subject != "[Ringledger] Beaucoup d’appels échouent" || !strings.HasPrefix(got[2].subject, "[Ringledger] jeudi 19 novembre 2026") {
		t.Errorf("got %q and %q", got[0].subject, got[2].subject)
	}
	if !strings.Contains(got[0].body, "https://ringledger.example.com/attention") {
		t.Errorf("got %q", got[0].body)
	}
	if heard := box.heard(); strings.Contains(heard, "AUTH") || strings.Contains(heard, "RCPT") {
		t.Errorf("said in the clear: %s", heard)
	}
}

func TestAServerWithoutTLSGetsNeitherPasswordNorMail(t *testing.T) {
	box := (&mailbox{t: t, password: "canary-mail-password"}).open("127.0.0.2")
	h := newHouse(t, storetest.SQLite(t), mailed(box, "ops", box.password))
	h.mailTo("ops@example.com")
	if _, err := h.sender.Test(t.Context(), store.ByEmail); err == nil || !strings.Contains(err.Error(), "STARTTLS") || strings.Contains(err.Error(), box.password) {
		t.Errorf("got %v", err)
	}
	if heard := box.heard(); strings.Contains(heard, "AUTH") || strings.Contains(heard, "MAIL") {
		t.Errorf("said in the clear: %s", heard)
	}
	// Another's certificate is no better.
	other := (&mailbox{t: t}).certified("127.0.0.3").open("127.0.0.2")
	if err := (alert.SMTP{Server: other.listener.Addr().String(), From: "ringledger@example.com", Roots: other.roots}).CheckServer(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("got %v", err)
	}
}

func TestAWrongPasswordIsSaidAndAnAddressThatIsRefusedKeepsNobodyElse(t *testing.T) {
	box := (&mailbox{t: t, password: "right", refuses: []string{"gone@example.com"}}).open("127.0.0.1")
	h := newHouse(t, storetest.SQLite(t), mailed(box, "ops", "canary-wrong"))
	h.mailTo("gone@example.com", "ops@example.com")
	if _, err := h.sender.Test(t.Context(), store.ByEmail); err == nil || !strings.Contains(err.Error(), "535") || strings.Contains(err.Error(), "canary-wrong") {
		t.Errorf("got %v", err)
	}
	h.sender = h.node(h.store, mailed(box, "ops", "right"))
	if _, err := h.sender.Test(t.Context(), store.ByEmail); err == nil || !strings.Contains(err.Error(), "nobody of that name") {
		t.Errorf("got %v", err)
	}
	h.reconnect("revoked")
	h.look()
	h.after(time.Hour)
	past, err := h.store.AlertHistory(t.Context(), 1)
	if err != nil || len(past) != 1 || len(past[0].Messages) != 1 {
		t.Fatalf("got %+v, %v", past, err)
	}
	if m := past[0].Messages[0]; m.Told != "ops@example.com" || m.SentAt.IsZero() || !strings.Contains(m.Problem, "nobody of that name") {
		t.Errorf("got %+v", m)
	}
	if got := box.letters(); len(got) != 2 { // the test, and the alert
		t.Errorf("got %d letters: %+v", len(got), got)
	}
}

func TestAMuteMailServerHoldsNeitherTheWebhookNorTheEnd(t *testing.T) {
	box := (&mailbox{t: t, mute: true}).open("127.0.0.1")
	h := newHouse(t, storetest.SQLite(t), mailed(box, "", ""), func(o *alert.Options) { o.Every = 20 * time.Millisecond })
	h.set(func(a *store.AlertSettings) { a.Recipients = []string{"ops@example.com"} })
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		h.sender.Run(ctx)
		close(ended)
	}()
	h.reconnect("revoked")
	h.eventually("salesforce_grant began")
	h.reconnect("")
	h.eventually("salesforce_grant began, salesforce_grant ended")
	if c := h.channel(store.ByEmail); c.Waiting != 2 {
		t.Errorf("got %+v", c)
	}
	asked := time.Now()
	end()
	<-ended
	if took := time.Since(asked); took > 5*time.Second {
		t.Errorf("it took %s to end", took)
	}
}

// eventually waits until so much was told.
func (h *house) eventually(told string) {
	h.t.Helper()
	for deadline := time.Now().Add(10 * time.Second); h.receiver.told() != told; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			h.t.Fatalf("told %q, want %q", h.receiver.told(), told)
		}
	}
}

func TestWhatTheInsideSaysIsNotToldEvenWhenItSpeaksNoHTTP(t *testing.T) {
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inside.Close() })
	go func() {
		for conn, err := inside.Accept(); err == nil; conn, err = inside.Accept() {
			_, _ = conn.Write([]byte("SSH-2.0-canary-banner\r\n"))
			_, _ = conn.Read(make([]byte, 1<<10))
			_ = conn.Close()
		}
	}()
	h := newHouse(t, storetest.SQLite(t))
	h.set(func(a *store.AlertSettings) {
		a.WebhookURL = store.Secret("http://" + inside.Addr().String() + "/secret-path")
	})
	if _, err := h.sender.Test(t.Context(), store.ByWebhook); err == nil || strings.Contains(err.Error(), "canary") || !strings.Contains(err.Error(), "does not speak HTTP") {
		t.Errorf("got %v", err)
	}
	_ = inside.Close()
	if _, err := h.sender.Test(t.Context(), store.ByWebhook); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v", err)
	}
}
