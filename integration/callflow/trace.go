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

// Codes of the steps this package writes. Each has its results listed beside
// the rule that writes it; the catalogue has a title and a because for each
// "code.result".
const (
	StepCallType    = "call_type"    // results: the call types
	StepFilter      = "filter"       // pass, line, agent, number, internal, short
	StepOfficeHours = "office_hours" // always, open, closed, closed_by_aircall, holiday, messages_excluded
	StepFlow        = "flow"         // completed, in_progress, do_nothing
	StepNumber      = "number"       // found, none, anonymous, unusable, remembered
	StepMatch       = "match"        // one, several, ask, chosen_by_person, shared
	StepNoMatch     = "no_match"     // create_contact, create_lead, create_account, create_person_account, skip, without_record, type_excluded
	StepRelated     = "related"      // case, opportunity, none_open, not_for_lead, not_for_account
	StepOwner       = "owner"        // agent_email, mapped, record_owner, connection_user, unknown_agent...
	StepTask        = "task"         // planned
	StepTrimmed     = "trimmed"      // disposition, subject, description
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

// Reason says why an outcome is what it is. Pages and the API show it.
type Reason string

// Reasons of skipped entries.
const (
	ReasonFlow      Reason = "flow_do_nothing"
	ReasonClosed    Reason = "outside_office_hours"
	ReasonLine      Reason = "line_not_logged"
	ReasonAgent     Reason = "agent_ignored"
	ReasonNumber    Reason = "number_ignored"
	ReasonInternal  Reason = "internal_call"
	ReasonShort     Reason = "too_short"
	ReasonNoMatch   Reason = "no_match"
	ReasonAnonymous Reason = "anonymous"
)

// ReasonSeveral is the reason of an entry that waits for a person's choice.
const ReasonSeveral Reason = "several_records"
