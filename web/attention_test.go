package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
)

// refuseCalls places calls whose Tasks a rule of the org refuses; the rule
// holds until mended is called.
func (c *connected) refuseCalls(n int) (mended func()) {
	c.t.Helper()
	ctx := context.Background()
	if err := c.org.Fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Message: "A call needs a campaign"}); err != nil {
		c.t.Fatal(err)
	}
	for range n {
		if _, err := c.account.PlaceCall(ctx, aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Plain: true}); err != nil {
			c.t.Fatal(err)
		}
	}
	if err := c.account.Drain(ctx); err != nil {
		c.t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	c.clock.move(time.Minute)
	return c.org.ClearAll
}

// replayOn does the worker's part of replays of many until they are at their end.
func (c *connected) replayOn() {
	c.t.Helper()
	for range 20 {
		if err := c.store.AdvanceReplays(context.Background(), 2); err != nil {
			c.t.Fatal(err)
		}
		c.clock.move(time.Second)
		c.drain()
	}
}

// audited gives the details of the rows of the audit log that say what.
func (c *connected) audited(what store.AuditCode) []map[string]string {
	c.t.Helper()
	page, err := c.store.ListAudit(context.Background(), store.AuditFilter{Limit: 100})
	if err != nil {
		c.t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range page.Rows {
		if r.What == what {
			out = append(out, r.Detail)
		}
	}
	return out
}

func (c *connected) countOf(f store.Filter) int {
	c.t.Helper()
	n, err := c.store.CountEntries(context.Background(), f)
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

var failedOnes = store.Filter{Outcomes: []callflow.Outcome{callflow.Failed}}

func TestWhatNeedsAPersonIsToldByCauseAndCountedOnEveryPage(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(4)
	page := b.get("/attention").page(t)
	group := page.Find("#live .callout-bad")
	if group.Length() != 1 || !strings.Contains(group.Text(), "4 calls") || !strings.Contains(group.Text(), "A call needs a campaign") {
		t.Fatalf("got %q, want one cause with four calls", group.Text())
	}
	if n := group.Find("ol.how li").Length(); n < 2 {
		t.Errorf("%d steps say how to mend it", n)
	}
	if n := group.Find(`.feed a[href^="/activity/"]`).Length(); n != 3 {
		t.Errorf("%d of the latest calls are linked, want 3", n)
	}
	list := b.get(group.Find(`a[href^="/activity?"]`).First().AttrOr("href", "")).page(t)
	if n := list.Find("a[data-row]").Length(); n != 4 {
		t.Errorf("the list of the cause has %d calls, want 4", n)
	}
	if got := b.get("/rules/flows").page(t).Find(`.side [data-count="attention"]`).Text(); !strings.HasPrefix(strings.TrimSpace(got), "5") {
		t.Errorf("the navigation says %q, want 5: four failures and a question", got)
	}
	if got := b.get("/").page(t).Find(`#issues`).Closest("header").Find(`a[href="/attention"]`).Length(); got != 1 {
		t.Error("the overview does not lead there")
	}
}

func TestReplayAllIsConfirmedDoneOnceAndTold(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(4)()
	to := b.get("/attention").page(t).Find(`a[href^="/attention/replay"]`).AttrOr("href", "")
	confirm := b.get(to).page(t)
	if text := confirm.Find("main").Text(); !strings.Contains(text, "Replay 4 calls?") || !strings.Contains(text, "about 4 requests") {
		t.Errorf("the confirmation says %q", text)
	}
	values := form(t, confirm, "/attention/replay", nil)
	if values.Get("rules") != "now" {
		t.Errorf("got rules %q chosen, want today's", values.Get("rules"))
	}
	before := len(c.org.Requests())
	for range 2 {
		if got := b.post("/attention/replay", values); got.status != http.StatusSeeOther || got.location() != "/attention" {
			t.Fatalf("got %d to %q, want 303", got.status, got.location())
		}
	}
	if text := b.get("/attention").page(t).Find("#replays").Parent().Parent().Text(); !strings.Contains(text, "0 of 4 calls done") {
		t.Errorf("before it begins the page says %q", text)
	}
	c.replayOn()
	if text := b.get("/attention").page(t).Find("#live").Text(); !strings.Contains(text, "Done: 4 calls") || !strings.Contains(text, "4 logged") {
		t.Errorf("at its end the page says %q", text)
	}
	if n := c.countOf(failedOnes); n != 0 {
		t.Errorf("%d are still failed", n)
	}
	if n := c.org.Count("Task"); n != 5 {
		t.Errorf("got %d Tasks, want one for each call", n)
	}
	if asked := len(c.org.Requests()) - before; asked == 0 || asked > 8 {
		t.Errorf("it took %d requests for two steps of 2 calls, told were about 4 for one", asked)
	}
	if rows := c.audited(store.AuditReplayedAll); len(rows) != 1 || rows[0]["count"] != "4" || rows[0]["rules"] != "now" {
		t.Errorf("audited %v, want once with the count", rows)
	}
	if got := b.get(to); got.status != http.StatusSeeOther {
		t.Errorf("nothing is left: got %d, want the way back", got.status)
	}
	if got := b.post("/attention/replay", url.Values{"cause": {"x"}, "rules": {"yesterday's"}}); got.status != http.StatusBadRequest {
		t.Errorf("unknown rules: got %d, want 400", got.status)
	}
}

func TestAStoppedReplayLeavesTheRestFailedAndCanBeTakenUp(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(5)()
	to := b.get("/attention").page(t).Find(`a[href^="/attention/replay"]`).AttrOr("href", "")
	values := form(t, b.get(to).page(t), "/attention/replay", nil)
	b.post("/attention/replay", values)
	if err := c.store.AdvanceReplays(context.Background(), 2); err != nil {
		t.Fatal(err)
	}
	c.drain()
	if got := b.post("/attention/stop", form(t, b.get("/attention").page(t), "/attention/stop", nil)); got.status != http.StatusSeeOther {
		t.Fatalf("stop: got %d", got.status)
	}
	c.replayOn()
	if n := c.countOf(failedOnes); n != 3 {
		t.Errorf("%d are failed, want the three that were not handed over", n)
	}
	page := b.get("/attention").page(t)
	if text := page.Find("#live").Text(); !strings.Contains(text, "Stopped after 2 of 5 calls") {
		t.Errorf("the page says %q", text)
	}
	if page.Find(`form[action="/attention/stop"]`).Length() != 0 {
		t.Error("a replay at its end can be stopped")
	}
	if got := b.post("/attention/stop", url.Values{"id": {"x"}}); got.status != http.StatusBadRequest {
		t.Errorf("no number: got %d, want 400", got.status)
	}
	b.post("/attention/replay", form(t, b.get(to).page(t), "/attention/replay", nil))
	c.replayOn()
	if n := c.countOf(failedOnes); n != 0 || c.org.Count("Task") != 6 {
		t.Errorf("%d are failed and %d Tasks written after the second replay", n, c.org.Count("Task"))
	}
}

func TestAReplayOfACauseTakesOnlyWhatItsPageCounted(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)
	to := b.get("/attention").page(t).Find(`a[href^="/attention/replay"]`).AttrOr("href", "")
	values := form(t, b.get(to).page(t), "/attention/replay", nil)
	c.clock.move(time.Minute)
	c.refuseCalls(1)() // nobody has seen this one
	b.post("/attention/replay", values)
	c.replayOn()
	if n := c.countOf(failedOnes); n != 1 {
		t.Errorf("%d are failed, want the one that came after the page was shown", n)
	}
	values.Del("seen")
	if got := b.post("/attention/replay", values); got.status != http.StatusBadRequest {
		t.Errorf("without the moment: got %d, want 400", got.status)
	}
}

func TestAReplayIsStoppedAtOnceWhileSalesforceIsNotConnected(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(3)()
	to := b.get("/attention").page(t).Find(`a[href^="/attention/replay"]`).AttrOr("href", "")
	b.post("/attention/replay", form(t, b.get(to).page(t), "/attention/replay", nil))
	b.post("/connections/salesforce/disconnect", url.Values{"confirm": {"yes"}})
	if err := c.store.AdvanceReplays(context.Background(), 2); err != nil {
		t.Fatal(err)
	}
	c.drain()
	if n := c.countOf(failedOnes); n != 1 {
		t.Fatalf("%d are failed, want the one that is not handed over", n)
	}
	b.post("/attention/stop", form(t, b.get("/attention").page(t), "/attention/stop", nil))
	if text := b.get("/attention").page(t).Find("#live").Text(); !strings.Contains(text, "Stopped after 0 of 3 calls") {
		t.Errorf("the page says %q", text)
	}
	if n := c.countOf(failedOnes); n != 3 {
		t.Errorf("%d are failed, want all three as they were", n)
	}
}

func TestWhatFailsAgainIsToldAndStays(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(3)
	to := b.get("/attention").page(t).Find(`a[href^="/attention/replay"]`).AttrOr("href", "")
	values := form(t, b.get(to).page(t), "/attention/replay", url.Values{"rules": {"then"}})
	b.post("/attention/replay", values)
	c.replayOn()
	page := b.get("/attention").page(t)
	if text := page.Find("#live").Text(); !strings.Contains(text, "3 failed again") || !strings.Contains(text, "3 calls") {
		t.Errorf("the page says %q", text)
	}
	if page.Find(`a[href^="/attention/replay"]`).Length() != 1 {
		t.Error("they cannot be replayed once more")
	}
}

func TestMarkedAsResolvedLeavesTheCountAndIsSeenAndTakenBack(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(3)
	to := b.get("/attention").page(t).Find(`a[href^="/attention/resolve"]`).AttrOr("href", "")
	values := form(t, b.get(to).page(t), "/attention/resolve", nil)
	c.clock.move(time.Minute)
	c.refuseCalls(1) // nobody has seen this one
	if got := b.post("/attention/resolve", values); got.status != http.StatusSeeOther {
		t.Fatalf("got %d", got.status)
	}
	page := b.get("/attention").page(t)
	if text := page.Find("#live .callout-bad").Text(); !strings.Contains(text, "1 call") || strings.Contains(text, "4 calls") {
		t.Errorf("open is %q, want the one that came later", text)
	}
	resolved := page.Find("#resolved").Closest("section")
	if !strings.Contains(resolved.Text(), "3 calls") || !strings.Contains(resolved.Text(), "admin@example.com") {
		t.Errorf("resolved is %q", resolved.Text())
	}
	list := resolved.Find(`a[href^="/activity?"]`).AttrOr("href", "")
	row := b.get(list).page(t).Find("a[data-row]")
	if row.Length() != 3 {
		t.Fatalf("the list of what is resolved has %d calls, want 3", row.Length())
	}
	one := b.get(row.First().AttrOr("href", "")).page(t)
	if text := one.Find(".callout").Text(); !strings.Contains(text, "Resolved") || !strings.Contains(text, "admin@example.com") {
		t.Errorf("the call says %q", text)
	}
	b.post("/attention/unresolve", form(t, one, "/attention/unresolve", nil))
	if n := c.countOf(store.Filter{Outcomes: failedOnes.Outcomes, Resolved: true}); n != 2 {
		t.Errorf("%d are resolved, want 2", n)
	}
	b.post("/attention/unresolve", form(t, page, "/attention/unresolve", nil))
	if n := c.countOf(store.Filter{Outcomes: failedOnes.Outcomes, Open: true}); n != 4 {
		t.Errorf("%d are open, want all", n)
	}
	back := b.get(row.First().AttrOr("href", "")).page(t)
	b.post("/attention/resolve", form(t, back, "/attention/resolve", nil))
	if n := c.countOf(store.Filter{Outcomes: failedOnes.Outcomes, Resolved: true}); n != 1 {
		t.Errorf("%d are resolved, want the one", n)
	}
	if rows := c.audited(store.AuditResolved); len(rows) != 2 || rows[1]["count"] != "3" && rows[0]["count"] != "3" {
		t.Errorf("audited %v", rows)
	}
	if rows := c.audited(store.AuditUnresolved); len(rows) != 2 {
		t.Errorf("audited %v", rows)
	}
	for name, f := range map[string]url.Values{"no moment": {"cause": {"x"}}, "no number": {"id": {"x"}}} {
		if got := b.post("/attention/resolve", f); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", name, got.status)
		}
	}
	if got := b.post("/attention/resolve", url.Values{"id": {"999"}}); got.status != http.StatusNotFound {
		t.Errorf("a call that is not there: got %d, want 404", got.status)
	}
}

func TestAPersonIsAskedOnceForANumberAndAnswersRightThere(t *testing.T) {
	c, b := ledgerSite(t)
	ctx := context.Background()
	for range 2 {
		if _, err := c.account.PlaceCall(ctx, aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199005678", Plain: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.account.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	page := b.get("/attention").page(t)
	cards := page.Find(`form[action$="/choose"]`)
	if cards.Length() != 1 || !strings.Contains(page.Find("#inbox").Closest("section").Text(), "3 calls wait") {
		t.Fatalf("got %d questions: %q; want one for three calls", cards.Length(), page.Find("main").Text())
	}
	action := cards.AttrOr("action", "")
	empty := b.post(action, url.Values{"back": {"attention"}, "remember": {"true"}})
	if empty.status != http.StatusUnprocessableEntity || empty.page(t).Find(".inbox .err").Length() != 1 {
		t.Errorf("nothing chosen: got %d", empty.status)
	}
	values := form(t, page, action, nil)
	values.Set("record", cards.Find(`[name="record"]`).First().AttrOr("value", ""))
	if got := b.post(action, values); got.status != http.StatusSeeOther || got.location() != "/attention" {
		t.Fatalf("got %d to %q, want back to the page", got.status, got.location())
	}
	if n := b.get("/attention").page(t).Find(`form[action$="/choose"]`).Length(); n != 0 {
		t.Error("the question is asked again")
	}
	c.drain()
	if n := c.countOf(store.Filter{Outcomes: []callflow.Outcome{callflow.Logged}, Query: "+33199005678"}); n != 3 {
		t.Errorf("%d of the three calls are logged", n)
	}
	if text := b.get("/attention").page(t).Find("main").Text(); !strings.Contains(text, "Nothing needs you") {
		t.Errorf("the page says %q", text)
	}
}

func TestViewersSeeWhatNeedsAPersonWithoutNumbersAndButtons(t *testing.T) {
	c, _ := ledgerSite(t)
	c.refuseCalls(2)
	v := c.user(store.Viewer)
	got := v.get("/attention")
	page := got.page(t)
	if n := page.Find("main form, main .btn.primary, main [href^='/attention/']").Length(); n != 0 {
		t.Errorf("%d things to do are offered", n)
	}
	digits := strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "").Replace(got.body)
	for _, number := range []string{"199001234", "199005678"} {
		if strings.Contains(digits, number) {
			t.Errorf("the page shows %s", number)
		}
	}
	if !strings.Contains(page.Find("main").Text(), "Petit") {
		t.Error("the records to choose from are not told")
	}
	for _, path := range []string{"/attention/replay", "/attention/resolve", "/attention/unresolve", "/attention/stop"} {
		if got := v.post(path, url.Values{"id": {"1"}}); got.status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, got.status)
		}
	}
}

func TestThePartIsFetchedAgainWithTheCountOfTheHouse(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(1)
	b.header = http.Header{"Hx-Request": {"true"}}
	got := b.get("/attention")
	if got.status != http.StatusOK || strings.Contains(got.body, "<html") || !strings.Contains(got.body, "data-count=\"attention\"") {
		t.Errorf("got %d: %s", got.status, got.body)
	}
	if want := fmt.Sprintf("outerHTML:[data-count=%s]", "attention"); !strings.Contains(got.body, want) {
		t.Errorf("the count is not put in its place: %s", got.body)
	}
}

func TestACallThatIsMarkedAsResolvedStaysInTheListItWasOpenedFrom(t *testing.T) {
	s := newSite(t)
	e := s.told("1", "+33199001234", "refused")
	b := s.user(store.Editor)
	page := "/activity/" + itoa(e.ID) + "?outcome=failed"
	for _, action := range []string{"/attention/resolve", "/attention/unresolve"} {
		if got := b.post(action, form(t, b.get(page).page(t), action, nil)); got.location() != page {
			t.Errorf("%s leads to %q, want %q", action, got.location(), page)
		}
	}
}
