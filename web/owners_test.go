package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce/simulator"
	"ringledger/store"

	"github.com/PuerkitoBio/goquery"
)

// agentsSite has an org with users of every sort and agents that meet them.
func agentsSite(t *testing.T) (*connected, *browser) {
	t.Helper()
	c := newConnectable(t)
	b := c.user(store.Admin)
	if got := b.get(c.signInToSalesforce(b)); got.status != http.StatusSeeOther {
		t.Fatalf("callback: got %d: %s", got.status, got.body)
	}
	user := func(name, email string, active bool) {
		username := fmt.Sprintf("%s@org.example.com", strings.ToLower(name))
		c.org.Add("User", map[string]any{"LastName": name, "Email": email, "Username": username, "Alias": "x", "IsActive": active})
	}
	user("Ada", "Ada@Example.com", true)
	user("Lena", "lena@example.com", false)
	user("Twin1", "twin@example.com", true)
	user("Twin2", "twin@example.com", true)
	user("Boss", "boss@example.com", true)
	agents := []callflow.Agent{
		{ID: "1", Name: "Ada Byron", Email: "ada@example.com"}, {ID: "2", Name: "Lena Vogt", Email: "lena@example.com"},
		{ID: "3", Name: "A Twin", Email: "twin@example.com"}, {ID: "4", Name: "Front desk"}, {ID: "5", Name: "Zoe", Email: "zoe@example.com"},
	}
	if err := c.store.KeepAgents(context.Background(), agents); err != nil {
		t.Fatal(err)
	}
	return c, b
}

// rowOf is what the page says of one agent.
func rowOf(t *testing.T, got answer, name string) string {
	t.Helper()
	row := got.page(t).Find("table.owners tbody tr").FilterFunction(func(_ int, r *goquery.Selection) bool { return strings.Contains(r.Find("th").Text(), name) })
	if row.Length() != 1 {
		t.Fatalf("%d rows of %s", row.Length(), name)
	}
	return strings.Join(strings.Fields(row.Text()), " ")
}

func TestOwnersSayWhoEachAgentIsAndWhy(t *testing.T) {
	c, b := agentsSite(t)
	before := len(c.org.Requests())
	got := b.get("/rules/owners")
	for name, want := range map[string]string{
		"Ada Byron": "Has the same e-mail", "Lena Vogt": "is inactive", "A Twin": "Several active users",
		"Front desk": "Without an e-mail", "Zoe": "No Salesforce user",
	} {
		if row := rowOf(t, got, name); !strings.Contains(row, want) {
			t.Errorf("%s: got %q, want %q", name, row, want)
		}
	}
	if said := got.page(t).Find("#owners-state").Text(); !strings.Contains(said, "1 of 5") {
		t.Errorf("counted %q", said)
	}
	b.get("/rules/owners?q=zoe")
	if n := len(c.org.Requests()) - before; n > 2 {
		t.Errorf("two views made %d requests, want 2 at most", n)
	}
	open := b.get("/rules/owners?show=unmapped").page(t)
	if n := open.Find("table.owners tbody tr").Length(); n != 4 {
		t.Errorf("%d agents without a user, want 4", n)
	}
	found := b.get("/rules/owners?q=LENA").page(t)
	if n := found.Find("table.owners tbody tr").Length(); n != 1 {
		t.Errorf("%d agents found, want 1", n)
	}
}

func TestTheTableMapsAnAgentAndAWrongEmailIsNamed(t *testing.T) {
	c, b := agentsSite(t)
	for typed, says := range map[string]string{
		"nobody@example.com": "No Salesforce user has the e-mail nobody@example.com", "lena@example.com": "inactive", "twin@example.com": "Several", "zoe": "no e-mail address",
	} {
		got := b.submit("/rules/owners", url.Values{"owner.map.zoe@example.com": {typed}})
		if said := got.page(t).Find(".fld-wrong .err").Text(); got.status != http.StatusUnprocessableEntity || !strings.Contains(said, says) {
			t.Errorf("%s: got %d and %q, want 422 and %q", typed, got.status, said, says)
		}
		if in, _ := got.page(t).Find(`[name="owner.map.zoe@example.com"]`).Attr("value"); in != typed {
			t.Errorf("the page holds %q, want %q", in, typed)
		}
	}
	got := b.submit("/rules/owners?q=zoe", url.Values{"owner.map.zoe@example.com": {"boss@example.com"}, "owner.fallback": {"record_owner", "connection_user"}})
	if got.status != http.StatusSeeOther || got.location() != "/rules/owners?q=zoe" {
		t.Fatalf("got %d to %q, want 303 to the same list: %s", got.status, got.location(), got.body)
	}
	want := callflow.Default()
	want.Owner.Map = map[string]string{"zoe@example.com": "boss@example.com"}
	want.Owner.Fallback = []string{callflow.OwnerRecord, callflow.OwnerConnection}
	same(t, c.rules().Settings, want)
	if row := rowOf(t, b.get("/rules/owners"), "Zoe"); !strings.Contains(row, "Boss") || !strings.Contains(row, "By your table") {
		t.Errorf("got %q", row)
	}
	if got := b.submit("/rules/owners?show=unmapped", nil); got.status != http.StatusSeeOther || c.rules().Version != 2 {
		t.Errorf("saving a part of the list: got %d and version %d, want nothing new", got.status, c.rules().Version)
	}
}

func TestRowsOfNobodyStayAndCanBeTakenOut(t *testing.T) {
	c, b := agentsSite(t)
	next := callflow.Default()
	next.Owner.Map = map[string]string{"gone@example.com": "boss@example.com", "ADA@example.com": "boss@example.com"}
	if _, err := c.store.SaveRules(context.Background(), 1, next, "test", ""); err != nil {
		t.Fatal(err)
	}
	got := b.get("/rules/owners")
	if row := rowOf(t, got, "gone@example.com"); !strings.Contains(row, "Boss") {
		t.Errorf("got %q", row)
	}
	if row := rowOf(t, got, "Ada Byron"); !strings.Contains(row, "Boss") {
		t.Errorf("an e-mail in capitals: got %q", row)
	}
	if got := b.submit("/rules/owners", url.Values{"owner.map.gone@example.com": {""}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	if m := c.rules().Settings.Owner.Map; len(m) != 1 || m["ADA@example.com"] == "" {
		t.Errorf("got %v", m)
	}
}

func TestOwnersWorkWithoutSalesforce(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	if err := s.store.KeepAgents(context.Background(), []callflow.Agent{{ID: "1", Name: "Ada", Email: "ada@example.com"}}); err != nil {
		t.Fatal(err)
	}
	got := b.get("/rules/owners")
	if said := got.page(t).Find("#owners-state").Text(); got.status != http.StatusOK || !strings.Contains(said, "not connected") {
		t.Errorf("got %d and %q", got.status, said)
	}
	if got := b.submit("/rules/owners", url.Values{"owner.map.ada@example.com": {"boss@example.com"}}); got.status != http.StatusSeeOther {
		t.Errorf("saving: got %d, want 303: %s", got.status, got.body)
	}
	if m := s.rules().Settings.Owner.Map; m["ada@example.com"] != "boss@example.com" {
		t.Errorf("got %v", m)
	}
}

func TestOwnersWorkWhileSalesforceIsDown(t *testing.T) {
	c, b := agentsSite(t)
	if err := c.org.Fail(simulator.Fault{Kind: simulator.OrgDown}); err != nil {
		t.Fatal(err)
	}
	got := b.get("/rules/owners")
	if said := got.page(t).Find("#owners-state").Text(); got.status != http.StatusOK || !strings.Contains(said, "does not answer") {
		t.Errorf("got %d and %q", got.status, said)
	}
	if row := rowOf(t, got, "Ada Byron"); !strings.Contains(row, "once Salesforce answers") {
		t.Errorf("got %q", row)
	}
	if got := b.submit("/rules/owners", url.Values{"owner.map.zoe@example.com": {"boss@example.com"}}); got.status != http.StatusSeeOther {
		t.Errorf("saving: got %d, want 303: %s", got.status, got.body)
	}
}

func TestAnAgentWhoLeftAircallIsMarkedAndNotCounted(t *testing.T) {
	c, b := agentsSite(t)
	left := []callflow.Agent{{ID: "1", Name: "Ada Byron", Email: "ada@example.com"}}
	if err := c.store.KeepDirectory(context.Background(), nil, left); err != nil {
		t.Fatal(err)
	}
	got := b.get("/rules/owners")
	if row := rowOf(t, got, "Zoe"); !strings.Contains(row, "no longer in Aircall") {
		t.Errorf("got %q", row)
	}
	if said := got.page(t).Find("#owners-state").Text(); !strings.Contains(said, "1 of 1") {
		t.Errorf("counted %q", said)
	}
}

func TestHundredsOfAgentsComeInPages(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	agents := make([]callflow.Agent, 250)
	for i := range agents {
		agents[i] = callflow.Agent{ID: fmt.Sprint(i), Name: fmt.Sprintf("Agent %03d", i), Email: fmt.Sprintf("a%d@example.com", i)}
	}
	if err := s.store.KeepAgents(context.Background(), agents); err != nil {
		t.Fatal(err)
	}
	seen, path := 0, "/rules/owners"
	for n := 0; path != "" && n < 5; n++ {
		page := b.get(path).page(t)
		seen += page.Find("table.owners tbody tr").Length()
		path = page.Find(`a[rel="next"]`).AttrOr("href", "")
	}
	if seen != len(agents) {
		t.Errorf("the pages list %d agents, want %d", seen, len(agents))
	}
}

func TestAskingAgainAndAgainIsAnsweredFromMemory(t *testing.T) {
	c, _ := agentsSite(t)
	b := c.user(store.Viewer)
	b.get("/rules/owners")
	before := len(c.org.Requests())
	for range 70 {
		if got := b.get("/rules/owners?again=1"); got.status != http.StatusOK || !strings.Contains(rowOf(t, got, "Ada Byron"), "same e-mail") {
			t.Fatalf("got %d", got.status)
		}
	}
	each := (len(c.org.Requests()) - before) / 60
	if asked := len(c.org.Requests()) - before; asked == 0 || asked > 60*each || asked%60 != 0 {
		t.Errorf("70 wishes made %d requests, want those of 60", asked)
	}
}
