package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringledger/store"
)

// listen opens the live stream and passes its lines on until it ends.
func (b *browser) listen(since int64) (lines <-chan string, hangUp func()) {
	b.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/events?since=%d", b.base, since), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	client := *b.client
	client.Timeout = 0
	res, err := client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		b.t.Fatalf("got %d %s, want a stream", res.StatusCode, res.Header.Get("Content-Type"))
	}
	out := make(chan string, 100)
	go func() {
		defer close(out)
		defer func() { _ = res.Body.Close() }()
		for in := bufio.NewScanner(res.Body); in.Scan(); {
			out <- in.Text()
		}
	}()
	return out, cancel
}

// waitFor reads lines until one begins so; false when the stream ends first.
func waitFor(t *testing.T, lines <-chan string, prefix string) bool {
	t.Helper()
	deadline := time.After(5 * time.Second)
	for {
		select {
		case line, open := <-lines:
			if !open {
				return false
			}
			if strings.HasPrefix(line, prefix) {
				return true
			}
		case <-deadline:
			t.Fatalf("nothing that begins with %q came", prefix)
		}
	}
}

func TestLivePageHearsOfAChange(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	lines, hangUp := s.user(store.Viewer).listen(s.store.Revision())
	defer hangUp()
	waitFor(t, lines, "retry:")
	send(t, http.MethodPost, url, "", strings.NewReader(event("ended", "1", hookToken)))
	if !waitFor(t, lines, "event: changed") || !waitFor(t, lines, "data: ") {
		t.Error("the stream ended")
	}
}

func TestManyChangesAreToldAsOne(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	lines, hangUp := s.user(store.Viewer).listen(s.store.Revision())
	defer hangUp()
	waitFor(t, lines, "retry:")
	for i := range 50 {
		send(t, http.MethodPost, url, "", strings.NewReader(event("ended", string(rune('1'+i%9))+strings.Repeat("0", i/9), hookToken)))
	}
	told := 0
	for quiet := false; !quiet; {
		select {
		case line := <-lines:
			if line == "event: changed" {
				told++
			}
		case <-time.After(1500 * time.Millisecond):
			quiet = true
		}
	}
	if told < 1 || told > 4 {
		t.Errorf("50 changes in about a second were told %d times", told)
	}
}

func TestStreamEndsWithTheServer(t *testing.T) {
	s := newSite(t)
	lines, hangUp := s.user(store.Viewer).listen(s.store.Revision())
	defer hangUp()
	waitFor(t, lines, "retry:")
	s.server.Close()
	if waitFor(t, lines, "never") {
		t.Error("the stream goes on")
	}
}

func TestStreamIsForThoseSignedIn(t *testing.T) {
	s := newSite(t)
	if got := s.browser().get("/events"); got.status != http.StatusUnauthorized {
		t.Errorf("got %d, want 401", got.status)
	}
}

func TestAStreamEndsWithItsSession(t *testing.T) {
	for name, end := range map[string]func(*site, *browser){
		"sign-out": func(_ *site, b *browser) { b.post("/signout", nil) },
		"idle":     func(s *site, _ *browser) { s.clock.move(9 * time.Hour) },
		"user removed": func(s *site, _ *browser) {
			if err := s.store.RemoveUser(context.Background(), "viewer@example.com"); err != nil {
				s.t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.server.Beat(20 * time.Millisecond)
			b := s.user(store.Viewer)
			lines, hangUp := b.listen(s.store.Revision())
			defer hangUp()
			waitFor(t, lines, ": still here")
			end(s, b)
			if waitFor(t, lines, "never") {
				t.Error("the stream goes on")
			}
		})
	}
}

func TestOneViewerCannotTakeAllStreams(t *testing.T) {
	s := newSite(t)
	first := s.user(store.Viewer)
	right := url.Values{"email": {"viewer@example.com"}, "password": {password}}
	for i := range 4 {
		b := first
		if i > 0 {
			b = s.browser()
			b.post("/signin", right)
		}
		for range 8 {
			_, hangUp := b.listen(s.store.Revision())
			defer hangUp()
		}
		if got := b.get("/events"); got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
			t.Errorf("a ninth stream of a session: got %d, want 429", got.status)
		}
	}
	fifth := s.browser()
	fifth.post("/signin", right)
	if got := fifth.get("/events"); got.status != http.StatusTooManyRequests {
		t.Errorf("stream 33 of a user: got %d, want 429", got.status)
	}
	_, hangUp := s.user(store.Editor).listen(s.store.Revision())
	defer hangUp()
}

func TestAPartFetchedAgainTellsHowTheHouseIs(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther {
		t.Fatalf("callback: got %d", got.status)
	}
	if n := b.get("/activity").page(t).Find("#banners .banner").Length(); n != 0 {
		t.Fatalf("got %d banners while all is well", n)
	}
	err := c.store.ChangeSalesforce(context.Background(), func(sf *store.Salesforce) error {
		sf.Reconnect = "expired access/refresh token"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	b.header = http.Header{"Hx-Request": {"true"}}
	for _, path := range []string{"/activity", "/start"} {
		part := b.get(path).page(t)
		if part.Find("main").Length() != 0 || part.Find("#banners[data-hx-swap-oob] .banner-bad").Length() != 1 {
			t.Errorf("%s: the part does not bring the banner of the outage", path)
		}
		if part.Find("[data-light=salesforce][data-hx-swap-oob] .dot.bad").Length() != 1 {
			t.Errorf("%s: the part does not bring the light of Salesforce", path)
		}
	}
}

func TestWhatChangedBeforeTheStreamWasThereIsTold(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	b := s.user(store.Viewer)
	page := b.get("/activity")
	found := regexp.MustCompile(`data-sse-connect="/events\?since=(\d+)"`).FindStringSubmatch(page.body)
	if found == nil {
		t.Fatal("the page names no revision")
	}
	since, err := strconv.ParseInt(found[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	send(t, http.MethodPost, url, "", strings.NewReader(event("ended", "1", hookToken)))
	lines, hangUp := b.listen(since)
	defer hangUp()
	if !waitFor(t, lines, "event: changed") {
		t.Error("the stream ended before it told what changed")
	}
}
