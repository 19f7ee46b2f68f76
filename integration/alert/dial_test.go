package alert

import (
	"errors"
	"net/http"
	"net/http/httptest"
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
