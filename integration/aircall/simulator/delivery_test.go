package simulator_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/aircall/simulator"
)

var missed = simulator.CallSpec{Kind: simulator.NoAvailableAgent, Plain: true} // created, hungup, ended

func TestAFailedDeliveryIsTriedAgainWithTheSameBytes(t *testing.T) {
	r := newReceiver(t, func(n int) int {
		if n <= 3 {
			return 503
		}
		return 204
	})
	a := newAccount(t, nil)
	listen(t, a, r.URL, "call.ended")
	place(t, a, missed)
	drain(t, a)
	hits := r.all()
	if len(hits) != 4 {
		t.Fatalf("got %d tries, want 4", len(hits))
	}
	for _, h := range hits[1:] {
		if !bytes.Equal(h.raw, hits[0].raw) {
			t.Error("a later try sent other bytes")
		}
	}
	if st := a.Stats(); st.Delivered != 1 || st.Failed != 3 || st.Attempts != 4 || st.Lost != 0 || st.Pending != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestADeliveryIsGivenUpAfterFiftyTries(t *testing.T) {
	r := newReceiver(t, func(int) int { return 500 })
	a := newAccount(t, nil)
	listen(t, a, r.URL, "call.ended")
	place(t, a, missed)
	drain(t, a)
	if n := len(r.all()); n != 50 {
		t.Errorf("got %d tries, want 50", n)
	}
	if st := a.Stats(); st.Lost != 1 {
		t.Errorf("stats %+v", st)
	}
}

func TestFailuresDisableTheWebhookAndASuccessEnablesItAgain(t *testing.T) {
	var up atomic.Bool
	r := newReceiver(t, func(int) int {
		if up.Load() {
			return 200
		}
		return 500
	})
	a := newAccount(t, func(o *simulator.Options) { o.DisableAfter = 4 })
	listen(t, a, r.URL)
	place(t, a, missed)
	eventually(t, "the webhook is disabled", func() bool { return !a.Webhooks()[0].Active })
	before := a.Stats().Lost
	place(t, a, missed)
	if lost := a.Stats().Lost - before; lost != 3 {
		t.Errorf("a disabled webhook lost %d events of a call, want 3", lost)
	}
	up.Store(true)
	drain(t, a)
	if h := a.Webhooks()[0]; !h.Active || h.Failures != 0 {
		t.Errorf("after a success: %+v", h)
	}
}

func TestAWebhookDisabledByHandWaitsForPUT(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	s := serve(t, a)
	h := listen(t, a, r.URL, "call.ended")
	s.want(204, "POST", "/_sim/webhooks/"+h.ID+"/disable", "")
	place(t, a, missed)
	drain(t, a)
	if n := len(r.all()); n != 0 {
		t.Errorf("a disabled webhook got %d events", n)
	}
	s.want(200, "PUT", "/v1/webhooks/"+h.ID, `{"active": true, "events": ["call.ended"]}`)
	place(t, a, missed)
	drain(t, a)
	if got := r.events(); !slices.Equal(got, []string{"call.ended"}) {
		t.Errorf("got %v", got)
	}
}

func TestARedirectIsAFailure(t *testing.T) {
	r := newReceiver(t, nil)
	var asked atomic.Int64
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		asked.Add(1)
		http.Redirect(w, q, r.URL, http.StatusTemporaryRedirect)
	}))
	defer moved.Close()
	a := newAccount(t, nil)
	listen(t, a, moved.URL, "call.ended")
	place(t, a, missed)
	eventually(t, "it was tried twice", func() bool { return asked.Load() >= 2 })
	a.Close()
	if n := len(r.all()); n != 0 {
		t.Errorf("%d redirects were followed", n)
	}
}

func TestASlowAnswerIsAFailure(t *testing.T) {
	var asked atomic.Int64
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if asked.Add(1) == 1 {
			<-release
		}
	}))
	defer slow.Close()
	defer close(release)
	a := newAccount(t, func(o *simulator.Options) { o.DeliveryTimeout = 50 * time.Millisecond })
	listen(t, a, slow.URL, "call.ended")
	place(t, a, missed)
	drain(t, a)
	if st := a.Stats(); st.Failed != 1 || st.Delivered != 1 {
		t.Errorf("stats %+v", st)
	}
}

func TestEveryWebhookGetsItsOwnTokenAndEvents(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	one, two := listen(t, a, r.URL, "call.ended"), listen(t, a, r.URL, "call.ended", "call.created")
	place(t, a, missed)
	drain(t, a)
	got := map[string]int{}
	for _, h := range r.all() {
		got[h.Token+h.Event]++
	}
	if len(got) != 3 || got[one.Token+"call.ended"] != 1 || got[two.Token+"call.ended"] != 1 || got[two.Token+"call.created"] != 1 {
		t.Errorf("got %v", got)
	}
}

func TestDeliveryFaultsDoWhatTheySay(t *testing.T) {
	play := func(t *testing.T, faults string) (*receiver, simulator.Webhook) {
		t.Helper()
		r := newReceiver(t, nil)
		a := newAccount(t, nil)
		h := listen(t, a, r.URL)
		serve(t, a).want(200, "POST", "/_sim/faults", faults)
		place(t, a, missed)
		drain(t, a)
		return r, h
	}
	t.Run("drop", func(t *testing.T) {
		r, _ := play(t, `{"drop": ["call.ended", "call.hungup"]}`)
		if got := r.events(); !slices.Equal(got, []string{"call.created"}) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("duplicate", func(t *testing.T) {
		r, _ := play(t, `{"duplicate": 1}`)
		if hits := r.all(); len(hits) != 6 || !bytes.Equal(hits[0].raw, hits[1].raw) {
			t.Errorf("got %v", r.events())
		}
	})
	t.Run("wrong token", func(t *testing.T) {
		r, h := play(t, `{"wrong_token": true}`)
		for _, hit := range r.all() {
			if hit.Token == h.Token {
				t.Error("the right token was sent")
			}
		}
	})
	t.Run("reorder", func(t *testing.T) {
		r, _ := play(t, `{"reorder": true, "delay_ms": 10}`)
		if n := len(r.all()); n != 3 {
			t.Errorf("got %d events, want 3", n)
		}
	})
	t.Run("disable", func(t *testing.T) {
		r, _ := play(t, `{"disable_webhooks": true}`)
		if n := len(r.all()); n != 0 {
			t.Errorf("got %d events, want none", n)
		}
	})
}
