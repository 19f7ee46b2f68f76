package worker_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// check looks after the webhook as the worker does every few minutes.
func (s *site) check() {
	s.t.Helper()
	if err := s.options.Aircall.Check(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// fill reads all gaps that are noted and logs what they brought. It gives the
// last of them.
func (s *site) fill() store.Backfill {
	s.t.Helper()
	for {
		filled, err := s.worker.FillGap(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		if !filled {
			break
		}
	}
	s.drain()
	return s.lastGap()
}

func (s *site) lastGap() store.Backfill {
	s.t.Helper()
	all, err := s.store.Backfills(s.t.Context(), 1)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("backfills %v, %v", all, err)
	}
	return all[0]
}

// ask has the calls of a period read, as an admin does.
func (s *site) ask(from, to time.Time) {
	s.t.Helper()
	if err := s.store.AddBackfill(s.t.Context(), store.BackfillAsked, "ada@example.com", from, to); err != nil {
		s.t.Fatal(err)
	}
}

// logAll makes a Task of every call, with a record or without.
func (s *site) logAll() {
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.WhenNone = callflow.WhenNoneNoRecord })
}

// listen puts somebody between the worker and Aircall's API, who hears each
// request and may answer it instead.
func (s *site) listen(hear func(http.ResponseWriter, *http.Request) bool) {
	s.t.Helper()
	api := serve(s.t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !hear(w, r) {
			s.account.ServeHTTP(w, r)
		}
	}))
	client := &http.Client{Transport: &http.Transport{}}
	s.t.Cleanup(client.CloseIdleConnections)
	s.options.Aircall = connection.NewAircall(connection.AircallOptions{Store: s.store, HTTP: client, APIURL: api, PublicURL: s.public, Now: s.options.Now, PerMinute: 600_000})
	s.worker = worker.New(s.options)
}

var gapKinds = []aircallsim.Kind{
	aircallsim.InboundAnswered, aircallsim.OutboundAnswered, aircallsim.Missed, aircallsim.Voicemail, aircallsim.Transferred, aircallsim.CallbackRequest,
}

func TestCallsOfAGapAreReadFromAircallAndLoggedOnce(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.logAll()
		s.check()
		before := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		s.account.DisableWebhook(s.account.Webhooks()[0].ID)
		var lost []string
		for _, kind := range gapKinds {
			lost = append(lost, s.call(aircallsim.CallSpec{Kind: kind, Number: ada, Line: "Support FR", Plain: true, Talk: time.Minute, Tags: []string{"billing"}}))
		}
		s.drain()
		if n := s.org.Count("Task"); n != 1 {
			t.Fatalf("%d Tasks before the gap is read, want that of the call before", n)
		}
		s.check()
		b := s.fill()
		if b.Cause != "disabled" || b.State != store.BackfillDone || b.Found != 7 || b.Added != 6 || b.Completed != 0 {
			t.Fatalf("the gap brought %+v, want 6 of 7 calls", b)
		}
		for _, id := range append(lost, before) {
			s.task(id)
			if id != before {
				e := s.entry(id)
				tries, err := s.store.TriesOf(t.Context(), e.ID)
				if err != nil || tries[0].Steps[0].Code != "received" || tries[0].Steps[0].Result != "fetched" {
					t.Errorf("the trace begins with %+v, %v; want that the call was read from the list", tries[0].Steps[0], err)
				}
			}
		}
		after := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		s.task(after)
		s.logsNothingMore(t, len(lost)+2)
	})
}

// logsNothingMore reads the last hour again: every call is known, so nothing is
// stored, asked or written.
func (s *site) logsNothingMore(t *testing.T, calls int) {
	t.Helper()
	requests := len(s.org.Requests())
	s.ask(time.Now().Add(-time.Hour), time.Now().Add(time.Minute))
	b := s.fill()
	if b.Found != calls || b.Added != 0 || b.Completed != 0 {
		t.Errorf("read again, %d calls brought %+v", calls, b)
	}
	if n := len(s.org.Requests()) - requests; n != 0 {
		t.Errorf("read again, known calls took %d requests to Salesforce", n)
	}
}

func TestACallWhoseEndFellIntoAGapIsCompleted(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.logAll()
	s.check()
	s.account.SetFaults(aircallsim.Faults{Drop: []string{"call.hungup", "call.ended", "call.comm_assets_generated", "call.tagged", "call.commented"}})
	lasting := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Plain: true, Tags: []string{"billing"}})
	s.account.SetFaults(aircallsim.Faults{Drop: []string{"call.tagged", "call.commented", "call.comm_assets_generated"}})
	untagged := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Plain: true, Tags: []string{"refund"}, Comment: "calls back"})
	s.account.SetFaults(aircallsim.Faults{})
	s.drain()
	if e := s.entry(lasting); e.Outcome != callflow.Waiting || e.Reason != callflow.ReasonGoingOn {
		t.Fatalf("the call is %s, %s", e.Outcome, e.Reason)
	}
	if strings.Contains(s.text(untagged), "refund") {
		t.Fatalf("a tag that never came is in the Task: %v", s.task(untagged))
	}
	s.account.DisableWebhook(s.account.Webhooks()[0].ID)
	s.check()
	if b := s.fill(); b.Found != 2 || b.Added != 0 || b.Completed != 2 {
		t.Fatalf("the gap brought %+v, want 2 calls completed", b)
	}
	if task := s.task(lasting); task["CallDurationInSeconds"] == nil || !strings.Contains(s.text(lasting), "billing") {
		t.Errorf("the Task is %v, want its talk time and its tag", task)
	}
	if text := s.text(untagged); !strings.Contains(text, "refund") || !strings.Contains(text, "calls back") || !strings.Contains(text, "/recording") {
		t.Errorf("the late facts of the gap are not in the Task: %s", text)
	}
	s.logsNothingMore(t, 2)
}

// text is what the Task of a call says in words.
func (s *site) text(id string) string {
	task := s.task(id)
	return fmt.Sprint(task["Subject"], task["Description"], task["CallDisposition"])
}

func TestEventsThatComeAfterTheListMakeNoSecondTask(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.logAll()
	s.check()
	// Held back for a while, as Aircall does with what it could not deliver.
	s.account.SetFaults(aircallsim.Faults{DelayMilliseconds: 300})
	id, err := s.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: aircallsim.Voicemail, Number: ada, Line: "Support FR", Plain: true, Tags: []string{"billing"}})
	if err != nil {
		t.Fatal(err)
	}
	s.ask(time.Now().Add(-time.Hour), time.Now())
	if b := s.fill(); b.Added != 1 {
		t.Fatalf("the list brought %+v before the events came", b)
	}
	before := s.task(itoa(id))
	if err := s.account.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if e := s.entry(itoa(id)); e.Events < 6 {
		t.Fatalf("only %d events came", e.Events)
	}
	if diff := cmp.Diff(before, s.task(itoa(id))); diff != "" {
		t.Errorf("the events changed the Task that the list made (-list +events):\n%s", diff)
	}
}

func TestAGapIsReadOnAfterAircallRefused(t *testing.T) {
	for name, fault := range map[string]aircallsim.Faults{
		"down":           {RESTStatus: http.StatusServiceUnavailable},
		"refused":        {RESTStatus: http.StatusForbidden},
		"limit used up":  {RESTStatus: http.StatusTooManyRequests},
		"makes no sense": {RESTStatus: http.StatusTeapot},
	} {
		t.Run(name, func(t *testing.T) {
			later := time.Duration(0)
			s := newSite(t, storetest.SQLite(t), ahead(&later))
			s.logAll()
			s.account.SetFaults(aircallsim.Faults{Silent: true})
			began := time.Now().Add(-3 * time.Hour)
			var lost []string
			for n := range 130 {
				lost = append(lost, s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", At: began.Add(time.Duration(n) * time.Minute), Plain: true}))
			}
			// Two pages are read, the third is refused.
			var mu sync.Mutex
			pages := 0
			s.listen(func(_ http.ResponseWriter, r *http.Request) bool {
				mu.Lock()
				defer mu.Unlock()
				if pages++; pages == 3 {
					s.account.SetFaults(fault)
				}
				return false
			})
			s.ask(began, time.Now())
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // shorter than the wait for a limit
			defer cancel()
			if _, err := s.worker.FillGap(ctx); err != nil {
				t.Fatal(err)
			}
			b := s.lastGap()
			if b.State != store.BackfillWaiting || b.Problem == "" || b.Added == 0 || b.Added >= len(lost) || !b.DueAt.After(time.Now()) {
				t.Fatalf("interrupted at %+v", b)
			}
			s.account.SetFaults(aircallsim.Faults{})
			if filled, err := s.worker.FillGap(t.Context()); filled || err != nil {
				t.Errorf("tried again at once (%v)", err)
			}
			later = 2 * time.Hour
			if b = s.fill(); b.State != store.BackfillDone || b.Problem != "" || b.Found != len(lost) || b.Added != len(lost) {
				t.Errorf("ended as %+v, want all %d calls, each counted once", b, len(lost))
			}
			for _, id := range lost {
				s.task(id)
			}
		})
	}
}

func TestAStoppedBackfillReadsNoMore(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.account.SetFaults(aircallsim.Faults{Silent: true})
	began := time.Now().Add(-3 * time.Hour)
	for n := range 120 {
		s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, At: began.Add(time.Duration(n) * time.Minute), Plain: true})
	}
	s.ask(began, time.Now())
	if err := s.store.AddBackfill(t.Context(), store.BackfillAsked, "b@example.com", began, time.Now()); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a second wish is taken: %v", err)
	}
	requests := 0
	s.listen(func(http.ResponseWriter, *http.Request) bool {
		if requests++; requests == 2 { // the first page is stored once the second is there
			if err := s.store.StopBackfill(t.Context(), s.lastGap().ID); err != nil {
				t.Error(err)
			}
		}
		return false
	})
	if _, err := s.worker.FillGap(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b := s.lastGap(); b.State != store.BackfillStopped || requests != 2 {
		t.Errorf("after %d requests it is %+v", requests, b)
	}
	if err := s.store.StopBackfill(t.Context(), s.lastGap().ID); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stopped twice: %v", err)
	}
}

func TestTwoWorkersReadAGapOnce(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.logAll()
		s.account.SetFaults(aircallsim.Faults{Silent: true, RESTPageSize: 3})
		var lost []string
		for range 10 {
			lost = append(lost, s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true}))
		}
		s.ask(time.Now().Add(-time.Hour), time.Now().Add(time.Minute))
		var both sync.WaitGroup
		var requests atomic.Int64
		s.listen(func(http.ResponseWriter, *http.Request) bool { requests.Add(1); return false })
		for range 2 {
			w := worker.New(s.options)
			both.Go(func() {
				if _, err := w.FillGap(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		s.drain()
		if b := s.lastGap(); b.Added != len(lost) || requests.Load() != 4 {
			t.Errorf("after %d requests the gap brought %+v", requests.Load(), b)
		}
		for _, id := range lost {
			s.task(id)
		}
	})
}

func TestAShutdownLeavesAGapToTheNextStart(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.account.SetFaults(aircallsim.Faults{Silent: true})
	s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true})
	s.account.SetFaults(aircallsim.Faults{RESTDelayMilliseconds: 60_000})
	s.ask(time.Now().Add(-time.Hour), time.Now().Add(time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.worker.FillGap(ctx); err != nil {
		t.Fatal(err)
	}
	if b := s.lastGap(); b.State != store.BackfillWaiting || b.Problem != "" {
		t.Errorf("left as %+v", b)
	}
	s.account.SetFaults(aircallsim.Faults{})
	if b := s.fill(); b.State != store.BackfillDone || b.Added != 1 {
		t.Errorf("the next start brought %+v", b)
	}
}

func TestTheWorkerHealsAWebhookAndItsGapByItself(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), func(o *siteOptions) { o.worker.Check, o.worker.Poll = 20*time.Millisecond, 10*time.Millisecond })
	s.logAll()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.worker.Watch(ctx) })
	running.Go(func() {
		if err := s.worker.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	defer running.Wait()
	defer stop()
	s.account.SetFaults(aircallsim.Faults{Silent: true})
	id := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
	s.account.SetFaults(aircallsim.Faults{})
	s.account.DisableWebhook(s.account.Webhooks()[0].ID)
	for deadline := time.Now().Add(2 * time.Minute); len(s.tasks(id)) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no Task of the lost call; the webhook is %+v", s.account.Webhooks())
		}
	}
}
