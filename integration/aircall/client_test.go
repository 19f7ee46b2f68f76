package aircall_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
)

const apiToken = "CANARY-API-TOKEN"

// account answers requests from a table of "METHOD /path" and notes them.
type account struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []string
	answers map[string]http.HandlerFunc
}

func newAccount(t *testing.T, answers map[string]http.HandlerFunc) (*account, *aircall.Client) {
	t.Helper()
	a := &account{answers: answers}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // an unreadable request shows as a wrong one
		r.Body = io.NopCloser(bytes.NewReader(body))
		a.mu.Lock()
		a.asked = append(a.asked, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+string(body)))
		a.mu.Unlock()
		if id, token, ok := r.BasicAuth(); !ok || id != "key" || token != apiToken {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		answer, known := answers[r.Method+" "+r.URL.Path]
		if !known {
			http.NotFound(w, r)
			return
		}
		answer(w, r)
	}))
	t.Cleanup(a.Close)
	return a, aircall.NewClient(aircall.Options{BaseURL: a.URL, APIID: "key", APIToken: apiToken, PerMinute: 6000})
}

func (a *account) requests() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.asked)
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func TestTheDirectoryIsRead(t *testing.T) {
	_, c := newAccount(t, map[string]http.HandlerFunc{
		"GET /v1/ping":    says(200, `{"ping":"pong"}`),
		"GET /v1/company": says(200, `{"company":{"name":"Acme","users_count":4,"numbers_count":"2"}}`),
		"GET /v1/numbers": says(200, `{"meta":{"next_page_link":null},"numbers":[{"id":88101,"name":"Service clients","digits":"+33 1 99 00 10 00","country":"FR","time_zone":"Europe/Paris","open":true}]}`),
		"GET /v2/users":   says(200, `{"users":[{"id":640211,"name":"Inès Garnier","email":"ines.garnier@example.fr","default_number_id":null}],"meta":{}}`),
		"GET /v1/tags":    says(200, `{"tags":[{"id":2725523,"name":"Callback Request","color":"#29C8FF","description":"queue_callback"},{"id":"7","name":"VIP","description":null}],"meta":{"total":2}}`),
	})
	ctx := t.Context()
	if err := c.Ping(ctx); err != nil {
		t.Error(err)
	}
	company, err := c.Company(ctx)
	check(t, err, company, aircall.Company{Name: "Acme", Users: 4, Numbers: 2})
	numbers, err := c.Numbers(ctx)
	check(t, err, numbers, []callflow.Line{paris})
	users, err := c.Users(ctx)
	check(t, err, users, []callflow.Agent{ines})
	tags, err := c.Tags(ctx)
	check(t, err, tags, []aircall.Tag{{ID: "2725523", Name: "Callback Request", Color: "#29C8FF", Description: "queue_callback"}, {ID: "7", Name: "VIP"}})
}

func TestUsersOfTheFirstVersionServeWhenThereIsNoSecond(t *testing.T) {
	_, c := newAccount(t, map[string]http.HandlerFunc{
		"GET /v1/users": says(200, `{"users":[{"id":"640212","name":"Tom Okafor","email":"tom.okafor@example.com","numbers":[{"id":1}]}]}`),
	})
	users, err := c.Users(t.Context())
	check(t, err, users, []callflow.Agent{tom})
}

func TestAllPagesAreReadAndOnlyFromAircall(t *testing.T) {
	link := ""
	_, c := newAccount(t, map[string]http.HandlerFunc{"GET /v1/tags": func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			fmt.Fprint(w, `{"tags":[{"id":2,"name":"B"}],"meta":{}}`)
			return
		}
		fmt.Fprintf(w, `{"tags":[{"id":1,"name":"A"}],"meta":{"next_page_link":%q}}`, strings.ReplaceAll(link, "{host}", "http://"+r.Host))
	}})
	link = "{host}/v1/tags?page=2&per_page=50"
	tags, err := c.Tags(t.Context())
	check(t, err, tags, []aircall.Tag{{ID: "1", Name: "A"}, {ID: "2", Name: "B"}})

	for _, link = range []string{"https://evil.example.com/v1/tags?page=2", "//evil.example.com/", "/v1/tags?page=2", "{host}.example.com/", "http://u:p@127.0.0.1/"} {
		if _, err := c.Tags(t.Context()); kind(err) != aircall.Unavailable {
			t.Errorf("next page %s: %v", link, err)
		}
	}
	link = "{host}/v1/tags?page=1"
	if _, err := c.Tags(t.Context()); kind(err) != aircall.Unavailable {
		t.Errorf("a list without end: %v", err)
	}
}

func TestErrorsAreTypedByWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		answer  http.HandlerFunc
		kind    aircall.ErrorKind
		message string
	}{
		"wrong key":       {says(403, `{"message":"Forbidden"}`), aircall.WrongKey, "Forbidden"},
		"no key":          {says(401, ``), aircall.WrongKey, ""},
		"not there":       {says(404, `{"error":"Not Found","troubleshoot":"Check the id"}`), aircall.Missing, "Not Found"},
		"refused":         {says(422, `{"success":false,"error":"Invalid","errors":{"url":["bad"]}}`), aircall.Refused, "Invalid"},
		"down":            {says(503, `<html>maintenance</html>`), aircall.Unavailable, ""},
		"redirect":        {says(302, ``), aircall.Unavailable, ""},
		"maintenance 200": {says(200, `<html>maintenance</html>`), aircall.Unavailable, "the answer cannot be read"},
		"empty object":    {says(200, `{}`), aircall.Unavailable, "the answer cannot be read"},
		"cut off":         {says(200, `{"company":{"name":"Ac`), aircall.Unavailable, "the answer cannot be read"},
		"echo":            {says(400, `{"error":"bad token CANARY-API-TOKEN"}`), aircall.Refused, "bad token hidden"},
		"hang up":         {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, aircall.Unavailable, ""},
		"too large":       {func(w http.ResponseWriter, _ *http.Request) { io.Copy(w, io.LimitReader(zeros{}, 17<<20)) }, aircall.Unavailable, "the answer is too large"},
	} {
		t.Run(name, func(t *testing.T) {
			_, client := newAccount(t, map[string]http.HandlerFunc{"GET /v1/company": c.answer})
			_, err := client.Company(t.Context())
			var failed *aircall.Error
			if !errors.As(err, &failed) || failed.Kind != c.kind || failed.Message != c.message {
				t.Fatalf("got %+v, want %s %q", failed, c.kind, c.message)
			}
			if strings.Contains(err.Error(), apiToken) || !strings.HasPrefix(err.Error(), "aircall: GET /v1/company: ") {
				t.Errorf("the error says %q", err)
			}
		})
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	reached := false
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer other.Close()
	_, c := newAccount(t, map[string]http.HandlerFunc{"GET /v1/ping": func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	}})
	if err := c.Ping(t.Context()); kind(err) != aircall.Unavailable || reached {
		t.Errorf("reached %v, error %v", reached, err)
	}
}

func TestNoCredentialsArePrinted(t *testing.T) {
	o := aircall.Options{BaseURL: "http://127.0.0.1:1", APIID: "key", APIToken: apiToken}
	w := aircall.Webhook{ID: "1", URL: "https://r.example.com/webhooks/aircall/" + apiToken, Token: apiToken}
	c := aircall.NewClient(o)
	err := c.Ping(t.Context())
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "options", o, "client", c, "webhook", w, "err", err)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "options", o, "webhook", w, "err", err)
	printed := log.String() + fmt.Sprint(o, c, w, err) + fmt.Sprintf("%+v %+v %+v %+v %#v", o, c, w, err, c)
	if strings.Contains(printed, apiToken) {
		t.Errorf("printed: %s", printed)
	}
	for _, bad := range []string{"ftp://example.com", "https://key:" + apiToken + "@example.com", "://", "example.com"} {
		err := aircall.NewClient(aircall.Options{BaseURL: bad}).Ping(t.Context())
		if kind(err) != aircall.Refused || strings.Contains(err.Error(), apiToken) {
			t.Errorf("base URL %s: %v", bad, err)
		}
	}
}

func TestTheLimitIsWaitedForWithinTheContext(t *testing.T) {
	var reset func() string
	tries := 0
	_, c := newAccount(t, map[string]http.HandlerFunc{"GET /v1/ping": func(w http.ResponseWriter, _ *http.Request) {
		if tries++; tries%2 == 0 {
			fmt.Fprint(w, `{"ping":"pong"}`)
			return
		}
		w.Header().Set("X-AircallApi-Reset", reset())
		w.WriteHeader(http.StatusTooManyRequests)
	}})
	for name, r := range map[string]func() string{
		"a moment in ms":   func() string { return strconv.FormatInt(time.Now().Add(300*time.Millisecond).UnixMilli(), 10) },
		"a moment in s":    func() string { return strconv.FormatInt(time.Now().Add(time.Second).Unix(), 10) },
		"a span in s":      func() string { return "1" },
		"a span in ms":     func() string { return "400" },
		"a moment that is": func() string { return strconv.FormatInt(time.Now().Add(-time.Hour).Unix(), 10) },
	} {
		reset = r
		began := time.Now()
		if err := c.Ping(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(began); took < 90*time.Millisecond || took > 20*time.Second {
			t.Errorf("%s: waited %v", name, took)
		}
	}
	for _, nothing := range []string{"", "soon", "-1", "999999999"} {
		reset = func() string { return nothing }
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		began := time.Now()
		err := c.Ping(ctx)
		cancel()
		tries = 0
		var failed *aircall.Error
		if !errors.As(err, &failed) || failed.Kind != aircall.TooMany || failed.RetryAfter != time.Minute || time.Since(began) > 20*time.Second {
			t.Errorf("reset %q: %v after %v", nothing, err, time.Since(began))
		}
	}
}

func TestRequestsKeepToTheBudget(t *testing.T) {
	a, _ := newAccount(t, map[string]http.HandlerFunc{"GET /v1/ping": says(200, `{"ping":"pong"}`)})
	c := aircall.NewClient(aircall.Options{BaseURL: a.URL, APIID: "key", APIToken: apiToken, PerMinute: 20})
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	var err error
	for err == nil {
		err = c.Ping(ctx)
	}
	if kind(err) != aircall.TooMany || len(a.requests()) != 2 {
		t.Errorf("%d requests, then %v", len(a.requests()), err)
	}
}

func TestReadingThePastLeavesHalfOfTheBudget(t *testing.T) {
	a, _ := newAccount(t, map[string]http.HandlerFunc{
		"GET /v1/ping": says(200, `{"ping":"pong"}`),
		"GET /v1/calls": func(w http.ResponseWriter, r *http.Request) { // a list without end
			says(200, `{"meta":{"next_page_link":"http://`+r.Host+`/v1/calls?page=2"},"calls":[]}`)(w, r)
		},
	})
	c := aircall.NewClient(aircall.Options{BaseURL: a.URL, APIID: "key", APIToken: apiToken, PerMinute: 60})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	for _, err := range c.Calls(ctx, start, after(60)) {
		if kind(err) != aircall.TooMany {
			t.Errorf("the list ended with %v", err)
		}
	}
	if n := len(a.requests()); n != 3 {
		t.Errorf("%d pages at once, want half of the six requests that may be made at once", n)
	}
	began := time.Now()
	if err := c.Ping(t.Context()); err != nil || time.Since(began) > 500*time.Millisecond {
		t.Errorf("another request waited %v (%v)", time.Since(began), err)
	}
}

func TestACancelledContextIsRecognised(t *testing.T) {
	release := make(chan struct{})
	_, c := newAccount(t, map[string]http.HandlerFunc{"GET /v1/ping": func(http.ResponseWriter, *http.Request) { <-release }})
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) || kind(err) != aircall.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestCallsAreReadInSpansThatAircallCanReach(t *testing.T) {
	// One call a second, more than two spans can hold.
	const total, base = 20_000, 1772530500
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		from, to, page := number(t, q.Get("from")), number(t, q.Get("to")), max(1, number(t, q.Get("page")))
		if q.Get("order") != "asc" || q.Get("per_page") != "50" || q.Get("fetch_contact") != "true" || page > 200 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		from, to = max(from, base), min(to, base+total-1)
		type call struct {
			ID        int `json:"id"`
			StartedAt int `json:"started_at"`
		}
		var calls []call
		for s := from + (page-1)*50; s <= to && len(calls) < 50; s++ {
			calls = append(calls, call{s - base, s})
		}
		meta := map[string]any{"total": to - from + 1, "next_page_link": nil}
		if from+page*50 <= to {
			q.Set("page", strconv.Itoa(page+1))
			meta["next_page_link"] = "http://" + r.Host + "/v1/calls?" + q.Encode()
		}
		if err := json.NewEncoder(w).Encode(map[string]any{"meta": meta, "calls": calls}); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	c := aircall.NewClient(aircall.Options{BaseURL: server.URL, APIID: "key", APIToken: apiToken, PerMinute: 600_000})
	next := 0
	for call, err := range c.Calls(t.Context(), time.Unix(base-500, 0), time.Unix(base+total+500, 0)) {
		if err != nil {
			t.Fatal(err)
		}
		if call.ID != strconv.Itoa(next) || call.StartedAt.Unix() != int64(base+next) || !call.EndedAt.IsZero() {
			t.Fatalf("call %+v, want number %d", call, next)
		}
		next++
	}
	if next != total {
		t.Errorf("%d calls of %d", next, total)
	}
	for range c.Calls(t.Context(), time.Unix(base, 0), time.Unix(base+total, 0)) {
		break // Go panics when the calls go on after that
	}
}

func TestCallsStopAtTheFirstError(t *testing.T) {
	_, c := newAccount(t, map[string]http.HandlerFunc{"GET /v1/calls": says(500, ``)})
	seen := 0
	for _, err := range c.Calls(t.Context(), start, after(60)) {
		seen++
		if kind(err) != aircall.Unavailable {
			t.Error(err)
		}
	}
	if seen != 1 {
		t.Errorf("%d results", seen)
	}
}

func TestOneCallIsReadAsAnEvent(t *testing.T) {
	_, c := newAccount(t, map[string]http.HandlerFunc{
		"GET /v1/calls/9": says(200, `{"call":{"id":9,"status":"done","direction":"inbound","started_at":1772530500,"ended_at":1772530520,"user":null,"number":{"id":5}}}`),
	})
	call, err := c.Call(t.Context(), "9")
	if err != nil || call.ID != "9" || !call.EndedAt.Equal(after(20)) {
		t.Fatalf("got %+v, %v", call, err)
	}
	if e := parse(t, string(call.Event)); e.Kind != callflow.KindCall || e.ObjectID != "9" {
		t.Errorf("its event is %s", call.Event)
	}
	if _, err := c.Call(t.Context(), "10"); kind(err) != aircall.Missing {
		t.Errorf("a call that is not there: %v", err)
	}
}

// number reads a query parameter; a missing one is 0.
func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil && text != "" {
		t.Error(err)
	}
	return n
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func kind(err error) aircall.ErrorKind {
	var failed *aircall.Error
	if errors.As(err, &failed) {
		return failed.Kind
	}
	return ""
}

func check[T any](t *testing.T, err error, got, want T) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
