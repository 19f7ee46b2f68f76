package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/PuerkitoBio/goquery"
)

// said lists the sentences of the audit log that a page shows, newest first.
func said(t *testing.T, page answer) []string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	if err != nil || page.status != http.StatusOK {
		t.Fatalf("got %d, %v: %s", page.status, err, page.body)
	}
	return doc.Find(".c-did p").Map(func(_ int, e *goquery.Selection) string { return strings.Join(strings.Fields(e.Text()), " ") })
}

func (s *site) written(rows ...store.AuditRow) {
	s.t.Helper()
	for _, r := range rows {
		if err := s.store.AddAudit(s.t.Context(), r); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestTheAuditLogTellsWhoDidWhatFromWhereInBothLanguages(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	b.post("/rules/flows", url.Values{"flows.missed.action": {"do_nothing"}, "note": {"quiet <b>now</b>"}})
	s.written(store.AuditRow{Who: "console", What: store.AuditUserCreated, Object: "bea@example.com", Detail: map[string]string{"role": "viewer"}},
		store.AuditRow{Who: "key:wallboard", What: store.AuditReplayed, Object: "/activity/12", Address: "192.0.2.9"},
		store.AuditRow{Who: "system", What: store.AuditWebhookMended, Object: "aircall", Detail: map[string]string{"found": "disabled", "since": "2026-11-20T10:00:00Z"}})
	page := b.get("/audit")
	want := []string{"Ringledger repaired the webhook at Aircall", "The API key wallboard replayed call 12", "The console added the user bea@example.com",
		"Ada admin saved version 2 of the rules", "Ada admin signed in"}
	if got := said(t, page); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, part := range []string{`href="/rules/history/2"`, `href="/activity/12"`, `href="/connections/aircall"`, "quiet &lt;b&gt;now", "switched off", "Viewer",
		"192.0.2.9", "admin@example.com", "127.0.0.1", "20 Nov 2026, 10:00:00", "The chain is whole: all 5 rows"} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page does not say %s", part)
		}
	}
	b.get("/audit?lang=fr")
	french := said(t, b.get("/audit"))
	if want := "La console a ajouté l’utilisateur bea@example.com"; len(french) != 5 || french[2] != want {
		t.Errorf("got %q, want %q among them", french, want)
	}
}

func TestTheAuditLogTellsOfCallsAndCausesByTheirNames(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	e := s.told("4242", "+33199000001", "refused")
	row := "/activity/" + strconv.FormatInt(e.ID, 10)
	s.written(store.AuditRow{Who: "admin@example.com", What: store.AuditReplayed, Object: row},
		store.AuditRow{Who: "admin@example.com", What: store.AuditReplayedAll, Object: "/replays/1"},
		store.AuditRow{Who: "admin@example.com", What: store.AuditResolved, Object: "/attention", Detail: map[string]string{"cause": "2d78d6281352a8d51648768d", "count": "2"}})
	page := b.get("/audit")
	want := []string{"Ada admin marked the calls of one cause as resolved", "Ada admin replayed several calls (replay 1)", "Ada admin replayed call 4242"}
	if got := said(t, page); len(got) < 3 || !slices.Equal(got[:3], want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if strings.Contains(page.body, "2d78d628") || !strings.Contains(page.body, `href="`+row+`"`) || !strings.Contains(page.body, `href="/replays/1"`) {
		t.Error("the page shows a mark instead of words, or does not link to what it tells of")
	}
}

func TestTheAuditLogIsFilteredByItsAddress(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	s.written(store.AuditRow{Who: "system", What: store.AuditWebhookMended, Object: "aircall"},
		store.AuditRow{What: store.AuditSignInFailed, Object: "eve@example.com"})
	today := time.Now().UTC()
	for filter, want := range map[string]int{
		"":                      3,
		"who=admin@example.com": 1,
		"who=system":            1,
		"kind=access":           2,
		"kind=sign_in_failed":   1,
		"q=EVE":                 1,
		"q=" + url.QueryEscape("https://a.example.com/activity/7"): 0,
		"from=" + today.AddDate(0, 0, 2).Format(time.DateOnly):     0,
		"to=" + today.AddDate(0, 0, -2).Format(time.DateOnly):      0,
		"from=" + today.AddDate(0, 0, -2).Format(time.DateOnly):    3,
		"kind=access&who=admin@example.com&q=admin":                1,
	} {
		if got := said(t, b.get("/audit?"+filter)); len(got) != want {
			t.Errorf("%s: got %q, want %d", filter, got, want)
		}
	}
	page := b.get("/audit?kind=nonsense&from=tomorrow&colour=blue&who=system")
	for _, part := range []string{"Not understood: kind=nonsense", "Not understood: from=tomorrow", "Not understood: colour=blue", `href="/audit.csv?who=system"`} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the page does not say %s", part)
		}
	}
	if got := b.get("/audit?after=nonsense"); got.status != http.StatusBadRequest {
		t.Errorf("a cursor that nobody made: got %d, want 400", got.status)
	}
}

func TestTheAuditLogIsReadPageByPage(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for range 69 {
		s.written(store.AuditRow{Who: "system", What: store.AuditBackfilled, Object: "aircall"})
	}
	first := b.get("/audit?kind=connections")
	if n := len(said(t, first)); n != 50 {
		t.Fatalf("got %d rows, want 50", n)
	}
	older := link(t, first, "next")
	second := b.get(older)
	if n := len(said(t, second)); n != 19 || !strings.Contains(older, "kind=connections") {
		t.Errorf("%s: got %d rows, want 19 of the same kind", older, n)
	}
	if n := len(said(t, b.get(link(t, second, "prev")))); n != 50 {
		t.Errorf("back: got %d rows, want 50", n)
	}
}

// link is where a page's link of a relation leads.
func link(t *testing.T, page answer, rel string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page.body))
	if err != nil {
		t.Fatal(err)
	}
	to, ok := doc.Find("a[rel=" + rel + "]").Attr("href")
	if !ok {
		t.Fatalf("there is no link %s", rel)
	}
	return to
}

func TestARowThatWasChangedIsNamed(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for range 1_004 {
		s.written(store.AuditRow{Who: "system", What: store.AuditBackfilled, Object: "aircall"})
	}
	if page := b.get("/audit"); !strings.Contains(page.body, "The last 1,000 rows fit the chain") || !strings.Contains(page.body, `href="/audit?check=all"`) {
		t.Error("the page does not say what it checked")
	}
	if page := b.get("/audit?check=all"); !strings.Contains(page.body, "all 1,005 rows") {
		t.Error("the whole chain was not checked")
	}
	db := storetest.Existing(t, s.file, make([]byte, 32))
	db.Exec("DROP TRIGGER audit_no_update")
	db.Exec("UPDATE audit SET who = 'eve@example.com' WHERE id = 3")
	if page := b.get("/audit"); strings.Contains(page.body, "does not fit") {
		t.Error("the end of the chain is whole")
	}
	if page := b.get("/audit?check=all"); !strings.Contains(page.body, "Row 3 does not fit the chain") {
		t.Error("the row is not named")
	}
}

func TestTheAuditLogIsForAdmins(t *testing.T) {
	s := newSite(t)
	for _, role := range []store.Role{store.Viewer, store.Editor} {
		b := s.user(role)
		for _, p := range []string{"/audit", "/audit.csv"} {
			if got := b.get(p); got.status != http.StatusForbidden {
				t.Errorf("%s of the %s: got %d, want 403", p, role, got.status)
			}
		}
		if strings.Contains(b.get("/activity").body, `href="/audit"`) {
			t.Errorf("the %s is shown the way", role)
		}
	}
	if !strings.Contains(s.user(store.Admin).get("/activity").body, `href="/audit"`) {
		t.Error("the admin is not shown the way")
	}
}

func TestTheAuditLogIsExportedWithoutFormulas(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	s.written(store.AuditRow{What: store.AuditSignInFailed, Object: "=HYPERLINK(\"x\")", Address: "192.0.2.7"})
	for range 600 { // more than is read at once
		s.written(store.AuditRow{Who: "system", What: store.AuditBackfilled, Object: "aircall"})
	}
	got := b.get("/audit.csv")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 1+1+600+1+1 {
		t.Fatalf("got %d rows, %v; want the head, the export, 600, the failed sign-in and the sign-in", len(rows), err)
	}
	if rows[1][3] != "audit_exported" || rows[1][2] != "admin@example.com" || rows[1][4] != "Ada admin exported the audit log as CSV" {
		t.Errorf("the newest row is %q", rows[1])
	}
	failed := rows[602]
	if failed[5] != "'=HYPERLINK(\"x\")" || failed[4] != "Somebody failed to sign in as =HYPERLINK(\"x\")" || failed[7] != "192.0.2.7" {
		t.Errorf("the failed sign-in is %q", failed)
	}
	if got := b.get("/audit.csv?kind=sign_in_failed&sep=%3B"); strings.Count(got.body, "\r\n") != 2 || !strings.Contains(got.body, "id;at;who") {
		t.Errorf("filtered and with semicolons: %q", got.body)
	}
	if got := b.do(http.MethodHead, "/audit.csv", "", ""); got.status != http.StatusOK {
		t.Errorf("HEAD: got %d", got.status)
	}
}
