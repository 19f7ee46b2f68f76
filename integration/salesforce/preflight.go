package salesforce

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Severity says how much a PreflightProblem matters.
type Severity string

// The severities.
const (
	Blocking Severity = "blocking" // no call can be logged
	Warning  Severity = "warning"  // something will be missing, or some settings will not work
	Advice   Severity = "advice"   // it works; this would be better
)

// PreflightProblem is something in the org that stands in the way. Its code
// and parameters become a sentence with what to do about it.
type PreflightProblem struct {
	Code     string            `json:"code"`
	Severity Severity          `json:"severity"`
	Params   map[string]string `json:"params,omitempty"` // object, field, label

	// What Preflight adds: the setting that makes it matter, "" where it always
	// does, and whether the rules leave it alone.
	Setting string `json:"-"`
	Idle    bool   `json:"-"`
}

// Codes of PreflightProblem, with the parameters each has.
const (
	ProblemObjectHidden     = "object_not_readable"        // object
	ProblemNoCreate         = "object_not_creatable"       // object
	ProblemNoUpdate         = "object_not_updatable"       // object
	ProblemFieldHidden      = "field_hidden"               // object, field
	ProblemFieldReadOnly    = "field_read_only"            // object, field, label
	ProblemRequiredField    = "required_field"             // object, field, label
	ProblemNoClosedStatus   = "no_closed_status"           //
	ProblemNoOpenStatus     = "no_open_status"             //
	ProblemNoPersonType     = "person_record_type_missing" //
	ProblemNoExternalID     = "external_id_missing"        //
	ProblemExternalIDUnique = "external_id_not_unique"     // field
	ProblemValueMissing     = "value_missing"              // object, field, label, values
	ProblemNative           = "native_logging"             // tasks
	ProblemDuplicateRule    = "duplicate_rule"             // object, rules
	ProblemPhoneField       = "phone_field_hidden"         // object, field
	ProblemRefusing         = "api_refused"                // ; the worker meets it
)

type taskField struct {
	name      string
	essential bool
}

// taskFieldsWritten are the Task's fields that Ringledger fills. essential ones
// have no stand-in: without them a Task cannot be found again or shows nothing.
var taskFieldsWritten = []taskField{
	{"Subject", true}, {"Status", true}, {"CallObject", true},
	{"Priority", false}, {"ActivityDate", false}, {"WhoId", false}, {"WhatId", false}, {"OwnerId", false},
	{"Type", false}, {"TaskSubtype", false}, {"CallType", false}, {"CallDurationInSeconds", false},
	{"CallDisposition", false}, {"Description", false},
}

// filled are the required fields that Ringledger gives a value, by object.
var filled = map[string][]string{
	"Contact":     {"LastName"},
	"Lead":        {"LastName", "Company"},
	"Account":     {"Name", "LastName"},
	"Case":        {"Subject"},
	"Opportunity": {"Name", "StageName", "CloseDate"},
}

// preflight lists what stands in the way, the worst first.
func (o *OrgInfo) preflight() []PreflightProblem {
	var all []PreflightProblem
	for _, object := range describedObjects {
		all = append(all, o.objectProblems(object)...)
	}
	all = append(all, o.taskProblems()...)
	if o.PersonAccounts && o.PersonRecordTypeID == "" {
		all = append(all, PreflightProblem{Code: ProblemNoPersonType, Severity: Warning})
	}
	if o.Native > 0 {
		all = append(all, PreflightProblem{Code: ProblemNative, Severity: Warning, Params: map[string]string{"tasks": strconv.Itoa(o.Native)}})
	}
	for _, object := range slices.Sorted(maps.Keys(o.DuplicateRules)) {
		if _, made := filled[object]; made {
			all = append(all, PreflightProblem{Code: ProblemDuplicateRule, Severity: Advice, Params: map[string]string{"object": object, "rules": o.DuplicateRules[object]}})
		}
	}
	return worstFirst(all)
}

func worstFirst(all []PreflightProblem) []PreflightProblem {
	order := []Severity{Blocking, Warning, Advice}
	slices.SortStableFunc(all, func(a, b PreflightProblem) int {
		return cmp.Compare(slices.Index(order, a.Severity), slices.Index(order, b.Severity))
	})
	return all
}

func valueParams(object, field string, f Field, values []string) map[string]string {
	params := fieldParams(object, field, f)
	params["values"] = strings.Join(values, ", ")
	return params
}

func (o *OrgInfo) objectProblems(name string) []PreflightProblem {
	object := o.Objects[name]
	severity := Warning
	if name == "Task" {
		severity = Blocking
	}
	params := map[string]string{"object": name}
	var all []PreflightProblem
	switch {
	case !object.Readable:
		return append(all, PreflightProblem{Code: ProblemObjectHidden, Severity: severity, Params: params})
	case !object.Creatable:
		return append(all, PreflightProblem{Code: ProblemNoCreate, Severity: severity, Params: params})
	case name == "Task" && !object.Updatable:
		all = append(all, PreflightProblem{Code: ProblemNoUpdate, Severity: Warning, Params: params})
	}
	for _, field := range slices.Sorted(maps.Keys(object.Fields)) {
		if f := object.Fields[field]; f.Required && !fills(name, field) {
			all = append(all, PreflightProblem{Code: ProblemRequiredField, Severity: severity, Params: fieldParams(name, field, f)})
		}
	}
	return all
}

func fills(object, field string) bool {
	if object != "Task" {
		return slices.Contains(filled[object], field)
	}
	for _, written := range taskFieldsWritten {
		if written.name == field {
			return true
		}
	}
	return false
}

func (o *OrgInfo) taskProblems() []PreflightProblem {
	task := o.Objects["Task"]
	if !task.Readable || !task.Creatable {
		return nil
	}
	var all []PreflightProblem
	for _, written := range taskFieldsWritten {
		severity := Warning
		if written.essential {
			severity = Blocking
		}
		f, seen := task.Fields[written.name]
		if !seen {
			all = append(all, PreflightProblem{Code: ProblemFieldHidden, Severity: severity, Params: fieldParams("Task", written.name, f)})
		} else if !f.Creatable {
			all = append(all, PreflightProblem{Code: ProblemFieldReadOnly, Severity: severity, Params: fieldParams("Task", written.name, f)})
		} else if values := f.lacking(fixedValues[written.name]); len(values) > 0 {
			all = append(all, PreflightProblem{Code: ProblemValueMissing, Severity: Warning, Params: valueParams("Task", written.name, f, values)})
		}
	}
	if o.ClosedStatus == "" {
		all = append(all, PreflightProblem{Code: ProblemNoClosedStatus, Severity: Blocking})
	}
	if o.OpenStatus == "" {
		all = append(all, PreflightProblem{Code: ProblemNoOpenStatus, Severity: Warning})
	}
	return append(all, o.externalIDProblems()...)
}

// externalIDProblems advise on the field that makes a second Task for one call
// impossible.
func (o *OrgInfo) externalIDProblems() []PreflightProblem {
	if o.ExternalIDField != "" {
		return nil
	}
	task := o.Objects["Task"]
	for _, name := range slices.Sorted(maps.Keys(task.Fields)) {
		if f := task.Fields[name]; f.Custom && f.ExternalID && !f.Unique && ours(name) {
			return []PreflightProblem{{Code: ProblemExternalIDUnique, Severity: Advice, Params: fieldParams("Task", name, f)}}
		}
	}
	return []PreflightProblem{{Code: ProblemNoExternalID, Severity: Advice}}
}

func fieldParams(object, field string, f Field) map[string]string {
	params := map[string]string{"object": object, "field": field}
	if f.Label != "" {
		params["label"] = f.Label
	}
	return params
}
