package connection_test

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"ringledger/integration/connection"
	"ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

// connectedOrg is a connection to a simulated org, with a clock to move.
func connectedOrg(t *testing.T, later *time.Duration) (*connection.Salesforce, *simulator.Org) {
	t.Helper()
	db := storetest.SQLite(t)
	st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	org := simulator.New(simulator.Options{})
	t.Cleanup(org.Close)
	server := httptest.NewServer(org)
	t.Cleanup(server.Close)
	conn := connection.NewSalesforce(connection.SalesforceOptions{
		Store: st, HTTP: server.Client(), LoginURL: server.URL, PublicURL: "http://localhost:8080", APIVersion: "v66.0",
		Now: func() time.Time { return time.Now().Add(*later) },
	})
	if err := conn.SaveApp(t.Context(), server.URL, "key", "secret"); err != nil {
		t.Fatal(err)
	}
	authorize, _, verifier, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	back, err := simulator.Consent(t.Context(), authorize, simulator.DefaultUsername, simulator.DefaultPassword)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Finish(t.Context(), u.Query().Get("code"), verifier, "test"); err != nil {
		t.Fatal(err)
	}
	return conn, org
}

func TestAnOrgIsLookedAtAgainAfterADayAndATroubledOneAfterAnHour(t *testing.T) {
	var later time.Duration
	conn, org := connectedOrg(t, &later)
	known := func() bool {
		t.Helper()
		_, known, err := conn.KnownOrg(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return known
	}
	if later = 2 * time.Hour; !known() {
		t.Error("an org without troubles was forgotten after two hours")
	}
	if later = 25 * time.Hour; known() {
		t.Error("what was seen yesterday is still trusted")
	}
	if err := org.Fail(simulator.Fault{Kind: simulator.HideField, Object: "Task", Field: "Type"}); err != nil {
		t.Fatal(err)
	}
	info, err := conn.RefreshOrg(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, writes := info.TaskFields["Type"]; writes || !known() {
		t.Fatalf("the hidden field counts as writable (%v), or was not noted", writes)
	}
	org.ClearAll()
	if later += 2 * time.Hour; known() {
		t.Error("a granted field is not noticed after two hours")
	}
	if info, err = conn.Org(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, writes := info.TaskFields["Type"]; !writes {
		t.Error("the granted field is not used")
	}
}
