package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
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
		"/keys":                   {"purpose": {"wallboard"}, "role": {"admin"}},
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

// TestNoCallIsChangedThatTheLogWouldNotTellOf breaks the audit log, and finds
// the calls, the replays and the views as they were.
func TestNoCallIsChangedThatTheLogWouldNotTellOf(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)
	ctx := t.Context()
	failed, err := c.store.ListEntries(ctx, store.Filter{Outcomes: failedOnes.Outcomes})
	if err != nil || len(failed.Entries) != 2 {
		t.Fatalf("%d failed, %v", len(failed.Entries), err)
	}
	one, id := "/activity/"+strconv.FormatInt(failed.Entries[0].ID, 10), strconv.FormatInt(failed.Entries[0].ID, 10)
	asking := c.entryWith(callflow.NeedsChoice)
	picks := url.Values{"id": {id}, "back": {"/activity"}}
	mark := form(t, b.post("/activity/resolve", picks).page(t), "/activity/resolve", nil)
	cause := url.Values{"cause": {failed.Entries[0].Cause}, "seen": {mark.Get("seen")}, "rules": {"now"}}
	plan := form(t, planned(t, b, "/activity?outcome=failed", pickAll).page(t), "/replays", nil)
	record := b.get("/activity/"+strconv.FormatInt(asking.ID, 10)).page(t).Find(`[name="record"]`).AttrOr("value", "")
	b.post("/views", url.Values{"name": {"kept"}, "query": {"outcome=failed"}})
	today := c.clock.now().UTC().Format(time.DateOnly)
	db := storetest.Existing(t, c.file, make([]byte, 32))
	db.Exec("CREATE TRIGGER no_audit BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END")
	for _, r := range []struct {
		path   string
		values url.Values
	}{
		{"/attention/resolve", url.Values{"id": {id}}}, {"/attention/resolve", cause}, {"/activity/resolve", mark},
		{one + "/replay", nil}, {"/attention/replay", cause}, {"/replays", plan},
		{"/activity/" + strconv.FormatInt(asking.ID, 10) + "/choose", url.Values{"record": {record}, "remember": {"true"}}},
		{"/views", url.Values{"name": {"new"}, "query": {"outcome=failed"}}}, {"/views/1", url.Values{"name": {"renamed"}}}, {"/views/1/delete", nil},
		{"/connections/aircall/backfill", url.Values{"from": {today}, "to": {today}}},
	} {
		if got := b.post(r.path, r.values); got.status != http.StatusInternalServerError {
			t.Errorf("%s: got %d, want 500: %s", r.path, got.status, got.location())
		}
	}
	for _, before := range append(failed.Entries, asking) {
		e, err := c.store.Entry(ctx, before.ID)
		if err != nil || !e.ResolvedAt.IsZero() || e.Replay != "" || e.Choice != "" || e.Outcome != before.Outcome {
			t.Errorf("entry %d is marked %v, replayed %q, chosen %q, %s, %v", e.ID, e.ResolvedAt, e.Replay, e.Choice, e.Outcome, err)
		}
	}
	if _, all, err := c.store.Choices(ctx, 1); err != nil || all != 0 {
		t.Errorf("%d choices are remembered, %v", all, err)
	}
	if all, err := c.store.Replays(ctx, 10); err != nil || len(all) != 0 {
		t.Errorf("%d replays, %v", len(all), err)
	}
	if all, err := c.store.Views(ctx, "admin@example.com"); err != nil || len(all) != 1 || all[0].Name != "kept" {
		t.Errorf("the views are %+v, %v", all, err)
	}
	if all, err := c.store.Backfills(ctx, 10); err != nil || len(all) != 0 {
		t.Errorf("%d periods are to be read, %v", len(all), err)
	}
}

// TestNoNumberOfACallerIsWrittenIntoTheLog does everything with a number in it
// that takes a text, and looks for the number's digits in the log's rows.
func TestNoNumberOfACallerIsWrittenIntoTheLog(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)
	const number, digits = "+33 1 99 00 12 34", "199001234"
	c.browser().post("/signin", url.Values{"email": {number}, "password": {password}})
	c.browser().post("/signin", url.Values{"email": {"33" + digits}, "password": {password}})
	for _, q := range []string{number, "+33199001234", "0199001234", "0033 1 99 00 12 34", "Moreau 01.99.00.12.34"} {
		query := url.Values{"q": {q}, "line": {"33199001234"}, "cause": {q}, "agent": {"7"}}.Encode()
		b.get("/activity.csv?" + query)
		b.get("/audit.csv?" + query)
		b.get("/reconciliation.csv?" + query)
		b.post("/views", url.Values{"name": {"Calls of " + q}, "query": {query}, "shared": {"true"}})
		b.post("/views", url.Values{"name": {"host." + strings.ReplaceAll(q, " ", "")}, "query": {"q=" + url.QueryEscape(q)}})
		b.post("/keys", url.Values{"purpose": {q}, "role": {"viewer"}})
		filter := url.Values{"all": {"yes"}, "filter": {url.Values{"q": {q}}.Encode()}}
		for _, way := range [][2]string{{"/activity/resolve", "/activity/resolve"}, {"/activity/unresolve", "/activity/unresolve"}, {"/activity/replay", "/replays"}} {
			c.clock.move(time.Minute)
			if plan := b.post(way[0], filter).page(t); plan.Find(`form[action="`+way[1]+`"] [name="seen"]`).Length() > 0 {
				b.post(way[1], form(t, plan, way[1], nil))
			}
			c.replayOn()
		}
		note := form(t, b.get("/rules/flows").page(t), "/rules/flows", url.Values{"settle_seconds": {strconv.Itoa(10 + len(q))}, "note": {"for " + q}})
		note.Del("do")
		b.post("/rules/flows", note)
	}
	b.post("/views/1/delete", nil)
	page, err := c.store.ListAudit(t.Context(), store.AuditFilter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[store.AuditCode]string{}
	for _, r := range page.Rows {
		detail, err := json.Marshal(r.Detail)
		if err != nil {
			t.Fatal(err)
		}
		row := r.Who + " " + r.Object + " " + string(detail)
		seen[r.What] = row
		for _, text := range []string{row, unescaped(row)} {
			if strings.Contains(onlyDigits(text), digits) {
				t.Errorf("%s: %s", r.What, row)
			}
		}
	}
	for what, rest := range map[store.AuditCode]string{store.AuditExported: "", store.AuditAuditExported: "", store.AuditSignInFailed: "",
		store.AuditViewSaved: "agent=7", store.AuditViewDeleted: "Calls of ", store.AuditResolved: "/activity?q=", store.AuditUnresolved: "/activity?q=",
		store.AuditReplayedAll: `"rules":"now"`, store.AuditKeyCreated: "", store.AuditRulesSaved: "for ", store.AuditSignIn: "admin@example.com"} {
		if row, ok := seen[what]; !ok || !strings.Contains(row, rest) {
			t.Errorf("%s stands as %q, want %q in it", what, row, rest)
		}
	}
}

func unescaped(text string) string {
	if plain, err := url.QueryUnescape(text); err == nil {
		return plain
	}
	return text
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, text)
}
