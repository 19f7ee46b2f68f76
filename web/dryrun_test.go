package web_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/web"

	"github.com/PuerkitoBio/goquery"
)

// snapshot is the database, byte for byte.
func (s *site) snapshot() []byte {
	s.t.Helper()
	file := filepath.Join(s.t.TempDir(), "copy")
	if err := s.store.Backup(context.Background(), file); err != nil {
		s.t.Fatal(err)
	}
	kept, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	return kept
}

// missed is a missed call from Ada that was logged, and the page of its entry.
func (c *connected) missed(b *browser) (entry string) {
	c.t.Helper()
	b.get(c.signInToSalesforce(b))
	c.connectAircall(b)
	c.org.Add("Contact", map[string]any{"FirstName": "Ada", "LastName": "Martin", "Phone": "01 99 00 12 34"})
	if _, err := c.account.PlaceCall(context.Background(), aircallsim.CallSpec{Kind: aircallsim.Missed, Number: "+33199001234", Line: "Support FR", Plain: true}); err != nil {
		c.t.Fatal(err)
	}
	c.clock.move(time.Minute)
	c.drain()
	c.clock.move(5 * time.Minute)
	c.drain()
	return "/activity/1"
}

// saveRules changes the rules as the pages do.
func (c *connected) saveRules(change func(*callflow.Settings)) {
	c.t.Helper()
	now := c.rules()
	change(&now.Settings)
	if _, err := c.store.SaveRules(context.Background(), now.Version, now.Settings, "test@example.com", ""); err != nil {
		c.t.Fatal(err)
	}
}

func TestADryRunTellsTheDifferenceAndWritesNothing(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	entry := c.missed(b)
	if got := b.get(entry).page(t); got.Find(`a[href="`+entry+`/dryrun?rules=now"]`).Length() != 1 {
		t.Error("the entry's page does not lead to a dry run")
	}
	c.saveRules(func(r *callflow.Settings) {
		r.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, DueDays: 2, Priority: "High"}
		r.Task.Subjects = map[callflow.CallType]string{callflow.Missed: "Call {record} back"}
	})
	b.get(entry + "/dryrun") // a browser that was here before: its session is touched
	kept, asked, tasks := c.snapshot(), len(c.org.Requests()), len(c.org.Records("Task"))
	got := b.get(entry + "/dryrun?rules=now")
	page := got.page(t)
	said := page.Find("main").Text()
	if got.status != http.StatusOK {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	for _, want := range []string{"Its task would be updated", "Call Ada Martin back", "High", "nothing was written", "Flow:"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := page.Find("tr.differs").Length(); n < 3 {
		t.Errorf("%d rows differ, want subject, priority and due date", n)
	}
	if page.Find(`form[action="`+entry+`/replay"] input[name="rules"][value="now"]`).Length() != 1 {
		t.Error("the page does not offer to replay")
	}
	if page.Find(".rulediff li").Length() < 2 {
		t.Error("the page does not tell what changed in the rules")
	}
	same := b.get(entry + "/dryrun?rules=then").page(t)
	if title := same.Find("#verdict").Text(); title != "Nothing would change" {
		t.Errorf("with that day's rules: %q", title)
	}
	for _, r := range c.org.Requests()[asked:] {
		if r.Method != http.MethodGet && r.Kind != "search" && r.Kind != "query" && r.Kind != "composite" && r.Kind != "token" {
			t.Errorf("the dry run sent %s %s", r.Method, r.Path)
		}
	}
	if !bytes.Equal(kept, c.snapshot()) || len(c.org.Records("Task")) != tasks {
		t.Error("the dry run changed something")
	}
}

func TestADryRunLeadsBackToTheListItCameFrom(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	entry := c.missed(b)
	const filter = "rules=1&type=missed" // rules means something else to a dry run
	detail := b.get(entry + "?" + filter).page(t)
	dry := detail.Find(`.phead a[href*="/dryrun"], .hero a[href*="/dryrun"]`).AttrOr("href", "")
	page := b.get(dry).page(t)
	for _, to := range []string{"/activity?" + filter, entry + "?" + filter} {
		if page.Find(`.crumb a[href="`+to+`"]`).Length() != 1 {
			t.Errorf("%s does not lead back to %s", dry, to)
		}
	}
	if page.Find("#verdict").Length() != 1 || page.Find(`input[name="rules"][value="now"][checked]`).Length() != 1 {
		t.Error("the dry run was not asked for with today's rules")
	}
	again := form(t, page, entry+"/replay", nil)
	if to := b.post(entry+"/replay", again).location(); to != entry+"?"+filter {
		t.Errorf("the replay leads to %q", to)
	}
	for _, f := range []string{`form.replay[method="get"]`, `#replay form`} {
		if got := detail.AddSelection(page.Selection).Find(f+` input[name="filter"]`).AttrOr("value", ""); got != filter {
			t.Errorf("the form %s carries %q", f, got)
		}
	}
}

func TestAStepOfTheTraceOpensToItsRequests(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	page := b.get(c.missed(b)).page(t)
	asked := page.Find("details.step .asked > li")
	for title, purpose := range map[string]string{"Number:": "Search the number", "Task: written": "Write the task"} {
		step := page.Find("details.step").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(s.Find("summary").Text(), title)
		})
		if got := step.Find(".asked").Text(); !strings.Contains(got, purpose) || step.Find(".rr pre").Length() == 0 {
			t.Errorf("the step %q opens to %q, want the request %q and its answer", title, got, purpose)
		}
	}
	if all := page.Find(".asked > li").Length(); asked.Length() < 2 || asked.Length() != all {
		t.Errorf("%d of %d requests stand in a step, want all of them", asked.Length(), all)
	}
}

func TestADryRunIsForEditorsAndBounded(t *testing.T) {
	asked := 0
	s := newSite(t, func(o *web.Options, _ *providers) {
		o.RehearseReplay = func(_ context.Context, e store.Entry, rules store.Rules) (store.Result, callflow.Decision, error) {
			asked++
			return store.Result{Entry: e, Try: &store.Try{Outcome: callflow.Skipped, Reason: callflow.ReasonFlow, RulesVersion: rules.Version}}, callflow.Decision{}, nil
		}
	})
	s.told("1", "+33199001234", "Ada")
	if got := s.user(store.Viewer).get("/activity/1/dryrun?rules=now"); got.status != http.StatusForbidden || asked != 0 {
		t.Errorf("a viewer: got %d, want 403", got.status)
	}
	b := s.user(store.Editor)
	for path, want := range map[string]int{
		"/activity/1/dryrun": http.StatusOK, "/activity/1/dryrun?rules=mine": http.StatusBadRequest, "/activity/99/dryrun?rules=now": http.StatusNotFound, "/activity/x/dryrun": http.StatusNotFound,
	} {
		if got := b.get(path); got.status != want || asked != 0 {
			t.Errorf("%s: got %d after %d questions, want %d and none", path, got.status, asked, want)
		}
	}
	for range 70 {
		b.get("/activity/1/dryrun?rules=now")
	}
	if got := b.get("/activity/1/dryrun?rules=now"); asked != 60 || got.status != http.StatusTooManyRequests {
		t.Errorf("asked %d times of 70, then %d; want 60 and 429", asked, got.status)
	}
}

func TestADryRunWithoutSalesforceSaysSo(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	entry := c.missed(b)
	b.post("/connections/salesforce/disconnect", nil)
	page := b.get(entry + "/dryrun?rules=now").page(t)
	if said := page.Find("#verdict").Text(); !strings.Contains(said, "Salesforce could not be asked") {
		t.Errorf("got %q", said)
	}
	if page.Find(`form[action="`+entry+`/replay"]`).Length() != 0 {
		t.Error("the page offers a replay it knows nothing about")
	}
}
