package salesforce_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// soql is the statement of a query subrequest.
func soql(t *testing.T, s sub) (resource, statement string) {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(u.Path, "/services/data/v66.0/"), u.Query().Get("q")
}

func row(kv ...any) map[string]any {
	r := map[string]any{"attributes": map[string]string{"type": "x"}}
	for i := 0; i < len(kv); i += 2 {
		r[kv[i].(string)] = kv[i+1]
	}
	return r
}

func TestNothingToLookUpSendsNothing(t *testing.T) {
	o := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	if _, err := o.client.LookUp(soon(t), salesforce.Lookups{Emails: []string{""}, TaskKeys: []salesforce.TaskKey{}}); err != nil {
		t.Fatal(err)
	}
	if len(o.requests()) != 0 {
		t.Error("something was sent")
	}
}

func TestABatchIsLookedUpInOneRequest(t *testing.T) {
	since := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		resource, q := soql(t, s)
		switch {
		case strings.Contains(q, "FROM User"):
			return 200, page(row("Id", "005A", "Name", "Grace", "Email", "Grace@Example.com"), row("Id", "005C", "Name", "Owner", "Email", "owner@example.com"))
		case strings.Contains(q, "FROM Case"):
			return 200, page(row("Id", "500NEW", "CaseNumber", "00001026", "Subject", "Broken", "ContactId", "003A"), row("Id", "500OLD", "CaseNumber", "1", "Subject", nil, "ContactId", "003A"))
		case strings.Contains(q, "FROM OpportunityContactRole"):
			return 200, page(row("ContactId", "003A", "OpportunityId", "006A", "Opportunity", map[string]any{"Name": "Big deal"}))
		case strings.Contains(q, "FROM Task"):
			if resource != "queryAll" || !strings.Contains(q, "CreatedDate >= 2026-11-20T08:00:00Z") {
				t.Errorf("%s: %s", resource, q)
			}
			return 200, page(
				row("Id", "00TB", "CallObject", "aircall:1", "CreatedDate", "2026-11-20T09:00:01.000+0000", "LastModifiedDate", "2026-11-20T10:00:00.000+0000", "IsDeleted", true),
				row("Id", "00TA", "CallObject", "aircall:1", "CreatedDate", "2026-11-20T09:00:00.000+0000", "LastModifiedDate", "2026-11-20T09:00:00.000+0000", "IsDeleted", false))
		case strings.Contains(q, "FROM Lead"):
			return 200, page(row("Id", "00QA", "Name", "Ada", "Phone", "+33199001234", "MobilePhone", "+33199001234", "IsConverted", false, "LastModifiedDate", "2026-11-20T09:00:00.000+0000"))
		}
		t.Errorf("unexpected: %s", q)
		return 400, refusal("MALFORMED_QUERY", q)
	}))
	a, err := o.client.LookUp(soon(t), salesforce.Lookups{
		Emails: []string{"grace@EXAMPLE.com", "nobody@example.com"}, Users: []string{"005C", "005D"},
		CaseContacts: []string{"003A", "003B", "003A"}, OpportunityContacts: []string{"003A"},
		TaskKeys:       []salesforce.TaskKey{{Key: "aircall:1", Since: since.Add(time.Hour)}, {Key: "aircall:2", Since: since}},
		CreatedNumbers: []string{"+33199001234"}, CreatedKinds: []callflow.RecordKind{callflow.LeadRecord},
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(o.requests()); n != 1 {
		t.Errorf("got %d requests, want 1", n)
	}
	if u := a.Users["grace@example.com"]; len(u) != 1 || u[0].ID != "005A" || len(a.Users) != 1 {
		t.Errorf("users: %+v", a.Users)
	}
	if !a.ActiveUsers["005C"] || a.ActiveUsers["005D"] || len(a.ActiveUsers) != 2 {
		t.Errorf("active users: %+v", a.ActiveUsers)
	}
	if c := a.Cases["003A"]; c.ID != "500NEW" || c.Name != "00001026 Broken" {
		t.Errorf("case: %+v", c)
	}
	if op := a.Opportunities["003A"]; op.ID != "006A" || op.Name != "Big deal" {
		t.Errorf("opportunity: %+v", op)
	}
	if ts := a.Tasks["aircall:1"]; len(ts) != 2 || ts[0].ID != "00TA" || !ts[1].Deleted || ts[1].ModifiedAt.Hour() != 10 || len(a.Tasks) != 1 {
		t.Errorf("tasks: %+v", a.Tasks)
	}
	if c := a.Numbers["+33199001234"]; len(c) != 1 || c[0].Kind != callflow.LeadRecord || c[0].Field != "Phone" {
		t.Errorf("numbers: %+v", c)
	}
}

func TestManyKeysAreSplitBelowTheAddressLimit(t *testing.T) {
	seenKeys := map[string]bool{}
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		if len(s.URL) > 12<<10 {
			t.Errorf("an address of %d bytes", len(s.URL))
		}
		_, q := soql(t, s)
		var rows []map[string]any
		for _, key := range strings.Split(q, "'") {
			if strings.HasPrefix(key, "aircall:") {
				seenKeys[key] = true
				rows = append(rows, row("Id", "00T"+key, "CallObject", key))
			}
		}
		return 200, page(rows...)
	}))
	var keys []salesforce.TaskKey
	for i := range 3000 {
		keys = append(keys, salesforce.TaskKey{Key: fmt.Sprintf("aircall:%010d", i), Since: time.Now()})
	}
	a, err := o.client.LookUp(soon(t), salesforce.Lookups{TaskKeys: keys})
	if err != nil || len(a.Tasks) != 3000 || len(seenKeys) != 3000 {
		t.Errorf("found %d of %d asked, %v", len(a.Tasks), len(seenKeys), err)
	}
	for _, r := range o.requests() {
		if n := len(subrequests(t, r.Body)); n > 5 {
			t.Errorf("got %d queries in one request", n)
		}
	}
}

func TestEveryPageOfAnAnswerIsRead(t *testing.T) {
	next := 0
	first := composite(t, func(sub) (int, any) {
		return 200, map[string]any{"done": false, "nextRecordsUrl": "/services/data/v66.0/query/0r8x-2000", "records": []any{row("Id", "00T1", "CallObject", "aircall:1")}}
	})
	o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			next++
			reply(w, 200, page(row("Id", "00T2", "CallObject", "aircall:2")))
			return
		}
		first(w, r)
	})
	a, err := o.client.LookUp(soon(t), salesforce.Lookups{TaskKeys: []salesforce.TaskKey{{Key: "aircall:1"}, {Key: "aircall:2"}}})
	if err != nil || len(a.Tasks) != 2 || next != 1 {
		t.Errorf("got %+v, %v", a.Tasks, err)
	}
}

func TestRefusedQueryLeavesTheOthersTheirAnswers(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		if _, q := soql(t, s); strings.Contains(q, "FROM Case") {
			return 400, refusal("INVALID_TYPE", "sObject type 'Case' is not supported.")
		}
		return 200, page(row("Id", "005A", "Name", "Grace", "Email", "grace@example.com"))
	}))
	a, err := o.client.LookUp(soon(t), salesforce.Lookups{CaseContacts: []string{"003A"}, Emails: []string{"grace@example.com"}})
	kindOf(t, err, salesforce.Misconfigured)
	if len(a.Users) != 1 {
		t.Errorf("users: %+v", a.Users)
	}
}

func TestValuesCannotLeaveTheirLiteral(t *testing.T) {
	hostile := []string{"x') OR Id != ('", `\`, `\') OR ('1'='1`, "a'b@example.com", "line\nbreak", `"quoted"`, "émoji🎉", "tab\there", "nul\x00"}
	var got []string
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		_, q := soql(t, s)
		got = append(got, literals(t, q[strings.Index(q, "CallObject IN"):])...)
		return 200, page()
	}))
	var keys []salesforce.TaskKey
	for _, h := range hostile {
		keys = append(keys, salesforce.TaskKey{Key: h, Since: time.Now()})
	}
	if _, err := o.client.LookUp(soon(t), salesforce.Lookups{TaskKeys: keys}); err != nil {
		t.Fatal(err)
	}
	if strings.Join(got, "|") != strings.Join(hostile, "|") {
		t.Errorf("got %q, want %q", got, hostile)
	}
}

// literals reads the list of a statement's end as Salesforce would.
func literals(t *testing.T, s string) []string {
	t.Helper()
	var all []string
	rest := s[strings.Index(s, "(")+1:]
	for {
		if rest[0] != '\'' {
			t.Fatalf("no literal at %q", rest)
		}
		end := 1
		for rest[end] != '\'' {
			if rest[end] == '\\' {
				end++
			}
			end++
		}
		var text string
		if err := json.Unmarshal([]byte(`"`+strings.ReplaceAll(rest[1:end], `\'`, `'`)+`"`), &text); err != nil {
			t.Fatalf("literal %q: %v", rest[1:end], err)
		}
		all = append(all, text)
		if rest = rest[end+1:]; rest == ")" {
			return all
		}
		rest = strings.TrimPrefix(rest, ",")
	}
}

func TestTasksAreReadWithTheFieldsAskedFor(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		if _, q := soql(t, s); q != "SELECT Id, IsDeleted, IsArchived, Subject, CallDurationInSeconds FROM Task WHERE Id IN ('00T000000000001AAA','00T000000000002AAA')" {
			t.Errorf("statement: %s", q)
		}
		return 200, page(row("Id", "00T000000000001AAA", "Subject", "edited by hand", "CallDurationInSeconds", 61))
	}))
	got, err := o.client.ReadTasks(soon(t), []string{"00T000000000001AAA", "00T000000000002AAA"}, []string{"Subject", "CallDurationInSeconds"})
	if err != nil || len(got) != 1 {
		t.Fatalf("got %v, %v", got, err)
	}
	one := got["00T000000000001AAA"]
	if one["Subject"] != "edited by hand" || one["CallDurationInSeconds"] != 61.0 || one["attributes"] != nil {
		t.Errorf("got %v", one)
	}
}

func TestAccountsHaveTheirCasesAndOpportunities(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		if _, q := soql(t, s); strings.Contains(q, "FROM Case") {
			return 200, page(row("Id", "500A", "CaseNumber", "7", "Subject", "Broken", "AccountId", "001A"))
		}
		return 200, page(row("Id", "006A", "Name", "Big deal", "AccountId", "001B"), row("Id", "006B", "Name", "Older", "AccountId", "001B"))
	}))
	a, err := o.client.LookUp(soon(t), salesforce.Lookups{CaseAccounts: []string{"001A"}, OpportunityAccounts: []string{"001B"}})
	if err != nil || a.Cases["001A"].Name != "7 Broken" || a.Opportunities["001B"].ID != "006A" {
		t.Errorf("got %+v, %v", a, err)
	}
}
