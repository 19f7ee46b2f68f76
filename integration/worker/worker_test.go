package worker_test

import (
	"strconv"
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

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

const ada = "+33199001234"

func (s *site) contact(number string) string {
	return s.org.Add("Contact", map[string]any{"FirstName": "Ada", "LastName": "Martin", "Phone": number})
}

func TestAnAnsweredCallBecomesAClosedTaskOnItsContact(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		id := s.contact("01 99 00 12 34")
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Plain: true})
		s.drain()
		task := s.task(call)
		if task["WhoId"] != id || task["Status"] != "Completed" || task["CallType"] != "Inbound" || task["TaskSubtype"] != "Call" {
			t.Errorf("Task is %v, want a completed inbound call on %s", task, id)
		}
		e := s.entry(call)
		if e.Outcome != callflow.Logged || e.TaskID != task["Id"] || e.Record.Name != "Ada Martin" {
			t.Errorf("entry is %s on %q with Task %q, want logged on Ada Martin with %v", e.Outcome, e.Record.Name, e.TaskID, task["Id"])
		}
		tries, err := s.store.TriesOf(t.Context(), e.ID)
		if err != nil || len(tries) != 1 || len(tries[0].Steps) < 5 || len(tries[0].Exchanges) < 2 {
			t.Errorf("the trace does not explain the Task: %+v, %v", tries, err)
		}
	})
}

func TestARuleThatDoesNothingSkipsWithoutARequest(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.rules(func(r *callflow.Settings) { r.Flows[callflow.Missed] = callflow.Flow{Action: callflow.DoNothing} })
		before := len(s.org.Requests())
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Plain: true})
		s.drain()
		if e := s.entry(call); e.Outcome != callflow.Skipped || e.Reason != callflow.ReasonFlow {
			t.Errorf("entry is %s, %s; want skipped by its flow", e.Outcome, e.Reason)
		}
		if n := len(s.org.Requests()) - before; n != 0 {
			t.Errorf("%d requests were made for a skipped call", n)
		}
	})
}

func TestManyCallsOfOneUnknownNumberMakeOneRecord(t *testing.T) {
	for _, calls := range []int{2, 10} {
		t.Run(strconv.Itoa(calls), func(t *testing.T) {
			each(t, func(t *testing.T, db *storetest.DB) {
				s := newSite(t, db, func(o *siteOptions) { o.org.IndexDelay = time.Hour })
				s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "contact" })
				for range calls {
					s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
				}
				other := worker.New(s.options)
				var wait sync.WaitGroup
				for _, w := range []*worker.Worker{s.worker, other} {
					wait.Go(func() {
						for range 50 {
							if _, err := w.Turn(t.Context()); err != nil {
								t.Error(err)
								return
							}
						}
					})
				}
				wait.Wait()
				deadline := time.Now().Add(2 * time.Minute)
				for s.org.Count("Task") < calls && time.Now().Before(deadline) {
					s.drain()
					time.Sleep(20 * time.Millisecond)
				}
				if c, n := s.org.Count("Contact"), s.org.Count("Task"); c != 1 || n != calls {
					t.Errorf("%d calls made %d contacts and %d Tasks, want one contact", calls, c, n)
				}
			})
		})
	}
}

func TestALostAnswerMakesNoSecondTask(t *testing.T) {
	for _, kind := range []salesforcesim.Kind{salesforcesim.DropAfter, salesforcesim.Truncate, salesforcesim.DropBefore} {
		t.Run(string(kind), func(t *testing.T) {
			each(t, func(t *testing.T, db *storetest.DB) {
				s := newSite(t, db)
				s.contact(ada)
				if err := s.org.Fail(writing(salesforcesim.Fault{Kind: kind, Count: 1})[0]); err != nil {
					t.Fatal(err)
				}
				call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
				e := s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
				if task := s.task(call); task["Id"] != e.TaskID {
					t.Errorf("the entry knows Task %q, the org has %v", e.TaskID, task["Id"])
				}
			})
		})
	}
}

func TestCallsAreHeldWhileTheGrantIsDeadAndGoOutAfterReconnecting(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		if err := s.org.Fail(salesforcesim.Fault{Kind: salesforcesim.RevokeGrants}); err != nil {
			t.Fatal(err)
		}
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.until(call, func(e store.Entry) bool { return e.Reason == callflow.ReasonReconnect })
		s.connect()
		s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
		s.task(call)
	})
}

func TestAnOutageHoldsTheQueueAndEndsByItself(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		if err := s.org.Fail(salesforcesim.Fault{Kind: salesforcesim.OrgDown}); err != nil {
			t.Fatal(err)
		}
		var calls []string
		for range 5 {
			calls = append(calls, s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true}))
			s.drain()
		}
		s.until(calls[4], func(e store.Entry) bool { return e.Outcome == callflow.Waiting && e.Reason != callflow.ReasonQueued })
		s.org.Clear(salesforcesim.OrgDown)
		for _, call := range calls {
			s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
			s.task(call)
		}
	})
}

func TestLateFactsUpdateTheSameTaskAndLeaveAPersonsEdit(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		task := s.task(call)
		if err := s.org.Update(task["Id"].(string), map[string]any{"Subject": "Renewal with Ada"}); err != nil {
			t.Fatal(err)
		}
		s.tag(call, "billing")
		s.drain()
		task = s.task(call)
		if task["Subject"] != "Renewal with Ada" {
			t.Errorf("the subject a person wrote became %q", task["Subject"])
		}
		if want := "aircall, billing, inbound"; len(task["CallDisposition"].(string)) < len(want) || task["CallDisposition"].(string)[:len(want)] != want {
			t.Errorf("CallDisposition is %q, want the tag in it", task["CallDisposition"])
		}
	})
}

// tag delivers a late call.tagged event made from the call's last one.
func (s *site) tag(call, tag string) {
	s.t.Helper()
	events, err := s.store.EventsOf(s.t.Context(), callflow.KindCall, call)
	if err != nil || len(events) == 0 {
		s.t.Fatal("no events", err)
	}
	at := itoa(time.Now().Unix())
	body := `{"resource":"call","event":"call.tagged","timestamp":` + at + `,"token":"t","data":{"id":` + call +
		`,"tags":[{"id":1,"name":"` + tag + `","tagged_at":` + at + `,"tagged_by":{}}]}}`
	if err := s.deliver([]byte(body)); err != nil {
		s.t.Fatal(err)
	}
}

func TestADeletedTaskIsNotMadeAgain(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		if err := s.org.Delete(s.task(call)["Id"].(string)); err != nil {
			t.Fatal(err)
		}
		s.tag(call, "demo")
		s.drain()
		for _, task := range s.tasks(call) {
			if task["IsDeleted"] != true {
				t.Errorf("the deleted Task was made again: %v", task)
			}
		}
	})
}

func TestAHiddenFieldIsLeftOutAndTheTaskIsWritten(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		if err := s.org.Fail(salesforcesim.Fault{Kind: salesforcesim.HideField, Object: "Task", Field: "Type"}); err != nil {
			t.Fatal(err)
		}
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		s.task(call)
		if e := s.entry(call); e.Detail["dropped"] != "Type" {
			t.Errorf("the entry does not say that Type was left out: %+v", e.Detail)
		}
	})
}

func TestAFailedCallCanBeReplayedOnceMended(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		if err := s.org.Fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Message: "A follow-up date is needed."}); err != nil {
			t.Fatal(err)
		}
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Plain: true})
		s.drain()
		e := s.entry(call)
		if e.Outcome != callflow.Failed || e.Reason != callflow.ReasonValidationRule || e.Detail["message"] != "A follow-up date is needed." {
			t.Fatalf("entry is %s, %s, %v; want failed with the rule's own words", e.Outcome, e.Reason, e.Detail)
		}
		found, err := s.store.ListEntries(t.Context(), store.Filter{Query: "ada martin"})
		if err != nil || len(found.Entries) != 1 || e.Record.Name != "Ada Martin" || e.Record.ID != "" {
			t.Errorf("by her name %d calls are found (%v); the entry is on %+v", len(found.Entries), err, e.Record)
		}
		tries, err := s.store.TriesOf(t.Context(), e.ID)
		if err != nil || len(tries) != 1 {
			t.Fatalf("%d tries, %v", len(tries), err)
		}
		if x := tries[0].Exchanges[len(tries[0].Exchanges)-1]; x.Err != "FIELD_CUSTOM_VALIDATION_EXCEPTION" {
			t.Errorf("the request that Salesforce refused a part of looks well: %+v", x)
		}
		s.org.Clear(salesforcesim.ValidationRule)
		if err := s.store.ReplayEntry(t.Context(), e.ID, "now"); err != nil {
			t.Fatal(err)
		}
		if err := s.store.ReplayEntry(t.Context(), e.ID, "now"); err == nil {
			t.Error("a second replay was accepted while the first is waiting")
		}
		s.drain()
		s.task(call)
	})
}

func TestAnInactiveOwnerFallsBackToTheConnectedUser(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.contact(ada)
		if err := s.org.Fail(salesforcesim.Fault{Kind: salesforcesim.InactiveUser, User: "lena.vogt@example.com"}); err != nil {
			t.Log(err) // an org without her has no such user: the fallback is the same
		}
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Agent: "lena.vogt@example.com", Plain: true})
		s.drain()
		task := s.task(call)
		state, _, err := s.conn.State(t.Context())
		if err != nil || task["OwnerId"] != state.UserID {
			t.Errorf("owner is %v, want the connected user %s (%v)", task["OwnerId"], state.UserID, err)
		}
	})
}

func TestAThousandQueuedCallsCostAboutTwelveRequests(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		var wait sync.WaitGroup
		for n := range 1000 {
			number := "+331990" + strconv.Itoa(10000 + n)[0:5]
			if n%2 == 0 {
				s.contact(number)
			}
			wait.Go(func() {
				if _, err := s.account.PlaceCall(t.Context(), aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: number, Line: "Support FR", Plain: true}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if err := s.account.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		before := len(s.org.Requests())
		s.drain()
		if n := len(s.org.Requests()) - before; n > 25 {
			t.Errorf("1,000 calls took %d requests", n)
		} else {
			t.Logf("1,000 calls took %d requests", n)
		}
		if n := s.org.Count("Task"); n != 500 {
			t.Errorf("%d Tasks, want 500", n)
		}
	})
}

func TestACallWhoseEndNeverCameIsAskedForAndLogged(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		later := time.Duration(0)
		s := newSite(t, db, func(o *siteOptions) { o.worker.Now = func() time.Time { return time.Now().Add(later) } })
		s.contact(ada)
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.Unfinished, Number: ada, Plain: true})
		s.drain()
		if e := s.entry(call); e.Outcome != callflow.Waiting || e.Reason != callflow.ReasonGoingOn {
			t.Fatalf("entry is %s, %s; want waiting for its end", e.Outcome, e.Reason)
		}
		later = 5 * time.Hour
		s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Logged })
		s.task(call)
	})
}

func TestANumberOfTwoContactsAsksAPersonWhenTheRulesSaySo(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		first, second := s.contact(ada), s.contact("0033 1 99 00 12 34")
		s.rules(func(r *callflow.Settings) { r.Matching.Several = callflow.SeveralAsk })
		call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Plain: true})
		s.drain()
		e := s.entry(call)
		if e.Outcome != callflow.NeedsChoice {
			t.Fatalf("entry is %s, %s; want a choice between %s and %s", e.Outcome, e.Reason, first, second)
		}
		if err := s.store.ChooseForEntry(t.Context(), e.ID, first); err != nil {
			t.Fatal(err)
		}
		s.drain()
		if task := s.task(call); task["WhoId"] != first {
			t.Errorf("the Task stands on %v, want the chosen %s", task["WhoId"], first)
		}
	})
}
