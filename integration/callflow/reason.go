package callflow

// Reason says why an outcome is what it is. Pages and the API show it.
type Reason string

// Reasons of logged entries.
const (
	ReasonCompletedTask Reason = "completed_task"
	ReasonOpenTask      Reason = "open_task"
	ReasonUpdatedTask   Reason = "updated_task"
	ReasonTaskDeleted   Reason = "task_deleted" // somebody deleted the Task; it is not made again
	ReasonNoRecord      Reason = "no_record"    // a Task that stands on no record
)

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
	ReasonUnusable  Reason = "unusable_number" // digits that are no telephone number
	ReasonExpired   Reason = "expired"         // older than what is kept, so it cannot be judged
	ReasonErased    Reason = "erased"          // its number was erased
)

// ReasonSeveral is the reason of an entry that waits for a person's choice.
const ReasonSeveral Reason = "several_records"

// Reasons of waiting entries.
const (
	ReasonGoingOn        Reason = "in_progress" // the call is not over
	ReasonSettling       Reason = "settling"
	ReasonQueued         Reason = "queued"
	ReasonRetrying       Reason = "retrying"
	ReasonNotConnected   Reason = "held_not_connected"
	ReasonReconnect      Reason = "held_reconnect"
	ReasonSalesforceDown Reason = "held_salesforce_down"
	ReasonSalesforceBusy Reason = "held_salesforce_busy" // it answers, but not now
	ReasonAPILimit       Reason = "held_api_limit"
	ReasonRefusing       Reason = "held_refusing" // Salesforce refuses every request
	ReasonNumberBusy     Reason = "number_busy"   // another call makes this number's record
)

// Reasons of failed entries.
const (
	ReasonRefused        Reason = "refused"
	ReasonValidationRule Reason = "validation_rule"
	ReasonRequiredField  Reason = "required_field"
	ReasonFieldAccess    Reason = "field_access"
	ReasonOwnerRefused   Reason = "owner_refused"
	ReasonRecordGone     Reason = "record_gone"
	ReasonDuplicateRule  Reason = "duplicate_rule"
	ReasonMisconfigured  Reason = "misconfigured"
	ReasonStorageFull    Reason = "storage_full"
	ReasonBug            Reason = "bug"
)

// Reasons lists every reason under the outcome it explains.
func Reasons() map[Outcome][]Reason {
	return map[Outcome][]Reason{
		Logged: {ReasonCompletedTask, ReasonOpenTask, ReasonUpdatedTask, ReasonTaskDeleted, ReasonNoRecord},
		Skipped: {
			ReasonFlow, ReasonClosed, ReasonLine, ReasonAgent, ReasonNumber, ReasonInternal, ReasonShort,
			ReasonNoMatch, ReasonAnonymous, ReasonUnusable, ReasonExpired, ReasonErased,
		},
		NeedsChoice: {ReasonSeveral},
		Waiting: {
			ReasonGoingOn, ReasonSettling, ReasonQueued, ReasonRetrying, ReasonNotConnected, ReasonReconnect,
			ReasonSalesforceDown, ReasonSalesforceBusy, ReasonAPILimit, ReasonRefusing, ReasonNumberBusy,
		},
		Failed: {
			ReasonRefused, ReasonValidationRule, ReasonRequiredField, ReasonFieldAccess, ReasonOwnerRefused,
			ReasonRecordGone, ReasonDuplicateRule, ReasonMisconfigured, ReasonStorageFull, ReasonBug,
		},
	}
}
