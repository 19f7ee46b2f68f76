package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	salesforcesim "ringledger/integration/salesforce/simulator"
)

const (
	// soakVariable says how many webhooks the soak sends; make soak sends a million.
	soakVariable = "RINGLEDGER_TEST_SOAK"
	// soakErrorsVariable says until which webhook the org also answers 500 to
	// writes that it does not carry out. Without it, a soak of soakLong does so
	// for its first tenth, and a shorter one never.
	soakErrorsVariable = "RINGLEDGER_TEST_SOAK_ERRORS"
)

// soakedEvents are what is sent of each call. Each is one webhook.
var soakedEvents = []string{"call.created", "call.answered", "call.hungup", "call.ended", "call.tagged"}

const (
	soakLong        = 100_000
	soakConnections = 32
	soakNumbers     = 800 // every second is a contact, the others become leads
	soakMixed       = 400 // calls whose events are sent one among the other
	soakFirst       = 20_000_001
	soakRepeated    = 20 // every so many is sent once more though it was acknowledged
)

// soak is what was sent and how it was answered.
type soak struct {
	*sender
	webhooks int
	errors   int           // the webhook from which on the org answers 500 no more
	began    int64         // when the calls were, in seconds
	next     atomic.Int64  // the webhook that is sent next
	acked    []atomic.Bool // by the place of a webhook
	taken    atomic.Int64  // how many were acknowledged
	repeats  atomic.Int64
	progress progress
}

// TestASoakLosesAndDoublesNothing sends calls as fast as they are answered,
// kills the program again and again, and lets the org do what it was asked and
// then hang up on every tenth request and answer 504 to every twentieth.
func TestASoakLosesAndDoublesNothing(t *testing.T) {
	long := faultSuite(t)
	webhooks := 2_000
	if long {
		webhooks = 20_000
	}
	h := newHouse(t, quiet)
	h.org.SetUsage(0, 1_000_000_000) // the daily limit is another fault
	for n := range soakNumbers / 2 {
		h.org.Add("Contact", map[string]any{"LastName": fmt.Sprint("Known ", n), "Phone": soakNumber(2 * n)})
	}
	h.start()
	s := newSoak(h, given(t, soakVariable, webhooks))
	ctx, cancel := context.WithCancel(t.Context())
	var around sync.WaitGroup
	var mishaps mishaps
	around.Go(func() { mishaps = h.mishaps(ctx, s.early) })
	began := time.Now()
	done := s.sendAll()
	kills, slowest := s.killUntil(done)
	sent := time.Since(began)
	cancel()
	around.Wait()
	mishaps.leaveOut(h.org.Faults())
	h.org.ClearAll()
	s.awaitLogged()
	drained := time.Since(began) - sent
	s.tell()
	h.stop()
	h.keepsSecrets()
	lost, doubled, missing := s.accountForAll()
	h.checkIntegrity()
	figure(t, "%d webhooks of %d calls acknowledged in %s and all written %s later, %d of them sent again though acknowledged; %d kills -9, slowest restart %s",
		s.webhooks, s.calls(), sent.Round(time.Second), drained.Round(time.Second), s.repeats.Load(), kills, slowest.Round(time.Millisecond))
	figure(t, "%d webhooks lost, %d calls with two Tasks, %d without; of %d requests to the org %d were done and hung up on, %d done and answered 504, %d answered 500 and not done",
		lost, doubled, missing, requestsOf(h.org), mishaps.hungUp, mishaps.late, mishaps.failed)
	figure(t, "from request to answer 200 at %d connections: p50 %s, p99 %s; %d MB of memory at the end, %d MB of database",
		soakConnections, s.percentile(50).Round(100*time.Microsecond), s.percentile(99).Round(100*time.Microsecond), s.progress.memory, s.progress.database)
	h.answersSoon(s)
}

// given is a number from the environment, or else another.
func given(t *testing.T, variable string, otherwise int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func newSoak(h *house, webhooks int) *soak {
	block := len(soakedEvents) * soakMixed
	webhooks = (webhooks + block - 1) / block * block
	errors := 0
	if webhooks >= soakLong {
		errors = webhooks / 10
	}
	return &soak{sender: newSender(h), webhooks: webhooks, errors: given(h.t, soakErrorsVariable, errors),
		began: time.Now().Add(-time.Hour).Unix(), acked: make([]atomic.Bool, webhooks), progress: newProgress()}
}

func (s *soak) calls() int { return s.webhooks / len(soakedEvents) }

func soakNumber(n int) string { return fmt.Sprintf("+441632960%03d", 200+n%soakNumbers) }

// place tells which event of which call is the n-th webhook: the events of some
// hundred calls are mixed, and those of one call may overtake each other.
func (s *soak) place(n int) (call, event int) {
	block := len(soakedEvents) * soakMixed
	return n/block*soakMixed + n%soakMixed, n % block / soakMixed
}

// body is the n-th webhook.
func (s *soak) body(n int) string {
	call, event := s.place(n)
	at := s.began + int64(call%3000)
	status, answered, ended, tags := "initial", "null", "null", ""
	if event > 0 {
		status, answered = "answered", strconv.FormatInt(at+10, 10)
	}
	if event > 1 {
		status, ended = "done", strconv.FormatInt(at+70, 10)
	}
	if event > 3 {
		tags = `,"tags":[{"id":1,"name":"vip"}]`
	}
	return fmt.Sprintf(`{"resource":"call","event":%q,"timestamp":%d,"token":%q,"data":{"id":%d,"direction":"inbound","status":%q,`+
		`"started_at":%d,"answered_at":%s,"ended_at":%s,"raw_digits":%q,"number":{"id":1,"name":"Support","digits":"+33 1 99 00 00 01","country":"FR","time_zone":"Europe/Paris"}%s}}`,
		soakedEvents[event], at+20*int64(event), s.token, soakFirst+call, status, at, answered, ended, soakNumber(call), tags)
}

// sendAll sends every webhook from several connections, each again until it is
// acknowledged. The channel is closed after the last.
func (s *soak) sendAll() (done chan struct{}) {
	done = make(chan struct{})
	var all sync.WaitGroup
	for range soakConnections {
		all.Go(func() {
			for n := int(s.next.Add(1)) - 1; n < s.webhooks && !s.h.t.Failed(); n = int(s.next.Add(1)) - 1 {
				s.sendUntilAcked(n)
			}
		})
	}
	go func() {
		all.Wait()
		close(done)
	}()
	return done
}

func (s *soak) sendUntilAcked(n int) {
	body := s.body(n)
	for s.post(s.url, body) != http.StatusOK {
		if s.h.t.Failed() {
			return
		}
		time.Sleep(20 * time.Millisecond) // the pause between tries
	}
	s.acked[n].Store(true)
	s.taken.Add(1)
	if n%soakRepeated == 0 && s.post(s.url, body) == http.StatusOK {
		s.repeats.Add(1)
	}
}

// killUntil kills the program at random moments until all is sent.
func (s *soak) killUntil(done <-chan struct{}) (kills int, slowest time.Duration) {
	for {
		select {
		case <-done:
			return kills, slowest
		case <-time.After(time.Second + rand.N(3*time.Second)): // a random moment is the point
		}
		s.h.kill()
		s.h.keepsSecrets()
		kills++
		slowest = max(slowest, s.h.start())
		s.goesOn(int(s.taken.Load()), notTakenWithin, "webhooks acknowledged")
	}
}

// mishaps are what the org did to requests.
type mishaps struct{ hungUp, late, failed int }

// leaveOut takes back those that met no request.
func (m *mishaps) leaveOut(left []salesforcesim.Fault) {
	for _, f := range left {
		switch f.Kind {
		case salesforcesim.DropAfter:
			m.hungUp--
		case salesforcesim.GatewayTimeout:
			m.late--
		case salesforcesim.ServerError:
			m.failed--
		}
	}
}

// mishaps lets the org do what it is asked and then hang up on every tenth
// request and answer 504 to every twentieth, until ctx ends. A write that was
// answered 500 and not carried out is sent again after twelve minutes: the org
// does that in a long run only, and early in it.
func (h *house) mishaps(ctx context.Context, early func() bool) (all mishaps) {
	fail := func(kind salesforcesim.Kind, of string) {
		h.must(h.org.Fail(salesforcesim.Fault{Kind: kind, Path: "/composite", Object: of, Count: 1}))
	}
	for ctx.Err() == nil {
		requests := requestsOf(h.org)
		for ; all.hungUp < requests/10; all.hungUp++ {
			fail(salesforcesim.DropAfter, "")
		}
		for ; all.late < requests/20; all.late++ {
			fail(salesforcesim.GatewayTimeout, "")
		}
		for ; early() && all.failed < requests/50; all.failed++ {
			fail(salesforcesim.ServerError, `"type":"Task"`)
		}
		time.Sleep(5 * time.Millisecond) // a look at how many requests there were
	}
	return all
}

// early reports whether the org still answers 500 too.
func (s *soak) early() bool { return s.next.Load() < int64(s.errors) }

func requestsOf(org *salesforcesim.Org) int {
	used, _ := org.Usage()
	return used
}

// resident is the memory of the program in kB.
func (h *house) resident() int {
	h.t.Helper()
	return h.residentOf(strconv.Itoa(h.process.Process.Pid))
}

// residentOf is the memory of a process in kB; "self" is the test's own.
func (h *house) residentOf(pid string) int {
	h.t.Helper()
	status, err := os.ReadFile("/proc/" + pid + "/status")
	h.must(err)
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.Fields(v)[0])
			h.must(err)
			return n
		}
	}
	return 0
}

// accountForAll checks that every webhook is stored, and that each call has one
// Task, which its entry knows. The program must have ended.
func (s *soak) accountForAll() (lost, doubled, missing int) {
	h := s.h
	h.t.Helper()
	db := h.readOnly()
	defer func() { h.must(db.Close()) }()
	lost = s.webhooks
	kept, err := db.QueryContext(h.t.Context(), "SELECT object_id, event FROM deliveries")
	h.must(err)
	defer func() { h.must(kept.Close()) }()
	for kept.Next() {
		var id, event string
		h.must(kept.Scan(&id, &event))
		if e := slices.Index(soakedEvents, event); e >= 0 {
			lost--
		}
	}
	h.must(kept.Err())
	for n := range s.acked {
		if !s.acked[n].Load() {
			h.t.Fatal("not every webhook was acknowledged")
		}
	}
	if lost != 0 {
		h.t.Errorf("%d of %d webhooks are not stored", lost, s.webhooks)
	}
	tasks := h.tasks()
	found, err := db.QueryContext(h.t.Context(), "SELECT object_id, outcome, reason, task_id FROM entries")
	h.must(err)
	defer func() { h.must(found.Close()) }()
	entries, wrong := 0, 0
	for found.Next() {
		var id, outcome, reason, task string
		h.must(found.Scan(&id, &outcome, &reason, &task))
		entries++
		of := tasks["aircall:"+id]
		switch len(of) {
		case 0:
			missing++
		case 1:
		default:
			doubled++
		}
		if len(of) != 1 || of[0] != task || outcome != "logged" {
			if wrong++; wrong <= 10 {
				h.t.Errorf("call %s has Tasks %v; its entry is %s, %s, with %q", id, of, outcome, reason, task)
			}
		}
	}
	h.must(found.Err())
	missing += s.calls() - entries
	if entries != s.calls() || len(tasks) != s.calls() || wrong > 0 {
		h.t.Errorf("%d entries and Tasks of %d calls, %d wrong; want %d calls", entries, len(tasks), wrong, s.calls())
	}
	if leads := h.org.Count("Lead"); leads != min(soakNumbers, s.calls())/2 {
		h.t.Errorf("%d leads for %d unknown numbers", leads, min(soakNumbers, s.calls())/2)
	}
	return lost, doubled, missing
}

// answersSoon measures how long the program takes from its start over all these
// events to the first acknowledged webhook, after an orderly end and after a kill.
func (h *house) answersSoon(s *soak) {
	h.t.Helper()
	var took [2]time.Duration
	for n := range took {
		began := time.Now()
		h.start()
		for s.send(soakFirst-10+n) != http.StatusOK {
			if time.Since(began) > time.Minute {
				h.t.Fatal("no webhook was acknowledged after the start")
			}
			time.Sleep(2 * time.Millisecond) // a poll with a deadline
		}
		took[n] = time.Since(began)
		h.kill()
	}
	if slower := max(took[0], took[1]); slower > 5*time.Second {
		h.t.Errorf("a start over %d events took %s to the first webhook", s.webhooks, slower)
	}
	figure(h.t, "start over %d stored events to the first acknowledged webhook: %s after an orderly end, %s after kill -9",
		s.webhooks, took[0].Round(time.Millisecond), took[1].Round(time.Millisecond))
}
