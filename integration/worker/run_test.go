package worker_test

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestARunningWorkerLogsEveryCallOnceAndEndsWhenTold(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.worker.Run(ctx) }()
		const numbers, calls = 20, 10
		var placing sync.WaitGroup
		for n := range numbers {
			placing.Go(func() {
				for range calls {
					if _, err := s.account.PlaceCall(ctx, answered("+3319900"+strconv.Itoa(3000+n))); err != nil {
						t.Error(err)
					}
				}
			})
		}
		placing.Wait()
		deadline := time.Now().Add(2 * time.Minute)
		for s.org.Count("Task") < numbers*calls && time.Now().Before(deadline) {
			time.Sleep(20 * time.Millisecond)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if tasks, contacts := s.org.Count("Task"), s.org.Count("Contact"); tasks != numbers*calls || contacts != numbers {
			t.Errorf("%d calls of %d numbers made %d Tasks and %d contacts", numbers*calls, numbers, tasks, contacts)
		}
		page, err := s.store.ListEntries(t.Context(), store.Filter{Outcomes: []callflow.Outcome{callflow.Waiting}, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			if e.TaskID == "" && e.Reason != callflow.ReasonNumberBusy {
				t.Errorf("call %s was left %s, %s", e.ObjectID, e.Outcome, e.Reason)
			}
		}
	})
}

func TestAWorkerEndedBeforeItBeginsHasNotFailed(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.worker.Run(ctx); err != nil {
		t.Error(err)
	}
}
