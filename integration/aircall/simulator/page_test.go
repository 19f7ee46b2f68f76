package simulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"ringledger/integration/aircall/simulator"
)

func TestAControlPlacesACallAndAnswersItsID(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	s := serve(t, a)
	listen(t, a, r.URL)
	o := s.want(201, "POST", "/_sim/calls", fmt.Sprintf(`{"type": "inbound_answered", "number": "+33199001234", "line": "Sales FR",
		"agent": "hugo.petit@example.com", "at": %d, "tags": ["demo"], "hold": 5, "talk": 60, "plain": true}`, noon.Unix()-3600))
	drain(t, a)
	created := facts(t, r, "call.created")
	if fmt.Sprint(created["id"]) != fmt.Sprintf("%.0f", o["call_id"]) || fmt.Sprint(created["started_at"]) != fmt.Sprint(noon.Unix()-3600) {
		t.Errorf("answered %v, created %v at %v", o, created["id"], created["started_at"])
	}
	if tags := facts(t, r, "call.tagged")["tags"].([]any); len(tags) != 1 {
		t.Errorf("tags %v", tags)
	}
	facts(t, r, "call.unhold")
	if o := s.want(201, "POST", "/_sim/messages", `{"type": "sms_sent", "body": "hello"}`); o["message_id"] == "" {
		t.Errorf("answered %v", o)
	}
	drain(t, a)
	facts(t, r, "message.status_updated")
	s.want(422, "POST", "/_sim/calls", `{"type": "telepathy"}`)
	s.want(400, "POST", "/_sim/calls", `{"kind": "missed"}`)
	state := s.want(200, "GET", "/_sim/state", "")
	if st := state["stats"].(map[string]any); st["calls"] != float64(1) || st["messages"] != float64(1) || st["pending"] != float64(0) {
		t.Errorf("state %v", state)
	}
	if strings.Contains(fmt.Sprint(state), a.Webhooks()[0].Token) {
		t.Error("the state shows a token")
	}
}

// open reads a page as a person's browser would.
func (s *site) open(path string) (*goquery.Document, http.Header) {
	s.t.Helper()
	res, err := http.DefaultClient.Get(s.base + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	d, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return d, res.Header
}

func TestThePageShowsTheAccountAndPlacesCalls(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, nil)
	s := serve(t, a)
	listen(t, a, r.URL)
	res, err := http.DefaultClient.PostForm(s.base+"/_sim/calls", url.Values{
		"type": {"voicemail"}, "number": {"+33199001234"}, "line": {"Support FR"}, "agent": {""},
	})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 || res.Request.URL.Path != "/" {
		t.Fatalf("the form leads to %s with %d", res.Request.URL, res.StatusCode)
	}
	drain(t, a)
	page, h := s.open("/")
	if p := h.Get("Content-Security-Policy"); !strings.Contains(p, "default-src 'none'") || strings.Contains(p, "unsafe") {
		t.Errorf("policy %q", p)
	}
	if n := page.Find("[style], style, script, [onclick]").Length(); n != 0 {
		t.Errorf("%d inline styles or scripts", n)
	}
	text := page.Text()
	for _, want := range []string{"Simulated Aircall account", "Support FR", "Omar Diallo", "Jeanne Marchal", "voicemail", "+33 1 99 00 12 34", r.URL, "Active"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if n := page.Find("#call-type option").Length(); n != len(simulator.Kinds()) {
		t.Errorf("the form offers %d types, want %d", n, len(simulator.Kinds()))
	}
	link, _ := page.Find("tbody a").First().Attr("href")
	call, _ := s.open(link)
	if got := call.Find("tbody tr").Length(); got < 6 {
		t.Errorf("%s shows %d deliveries, want 6 or more", link, got)
	}
	if missing, _ := s.open("/calls/1"); !strings.Contains(missing.Text(), "no such call") {
		t.Error("a call that does not exist is shown")
	}
	if css, header := s.open("/page.css"); css.Text() == "" || !strings.HasPrefix(header.Get("Content-Type"), "text/css") {
		t.Errorf("the style sheet is %q", header.Get("Content-Type"))
	}
}

func TestAnotherOriginMayNotPlaceCalls(t *testing.T) {
	a := newAccount(t, nil)
	s := serve(t, a)
	r, err := http.NewRequestWithContext(t.Context(), "POST", s.base+"/_sim/calls", strings.NewReader("type=missed"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	if res.StatusCode != 403 || a.Stats().Calls != 0 {
		t.Errorf("got %d and %d calls", res.StatusCode, a.Stats().Calls)
	}
}
