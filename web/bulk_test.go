package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// planned picks calls of the list of an address and gives the page that says
// what a replay of them would do. change says what is picked.
func planned(t *testing.T, b *browser, list string, change func(rows []string, v url.Values)) answer {
	t.Helper()
	page := b.get(list).page(t)
	values := form(t, page, "/activity/replay", nil)
	var rows []string
	for _, box := range page.Find(`input[name="id"]`).EachIter() {
		rows = append(rows, box.AttrOr("value", ""))
	}
	change(rows, values)
	return b.post("/activity/replay", values)
}

func pickAll(rows []string, v url.Values)    { v["id"] = rows }
func pickTheFilter(_ []string, v url.Values) { v.Set("all", "yes") }
func mainText(t *testing.T, got answer) string {
	return strings.Join(strings.Fields(got.page(t).Find("main").Text()), " ")
}
func (c *connected) step(t *testing.T, most int) {
	t.Helper()
	if err := c.store.AdvanceReplays(context.Background(), most); err != nil {
		t.Fatal(err)
	}
}

func TestThePlanOfAReplayTellsWhatItWouldDoAndDoesNothing(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(3)
	got := planned(t, b, "/activity", pickAll)
	if got.status != http.StatusOK {
		t.Fatalf("got %d", got.status)
	}
	said := mainText(t, got)
	for _, want := range []string{"Replay 5 calls?", "Calls in all5", "Failed3", "unless the rules decide1", "stays as it is1", "5 calls, about 4 Salesforce requests, about 5 s"} {
		if !strings.Contains(said, want) {
			t.Errorf("the plan does not say %q: %s", want, said)
		}
	}
	c.step(t, 9)
	if all, err := c.store.Replays(context.Background(), 9); err != nil || len(all) != 0 {
		t.Errorf("a plan began %v, %v", all, err)
	}
	if got := planned(t, b, "/activity", func([]string, url.Values) {}); !strings.Contains(mainText(t, got), "Nothing to replay") {
		t.Errorf("nothing picked: %s", mainText(t, got))
	}
	failed := planned(t, b, "/activity?outcome=failed", pickTheFilter)
	if said := mainText(t, failed); !strings.Contains(said, "Replay 3 calls?") || !strings.Contains(said, "the filter found") {
		t.Errorf("a filter: %s", said)
	}
	for name, v := range map[string]url.Values{"no number": {"id": {"x"}}, "no filter": {"all": {"yes"}, "filter": {"colour=blue"}}} {
		if got := b.post("/activity/replay", v); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", name, got.status)
		}
	}
	if got := b.get("/activity/replay"); got.status != http.StatusSeeOther || got.location() != "/activity" {
		t.Errorf("the address alone: got %d to %q, want the list", got.status, got.location())
	}
	if got := b.post("/replays", url.Values{"ids": {"1"}, "rules": {"now"}}); got.status != http.StatusBadRequest {
		t.Errorf("without a plan: got %d, want 400", got.status)
	}
}

func TestPickedCallsAreReplayedOnceAndEachResultIsTold(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)()
	c.clock.move(time.Minute)
	plan := form(t, planned(t, b, "/activity", pickAll).page(t), "/replays", nil)
	to := ""
	for range 2 { // two clicks
		got := b.post("/replays", plan)
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/replays/") || to != "" && got.location() != to {
			t.Fatalf("got %d to %q after %q", got.status, got.location(), to)
		}
		to = got.location()
	}
	if said := mainText(t, b.get(to)); !strings.Contains(said, "4 selected calls") || !strings.Contains(said, "0 of 4 calls done") || !strings.Contains(said, "Waits for its turn") {
		t.Errorf("before it begins: %s", said)
	}
	tasks := c.org.Count("Task")
	c.replayOn()
	page := b.get(to).page(t)
	rows := page.Find("table tbody tr")
	if rows.Length() != 4 {
		t.Fatalf("%d results", rows.Length())
	}
	for text, want := range map[string]int{"Task written": 2, "Task kept": 1, "No task": 1} {
		if n := strings.Count(rows.Text(), text); n != want {
			t.Errorf("%q stands %d times, want %d", text, n, want)
		}
	}
	if n := c.org.Count("Task"); n != tasks+2 {
		t.Errorf("%d Tasks were written, want 2", n-tasks)
	}
	if page.Find(`form[action$="/stop"]`).Length() != 0 {
		t.Error("a replay at its end can be stopped")
	}
	if said := mainText(t, b.get(to+"?only=choice")); strings.Count(said, "No task") != 1 || strings.Contains(said, "Task written") {
		t.Errorf("narrowed: %s", said)
	}
	if said := mainText(t, b.get("/replays")); !strings.Contains(said, "4 selected calls") || !strings.Contains(said, "3 logged") {
		t.Errorf("the list of replays: %s", said)
	}
	if rows := c.audited(store.AuditReplayedAll); len(rows) != 1 || rows[0]["count"] != "4" {
		t.Errorf("audited %v, want once", rows)
	}
	if got := b.get("/replays/999"); got.status != http.StatusNotFound {
		t.Errorf("a replay that is not there: got %d", got.status)
	}
}

func TestAReplayOfAFilterTakesOnlyWhatMatchedAtThatMoment(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)
	plan := form(t, planned(t, b, "/activity?outcome=failed", pickTheFilter).page(t), "/replays", nil)
	c.clock.move(time.Minute)
	mended := c.refuseCalls(1) // nobody has seen this one
	mended()
	to := b.post("/replays", plan).location()
	c.replayOn()
	if said := mainText(t, b.get(to)); !strings.Contains(said, "2 calls of a filter") || !strings.Contains(said, "2 logged") {
		t.Errorf("the replay says %s", said)
	}
	if n := c.countOf(failedOnes); n != 1 {
		t.Errorf("%d are failed, want the one that came later", n)
	}
	if got := b.get(to).page(t).Find(`a[href="/activity?outcome=failed"]`).Length(); got == 0 {
		t.Error("no way back to the filter")
	}
	if got := b.post("/replays", url.Values{"plan": {"another"}, "seen": plan["seen"], "all": {"yes"}, "filter": {"outcome=failed&reason=bug"}, "rules": {"now"}}); got.location() != "/activity" {
		t.Errorf("nothing to replay: got %d to %q", got.status, got.location())
	}
}

func TestAStoppedReplayOfPickedCallsKeepsTheRest(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(5)()
	to := b.post("/replays", form(t, planned(t, b, "/activity?outcome=failed", pickAll).page(t), "/replays", nil)).location()
	c.step(t, 2)
	c.drain()
	if got := b.post(to+"/stop", nil); got.status != http.StatusSeeOther || got.location() != to {
		t.Fatalf("got %d to %q", got.status, got.location())
	}
	c.replayOn()
	said := mainText(t, b.get(to))
	if !strings.Contains(said, "Stopped after 2 of 5 calls") || strings.Count(said, "Not replayed: stopped before") != 3 {
		t.Errorf("the replay says %s", said)
	}
	if n := c.countOf(failedOnes); n != 3 {
		t.Errorf("%d are failed, want the three that were not handed over", n)
	}
	if got := b.post(to+"/stop", nil); got.status != http.StatusSeeOther || len(c.audited(store.AuditReplayStopped)) != 1 {
		t.Errorf("stopped again: got %d, audited %d", got.status, len(c.audited(store.AuditReplayStopped)))
	}
	if got := b.post("/replays/999/stop", nil); got.status != http.StatusNotFound {
		t.Errorf("a replay that is not there: got %d", got.status)
	}
}

func TestWhatChangedSinceAReplayWasAskedForIsLeftAsItIs(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(2)()
	to := b.post("/replays", form(t, planned(t, b, "/activity?outcome=failed", pickAll).page(t), "/replays", nil)).location()
	c.clock.move(time.Second)
	row := b.get("/activity?outcome=failed").page(t).Find(`input[name="id"]`).First().AttrOr("value", "")
	b.post("/activity/resolve", form(t, b.post("/activity/resolve", url.Values{"id": {row}}).page(t), "/activity/resolve", nil))
	c.replayOn()
	if said := mainText(t, b.get(to)); !strings.Contains(said, "1 logged · 1 changed meanwhile") || !strings.Contains(said, "Changed meanwhile, left as it is") {
		t.Errorf("the replay says %s", said)
	}
	if n := c.countOf(store.Filter{Outcomes: []callflow.Outcome{callflow.Failed}, Resolved: true}); n != 1 {
		t.Errorf("%d are resolved, want the one", n)
	}
}

func TestPickedCallsAreMarkedExportedAndTakenBack(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(3)
	page := b.get("/activity?outcome=failed").page(t)
	boxes := page.Find(`input[name="id"]`)
	ids := []string{boxes.Eq(0).AttrOr("value", ""), boxes.Eq(1).AttrOr("value", "")}
	if got := b.get("/activity.csv?" + url.Values{"id": ids, "filter": {""}, "back": {"/activity"}}.Encode()); strings.Count(got.body, "\n") != 3 {
		t.Errorf("the file is %q, want a head and two calls", got.body)
	}
	picks := url.Values{"id": ids, "back": {"/activity?outcome=failed"}}
	plan := b.post("/activity/resolve", picks)
	if said := mainText(t, plan); plan.status != http.StatusOK || !strings.Contains(said, "Mark 2 calls as resolved?") || c.countOf(store.Filter{Outcomes: failedOnes.Outcomes, Resolved: true}) != 0 {
		t.Fatalf("before anything is marked: got %d, %s", plan.status, said)
	}
	yes := form(t, plan.page(t), "/activity/resolve", nil)
	if got := b.post("/activity/resolve", yes); got.location() != "/activity?outcome=failed" {
		t.Errorf("got %d to %q", got.status, got.location())
	}
	if n := c.countOf(store.Filter{Outcomes: failedOnes.Outcomes, Resolved: true}); n != 2 {
		t.Errorf("%d are resolved, want 2", n)
	}
	b.post("/activity/resolve", yes) // nothing is left of them
	for name, v := range map[string]url.Values{"nothing left": picks, "nothing picked": nil} {
		if got := b.post("/activity/resolve", v); !strings.Contains(mainText(t, got), "Nothing to mark") {
			t.Errorf("%s: %s", name, mainText(t, got))
		}
	}
	if rows := c.audited(store.AuditResolved); len(rows) != 1 || rows[0]["count"] != "2" {
		t.Errorf("audited %v", rows)
	}
	back := b.post("/activity/unresolve", url.Values{"id": ids[:1], "back": {"//example.com"}})
	if said := mainText(t, back); !strings.Contains(said, "Take back the mark of 1 call?") {
		t.Errorf("taking back: %s", said)
	}
	if got := b.post("/activity/unresolve", form(t, back.page(t), "/activity/unresolve", nil)); got.location() != "/activity" {
		t.Errorf("got %d to %q", got.status, got.location())
	}
	if n := c.countOf(store.Filter{Outcomes: failedOnes.Outcomes, Resolved: true}); n != 1 || len(c.audited(store.AuditUnresolved)) != 1 {
		t.Errorf("%d are resolved, want 1, audited %v", n, c.audited(store.AuditUnresolved))
	}
	for name, v := range map[string]url.Values{"no number": {"id": {"x"}}, "no moment": {"id": ids, "seen": {"x"}}, "no filter": {"all": {"yes"}, "filter": {"colour=blue"}}} {
		if got := b.post("/activity/resolve", v); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d", name, got.status)
		}
	}
}

func TestAllThatAFilterFindsIsMarkedAsItWasWhenItsPageWasShown(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(3)
	list := b.get("/activity?outcome=failed").page(t)
	values := form(t, list, "/activity/replay", nil)
	values.Set("all", "yes")
	plan := b.post("/activity/resolve", values)
	if said := mainText(t, plan); !strings.Contains(said, "Mark 3 calls as resolved?") || !strings.Contains(said, "the filter found") {
		t.Fatalf("the plan says %s", said)
	}
	c.clock.move(time.Minute)
	c.refuseCalls(1) // nobody has seen this one
	if got := b.post("/activity/resolve", form(t, plan.page(t), "/activity/resolve", nil)); got.location() != "/activity?outcome=failed" {
		t.Errorf("got %d to %q", got.status, got.location())
	}
	marked := store.Filter{Outcomes: failedOnes.Outcomes, Resolved: true}
	if n, open := c.countOf(marked), c.countOf(store.Filter{Outcomes: failedOnes.Outcomes, Open: true}); n != 3 || open != 1 {
		t.Errorf("%d are resolved and %d open, want the three that were seen", n, open)
	}
	if rows := c.audited(store.AuditResolved); len(rows) != 1 || rows[0]["count"] != "3" || rows[0]["filter"] != "/activity?outcome=failed" {
		t.Errorf("audited %v", rows)
	}
	values.Set("filter", "resolved=yes")
	b.post("/activity/unresolve", form(t, b.post("/activity/unresolve", values).page(t), "/activity/unresolve", nil))
	if n := c.countOf(marked); n != 0 {
		t.Errorf("%d are still resolved", n)
	}
	if got := b.get("/activity/resolve"); got.status != http.StatusSeeOther || got.location() != "/activity" {
		t.Errorf("the address alone: got %d to %q, want the list", got.status, got.location())
	}
}

func TestViewersFollowAReplayWithoutNumbersAndButtons(t *testing.T) {
	c, b := ledgerSite(t)
	c.refuseCalls(1)()
	to := b.post("/replays", form(t, planned(t, b, "/activity?q=%2B33199005678", pickTheFilter).page(t), "/replays", nil)).location()
	v := c.user(store.Viewer)
	if n := v.get("/activity").page(t).Find(`input[name="id"], form[action="/activity/replay"]`).Length(); n != 0 {
		t.Errorf("viewers may pick: %d", n)
	}
	for _, path := range []string{to, "/replays"} {
		got := v.get(path)
		if n := got.page(t).Find("main form").Length(); n != 0 {
			t.Errorf("%s: %d things to do are offered", path, n)
		}
		digits := strings.NewReplacer(" ", "", "\u00a0", "", ".", "", "-", "").Replace(got.body)
		if got.status != http.StatusOK || strings.Contains(digits, "199005678") {
			t.Errorf("%s: got %d, or it shows the number", path, got.status)
		}
	}
	for _, path := range []string{"/activity/replay", "/activity/resolve", "/activity/unresolve", "/replays", to + "/stop"} {
		if got := v.post(path, url.Values{"id": {"1"}}); got.status != http.StatusForbidden {
			t.Errorf("%s: got %d, want 403", path, got.status)
		}
	}
}

func TestAReplayOfNothingPickedReplaysNothing(t *testing.T) {
	_, b := ledgerSite(t)
	plan := form(t, planned(t, b, "/activity?outcome=logged", pickAll).page(t), "/replays", nil)
	for name, v := range map[string]url.Values{"without": {}, "empty": {"ids": {""}, "filter": {""}}} {
		v.Set("plan", name)
		v.Set("seen", plan.Get("seen"))
		v.Set("rules", "now")
		if got := b.post("/replays", v); got.location() != "/activity" {
			t.Errorf("%s: got %d to %q", name, got.status, got.location())
		}
	}
}
