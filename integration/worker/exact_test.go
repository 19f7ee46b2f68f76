package worker_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/store/storetest"
)

// many places calls of as many numbers at once and returns their ids.
func (s *site) many(n int) []string {
	s.t.Helper()
	ids := make([]string, n)
	var wait sync.WaitGroup
	for i := range n {
		number := fmt.Sprintf("+44163296%04d", i+200)
		s.contact(number)
		wait.Go(func() {
			id, err := s.account.PlaceCall(s.t.Context(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: number, Line: "Support FR", Plain: true})
			if err != nil {
				s.t.Error(err)
			}
			ids[i] = itoa(id)
		})
	}
	wait.Wait()
	if err := s.account.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return ids
}

// oneTaskEach checks that each call has one Task, the one its entry knows.
func (s *site) oneTaskEach(ids []string) {
	s.t.Helper()
	keys := map[any][]any{}
	for _, task := range s.org.Records("Task") {
		keys[task["CallObject"]] = append(keys[task["CallObject"]], task["Id"])
	}
	for _, id := range ids {
		tasks, e := keys["aircall:"+id], s.entry(id)
		if len(tasks) != 1 || tasks[0] != e.TaskID {
			s.t.Errorf("call %s has Tasks %v and its entry is %s, %s, with %q", id, tasks, e.Outcome, e.Reason, e.TaskID)
		}
	}
	if len(keys) != len(ids) {
		s.t.Errorf("there are Tasks of %d calls, want %d", len(keys), len(ids))
	}
}

func (s *site) fail(f salesforcesim.Fault) {
	s.t.Helper()
	if err := s.org.Fail(f); err != nil {
		s.t.Fatal(err)
	}
}

// untilAll works until every call is logged.
func (s *site) untilAll(ids []string) {
	s.t.Helper()
	for _, id := range ids {
		s.until(id, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
	}
}

func TestTwoWorkersMakeOneTaskOfEachCall(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db, func(o *siteOptions) { o.worker.Batch = 16 })
		ids := s.many(150)
		other := worker.New(s.options)
		var wait sync.WaitGroup
		for _, w := range []*worker.Worker{s.worker, other} {
			wait.Go(func() {
				for range 200 {
					n, err := w.Turn(t.Context())
					if err != nil {
						t.Error(err)
					}
					if n == 0 {
						return
					}
				}
			})
		}
		wait.Wait()
		s.untilAll(ids)
		s.oneTaskEach(ids)
	})
}

func TestAWorkerThatWasOvertakenWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db, func(o *siteOptions) { o.worker.Lease = time.Second })
		s.contact(ada)
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		// The first worker stands still inside its search, past its lease.
		s.fail(salesforcesim.Fault{Kind: salesforcesim.Delay, Count: 1, DelayMS: 2500})
		stuck := make(chan error)
		go func() {
			_, err := s.worker.Turn(t.Context())
			stuck <- err
		}()
		other := worker.New(s.options)
		deadline := time.Now().Add(2 * time.Minute)
		for s.entry(call).Fence == 0 && time.Now().Before(deadline) {
			time.Sleep(time.Millisecond)
		}
		for s.entry(call).Outcome != callflow.Logged && time.Now().Before(deadline) {
			if _, err := other.Turn(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		done := s.entry(call)
		t.Log("the overtaken worker:", <-stuck)
		s.drain()
		if e := s.entry(call); e.TaskID != done.TaskID || e.Tries != done.Tries || e.Outcome != callflow.Logged {
			t.Errorf("the overtaken worker changed %+v to %+v", done, e)
		}
		s.task(call)
	})
}

func TestATaskThatAppearsLateIsNotMadeTwice(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		var later atomic.Int64
		s := newSite(t, db, unhurried(&later))
		ids := s.many(5)
		s.fail(writing(comesLate)[0])
		s.drain()
		s.commitLate(&later)
		s.untilAll(ids)
		s.oneTaskEach(ids)
	})
}

func TestAnOutageAfterALostAnswerDoesNotCutTheDoubtShort(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		var later atomic.Int64
		s := newSite(t, db, unhurried(&later))
		ids := s.many(3)
		s.fail(writing(comesLate)[0])
		s.drain()
		s.fail(salesforcesim.Fault{Kind: salesforcesim.OrgDown})
		later.Add(int64(time.Minute))
		s.until(ids[0], func(e store.Entry) bool { return e.Reason == callflow.ReasonSalesforceDown })
		s.org.Clear(salesforcesim.OrgDown)
		s.commitLate(&later)
		s.untilAll(ids)
		s.oneTaskEach(ids)
	})
}

func TestALockedRowIsTriedAgainWithoutDoubt(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db, func(o *siteOptions) { o.worker.Doubt = time.Hour })
		ids := s.many(10)
		s.fail(salesforcesim.Fault{Kind: salesforcesim.LockRow, Object: "Task", Count: 4})
		s.untilAll(ids)
		s.oneTaskEach(ids)
	})
}

func TestAUsedUpLimitHoldsCallsAndFailsNone(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		var later time.Duration
		s := newSite(t, db, func(o *siteOptions) { o.worker.Now = func() time.Time { return time.Now().Add(later) } })
		ids := s.many(10)
		s.fail(salesforcesim.Fault{Kind: salesforcesim.RequestLimit})
		s.drain()
		before := len(s.org.Requests())
		for _, id := range ids {
			if e := s.entry(id); e.Outcome != callflow.Waiting || e.Reason != callflow.ReasonAPILimit {
				t.Errorf("call %s is %s, %s; want held", id, e.Outcome, e.Reason)
			}
		}
		s.drain()
		if n := len(s.org.Requests()) - before; n > 0 {
			t.Errorf("%d requests were made of a used-up limit", n)
		}
		s.org.Clear(salesforcesim.RequestLimit)
		later = 30 * time.Minute
		s.untilAll(ids)
		s.oneTaskEach(ids)
	})
}

func TestAMaintenancePageIsAnOutage(t *testing.T) {
	for _, kind := range []salesforcesim.Kind{salesforcesim.MaintenancePage, salesforcesim.HTML503} {
		t.Run(string(kind), func(t *testing.T) {
			each(t, func(t *testing.T, db *storetest.DB) {
				s := newSite(t, db)
				ids := s.many(3)
				s.fail(salesforcesim.Fault{Kind: kind})
				s.drain()
				for _, id := range ids {
					if e := s.entry(id); e.Outcome != callflow.Waiting {
						t.Errorf("call %s is %s, %s; want waiting", id, e.Outcome, e.Reason)
					}
				}
				s.org.Clear(kind)
				s.untilAll(ids)
				s.oneTaskEach(ids)
			})
		})
	}
}

func TestAnEndedSessionIsRenewedOnceForABigBatch(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		ids := s.many(250)
		s.fail(salesforcesim.Fault{Kind: salesforcesim.ExpireSessions})
		before := s.tokenRequests()
		other := worker.New(s.options)
		var wait sync.WaitGroup
		for _, w := range []*worker.Worker{s.worker, other} {
			wait.Go(func() {
				if _, err := w.Turn(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		s.untilAll(ids)
		s.oneTaskEach(ids)
		if n := s.tokenRequests() - before; n != 1 {
			t.Errorf("the session was renewed %d times", n)
		}
	})
}

func (s *site) tokenRequests() int {
	n := 0
	for _, r := range s.org.Requests() {
		if r.Path == "/services/oauth2/token" {
			n++
		}
	}
	return n
}
