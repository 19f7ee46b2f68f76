package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

func TestAViewIsSavedSharedChangedAndDeleted(t *testing.T) {
	s, boss := ledgerSite(t)
	looker := s.user(store.Viewer)
	got := boss.post("/views", url.Values{"name": {"Failed on two lines"}, "query": {"outcome=failed&line=1,2&after=x&colour=blue"}, "shared": {"true"}})
	if got.status != http.StatusSeeOther || got.location() != "/activity?line=1%2C2&outcome=failed&view=1" {
		t.Fatalf("got %d to %q", got.status, got.location())
	}
	page := looker.get(got.location())
	if tab := page.page(t).Find(`.tabs a[aria-current="page"]`); page.status != http.StatusOK || !strings.Contains(tab.Text(), "Failed on two lines") {
		t.Errorf("somebody else: got %d, tab %q", page.status, tab.Text())
	}
	if page.page(t).Find(`form[action="/views/1"], a[href="/views/1"]`).Length() != 0 {
		t.Error("a viewer is offered to change it")
	}
	for _, p := range []string{"/views/1", "/views/1/delete"} {
		if got := looker.post(p, url.Values{"name": {"x"}}); got.status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", p, got.status)
		}
	}
	changed := boss.get("/activity?outcome=failed&view=1").page(t)
	if changed.Find(`form[action="/views/1"] [name="query"]`).AttrOr("value", "") != "outcome=failed" {
		t.Error("the change is not offered to be saved")
	}
	if got := boss.post("/views/1", url.Values{"query": {"outcome=failed"}}); got.location() != "/activity?outcome=failed&view=1" {
		t.Errorf("replaced: got %d to %q", got.status, got.location())
	}
	if got := boss.post("/views/1", url.Values{"name": {""}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a name: got %d", got.status)
	}
	if got := looker.post("/views", url.Values{"name": {"Mine"}, "query": {"q=ada"}, "shared": {"true"}}); got.status != http.StatusSeeOther {
		t.Errorf("a viewer's own: got %d", got.status)
	}
	if strings.Contains(boss.get("/activity").body, "Mine") {
		t.Error("a viewer shares")
	}
	if got := boss.get("/views/2"); got.status != http.StatusNotFound {
		t.Errorf("somebody else's own: got %d", got.status)
	}
	if boss.get("/views/1/delete").status != http.StatusOK || boss.post("/views/1/delete", nil).location() != "/activity" || boss.get("/views/1").status != http.StatusNotFound {
		t.Error("it is not deleted")
	}
}

func TestTheListIsNarrowedByTicksAndBars(t *testing.T) {
	c, b := ledgerSite(t)
	page := b.get("/activity?outcome=logged&outcome=failed&outcome=skipped&line=9&line=10&colour=blue").page(t)
	chips := page.Find(".chips").Text()
	for _, want := range []string{"3 outcomes", "is one of", "9, 10", "colour=blue"} {
		if !strings.Contains(chips, want) {
			t.Errorf("the chips do not say %q: %q", want, chips)
		}
	}
	if n := page.Find(`[name="outcome"]:checked, [name="outcome"][checked]`).Length(); n != 3 {
		t.Errorf("%d outcomes are ticked, want 3", n)
	}
	e := c.entryWith(callflow.Logged)
	list := b.get("/activity").page(t)
	bars := list.Find(".hist tbody tr").FilterFunction(func(_ int, row *goquery.Selection) bool { return row.Find("td").First().Text() != "0" })
	if bars.Length() == 0 {
		t.Fatal("no bar has calls")
	}
	link := bars.Last().Find("a").AttrOr("href", "")
	narrowed := b.get(link)
	if !strings.Contains(link, "from=") || !strings.Contains(narrowed.body, e.Record.Name) || narrowed.page(t).Find(`.hist header a[href]`).Length() < 4 {
		t.Errorf("%s: got %d without the call or the way back", link, narrowed.status)
	}
	for _, p := range []string{"?direction=inbound", "?record=contact", "?record=none,contact", "?rules=1"} {
		if got := b.get("/activity" + p); got.status != http.StatusOK || strings.Contains(got.page(t).Find(".chips").Text(), "Not understood") {
			t.Errorf("%s: got %d", p, got.status)
		}
	}
}

func TestASharedViewTellsViewersNoNumber(t *testing.T) {
	s, boss := ledgerSite(t)
	looker := s.user(store.Viewer)
	boss.post("/views", url.Values{"name": {"Calls of +33 1 99 00 12 34"}, "query": {"outcome=failed"}, "shared": {"true"}})
	boss.post("/views", url.Values{"name": {"The baker"}, "query": {"q=%2B33199001234"}, "shared": {"true"}})
	boss.post("/views", url.Values{"name": {"Of Ada"}, "query": {"q=ada"}, "shared": {"true"}})
	for _, address := range []string{"/activity", "/activity?view=1&outcome=failed", "/activity?view=2", "/views/1", "/views/2"} {
		body := looker.get(address).body
		for _, number := range []string{"99 00 12 34", "199001234", "33199001234"} {
			if strings.Contains(body, number) {
				t.Errorf("%s tells a viewer %s", address, number)
			}
		}
	}
	if got := looker.get("/activity").body; !strings.Contains(got, "Of Ada") || !strings.Contains(got, "Calls of ") {
		t.Error("a viewer does not see the views without numbers")
	}
	if got := boss.get("/activity").body; !strings.Contains(got, "The baker") || !strings.Contains(got, "+33 1 99 00 12 34") {
		t.Error("an admin does not see them as they are")
	}
}

func TestWhoMayNoLongerShareChangesNoSharedView(t *testing.T) {
	s := newSite(t)
	looker := s.user(store.Viewer)
	if _, err := s.store.SaveView(t.Context(), store.View{Owner: "viewer@example.com", Name: "Once an editor's", Query: "outcome=failed", Shared: true}); err != nil {
		t.Fatal(err)
	}
	for p, v := range map[string]url.Values{"/views/1": {"query": {"outcome=logged"}}, "/views/1/delete": nil} {
		if got := looker.post(p, v); got.status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", p, got.status)
		}
	}
}
