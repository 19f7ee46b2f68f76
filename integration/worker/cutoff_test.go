package worker_test

import (
	"net/http"
	"runtime"
	"testing"

	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store/storetest"
)

// TestAKillBetweenRowsThatWereDoneAndRowsThatWereRefusedMakesNoSecondTask ends
// the work, as a kill would, when the org has written some rows of a batch and
// refused others, and nobody has read which.
func TestAKillBetweenRowsThatWereDoneAndRowsThatWereRefusedMakesNoSecondTask(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		ids := s.many(10)
		s.fail(salesforcesim.Fault{Kind: salesforcesim.LockRow, Object: "Task", Count: 4})
		s.between(func(r *http.Request, send trip) (*http.Response, error) {
			answer, err := send(r)
			if err == nil && s.org.Count("Task") > 0 {
				_ = answer.Body.Close() // nobody reads it
				runtime.Goexit()        // nothing more is done by who asked
			}
			return answer, err
		})
		ended, returned := make(chan struct{}), false
		go func() {
			defer close(ended)
			for s.org.Count("Task") == 0 {
				_, _ = s.worker.Turn(t.Context()) // the last one never returns
			}
			returned = true
		}()
		<-ended
		if n := s.org.Count("Task"); returned || n == 0 || n == len(ids) {
			t.Fatalf("the work went on (%v) with %d of %d rows done", returned, n, len(ids))
		}
		if err := s.store.ReleaseLeases(t.Context()); err != nil { // as the next process does
			t.Fatal(err)
		}
		s.overhear(func(*http.Request) {})
		s.untilAll(ids)
		s.oneTaskEach(ids)
	})
}
