package worker_test

import (
	"slices"
	"time"

	"ringledger/integration/callflow"
	salesforcesim "ringledger/integration/salesforce/simulator"
)

// bob is in nobody's Salesforce.
const bob = "+33199004321"

// fault is one thing that goes wrong in the org, and what becomes of the calls
// that come while it does. An empty verdict is "logged".
type fault struct {
	name    string
	on      []salesforcesim.Fault
	site    func(*siteOptions)
	rules   func(*callflow.Settings)
	before  func(*site)       // what was there before
	known   string            // a call of somebody Salesforce knows, and a message
	unknown string            // a call of somebody it does not know; "" = as known
	twice   bool              // the verdict is that of a second try
	heals   bool              // the calls are logged while the fault lasts
	late    bool              // the change comes when nobody waits for its answer any more
	mend    func(*site)       // what a person does besides switching it off
	check   func(*site, *bag) // what else must hold at the end
}

// bag is the traffic that every fault meets.
type bag struct{ known, unknown, late, message string }

// Faults of whole requests meet either everything or only what writes Tasks.
func everything(kind salesforcesim.Kind) []salesforcesim.Fault {
	return []salesforcesim.Fault{{Kind: kind}}
}

func writing(f salesforcesim.Fault) []salesforcesim.Fault {
	f.Path, f.Object = "/composite/sobjects", `"type":"Task"`
	return []salesforcesim.Fault{f}
}

// onTasks refuses rows of Task.
func onTasks(kind salesforcesim.Kind) []salesforcesim.Fault {
	return []salesforcesim.Fault{{Kind: kind, Object: "Task"}}
}

// creating meets requests that create contacts.
func creating(kind salesforcesim.Kind, count int) []salesforcesim.Fault {
	return []salesforcesim.Fault{{Kind: kind, Count: count, Path: "/composite/sobjects", Object: `"type":"Contact"`, DelayMS: comesLate.DelayMS}}
}

// renewing lets a fault meet the renewal of a session.
func renewing(f salesforcesim.Fault) []salesforcesim.Fault {
	return []salesforcesim.Fault{f, {Kind: salesforcesim.ExpireSessions}}
}

func reconnect(s *site) { s.connect() }

const (
	down     = "waiting held_salesforce_down"
	busy     = "waiting held_salesforce_busy"
	refusing = "waiting held_refusing"
	again    = "waiting held_reconnect"
	retrying = "waiting retrying"
	limited  = "waiting held_api_limit"
)

// faults lists them all; a name is that of its switch, and what it is set to.
func faults() []fault {
	return slices.Concat(outages(), lostAnswers(), signIns(), refusals(), changes(), creations())
}

func outages() []fault {
	return []fault{
		{name: "request_limit", on: everything(salesforcesim.RequestLimit), known: limited},
		{name: "set_usage", on: []salesforcesim.Fault{{Kind: salesforcesim.SetUsage, Used: 15000, Limit: 15000}}, known: limited,
			mend: func(s *site) { s.org.SetUsage(100, 15000) }},
		{name: "concurrent_limit", on: everything(salesforcesim.Concurrent), known: busy},
		{name: "api_disabled", on: everything(salesforcesim.APIDisabled), known: refusing},
		{name: "org_down", on: everything(salesforcesim.OrgDown), known: down},
		{name: "html_503", on: everything(salesforcesim.HTML503), known: down},
		{name: "maintenance_page", on: everything(salesforcesim.MaintenancePage), known: down},
		{name: "bad_gateway", on: everything(salesforcesim.BadGateway), known: down},
		{name: "server_error", on: everything(salesforcesim.ServerError), known: busy},
		{name: "query_timeout", on: everything(salesforcesim.QueryTimeout), known: busy},
		{name: "redirect", on: everything(salesforcesim.Redirect), known: down},
		{name: "drop_before", on: everything(salesforcesim.DropBefore), known: down},
		{name: "truncate of reads", on: everything(salesforcesim.Truncate), known: down},
		{name: "oversize of reads", on: everything(salesforcesim.Oversize), known: down},
		{name: "read_only_org", on: everything(salesforcesim.ReadOnlyOrg), known: down},
		{name: "index_delay", on: []salesforcesim.Fault{{Kind: salesforcesim.IndexDelay, DelayMS: 3_600_000}}},
	}
}

func lostAnswers() []fault {
	f := func(kind salesforcesim.Kind) []salesforcesim.Fault { return writing(salesforcesim.Fault{Kind: kind}) }
	return []fault{
		{name: "drop_after", on: f(salesforcesim.DropAfter), known: retrying},
		{name: "truncate", on: f(salesforcesim.Truncate), known: retrying},
		{name: "gateway_timeout", on: f(salesforcesim.GatewayTimeout), known: retrying},
		{name: "oversize", on: f(salesforcesim.Oversize), known: retrying},
		{name: "wrong_type", on: f(salesforcesim.WrongType), known: retrying},
		{name: "empty_answer", on: f(salesforcesim.EmptyAnswer), known: retrying},
		{name: "drop_before of writes", on: f(salesforcesim.DropBefore), known: retrying},
		{name: "server_error of writes", on: f(salesforcesim.ServerError), known: retrying},
		{name: "bad_gateway of writes", on: f(salesforcesim.BadGateway), known: retrying},
		{name: "delay", on: writing(salesforcesim.Fault{Kind: salesforcesim.Delay, DelayMS: 1500}), known: retrying,
			site: func(o *siteOptions) { o.timeout = 700 * time.Millisecond }},
		{name: "late_commit", on: writing(comesLate), known: retrying, late: true},
		{name: "part_refused", on: []salesforcesim.Fault{{Kind: salesforcesim.PartRefused, Status: 503, Code: "SERVER_UNAVAILABLE", Path: "/composite/sobjects"}}, known: retrying},
		{name: "part_refused for a neighbour", on: []salesforcesim.Fault{{Kind: salesforcesim.PartRefused, Status: 400, Code: "PROCESSING_HALTED", Message: "The transaction was rolled back since another operation in the same transaction failed.", Path: "/composite/sobjects"}}, known: retrying},
	}
}

func signIns() []fault {
	return []fault{
		{name: "expire_sessions", on: everything(salesforcesim.ExpireSessions)},
		{name: "session_refused", on: everything(salesforcesim.SessionRefused), known: down},
		{name: "rotate_tokens", on: renewing(salesforcesim.Fault{Kind: salesforcesim.RotateTokens})},
		{name: "refresh_conflict", on: renewing(salesforcesim.Fault{Kind: salesforcesim.RefreshConflict, DelayMS: 50})},
		{name: "refresh_error", on: renewing(salesforcesim.Fault{Kind: salesforcesim.RefreshError}), known: down},
		{name: "login_rate", on: renewing(salesforcesim.Fault{Kind: salesforcesim.LoginRate}), known: down},
		{name: "ip_restricted", on: renewing(salesforcesim.Fault{Kind: salesforcesim.IPRestricted}), known: again, mend: reconnect},
		{name: "revoke_grants", on: everything(salesforcesim.RevokeGrants), known: again, mend: reconnect},
		{name: "frozen_user", on: everything(salesforcesim.FrozenUser), known: again, mend: reconnect},
	}
}

func refusals() []fault {
	return []fault{
		{name: "lock_row", on: onTasks(salesforcesim.LockRow), known: retrying},
		{name: "lock_row of one row", on: []salesforcesim.Fault{{Kind: salesforcesim.LockRow, Object: "Task", Count: 1}}, known: "any"},
		{name: "entity_locked", on: onTasks(salesforcesim.EntityLocked), known: "failed refused"},
		{name: "entity_deleted", on: onTasks(salesforcesim.EntityDeleted), known: "failed record_gone", twice: true},
		{name: "entity_deleted at first", on: []salesforcesim.Fault{{Kind: salesforcesim.EntityDeleted, Object: "Task", Count: 3}}, known: "any", heals: true},
		{name: "reference_gone", on: onTasks(salesforcesim.ReferenceGone), known: "failed record_gone", twice: true},
		{name: "no_access", on: onTasks(salesforcesim.NoAccess), known: "failed misconfigured"},
		{name: "no_related_access", on: onTasks(salesforcesim.NoRelatedAccess), known: "failed misconfigured"},
		{name: "apex_trigger", on: onTasks(salesforcesim.ApexTrigger), known: "failed validation_rule"},
		{name: "flow_trigger", on: onTasks(salesforcesim.FlowTrigger), known: "failed validation_rule"},
		{name: "validation_rule", on: onTasks(salesforcesim.ValidationRule), known: "failed validation_rule"},
		{name: "storage_full", on: onTasks(salesforcesim.StorageFull), known: "failed storage_full"},
		{name: "security_policy", on: onTasks(salesforcesim.SecurityPolicy), known: "failed misconfigured"},
		{name: "lookup_filter", on: []salesforcesim.Fault{{Kind: salesforcesim.LookupFilter, Object: "Task", Field: "Type"}}},
	}
}

// changes are what an admin does after Ringledger has described the org.
func changes() []fault {
	field := func(kind salesforcesim.Kind, name string) []salesforcesim.Fault {
		return []salesforcesim.Fault{{Kind: kind, Object: "Task", Field: name}}
	}
	return []fault{
		{name: "hide_field", on: field(salesforcesim.HideField, "Type")},
		{name: "read_only_field", on: field(salesforcesim.ReadOnlyField, "Description")},
		{name: "required_field", on: field(salesforcesim.RequiredField, "Cost_Centre__c"), known: "failed required_field"},
		{name: "shorten_field", on: []salesforcesim.Fault{{Kind: salesforcesim.ShortenField, Object: "Task", Field: "Subject", Length: 20}}, known: "any", heals: true},
		{name: "restrict_field", on: []salesforcesim.Fault{{Kind: salesforcesim.RestrictField, Object: "Task", Field: "Type", Values: []string{"Email"}}}},
		{name: "restrict_field of the subtype", on: []salesforcesim.Fault{{Kind: salesforcesim.RestrictField, Object: "Task", Field: "TaskSubtype", Values: []string{"Task"}}}},
		{name: "rename_statuses", on: []salesforcesim.Fault{
			{Kind: salesforcesim.RenameStatuses}, {Kind: salesforcesim.RestrictField, Object: "Task", Field: "Status", Values: []string{"Non commencée", "Terminée"}},
		}, known: "any", heals: true},
		{name: "hide_object", on: []salesforcesim.Fault{{Kind: salesforcesim.HideObject, Object: "Lead"}}, known: refusing, heals: true},
		{name: "read_only_object", on: onTasks(salesforcesim.ReadOnlyObject), known: "failed misconfigured"},
		{name: "inactive_user", on: []salesforcesim.Fault{{Kind: salesforcesim.InactiveUser, User: "agent@example.com"}}, before: addAgent},
		{name: "person_accounts", on: everything(salesforcesim.PersonAccounts)},
		{name: "record_type", on: []salesforcesim.Fault{{Kind: salesforcesim.RecordType, Object: "Task", Field: "Phone_Call"}}},
		{name: "custom_field", on: []salesforcesim.Fault{{Kind: salesforcesim.CustomField, Object: "Task", Field: "Call_Id__c", ExternalID: true}}},
	}
}

// addAgent gives every agent of the account one user of the org.
func addAgent(s *site) {
	s.user("agent@example.com")
	s.rules(func(r *callflow.Settings) {
		r.Owner.Map = map[string]string{}
		for _, u := range s.account.Users() {
			r.Owner.Map[u.Email] = "agent@example.com"
		}
	})
}

func (s *site) user(email string) string {
	return s.org.Add("User", map[string]any{"Username": email, "Email": email, "LastName": "Agent", "IsActive": true})
}

// nobodyElseOwns checks that no assignment rule gave away what was made.
func nobodyElseOwns(s *site, _ *bag) {
	s.t.Helper()
	owners := map[any]bool{}
	for _, c := range s.org.Records("Contact") {
		owners[c["OwnerId"]] = true
	}
	if len(owners) != 1 {
		s.t.Errorf("an assignment rule gave a contact away: the owners are %v", owners)
	}
}

func creations() []fault {
	on := func(kind salesforcesim.Kind) []salesforcesim.Fault {
		return []salesforcesim.Fault{{Kind: kind, Object: "Contact"}}
	}
	return []fault{
		{name: "drop_after of a creation", on: creating(salesforcesim.DropAfter, 1), unknown: retrying},
		{name: "drop_before of a creation", on: creating(salesforcesim.DropBefore, 1), unknown: retrying},
		{name: "late_commit of a creation", on: creating(salesforcesim.LateCommit, 1), unknown: retrying, late: true},
		{name: "late_commit of a case", on: []salesforcesim.Fault{{Kind: salesforcesim.LateCommit, Count: 1, Path: "/composite/sobjects", Object: `"type":"Case"`, DelayMS: comesLate.DelayMS}},
			unknown: retrying, late: true, rules: caseForEverybody, check: oneCaseEach},
		{name: "drop_after of a case", on: []salesforcesim.Fault{{Kind: salesforcesim.DropAfter, Count: 1, Path: "/composite/sobjects", Object: `"type":"Case"`}},
			unknown: retrying, rules: caseForEverybody, check: oneCaseEach},
		{name: "lock_row of a creation", on: on(salesforcesim.LockRow), unknown: retrying},
		{name: "validation_rule of a creation", on: on(salesforcesim.ValidationRule), unknown: "failed validation_rule"},
		{name: "required_field of a creation", on: []salesforcesim.Fault{{Kind: salesforcesim.RequiredField, Object: "Contact", Field: "Region__c"}}, unknown: "failed required_field"},
		{name: "read_only_object of a creation", on: on(salesforcesim.ReadOnlyObject), unknown: "failed misconfigured"},
		{name: "duplicate_rule", on: on(salesforcesim.DuplicateRule),
			site: func(o *siteOptions) { o.org.IndexDelay = time.Hour },
			before: func(s *site) {
				s.org.Add("Contact", map[string]any{"LastName": "Roux", "MobilePhone": "(33) 199 00 43 21"})
			}},
		{name: "assignment_rule", on: []salesforcesim.Fault{{Kind: salesforcesim.AssignmentRule, Object: "Contact", User: "queue@example.com"}},
			before: func(s *site) { s.user("queue@example.com") }, check: nobodyElseOwns},
	}
}

func caseForEverybody(r *callflow.Settings) {
	r.Related.Attach, r.Related.CreateCase, r.Related.CreateCaseForNewContacts = callflow.AttachCase, true, true
}

func oneCaseEach(s *site, _ *bag) {
	s.t.Helper()
	if n := s.org.Count("Case"); n != 2 {
		s.t.Errorf("there are %d cases, want one of each contact", n)
	}
}
