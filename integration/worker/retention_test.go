package worker_test

import (
	"context"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestACallWhoseEventsAreGoneIsNeverJudgedByWhatIsLeft(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		later := new(time.Duration)
		s := newSite(t, db, ahead(later))
		s.logAll()
		id := s.call(answered(ada))
		s.drain()
		before, tasks := s.entry(id), len(s.org.Requests())
		// The first look plans the run of the next day; one that comes late by
		// weeks waits a day more, for the clock may be wrong.
		for _, days := range []time.Duration{40, 40, 2} {
			*later += days * 24 * time.Hour
			if !s.entry(id).EventsGoneAt.IsZero() {
				t.Fatal("something was removed by a clock that may be wrong")
			}
			if err := s.worker.RemoveOld(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if e := s.entry(id); e.EventsGoneAt.IsZero() || e.Outcome != callflow.Logged {
			t.Fatalf("after 82 days: events gone at %v, %s", e.EventsGoneAt, e.Outcome)
		}
		if err := s.store.ReplayEntry(t.Context(), before.ID, "now"); err != nil {
			t.Fatal(err)
		}
		s.drain()
		e := s.entry(id)
		if e.External != before.External || e.LineName != before.LineName || e.TaskID != before.TaskID || e.Outcome != callflow.Logged {
			t.Errorf("a replay without events made %+v of %+v", e.Facts, before.Facts)
		}
		if got := len(s.org.Requests()); got != tasks {
			t.Errorf("%d requests went to Salesforce", got-tasks)
		}
		tries, err := s.store.TriesOf(t.Context(), e.ID)
		if last := tries[len(tries)-1]; err != nil || last.Steps[len(last.Steps)-1].Result != "events_gone" {
			t.Errorf("the trace ends with %+v, %v", last.Steps, err)
		}
		last, err := s.store.LastRemoval(t.Context())
		if err != nil || last.Removed[store.KeptDeliveries] == 0 || last.FinishedAt.IsZero() {
			t.Errorf("the last run: %+v, %v", last, err)
		}
	})
}

func TestARemovalEndsWithTheProgram(t *testing.T) {
	later := new(time.Duration)
	s := newSite(t, storetest.SQLite(t), ahead(later))
	if err := s.worker.RemoveOld(t.Context()); err != nil {
		t.Fatal(err)
	}
	*later = 48 * time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.worker.RemoveOld(ctx); err == nil {
		t.Error("it went on")
	}
}
