package worker_test

import (
	"context"
	"net/http"
	"runtime"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/connection"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store/storetest"
)

// overTwice gives each of some calls that many Tasks besides its own, as late
// requests of ours would have made them.
func overTwice(t *testing.T, db *storetest.DB, calls, more int, change ...func(*siteOptions)) (s *site, ids []string) {
	t.Helper()
	s = newSite(t, db, change...)
	s.logAll()
	for range calls {
		ids = append(ids, s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true}))
	}
	s.drain()
	for _, id := range ids {
		own := s.task(id)
		for range more {
			s.org.Add("Task", map[string]any{"Subject": "Late", "CallObject": own["CallObject"], "Status": own["Status"]})
		}
	}
	return s, ids
}

// keptTheirOwn checks that each call has the one Task its entry knows.
func (s *site) keptTheirOwn(ids []string) {
	s.t.Helper()
	for _, id := range ids {
		if task := s.task(id); task["Id"] != s.entry(id).TaskID {
			s.t.Errorf("of call %s stays %v, its entry knows %s", id, task["Id"], s.entry(id).TaskID)
		}
	}
}

// deletions counts the requests to the org that delete.
func (s *site) deletions() (n int) {
	for _, r := range s.org.Requests() {
		if r.Method == http.MethodDelete {
			n++
		}
	}
	return n
}

// overhear has each request to the org heard before it leaves.
func (s *site) overhear(hear func(*http.Request)) {
	s.t.Helper()
	s.between(func(r *http.Request, send trip) (*http.Response, error) {
		hear(r)
		return send(r)
	})
}

// between begins another worker, whose requests to the org go through somebody.
func (s *site) between(somebody func(r *http.Request, send trip) (*http.Response, error)) {
	s.t.Helper()
	plain := &http.Transport{}
	s.t.Cleanup(plain.CloseIdleConnections)
	s.options.Salesforce = connection.NewSalesforce(connection.SalesforceOptions{
		Store: s.store, HTTP: &http.Client{Transport: trip(func(r *http.Request) (*http.Response, error) { return somebody(r, plain.RoundTrip) })},
		LoginURL: s.conn.LoginURLs()[0], APIVersion: "v66.0",
	})
	s.worker = worker.New(s.options)
}

type trip func(*http.Request) (*http.Response, error)

func (f trip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestDoublesOfManyCallsAreDeletedTwoHundredAtATime(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s, ids := overTwice(t, db, 5, 50)
		c := s.compare("")
		s.keptTheirOwn(ids)
		if n := s.deletions(); n != 2 || c.Healed != 250 {
			t.Errorf("%d requests deleted %d Tasks, want 2 and 250", n, c.Healed)
		}
		if r := s.reconciled(); r.Healed != 250 || r.Found != 5 || r.Doubled != 0 || r.Accounted() != 5 {
			t.Errorf("counted %+v", r)
		}
	})
}

func TestADoubleThatCannotBeDeletedKeepsNoOtherFromIt(t *testing.T) {
	s, ids := overTwice(t, storetest.SQLite(t), 4, 1)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.LockRow, Object: "Task", Count: 1})
	c := s.compare("")
	left := 0
	for _, id := range ids {
		left += len(s.tasks(id)) - 1
	}
	if r := s.reconciled(); left != 1 || c.Healed != 3 || r.Healed != 3 || r.Doubled != 1 || r.Found != 3 {
		t.Errorf("%d doubles are left; the check: %+v, counted %+v", left, c, r)
	}
	c = s.compare("ada@example.com")
	s.keptTheirOwn(ids)
	if r := s.reconciled(); c.Healed != 1 || r.Healed != 4 || r.Doubled != 0 || r.Found != 4 {
		t.Errorf("the next check: %+v, counted %+v", c, r)
	}
}

func TestDoublesWhoseDeletingHadNoAnswerAreToldOnce(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s, ids := overTwice(t, db, 3, 1)
		s.fail(salesforcesim.Fault{Kind: salesforcesim.DropAfter, Method: http.MethodDelete, Count: 1})
		c := s.compare("")
		s.keptTheirOwn(ids)
		if r := s.reconciled(); c.Healed != 3 || r.Healed != 3 || r.Found != 3 || c.Problem != "" {
			t.Errorf("the check: %+v, counted %+v", c, r)
		}
		if c, r := s.compare("ada@example.com"), s.reconciled(); c.Healed != 0 || r.Healed != 3 {
			t.Errorf("the next check: %+v, counted %+v", c, r)
		}
	})
}

func TestDoublesWhoseDeletingHasBegunAreToldThoughTheProgramEnds(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s, ids := overTwice(t, db, 3, 100) // two requests
		ctx, end := context.WithCancel(t.Context())
		s.overhear(func(r *http.Request) {
			if r.Method == http.MethodDelete {
				end() // the program is told to end while this request is under way
			}
		})
		s.fail(salesforcesim.Fault{Kind: salesforcesim.Delay, Method: http.MethodDelete, Count: 1, DelayMS: 100})
		if err := s.store.AddCheck(t.Context(), "", 15*time.Minute); err != nil {
			t.Fatal(err)
		}
		if did, err := s.worker.FillGap(ctx); !did {
			t.Fatal(err)
		}
		gone := 300
		for _, id := range ids {
			gone -= len(s.tasks(id)) - 1
		}
		if told := s.healed(); gone != 200 || told != 200 || s.deletions() != 1 {
			t.Errorf("%d requests deleted %d Tasks, and %d are told; want 1 and 200", s.deletions(), gone, told)
		}
		if did, err := s.worker.FillGap(t.Context()); !did || err != nil { // as the next process does
			t.Fatal(did, err)
		}
		s.keptTheirOwn(ids)
		if r := s.reconciled(); r.Healed != 300 || r.Doubled != 0 {
			t.Errorf("after it, counted %+v", r)
		}
	})
}

// TestDoublesWhoseDeletingWasCutOffByAKillAreTold ends the work, as a kill would,
// at the moment when the org has deleted and nobody has written down that it did.
func TestDoublesWhoseDeletingWasCutOffByAKillAreTold(t *testing.T) {
	for _, c := range []struct {
		name  string
		asked bool // of the org, when the work ends
		gone  int
	}{{"before the request", false, 0}, {"after the answer", true, 3}} {
		t.Run(c.name, func(t *testing.T) {
			later := time.Duration(0)
			s, ids := overTwice(t, storetest.SQLite(t), 3, 1, ahead(&later))
			s.between(func(r *http.Request, send trip) (*http.Response, error) {
				if r.Method != http.MethodDelete {
					return send(r)
				}
				if c.asked {
					if answer, err := send(r); err == nil {
						_ = answer.Body.Close() // nobody reads it
					}
				}
				runtime.Goexit() // nothing more is done by who asked
				return nil, nil  //nolint:nilnil // not reached
			})
			if err := s.store.AddCheck(t.Context(), "", 15*time.Minute); err != nil {
				t.Fatal(err)
			}
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_, _ = s.worker.FillGap(t.Context()) // never returns
			}()
			<-ended
			gone := 3
			for _, id := range ids {
				gone -= len(s.tasks(id)) - 1
			}
			if told := s.healed(); gone != c.gone || told != 0 {
				t.Fatalf("%d Tasks are deleted and %d told, want %d and 0", gone, told, c.gone)
			}
			later = 20 * time.Minute // the lease of who ended is over
			s.overhear(func(*http.Request) {})
			if did, err := s.worker.FillGap(t.Context()); !did || err != nil { // as the next process does
				t.Fatal(did, err)
			}
			s.keptTheirOwn(ids)
			if r := s.reconciled(); r.Healed != 3 || r.Doubled != 0 || r.Found != 3 {
				t.Errorf("the next check counted %+v", r)
			}
			if c, r := s.compare("ada@example.com"), s.reconciled(); c.Healed != 0 || r.Healed != 3 {
				t.Errorf("the one after it: %+v, counted %+v", c, r)
			}
		})
	}
}

// healed is how many Tasks too many the ledger says were deleted.
func (s *site) healed() int {
	s.t.Helper()
	zone, err := s.store.Zone(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	y, m, d := time.Now().In(zone).Date()
	if err := s.store.CountDay(s.t.Context(), time.Date(y, m, d, 0, 0, 0, 0, zone)); err != nil {
		s.t.Fatal(err)
	}
	return s.reconciled().Healed
}
