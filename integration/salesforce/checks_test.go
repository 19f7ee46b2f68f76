package salesforce_test

import (
	"slices"
	"strings"
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/integration/salesforce/simulator"
)

// examined describes a simulated org with some switches on.
func examined(t *testing.T, faults ...simulator.Fault) salesforce.OrgInfo {
	t.Helper()
	sim, client, _ := simulated(t, simulator.Options{TaskExternalID: "Call_Id__c"})
	for _, f := range faults {
		if err := sim.Fail(f); err != nil {
			t.Fatal(err)
		}
	}
	info, err := client.DescribeOrg(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// worried are the codes of the checks that have something to mend.
func worried(checks []salesforce.Check) []string {
	var all []string
	for _, c := range checks {
		if c.State != "" {
			all = append(all, c.Code)
		}
	}
	return all
}

func TestAnOrgAsItShouldBePassesEveryCheck(t *testing.T) {
	checks, idle := examined(t).Preflight(callflow.Default(), false)
	if len(checks) != 12 || len(worried(checks)) > 0 || len(idle) > 0 {
		t.Errorf("worried about %v, idle %v, %d checks", worried(checks), idle, len(checks))
	}
	if found := checks[4].Found; found["closed"] != "Completed" || found["open"] != "Not Started" {
		t.Errorf("statuses: %v", found)
	}
}

func TestAProblemMattersWhenTheRulesMeetIt(t *testing.T) {
	createCase := func(s *callflow.Settings) { s.Related.Attach, s.Related.CreateCase = callflow.AttachCase, true }
	create := func(kind string) func(*callflow.Settings) {
		return func(s *callflow.Settings) { s.Matching.NoMatch.Create = kind }
	}
	required := func(object string) []simulator.Fault {
		return []simulator.Fault{{Kind: simulator.RequiredField, Object: object, Field: "Region__c"}}
	}
	for name, c := range map[string]struct {
		faults  []simulator.Fault
		rules   func(*callflow.Settings) // under which it matters
		check   string
		code    string
		setting string
		always  bool // it matters under the default rules as well
	}{
		"required field of Case":    {required("Case"), createCase, salesforce.CheckRequired, "required_field", "related.create_case", false},
		"required field of Lead":    {required("Lead"), create("lead"), salesforce.CheckRequired, "required_field", "matching.no_match.create", false},
		"required field of Account": {required("Account"), create("account"), salesforce.CheckRequired, "required_field", "matching.no_match.create", false},
		"required field of Task":    {required("Task"), nil, salesforce.CheckRequired, "required_field", "", true},
		"Contact is read-only": {[]simulator.Fault{{Kind: simulator.ReadOnlyObject, Object: "Contact"}}, create("contact"),
			salesforce.CheckObjects, "object_not_creatable", "matching.no_match.create", false},
		"Case is hidden": {[]simulator.Fault{{Kind: simulator.HideObject, Object: "Case"}}, func(s *callflow.Settings) { s.Related.Attach = callflow.AttachCase },
			salesforce.CheckObjects, "object_not_readable", "related.attach", false},
		"Lead is hidden": {[]simulator.Fault{{Kind: simulator.HideObject, Object: "Lead"}}, nil, salesforce.CheckObjects, "object_not_readable", "matching.order", true},
		"duplicate rule": {[]simulator.Fault{{Kind: simulator.DuplicateRule, Object: "Contact"}}, create("contact"),
			salesforce.CheckDuplicates, "duplicate_rule", "matching.no_match.create", false},
		"mapped field is hidden": {nil, func(s *callflow.Settings) { s.Task.Fields = map[string]string{"Gone__c": "{call_id}"} },
			salesforce.CheckFields, "field_hidden", "task.fields", false},
		"phone field is hidden": {nil, func(s *callflow.Settings) {
			s.Matching.ExtraPhoneFields = map[string][]string{"Contact": {"Direct__c"}}
		},
			salesforce.CheckFields, "phone_field_hidden", "matching.extra_phone_fields", false},
		"Priority takes no High": {[]simulator.Fault{{Kind: simulator.RestrictField, Object: "Task", Field: "Priority", Values: []string{"Normal"}}},
			func(s *callflow.Settings) {
				s.Flows[callflow.Missed] = callflow.Flow{Action: callflow.InProgress, Priority: "High"}
			}, salesforce.CheckPicklists, "value_missing", "flows.priority", false},
		"Type takes no Call": {[]simulator.Fault{{Kind: simulator.RestrictField, Object: "Task", Field: "Type", Values: []string{"Anruf"}}}, nil,
			salesforce.CheckPicklists, "value_missing", "", true},
		"Phone of Contact is hidden": {[]simulator.Fault{{Kind: simulator.HideField, Object: "Contact", Field: "Phone"}}, create("contact"),
			salesforce.CheckFields, "field_hidden", "matching.no_match.create", false},
		"Company of Lead is read-only": {[]simulator.Fault{{Kind: simulator.ReadOnlyField, Object: "Lead", Field: "Company"}}, create("lead"),
			salesforce.CheckFields, "field_read_only", "matching.no_match.create", false},
		"no closed status": {[]simulator.Fault{{Kind: simulator.RenameStatuses, Statuses: []simulator.Status{{Name: "Offen", Default: true}}}}, nil,
			salesforce.CheckStatuses, "no_closed_status", "flows.completed", true},
		"Type is hidden": {[]simulator.Fault{{Kind: simulator.HideField, Object: "Task", Field: "Type"}}, nil, salesforce.CheckFields, "field_hidden", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			info := examined(t, c.faults...)
			rules := callflow.Default()
			if checks, _ := info.Preflight(rules, false); slices.Contains(worried(checks), c.check) != c.always {
				t.Errorf("under the default rules it worries about %v", worried(checks))
			}
			if c.rules != nil {
				c.rules(&rules)
			}
			checks, idle := info.Preflight(rules, false)
			n := slices.IndexFunc(checks, func(k salesforce.Check) bool { return k.Code == c.check })
			if len(checks[n].Problems) != 1 || checks[n].Problems[0].Code != c.code || checks[n].Problems[0].Setting != c.setting || len(idle) > 0 {
				t.Errorf("got %+v, idle %v; want %s because of %q", checks[n].Problems, idle, c.code, c.setting)
			}
		})
	}
}

func TestARestrictedPicklistWithoutOurValueIsLeftOut(t *testing.T) {
	info := examined(t, simulator.Fault{Kind: simulator.RestrictField, Object: "Task", Field: "TaskSubtype", Values: []string{"Task"}})
	if _, writes := info.TaskFields["TaskSubtype"]; writes {
		t.Error("TaskSubtype would be written although it takes no Call")
	}
}

func TestTheRecordTypeOfNewTasksIsTold(t *testing.T) {
	checks, _ := examined(t, simulator.Fault{Kind: simulator.RecordType, Object: "Task", Field: "Phone Call"}).Preflight(callflow.Default(), false)
	if got := checks[6].Found["types"]; !strings.Contains(got, "Task: Phone Call") {
		t.Errorf("record types: %q", got)
	}
}

func TestTasksOfAircallsOwnIntegrationAreNoticed(t *testing.T) {
	sim, client, _ := simulated(t, simulator.Options{TaskExternalID: "Call_Id__c"})
	sim.Add("Task", map[string]any{"Subject": "Call", "CallDisposition": "aircall, inbound, answered_call, 33199000000", "CallObject": "aircall:4711"})
	if info, err := client.DescribeOrg(soon(t)); err != nil || info.Native != 0 {
		t.Errorf("our own Task counts as native: %d, %v", info.Native, err)
	}
	sim.Add("Task", map[string]any{"Subject": "Call", "CallDisposition": "aircall, inbound, answered_call, 33199000000"})
	info, err := client.DescribeOrg(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	checks, _ := info.Preflight(callflow.Default(), false)
	if got := worried(checks); info.Native != 1 || !slices.Equal(got, []string{salesforce.CheckNative}) {
		t.Errorf("%d native Tasks, worried about %v", info.Native, got)
	}
}

func TestAnAPIThatRefusesEverythingIsTheFirstThingToMend(t *testing.T) {
	checks, _ := examined(t).Preflight(callflow.Default(), true)
	if checks[0].Code != salesforce.CheckAPI || checks[0].State != salesforce.Blocking {
		t.Errorf("the first check is %+v", checks[0])
	}
}
