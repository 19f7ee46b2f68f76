package connection_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"ringledger/integration/connection"
	"ringledger/integration/salesforce/simulator"
	"ringledger/store/storetest"
)

func TestAnEndedSessionIsRenewedOnceByAllNodes(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		org := simulator.New(simulator.Options{})
		t.Cleanup(org.Close)
		var mu sync.Mutex
		renewals := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/services/oauth2/token" {
				mu.Lock()
				renewals++
				mu.Unlock()
			}
			org.ServeHTTP(w, r)
		}))
		t.Cleanup(server.Close)
		var nodes []*connection.Salesforce
		for range 2 {
			nodes = append(nodes, connection.NewSalesforce(connection.SalesforceOptions{
				Store: db.Open(), HTTP: server.Client(), LoginURL: server.URL, PublicURL: "http://localhost:8080", APIVersion: "v66.0",
			}))
		}
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(nodes[0].SaveApp(t.Context(), server.URL, "key", "secret"))
		authorize, _, verifier, err := nodes[0].Begin(t.Context())
		must(err)
		back, err := simulator.Consent(t.Context(), authorize, simulator.DefaultUsername, simulator.DefaultPassword)
		must(err)
		u, err := url.Parse(back)
		must(err)
		must(nodes[0].Finish(t.Context(), u.Query().Get("code"), verifier, "test"))

		for round := range 3 {
			must(org.Fail(simulator.Fault{Kind: simulator.ExpireSessions}))
			mu.Lock()
			renewals = 0
			mu.Unlock()
			var all sync.WaitGroup
			for n := range 20 {
				all.Go(func() {
					client, err := nodes[n%2].Client(t.Context())
					if err == nil {
						_, err = client.Identity(t.Context())
					}
					if err != nil {
						t.Errorf("worker %d: %v", n, err)
					}
				})
			}
			all.Wait()
			if renewals != 1 {
				t.Errorf("round %d: 20 workers of two nodes renewed the session %d times, want once", round, renewals)
			}
		}
	})
}
