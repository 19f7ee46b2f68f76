package worker_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

// pass lets time pass in which the worker does what it does about Aircall every
// few minutes. What Aircall refuses is tried again the next time.
func (s *site) pass(clock *time.Duration, steps int) {
	s.t.Helper()
	for range steps {
		*clock += 12 * time.Minute // less than the webhook may go unwatched
		if err := s.options.Aircall.Check(s.t.Context()); err != nil {
			s.t.Log(err)
		}
	}
	if err := s.store.AddCheck(s.t.Context(), "", 15*time.Minute); err != nil && !errors.Is(err, store.ErrConflict) {
		s.t.Fatal(err)
	}
	for filled := true; filled; {
		var err error
		if filled, err = s.worker.FillGap(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
	s.drain()
}

func TestMoreThanADayWithoutAircallsAPILosesNoCall(t *testing.T) {
	for name, refuses := range map[string]func(path string) bool{
		"all of it":      func(string) bool { return true },
		"its list alone": func(path string) bool { return strings.HasPrefix(path, "/v1/calls") },
	} {
		t.Run(name, func(t *testing.T) {
			later, down := time.Duration(0), false
			s := newSite(t, storetest.SQLite(t), ahead(&later))
			s.logAll()
			s.listen(func(w http.ResponseWriter, r *http.Request) bool {
				if down && refuses(r.URL.Path) {
					w.WriteHeader(http.StatusServiceUnavailable)
					return true
				}
				return false
			})
			s.pass(&later, 1)
			down = true
			s.account.SetFaults(aircallsim.Faults{Silent: true}) // and no event comes meanwhile
			var lost []string
			for range 50 {
				lost = append(lost, s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", At: time.Now().Add(later + 30*time.Minute), Plain: true}))
				s.pass(&later, 5)
			}
			if n := s.org.Count("Task"); n != 0 {
				t.Fatalf("%d Tasks of calls that nobody told of", n)
			}
			down = false
			s.account.SetFaults(aircallsim.Faults{})
			for range 4 { // the pause between two tries is at most half an hour; the last check counts
				s.pass(&later, 2)
			}
			for _, id := range lost {
				if len(s.tasks(id)) != 1 {
					t.Errorf("call %s has %d Tasks", id, len(s.tasks(id)))
				}
			}
			if r := s.reconciled(); r.Calls != len(lost) || r.Listed != len(lost) || r.Logged != len(lost) {
				t.Errorf("counted %+v, want %d calls", r, len(lost))
			}
		})
	}
}

func TestCallsReadOfLongAgoAreCountedOnTheirDays(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.logAll()
	s.call(answered(ada))
	s.drain()
	s.compare("") // the first counts every day
	s.account.SetFaults(aircallsim.Faults{Silent: true})
	then := time.Now().AddDate(0, 0, -10)
	s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", At: then, Plain: true})
	s.ask(then.Add(-time.Hour), then.Add(time.Hour))
	if b := s.fill(); b.Added != 1 {
		t.Fatalf("read were %+v", b)
	}
	later = 20 * time.Minute
	s.compare("")
	zone, err := s.store.Zone(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	day := then.In(zone).Format(time.DateOnly)
	if days, err := s.store.Reconciled(t.Context(), store.ByDay, day, day); err != nil || len(days) != 1 || days[0].Calls != 1 || days[0].Logged != 1 {
		t.Errorf("%s: counted %+v, %v", day, days, err)
	}
}
