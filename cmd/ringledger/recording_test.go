package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
)

// embeds is what makes a browser fetch something by itself.
var embeds = regexp.MustCompile(`(?i)<(?:audio|video|source|track|img|iframe|embed|object|link|script|image|use)\b[^>]*>|(?:poster|ping|style|hx-get|data-src)="[^"]*"`)

// playing is what plays sounds, whatever it plays.
var playing = regexp.MustCompile(`(?i)^<(?:audio|video|source|iframe|embed|object)`)

func TestNoRecordingIsEverAskedFor(t *testing.T) {
	var asked atomic.Int64
	media := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		t.Errorf("%s %s was asked for by %q", r.Method, r.URL, r.UserAgent())
		w.WriteHeader(http.StatusOK)
	}))
	defer media.Close()
	h := newHouse(t, aircallsim.Options{Speed: 400, Rate: -1, PublicURL: media.URL})
	h.cli(adminsPassword+"\n", "user", "create", "--email", "ada@example.com", "--role", "admin", "--password-stdin")
	h.start()
	history, err := h.account.History(t.Context(), 2, 15)
	h.must(err)
	get, post := h.admin()
	for n, kind := range aircallsim.Kinds() {
		_, err := h.account.StartCall(aircallsim.CallSpec{Kind: kind, Number: fmt.Sprintf("+44163296%04d", 220+n), Ring: time.Second, Talk: 40 * time.Second, Comment: "late", Late: 90 * time.Second})
		h.must(err)
	}
	at := time.Now().Add(-time.Minute).Unix()
	for _, event := range []string{"call.ended", "call.voicemail_left", "call.comm_assets_generated", "call.commented"} {
		data := map[string]any{"id": 901, "direction": "inbound", "status": "done", "started_at": at - 60, "ended_at": at, "raw_digits": "+44 1632 960207"}
		for _, field := range []string{"recording", "voicemail", "asset", "recording_short_url", "voicemail_short_url"} {
			data[field] = media.URL + "/901/" + strings.TrimSuffix(field, "_short_url")
		}
		data["asset"] = media.URL + "/901/voicemail"
		if got := h.webhook(map[string]any{"resource": "call", "event": event, "timestamp": at, "token": h.account.Webhooks()[0].Token, "data": data}); got != http.StatusOK {
			t.Fatalf("%s: got %d", event, got)
		}
		at++
	}
	h.awaitTasks(len(aircallsim.Kinds())+1, 30*time.Second)
	today := time.Now()
	form := url.Values{"from": {today.AddDate(0, 0, -3).Format(time.DateOnly)}, "to": {today.Format(time.DateOnly)}}
	if got := post("/connections/aircall/backfill", form); got != http.StatusSeeOther {
		t.Fatalf("backfill: got %d", got)
	}
	h.awaitTasks(history, 30*time.Second)
	post("/reconciliation", nil)
	time.Sleep(time.Second)

	paths := []string{"/", "/activity", "/activity?outcome=logged", "/attention", "/reconciliation", "/privacy", "/audit", "/connections/aircall", "/connections/salesforce", "/rules/task", "/rules/flows"}
	for id := range history + 20 {
		paths = append(paths, fmt.Sprintf("/activity/%d", id+1))
		if id%5 == 0 {
			paths = append(paths, fmt.Sprintf("/activity/%d/dryrun", id+1))
		}
	}
	linked := 0
	for _, path := range paths {
		page := get(path)
		linked += strings.Count(page, `href="`+media.URL)
		for _, tag := range embeds.FindAllString(page, -1) {
			if strings.Contains(tag, media.URL) || playing.MatchString(tag) {
				t.Errorf("%s embeds %s", path, tag)
			}
		}
	}
	if linked < 5 {
		t.Errorf("%d links lead to recordings on %d pages: nothing is proved", linked, len(paths))
	}
	said := false
	for _, task := range h.org.Records("Task") {
		said = said || strings.Contains(fmt.Sprint(task["Description"]), media.URL)
	}
	if !said {
		t.Error("no Task holds the link to its recording: nothing is proved")
	}
	h.stop()
	if n := asked.Load(); n != 0 {
		t.Errorf("recordings were asked for %d times", n)
	}
}
