package callflow

import "time"

// Screening is what the settings say before Salesforce is asked anything.
type Screening struct {
	Type   CallType
	Flow   Flow
	Skip   bool   // nothing will be written
	Reason Reason // why, when Skip
	Search bool   // the external number is to be searched

	// Internal says that both ends are the company's own and the settings log
	// such calls all the same: on no record, since nobody outside was there.
	Internal bool
	Steps    []Step
}

// Surroundings are the facts of the company that rules need beside the call.
type Surroundings struct {
	OwnNumbers map[string]bool // E.164 of all the company's lines
	Holiday    HolidayFunc     // holidays of a country preset; nil = none
}

// HolidayFunc names the public holiday of a country on a local date, if any.
type HolidayFunc func(country string, year int, month time.Month, day int) (name string, ok bool)

// Found is what Salesforce answered about the call.
//
// The outcome of a refusal is told here too, and Decide is asked again: an
// owner Salesforce refused is one for which ActiveUser says false, a Case or
// Opportunity it refused sets RelatedRefused.
type Found struct {
	Candidates  []Candidate
	Created     *Record              // a record made for this number; its Created says that this very call made it, else a recent one did
	Kept        bool                 // Created is the record of the Task that stands: late facts do not move it
	Chosen      string               // id of the record a person chose for this number
	Users       []User               // active standard users with the agent's (or mapped) e-mail
	Connection  User                 // who made the connection
	ActiveUser  func(id string) bool // nil = unknown; whether a record's owner can own Tasks
	Case        *RelatedRecord
	Opportunity *RelatedRecord

	RelatedRefused bool // Salesforce refused to create the Case or Opportunity: log without it
	RecordRefused  bool // Salesforce refused to create the record: the rule for no record decides
}

// RelatedRecord is an open Case or Opportunity.
type RelatedRecord struct {
	ID   string
	Name string // case number and subject, or opportunity name

	Created bool // made by Ringledger for this very call
}

// Org is what describe and TaskStatus tell about the connected org.
type Org struct {
	ClosedStatus string
	OpenStatus   string

	// OpportunityStage is the first open stage; without it no Opportunity is created.
	OpportunityStage string

	// Lengths of Task fields in characters, by API name. A field that is
	// missing here is not writable and is left out of the plan; 0 is a field
	// without a length (dates, references). A nil map means that the org was
	// not described yet: everything is written, at Salesforce's usual lengths.
	TaskFields map[string]int

	// TaskNumbers are the Task fields that hold numbers, and TaskBooleans those
	// that hold yes or no: what is written into them has to be one.
	TaskNumbers, TaskBooleans map[string]bool
}

// Decision is what to do with the call now. Its steps follow those of the
// screening, which it does not repeat.
type Decision struct {
	Outcome Outcome // Logged (write Task), Skipped or NeedsChoice; "" when something is to be created first
	Reason  Reason
	Record  *Record    // the record the Task stands on
	Create  *NewRecord // make this first, then decide again with Found.Created

	// CreateRelated is to be made first too, then decide again with Found.Case
	// or Found.Opportunity, its Created set.
	CreateRelated *NewRelated

	Task  TaskPlan
	Steps []Step
}

// TaskPlan is the Task to write: API names with JSON-ready values (string,
// int or bool). Closed tells which status it asks for.
type TaskPlan struct {
	Closed bool
	Fields map[string]any
}
