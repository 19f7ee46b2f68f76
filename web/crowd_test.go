package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/store"
)

// TestACrowdThatAsksForEverythingAtOnceMeetsNoError has people of every role ask
// at the same moment for each thing there is, and send each form with nothing in
// it, while calls come in and are logged.
func TestACrowdThatAsksForEverythingAtOnceMeetsNoError(t *testing.T) {
	c, admin := ledgerSite(t)
	crowd := []*browser{admin, admin.fork(), c.user(store.Editor), c.user(store.Viewer), c.browser()}
	work := c.worker()
	var people, calls sync.WaitGroup
	left := make(chan struct{})
	calls.Go(func() {
		for {
			select {
			case <-left:
				return
			default:
			}
			if _, err := c.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Plain: true}); err != nil {
				t.Error(err)
			}
			if _, err := work.Turn(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
	for key := range c.server.Needs() {
		method, path, _ := strings.Cut(key, " ")
		if path == "/events" || strings.HasPrefix(path, "/sign") || strings.HasSuffix(path, "/sessions/end") || strings.HasSuffix(path, "/deactivate") {
			continue // a stream, and what changes who one is
		}
		for _, b := range crowd {
			people.Go(func() {
				if got := b.do(method, concrete(path), "application/x-www-form-urlencoded", ""); got.status >= http.StatusInternalServerError {
					t.Errorf("%s: got %d: %s", key, got.status, got.body)
				}
			})
		}
		people.Wait()
	}
	close(left)
	calls.Wait()
}
