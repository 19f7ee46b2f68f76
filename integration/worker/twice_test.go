package worker_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestAKillWhileTheTaskIsWrittenAfterARecordsLostAnswerMakesNoSecondTask(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	s.fail(salesforcesim.Fault{Kind: salesforcesim.DropAfter, Path: "/composite/sobjects", Object: `"type":"Contact"`, Count: 1})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.Delay, Path: "/composite/sobjects", Object: `"type":"Task"`, Count: 1, DelayMS: 1500})
	call := s.call(answered(ada))
	s.until(call, func(e store.Entry) bool { return e.Reason == callflow.ReasonRetrying })

	asked := s.entry(call).IntentAt
	var killed sync.WaitGroup
	killed.Go(func() { // its request is on its way when the process is killed
		for s.entry(call).TaskID == "" {
			if n, err := s.worker.Turn(t.Context()); err != nil || n > 0 {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	})
	for deadline := time.Now().Add(2 * time.Minute); !s.entry(call).IntentAt.After(asked); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the Task is not written")
		}
	}
	if err := s.store.ReleaseLeases(t.Context()); err != nil { // as the next process does
		t.Fatal(err)
	}
	s.worker = worker.New(s.options)
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
	killed.Wait()
	s.task(call)
	s.count("Contact", 1)
}

func TestACaseATaskWasMovedToByAPersonStaysThroughLateFactsAndAReplay(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	contact := s.contact(ada)
	s.org.Add("Case", map[string]any{"ContactId": contact, "Subject": "Broken"})
	s.rules(func(r *callflow.Settings) { r.Related.Attach = callflow.AttachCase })
	call := s.call(answered(ada))
	task := s.logged(call)
	theirs := s.org.Add("Case", map[string]any{"ContactId": contact, "Subject": "Another"})
	s.change(theirs, map[string]any{"LastModifiedDate": time.Now().Add(-time.Hour)})
	s.change(task["Id"], map[string]any{"WhatId": theirs})
	for _, tag := range []string{"one", "two"} {
		s.say(call, "call.tagged", `,"tags":[{"id":1,"name":"`+tag+`"}]`)
		s.drain()
	}
	if err := s.store.ReplayEntry(t.Context(), s.entry(call).ID, "now"); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if got := s.task(call)["WhatId"]; got != theirs {
		t.Errorf("the Task is on %v, want %s where a person put it", got, theirs)
	}
}

func TestADuplicateRulesRecordBringsItsOpenCase(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), lagging)
	twin := s.twin(ada, "Lovelace")
	open := s.org.Add("Case", map[string]any{"ContactId": twin, "Subject": "Broken"})
	s.rules(func(r *callflow.Settings) {
		r.Matching.NoMatch.Create = "contact"
		r.Related.Attach = callflow.AttachCase
	})
	if task := s.logged(s.call(answered(ada))); task["WhoId"] != twin || task["WhatId"] != open {
		t.Errorf("the Task is on %v and %v, want %s and its case %s", task["WhoId"], task["WhatId"], twin, open)
	}
}

func TestACaseWhoseAnswerWasLostStaysTheOnlyOneThoughItsRecordCannotBeLookedAt(t *testing.T) {
	var later atomic.Int64
	s := newSite(t, storetest.SQLite(t), unhurried(&later))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.Related = callflow.Related{Attach: callflow.AttachCase, CreateCase: true}
	})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.LateCommit, Count: 1, Path: "/composite/sobjects", Object: `"type":"Case"`, DelayMS: comesLate.DelayMS})
	first := s.call(answered(ada))
	s.until(first, func(e store.Entry) bool { return e.Reason == callflow.ReasonRetrying })
	// The last look before the case is made is for cases alone.
	s.fail(salesforcesim.Fault{Kind: salesforcesim.HTML503, Count: 1, Path: "+FROM+Case+", Object: `"referenceId":"r0"}]}`})
	later.Add(int64(time.Minute))
	s.until(first, func(e store.Entry) bool { return e.Reason == callflow.ReasonSalesforceDown })
	second := s.call(answered(ada))
	s.drain()
	s.commitLate(&later)
	s.untilAll([]string{first, second})
	s.count("Case", 1)
}

func TestANumberWhoseRecordIsBeingMadeAnewStaysLockedWhenAnotherCallFindsTheOldOneGone(t *testing.T) {
	var later atomic.Int64
	s := newSite(t, storetest.SQLite(t), lagging, unhurried(&later), func(o *siteOptions) { o.worker.Batch = 1 })
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	first := s.call(answered(ada))
	s.logged(first)
	s.remove(s.org.Records("Contact")[0]["Id"].(string))

	s.fail(salesforcesim.Fault{Kind: salesforcesim.Delay, Path: "/composite/sobjects", Object: `"type":"Task"`, Count: 1, DelayMS: 2500})
	slow := s.call(answered(ada))
	var other sync.WaitGroup
	other.Go(func() { // another node has it in hand when the record goes
		if _, err := worker.New(s.options).Turn(t.Context()); err != nil {
			t.Error(err)
		}
	})
	for deadline := time.Now().Add(2 * time.Minute); s.entry(slow).IntentAt.IsZero(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the Task is not written")
		}
	}
	s.fail(salesforcesim.Fault{Kind: salesforcesim.LateCommit, Path: "/composite/sobjects", Object: `"type":"Contact"`, Count: 1, DelayMS: comesLate.DelayMS})
	quick := s.call(answered(ada))
	s.until(quick, func(e store.Entry) bool { return e.Detail["purpose"] == "create_records" })
	other.Wait()
	s.commitLate(&later)
	s.untilAll([]string{slow, quick})
	s.oneTaskEach([]string{first, slow, quick})
	s.count("Contact", 1)
}

func TestAUniqueFieldOfTheAdminsNeverPutsACallOnTheTaskOfAnother(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.CustomField, Object: "Task", Field: "Caller__c", ExternalID: true})
	if err := s.conn.CheckAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.rules(func(r *callflow.Settings) { r.Task.Fields = map[string]string{"Caller__c": "{number}"} })
	calls := []string{s.call(answered(ada)), s.call(answered(ada))}
	s.untilAll(calls)
	s.oneTaskEach(calls)
	s.says(calls[1], "field_dropped/field_refused")
}

func TestATaskFoundByItsUniqueValueIsNotTakenForDeletedLater(t *testing.T) {
	s := newSite(t, storetest.SQLite(t), func(o *siteOptions) { o.worker.Doubt = 20 * time.Millisecond })
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.CustomField, Object: "Task", Field: "Own__c", ExternalID: true})
	if err := s.conn.CheckAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.rules(func(r *callflow.Settings) { r.Task.Fields = map[string]string{"Own__c": "{call_id}"} })
	call := s.call(answered(ada))
	s.org.Add("Task", map[string]any{"Subject": "Late", "Own__c": call, "CallObject": "aircall:" + call})
	id := s.logged(call)["Id"]
	if e := s.entry(call); e.TaskID != id {
		t.Errorf("the entry knows its Task as %s, want %v", e.TaskID, id)
	}
	s.say(call, "call.tagged", `,"tags":[{"id":1,"name":"vip"}]`)
	s.drain()
	if e := s.entry(call); e.Reason == callflow.ReasonTaskDeleted {
		t.Error("after a tag the Task that stands is told to be deleted")
	}
}

func TestARecordThatNothingCanStandOnIsNoStandIn(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.rules(func(r *callflow.Settings) {
		r.Matching.NoMatch.Create, r.Matching.NoMatch.WhenNone = "contact", callflow.WhenNoneNoRecord
	})
	s.fail(salesforcesim.Fault{
		Kind: salesforcesim.ValidationRule, Object: "Contact", Code: "DUPLICATE_VALUE",
		Message: "duplicate value found: Key__c duplicates value on record with id: a0XQy0000000001",
	})
	if task := s.logged(s.call(answered(ada))); task["WhoId"] != nil {
		t.Errorf("the Task is on %v", task["WhoId"])
	}
}

func TestAFieldIsEmptiedWhenItsLastFactIsTakenBack(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.CustomField, Object: "Task", Field: "Topic__c"})
	if err := s.conn.CheckAgain(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.rules(func(r *callflow.Settings) {
		r.Task.Fields, r.Task.Description = map[string]string{"Topic__c": "{tags}"}, []string{callflow.PartTags}
	})
	call := s.call(answered(ada))
	s.say(call, "call.tagged", `,"tags":[{"id":1,"name":"vip"}]`)
	s.drain()
	if task := s.logged(call); task["Topic__c"] != "vip" || task["Description"] != "Tags: vip" {
		t.Fatalf("after a tag: %v, %v", task["Topic__c"], task["Description"])
	}
	s.say(call, "call.untagged", `,"tags":[]`)
	s.drain()
	if task := s.task(call); task["Topic__c"] != nil || task["Description"] != nil {
		t.Errorf("after it was taken back: %v, %v", task["Topic__c"], task["Description"])
	}
	writes := s.writes(call)
	s.say(call, "call.commented", `,"comments":[{"id":7,"content":"later"}]`)
	s.drain()
	if n := s.writes(call); n != writes {
		t.Errorf("nothing was to be changed any more, and %d more requests were made", n-writes)
	}
}

func TestATaskWhoseAnswerWasLostIsFoundByWhoeverChoosesOrReplaysLater(t *testing.T) {
	for name, goOn := range map[string]func(s *site, id int64, contact string) error{
		"choice": func(s *site, id int64, contact string) error {
			return s.store.ChooseForEntry(s.t.Context(), id, contact)
		},
		"replay": func(s *site, id int64, _ string) error {
			s.rules(func(r *callflow.Settings) { r.Matching.Several, r.Filters.IgnoreAgents = "newest", nil })
			return s.store.ReplayEntry(s.t.Context(), id, "now")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, storetest.SQLite(t))
			contact := s.contact(ada)
			s.fail(writing(salesforcesim.Fault{Kind: salesforcesim.DropAfter, Count: 1})[0])
			call := s.call(answered(ada))
			s.until(call, func(e store.Entry) bool { return e.Reason == callflow.ReasonRetrying })
			s.contact(ada)
			s.rules(func(r *callflow.Settings) {
				r.Matching.Several = callflow.SeveralAsk
				if name == "replay" {
					r.Filters.IgnoreAgents = []string{s.entry(call).AgentID}
				}
			})
			s.until(call, func(e store.Entry) bool { return e.Outcome != callflow.Waiting })
			if e := s.entry(call); e.TaskID == "" {
				if err := goOn(s, e.ID, contact); err != nil {
					t.Fatal(err)
				}
			}
			s.logged(call)
		})
	}
}

func TestAPanicAfterTheTasksWereSentMakesNoSecondOne(t *testing.T) {
	for _, n := range []int{1, 3} {
		t.Run(itoa(int64(n))+" calls", func(t *testing.T) {
			var broken atomic.Pointer[salesforcesim.Org]
			s := newSite(t, storetest.SQLite(t), func(o *siteOptions) {
				o.worker.Now = func() time.Time {
					if org := broken.Load(); org != nil && org.Count("Task") > 0 && broken.CompareAndSwap(org, nil) {
						panic("the clock broke")
					}
					return time.Now()
				}
			})
			s.contact(ada)
			var calls []string
			for range n {
				calls = append(calls, s.call(answered(ada)))
			}
			broken.Store(s.org)
			s.drain()
			for _, call := range calls {
				if e := s.entry(call); e.Outcome == callflow.Failed {
					if err := s.store.ReplayEntry(t.Context(), e.ID, "now"); err != nil {
						t.Fatal(err)
					}
				}
			}
			s.untilAll(calls)
			s.oneTaskEach(calls)
		})
	}
}

func TestANumberWhoseRecordHadNoAnswerWaitsForAllButTheCallThatAsked(t *testing.T) {
	var later atomic.Int64
	s := newSite(t, storetest.SQLite(t), lagging, unhurried(&later))
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
	s.fail(creating(salesforcesim.LateCommit, 1)[0])
	first := s.call(answered(ada))
	s.until(first, func(e store.Entry) bool { return e.Reason == callflow.ReasonRetrying })
	second := s.call(answered(ada))
	s.until(second, func(e store.Entry) bool { return e.Reason == callflow.ReasonNumberBusy })
	s.commitLate(&later)
	s.untilAll([]string{first, second})
	s.oneTaskEach([]string{first, second})
	s.count("Contact", 1)
}
