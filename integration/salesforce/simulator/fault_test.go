package simulator_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ringledger/integration/salesforce/simulator"
)

func task(s *site) reply {
	return s.call("POST", "/sobjects/Task", map[string]any{"Subject": "Call"})
}

func TestRequestFaults(t *testing.T) {
	for _, c := range []struct {
		fault  simulator.Fault
		check  func(reply)
		stored int
	}{
		{simulator.Fault{Kind: simulator.Answer, Status: 500, Code: "UNKNOWN_EXCEPTION", Message: "boom"}, func(r reply) { r.refuses(500, "UNKNOWN_EXCEPTION", "boom") }, 0},
		{simulator.Fault{Kind: simulator.HTML503}, func(r reply) { r.is(503); html(r) }, 0},
		{simulator.Fault{Kind: simulator.MaintenancePage}, func(r reply) { r.is(200); html(r) }, 0},
		{simulator.Fault{Kind: simulator.RequestLimit}, func(r reply) { r.refuses(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.") }, 0},
		{simulator.Fault{Kind: simulator.OrgDown}, func(r reply) { r.refuses(503, "SERVER_UNAVAILABLE", "") }, 0},
		{simulator.Fault{Kind: simulator.DropBefore}, broken, 0},
		{simulator.Fault{Kind: simulator.DropAfter}, broken, 1},
		{simulator.Fault{Kind: simulator.Truncate}, broken, 1},
		{simulator.Fault{Kind: simulator.Delay, DelayMS: 1}, func(r reply) { r.is(201) }, 1},
	} {
		t.Run(string(c.fault.Kind), func(t *testing.T) {
			s := newSite(t, simulator.Options{})
			c.fault.Count = 1
			s.fail(c.fault)
			c.check(task(s))
			if n := s.org.Count("Task"); n != c.stored {
				t.Errorf("got %d tasks, want %d", n, c.stored)
			}
			if task(s).is(201); len(s.org.Faults()) != 0 {
				t.Errorf("still on: %v", s.org.Faults())
			}
		})
	}
}

func html(r reply) {
	r.t.Helper()
	if !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		r.t.Errorf("got %s", r.header.Get("Content-Type"))
	}
}

func broken(r reply) {
	r.t.Helper()
	if r.err == nil {
		r.t.Errorf("got a whole answer: %d %s", r.status, r.text)
	}
}

func TestLateCommitHappensAfterTheAnswer(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.LateCommit, DelayMS: 50, Count: 1})
	task(s).is(504)
	if n := s.org.Count("Task"); n != 0 {
		t.Fatalf("got %d tasks at once", n)
	}
	for deadline := time.Now().Add(5 * time.Second); s.org.Count("Task") == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the late commit never came")
		}
	}
}

func TestFaultsCanBeLimitedToPathsMethodsAndObjects(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.HTML503, Path: "/sobjects/Contact", Method: "POST"})
	s.fail(simulator.Fault{Kind: simulator.HTML503, Object: "Opportunity"})
	task(s).is(201)
	s.query("SELECT Id FROM Contact").is(200)
	s.call("POST", "/sobjects/Contact", map[string]any{"LastName": "X"}).is(503)
	s.query("SELECT Id FROM Opportunity").is(503)
	s.call("POST", "/composite", composite(false, sub("a", "POST", "/sobjects/Contact", map[string]any{"LastName": "X"}))).is(503)
	s.org.ClearAll()
	s.call("POST", "/sobjects/Contact", map[string]any{"LastName": "X"}).is(201)
}

func TestRowFaults(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.LockRow, Object: "Task", Count: 2})
	rows := []any{}
	for range 3 {
		rows = append(rows, map[string]any{"attributes": map[string]any{"type": "Task"}, "Subject": "Call"})
	}
	r := s.call("POST", "/composite/sobjects", map[string]any{"records": rows}).is(200)
	r.equals("UNABLE_TO_LOCK_ROW", "1", "errors", "0", "statusCode")
	r.equals(true, "2", "success")

	s.fail(simulator.Fault{Kind: simulator.ValidationRule, Object: "Task", Message: "Say what it was about", Field: "Subject"})
	task(s).refuses(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "Say what it was about")
	s.call("POST", "/sobjects/Contact", map[string]any{"LastName": "X"}).is(201)
}

func TestDuplicateRuleNamesTheMatchUnlessSavingIsAllowed(t *testing.T) {
	s := newSite(t, simulator.Options{})
	known := s.org.Add("Contact", map[string]any{"LastName": "Lemoine", "MobilePhone": "+33 1 99 00 12 34"})
	s.fail(simulator.Fault{Kind: simulator.DuplicateRule, Object: "Contact"})
	twin := map[string]any{"LastName": "Unknown", "Phone": "+33199001234"}
	r := s.call("POST", "/sobjects/Contact", twin)
	r.refuses(400, "DUPLICATES_DETECTED", "Use one of these records?")
	r.equals(known, "0", "duplicateResut", "matchResults", "0", "matchRecords", "0", "record", "Id")
	row := map[string]any{"attributes": map[string]any{"type": "Contact"}, "LastName": "Unknown", "Phone": "+33199001234"}
	s.call("POST", "/composite/sobjects", map[string]any{"records": []any{row}}).is(200).equals("DUPLICATES_DETECTED", "0", "errors", "0", "statusCode")
	s.call("POST", "/sobjects/Contact", twin, "Sforce-Duplicate-Rule-Header", "allowSave=true").is(201)
	s.org.Clear(simulator.DuplicateRule)
	s.fail(simulator.Fault{Kind: simulator.DuplicateRule, Object: "Contact", Mode: "block"})
	s.call("POST", "/sobjects/Contact", twin, "Sforce-Duplicate-Rule-Header", "allowSave=true").refuses(400, "DUPLICATES_DETECTED", "")
}

func TestAssignmentRuleChoosesTheOwnerUnlessSwitchedOff(t *testing.T) {
	s := newSite(t, simulator.Options{})
	simulator.SeedDemo(s.org)
	s.fail(simulator.Fault{Kind: simulator.AssignmentRule, Object: "Lead", User: "priya.shah@example.com"})
	lead := map[string]any{"LastName": "Picard", "Company": "Tamarin"}
	owner := func(header ...string) any {
		id := s.call("POST", "/sobjects/Lead", lead, header...).is(201).id()
		return s.query("SELECT Owner.Name FROM Lead WHERE Id = '"+id+"'").at("records", "0", "Owner", "Name")
	}
	if got := owner(); got != "Priya Shah" {
		t.Errorf("got owner %v", got)
	}
	if got := owner("Sforce-Auto-Assign", "FALSE"); got != "Ringledger Integration" {
		t.Errorf("got owner %v", got)
	}
}

func TestFieldSwitches(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.HideField, Object: "Task", Field: "Type"})
	s.call("POST", "/sobjects/Task", map[string]any{"Type": "Call"}).refuses(400, "INVALID_FIELD", "No such column 'Type' on sobject of type Task")
	if strings.Contains(s.call("GET", "/sobjects/Task/describe", nil).is(200).text, `"name":"Type"`) {
		t.Error("describe shows the hidden field")
	}
	s.fail(simulator.Fault{Kind: simulator.ReadOnlyField, Object: "Task", Field: "CallDisposition"})
	s.call("POST", "/sobjects/Task", map[string]any{"CallDisposition": "x"}).refuses(400, "INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: CallDisposition. Please check the security settings")
	s.fail(simulator.Fault{Kind: simulator.RequiredField, Object: "Task", Field: "Region__c"})
	task(s).refuses(400, "REQUIRED_FIELD_MISSING", "[Region__c]")
	s.call("POST", "/sobjects/Task", map[string]any{"Region__c": "North"}).is(201)
	s.fail(simulator.Fault{Kind: simulator.CustomField, Object: "Contact", Field: "Direct_Line__c", Type: "phone"})
	s.call("POST", "/sobjects/Contact", map[string]any{"LastName": "X", "Direct_Line__c": "01 99 00 55 55"}).is(201)
	if n := hits(s.search("FIND {0199005555} IN PHONE FIELDS RETURNING Contact(Id, Direct_Line__c)")); n != 1 {
		t.Errorf("got %d hits on a custom phone field", n)
	}
	s.org.ClearAll()
	s.call("POST", "/sobjects/Task", map[string]any{"Type": "Call", "CallDisposition": "x"}).is(201)
}

func TestRenamedStatusesDecideWhatIsClosed(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.RenameStatuses})
	r := s.query("SELECT ApiName, MasterLabel, IsClosed, IsDefault, SortOrder FROM TaskStatus WHERE IsClosed = true ORDER BY SortOrder")
	r.equals("Terminée", "records", "0", "ApiName")
	for status, closed := range map[string]bool{"Terminée": true, "Completed": false} {
		id := s.call("POST", "/sobjects/Task", map[string]any{"Status": status}).is(201).id()
		if got, _ := s.org.Record(id); got["IsClosed"] != closed {
			t.Errorf("%s: closed is %v", status, got["IsClosed"])
		}
	}
}

func TestDailyLimitRefusesWithoutRetryAfter(t *testing.T) {
	s := newSite(t, simulator.Options{DailyLimit: 3})
	for range 3 {
		task(s).is(201)
	}
	r := task(s)
	r.refuses(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
	if r.header.Get("Retry-After") != "" || r.header.Get("Sforce-Limit-Info") != "api-usage=3/3" {
		t.Errorf("got %v", r.header)
	}
	s.call("GET", "//services/data/", nil).is(200)
}

func TestVersionsAreOpenAndOldOnesAreGone(t *testing.T) {
	s := newSite(t, simulator.Options{})
	token := s.token
	s.token = ""
	r := s.call("GET", "//services/data", nil).is(200)
	if r.header.Get("Sforce-Limit-Info") != "" || !strings.Contains(r.text, `{"label":"Spring '26","url":"/services/data/v66.0","version":"66.0"}`) {
		t.Errorf("got %s", r.text)
	}
	s.call("GET", "/limits", nil).refuses(401, "INVALID_SESSION_ID", "Session expired or invalid")
	s.token = token
	s.call("GET", "//services/data/v68.0/limits", nil).is(200)
	s.call("GET", "//services/data/v20.0/limits", nil).is(200)
	s.call("GET", "//services/data/v19.0/limits", nil).refuses(410, "UNSUPPORTED_API_VERSION", "")
	s.call("GET", "//services/data/v99.0/limits", nil).refuses(404, "NOT_FOUND", "The requested resource does not exist")
	s.call("POST", "/sobjects/Task", `{"Subject": `).refuses(400, "JSON_PARSER_ERROR", "Unexpected end-of-input")
}

func TestSwitchesWorkOverHTTP(t *testing.T) {
	s := newSite(t, simulator.Options{})
	send := func(method, path, body string) string {
		req, err := http.NewRequest(method, s.url+"/_sim"+path, bytes.NewBufferString(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		out, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	send("POST", "/faults", `{"kind":"org_down"}`)
	task(s).is(503)
	if got := send("GET", "/state", ""); !strings.Contains(got, `"kind":"org_down"`) {
		t.Errorf("got state %s", got)
	}
	send("DELETE", "/faults/org_down", "")
	task(s).is(201)
	if got := send("POST", "/faults", `{"kind":"nonsense"}`); !strings.Contains(got, "no kind") {
		t.Errorf("got %s", got)
	}
	if got := send("POST", "/records", `{"object":"Contact","fields":{"LastName":"Lemoine"}}`); !strings.Contains(got, `"Name":"Lemoine"`) {
		t.Errorf("got %s", got)
	}
	if got := send("PATCH", "/records/003000000000001AAA", `{"LastName":"Lovelace"}`); !strings.Contains(got, "unknown field") {
		t.Errorf("fields outside fields: got %s", got)
	}
	send("POST", "/reset", "")
	if s.org.Count("Task") != 0 || s.org.Count("Contact") != 0 {
		t.Error("reset left records behind")
	}
	for _, kind := range simulator.Kinds() {
		if !strings.Contains(send("GET", "/", ""), string(kind)) {
			t.Errorf("the page does not list %s", kind)
		}
	}
}

func TestSpoiltAnswers(t *testing.T) {
	for _, c := range []struct {
		kind   simulator.Kind
		check  func(reply)
		stored int
	}{
		{simulator.ServerError, func(r reply) { r.refuses(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred") }, 0},
		{simulator.BadGateway, func(r reply) { r.is(502); html(r) }, 0},
		{simulator.GatewayTimeout, func(r reply) { r.is(504); html(r) }, 1},
		{simulator.Concurrent, func(r reply) { r.refuses(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests") }, 0},
		{simulator.APIDisabled, func(r reply) { r.refuses(403, "API_DISABLED_FOR_ORG", "") }, 0},
		{simulator.SessionRefused, func(r reply) { r.refuses(401, "INVALID_SESSION_ID", "") }, 0},
		{simulator.WrongType, html, 1},
		{simulator.EmptyAnswer, func(r reply) { r.is(201) }, 1},
		{simulator.Oversize, func(r reply) { r.is(201) }, 1},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			s := newSite(t, simulator.Options{})
			s.fail(simulator.Fault{Kind: c.kind, Count: 1})
			c.check(task(s))
			if n := s.org.Count("Task"); n != c.stored {
				t.Errorf("got %d tasks, want %d", n, c.stored)
			}
			task(s).is(201)
		})
	}
}

func TestRowsAreRefusedWithTheCodeOfTheirSwitch(t *testing.T) {
	for kind, code := range map[simulator.Kind]string{
		simulator.EntityLocked: "ENTITY_IS_LOCKED", simulator.EntityDeleted: "ENTITY_IS_DELETED", simulator.ReferenceGone: "INVALID_CROSS_REFERENCE_KEY",
		simulator.NoAccess: "INSUFFICIENT_ACCESS_OR_READONLY", simulator.NoRelatedAccess: "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
		simulator.ApexTrigger: "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", simulator.FlowTrigger: "CANNOT_EXECUTE_FLOW_TRIGGER",
		simulator.StorageFull: "STORAGE_LIMIT_EXCEEDED", simulator.SecurityPolicy: "TXN_SECURITY_NO_ACCESS",
		simulator.ReadOnlyOrg: "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE",
	} {
		s := newSite(t, simulator.Options{})
		s.fail(simulator.Fault{Kind: kind, Object: "Task", Count: 1})
		s.call("POST", "/sobjects/Contact", map[string]any{"LastName": "X"}).is(201)
		task(s).refuses(400, code, "")
		task(s).is(201)
	}
}

func TestALookupFilterRefusesOnlyRowsThatFillItsField(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.LookupFilter, Object: "Task", Field: "Type"})
	task(s).is(201)
	s.call("POST", "/sobjects/Task", map[string]any{"Subject": "Call", "Type": "Call"}).refuses(400, "FIELD_FILTER_VALIDATION_EXCEPTION", "")
}

func TestAFieldCanBeShortenedAndRestrictedAndComesBack(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.ShortenField, Object: "Task", Field: "Subject", Length: 3})
	s.fail(simulator.Fault{Kind: simulator.RestrictField, Object: "Task", Field: "Type", Values: []string{"Email"}})
	task(s).refuses(400, "STRING_TOO_LONG", "")
	s.call("POST", "/sobjects/Task", map[string]any{"Subject": "Hi", "Type": "Call"}).refuses(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "")
	s.org.ClearAll()
	s.call("POST", "/sobjects/Task", map[string]any{"Subject": "Call", "Type": "Call"}).is(201)
}

func TestAnObjectCanBeHiddenAndMadeReadOnly(t *testing.T) {
	s := newSite(t, simulator.Options{})
	s.fail(simulator.Fault{Kind: simulator.HideObject, Object: "Lead"})
	s.fail(simulator.Fault{Kind: simulator.ReadOnlyObject, Object: "Task"})
	s.call("GET", "/sobjects/Lead/describe", nil).is(404)
	s.query("SELECT Id FROM Lead").refuses(400, "INVALID_TYPE", "")
	s.search("FIND {12} IN PHONE FIELDS RETURNING Lead(Id)").refuses(400, "INVALID_TYPE", "")
	s.call("GET", "/sobjects/Task/describe", nil).is(200).equals(false, "createable")
	task(s).refuses(400, "INSUFFICIENT_ACCESS_OR_READONLY", "")
	s.org.ClearAll()
	s.query("SELECT Id FROM Lead").is(200)
	task(s).is(201)
}
