package callflow

// Step is one decision: a code, its result and what its sentence needs. The
// sentence itself is made when a page is shown, in the reader's language.
type Step struct {
	Code       string            `json:"code"`
	Result     string            `json:"result"`
	Params     map[string]string `json:"params,omitempty"`
	Candidates []Judged          `json:"candidates,omitempty"`
	At         int64             `json:"at,omitempty"` // unix microseconds, set by the worker
	Micros     int64             `json:"us,omitempty"` // how long it took, set by the worker
}

// Codes of the steps this package writes, in the order of a trace. StepResults
// lists the results of each.
const (
	StepCallType    = "call_type"      // what the call was
	StepMessage     = "message"        // what is particular about a message
	StepFilter      = "filter"         // lines, agents, numbers, internal and short calls
	StepOfficeHours = "office_hours"   // whether the company was open
	StepFlow        = "flow"           // what the settings do with the call type
	StepNumber      = "number"         // what the search for the number gave
	StepConverted   = "converted_lead" // what a converted Lead is judged as
	StepMatch       = "match"          // which record was chosen
	StepNoMatch     = "no_match"       // what happens without a record
	StepRelated     = "related"        // Case or Opportunity
	StepOwner       = "owner"          // who owns the Task
	StepTask        = "task"           // the Task as planned
	StepTrimmed     = "trimmed"        // what was too long
)

// Outcome is where an entry stands.
type Outcome string

// The outcomes.
const (
	Logged      Outcome = "logged"
	Skipped     Outcome = "skipped"
	NeedsChoice Outcome = "needs_choice"
	Waiting     Outcome = "waiting"
	Failed      Outcome = "failed"
)
