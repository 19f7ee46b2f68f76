package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// event is the body of a webhook as Aircall sends it.
func event(name, id, token string) string {
	return fmt.Sprintf(`{"resource":"call","event":"call.%s","timestamp":1767225600,"token":%q,"data":{"id":%s,"direction":"inbound","started_at":1767225500,"raw_digits":"+33 1 99 00 12 34"}}`, name, token, id)
}

func TestWebhookAnswersEveryCase(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	good := event("ended", "1", hookToken)
	big := event("ended", "2", hookToken)
	big = strings.Replace(big, `"data":{`, `"data":{"filler":"`+strings.Repeat("x", 2<<20)+`",`, 1)
	for _, c := range []struct {
		name, method, url, body string
		encoding                string
		chunked                 bool
		want                    int
	}{
		{name: "good", body: good, want: 200},
		{name: "the same again", body: good, want: 200},
		{name: "unknown event", body: strings.Replace(good, "call.ended", "call.reborn", 1), want: 200},
		{name: "unknown resource", body: strings.Replace(good, `"resource":"call"`, `"resource":"moon"`, 1), want: 200},
		{name: "odd data", body: fmt.Sprintf(`{"resource":"call","event":"call.ended","timestamp":"soon","token":%q,"data":[]}`, hookToken), want: 200},
		{name: "not JSON", body: "hello", want: 400},
		{name: "empty", body: "", want: 400},
		{name: "not an object", body: "[1]", want: 400},
		{name: "two objects", body: good + good, want: 400},
		{name: "token twice", body: strings.Replace(good, `{"resource"`, `{"token":"x","resource"`, 1), want: 400},
		{name: "a key like token", body: strings.Replace(good, `{"resource"`, `{"TOKEN":"`+hookToken+`","resource"`, 1), want: 400},
		{name: "only a key like token", body: strings.Replace(good, `"token"`, `"Token"`, 1), want: 400},
		{name: "only a Kelvin sign", body: strings.Replace(good, `"token"`, "\"to\u212aen\"", 1), want: 400},
		{name: "wrong token", body: event("ended", "3", "x"), want: 401},
		{name: "no token", body: `{"event":"call.ended","data":{}}`, want: 401},
		{name: "empty token", body: event("ended", "3", ""), want: 401},
		{name: "wrong address", url: s.http.URL + "/webhooks/aircall/guess", body: good, want: 404},
		{name: "not POST", method: http.MethodGet, want: 405},
		{name: "not POST but PUT", method: http.MethodPut, body: good, want: 405},
		{name: "too large", body: big, want: 413},
		{name: "too large in chunks", body: big, chunked: true, want: 413},
		{name: "compressed", body: good, encoding: "gzip", want: 415},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.method == "" {
				c.method = http.MethodPost
			}
			if c.url == "" {
				c.url = url
			}
			var body io.Reader = strings.NewReader(c.body)
			if c.chunked {
				body = io.MultiReader(body) // hides the length
			}
			status, _ := send(t, c.method, c.url, c.encoding, body)
			if status != c.want {
				t.Errorf("got %d, want %d", status, c.want)
			}
		})
	}
}

func send(t *testing.T, method, url, encoding string, body io.Reader) (int, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if encoding != "" {
		req.Header.Set("Content-Encoding", encoding)
	}
	tr := &http.Transport{}
	defer tr.CloseIdleConnections()
	res, err := (&http.Client{Transport: tr}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func TestWrongAddressAndWrongTokenLookAlike(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	_, wrongToken := send(t, http.MethodPost, url, "", strings.NewReader(event("ended", "1", "x")))
	_, wrongPath := send(t, http.MethodPost, url+"x", "", strings.NewReader(event("ended", "1", hookToken)))
	if wrongToken != wrongPath || wrongToken == "" {
		t.Errorf("got %q and %q, want the same words", wrongToken, wrongPath)
	}
}

func TestWebhookWithoutAKnownTokenTakesNothing(t *testing.T) {
	s := newSite(t)
	if err := s.store.AddWebhook(context.Background(), pathSecret); err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{"", "anything"} {
		status, _ := send(t, http.MethodPost, s.http.URL+"/webhooks/aircall/"+pathSecret, "", strings.NewReader(event("ended", "1", token)))
		if status != http.StatusUnauthorized {
			t.Errorf("token %q: got %d, want 401", token, status)
		}
	}
}

func TestThousandEventsAtOnceAreAllOnDisk(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	tr := &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}
	defer tr.CloseIdleConnections()
	client := &http.Client{Transport: tr}
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Go(func() {
			res, err := client.Post(url, "application/json", strings.NewReader(event("ended", fmt.Sprint(i+1), hookToken)))
			if err != nil {
				t.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Errorf("event %d: got %d, want 200", i, res.StatusCode)
			}
		})
	}
	wg.Wait()
	n, err := s.store.CountEntries(context.Background(), store.Filter{})
	if err != nil || n != 1000 {
		t.Errorf("got %d entries, %v; want 1000", n, err)
	}
}

func TestTokenAndAddressAreNowhereToBeRead(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	for _, body := range []string{
		event("ended", "1", hookToken),
		strings.Replace(event("ended", "2", hookToken), `{"resource"`, `{"Token":"`+hookToken+`","resource"`, 1),
		strings.Replace(event("ended", "3", hookToken), `"token"`, `"\u0074oken"`, 1),
	} {
		send(t, http.MethodPost, url, "", strings.NewReader(body))
	}
	send(t, http.MethodPost, url+"/more", "", strings.NewReader(event("ended", "4", hookToken)))
	events, err := s.store.EventsOf(context.Background(), callflow.KindCall, "3")
	if err != nil || len(events) != 1 {
		t.Fatalf("got %d events, %v; want the one whose key was escaped", len(events), err)
	}
	for _, suffix := range []string{"", "-wal"} {
		file, err := os.ReadFile(s.file + suffix)
		if err != nil && suffix == "" {
			t.Fatal(err)
		}
		for _, canary := range []string{hookToken, pathSecret} {
			if bytes.Contains(file, []byte(canary)) {
				t.Errorf("the database%s holds %q", suffix, canary)
			}
		}
	}
	for _, canary := range []string{hookToken, pathSecret} {
		if strings.Contains(s.logs.String(), canary) {
			t.Errorf("the log holds %q", canary)
		}
	}
}

func TestOneWhoKeepsGuessingIsSlowedDownAndNobodyElse(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	slowed := false
	for range 400 {
		if status, _ := send(t, http.MethodPost, url+"x", "", strings.NewReader("{}")); status == http.StatusTooManyRequests {
			slowed = true
			break
		}
	}
	if !slowed {
		t.Error("400 wrong addresses in a row were never answered 429")
	}
	if status, _ := send(t, http.MethodPost, url, "", strings.NewReader(event("ended", "1", hookToken))); status != http.StatusOK {
		t.Errorf("a good event from the same address: got %d, want 200", status)
	}
}

func TestWebhookSaysWhenItCouldNotStore(t *testing.T) {
	s := newSite(t)
	url := s.hook()
	send(t, http.MethodPost, url, "", strings.NewReader(event("ended", "1", hookToken))) // the address is now known from memory
	s.closeStore()
	status, _ := send(t, http.MethodPost, url, "", strings.NewReader(event("ended", "2", hookToken)))
	if status != http.StatusServiceUnavailable {
		t.Errorf("got %d, want 503", status)
	}
}
