package callflow

import "time"

// Screening is what the settings say before Salesforce is asked anything.
type Screening struct {
	Type   CallType
	Flow   Flow
	Skip   bool   // nothing will be written
	Reason Reason // why, when Skip
	Search bool   // the external number is to be searched
	Steps  []Step
}

// Surroundings are the facts of the company that rules need beside the call.
type Surroundings struct {
	OwnNumbers map[string]bool // E.164 of all the company's lines
	Holiday    HolidayFunc     // holidays of a country preset; nil = none
}

// HolidayFunc names the public holiday of a country on a local date, if any.
type HolidayFunc func(country string, year int, month time.Month, day int) (name string, ok bool)

// Found is what Salesforce answered about the call.
type Found struct {
	Candidates  []Candidate
	Created     *Record              // a record made for this number, by this call or a recent one
	Chosen      string               // id of the record a person chose for this number
	Users       []User               // active standard users with the agent's (or mapped) e-mail
	Connection  User                 // who made the connection
	ActiveUser  func(id string) bool // nil = unknown; whether a record's owner can own Tasks
	Case        *RelatedRecord
	Opportunity *RelatedRecord
}

// RelatedRecord is an open Case or Opportunity.
type RelatedRecord struct {
	ID   string
	Name string // case number and subject, or opportunity name
}

// Org is what describe and TaskStatus tell about the connected org.
type Org struct {
	ClosedStatus string
	OpenStatus   string
	// Lengths of Task fields in characters, by API name. A field that is
	// missing here is not writable and is left out of the plan.
	TaskFields map[string]int
}

// Decision is what to do with the call now.
type Decision struct {
	Outcome Outcome // Logged (write Task), Skipped or NeedsChoice; "" when Create is set
	Reason  Reason
	Record  *Record    // the record the Task stands on
	Create  *NewRecord // make this first, then decide again with Found.Created
	Task    TaskPlan
	Steps   []Step
}

// TaskPlan is the Task to write: API names with JSON-ready values (string,
// int or bool). Closed tells which status it asks for.
type TaskPlan struct {
	Closed bool
	Fields map[string]any
}
