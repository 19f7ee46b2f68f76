package worker_test

import (
	"strings"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

// logOne is a site with a contact and a logged call of hers.
func logOne(t *testing.T) (s *site, call string) {
	t.Helper()
	s = newSite(t, storetest.SQLite(t))
	s.contact(ada)
	call = s.call(answered(ada))
	s.logged(call)
	return s, call
}

// asset is what an event says of a recording or voicemail.
func asset(kind string) string {
	return `,"asset":"https://assets.aircall.io/calls/1/` + kind + `"`
}

func TestABurstOfLateFactsMakesOneUpdate(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) { r.SettleSeconds = 10 })
	call := s.call(answered(ada))
	later = 11 * time.Second
	s.logged(call)
	before := s.writes(call)
	later = 0
	for _, say := range [][2]string{
		{"call.tagged", `,"tags":[{"id":1,"name":"billing"}]`},
		{"call.commented", `,"comments":[{"id":1,"content":"Calls back on Thursday","posted_at":1772530795}]`},
		{"call.comm_assets_generated", asset("recording")},
		{"call.tagged", `,"tags":[{"id":1,"name":"billing"},{"id":2,"name":"vip"}]`},
	} {
		s.say(call, say[0], say[1])
		s.drain()
	}
	if n := s.writes(call) - before; n != 0 {
		t.Errorf("%d updates were made while facts were still coming", n)
	}
	later = time.Minute
	s.drain()
	if n := s.writes(call) - before; n != 1 {
		t.Errorf("four late facts made %d updates", n)
	}
	text := s.task(call)["Description"].(string)
	for _, part := range []string{"Recording: https://assets.aircall.io/calls/1/recording", "Calls back on Thursday", "Tags: billing, vip"} {
		if !strings.Contains(text, part) {
			t.Errorf("the description has no %q:\n%s", part, text)
		}
	}
}

func TestALateFactThatChangesNothingSendsNothing(t *testing.T) {
	s, call := logOne(t)
	before := len(s.org.Requests())
	s.say(call, "call.archived", `,"archived":true`)
	s.say(call, "call.assigned", `,"assigned_to":{"id":9,"name":"Tom","email":"tom@example.com"}`)
	s.drain()
	if n := len(s.org.Requests()) - before; n != 0 {
		t.Errorf("%d requests were made for facts that change nothing", n)
	}
	s.says(call, "unchanged/same")
}

func TestALateFactThatAPersonWroteAlreadyIsNotWrittenAgain(t *testing.T) {
	s, call := logOne(t)
	task := s.task(call)
	text := task["Description"].(string) + "\nTags: billing"
	s.change(task["Id"], map[string]any{
		"Description": text, "CallDisposition": strings.Replace(task["CallDisposition"].(string), "aircall", "aircall, billing", 1),
	})
	before := s.writes(call)
	s.tag(call, "billing")
	s.drain()
	if n := s.writes(call) - before; n != 0 {
		t.Errorf("%d updates were made though all stood there", n)
	}
	s.tag(call, "vip")
	s.drain()
	if got := s.task(call)["Description"]; got != strings.Replace(text, "billing", "vip", 1) {
		t.Errorf("what a person wrote first is not ours to update: %q", got)
	}
}

func TestARemovedTagAndAnEditedCommentReachTheTask(t *testing.T) {
	s, call := logOne(t)
	s.say(call, "call.tagged", `,"tags":[{"id":1,"name":"billing"},{"id":2,"name":"vip"}]`)
	s.say(call, "call.commented", `,"comments":[{"id":1,"content":"Calls back on Thursday"}]`)
	s.drain()
	s.say(call, "call.untagged", `,"tags":[{"id":2,"name":"vip"}]`)
	s.say(call, "call.commented", `,"comments":[{"id":1,"content":"Calls back on Friday"}]`)
	s.drain()
	task := s.task(call)
	text := task["Description"].(string)
	if !strings.Contains(text, "Tags: vip") || !strings.Contains(text, "Friday") || strings.Contains(text, "Thursday") {
		t.Errorf("the description is\n%s", text)
	}
	if got := task["CallDisposition"].(string); !strings.HasPrefix(got, "aircall, vip, inbound") {
		t.Errorf("CallDisposition is %q", got)
	}
}

func TestAPersonsLinesInADescriptionStayAndOursGoOn(t *testing.T) {
	s, call := logOne(t)
	s.tag(call, "billing")
	s.drain()
	task := s.task(call)
	text := task["Description"].(string)
	talk := text[strings.Index(text, "Talk time"):strings.Index(text, "\nTags")]
	s.change(task["Id"], map[string]any{"Description": "Wants the blue one.\n" + strings.Replace(text, talk, "Talked for ever", 1) + "\nSend the quote."})
	s.say(call, "call.tagged", `,"tags":[{"id":2,"name":"vip"}]`)
	s.say(call, "call.comm_assets_generated", asset("recording"))
	s.drain()
	got := s.task(call)["Description"].(string)
	for _, want := range []string{"Wants the blue one.\n", "\nTalked for ever", "\nSend the quote.", "\nTags: vip", "\nRecording: https://"} {
		if !strings.Contains(got, want) {
			t.Errorf("the description has no %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "billing") || strings.Contains(got, "Talk time") {
		t.Errorf("an old line of ours came back or stayed:\n%s", got)
	}
}

func TestADescriptionThatAPersonWroteAnewIsTheirs(t *testing.T) {
	s, call := logOne(t)
	s.change(s.task(call)["Id"], map[string]any{"Description": "All said."})
	s.say(call, "call.comm_assets_generated", asset("recording"))
	s.drain()
	if got := s.task(call)["Description"]; got != "All said." {
		t.Errorf("the description became %q", got)
	}
	if p := s.says(call, "unchanged/edited").Params; p["fields"] != "Description" {
		t.Errorf("the trace names %v", p)
	}
}

func TestEveryFieldThatAPersonEditedStaysAndIsNamed(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	s.rules(func(r *callflow.Settings) {
		r.Flows[callflow.Missed] = callflow.Flow{Action: callflow.Completed}
		r.Flows[callflow.Voicemail] = callflow.Flow{Action: callflow.InProgress, DueDays: 3, Priority: "High"}
		r.Task.Fields = map[string]string{"Call_Id__c": "{tags}"}
	})
	s.fail(salesforcesim.Fault{Kind: salesforcesim.CustomField, Object: "Task", Field: "Call_Id__c", Type: "string", Length: 80})
	if _, err := s.conn.RefreshOrg(t.Context()); err != nil {
		t.Fatal(err)
	}
	call := s.call(aircallsim.CallSpec{Kind: aircallsim.Missed, Number: ada, Line: "Support FR", Plain: true, Tags: []string{"billing"}})
	s.logged(call)
	theirs := map[string]any{
		"Subject": "Mine", "Status": "In Progress", "ActivityDate": "2027-05-01", "Priority": "Low", "CallDisposition": "mine", "Call_Id__c": "mine",
	}
	s.change(s.task(call)["Id"], theirs)
	s.say(call, "call.voicemail_left", asset("voicemail")+`,"tags":[{"id":2,"name":"vip"}]`)
	s.drain()
	task := s.task(call)
	for field, want := range theirs {
		if got := task[field]; got != want {
			t.Errorf("%s became %v, want %v", field, got, want)
		}
	}
	if !strings.Contains(task["Description"].(string), "Voicemail: https://") {
		t.Errorf("the voicemail did not reach the description:\n%s", task["Description"])
	}
	if p := s.says(call, "unchanged/edited").Params; p["fields"] != "ActivityDate, CallDisposition, Call_Id__c, Priority, Status, Subject" {
		t.Errorf("the trace names %q", p["fields"])
	}
}

func TestATaskThatANewOwnerTookStaysTheirs(t *testing.T) {
	s, call := logOne(t)
	other := s.user("other@example.com")
	s.change(s.task(call)["Id"], map[string]any{"OwnerId": other})
	agent := s.user(s.account.Users()[1].Email)
	u := s.account.Users()[1]
	s.say(call, "call.transferred", `,"user":{"id":`+itoa(u.ID)+`,"name":"`+u.Name+`","email":"`+u.Email+`"}`)
	s.tag(call, "vip")
	s.drain()
	if got := s.task(call)["OwnerId"]; got != other {
		t.Errorf("the Task belongs to %v, want %s who took it, not %s", got, other, agent)
	}
}

func TestALockedTaskIsNotFoughtAndATaskInUseIsTriedAgain(t *testing.T) {
	s, call := logOne(t)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Code: "ENTITY_IS_LOCKED", Message: "the entity is locked for editing"})
	before := s.writes(call)
	s.tag(call, "billing")
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Logged || !e.DueAt.IsZero() || s.writes(call)-before != 1 {
		t.Errorf("a locked Task leaves the entry %s, due %v after %d requests", e.Outcome, e.DueAt, s.writes(call)-before)
	}
	s.says(call, "unchanged/locked")
	s.org.ClearAll()
	s.fail(salesforcesim.Fault{Kind: salesforcesim.LockRow, Object: "Task", Count: 1})
	s.tag(call, "vip")
	s.until(call, func(store.Entry) bool { return strings.Contains(s.task(call)["CallDisposition"].(string), "vip") })
	s.says(call, "retry/busy")
}

func TestAnArchivedTaskIsLeftAndNotTakenForDeleted(t *testing.T) {
	s, call := logOne(t)
	s.change(s.task(call)["Id"], map[string]any{"IsArchived": true})
	s.tag(call, "billing")
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Logged || e.Reason == callflow.ReasonTaskDeleted || !e.DueAt.IsZero() {
		t.Errorf("entry is %s, %s, due %v", e.Outcome, e.Reason, e.DueAt)
	}
	s.says(call, "unchanged/archived")
}

func TestATaskDeletedBetweenReadingAndWritingStaysDeleted(t *testing.T) {
	s, call := logOne(t)
	s.fail(salesforcesim.Fault{Kind: salesforcesim.ValidationRule, Object: "Task", Code: "ENTITY_IS_DELETED", Message: "entity is deleted", Count: 1})
	s.tag(call, "billing")
	s.drain()
	if e := s.entry(call); e.Outcome != callflow.Logged || e.Reason != callflow.ReasonTaskDeleted {
		t.Errorf("entry is %s, %s; want it to say that the Task was deleted", e.Outcome, e.Reason)
	}
}

func TestASummaryThatComesDaysLaterReachesTheTask(t *testing.T) {
	s, call := logOne(t)
	body := `{"resource":"conversation_intelligence","event":"summary.created","timestamp":` + itoa(time.Now().Add(72*time.Hour).Unix()) +
		`,"token":"t","data":{"id":1,"call_id":"` + call + `","content":"Asks for a quote."}}`
	if err := s.deliver([]byte(body)); err != nil {
		t.Fatal(err)
	}
	s.drain()
	if got := s.task(call)["Description"].(string); !strings.HasSuffix(got, "\nSummary: Asks for a quote.") {
		t.Errorf("the description is\n%s", got)
	}
}
