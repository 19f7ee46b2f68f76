package worker_test

import (
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

// hang delivers the end of a call that goes on.
func (s *site) hang(call string) {
	s.t.Helper()
	at := itoa(time.Now().Unix())
	s.say(call, "call.hungup", `,"ended_at":`+at)
	s.say(call, "call.ended", `,"ended_at":`+at)
}

// going is a call that was answered and goes on, its Task written.
func going(t *testing.T, change func(*callflow.Settings)) (s *site, call string, task map[string]any) {
	t.Helper()
	s = newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.WriteWhen = callflow.WriteAnswered
		change(r)
	})
	call = s.call(aircallsim.CallSpec{Kind: aircallsim.Unfinished, Number: ada, Line: "Support FR", Agent: s.account.Users()[0].Email, Plain: true})
	return s, call, s.logged(call)
}

func TestACallWrittenAtItsAnswerIsCompletedAtItsEnd(t *testing.T) {
	s, call, task := going(t, func(*callflow.Settings) {})
	if task["CallDurationInSeconds"] != nil || task["WhoId"] == nil {
		t.Errorf("at the answer the Task is %v", task)
	}
	s.hang(call)
	s.drain()
	if got := s.task(call); got["Id"] != task["Id"] || got["CallDurationInSeconds"] == nil {
		t.Errorf("at the end the Task is %v", got)
	}
	if e := s.entry(call); !e.DueAt.IsZero() || e.Reason != callflow.ReasonUpdatedTask {
		t.Errorf("the entry is %s, %s, due %v", e.Outcome, e.Reason, e.DueAt)
	}
}

func TestATaskWrittenAtTheAnswerGoesToWhoTalkedLast(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	first, last := s.account.Users()[0], s.account.Users()[1]
	one, two := s.user(first.Email), s.user(last.Email)
	s.rules(func(r *callflow.Settings) { r.WriteWhen = callflow.WriteAnswered })
	call := s.call(aircallsim.CallSpec{Kind: aircallsim.Unfinished, Number: ada, Line: "Support FR", Agent: first.Email, Plain: true})
	if task := s.logged(call); task["OwnerId"] != one {
		t.Fatalf("at the answer the Task belongs to %v, want %s", task["OwnerId"], one)
	}
	user := func(u aircallsim.User) string {
		return `{"id":` + itoa(u.ID) + `,"name":"` + u.Name + `","email":"` + u.Email + `"}`
	}
	s.say(call, "call.transferred", `,"user":`+user(first)+`,"transferred_by":`+user(first)+`,"transferred_to":`+user(last))
	s.say(call, "call.answered", `,"user":`+user(last))
	s.drain()
	s.hang(call)
	s.drain()
	if task := s.task(call); task["OwnerId"] != two {
		t.Errorf("the Task belongs to %v, want %s, who talked last", task["OwnerId"], two)
	}
	s.say(call, "call.tagged", `,"user":`+user(first)+`,"tags":[{"id":1,"name":"vip","tagged_by":`+user(first)+`}]`)
	s.drain()
	if task := s.task(call); task["OwnerId"] != two {
		t.Errorf("a tag moved the Task to %v", task["OwnerId"])
	}
}

func TestAShortCallWhoseTaskStandsIsCompletedAndToldSo(t *testing.T) {
	s, call, task := going(t, func(r *callflow.Settings) { r.Filters.MinTalkSeconds = 7200 })
	s.hang(call)
	s.drain()
	got := s.task(call)
	if got["Id"] != task["Id"] || got["CallDurationInSeconds"] == nil {
		t.Errorf("the Task is %v, want it completed", got)
	}
	s.says(call, "filter/short")
	s.says(call, "unchanged/completed")
	if e := s.entry(call); e.Outcome != callflow.Logged {
		t.Errorf("entry is %s, %s", e.Outcome, e.Reason)
	}
}

func TestAShortCallWrittenAtItsEndIsSkipped(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.Filters.MinTalkSeconds = 7200 })
	call := s.call(answered(ada))
	s.until(call, func(e store.Entry) bool { return e.Outcome == callflow.Skipped && e.Reason == callflow.ReasonShort })
}

// missedCall is a missed call under the flows given, worked on.
func missedCall(t *testing.T, missed, voicemail callflow.Flow) (s *site, call string) {
	t.Helper()
	s = newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.Flows[callflow.Missed], r.Flows[callflow.Voicemail] = missed, voicemail
	})
	call = s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", Plain: true})
	s.drain()
	return s, call
}

func TestAVoicemailAfterAMissedCallIsJudgedAgain(t *testing.T) {
	s, call := missedCall(t, callflow.Flow{Action: callflow.Completed}, callflow.Flow{Action: callflow.InProgress, DueDays: 1, Priority: "High"})
	before := s.task(call)
	s.say(call, "call.voicemail_left", asset("voicemail"))
	s.drain()
	task := s.task(call)
	if task["Id"] != before["Id"] || task["Subject"] != "Voicemail from Ada Martin on Support FR" || task["Status"] != "Not Started" ||
		task["Priority"] != "High" || task["ActivityDate"] == before["ActivityDate"] {
		t.Errorf("the Task is %v, want an open voicemail", task)
	}
	if e := s.entry(call); e.CallType != callflow.Voicemail {
		t.Errorf("the entry is a %s", e.CallType)
	}
}

func TestAVoicemailIsLoggedThoughMissedCallsDoNothing(t *testing.T) {
	s, call := missedCall(t, callflow.Flow{Action: callflow.DoNothing}, callflow.Flow{Action: callflow.InProgress})
	if e := s.entry(call); e.Outcome != callflow.Skipped || len(s.tasks(call)) != 0 {
		t.Fatalf("the missed call is %s", e.Outcome)
	}
	s.say(call, "call.voicemail_left", asset("voicemail"))
	if task := s.logged(call); task["Subject"] != "Voicemail from Ada Martin on Support FR" || task["Status"] != "Not Started" {
		t.Errorf("the Task is %v", task)
	}
}

func TestTheTaskOfAMissedCallStaysThoughVoicemailsDoNothing(t *testing.T) {
	s, call := missedCall(t, callflow.Flow{Action: callflow.InProgress}, callflow.Flow{Action: callflow.DoNothing})
	before := s.writes(call)
	s.say(call, "call.voicemail_left", asset("voicemail"))
	s.drain()
	if task := s.task(call); task["Subject"] != "Missed call from Ada Martin on Support FR" || s.writes(call) != before {
		t.Errorf("the Task became %v", task)
	}
	if p := s.says(call, "unchanged/rule").Params; p["reason"] != string(callflow.ReasonFlow) {
		t.Errorf("the trace tells %v", p)
	}
	if e := s.entry(call); e.Outcome != callflow.Logged {
		t.Errorf("entry is %s, %s", e.Outcome, e.Reason)
	}
}

func TestACallThatGoesOnIsNotTakenForOneThatAWrongClockPutOff(t *testing.T) {
	s, call, _ := going(t, func(*callflow.Settings) {})
	if n, err := s.store.BringForward(t.Context()); err != nil || n != 0 {
		t.Errorf("%d entries were brought forward (%v), the call waits for its end: %+v", n, err, s.entry(call))
	}
}
