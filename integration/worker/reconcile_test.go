package worker_test

import (
	"errors"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

// compare has Aircall, ledger and Salesforce compared, and gives what was found.
func (s *site) compare(askedBy string) store.Backfill {
	s.t.Helper()
	if err := s.store.AddCheck(s.t.Context(), askedBy, 15*time.Minute); err != nil {
		s.t.Fatal(err)
	}
	if did, err := s.worker.FillGap(s.t.Context()); err != nil || !did {
		s.t.Fatalf("no check was made (%v)", err)
	}
	s.drain()
	all, err := s.store.Checks(s.t.Context(), 1)
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d checks (%v)", len(all), err)
	}
	return all[0]
}

// reconciled is all days together.
func (s *site) reconciled() store.Reconciled {
	s.t.Helper()
	all, err := s.store.Reconciled(s.t.Context(), store.Together, "2000-01-01", "2100-01-01")
	if err != nil || len(all) != 1 {
		s.t.Fatalf("%d rows (%v)", len(all), err)
	}
	return all[0]
}

func TestACallLostBetweenTwoLooksAtTheWebhookIsFoundByTheNextCheck(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		later := time.Duration(0)
		s := newSite(t, db, ahead(&later))
		s.logAll()
		here := s.call(answered(ada))
		s.drain()
		s.account.SetFaults(aircallsim.Faults{Silent: true})
		lost := s.call(answered(ada))
		s.account.SetFaults(aircallsim.Faults{})
		later = 20 * time.Minute
		c := s.compare("")
		s.task(lost)
		s.task(here)
		if c.State != store.BackfillDone || c.Problem != "" || c.Added != 1 || c.Looked != 1 || c.Lacking != 0 {
			t.Errorf("the check found %+v", c)
		}
		if err := s.store.AddCheck(t.Context(), "", 15*time.Minute); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the next check began at once: %v", err)
		}
		later += 16 * time.Minute
		if c = s.compare(""); c.Added+c.Completed != 0 || c.Looked != 2 || len(s.tasks(lost)) != 1 {
			t.Errorf("the next check found %+v", c)
		}
		if r := s.reconciled(); r.Calls != 2 || r.Listed != 2 || r.Logged != 2 || r.Found != 2 || r.Accounted() != 2 {
			t.Errorf("counted %+v", r)
		}
		later += 30 * time.Minute
		s.compare("") // the last time that these Tasks are looked for
		later += 30 * time.Minute
		if c = s.compare(""); c.Looked != 0 {
			t.Errorf("a Task that stands is looked for without end: %+v", c)
		}
	})
}

func TestACallThatGoesOnIsLeftToItsWebhooksByACheck(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.logAll()
	s.account.SetFaults(aircallsim.Faults{Silent: true})
	s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true})
	if c := s.compare(""); c.Added != 0 || c.OpenAt.IsZero() { // it ended a moment ago
		t.Errorf("the check found %+v", c)
	}
	later = 20 * time.Minute
	if c := s.compare(""); c.Added != 1 || !c.OpenAt.IsZero() {
		t.Errorf("when it was over the check found %+v", c)
	}
}

// doubled is a site with a call that has two Tasks, because the first request
// was carried out long after nobody waited for it any more.
func doubled(t *testing.T, db *storetest.DB) (s *site, id string) {
	t.Helper()
	s = newSite(t, db, func(o *siteOptions) { o.worker.Doubt = 20 * time.Millisecond })
	s.logAll()
	s.fail(writing(comesLate)[0])
	id = s.call(answered(ada))
	s.until(id, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
	s.org.CommitLate()
	if n := len(s.tasks(id)); n != 2 {
		t.Fatalf("there are %d Tasks, the late one did not come", n)
	}
	return s, id
}

func TestADoubleOfALateCommitIsDeletedByTheNextCheck(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s, id := doubled(t, db)
		c := s.compare("")
		if task := s.task(id); task["Id"] != s.entry(id).TaskID || c.Healed != 1 {
			t.Errorf("%v stays, the entry knows %s; the check: %+v", task["Id"], s.entry(id).TaskID, c)
		}
		if r := s.reconciled(); r.Healed != 1 || r.Found != 1 || r.Doubled != 0 || r.Accounted() != r.Calls {
			t.Errorf("counted %+v", r)
		}
	})
}

func TestADoubleThatAPersonWroteInIsToldAndNotDeleted(t *testing.T) {
	s, id := doubled(t, storetest.SQLite(t))
	for _, task := range s.tasks(id) {
		if task["Id"] != s.entry(id).TaskID {
			s.change(task["Id"], map[string]any{"Description": "Call back", "LastModifiedDate": time.Now().Add(time.Minute).UTC().Format(time.RFC3339)})
		}
	}
	c := s.compare("")
	if r := s.reconciled(); len(s.tasks(id)) != 2 || c.Healed != 0 || r.Doubled != 1 || r.Accounted() != r.Calls-1 {
		t.Errorf("the check: %+v, counted %+v", c, r)
	}
	lacking, err := s.store.Lackings(t.Context(), time.Now().Add(-time.Hour), time.Now(), 10)
	if err != nil || len(lacking) != 1 || lacking[0].ID != s.entry(id).ID || lacking[0].Standing != store.Doubled {
		t.Errorf("told are %+v (%v)", lacking, err)
	}
}

func TestATaskThatAPersonDeletedIsAccountedFor(t *testing.T) {
	s, id := logOne(t)
	s.remove(s.entry(id).TaskID)
	s.compare("")
	if r := s.reconciled(); r.Deleted != 1 || r.Missing != 0 || r.Accounted() != 1 {
		t.Errorf("counted %+v", r)
	}
	if len(s.tasks(id)) != 0 {
		t.Error("it was made again")
	}
}

// A Task that left the recycle bin too may have been deleted on purpose: who
// replays the call says so, and no later check calls the Task missing again.
func TestATaskThatIsNowhereIsAccountedForOnceAReplayMarkedItDeleted(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		id := s.call(answered(ada))
		s.logged(id)
		if err := s.org.Purge(s.entry(id).TaskID); err != nil {
			t.Fatal(err)
		}
		if c, r := s.compare(""), s.reconciled(); c.Lacking != 1 || r.Missing != 1 || r.Accounted() != 0 {
			t.Fatalf("before the replay the check says %+v and counts %+v", c, r)
		}
		if err := s.store.ReplayEntry(t.Context(), s.entry(id).ID, "now"); err != nil {
			t.Fatal(err)
		}
		s.drain()
		zone, err := s.store.Zone(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		y, m, d := time.Now().In(zone).Date()
		if err := s.store.CountDay(t.Context(), time.Date(y, m, d, 0, 0, 0, 0, zone)); err != nil {
			t.Fatal(err)
		}
		if r := s.reconciled(); r.Missing != 0 || r.Deleted != 1 || r.Accounted() != 1 {
			t.Errorf("after the replay are counted %+v", r)
		}
		lacking, err := s.store.Lackings(t.Context(), time.Now().Add(-time.Hour), time.Now(), 10)
		if err != nil || len(lacking) != 0 {
			t.Errorf("still told as lacking: %+v (%v)", lacking, err)
		}
		if c, r := s.compare("ada@example.com"), s.reconciled(); c.Lacking != 0 || r.Missing != 0 || r.Deleted != 1 {
			t.Errorf("the next check says %+v and counts %+v", c, r)
		}
		if len(s.tasks(id)) != 0 {
			t.Error("it was made again")
		}
	})
}

func TestATaskWhoseKeyWasChangedStillStands(t *testing.T) {
	s, id := logOne(t)
	s.change(s.entry(id).TaskID, map[string]any{"CallObject": "something else"})
	s.compare("")
	if r := s.reconciled(); r.Found != 1 || r.Missing != 0 {
		t.Errorf("counted %+v", r)
	}
}

func TestACheckGoesOnWithAircallWhenSalesforceDoesNotAnswer(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.logAll()
	s.call(answered(ada))
	s.drain()
	s.account.SetFaults(aircallsim.Faults{Silent: true})
	s.call(answered(ada))
	later = 20 * time.Minute
	s.fail(salesforcesim.Fault{Kind: salesforcesim.Answer, Status: 503, Code: "SERVER_UNAVAILABLE", Count: 1, Message: "down"})
	if c := s.compare("ada@example.com"); c.State != store.BackfillDone || c.Problem != "salesforce_down" || c.Added != 1 {
		t.Errorf("the check found %+v", c)
	}
}
