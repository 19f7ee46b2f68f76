package worker_test

import (
	"strconv"
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

// ahead gives the site a clock that the test moves.
func ahead(later *time.Duration) func(*siteOptions) {
	return func(o *siteOptions) { o.worker.Now = func() time.Time { return time.Now().Add(*later) } }
}

func answered(number string) aircallsim.CallSpec {
	return aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: number, Line: "Support FR", Plain: true}
}

func TestNoCallFailsHoweverLongAnOutageLasts(t *testing.T) {
	for _, kind := range []salesforcesim.Kind{salesforcesim.OrgDown, salesforcesim.DropBefore, salesforcesim.HTML503} {
		t.Run(string(kind), func(t *testing.T) {
			later := time.Duration(0)
			s := newSite(t, storetest.SQLite(t), ahead(&later))
			s.contact(ada)
			s.fail(salesforcesim.Fault{Kind: kind})
			call := s.call(answered(ada))
			for range 40 {
				s.drain()
				later += time.Hour
			}
			if e := s.entry(call); e.Outcome != callflow.Waiting {
				t.Fatalf("after 40 hours the call is %s, %s %v", e.Outcome, e.Reason, e.Detail)
			}
			if tries, err := s.store.TriesOf(t.Context(), s.entry(call).ID); err != nil || len(tries) > 10 {
				t.Errorf("the outage left %d tries in the ledger, %v", len(tries), err)
			}
			s.org.ClearAll()
			later += time.Hour
			s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
			s.task(call)
		})
	}
}

func TestADeadOrgIsAskedRarely(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), func(o *siteOptions) { o.worker.Outage = time.Hour })
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.HTML503})
	before := len(s.org.Requests())
	for range 20 {
		s.call(answered(ada))
		s.drain()
	}
	if n := len(s.org.Requests()) - before; n > 4 {
		t.Errorf("a dead org got %d requests for 20 calls", n)
	}
}

func TestTheDailyLimitHoldsACallThatNeedsARecord(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	s.fail(salesforcesim.Fault{Kind: salesforcesim.RequestLimit, Method: "POST", Object: "Contact"})
	call := s.call(answered(ada))
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Waiting || e.Reason != callflow.ReasonAPILimit || e.DueAt.IsZero() {
		t.Fatalf("entry is %s, %s, due %v; want held for the limit", e.Outcome, e.Reason, e.DueAt)
	}
	s.org.ClearAll()
	later = time.Hour
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
}

func TestACaseThatCannotBeReadKeepsNoCallOut(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Related.Attach = callflow.AttachCase })
	s.fail(salesforcesim.Fault{Kind: salesforcesim.Answer, Path: "FROM+Case", Status: 400, Code: "INVALID_TYPE", Message: "sObject type 'Case' is not supported."})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.Answer, Path: "FROM%20Case", Status: 400, Code: "INVALID_TYPE", Message: "sObject type 'Case' is not supported."})
	call := s.call(answered(ada))
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
}

func TestAFieldRefusedAtFirstSpoilsNoLateFact(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.HideField, Object: "Task", Field: "Type"})
	call := s.call(answered(ada))
	s.drain()
	s.tag(call, "billing")
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Logged || e.Wrote["CallDisposition"] == nil {
		t.Fatalf("entry is %s, %s %v", e.Outcome, e.Reason, e.Detail)
	}
	if got := s.task(call)["CallDisposition"].(string); len(got) < 16 || got[:16] != "aircall, billing" {
		t.Errorf("CallDisposition is %q, want the tag in it", got)
	}
}

func TestAPersonsNotesInAnEmptyFieldStay(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Task.Description = []string{callflow.PartTags} })
	call := s.call(answered(ada))
	s.drain()
	if err := s.org.Update(s.task(call)["Id"].(string), map[string]any{"Description": "Wants a call back in May."}); err != nil {
		t.Fatal(err)
	}
	s.tag(call, "billing")
	s.drain()
	if got := s.task(call)["Description"]; got != "Wants a call back in May." {
		t.Errorf("the notes became %q", got)
	}
}

func TestALateTagMakesNoCaseAndMovesNoTask(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	contact := s.contact(ada)
	first := s.org.Add("Case", map[string]any{"ContactId": contact, "Subject": "First"})
	s.rules(func(r *callflow.Settings) { r.Related.Attach, r.Related.CreateCase = callflow.AttachCase, true })
	call := s.call(answered(ada))
	s.drain()
	if got := s.task(call)["WhatId"]; got != first {
		t.Fatalf("the Task is on %v, want the open case %s", got, first)
	}
	if err := s.org.Update(first, map[string]any{"Status": "Closed"}); err != nil {
		t.Fatal(err)
	}
	s.tag(call, "billing")
	s.drain()
	if got, n := s.task(call)["WhatId"], s.org.Count("Case"); got != first || n != 1 {
		t.Errorf("after a late tag the Task is on %v and there are %d cases", got, n)
	}
}

func TestAReplayDuringADoubtMakesNoSecondTask(t *testing.T) {
	var later atomic.Int64
	s := newSite(t, storetest.SQLite(t), unhurried(&later))
	s.contact(ada)
	s.fail(writing(comesLate)[0])
	call := s.call(answered(ada))
	s.drain()
	if err := s.store.ReplayEntry(t.Context(), s.entry(call).ID, "now"); err != nil {
		t.Fatal(err)
	}
	s.drain()
	s.commitLate(&later)
	s.logged(call)
}

func TestAReplayOfALoggedCallKeepsItsReason(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	call := s.call(answered(ada))
	s.drain()
	before := s.entry(call)
	if err := s.store.ReplayEntry(t.Context(), before.ID, "now"); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Logged || e.Reason != before.Reason || e.Replay != "" {
		t.Errorf("after the replay the entry is %s, %s (replay %q), want %s", e.Outcome, e.Reason, e.Replay, before.Reason)
	}
	s.task(call)
}

func TestACallWrittenWhileItGoesOnIsClosedWhenItsEndIsLost(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.WriteWhen = callflow.WriteAnswered })
	call := s.call(aircallsim.CallSpec{Kind: aircallsim.Unfinished, Number: ada, Line: "Support FR", Plain: true})
	s.drain()
	if _, told := s.task(call)["CallDurationInSeconds"].(int); told {
		t.Fatal("a call that goes on has a duration already")
	}
	later = 5 * time.Hour
	s.until(call, func(e store.Entry) bool { return !e.EndedAt.IsZero() && e.DueAt.IsZero() })
	if s.task(call)["CallDurationInSeconds"] == nil {
		t.Error("the end read from Aircall did not reach the Task")
	}
}

func TestAnEventThatMakesUsPanicSpoilsNoOther(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.OfficeHours.Log, r.OfficeHours.Schedule.HolidayCountry = callflow.LogOnlyOpen, "FR"
	})
	w := worker.New(s.options)
	w.Surround(func(_ string, _ int, _ time.Month, _ int) (string, bool) { panic("a bad calendar") })
	s.worker = w
	var calls []string
	for n := range 3 {
		calls = append(calls, s.call(answered("+3319900"+strconv.Itoa(2000+n))))
	}
	s.rules(func(r *callflow.Settings) {})
	s.drain()
	for _, call := range calls {
		if e := s.entry(call); e.Outcome != callflow.Failed || e.Reason != callflow.ReasonBug || e.Detail["message"] != "a bad calendar" {
			t.Errorf("entry is %s, %s %v; want failed as a bug of ours", e.Outcome, e.Reason, e.Detail)
		}
	}
}

func TestAReplaySeesThatItsTaskWasDeleted(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	call := s.call(answered(ada))
	s.drain()
	e := s.entry(call)
	if err := s.org.Delete(e.TaskID); err != nil {
		t.Fatal(err)
	}
	if err := s.store.ReplayEntry(t.Context(), e.ID, "now"); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Logged || e.Reason != callflow.ReasonTaskDeleted {
		t.Errorf("entry is %s, %s; want it to say that the Task was deleted", e.Outcome, e.Reason)
	}
}

func TestARememberedChoiceAnswersTheOtherCallsOfTheNumber(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	first, _ := s.contact(ada), s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Matching.Several = callflow.SeveralAsk })
	calls := []string{s.call(answered(ada)), s.call(answered(ada))}
	s.drain()
	record := callflow.Record{Kind: callflow.ContactRecord, ID: first, Name: "Ada Martin"}
	if err := s.store.ChooseRecord(t.Context(), ada, record, "test"); err != nil {
		t.Fatal(err)
	}
	if n, err := s.store.AskAgain(t.Context(), ada); err != nil || n != 2 {
		t.Fatalf("%d calls go on, %v; want both", n, err)
	}
	s.drain()
	for _, call := range calls {
		if task := s.task(call); task["WhoId"] != first {
			t.Errorf("the Task is on %v, want the chosen %s", task["WhoId"], first)
		}
	}
}
