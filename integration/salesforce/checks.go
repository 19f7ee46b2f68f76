package salesforce

import (
	"maps"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// Check is one thing of the preflight: how it stands, what was found, and what
// to mend.
type Check struct {
	Code     string
	State    Severity          // of its worst problem; "" = as it should be
	Found    map[string]string // what the sentence of a check without problems tells
	Problems []PreflightProblem
}

// Codes of Check, in the order of the page.
const (
	CheckAPI         = "api"
	CheckObjects     = "objects"
	CheckFields      = "fields"
	CheckRequired    = "required_fields"
	CheckStatuses    = "statuses"
	CheckPicklists   = "picklists"
	CheckRecordTypes = "record_types"
	CheckPersons     = "person_accounts"
	CheckDuplicates  = "duplicate_rules"
	CheckAssignment  = "assignment_rules"
	CheckExternalID  = "external_id"
	CheckNative      = "native_logging"
)

// checkOf is the check that a problem belongs to.
var checkOf = map[string]string{
	ProblemObjectHidden: CheckObjects, ProblemNoCreate: CheckObjects, ProblemNoUpdate: CheckObjects,
	ProblemFieldHidden: CheckFields, ProblemFieldReadOnly: CheckFields, ProblemPhoneField: CheckFields,
	ProblemRequiredField: CheckRequired, ProblemNoClosedStatus: CheckStatuses, ProblemNoOpenStatus: CheckStatuses,
	ProblemValueMissing: CheckPicklists, ProblemNoPersonType: CheckPersons, ProblemDuplicateRule: CheckDuplicates,
	ProblemNoExternalID: CheckExternalID, ProblemExternalIDUnique: CheckExternalID, ProblemNative: CheckNative,
	ProblemRefusing: CheckAPI,
}

// Preflight judges the org by the rules that are to run in it. idle are the
// problems that these rules never meet. refusing says that Salesforce refuses
// every request just now, whatever the description of the org says.
func (o OrgInfo) Preflight(s callflow.Settings, refusing bool) (checks []Check, idle []PreflightProblem) {
	found := map[string][]PreflightProblem{}
	if refusing {
		found[CheckAPI] = []PreflightProblem{{Code: ProblemRefusing, Severity: Blocking}}
	}
	for _, p := range worstFirst(slices.Concat(o.Problems, o.mapped(s), o.unfillable(s))) {
		if p.Setting, p.Idle = o.setting(p, s); p.Idle {
			idle = append(idle, p)
			continue
		}
		code := checkOf[p.Code]
		found[code] = append(found[code], p)
	}
	for _, code := range []string{
		CheckAPI, CheckObjects, CheckFields, CheckRequired, CheckStatuses, CheckPicklists, CheckRecordTypes,
		CheckPersons, CheckDuplicates, CheckAssignment, CheckNative, CheckExternalID,
	} {
		c := Check{Code: code, Found: o.found(code), Problems: found[code]}
		if len(c.Problems) > 0 {
			c.State = c.Problems[0].Severity
		}
		checks = append(checks, c)
	}
	return checks, idle
}

// found is what a check without problems has to tell.
func (o OrgInfo) found(code string) map[string]string {
	switch code {
	case CheckStatuses:
		return map[string]string{"closed": o.ClosedStatus, "open": o.OpenStatus}
	case CheckPersons:
		if o.PersonAccounts {
			return map[string]string{"on": "true"}
		}
	case CheckExternalID:
		return map[string]string{"field": o.ExternalIDField}
	case CheckRecordTypes:
		var types []string
		for _, object := range describedObjects {
			if t := o.Objects[object].RecordType; t != "" {
				types = append(types, object+": "+t)
			}
		}
		return map[string]string{"types": strings.Join(types, "; ")}
	}
	return nil
}

// mapped are the problems of fields and values that the rules name themselves.
func (o OrgInfo) mapped(s callflow.Settings) []PreflightProblem {
	task := o.Objects["Task"]
	if !task.Readable || !task.Creatable {
		return nil
	}
	var all []PreflightProblem
	for _, name := range slices.Sorted(maps.Keys(s.Task.Fields)) {
		f, seen := task.Fields[name]
		switch {
		case written(name):
		case !seen:
			all = append(all, PreflightProblem{Code: ProblemFieldHidden, Severity: Warning, Params: fieldParams("Task", name, f)})
		case !f.Creatable:
			all = append(all, PreflightProblem{Code: ProblemFieldReadOnly, Severity: Warning, Params: fieldParams("Task", name, f)})
		}
	}
	for _, object := range slices.Sorted(maps.Keys(s.Matching.ExtraPhoneFields)) {
		for _, name := range s.Matching.ExtraPhoneFields[object] {
			if f, seen := o.Objects[object].Fields[name]; !seen && o.Objects[object].Readable {
				all = append(all, PreflightProblem{Code: ProblemPhoneField, Severity: Warning, Params: fieldParams(object, name, f)})
			}
		}
	}
	if f, seen := task.Fields["Priority"]; seen {
		if values := f.lacking(priorities(s)); len(values) > 0 {
			all = append(all, PreflightProblem{Code: ProblemValueMissing, Severity: Warning, Params: valueParams("Task", "Priority", f, values)})
		}
	}
	return all
}

// createdFields are what a new record cannot do without.
var createdFields = map[callflow.RecordKind][]string{
	callflow.ContactRecord:       {"LastName", "Phone"},
	callflow.LeadRecord:          {"LastName", "Company", "Phone"},
	callflow.AccountRecord:       {"Name", "Phone"},
	callflow.PersonAccountRecord: {"LastName", "Phone"},
}

// unfillable are the fields without which the records that the rules create
// cannot be made.
func (o OrgInfo) unfillable(s callflow.Settings) []PreflightProblem {
	object := objectOf(creates(s))
	if _, made := createdFields[creates(s)]; !made || !o.Objects[object].Creatable {
		return nil
	}
	var all []PreflightProblem
	for _, name := range createdFields[creates(s)] {
		f, seen := o.Objects[object].Fields[name]
		switch {
		case !seen:
			all = append(all, PreflightProblem{Code: ProblemFieldHidden, Severity: Warning, Params: fieldParams(object, name, f)})
		case !f.Creatable:
			all = append(all, PreflightProblem{Code: ProblemFieldReadOnly, Severity: Warning, Params: fieldParams(object, name, f)})
		}
	}
	return all
}

func written(field string) bool {
	return slices.ContainsFunc(taskFieldsWritten, func(f taskField) bool { return f.name == field })
}

// flows are those of the company and of every line that has its own.
func flows(s callflow.Settings) []callflow.Flow {
	all := slices.Collect(maps.Values(s.Flows))
	for _, line := range s.Lines {
		all = append(all, slices.Collect(maps.Values(line.Flows))...)
	}
	return all
}

func priorities(s callflow.Settings) []string {
	var all []string
	for _, f := range flows(s) {
		if f.Action == callflow.InProgress && f.Priority != "" && !slices.Contains(all, f.Priority) {
			all = append(all, f.Priority)
		}
	}
	slices.Sort(all)
	return all
}

// Settings that make a problem matter, as the settings document names them.
const (
	SettingOrder             = "matching.order"
	SettingCreate            = "matching.no_match.create"
	SettingPhoneFields       = "matching.extra_phone_fields"
	SettingAttach            = "related.attach"
	SettingCreateCase        = "related.create_case"
	SettingCreateOpportunity = "related.create_opportunity"
	SettingTaskFields        = "task.fields"
	SettingCompleted         = "flows.completed"
	SettingInProgress        = "flows.in_progress"
	SettingPriority          = "flows.priority"
)

// setting names the setting that makes a problem matter, "" where it always
// does, and reports whether the rules leave it alone.
func (o OrgInfo) setting(p PreflightProblem, s callflow.Settings) (name string, idle bool) {
	object, field := p.Params["object"], p.Params["field"]
	flow := func(action callflow.Action) bool {
		return slices.ContainsFunc(flows(s), func(f callflow.Flow) bool { return f.Action == action })
	}
	switch p.Code {
	case ProblemNoClosedStatus:
		return SettingCompleted, !flow(callflow.Completed)
	case ProblemNoOpenStatus:
		return SettingInProgress, !flow(callflow.InProgress)
	case ProblemNoPersonType:
		return SettingCreate, creates(s) != callflow.PersonAccountRecord
	case ProblemPhoneField:
		return SettingPhoneFields, false
	case ProblemObjectHidden:
		return readBy(object, s)
	case ProblemNoCreate, ProblemRequiredField, ProblemDuplicateRule:
		return createdBy(object, s)
	case ProblemFieldHidden, ProblemFieldReadOnly:
		if object != "Task" {
			return createdBy(object, s)
		}
		if !written(field) {
			return SettingTaskFields, false
		}
	case ProblemValueMissing:
		if field == "Priority" {
			return SettingPriority, false
		}
	}
	return "", false
}

// readBy is the setting by which records of an object are read.
func readBy(object string, s callflow.Settings) (name string, idle bool) {
	order := s.Matching.Order
	switch object {
	case "Contact":
		return SettingOrder, !slices.Contains(order, callflow.ContactRecord)
	case "Lead":
		return SettingOrder, !slices.Contains(order, callflow.LeadRecord)
	case "Account":
		return SettingOrder, !slices.Contains(order, callflow.AccountRecord) && !slices.Contains(order, callflow.PersonAccountRecord)
	case "Case":
		return SettingAttach, s.Related.Attach != callflow.AttachCase
	case "Opportunity":
		return SettingAttach, s.Related.Attach != callflow.AttachOpportunity
	}
	return "", false
}

// creates is the kind of record made for unknown numbers.
func creates(s callflow.Settings) callflow.RecordKind {
	return callflow.RecordKind(s.Matching.NoMatch.Create)
}

// createdBy is the setting by which records of an object are made.
func createdBy(object string, s callflow.Settings) (name string, idle bool) {
	switch create := creates(s); object {
	case "Contact":
		return SettingCreate, create != callflow.ContactRecord
	case "Lead":
		return SettingCreate, create != callflow.LeadRecord
	case "Account":
		return SettingCreate, create != callflow.AccountRecord && create != callflow.PersonAccountRecord
	case "Case":
		return SettingCreateCase, s.Related.Attach != callflow.AttachCase || !s.Related.CreateCase
	case "Opportunity":
		return SettingCreateOpportunity, s.Related.Attach != callflow.AttachOpportunity || !s.Related.CreateOpportunity
	}
	return "", false
}
