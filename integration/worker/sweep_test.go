package worker_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store/storetest"
)

// unfinished places a call whose end is never told and waits four hours.
func unfinished(t *testing.T) (s *site, id string, later *time.Duration) {
	t.Helper()
	later = new(time.Duration)
	s = newSite(t, storetest.SQLite(t), ahead(later))
	s.logAll()
	id = s.call(aircallsim.CallSpec{Kind: aircallsim.Unfinished, Number: ada, Line: "Support FR", Plain: true})
	s.drain()
	*later = 3*time.Hour + 50*time.Minute
	s.drain()
	if e := s.entry(id); e.Outcome != callflow.Waiting || e.Reason != callflow.ReasonGoingOn {
		t.Fatalf("before four hours are over the call is %s, %s", e.Outcome, e.Reason)
	}
	*later = 5 * time.Hour
	return s, id, later
}

// swept is the step of the trace that says how the end was found out.
func (s *site) swept(id string) string {
	s.t.Helper()
	tries, err := s.store.TriesOf(s.t.Context(), s.entry(id).ID)
	if err != nil || len(tries) == 0 {
		s.t.Fatalf("no try of call %s (%v)", id, err)
	}
	for _, step := range tries[len(tries)-1].Steps {
		if step.Code == "swept" || step.Code == "received" && step.Result != "webhook" {
			return step.Code + "/" + step.Result
		}
	}
	return ""
}

func TestACallFoundEndedIsLoggedWithItsTalkTime(t *testing.T) {
	s, id, _ := unfinished(t)
	s.drain()
	if task := s.task(id); task["CallDurationInSeconds"] == nil || s.swept(id) != "received/completed" {
		t.Errorf("the Task is %v, its trace says %q", task, s.swept(id))
	}
}

func TestACallThatStillGoesOnIsWaitedFor(t *testing.T) {
	s, id, later := unfinished(t)
	asked := 0
	s.listen(func(w http.ResponseWriter, r *http.Request) bool {
		if asked++; asked > 2 {
			return false
		}
		fmt.Fprintf(w, `{"call":{"id":%s,"direction":"inbound","status":"answered","started_at":%d,"ended_at":null}}`, id, time.Now().Unix())
		return true
	})
	for hours := range 2 {
		s.drain()
		s.drain()
		if e := s.entry(id); asked != hours+1 || e.Outcome != callflow.Waiting || e.Reason != callflow.ReasonGoingOn {
			t.Fatalf("asked %d times after %d hours, the call is %s, %s", asked, hours, e.Outcome, e.Reason)
		}
		*later += 61 * time.Minute
	}
	s.drain()
	s.task(id)
}

func TestACallThatAircallForgotIsJudgedByWhatCame(t *testing.T) {
	s, id, _ := unfinished(t)
	s.listen(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusNotFound)
		return true
	})
	s.drain()
	if e := s.entry(id); e.Outcome != callflow.Logged || e.CallType != callflow.InboundAnswered || s.swept(id) != "swept/gone" {
		t.Errorf("the call is %s, %s of type %s; its trace says %q", e.Outcome, e.Reason, e.CallType, s.swept(id))
	}
	if task := s.task(id); !strings.Contains(fmt.Sprint(task["Subject"]), "answered") {
		t.Errorf("the Task is %v", task)
	}
}

func TestACallThatAircallSaysNothingAboutIsJudgedAfterADay(t *testing.T) {
	s, id, later := unfinished(t)
	s.listen(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusBadGateway)
		return true
	})
	s.drain()
	if e := s.entry(id); e.Outcome != callflow.Waiting {
		t.Fatalf("Aircall is down, and the call is %s, %s", e.Outcome, e.Reason)
	}
	*later = 25 * time.Hour
	s.drain()
	if s.task(id); s.swept(id) != "swept/given_up" {
		t.Errorf("the trace says %q", s.swept(id))
	}
}

func TestWithoutAKeyALostCallIsJudgedByWhatCame(t *testing.T) {
	s, id, _ := unfinished(t)
	if err := s.options.Aircall.ByHand(t.Context(), "a token of a webhook made by hand", "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if s.task(id); s.swept(id) != "swept/nobody_to_ask" {
		t.Errorf("the trace says %q", s.swept(id))
	}
}
