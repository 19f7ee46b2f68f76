package worker_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ringledger/integration/aircall"
	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

// send places a message and gives its id once its events have come.
func (s *site) send(spec aircallsim.MessageSpec) string {
	s.t.Helper()
	id, err := s.account.PlaceMessage(s.t.Context(), spec)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.account.Drain(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return id
}

// messageEntry works until the message came to an outcome.
func (s *site) messageEntry(id string) store.Entry {
	s.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
		if _, err := s.worker.Turn(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		e, err := s.store.EntryOf(s.t.Context(), callflow.KindMessage, id)
		if err != nil {
			s.t.Fatal(err)
		}
		if e.Outcome != callflow.Waiting && e.DueAt.IsZero() {
			return e
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("message %s stays %s, %s", id, e.Outcome, e.Reason)
		}
	}
}

// messageTasks are the Tasks in the org that carry the message's key.
func (s *site) messageTasks(id string) []map[string]any {
	var out []map[string]any
	for _, task := range s.org.Records("Task") {
		if task["CallObject"] == "aircall-message:"+id {
			out = append(out, task)
		}
	}
	return out
}

func TestEveryKindOfMessageIsOneTask(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	contact := s.contact(ada)
	kinds := map[aircallsim.MessageKind]struct{ subject, text string }{
		aircallsim.SMSReceived:      {"SMS received from", "On my way"},
		aircallsim.SMSSent:          {"SMS sent from Camille Roy via Support FR to", "On my way"},
		aircallsim.SMSFailed:        {"SMS sent from", "Delivery: failed"},
		aircallsim.MMSReceived:      {"SMS received from", "Attachments: photo.jpg"},
		aircallsim.WhatsAppReceived: {"WhatsApp message received from", "On my way"},
		aircallsim.WhatsAppSent:     {"WhatsApp message sent from", "On my way"},
		aircallsim.GroupReceived:    {"SMS received from", "Other participants: +33199"},
		aircallsim.GroupSent:        {"SMS sent from", "Other participants: +33199"},
	}
	ids := map[aircallsim.MessageKind]string{}
	for kind := range kinds {
		ids[kind] = s.send(aircallsim.MessageSpec{Kind: kind, Number: ada, Line: "Support FR", Agent: "camille.roy@example.com", Body: "On my way"})
	}
	for kind, want := range kinds {
		id, e := ids[kind], s.messageEntry(ids[kind])
		tasks := s.messageTasks(id)
		if len(tasks) != 1 || tasks[0]["WhoId"] != contact || e.Outcome != callflow.Logged {
			t.Errorf("%s: %s, %s with %d Tasks, want one on the contact: %v", kind, e.Outcome, e.Reason, len(tasks), tasks)
			continue
		}
		subject, text := fmt.Sprint(tasks[0]["Subject"]), fmt.Sprint(tasks[0]["Description"])
		if !strings.HasPrefix(subject, want.subject) || !strings.Contains(text, want.text) || tasks[0]["CallDurationInSeconds"] != nil && fmt.Sprint(tasks[0]["CallDurationInSeconds"]) != "0" {
			t.Errorf("%s is %q: %q with %v seconds", kind, subject, text, tasks[0]["CallDurationInSeconds"])
		}
	}
}

func TestAStatusThatComesLateUpdatesTheTaskOfTheMessage(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.account.SetFaults(aircallsim.Faults{Drop: []string{"message.status_updated"}})
	id := s.send(aircallsim.MessageSpec{Kind: aircallsim.SMSSent, Number: ada, Body: "On my way"})
	s.messageEntry(id)
	if text := fmt.Sprint(s.messageTasks(id)[0]["Description"]); strings.Contains(text, "Delivery") {
		t.Fatalf("before any status: %q", text)
	}
	for n, want := range []bool{true, false} {
		status := []string{"failed", "delivered"}[n]
		body := fmt.Sprintf(`{"event":"message.status_updated","timestamp":%d,"data":{"id":%q,"direction":"outbound","status":%q}}`, time.Now().Add(time.Duration(n+10)*time.Second).UnixMilli(), id, status)
		for range 2 { // it comes twice
			if err := s.deliver([]byte(body)); err != nil {
				t.Fatal(err)
			}
		}
		s.messageEntry(id)
		tasks := s.messageTasks(id)
		if len(tasks) != 1 || strings.Contains(fmt.Sprint(tasks[0]["Description"]), "Delivery: failed") != want {
			t.Errorf("after %s: %d Tasks, %q", status, len(tasks), tasks[0]["Description"])
		}
	}
}

func TestAMessageThatIsNotLoggedAsksNothingOfSalesforce(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.Flows[callflow.MessageReceived] = callflow.Flow{Action: callflow.DoNothing}
		r.Matching.NoMatch.Create = "lead"
	})
	before := len(s.org.Requests())
	id := s.send(aircallsim.MessageSpec{Kind: aircallsim.SMSReceived, Number: ada, Body: "Hello"})
	if e := s.messageEntry(id); e.Outcome != callflow.Skipped || e.Reason != callflow.ReasonFlow || len(s.messageTasks(id)) != 0 {
		t.Errorf("do nothing: %s, %s", e.Outcome, e.Reason)
	}
	body := fmt.Sprintf(`{"event":"message.sent","timestamp":%d,"data":{"id":"SM-name","direction":"outbound","external_number":"ACME","body":"x","number":{"id":1249601,"name":"Support FR","digits":"+33 1 99 00 00 10","country":"FR"}}}`, time.Now().UnixMilli())
	if err := s.deliver([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if e := s.messageEntry("SM-name"); e.Outcome != callflow.Skipped || e.Reason != callflow.ReasonAnonymous {
		t.Errorf("a name instead of a number: %s, %s", e.Outcome, e.Reason)
	}
	if n := len(s.org.Requests()) - before; n != 0 || s.org.Count("Lead") != 0 {
		t.Errorf("%d requests and %d Leads for messages that are not logged", n, s.org.Count("Lead"))
	}
}

func TestMessagesAreOnNoListAndTheirGapStays(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.account.SetFaults(aircallsim.Faults{Silent: true})
	if _, err := s.account.PlaceMessage(t.Context(), aircallsim.MessageSpec{Kind: aircallsim.SMSReceived, Number: ada}); err != nil {
		t.Fatal(err)
	}
	s.ask(time.Now().Add(-time.Hour), time.Now().Add(time.Minute))
	if b := s.fill(); b.State != store.BackfillDone || b.Found != 0 {
		t.Errorf("the list of calls has %+v", b)
	}
}

// Late facts of calls, as the intelligence of Aircall and its users add them.

func TestASummaryComesLaterAndStandsInTheTask(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.logAll()
	id := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Plain: true})
	s.drain()
	body := fmt.Sprintf(`{"resource":"conversation_intelligence","event":"summary.created","timestamp":%d,"data":{"id":7,"call_id":%q,"content":"Wants a quote."}}`, time.Now().Unix()+60, id)
	if err := s.deliver([]byte(body)); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if !strings.Contains(s.text(id), "Summary: Wants a quote.") {
		t.Errorf("the Task says %q", s.text(id))
	}
	s.rules(func(r *callflow.Settings) { r.Task.Description = []string{callflow.PartTags} })
	second := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Plain: true, Summary: "Secret."})
	s.drain()
	if strings.Contains(s.text(second), "Secret.") {
		t.Errorf("a summary that the rules leave out is written: %q", s.text(second))
	}
}

func TestAgentsThatAircallNamesNoMoreLeaveTheirCallsAlone(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.logAll()
	id := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Agent: "camille.roy@example.com", Plain: true})
	s.drain()
	before := s.task(id)
	client, err := s.options.Aircall.Client(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fetched, err := client.Call(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	// Deleted since: the user of her calls is null.
	gone := strings.Replace(string(fetched.Event), `"user":{`, `"former_user":{`, 1)
	e, err := aircall.ParseEnvelope([]byte(gone))
	if err != nil || !strings.Contains(gone, "former_user") {
		t.Fatalf("%v: %s", err, gone)
	}
	if err := s.deliver(e.Body); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if after := s.task(id); after["OwnerId"] != before["OwnerId"] || after["Subject"] != before["Subject"] {
		t.Errorf("the Task became %q of %v, was %q of %v", after["Subject"], after["OwnerId"], before["Subject"], before["OwnerId"])
	}
}
