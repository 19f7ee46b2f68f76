package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	salesforcesim "ringledger/integration/salesforce/simulator"
)

// secretsOfCallers are what no line of a log may hold of those who call: their
// numbers by the digits that every spelling ends with, and words of their own.
var (
	callersDigits = []string{"199001234", "1632960207", "1632960208", "2025550147"}
	callersWords  = []string{"callers.own", "quokka", "wombat", "numbat", "Zebedee"}
)

// tells names what a line tells of a caller, "" when nothing.
func tells(line string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, line)
	for _, d := range callersDigits {
		if strings.Contains(digits, d) {
			return d
		}
	}
	for _, w := range callersWords {
		if strings.Contains(strings.ToLower(line), strings.ToLower(w)) {
			return w
		}
	}
	return ""
}

// event is a webhook of a call in which everything names the caller.
func (h *house) event(name string, call int, number string) int {
	h.t.Helper()
	at := time.Now().Add(-time.Minute).Unix()
	text := "quokka says call 01 99 00 12 34 or +44 (0)1632-960 207, callers.own@example.org"
	data := map[string]any{"id": call, "direction": "inbound", "status": "done", "started_at": at - 60, "answered_at": at - 50, "ended_at": at, "raw_digits": number,
		"number":   map[string]any{"id": 1234, "name": "Support", "digits": "+33 1 99 00 00 01", "country": "FR", "time_zone": "Europe/Paris"},
		"contact":  map[string]any{"first_name": "Zebedee", "last_name": "Numbat", "emails": []any{map[string]any{"value": "callers.own@example.org"}}},
		"comments": []any{map[string]any{"content": text}}, "tags": []any{map[string]any{"name": "wombat"}}}
	return h.webhook(map[string]any{"resource": "call", "event": name, "timestamp": at, "token": h.account.Webhooks()[0].Token, "data": data})
}

func (h *house) webhook(body any) int {
	h.t.Helper()
	b, ok := body.(string)
	if !ok {
		text, err := json.Marshal(body)
		h.must(err)
		b = string(text)
	}
	answer, err := http.Post(h.account.Webhooks()[0].URL, "application/json", strings.NewReader(b))
	h.must(err)
	h.must(answer.Body.Close())
	return answer.StatusCode
}

const adminsPassword = "a long enough phrase of many"

// admin signs the first admin in and gives the doors of a browser.
func (h *house) admin() (get func(string) string, post func(string, url.Values) int) {
	h.t.Helper()
	both, post := h.browserOf("ada@example.com")
	return func(path string) string { _, body := both(path); return body }, post
}

// browserOf signs somebody in and gives the doors of a browser.
func (h *house) browserOf(email string) (get func(string) (int, string), post func(string, url.Values) int) {
	h.t.Helper()
	jar, err := cookiejar.New(nil)
	h.must(err)
	hc := &http.Client{Jar: jar, Transport: &http.Transport{}, Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	h.t.Cleanup(hc.CloseIdleConnections)
	read := func(answer *http.Response, err error) (int, string) {
		h.must(err)
		b, err := io.ReadAll(answer.Body)
		h.must(err)
		h.must(answer.Body.Close())
		return answer.StatusCode, string(b)
	}
	get = func(path string) (int, string) { return read(hc.Get(h.url + path)) }
	post = func(path string, form url.Values) int {
		status, _ := read(hc.PostForm(h.url+path, form))
		return status
	}
	if got := post("/signin", url.Values{"email": {email}, "password": {adminsPassword}}); got != http.StatusSeeOther {
		h.t.Fatalf("sign-in: got %d", got)
	}
	return get, post
}

// misbehave has Salesforce, the network and visitors go wrong in every way that
// could make a log repeat who called.
func (h *house) misbehave(get func(string) string, post func(string, url.Values) int) {
	h.t.Helper()
	numbers := []string{"+33 1 99 00 12 34", "01 99 00 12 34", "+441632960207", "+44 1632 960208", "+1 (202) 555-0147"}
	words := "wombat: +33 1 99 00 12 34, 01 99 00 12 34 of Zebedee Numbat, callers.own@example.org"
	call := 700
	faults := []salesforcesim.Fault{ // the last ones have the worker rest
		{Kind: salesforcesim.ValidationRule, Object: "Task", Count: 2, Message: words},
		{Kind: salesforcesim.DuplicateRule, Object: "Lead", Fields: []string{"Phone"}, Mode: "block", Count: 2, Message: words},
		{Kind: salesforcesim.Answer, Status: 400, Code: "MALFORMED_QUERY", Message: words, Path: "query", Count: 4},
		{Kind: salesforcesim.Answer, Status: 400, Code: "MALFORMED_SEARCH", Message: words, Path: "earch", Count: 3},
		{Kind: salesforcesim.Answer, Status: 400, Body: words, Count: 2},
		{Kind: salesforcesim.Answer, Status: 403, Body: "<html>" + words + "</html>", Count: 2},
		{Kind: salesforcesim.Answer, Status: 500, Code: "UNKNOWN_EXCEPTION", Message: words, Count: 2},
		{Kind: salesforcesim.QueryTimeout, Count: 1},
		{Kind: salesforcesim.DropBefore, Count: 1}, {Kind: salesforcesim.Truncate, Count: 1}, {Kind: salesforcesim.DropAfter, Count: 2},
	}
	for _, f := range faults {
		h.must(h.org.Fail(f))
		for _, number := range numbers {
			call++
			if got := h.event("call.ended", call, number); got != http.StatusOK {
				h.t.Fatalf("a webhook: got %d", got)
			}
			h.event("call.commented", call, number)
		}
		get("/rules/test?number=" + url.QueryEscape(numbers[0])) // asks Salesforce at once
		post("/connections/salesforce/check", nil)
		post("/reconciliation", nil)
		time.Sleep(400 * time.Millisecond)
		h.org.Clear(f.Kind)
	}
	for _, body := range []string{`{"number":"+33 1 99 00 12 34"`, `{"event":"+33199001234","quokka":1}`, `"+33 1 99 00 12 34"`, `quokka +33199001234`,
		`{"event":"call.ended","timestamp":"+33199001234","token":"x","data":{"id":"01 99 00 12 34"}}`, `{"a":1,"+33199001234":2,"+33199001234":3}`, "\xff01 99 00 12 34"} {
		if got := h.webhook(body); got == http.StatusOK {
			h.t.Errorf("%s was taken", body)
		}
	}
	for _, path := range []string{"/activity?q=%2B33+1+99+00+12+34", "/activity?q=0199001234", "/activity.csv?q=%2B33199001234", "/activity/01%2099%2000%2012%2034", "/%2B33199001234",
		"/rules/test?number=01+99+00+12+34", "/activity/1", "/activity/1/dryrun", "/activity/2/dryrun", "/attention", "/reconciliation", "/audit", "/audit.csv", "/api/v1/activity?q=callers.own@example.org"} {
		get(path)
	}
	post("/signin", url.Values{"email": {"callers.own@example.org"}, "password": {"wombat"}})
	post("/activity/1/replay", url.Values{"rules": {"now"}})
	post("/activity/2/choose", url.Values{"record": {"wombat +33199001234"}})
	post("/rules/matching/forget", url.Values{"number": {"+33199001234"}})
	post("/views", url.Values{"name": {"01 99 00 12 34"}, "query": {"q=01+99+00+12+34"}})
	post("/reconciliation", nil)
}

func TestNoLineOfALogTellsWhoCalled(t *testing.T) {
	h := newHouse(t, aircallsim.Options{Speed: 200, Rate: -1})
	h.keyFromFile()
	h.env = append(h.env, "RINGLEDGER_LOG_FORMAT=json")
	h.cli(adminsPassword+"\n", "user", "create", "--email", "ada@example.com", "--role", "admin", "--password-stdin")
	h.start()
	log := h.output
	get, post := h.admin()
	for n, kind := range []aircallsim.Kind{aircallsim.Voicemail, aircallsim.Kinds()[0], aircallsim.Kinds()[1]} {
		_, err := h.account.StartCall(aircallsim.CallSpec{Kind: kind, Number: []string{"+33199001234", "+441632960207", "+12025550147"}[n], Comment: "numbat 01 99 00 12 34", Ring: time.Second, Talk: 20 * time.Second})
		h.must(err)
	}
	h.awaitTasks(2, 20*time.Second)
	h.misbehave(get, post)
	if file := get("/activity.csv"); !strings.Contains(file, "33199001234") {
		t.Error("the file of calls does not hold the number: nothing is proved")
	}
	post("/privacy/export", url.Values{"number": {"+33 1 99 00 12 34"}})
	outputs := h.cli("", "doctor") + h.cli("", "backup", filepath.Join(t.TempDir(), "copy.db")) + h.cli("", "audit", "verify") + h.cli("", "config", "check") + h.cli("", "settings", "export")
	for range 20 { // until no call of it is in a worker's hand
		if post("/privacy/erase", url.Values{"number": {"+33199001234"}, "step": {"erase"}, "again": {"+33 1 99 00 12 34"}}) == http.StatusSeeOther {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	h.event("call.tagged", 701, "+33 1 99 00 12 34") // late, of a number that was erased
	time.Sleep(500 * time.Millisecond)
	outputs += h.cli("", "doctor")
	h.stop()
	holdsNobody(t, log.Bytes(), outputs)
}

// holdsNobody checks each line of a log, and that those about calls name their call.
func holdsNobody(t *testing.T, log []byte, outputs string) {
	t.Helper()
	about, errors := map[string]int{}, 0
	for lines := bufio.NewScanner(bytes.NewReader(log)); lines.Scan(); {
		line := lines.Text()
		if what := tells(line); what != "" {
			t.Errorf("the log tells %s: %.400s", what, line)
		}
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("no line of a structured log: %.200s", line)
			continue
		}
		if entry["level"] == "WARN" || entry["level"] == "ERROR" {
			errors++
		}
		switch message := fmt.Sprint(entry["msg"]); message {
		case "webhook stored", "a webhook could not be stored", "call judged", "a result could not be stored":
			about[message]++
			if id := fmt.Sprint(entry["call"]); id == "<nil>" || id == "" {
				t.Errorf("a line about a call does not name it: %s", line)
			}
		}
	}
	if about["webhook stored"] < 50 || about["call judged"] < 50 || errors < 5 {
		t.Errorf("lines about calls: %v, warnings and errors: %d; want many of each", about, errors)
	}
	for line := range strings.Lines(outputs) {
		if what := tells(line); what != "" {
			t.Errorf("a command tells %s: %s", what, line)
		}
	}
}
