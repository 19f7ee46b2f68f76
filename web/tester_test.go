package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/web"

	"github.com/PuerkitoBio/goquery"
)

// tryNumber asks the number tester.
func (b *browser) tryNumber(typed url.Values) answer {
	b.t.Helper()
	return b.get("/rules/test?" + typed.Encode())
}

// taskFields are the fields of the Task that the page foresees.
func taskFields(page *goquery.Document) map[string]string {
	fields := map[string]string{}
	page.Find("dl.task > div").Each(func(_ int, row *goquery.Selection) {
		value := row.Find("dd .lines").Text()
		if link := row.Find("dd a"); link.Length() > 0 {
			href := strings.TrimSuffix(link.AttrOr("href", ""), "/view") // /lightning/r/Contact/003.../view
			value = href[strings.LastIndexByte(href, '/')+1:]
		}
		fields[row.Find("dt code").Text()] = value
	})
	return fields
}

func TestTheTesterForeseesTheTaskOfARealCall(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	b.get(c.signInToSalesforce(b))
	c.connectAircall(b)
	c.org.Add("Contact", map[string]any{"FirstName": "Ada", "LastName": "Martin", "Phone": "01 99 00 12 34"})
	c.org.Add("Lead", map[string]any{"LastName": "Ada", "Company": "Ipsum", "MobilePhone": "+33199001234"})
	place := func() string {
		id, err := c.account.PlaceCall(context.Background(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+33199001234", Line: "Support FR", Agent: "Camille Roy", Plain: true})
		if err != nil {
			t.Fatal(err)
		}
		return "aircall:" + strconv.FormatInt(id, 10)
	}
	place() // the first call makes line and agent known
	c.clock.move(time.Minute)
	c.drain()
	line, agent := c.known("Support FR", "Camille Roy")
	before := len(c.org.Records("Task"))

	got := b.tryNumber(url.Values{"number": {"01.99.00.12.34"}, "line": {line}, "agent": {agent}, "type": {"inbound_answered"}})
	if got.status != http.StatusOK {
		t.Fatalf("got %d: %s", got.status, got.body)
	}
	page := got.page(t)
	said := page.Find("main").Text()
	for _, want := range []string{"+33199001234", "Ada Martin", "Later in your order", "nothing was written"} {
		if !strings.Contains(said, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := len(c.org.Records("Task")); n != before {
		t.Errorf("the test wrote %d Tasks", n-before)
	}
	key := place()
	c.clock.move(time.Minute)
	c.drain()
	for _, task := range c.org.Records("Task") {
		if task["CallObject"] != key {
			continue
		}
		fields := taskFields(page)
		for _, name := range []string{"Subject", "Status", "WhoId", "OwnerId", "CallType", "CallDisposition", "Type", "TaskSubtype"} {
			if fields[name] != task[name] {
				t.Errorf("%s: the tester says %q, the call wrote %q", name, fields[name], task[name])
			}
		}
		return
	}
	t.Error("the real call wrote no Task")
}

// known are the ids of a line and an agent that calls told of.
func (c *connected) known(lineName, agentName string) (line, agent string) {
	c.t.Helper()
	lines, err1 := c.store.Lines(context.Background())
	agents, err2 := c.store.Agents(context.Background())
	for _, l := range lines {
		if l.Name == lineName {
			line = l.ID
		}
	}
	for _, a := range agents {
		if a.Name == agentName {
			agent = a.ID
		}
	}
	if err1 != nil || err2 != nil || line == "" || agent == "" {
		c.t.Fatalf("line %q, agent %q, %v, %v", line, agent, err1, err2)
	}
	return line, agent
}

func TestTheTesterWithoutSalesforceSaysWhatTheRulesSay(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Editor)
	got := b.tryNumber(url.Values{"number": {"+33 1 99 00 12 34"}, "type": {"missed"}})
	said := got.page(t).Find("main").Text()
	if got.status != http.StatusOK || !strings.Contains(said, "Salesforce could not be asked") || !strings.Contains(said, "+33199001234") || !strings.Contains(said, "Flow:") {
		t.Errorf("got %d: %s", got.status, said)
	}
	if c.rules().Version != 1 || len(c.org.Requests()) != 0 {
		t.Error("a test of a number changed something")
	}
	for typed, want := range map[string]string{"anonymous": "Hidden", "3900": "No telephone number"} {
		page := b.tryNumber(url.Values{"number": {typed}}).page(t)
		if said := page.Find("main").Text(); !strings.Contains(said, want) || !strings.Contains(said, "It would be skipped") {
			t.Errorf("%s: got %s", typed, said)
		}
	}
	b.post("/rules/filters", url.Values{"filters.ignore_numbers": {"0033 199 001234"}})
	if said := b.tryNumber(url.Values{"number": {"+33199001234"}}).page(t).Find("main").Text(); !strings.Contains(said, "On the list of ignored numbers") {
		t.Errorf("an ignored number: got %s", said)
	}
}

func TestTheTesterNamesMistakes(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Viewer)
	if got := b.get("/rules/test"); got.status != http.StatusOK || strings.Contains(got.body, "data-mistakes") {
		t.Errorf("the empty form: got %d", got.status)
	}
	for _, wrong := range []url.Values{
		{"number": {""}}, {"number": {strings.Repeat("1", 70)}}, {"number": {"+33199001234"}, "line": {"none"}},
		{"number": {"+33199001234"}, "agent": {"none"}}, {"number": {"+33199001234"}, "type": {"none"}}, {"number": {"+33199001234"}, "at": {"soon"}},
	} {
		if got := b.tryNumber(wrong); got.status != http.StatusUnprocessableEntity || got.page(t).Find(".mistakes a").Length() == 0 {
			t.Errorf("%v: got %d, want 422 with its field", wrong, got.status)
		}
	}
}

func TestAViewerWhoTestsSeesNoNumbers(t *testing.T) {
	c := newConnectable(t)
	admin := c.user(store.Admin)
	admin.get(c.signInToSalesforce(admin))
	c.org.Add("Contact", map[string]any{"LastName": "Martin", "Phone": "+33 1 99 00 12 34"})
	got := c.user(store.Viewer).tryNumber(url.Values{"number": {"+33199001234"}})
	page := got.page(t)
	page.Find("form").Remove() // what was typed stays as typed
	said := page.Find("main").Text()
	for _, number := range []string{"+33199001234", "01 99 00 12 34", "+33 1 99 00 12 34", "0199001234"} {
		if strings.Contains(said, number) {
			t.Errorf("a viewer sees %s", number)
		}
	}
	if !strings.Contains(said, "Martin") || !strings.Contains(said, "+33•••••1234") {
		t.Errorf("got %s", said)
	}
}

func TestEveryTypeOfCallCanBeTested(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Viewer)
	for _, callType := range callflow.CallTypes() {
		page := b.tryNumber(url.Values{"number": {"+33199001234"}, "type": {string(callType)}, "at": {"2026-11-22T10:00"}}).page(t)
		if step := page.Find(".trace li").First().Text(); page.Find(".trace li").Length() < 4 || !strings.Contains(strings.ToLower(step), "type") {
			t.Errorf("%s: the trace begins %q", callType, step)
		}
	}
}

func TestAPageThatReloadsItselfDoesNotUseUpTheOrgsRequests(t *testing.T) {
	asked := 0
	s := newSite(t, func(o *web.Options, _ *providers) {
		o.Rehearse = func(context.Context, callflow.Call, store.Rules) (store.Try, callflow.Decision, error) {
			asked++
			return store.Try{Outcome: callflow.Skipped, Reason: callflow.ReasonFlow}, callflow.Decision{}, nil
		}
	})
	b := s.user(store.Viewer)
	try := func() answer { return b.tryNumber(url.Values{"number": {"+33199001234"}}) }
	for range 100 {
		try()
	}
	if got := try(); asked != 60 || got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("asked %d times of 100, then %d; want 60 and 429", asked, got.status)
	}
	if got := s.user(store.Editor).tryNumber(url.Values{"number": {"+33199001234"}}); got.status != http.StatusOK {
		t.Errorf("somebody else: got %d, want 200", got.status)
	}
	s.clock.move(time.Minute)
	if got := try(); got.status != http.StatusOK {
		t.Errorf("a minute later: got %d, want 200", got.status)
	}
}

func TestAWordIsNoHiddenNumberToTheTester(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	if got := b.tryNumber(url.Values{"number": {"Ada"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "“Ada” is no telephone number") {
		t.Errorf("a word: got %d, want 422 and the mistake", got.status)
	}
	if got := b.tryNumber(url.Values{"number": {"Anonymous"}}); got.status != http.StatusOK {
		t.Errorf("a hidden number: got %d, want 200", got.status)
	}
}
