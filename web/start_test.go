package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/store"
)

func TestRulesThatSuitAreNotedAndStayReviewed(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	if got := b.get("/start"); !strings.Contains(got.body, `action="/start/reviewed"`) || !strings.Contains(got.body, ">0/6<") {
		t.Errorf("before: no button, or not 0 of 6: %s", got.body)
	}
	before := s.rules()
	if got := b.post("/start/reviewed", nil); got.status != http.StatusSeeOther || got.location() != "/start" {
		t.Fatalf("got %d to %q", got.status, got.location())
	}
	after := s.rules()
	same(t, after.Settings, before.Settings)
	if after.Version != 2 || after.SavedBy != "editor@example.com" || after.Note == "" {
		t.Errorf("got version %d by %q, note %q", after.Version, after.SavedBy, after.Note)
	}
	if got := b.get("/start"); strings.Contains(got.body, `action="/start/reviewed"`) || !strings.Contains(got.body, ">1/6<") {
		t.Error("after: the button is still there, or not 1 of 6")
	}
	if b.post("/start/reviewed", nil); s.rules().Version != 2 {
		t.Error("a second review made another version")
	}
}

func TestViewersSeeTheStepsWithoutButtons(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	got := b.get("/start")
	main, _, _ := strings.Cut(got.body[strings.Index(got.body, "<main"):], "</main>")
	if strings.Contains(main, "<form") {
		t.Errorf("a form for a viewer: %s", main)
	}
	if got := b.post("/start/reviewed", nil); got.status != http.StatusForbidden {
		t.Errorf("got %d, want 403", got.status)
	}
}

func TestTheProgressOfEveryPageIsThatOfTheChecklist(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	c.signInToSalesforce(b)
	b.get(c.signInToSalesforce(b))
	page := b.get("/start").body
	done := strings.Count(page, `class="todo done"`)
	if want := ">" + string(rune('0'+done)) + "/6<"; done < 2 || !strings.Contains(b.get("/activity").body, want) {
		t.Errorf("the checklist has %d done, another page says something else than %s", done, want)
	}
}

func TestATestCallIsFollowedFromTheWebhookToItsTask(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	if strings.Contains(b.get("/start").body, `id="test-call"`) {
		t.Error("a test is offered before anything is connected")
	}
	b.get(c.signInToSalesforce(b))
	c.connectAircall(b)
	begun := b.get("/start?watch=now")
	page := strings.TrimSuffix(begun.location(), "#test-call")
	if begun.status != http.StatusSeeOther || !strings.HasPrefix(page, "/start?watch=") {
		t.Fatalf("got %d to %q", begun.status, begun.location())
	}
	if got := b.get(page).body; !strings.Contains(got, "Waiting for a call") || strings.Contains(got, "What to check") {
		t.Error("the test does not wait, or complains at once")
	}
	c.clock.move(3 * time.Minute)
	if got := b.get(page).body; !strings.Contains(got, "What to check") {
		t.Error("after three minutes nothing says what to check")
	}
	for _, wrong := range []string{"x", "-1", "99999999999999999999", "9999999999999"} {
		if got := b.get("/start?watch=" + wrong); got.status != http.StatusOK || strings.Contains(got.body, "Waiting for a call") {
			t.Errorf("watch=%s: got %d, or a test", wrong, got.status)
		}
	}
}

func TestACallOfAnAgentIsNotTakenForTheTestCall(t *testing.T) {
	c := newConnectable(t)
	b := c.user(store.Admin)
	b.get(c.signInToSalesforce(b))
	c.connectAircall(b)
	page := "/start?watch=" + strconv.FormatInt(time.Now().Add(-time.Hour).UnixMilli(), 10)
	place := func(kind aircallsim.Kind, number string) {
		t.Helper()
		if _, err := c.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: kind, Number: number, Plain: true}); err != nil {
			t.Fatal(err)
		}
		if err := c.account.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	place(aircallsim.OutboundAnswered, "+33199005678")
	if _, err := c.account.PlaceMessage(t.Context(), aircallsim.MessageSpec{Kind: aircallsim.SMSReceived, Number: "+33199005678"}); err != nil {
		t.Fatal(err)
	}
	if got := b.get(page).body; !strings.Contains(got, "Waiting for a call") {
		t.Error("an outbound call or a message is taken for the test call")
	}
	place(aircallsim.Missed, "+33199001234")
	if got := b.get(page).body; strings.Contains(got, "Waiting for a call") || !strings.Contains(got, "1 99 00 12 34") {
		t.Error("the test call is not found")
	}
}

func TestSampleCallsFollowTheRulesAndWriteNothing(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	outcome := func(code string) string {
		body := b.get("/start/samples").body
		_, rest, _ := strings.Cut(body, `id="sample-`+code+`" data-outcome="`)
		is, _, _ := strings.Cut(rest, `"`)
		return is
	}
	for code, want := range map[string]string{"known": "logged", "internal": "skipped", "voicemail": "logged", "message": "logged"} {
		if got := outcome(code); got != want {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
	b.submit("/rules/flows", url.Values{"flows.voicemail.action": {"do_nothing"}})
	if got := outcome("voicemail"); got != "skipped" {
		t.Errorf("after the change: got %q, want skipped", got)
	}
	page, err := s.store.ListEntries(t.Context(), store.Filter{Limit: 1})
	if err != nil || len(page.Entries) != 0 {
		t.Errorf("the samples left entries: %v %v", page.Entries, err)
	}
	if got := s.user(store.Viewer).get("/start/samples"); got.status != http.StatusOK || strings.Contains(got.body, "55 01") {
		t.Errorf("viewer: got %d, or a whole number", got.status)
	}
}
