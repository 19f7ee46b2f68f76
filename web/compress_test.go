package web_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"ringledger/store"
)

func TestPagesAreCompressedForWhoeverTakesThat(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	b.header.Set("Accept-Encoding", "gzip, br")
	got := b.get("/start")
	if got.header.Get("Content-Encoding") != "gzip" || !strings.Contains(strings.Join(got.header.Values("Vary"), ","), "Accept-Encoding") {
		t.Fatalf("got %v, want a compressed page that varies", got.header)
	}
	unpacked, err := gzip.NewReader(strings.NewReader(got.body))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := io.ReadAll(unpacked)
	if err != nil || !strings.Contains(string(packed), "</html>") {
		t.Errorf("the page does not unpack: %v", err)
	}
	b.header.Set("Accept-Encoding", "identity, gzip;q=0")
	plain := b.get("/start")
	if plain.header.Get("Content-Encoding") != "" || !strings.Contains(plain.body, "</html>") {
		t.Error("a page is compressed for somebody who does not take that")
	}
	if len(got.body)*2 > len(plain.body) {
		t.Errorf("%d bytes of %d are left", len(got.body), len(plain.body))
	}
}

// A page that repeats the address beside a secret must not be measured: the
// shorter of two guesses is the better one.
func TestNoPageIsCompressedThatAnotherSiteAsksFor(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	b.post("/account/two-step", nil)
	b.header.Set("Accept-Encoding", "gzip")
	for from, want := range map[string]string{"cross-site": "", "same-site": "", "same-origin": "gzip", "none": "gzip"} {
		b.header.Set("Sec-Fetch-Site", from)
		if got := b.get("/account/two-step?guess=JBSWY3DP"); got.status != http.StatusOK || got.header.Get("Content-Encoding") != want {
			t.Errorf("%s: got %d, %q; want %q", from, got.status, got.header.Get("Content-Encoding"), want)
		}
	}
}

func TestTheLiveStreamIsNotCompressed(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.base+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Encoding") != "" {
		t.Errorf("got %d, %q", res.StatusCode, res.Header.Get("Content-Encoding"))
	}
}
