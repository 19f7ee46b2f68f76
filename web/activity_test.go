package web_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/web"
)

// entryWith is the first entry of an outcome.
func (s *site) entryWith(o callflow.Outcome) store.Entry {
	s.t.Helper()
	page, err := s.store.ListEntries(context.Background(), store.Filter{Outcomes: []callflow.Outcome{o}})
	if err != nil || len(page.Entries) == 0 {
		all, _ := s.store.ListEntries(context.Background(), store.Filter{})
		s.t.Fatalf("there is no entry %s (%v) among %+v", o, err, all.Entries)
	}
	return page.Entries[0]
}

func path(e store.Entry) string { return "/activity/" + itoa(e.ID) }

func TestLedgerIsListedFilteredAndShown(t *testing.T) {
	c, b := ledgerSite(t)
	all := b.get("/activity")
	if all.status != http.StatusOK || !strings.Contains(all.body, "Camille Moreau") {
		t.Errorf("got %d, want a list with Camille Moreau", all.status)
	}
	if got := b.get("/activity?outcome=needs_choice"); strings.Contains(got.page(t).Find("main").Text(), "Camille Moreau") {
		t.Error("the filter lets other outcomes through")
	}
	if got := b.get("/activity?q=0199001234"); !strings.Contains(got.body, "Camille Moreau") {
		t.Error("a national number does not find the call")
	}
	if got := b.get("/activity?outcome=lost&colour=blue"); got.status != http.StatusOK || !strings.Contains(got.body, "colour=blue") || !strings.Contains(got.body, "outcome=lost") {
		t.Errorf("unknown filters: got %d, want them listed", got.status)
	}
	b.header = http.Header{"Hx-Request": {"true"}}
	if got := b.get("/activity"); got.status != http.StatusOK || strings.Contains(got.body, "<html") {
		t.Error("a fragment is a whole page")
	}
	b.header = http.Header{}
	detail := b.get(path(c.entryWith(callflow.Logged)))
	if detail.status != http.StatusOK || !strings.Contains(detail.body, "call.ended") || !strings.Contains(detail.body, "/services/data/v66.0/") {
		t.Errorf("got %d, want the events and requests", detail.status)
	}
	if got := b.get("/activity?after=nonsense"); got.status != http.StatusBadRequest {
		t.Errorf("a cursor that is none: got %d, want 400", got.status)
	}
}

func TestViewersSeeNoNumberAndNoPayload(t *testing.T) {
	c, _ := ledgerSite(t)
	b := c.user(store.Viewer)
	logged, asks := c.entryWith(callflow.Logged), c.entryWith(callflow.NeedsChoice)
	for _, p := range []string{"/", "/activity", path(logged), path(asks), "/activity.csv", "/api/v1/activity", "/api/v1" + path(logged), "/api/v1" + path(asks)} {
		got := b.get(p)
		if got.status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", p, got.status)
		}
		digits := strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "").Replace(got.body)
		for _, number := range []string{"199001234", "199005678"} {
			if strings.Contains(digits, number) {
				at := strings.Index(digits, number)
				t.Errorf("%s shows %s: …%s…", p, number, digits[max(0, at-60):min(len(digits), at+40)])
			}
		}
		if strings.Contains(got.body, "raw_digits") {
			t.Errorf("%s shows a payload", p)
		}
	}
}

func TestReplayOnceAndByWhichRules(t *testing.T) {
	c, b := ledgerSite(t)
	e := c.entryWith(callflow.Logged)
	if got := b.post(path(e)+"/replay", url.Values{"rules": {"yesterday's"}}); got.status != http.StatusBadRequest {
		t.Errorf("unknown rules: got %d, want 400", got.status)
	}
	for range 2 {
		if got := b.post(path(e)+"/replay", url.Values{"rules": {"now"}}); got.status != http.StatusSeeOther || got.location() != path(e) {
			t.Errorf("got %d to %q, want 303 to the entry", got.status, got.location())
		}
	}
	c.drain()
	if n := c.org.Count("Task"); n != 1 {
		t.Errorf("got %d Tasks after the replay, want 1", n)
	}
	if got := b.post("/activity/999/replay", url.Values{"rules": {"now"}}); got.status != http.StatusNotFound {
		t.Errorf("an entry that is not there: got %d, want 404", got.status)
	}
}

func TestAPersonChoosesAndItIsRemembered(t *testing.T) {
	c, b := ledgerSite(t)
	e := c.entryWith(callflow.NeedsChoice)
	page := b.get(path(e)).page(t)
	if page.Find(`form[action="`+path(e)+`/choose"] [name="record"]`).Length() != 2 {
		t.Fatal("the page does not offer two records")
	}
	id := page.Find(`form[action="`+path(e)+`/choose"] [name="record"]`).First().AttrOr("value", "")
	if got := b.post(path(e)+"/choose", url.Values{"record": {"003000000000000AAA"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a record that was not offered: got %d, want 422", got.status)
	}
	if got := b.post(path(e)+"/choose", url.Values{"record": {id}, "remember": {"true"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303", got.status)
	}
	c.drain()
	after, err := c.store.Entry(context.Background(), e.ID)
	if err != nil || after.Outcome != callflow.Logged || after.Record.ID != id {
		t.Errorf("got %s on %s, %v; want logged on %s", after.Outcome, after.Record.ID, err, id)
	}
	known, err := c.store.KnownNumbers(context.Background(), []string{e.External})
	if err != nil || known[e.External].Choice == nil || known[e.External].Choice.ID != id {
		t.Errorf("got %+v, %v; want the choice remembered", known, err)
	}
	list := b.get("/rules/matching").page(t).Find("#choices")
	if got := list.Find(`[name="number"]`).AttrOr("value", ""); got != e.External || !strings.Contains(list.Text(), after.Record.Name) {
		t.Errorf("the choice is not listed: %q", list.Text())
	}
	forget := url.Values{"number": {e.External}}
	if got := c.user(store.Viewer).post("/rules/matching/forget", forget); got.status != http.StatusForbidden {
		t.Errorf("a viewer forgets: got %d, want 403", got.status)
	}
	if got := b.post("/rules/matching/forget", forget); got.status != http.StatusSeeOther {
		t.Errorf("got %d, want 303", got.status)
	}
	rows, err := c.store.ListAudit(t.Context(), store.AuditFilter{Codes: []store.AuditCode{store.AuditChoiceForgotten}})
	if err != nil || len(rows.Rows) != 1 || strings.Contains(rows.Rows[0].Object, forget.Get("number")) || !strings.Contains(rows.Rows[0].Object, "•") {
		t.Errorf("the audit log tells %+v, %v; want one row that hides the number", rows, err)
	}
	if got := b.post("/rules/matching/forget", forget); got.status != http.StatusNotFound {
		t.Errorf("forgotten a second time: got %d, want 404", got.status)
	}
}

func TestExportRunsNothing(t *testing.T) {
	c, b := ledgerSite(t)
	e := c.entryWith(callflow.NeedsChoice)
	for _, r := range c.org.Records("Contact") {
		if name, _ := r["LastName"].(string); strings.HasPrefix(name, "=") {
			id, _ := r["Id"].(string)
			b.post(path(e)+"/choose", url.Values{"record": {id}})
		}
	}
	c.drain()
	got := b.get("/activity.csv")
	text, marked := strings.CutPrefix(got.body, "\ufeff")
	if got.status != http.StatusOK || !marked || !strings.HasPrefix(got.header.Get("Content-Type"), "text/csv") {
		t.Fatalf("got %d %s, marked %v", got.status, got.header.Get("Content-Type"), marked)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("got %d rows, %v; want a head and two", len(rows), err)
	}
	dangerous := false
	for _, row := range rows {
		for _, cell := range row {
			dangerous = dangerous || strings.Contains(cell, "=cmd")
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("the cell %q runs as a formula", cell)
			}
		}
	}
	if !dangerous {
		t.Error("the export does not hold the name that looks like a formula")
	}
	if got := b.get("/activity.csv?sep=%3B&outcome=logged"); !strings.Contains(got.body, "id;started_at") {
		t.Error("no semicolons")
	}
	for in, want := range map[string]string{"=1+1": "'=1+1", "+33199001234": "'+33199001234", "Ada": "Ada", "": "", "@x": "'@x"} {
		if got := web.Harmless(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestAMomentInTheAddressIsADayInTheForm(t *testing.T) {
	c, b := ledgerSite(t)
	settings := c.rules()
	settings.Settings.OfficeHours.Schedule.TimeZone = "Europe/Paris"
	if _, err := c.store.SaveRules(t.Context(), settings.Version, settings.Settings, "test", ""); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, wantFrom, wantTo string }{
		{"2026-11-16", "2026-11-17", "2026-11-16", "2026-11-17"},
		{"2026-11-15T23:00:00Z", "2026-11-16T23:00:00Z", "2026-11-16", "2026-11-16"},
		{"2026-11-16T09:00:00+01:00", "2026-11-16T10:00:00+01:00", "2026-11-16", "2026-11-16"},
		{"", "", "", ""},
	} {
		q := url.Values{}
		if c.from != "" {
			q.Set("from", c.from)
			q.Set("to", c.to)
		}
		page := b.get("/activity?" + q.Encode()).page(t)
		for id, want := range map[string]string{"#f-from": c.wantFrom, "#f-to": c.wantTo} {
			if got := page.Find(id); got.Length() != 1 || got.AttrOr("value", "") != want {
				t.Errorf("from %q to %q: %s holds %q, want %q", c.from, c.to, id, got.AttrOr("value", ""), want)
			}
		}
		if c.from != "" && !strings.Contains(page.Find(".chips").Text(), "16 Nov 2026") {
			t.Errorf("the chips say %q, want the day of %s", page.Find(".chips").Text(), c.from)
		}
	}
}

func TestASearchForANumberThatNeverCalledLeadsToWhoMayKnow(t *testing.T) {
	s := newSite(t)
	s.told("1", "+33199001234", "")
	b := s.user(store.Editor)
	never := "Nothing of 01 99 00 99 99 has been received"
	for path, want := range map[string]bool{
		"/activity?q=01+99+00+99+99": true, "/activity?q=01+99+00+99+99&outcome=failed": false, "/activity?q=nobody": false,
		"/activity?q=01+99+00+12+34": false,
	} {
		if got := b.get(path).body; strings.Contains(got, never) != want {
			t.Errorf("%s: %v, want %v", path, !want, want)
		}
	}
	if strings.Contains(s.user(store.Viewer).get("/activity?q=01+99+00+99+99").body, never) {
		t.Error("a viewer, whose search finds whole numbers only, is told that a number never called")
	}
}

func TestFieldsSentEmptyLeaveTheAddressOfAList(t *testing.T) {
	_, b := ledgerSite(t)
	for sent, want := range map[string]string{
		"?q=&type=&from=&to=": "/activity", "?q=camille&reason=&direction=&outcome=logged&outcome=failed": "/activity?outcome=logged%2Cfailed&q=camille",
	} {
		if got := b.get("/activity" + sent); got.status != http.StatusSeeOther || got.location() != want {
			t.Errorf("%s: got %d to %s, want %s", sent, got.status, got.location(), want)
		}
	}
	for _, full := range []string{"", "?q=camille", "?outcome=logged&outcome=failed", "?colour=blue"} {
		if got := b.get("/activity" + full); got.status != http.StatusOK {
			t.Errorf("%q: got %d", full, got.status)
		}
	}
	for sent, want := range map[string]string{
		"/audit?q=&who=&kind=&from=&to=": "/audit", "/audit?q=ada&who=&from=2026-11-22&to=": "/audit?from=2026-11-22&q=ada",
		"/rules/owners?q=": "/rules/owners", "/rules/owners?q=+&show=by_hand": "/rules/owners?show=by_hand",
	} {
		if got := b.get(sent); got.status != http.StatusSeeOther || got.location() != want {
			t.Errorf("%s: got %d to %s, want %s", sent, got.status, got.location(), want)
		}
		if got := b.get(want); got.status != http.StatusOK {
			t.Errorf("%s: got %d", want, got.status)
		}
	}
}

func TestAChipNamesADayAsThePagesDo(t *testing.T) {
	_, b := ledgerSite(t)
	for lang, want := range map[string][]string{"en": {"22 Nov 2026", "23 Nov 2026, 14:30"}, "fr": {"22 nov. 2026", "23 nov. 2026, 14:30"}} {
		b.get("/activity?lang=" + lang) // it is kept from then on
		said := b.get("/activity?from=2026-11-22&to=2026-11-23T14:30").page(t).Find(".chips").Text()
		for _, w := range want {
			if !strings.Contains(strings.ReplaceAll(said, "\u00a0", " "), w) {
				t.Errorf("%s: the chips are %q, want %q in them", lang, said, w)
			}
		}
	}
}

func TestWhatIsChosenOnADetailPageStaysInItsList(t *testing.T) {
	c, b := ledgerSite(t)
	e := c.entryWith(callflow.NeedsChoice)
	page := b.get(path(e) + "?outcome=needs_choice").page(t)
	if page.Find(`.hero .btn[href="#choose"]`).Length() != 1 || page.Find(".hero .btn.primary").Length() != 0 {
		t.Error("the hero does not lead to the choice, or has something else to do first")
	}
	form := page.Find(`form[action$="/choose"]`)
	sent := url.Values{"filter": {form.Find(`[name="filter"]`).AttrOr("value", "")}, "record": {form.Find(`[name="record"]`).AttrOr("value", "")}}
	if got := b.post(path(e)+"/choose", sent); got.location() != path(e)+"?outcome=needs_choice" {
		t.Errorf("chosen: got %d to %q", got.status, got.location())
	}
}

func TestAFailedCallHasOnePrimaryWayToBeReplayed(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(1)
	e := c.entryWith(callflow.Failed)
	page := b.get(path(e) + "?outcome=failed").page(t)
	if n := page.Find("main .btn.primary").Length(); n != 1 {
		t.Errorf("%d buttons are primary, want 1", n)
	}
	form := page.Find(".hero form:has(.btn.primary)")
	sent := url.Values{"filter": {form.Find(`[name="filter"]`).AttrOr("value", "")}, "rules": {form.Find(`[name="rules"]`).AttrOr("value", "")}}
	if got := b.post(form.AttrOr("action", ""), sent); got.location() != path(e)+"?outcome=failed" {
		t.Errorf("replayed: got %d to %q", got.status, got.location())
	}
	if page := c.user(store.Viewer).get(path(e)).page(t); page.Find(".hero form, main .btn.primary").Length() != 0 {
		t.Error("a viewer is offered to replay")
	}
}
