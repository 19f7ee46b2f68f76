package web_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store"
)

// lineAndAgent makes two lines and an agent known, as calls do.
func lineAndAgent(t *testing.T, s *site) {
	t.Helper()
	ctx := context.Background()
	err1 := s.store.KeepLines(ctx, []callflow.Line{{ID: "77", Name: "Support", E164: "+33199000001", Country: "FR"}, {ID: "78", Name: "Sales", E164: "+33199000002", Country: "FR"}})
	err2 := s.store.KeepAgents(ctx, []callflow.Agent{{ID: "5", Name: "Camille Roy", Email: "camille@example.com"}, {ID: "6", Name: "Lena Vogt", Email: "lena@example.com"}})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
}

func TestFiltersAreSavedAsTheDocumentSpellsThem(t *testing.T) {
	s := newSite(t)
	lineAndAgent(t, s)
	b := s.user(store.Editor)
	got := b.submit("/rules/filters", url.Values{
		"filters.lines": {"", "78"}, "filters.ignore_agents": {"camille@example.com", "old@example.com\n900"},
		"filters.ignore_numbers": {"01 99 00 12 34\n0044 1632 960999; 3900"}, "filters.internal_calls": {"log"}, "filters.min_talk_seconds": {"5"},
	})
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	f := s.rules().Settings.Filters
	if f.Lines.All || !slices.Equal(f.Lines.IDs, []string{"78"}) || !slices.Equal(f.IgnoreAgents, []string{"camille@example.com", "old@example.com", "900"}) ||
		!slices.Equal(f.IgnoreNumbers, []string{"+33199001234", "0044 1632 960999", "3900"}) || f.InternalCalls != "log" || f.MinTalkSeconds != 5 {
		t.Errorf("got %+v", f)
	}
	page := b.get("/rules/filters").page(t)
	if page.Find(`[name="filters.ignore_agents"][value="camille@example.com"][checked]`).Length() != 1 || page.Find(`[value="lena@example.com"][checked]`).Length() != 0 {
		t.Error("the page does not tick the ignored agent alone")
	}
	if others := page.Find(`textarea[name="filters.ignore_agents"]`).Text(); others != "old@example.com\n900" {
		t.Errorf("the others are %q", others)
	}
	if got := b.submit("/rules/filters", nil); got.status != http.StatusSeeOther || s.rules().Version != 2 {
		t.Errorf("saving what stands there: got %d and version %d", got.status, s.rules().Version)
	}
	if got := b.submit("/rules/filters", url.Values{"filters.lines": {"", "all", "78"}, "filters.ignore_agents": {""}, "filters.ignore_numbers": {""}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	if f := s.rules().Settings.Filters; !f.Lines.All || len(f.IgnoreAgents)+len(f.IgnoreNumbers) != 0 {
		t.Errorf("got %+v, want every line and nobody ignored", f)
	}
}

func TestMistakenFiltersNameTheEntry(t *testing.T) {
	s := newSite(t)
	lineAndAgent(t, s)
	b := s.user(store.Editor)
	got := b.submit("/rules/filters", url.Values{"filters.ignore_numbers": {"+33199001234\n12\n+33 1 99 00 12 34"}, "filters.min_talk_seconds": {"99999"}})
	if got.status != http.StatusUnprocessableEntity || s.rules().Version != 1 {
		t.Fatalf("got %d and version %d", got.status, s.rules().Version)
	}
	page := got.page(t)
	said := page.Find(".mistakes").Text()
	for _, want := range []string{"“12” is no telephone number", "Shortest talk"} {
		if !strings.Contains(said, want) {
			t.Errorf("the mistakes do not say %q: %s", want, said)
		}
	}
	if got := b.submit("/rules/filters", url.Values{"filters.lines": {""}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.page(t).Find(".mistakes").Text(), "Tick a line") {
		t.Errorf("no line at all: got %d", got.status)
	}
	if typed := page.Find(`textarea[name="filters.ignore_numbers"]`).Text(); !strings.Contains(typed, "\n12\n") {
		t.Errorf("the numbers are not as typed: %q", typed)
	}
}

func TestNationalNumbersNeedOneCountry(t *testing.T) {
	s := newSite(t)
	lineAndAgent(t, s)
	if err := s.store.KeepLines(context.Background(), []callflow.Line{{ID: "79", Name: "UK", E164: "+441632960010", Country: "GB"}}); err != nil {
		t.Fatal(err)
	}
	got := s.user(store.Editor).submit("/rules/filters", url.Values{"filters.ignore_numbers": {"01 99 00 12 34"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "“01 99 00 12 34” is no telephone number") {
		t.Errorf("got %d", got.status)
	}
}

func TestThePageOfFiltersCountsWhatTheyKeptOut(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	c.connectAircall(b)
	b.post("/rules/filters", url.Values{"filters.ignore_numbers": {"+33199001234"}})
	id, err := c.account.PlaceCall(context.Background(), aircallsim.CallSpec{Kind: aircallsim.Missed, Number: "+33199001234", Plain: true})
	if err != nil || id == 0 {
		t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	link := b.get("/rules/filters").page(t).Find(`.facts a[href*="number_ignored"]`)
	if link.Text() != "1 call" {
		t.Fatalf("the page says %q", link.Text())
	}
	if n := b.get(link.AttrOr("href", "")).page(t).Find(`main a[href^="/activity/"]`).Length(); n == 0 {
		t.Error("the link leads to no call")
	}
}

func TestCasesAndOpportunitiesAreSwitched(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	if got := b.submit("/rules/related", url.Values{"related.attach": {"case"}, "related.create_case": {"false", "true"}, "related.for_accounts": {"false", "true"}}); got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	if r := s.rules().Settings.Related; r != (callflow.Related{Attach: "case", CreateCase: true, ForAccounts: true}) {
		t.Errorf("got %+v", r)
	}
	if got := b.submit("/rules/related", nil); got.status != http.StatusSeeOther || s.rules().Version != 2 {
		t.Errorf("saving what stands there made version %d", s.rules().Version)
	}
	if got := b.submit("/rules/related", url.Values{"related.attach": {"lead"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown choice: got %d", got.status)
	}
	if got := b.do(http.MethodDelete, "/rules/related", "", ""); got.status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: got %d", got.status)
	}
	if got := s.user(store.Viewer).post("/rules/related", url.Values{"related.attach": {"none"}}); got.status != http.StatusForbidden {
		t.Errorf("a viewer saved: got %d", got.status)
	}
	if !strings.Contains(b.get("/rules/related").page(t).Find("aside").Text(), "A task of a lead is never tied to anything") {
		t.Error("the page does not say what never happens")
	}
}
