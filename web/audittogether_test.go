package web_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

// TestWhatCannotBeWrittenDownIsNotDone breaks the audit log, and finds that
// nothing is changed which it would not tell of.
func TestWhatCannotBeWrittenDownIsNotDone(t *testing.T) {
	s := newSite(t)
	b, e := s.user(store.Admin), s.user(store.Editor)
	at := s.at("editor@example.com")
	settings := form(t, b.get("/rules/flows").page(t), "/rules/flows", url.Values{"settle_seconds": {"41"}})
	db := storetest.Existing(t, s.file, make([]byte, 32))
	db.Exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END")
	for path, values := range map[string]url.Values{
		at:                        {"name": {"Ada editor"}, "role": {"admin"}},
		at + "/deactivate":        {"asked": {"yes"}},
		at + "/sessions/end":      nil,
		at + "/reset":             nil,
		"/people":                 {"email": {"nina@example.com"}, "role": {"admin"}},
		"/keys":                   {"name": {"wallboard"}, "role": {"admin"}},
		"/rules/flows":            settings,
		"/connections/salesforce": {"login_url": {"https://login.salesforce.com"}, "client_id": {"3MVG9"}, "client_secret": {"s"}},
		"/account/password":       {"current": {password}, "new": {"another long enough phrase"}},
	} {
		if got := b.post(path, values); got.status != http.StatusInternalServerError {
			t.Errorf("%s: got %d, want 500: %s", path, got.status, got.location())
		}
	}
	ctx := context.Background()
	u, err := s.store.UserByEmail(ctx, "editor@example.com")
	if err != nil || u.Role != store.Editor || e.get("/activity").status != http.StatusOK {
		t.Errorf("the editor is %+v, %v, or signed out", u, err)
	}
	invitations, err := s.store.Invitations(ctx)
	if err != nil || len(invitations) != 0 {
		t.Errorf("%d are invited, %v", len(invitations), err)
	}
	if keys, err := s.store.APIKeys(ctx); err != nil || len(keys) != 0 {
		t.Errorf("%d keys, %v", len(keys), err)
	}
	if c, err := s.store.SalesforceConnection(ctx); err != nil || c.ClientID != "" || s.rules().Version != 1 {
		t.Errorf("the app is %q and the rules are version %d, %v", c.ClientID, s.rules().Version, err)
	}
	if b.get("/people").status != http.StatusOK {
		t.Error("the password is another")
	}
}
