package salesforce_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"ringledger/integration/salesforce"
)

// field is one field of a describe.
type field map[string]any

func writable(name, kind string, length int) field {
	return field{"name": name, "label": name, "type": kind, "length": length, "createable": true, "updateable": true, "nillable": true, "defaultedOnCreate": false}
}

func (f field) with(name string, v any) field {
	f[name] = v
	return f
}

func describe(fields ...field) map[string]any {
	return map[string]any{"queryable": true, "createable": true, "updateable": true, "fields": fields}
}

// plainOrg is an org where nothing stands in the way but what change does.
func plainOrg(change func(map[string]map[string]any)) map[string]map[string]any {
	var task []field
	for _, name := range []string{"Subject", "Status", "CallObject", "Priority", "WhoId", "WhatId", "OwnerId", "Type", "TaskSubtype", "CallType", "CallDisposition"} {
		task = append(task, writable(name, "string", 255))
	}
	task = append(task, writable("ActivityDate", "date", 0), writable("CallDurationInSeconds", "int", 0), writable("Description", "textarea", 32000),
		writable("IsClosed", "boolean", 0).with("createable", false),
		writable("Call_Id__c", "string", 255).with("externalId", true).with("unique", true).with("custom", true))
	all := map[string]map[string]any{
		"Task":        describe(task...),
		"Contact":     describe(writable("LastName", "string", 80).with("nillable", false)),
		"Lead":        describe(writable("LastName", "string", 80).with("nillable", false), writable("Status", "picklist", 255).with("nillable", false).with("defaultedOnCreate", true)),
		"Account":     describe(writable("Name", "string", 255).with("nillable", false)),
		"Case":        describe(writable("Subject", "string", 255)),
		"Opportunity": describe(writable("Name", "string", 120), writable("StageName", "picklist", 255).with("picklistValues", []map[string]any{{"value": "Old", "active": false}, {"value": "First", "active": true}})),
	}
	if change != nil {
		change(all)
	}
	return all
}

var statuses = []map[string]any{
	row("ApiName", "Zu erledigen", "IsClosed", false, "IsDefault", false), row("ApiName", "Offen", "IsClosed", false, "IsDefault", true),
	row("ApiName", "Erledigt", "IsClosed", true, "IsDefault", false), row("ApiName", "Verworfen", "IsClosed", true, "IsDefault", false),
}

func describedOrg(t *testing.T, change func(map[string]map[string]any), statuses []map[string]any) *org {
	all := plainOrg(change)
	return newOrg(t, composite(t, func(s sub) (int, any) {
		if path, ok := strings.CutSuffix(s.URL, "/describe"); ok {
			if d := all[path[strings.LastIndex(path, "/")+1:]]; d != nil {
				return http.StatusOK, d
			}
			return http.StatusNotFound, refusal("NOT_FOUND", "The requested resource does not exist")
		}
		switch _, q := soql(t, s); {
		case strings.Contains(q, "FROM TaskStatus"):
			return http.StatusOK, page(statuses...)
		case strings.Contains(q, "FROM OpportunityStage"):
			return http.StatusOK, page(row("ApiName", "Lost", "IsClosed", true), row("ApiName", "Prospecting", "IsClosed", false))
		case strings.Contains(q, "FROM RecordType") && all["Account"]["persons"] == true:
			return http.StatusOK, page(row("Id", "012000000000001AAA", "Name", "Person Account"))
		}
		return http.StatusBadRequest, refusal("INVALID_FIELD", "No such column 'IsPersonType' on entity 'RecordType'.")
	}))
}

func TestOrgIsDescribedInOneRequest(t *testing.T) {
	o := describedOrg(t, nil, statuses)
	info, err := o.client.DescribeOrg(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(o.requests()); n != 1 {
		t.Errorf("got %d requests, want 1", n)
	}
	if info.ClosedStatus != "Erledigt" || info.OpenStatus != "Offen" || info.OpportunityStage != "Prospecting" {
		t.Errorf("statuses: %+v", info.Org)
	}
	if info.ExternalIDField != "Call_Id__c" || info.PersonAccounts || len(info.Problems) != 0 {
		t.Errorf("external id %q, persons %v, problems %v", info.ExternalIDField, info.PersonAccounts, info.Problems)
	}
	if n, ok := info.TaskFields["Description"]; !ok || n != 32000 {
		t.Errorf("Description: %d, %v", n, ok)
	}
	if n, ok := info.TaskFields["ActivityDate"]; !ok || n != 0 {
		t.Errorf("ActivityDate: %d, %v", n, ok)
	}
	if _, ok := info.TaskFields["IsClosed"]; ok {
		t.Error("a read-only field counts as writable")
	}
	if lead := info.Objects["Lead"]; !lead.Readable || !lead.Creatable || !lead.Fields["LastName"].Required || lead.Fields["Status"].Required {
		t.Errorf("Lead: %+v", lead)
	}
	doc, err := json.Marshal(info)
	if err != nil {
		t.Fatal(err)
	}
	var again salesforce.OrgInfo
	if err := json.Unmarshal(doc, &again); err != nil || !reflect.DeepEqual(info, again) {
		t.Errorf("a stored description is not what it was: %v", err)
	}
}

func TestPreflightNamesWhatStandsInTheWay(t *testing.T) {
	drop := func(d map[string]any, name string) {
		var kept []field
		for _, f := range d["fields"].([]field) {
			if f["name"] != name {
				kept = append(kept, f)
			}
		}
		d["fields"] = kept
	}
	for name, c := range map[string]struct {
		change   func(map[string]map[string]any)
		statuses []map[string]any
		want     salesforce.PreflightProblem
	}{
		"no access to Task":  {func(a map[string]map[string]any) { delete(a, "Task") }, statuses, salesforce.PreflightProblem{Code: "object_not_readable", Severity: salesforce.Blocking, Params: map[string]string{"object": "Task"}}},
		"Lead is read-only":  {func(a map[string]map[string]any) { a["Lead"]["createable"] = false }, statuses, salesforce.PreflightProblem{Code: "object_not_creatable", Severity: salesforce.Warning, Params: map[string]string{"object": "Lead"}}},
		"Task not updatable": {func(a map[string]map[string]any) { a["Task"]["updateable"] = false }, statuses, salesforce.PreflightProblem{Code: "object_not_updatable", Severity: salesforce.Warning, Params: map[string]string{"object": "Task"}}},
		"Type is hidden":     {func(a map[string]map[string]any) { drop(a["Task"], "Type") }, statuses, salesforce.PreflightProblem{Code: "field_hidden", Severity: salesforce.Warning, Params: map[string]string{"object": "Task", "field": "Type"}}},
		"key is hidden":      {func(a map[string]map[string]any) { drop(a["Task"], "CallObject") }, statuses, salesforce.PreflightProblem{Code: "field_hidden", Severity: salesforce.Blocking, Params: map[string]string{"object": "Task", "field": "CallObject"}}},
		"Subject is read-only": {func(a map[string]map[string]any) { a["Task"]["fields"].([]field)[0].with("createable", false) }, statuses,
			salesforce.PreflightProblem{Code: "field_read_only", Severity: salesforce.Blocking, Params: map[string]string{"object": "Task", "field": "Subject", "label": "Subject"}}},
		"required custom field": {func(a map[string]map[string]any) {
			a["Task"]["fields"] = append(a["Task"]["fields"].([]field), writable("Reason__c", "string", 10).with("nillable", false).with("label", "Reason"))
		}, statuses, salesforce.PreflightProblem{Code: "required_field", Severity: salesforce.Blocking, Params: map[string]string{"object": "Task", "field": "Reason__c", "label": "Reason"}}},
		"no closed status": {nil, statuses[:2], salesforce.PreflightProblem{Code: "no_closed_status", Severity: salesforce.Blocking}},
		"no open status":   {nil, statuses[2:], salesforce.PreflightProblem{Code: "no_open_status", Severity: salesforce.Warning}},
		"no person record type": {func(a map[string]map[string]any) {
			a["Account"]["fields"] = append(a["Account"]["fields"].([]field), writable("IsPersonAccount", "boolean", 0))
		}, statuses, salesforce.PreflightProblem{Code: "person_record_type_missing", Severity: salesforce.Warning}},
		"Type takes no Call": {func(a map[string]map[string]any) {
			drop(a["Task"], "Type")
			a["Task"]["fields"] = append(a["Task"]["fields"].([]field), writable("Type", "picklist", 40).with("restrictedPicklist", true).with("picklistValues", []map[string]any{{"value": "Call", "active": false}, {"value": "Anruf", "active": true}}))
		}, statuses, salesforce.PreflightProblem{Code: "value_missing", Severity: salesforce.Warning, Params: map[string]string{"object": "Task", "field": "Type", "label": "Type", "values": "Call"}}},
		"no external id": {func(a map[string]map[string]any) { drop(a["Task"], "Call_Id__c") }, statuses, salesforce.PreflightProblem{Code: "external_id_missing", Severity: salesforce.Advice}},
		"external id not unique": {func(a map[string]map[string]any) {
			fields := a["Task"]["fields"].([]field)
			fields[len(fields)-1].with("unique", false)
		}, statuses, salesforce.PreflightProblem{Code: "external_id_not_unique", Severity: salesforce.Advice, Params: map[string]string{"object": "Task", "field": "Call_Id__c", "label": "Call_Id__c"}}},
	} {
		t.Run(name, func(t *testing.T) {
			info, err := describedOrg(t, c.change, c.statuses).client.DescribeOrg(soon(t))
			if err != nil {
				t.Fatal(err)
			}
			if len(info.Problems) != 1 || !reflect.DeepEqual(info.Problems[0], c.want) {
				t.Errorf("got %+v, want only %+v", info.Problems, c.want)
			}
		})
	}
}

func TestPersonAccountsAreSeenByTheirField(t *testing.T) {
	o := describedOrg(t, func(a map[string]map[string]any) {
		a["Account"]["persons"] = true
		a["Account"]["fields"] = append(a["Account"]["fields"].([]field), writable("IsPersonAccount", "boolean", 0))
	}, statuses)
	info, err := o.client.DescribeOrg(soon(t))
	if err != nil || !info.PersonAccounts || info.PersonRecordTypeID != "012000000000001AAA" {
		t.Errorf("got %v %q, %v", info.PersonAccounts, info.PersonRecordTypeID, err)
	}
}

func TestIdentityComesFromTheOrgsOwnHostWithTheOrgsName(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/id/") {
			reply(w, http.StatusOK, map[string]any{"user_id": userID, "organization_id": orgID, "username": "grace@example.com.crm", "display_name": "Grace", "email": "grace@example.com", "active": true, "timezone": "Europe/Paris"})
			return
		}
		reply(w, http.StatusOK, page(row("Id", orgID, "Name", "Acme", "OrganizationType", "Enterprise Edition", "IsSandbox", true)))
	})
	// The login host redirects; it must not be needed.
	o.grants.grant.IdentityURL = "https://login.salesforce.com/id/" + orgID + "/" + userID
	u, err := o.client.Identity(soon(t))
	want := salesforce.User{ID: userID, OrgID: orgID, Name: "Grace", Username: "grace@example.com.crm", Email: "grace@example.com", TimeZone: "Europe/Paris", Active: true, OrgName: "Acme", OrgType: "Enterprise Edition", Sandbox: true}
	if err != nil || u != want {
		t.Errorf("got %+v, %v", u, err)
	}
}

func TestVersionIsCheckedAgainstTheOrgsList(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("the session was sent where none is needed")
		}
		reply(w, http.StatusOK, []map[string]string{{"version": "65.0"}, {"version": "66.0"}})
	})
	if err := o.client.CheckVersion(soon(t)); err != nil {
		t.Error(err)
	}
	err := o.connect(salesforce.Options{APIVersion: "v70.0"}).CheckVersion(soon(t))
	if e := kindOf(t, err, salesforce.Misconfigured); !strings.Contains(e.Message, "v66.0") {
		t.Errorf("message: %s", e.Message)
	}
}

func TestUserWhoMayNotReadTheOrgsNameIsIdentified(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/id/") {
			reply(w, http.StatusOK, map[string]any{"user_id": userID, "display_name": "Grace"})
			return
		}
		reply(w, http.StatusBadRequest, refusal("INVALID_TYPE", "sObject type 'Organization' is not supported."))
	})
	if u, err := o.client.Identity(soon(t)); err != nil || u.Name != "Grace" || u.OrgID != orgID || u.OrgName != "" {
		t.Errorf("got %+v, %v", u, err)
	}
}

func TestOrgThatIsDownIsNotDescribedAsEmpty(t *testing.T) {
	o := newOrg(t, composite(t, func(sub) (int, any) {
		return http.StatusServiceUnavailable, refusal("SERVER_UNAVAILABLE", "busy")
	}))
	_, err := o.client.DescribeOrg(soon(t))
	kindOf(t, err, salesforce.Down)
}
