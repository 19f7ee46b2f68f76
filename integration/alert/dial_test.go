package alert

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// A name may lead elsewhere each time it is looked up, so what counts is what is
// connected to.
func TestAnAddressIsLookedAtWhenItIsConnectedTo(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	for internal, want := range map[bool]error{false: ErrInternal, true: nil} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := hookClient(internal).Do(req)
		if !errors.Is(err, want) {
			t.Errorf("in the own network %v: got %v, want %v", internal, err, want)
		}
		if err == nil {
			_ = res.Body.Close()
		}
	}
}

func TestAnAnswerThatRepeatsTheAddressDoesNotTellIt(t *testing.T) {
	at, err := url.Parse("https://hooks.example.com/services/T0AAAA01/canary+path%20one?token=canary%2Fquery&v=1")
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{"Cannot POST /services/T0AAAA01/canary+path%20one", "<pre>Cannot POST " + at.RequestURI() + "</pre>", "no route canary+path one in T0AAAA01",
		"bad token canary/query", "token=canary%2Fquery&amp;v=1 is not known"} {
		if got := printable(withoutAddress(said, at)); strings.Contains(got, "canary") || strings.Contains(got, "T0AAAA01") || got == "" {
			t.Errorf("%q is told as %q", said, got)
		}
	}
	if got := printable(withoutAddress("invalid_payload, v1", at)); got != "invalid_payload, v1" {
		t.Errorf("got %q", got)
	}
}
