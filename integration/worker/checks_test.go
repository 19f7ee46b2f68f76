package worker_test

import (
	"context"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/phone"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestATaskThatIsNowhereIsToldAndNotMadeAgain(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		later := time.Duration(0)
		s := newSite(t, db, ahead(&later))
		s.logAll()
		here, gone := s.call(answered(ada)), s.call(answered(ada))
		s.drain()
		s.task(here)
		if err := s.org.Purge(s.entry(gone).TaskID); err != nil {
			t.Fatal(err)
		}
		for range 2 { // it is looked for again: it may only be late
			later += time.Hour
			if c := s.compare(""); c.Problem != "" || c.Lacking != 1 || c.Added != 0 {
				t.Errorf("the check found %+v", c)
			}
			if r := s.reconciled(); r.Logged != 2 || r.Found != 1 || r.Missing != 1 || r.Accounted() != 1 {
				t.Errorf("counted %+v", r)
			}
		}
		lacking, err := s.store.Lackings(t.Context(), time.Now().Add(-time.Hour), time.Now().Add(time.Hour), 10)
		if err != nil || len(lacking) != 1 || lacking[0].ID != s.entry(gone).ID || lacking[0].Standing != store.Missing {
			t.Errorf("told are %+v (%v)", lacking, err)
		}
		if n := len(s.tasks(gone)); n != 0 {
			t.Errorf("%d Tasks were made of a call whose Task somebody may have erased", n)
		}
		later += lookedForAtMost
		if c := s.compare(""); c.Looked != 0 {
			t.Errorf("a Task that is gone is looked for without end: %+v", c)
		}
	})
}

// lookedForAtMost is longer than a Task that is not there is looked for.
const lookedForAtMost = 49 * time.Hour

func TestTheLastTenthOfTheDaysRequestsBelongsToCalls(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.logAll()
	s.org.SetUsage(9_100, 10_000)
	s.call(answered(ada)) // calls go on, and their answers tell how few are left
	s.drain()
	asked := s.org.Counts()
	if c := s.compare(""); c.Problem != "salesforce_limited" || c.Looked != 0 {
		t.Errorf("with 9 %% left the check found %+v", c)
	}
	if n := s.org.Counts()["total"] - asked["total"]; n != 0 {
		t.Errorf("it made %d requests", n)
	}
	later += 16 * time.Minute // nobody has called since
	asked = s.org.Counts()
	if c := s.compare(""); c.Problem != "salesforce_limited" || c.Looked != 0 {
		t.Errorf("with 9 %% left the next check found %+v", c)
	}
	if n := s.org.Counts()["total"] - asked["total"]; n > 1 {
		t.Errorf("it made %d requests to learn that few are left", n)
	}
	s.org.SetUsage(100, 10_000)
	later += 16 * time.Minute
	if c := s.compare(""); c.Problem != "" || c.Looked != 1 {
		t.Errorf("the next day, before any call, the check found %+v", c)
	}
}

func TestACheckThatWasInterruptedGoesOnWhereItWas(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s, id := doubled(t, db)
		s.account.SetFaults(aircallsim.Faults{RESTDelayMilliseconds: 60_000})
		if err := s.store.AddCheck(t.Context(), "", 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error, 1)
		go func() {
			_, err := s.worker.FillGap(ctx)
			ended <- err
		}()
		for deadline := time.Now().Add(2 * time.Minute); s.entry(id).TaskID == "" || len(s.tasks(id)) != 1; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the double is not healed")
			}
		}
		cancel() // while it waits for Aircall's list
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		if all, err := s.store.Checks(t.Context(), 5); err != nil || len(all) != 1 || all[0].State != store.BackfillWaiting || all[0].Problem != "" {
			t.Fatalf("left are %+v (%v)", all, err)
		}
		s.account.SetFaults(aircallsim.Faults{})
		if did, err := s.worker.FillGap(t.Context()); err != nil || !did {
			t.Fatalf("it does not go on (%v)", err)
		}
		s.drain()
		all, err := s.store.Checks(t.Context(), 5)
		if err != nil || len(all) != 1 || all[0].State != store.BackfillDone || all[0].Healed != 1 || all[0].Looked != 1 || all[0].Added != 0 {
			t.Errorf("at the end there are %+v (%v)", all, err)
		}
		s.task(id)
		if r := s.reconciled(); r.Healed != 1 || r.Accounted() != r.Calls {
			t.Errorf("counted %+v", r)
		}
	})
}

func TestAWorkerThatWakesAfterAnotherTookItsCallMakesNoSecondTask(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		call := s.call(answered(ada))
		// The first worker stands still inside its search. It believes in its
		// lease, and the others do not: their clocks are ahead.
		s.fail(salesforcesim.Fault{Kind: salesforcesim.Delay, Count: 1, DelayMS: 1500})
		first := make(chan error, 1)
		go func() {
			_, err := s.worker.Turn(t.Context())
			first <- err
		}()
		for deadline := time.Now().Add(2 * time.Minute); len(s.org.Faults()) > 0; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("the first worker does not search")
			}
		}
		if err := s.store.ReleaseLeases(t.Context()); err != nil {
			t.Fatal(err)
		}
		second := *s
		second.worker = worker.New(s.options)
		done := second.until(call, func(e store.Entry) bool { return e.TaskID != "" })
		select {
		case err := <-first:
			t.Fatalf("the first worker did not stand still (%v)", err)
		default:
		}
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		s.drain()
		if e := s.entry(call); e.TaskID != done.TaskID || e.Tries != done.Tries || e.Fence != done.Fence {
			t.Errorf("the worker that woke changed %+v to %+v", done, e)
		}
		s.task(call)
	})
}

func TestACallThatWasErasedOrWhoseEventsAreGoneIsNotFetchedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		later := time.Duration(0)
		s := newSite(t, db, ahead(&later))
		s.logAll()
		erased, gone := s.call(answered(ada)), s.call(answered("+33199000077"))
		s.drain()
		ctx := t.Context()
		if err := s.store.AddErasure(ctx, ada, "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := s.store.EraseNumber(ctx, ada, phone.Spellings(ada, phone.Region(ada))); err != nil {
			t.Fatal(err)
		}
		for _, days := range []time.Duration{40, 40, 2} { // the first look plans a run, one that is weeks late waits a day
			later += days * 24 * time.Hour
			if err := s.worker.RemoveOld(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if s.entry(erased).ErasedAt.IsZero() || s.entry(gone).EventsGoneAt.IsZero() {
			t.Fatal("nothing is gone")
		}
		s.ask(time.Now().Add(-2*time.Hour), time.Now().Add(time.Hour))
		b := s.fill()
		if b.State != store.BackfillDone || b.Found != 2 || b.Added+b.Completed != 0 {
			t.Errorf("the reading brought %+v", b)
		}
		for _, id := range []string{erased, gone} {
			if events, err := s.store.EventsOf(ctx, callflow.KindCall, id); err != nil || len(events) > 0 {
				t.Errorf("call %s has %d events again (%v)", id, len(events), err)
			}
			s.task(id)
		}
	})
}
