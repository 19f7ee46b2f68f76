package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringledger/store"
)

// held is a body that says when the server asks for it, and comes when let go.
type held struct {
	asked, let chan struct{}
	text       io.Reader
	begun      bool
}

func (h *held) Read(p []byte) (int, error) {
	if !h.begun {
		h.begun = true
		close(h.asked)
		<-h.let
	}
	return h.text.Read(p)
}

// fork is a second browser with the same cookies, which then go their own way.
func (b *browser) fork() *browser {
	b.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.t.Fatal(err)
	}
	u, err := url.Parse(b.base)
	if err != nil {
		b.t.Fatal(err)
	}
	jar.SetCookies(u, b.client.Jar.Cookies(u))
	client := *b.client
	client.Jar = jar
	return &browser{t: b.t, base: b.base, client: &client, header: http.Header{}}
}

func TestARequestInFlightDoesNotUndoTheSignOut(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	slow, thief := b.fork(), b.fork()
	transport := &http.Transport{ExpectContinueTimeout: 10 * time.Second}
	t.Cleanup(transport.CloseIdleConnections)
	slow.client.Transport = transport

	form := url.Values{"flows.missed.action": {"do_nothing"}, "note": {"quiet"}}.Encode()
	body := &held{asked: make(chan struct{}), let: make(chan struct{}), text: bytes.NewBufferString(form)}
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, b.base+"/rules/flows", body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = int64(len(form))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Expect", "100-continue") // the handler has begun once the body is asked for
	answered := make(chan *http.Response, 1)
	go func() {
		defer close(answered)
		res, err := slow.client.Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		_ = res.Body.Close()
		answered <- res
	}()
	<-body.asked
	if got := b.post("/signout", nil); got.status != http.StatusSeeOther {
		t.Errorf("sign-out: got %d, want 303", got.status)
	}
	close(body.let)
	if res := <-answered; res == nil || res.StatusCode != http.StatusSeeOther || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("the slow request got %+v; want 303 and no cookie", res)
	}
	if got := thief.get("/activity"); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/signin") {
		t.Errorf("the old cookie after the sign-out: got %d to %q, want the sign-in", got.status, got.location())
	}
}

func TestASessionIsOfOnePasswordOnly(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	if err := s.store.SetUserPassword(context.Background(), "viewer@example.com", "another"); err != nil {
		t.Fatal(err)
	}
	if got := b.get("/activity"); got.status != http.StatusSeeOther {
		t.Errorf("with another password since: got %d, want the sign-in", got.status)
	}
}
