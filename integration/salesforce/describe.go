package salesforce

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// OrgInfo is what the connected user may see and write in the org.
type OrgInfo struct {
	callflow.Org
	PersonAccounts     bool               `json:"person_accounts"`
	PersonRecordTypeID string             `json:"person_record_type_id,omitempty"`
	Objects            map[string]Object  `json:"objects"`
	ExternalIDField    string             `json:"external_id_field,omitempty"` // of Task, unique: what to UpsertBy
	DuplicateRules     map[string]string  `json:"duplicate_rules,omitempty"`   // names of the active ones the user may see, by object
	Native             int                `json:"native,omitempty"`            // Tasks of the last day that Aircall's own integration wrote
	Problems           []PreflightProblem `json:"problems,omitempty"`
}

// Object is one of the org's objects.
type Object struct {
	Readable  bool             `json:"readable"`
	Creatable bool             `json:"creatable"`
	Updatable bool             `json:"updatable"`
	Fields    map[string]Field `json:"fields,omitempty"`
	// RecordType is what new records get, the user's default one; "" where the
	// object has none of its own.
	RecordType string `json:"record_type,omitempty"`
}

// Field is one field the user may see. A field that is missing is hidden from
// the user, or the org has none: Salesforce does not tell which.
type Field struct {
	Label      string   `json:"label"`
	Type       string   `json:"type"`
	Length     int      `json:"length,omitempty"` // characters; 0 = has none
	Creatable  bool     `json:"creatable,omitempty"`
	Updatable  bool     `json:"updatable,omitempty"`
	Required   bool     `json:"required,omitempty"` // no value and no default: a creation fails
	ExternalID bool     `json:"external_id,omitempty"`
	Unique     bool     `json:"unique,omitempty"`
	Custom     bool     `json:"custom,omitempty"`
	Restricted bool     `json:"restricted,omitempty"` // takes only Values
	Values     []string `json:"values,omitempty"`     // active ones of a picklist
	Default    string   `json:"default,omitempty"`    // of a picklist: what Salesforce fills in itself
}

// describedObjects are the objects Ringledger reads and writes.
var describedObjects = []string{"Task", "Contact", "Lead", "Account", "Case", "Opportunity"}

// The queries that go with the describes, in this order.
var describeQueries = []string{
	"SELECT ApiName, MasterLabel, IsClosed, IsDefault, SortOrder FROM TaskStatus ORDER BY SortOrder",
	"SELECT Id, Name FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true AND IsActive = true ORDER BY Name",
	"SELECT ApiName, MasterLabel, IsClosed, SortOrder FROM OpportunityStage WHERE IsActive = true ORDER BY SortOrder",
	"SELECT MasterLabel, SobjectType FROM DuplicateRule WHERE IsActive = true ORDER BY SobjectType, MasterLabel",
	"SELECT CallObject FROM Task WHERE CallDisposition LIKE 'aircall%' AND CreatedDate = LAST_N_DAYS:1 ORDER BY CreatedDate DESC LIMIT 200",
}

// needed is how many of describeQueries are: what the others would tell is of
// use, and a user without the right to ask it logs calls all the same.
const needed = 3

// DescribeOrg reads in one request what the user may see and write, the status
// a finished and an open Task take, and what stands in the way of logging.
func (c *Client) DescribeOrg(ctx context.Context) (OrgInfo, error) {
	var parts []part
	for _, object := range describedObjects {
		parts = append(parts, part{method: http.MethodGet, path: c.data("/sobjects/" + object + "/describe")})
	}
	for _, soql := range describeQueries {
		parts = append(parts, c.queryPart("query", soql))
	}
	replies, err := composite[json.RawMessage](ctx, c, request{purpose: "describe", slow: true}, parts)
	if err != nil {
		return OrgInfo{}, err
	}
	info := OrgInfo{Objects: map[string]Object{}}
	for i, object := range describedObjects {
		o, err := readObject(replies[i])
		if err != nil {
			return OrgInfo{}, err
		}
		info.Objects[object] = o
	}
	pages := make([][]record, len(describeQueries))
	for i := range describeQueries {
		page, err := pageOf("describe", replies[len(describedObjects)+i])
		if err != nil && passing(err) && i < needed {
			return OrgInfo{}, err
		}
		pages[i] = page.Records // none where the org has no such object
	}
	info.statuses(pages[0])
	info.persons(pages[1])
	info.stages(pages[2])
	info.duplicateRules(pages[3])
	info.taskFields()
	info.native(pages[4])
	info.Problems = info.preflight()
	c.forgetUnseen()
	return info, nil
}

// passing reports whether an error will not be there the next time, so that it
// says nothing of the org.
func passing(err error) bool {
	return slices.Contains([]Kind{Busy, Unknown, Limited, Down, Reconnect, NotSent}, KindOf(err))
}

// describedField is a field as describe tells it.
type describedField struct {
	Name               string
	Label              string
	Type               string
	Length             int
	Createable         bool
	Updateable         bool
	Nillable           bool
	DefaultedOnCreate  bool
	ExternalID         bool `json:"externalId"`
	Unique             bool
	Custom             bool
	RestrictedPicklist bool
	PicklistValues     []struct {
		Value        string
		Active       bool
		DefaultValue bool
	}
}

// readObject reads a describe. An object the user has no access to is
// unreadable, which is an answer and no error.
func readObject(r reply[json.RawMessage]) (Object, error) {
	var d struct {
		Queryable, Createable, Updateable bool
		Fields                            []describedField
		RecordTypeInfos                   []struct {
			Name                      string
			Active, Available, Master bool
			DefaultRecordTypeMapping  bool
		}
	}
	a := answer{status: r.Status, header: http.Header{"Content-Type": {"application/json"}}, body: r.Body}
	if err := decode(request{purpose: "describe"}, a, &d); err != nil {
		if passing(err) {
			return Object{}, err
		}
		return Object{}, nil
	}
	o := Object{Readable: d.Queryable, Creatable: d.Createable, Updatable: d.Updateable, Fields: make(map[string]Field, len(d.Fields))}
	for _, f := range d.Fields {
		o.Fields[f.Name] = f.field()
	}
	for _, r := range d.RecordTypeInfos {
		if r.DefaultRecordTypeMapping && r.Active && !r.Master {
			o.RecordType = r.Name
		}
	}
	return o, nil
}

func (d describedField) field() Field {
	f := Field{
		Label: d.Label, Type: d.Type, Length: d.Length, Creatable: d.Createable, Updatable: d.Updateable,
		Required:   d.Createable && !d.Nillable && !d.DefaultedOnCreate && d.Type != "boolean",
		ExternalID: d.ExternalID, Unique: d.Unique, Custom: d.Custom, Restricted: d.RestrictedPicklist,
	}
	for _, v := range d.PicklistValues {
		if v.Active {
			f.Values = append(f.Values, v.Value)
		}
		if v.Active && v.DefaultValue {
			f.Default = v.Value
		}
	}
	return f
}

// statuses chooses the first closed status, and for open Tasks the default one
// or else the first. Admins rename and translate them, so none is assumed.
func (o *OrgInfo) statuses(rows []record) {
	for _, r := range rows {
		name := r.text("ApiName")
		if name == "" {
			name = r.text("MasterLabel")
		}
		switch {
		case r.is("IsClosed") && o.ClosedStatus == "":
			o.ClosedStatus = name
		case r.is("IsClosed"):
		case o.OpenStatus == "" || r.is("IsDefault"):
			o.OpenStatus = name
		}
	}
}

func (o *OrgInfo) persons(rows []record) {
	_, o.PersonAccounts = o.Objects["Account"].Fields["IsPersonAccount"]
	if o.PersonAccounts && len(rows) > 0 {
		o.PersonRecordTypeID = rows[0].text("Id")
	}
}

// stages takes the first open stage. Where the stages cannot be read, the
// first value of the picklist is the first stage.
func (o *OrgInfo) stages(rows []record) {
	for _, r := range rows {
		if name := r.text("ApiName"); name != "" && !r.is("IsClosed") {
			o.OpportunityStage = name
			return
		}
	}
	if values := o.Objects["Opportunity"].Fields["StageName"].Values; len(rows) == 0 && len(values) > 0 {
		o.OpportunityStage = values[0]
	}
}

// duplicateRules keeps the names of the active rules. Only a user who may view
// the set-up gets any.
func (o *OrgInfo) duplicateRules(rows []record) {
	for _, r := range rows {
		if o.DuplicateRules == nil {
			o.DuplicateRules = map[string]string{}
		}
		object := r.text("SobjectType")
		o.DuplicateRules[object] = strings.TrimPrefix(o.DuplicateRules[object]+", "+r.text("MasterLabel"), ", ")
	}
}

// native counts the Tasks that Aircall's own integration wrote: their call
// result is built as ours, but they have none of our keys.
func (o *OrgInfo) native(rows []record) {
	if _, keyed := o.TaskFields["CallObject"]; !keyed {
		return // then ours have none either
	}
	for _, r := range rows {
		key := r.text("CallObject")
		if strings.HasPrefix(key, "aircall:") || strings.HasPrefix(key, "aircall-message:") {
			continue
		}
		o.Native++
	}
}

// fixedValues are the values Ringledger writes to picklists of Task. A
// restricted one that lacks them is left out, and the Task written.
var fixedValues = map[string][]string{"Type": {"Call"}, "TaskSubtype": {"Call"}, "CallType": {"Inbound", "Outbound"}}

// lacking are the values the field would refuse.
func (f Field) lacking(values []string) []string {
	if !f.Restricted {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool {
		return slices.ContainsFunc(f.Values, func(known string) bool { return strings.EqualFold(known, v) })
	})
}

func (o *OrgInfo) taskFields() {
	o.TaskFields, o.TaskNumbers, o.TaskBooleans = map[string]int{}, map[string]bool{}, map[string]bool{}
	task := o.Objects["Task"]
	var external []string
	for name, f := range task.Fields {
		if f.Creatable && len(f.lacking(fixedValues[name])) == 0 {
			o.TaskFields[name] = f.Length
		}
		switch f.Type {
		case "int", "double", "currency", "percent":
			o.TaskNumbers[name] = true
		case "boolean":
			o.TaskBooleans[name] = true
		}
		if f.Creatable && f.ExternalID && f.Unique && f.Type == "string" && ours(name) {
			external = append(external, name)
		}
	}
	slices.SortFunc(external, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	if len(external) > 0 {
		o.ExternalIDField = external[0]
	}
}

// ourNames are parts of names that a field for our key may have, the likeliest
// first.
var ourNames = []string{"ringledger", "aircall_call_id", "aircallcallid", "call_id", "callid", "call_key", "aircall"}

func ours(name string) bool { return rank(name) < len(ourNames) }

func rank(name string) int {
	name = strings.ToLower(name)
	for i, part := range ourNames {
		if strings.Contains(name, part) {
			return i
		}
	}
	return len(ourNames)
}
