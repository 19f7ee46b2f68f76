package worker_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/store/storetest"
)

func lagging(o *siteOptions) { o.org.IndexDelay = time.Hour }

// together works with several workers at once until nothing is due.
func (s *site) together(workers int) {
	s.t.Helper()
	var wait sync.WaitGroup
	for n := range workers {
		w := s.worker
		if n > 0 {
			w = worker.New(s.options)
		}
		wait.Go(func() {
			for range 60 {
				if _, err := w.Turn(s.t.Context()); err != nil {
					s.t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func TestAHundredCallsOfOneUnknownNumberOverManyBatchesAndTwoWorkersMakeOneRecord(t *testing.T) {
	for name, delay := range map[string]time.Duration{"lagging index": time.Hour, "prompt index": 0} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *storetest.DB) {
				s := newSite(t, db, func(o *siteOptions) { o.org.IndexDelay, o.worker.Batch = delay, 7 })
				s.rules(func(r *callflow.Settings) {
					r.Matching.NoMatch.Create = "contact"
					r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true, CreateCaseForNewContacts: true}
				})
				ids := s.atOnce(100)
				s.together(2)
				s.untilAll(ids)
				s.oneTaskEach(ids)
				s.count("Contact", 1)
				s.count("Case", 1)
			})
		})
	}
}

// atOnce places calls of one number at the same moment.
func (s *site) atOnce(n int) []string {
	s.t.Helper()
	ids := make([]string, n)
	var wait sync.WaitGroup
	for n := range ids {
		wait.Go(func() {
			id, err := s.account.PlaceCall(s.t.Context(), answered(ada))
			if err != nil {
				s.t.Error(err)
			}
			ids[n] = itoa(id)
		})
	}
	wait.Wait()
	if err := s.account.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return ids
}

// twin is a contact whose number the search misses and a duplicate rule finds.
func (s *site) twin(number, name string) string {
	s.t.Helper()
	s.fail(salesforcesim.Fault{Kind: salesforcesim.DuplicateRule, Object: "Contact", Mode: "block"})
	return s.org.Add("Contact", map[string]any{"FirstName": "Ada", "LastName": name, "Phone": strings.Replace(number, "+33", "(33) ", 1)})
}

func TestADuplicateRulesRecordIsUsedUnderItsOwnName(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), lagging)
	twin := s.twin(ada, "Lovelace")
	open := s.org.Add("Case", map[string]any{"ContactId": twin, "Subject": "Broken"})
	s.rules(func(r *callflow.Settings) {
		r.Matching.NoMatch.Create = "contact"
		r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
	})
	calls := []string{s.call(answered(ada)), s.call(answered(ada))}
	for _, call := range calls {
		task := s.logged(call)
		if task["WhoId"] != twin || task["WhatId"] != open || !strings.Contains(task["Subject"].(string), "from Ada Lovelace on") {
			t.Errorf("the Task is %q on %v and %v, want Ada Lovelace %s and her case %s", task["Subject"], task["WhoId"], task["WhatId"], twin, open)
		}
		if e := s.entry(call); e.Record.Name != "Ada Lovelace" {
			t.Errorf("the entry is on %q", e.Record.Name)
		}
	}
	s.says(calls[0], "existing_record/contact")
	s.count("Contact", 1)
	s.count("Case", 1)
}

func TestManyNumbersThatDuplicateRulesBlockCostFewRequests(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), lagging)
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	var calls []string
	for n := range 60 {
		number := fmt.Sprintf("+3319900%04d", 3000+n)
		s.twin(number, "Twin")
		calls = append(calls, s.call(answered(number)))
	}
	before := len(s.org.Requests())
	s.drain()
	if n := len(s.org.Requests()) - before; n > 12 {
		t.Errorf("60 blocked numbers took %d requests", n)
	}
	s.oneTaskEach(calls)
	s.count("Contact", 60)
}

func TestARecordThatARuleRefusesFailsTheCallOrLogsItWithout(t *testing.T) {
	rules := map[callflow.Reason]salesforcesim.Fault{
		callflow.ReasonValidationRule: {Kind: salesforcesim.ValidationRule, Object: "Contact", Message: "Region is needed."},
		callflow.ReasonRequiredField:  {Kind: salesforcesim.RequiredField, Object: "Contact", Field: "Region__c"},
	}
	for reason, fault := range rules {
		t.Run(string(reason), func(t *testing.T) {
			s := newSite(t, storetest.SQLite(t))
			s.fail(fault)
			s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
			call := s.call(answered(ada))
			s.drain()
			if e := s.entry(call); e.Outcome != callflow.Failed || e.Reason != reason || e.Detail["message"] == "" {
				t.Fatalf("entry is %s, %s %v; want failed with Salesforce's words", e.Outcome, e.Reason, e.Detail)
			}
			s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.WhenNone = callflow.WhenNoneNoRecord })
			if err := s.store.ReplayEntry(t.Context(), s.entry(call).ID, "now"); err != nil {
				t.Fatal(err)
			}
			if task := s.logged(call); task["WhoId"] != nil || s.entry(call).Reason != callflow.ReasonNoRecord {
				t.Errorf("Task is on %v, %s", task["WhoId"], s.entry(call).Reason)
			}
			s.says(call, "no_match/create_refused")
			s.count("Contact", 0)
		})
	}
}

func TestANewRecordDoesWithoutAnOwnerWhoLeft(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	agent := s.account.Users()[0].Email
	s.user(agent)
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	spec := answered(ada)
	spec.Agent = agent
	s.logged(s.call(spec)) // the user is remembered as active
	s.fail(salesforcesim.Fault{Kind: salesforcesim.InactiveUser, User: agent})
	spec.Number = "+33199005678"
	call := s.call(spec)
	task := s.logged(call)
	state, _, err := s.conn.State(t.Context())
	if err != nil || task["OwnerId"] != state.UserID || task["WhoId"] == nil {
		t.Errorf("the Task belongs to %v on %v, want the connected user and a new contact (%v)", task["OwnerId"], task["WhoId"], err)
	}
	s.count("Contact", 2)
}

func TestOnlyTheTaskIsTriedAgainWhenTheRecordWasMade(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), lagging)
	s.rules(func(r *callflow.Settings) {
		r.Matching.NoMatch.Create = "contact"
		r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true, CreateCaseForNewContacts: true}
	})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.LockRow, Object: "Task", Count: 2})
	call := s.call(answered(ada))
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Waiting || e.Reason != callflow.ReasonRetrying {
		t.Fatalf("entry is %s, %s; want it tried again", e.Outcome, e.Reason)
	}
	if task := s.logged(call); task["WhoId"] != s.org.Records("Contact")[0]["Id"] || task["WhatId"] != s.org.Records("Case")[0]["Id"] {
		t.Errorf("the Task is on %v and %v", task["WhoId"], task["WhatId"])
	}
	s.count("Contact", 1)
	s.count("Case", 1)
}

func TestEveryKindOfRecordIsMadeForItsTypesOnly(t *testing.T) {
	for kind, object := range map[string]string{"contact": "Contact", "lead": "Lead", "account": "Account"} {
		t.Run(kind, func(t *testing.T) {
			s := newSite(t, storetest.SQLite(t))
			s.rules(func(r *callflow.Settings) {
				r.Matching.NoMatch.Create, r.Matching.NoMatch.Types = kind, []callflow.CallType{callflow.InboundAnswered}
			})
			missed := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true})
			s.until(missed, func(e store.Entry) bool { return e.Outcome == callflow.Skipped })
			s.says(missed, "no_match/type_excluded")
			s.count(object, 0)
			s.logged(s.call(answered(ada)))
			s.logged(s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true}))
			s.count(object, 1)
			if made := s.org.Records(object)[0]; made["Phone"] != ada {
				t.Errorf("the new record has the number %v, want %s", made["Phone"], ada)
			}
		})
	}
}
