package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/aircall/simulator"
)

func TestCredentialsAreAsked(t *testing.T) {
	s := serve(t, newAccount(t, nil))
	if got, _, o := s.askAs("", "", "GET", "/v1/ping", ""); got != 401 || o["error"] == nil {
		t.Errorf("without credentials: got %d %v, want 401", got, o)
	}
	if got, _, o := s.askAs(simulator.DefaultAPIID, "wrong", "GET", "/v1/ping", ""); got != 403 || o["message"] != "Forbidden" {
		t.Errorf("with wrong credentials: got %d %v, want 403 Forbidden", got, o)
	}
	if o := s.want(200, "GET", "/v1/ping", ""); o["ping"] != "pong" {
		t.Errorf("got %v", o)
	}
}

func TestTheDirectoryIsListed(t *testing.T) {
	a := newAccount(t, nil)
	s := serve(t, a)
	company := s.want(200, "GET", "/v1/company", "")["company"].(map[string]any)
	if company["users_count"] != float64(6) || company["numbers_count"] != float64(4) {
		t.Errorf("company %v", company)
	}
	for path, name := range map[string]string{
		"/v1/numbers": "numbers", "/v1/users": "users", "/v2/users": "users", "/v1/tags": "tags", "/v1/teams": "teams",
		"/v1/contacts": "contacts", "/v1/calls": "calls", "/v1/users/availabilities": "users",
	} {
		o := s.want(200, "GET", path, "")
		meta := o["meta"].(map[string]any)
		if next, there := meta["next_page_link"]; !there || next != nil {
			t.Errorf("%s: next_page_link is %v, want null", path, next)
		}
		if n := len(o[name].([]any)); float64(n) != meta["count"] {
			t.Errorf("%s: %d items, count %v", path, n, meta["count"])
		}
	}
	line, user := a.Lines()[0], a.Users()[0]
	number := s.want(200, "GET", fmt.Sprintf("/v1/numbers/%d", line.ID), "")["number"].(map[string]any)
	if len(number["users"].([]any)) == 0 || number["digits"] != "+33 1 99 00 00 10" || number["time_zone"] != "Europe/Paris" {
		t.Errorf("number %v", number)
	}
	for _, id := range []string{strconv.FormatInt(user.ID, 10), url.PathEscape(user.Email)} {
		if u := s.want(200, "GET", "/v2/users/"+id, "")["user"].(map[string]any); u["email"] != user.Email || u["numbers"] != nil {
			t.Errorf("v2 user %v", u)
		}
	}
	if u := s.want(200, "GET", fmt.Sprintf("/v1/users/%d", user.ID), "")["user"].(map[string]any); len(u["numbers"].([]any)) == 0 {
		t.Error("a v1 user has no numbers")
	}
	found := s.want(200, "GET", "/v1/contacts/search?phone_number="+url.QueryEscape("+33199001234"), "")["contacts"].([]any)
	if len(found) != 1 || found[0].(map[string]any)["last_name"] != "Marchal" {
		t.Errorf("contacts found: %v", found)
	}
	s.want(404, "GET", "/v1/numbers/1", "")
	s.want(404, "GET", "/v1/nothing", "")
}

func TestCallsAreListedByPages(t *testing.T) {
	a := newAccount(t, nil)
	s := serve(t, a)
	for i := range 45 {
		place(t, a, simulator.CallSpec{Kind: simulator.Missed, At: noon.Add(-time.Duration(i) * time.Hour), Number: "+33199001234", Line: "Sales FR", Plain: true})
	}
	seen, last := 0, 0.0
	next := "/v1/calls?order=asc"
	for next != "" {
		o := s.want(200, "GET", next, "")
		for _, c := range o["calls"].([]any) {
			began := c.(map[string]any)["started_at"].(float64)
			if began < last {
				t.Error("calls are not in ascending order")
			}
			last = began
			seen++
		}
		link, _ := o["meta"].(map[string]any)["next_page_link"].(string)
		next = strings.TrimPrefix(link, s.base)
	}
	if seen != 45 {
		t.Errorf("paged through %d calls, want 45", seen)
	}
	window := fmt.Sprintf("/v1/calls?from=%d&to=%d&per_page=50&order=desc", noon.Add(-10*time.Hour).Unix(), noon.Unix())
	if calls := s.want(200, "GET", window, "")["calls"].([]any); len(calls) != 11 || calls[0].(map[string]any)["started_at"] != float64(noon.Unix()) {
		t.Errorf("the window holds %d calls, want 11, newest first", len(calls))
	}
	s.want(400, "GET", "/v1/calls?page=0", "")
	s.want(400, "GET", "/v1/calls?from=yesterday", "")
	if o := s.want(200, "GET", "/v1/calls/search?direction=outbound", ""); len(o["calls"].([]any)) != 0 {
		t.Error("the search found outbound calls among missed ones")
	}
	if o := s.want(200, "GET", "/v1/calls/search?phone_number=%2B33199001234&per_page=100", ""); len(o["calls"].([]any)) != 50 && len(o["calls"].([]any)) != 45 {
		t.Errorf("the search by number found %d", len(o["calls"].([]any)))
	}
}

func TestACallOverRESTHasNullsWhereEventsHaveNothing(t *testing.T) {
	a := newAccount(t, nil)
	s := serve(t, a)
	id := place(t, a, simulator.CallSpec{Kind: simulator.Missed, Number: "+33199001234", Plain: true})
	path := fmt.Sprintf("/v1/calls/%d", id)
	c := s.want(200, "GET", path, "")["call"].(map[string]any)
	for _, key := range []string{"user", "contact", "assigned_to", "transferred_to", "transferred_by", "answered_at", "recording", "voicemail"} {
		if v, there := c[key]; !there || v != nil {
			t.Errorf("%s is %v (there: %v), want null", key, v, there)
		}
	}
	c = s.want(200, "GET", path+"?fetch_contact=true", "")["call"].(map[string]any)
	if contact, ok := c["contact"].(map[string]any); !ok || contact["first_name"] != "Jeanne" {
		t.Errorf("contact is %v", c["contact"])
	}
	for _, result := range []string{"summary", "transcription", "topics"} {
		s.want(404, "GET", path+"/"+result, "")
	}
	s.want(404, "GET", "/v1/calls/12", "")
}

func TestAIResultsAreThereOnceTheyAreMade(t *testing.T) {
	a := newAccount(t, nil)
	s := serve(t, a)
	id := place(t, a, simulator.CallSpec{Kind: simulator.InboundAnswered, Summary: "All is well.", Plain: true})
	path := fmt.Sprintf("/v1/calls/%d/", id)
	if o := s.want(200, "GET", path+"summary", "")["summary"].(map[string]any); o["content"] != "All is well." {
		t.Errorf("summary %v", o)
	}
	content := s.want(200, "GET", path+"transcription", "")["transcription"].(map[string]any)["content"].(map[string]any)
	if len(content["utterances"].([]any)) == 0 {
		t.Error("nobody said anything")
	}
	s.want(200, "GET", path+"topics", "")
}

func TestAnUnfinishedCallIsFinishedOverREST(t *testing.T) {
	a := newAccount(t, nil)
	s := serve(t, a)
	id := place(t, a, simulator.CallSpec{Kind: simulator.Unfinished, Plain: true})
	if c := s.want(200, "GET", fmt.Sprintf("/v1/calls/%d", id), "")["call"].(map[string]any); c["status"] != "done" || c["ended_at"] == nil {
		t.Errorf("status %v, ended_at %v", c["status"], c["ended_at"])
	}
}

func TestTheRateLimitAnswers429UntilTheMinuteIsOver(t *testing.T) {
	var seconds atomic.Int64
	a := newAccount(t, func(o *simulator.Options) {
		o.Rate = 0
		o.Now = func() time.Time { return noon.Add(time.Duration(seconds.Load()) * time.Second) }
	})
	s := serve(t, a)
	for range 120 {
		s.want(200, "GET", "/v1/ping", "")
	}
	status, h, _ := s.ask("GET", "/v1/ping", "")
	reset := strconv.FormatInt(noon.Add(time.Minute).Unix(), 10)
	if status != 429 || h.Get("X-AircallApi-Limit") != "120" || h.Get("X-AircallApi-Remaining") != "0" || h.Get("X-AircallApi-Reset") != reset {
		t.Errorf("got %d, headers %v", status, h)
	}
	seconds.Store(61)
	s.want(200, "GET", "/v1/ping", "")
	s.want(200, "POST", "/_sim/rate", `{"per_minute": 60}`)
	for range 60 {
		s.want(200, "GET", "/v1/ping", "")
	}
	s.want(429, "GET", "/v1/ping", "")
	s.want(200, "POST", "/_sim/rate", `{"per_minute": 0}`)
	s.want(200, "GET", "/v1/ping", "")
}

func TestRESTFaultsHappenAsOftenAsAsked(t *testing.T) {
	s := serve(t, newAccount(t, nil))
	s.want(200, "POST", "/_sim/faults", `{"rest_status": 500, "rest_times": 2}`)
	s.want(500, "GET", "/v1/ping", "")
	s.want(500, "GET", "/v1/ping", "")
	s.want(200, "GET", "/v1/ping", "")
	s.want(200, "POST", "/_sim/faults", `{"rest_status": 429}`)
	if status, h, _ := s.ask("GET", "/v1/ping", ""); status != 429 || h.Get("X-AircallApi-Reset") == "" {
		t.Errorf("got %d, headers %v", status, h)
	}
	s.want(200, "POST", "/_sim/faults", `{}`)
	s.want(200, "GET", "/v1/ping", "")
	s.want(422, "POST", "/_sim/faults", `{"rest_status": 200}`)
	s.want(400, "POST", "/_sim/faults", `{"surprise": true}`)
}

func TestWebhooksAreRegisteredAsAircallDoes(t *testing.T) {
	s := serve(t, newAccount(t, nil))
	create := `{"url": "https://example.com/hook", "custom_name": "ours", "events": ["call.ended", "call.created"]}`
	first := s.want(201, "POST", "/v1/webhooks", create)["webhook"].(map[string]any)
	second := s.want(201, "POST", "/v1/webhooks", create)["webhook"].(map[string]any)
	if first["token"] == second["token"] || first["webhook_id"] == second["webhook_id"] || len(first["token"].(string)) != 32 {
		t.Errorf("the same URL twice gave %v and %v", first, second)
	}
	if _, there := first["custom_name"]; there || first["active"] != true || len(first["events"].([]any)) != 2 {
		t.Errorf("created %v", first)
	}
	list := s.want(200, "GET", "/v1/webhooks", "")
	if _, there := list["meta"].(map[string]any)["next_page_link"]; there || len(list["webhooks"].([]any)) != 2 {
		t.Errorf("listed %v", list)
	}
	path := "/v1/webhooks/" + first["webhook_id"].(string)
	events := func(method, path, body string) int {
		return len(s.want(200, method, path, body)["webhook"].(map[string]any)["events"].([]any))
	}
	if n := events("PUT", path+"?events_action=add", `{"events": ["call.tagged", "call.ended"]}`); n != 3 {
		t.Errorf("after adding: %d events, want 3", n)
	}
	if n := events("PUT", path+"?events_action=remove", `{"events": ["call.created"]}`); n != 2 {
		t.Errorf("after removing: %d events, want 2", n)
	}
	if n := events("PUT", path, `{"active": false, "events": ["call.ended"]}`); n != 1 {
		t.Errorf("after replacing: %d events, want 1", n)
	}
	if n := events("PUT", path, `{"active": true}`); n != len(simulator.EventNames()) {
		t.Errorf("a PUT without events left %d, want all", n)
	}
	number := s.want(200, "GET", path, "")["webhook"].(map[string]any)["id"].(float64)
	s.want(200, "GET", fmt.Sprintf("/v1/webhooks/%.0f", number), "")
	if status, _, _ := s.ask("DELETE", path, ""); status != http.StatusNoContent {
		t.Errorf("DELETE answered %d", status)
	}
	s.want(404, "GET", path, "")
	s.want(404, "PUT", path, `{"active": true}`)
	s.want(400, "POST", "/v1/webhooks", `{"url": "not a url"}`)
	s.want(400, "POST", "/v1/webhooks", `{"url": "https://example.com", "events": ["call.exploded"]}`)
	s.want(400, "POST", "/v1/webhooks", `no json`)
}

func TestThe101stWebhookIsRefused(t *testing.T) {
	a := newAccount(t, nil)
	s := serve(t, a)
	for range 100 {
		listen(t, a, "https://example.com/hook")
	}
	s.want(400, "POST", "/v1/webhooks", `{"url": "https://example.com/hook"}`)
	page := s.want(200, "GET", "/v1/webhooks?per_page=50&page=2", "")
	if n := len(page["webhooks"].([]any)); n != 50 {
		t.Errorf("the second page has %d, want 50", n)
	}
}
