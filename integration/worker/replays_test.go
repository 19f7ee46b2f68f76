package worker_test

import (
	"context"
	"sync"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestTheWorkerHandsOverTheCallsOfAReplayByItself(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), func(o *siteOptions) { o.worker.Check, o.worker.Poll = time.Hour, 10*time.Millisecond })
	s.logAll()
	s.fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Count: 2, Message: "not now"})
	ids := []string{
		s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true}),
		s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true}),
	}
	s.drain()
	cause := s.entry(ids[0]).Cause
	if e := s.entry(ids[1]); e.Outcome != callflow.Failed || e.Cause != cause || cause == "" {
		t.Fatalf("got %s for cause %q, want both failed for one cause", e.Outcome, e.Cause)
	}
	if _, err := s.store.StartReplay(t.Context(), store.ReplayOrder{Kind: store.ReplayCause, Cause: cause, Rules: "now", By: "ada@example.com"}); err != nil {
		t.Fatal(err)
	}
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
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		all, err := s.store.Replays(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if all[0].State == store.ReplayDone && all[0].Logged == 2 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the replay stands at %+v", all[0])
		}
	}
	for _, id := range ids {
		if n := len(s.tasks(id)); n != 1 {
			t.Errorf("call %s has %d Tasks, want 1", id, n)
		}
	}
}
