package worker

import (
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// maxFailures is how often in a row an entry is tried before a person is asked.
const maxFailures = 8

// jitter spreads pauses by a quarter either way, so that entries that failed
// together do not come back together.
func jitter(d time.Duration, random float64) time.Duration {
	return time.Duration(float64(d) * (0.75 + random/2))
}

// pause is how long to wait after the n-th failure in a row.
func pause(n int, random float64) time.Duration {
	return jitter(min(2*time.Second<<min(n-1, 8), 5*time.Minute), random)
}

// doubts is when to look for a Task whose request had no answer, counted from
// the request: Salesforce may still be carrying it out. It is only written
// again after the last look found nothing, twelve minutes later as configured:
// Salesforce ends a request after ten. What stays open without an external id
// is a request that somebody between us keeps for more than two minutes.
func doubts(doubt time.Duration) []time.Duration {
	return []time.Duration{doubt * 2 / 3, doubt * 10 / 3, doubt * 16}
}

// lookAgain tells when to look once more. What a crash interrupted is looked
// for once: Salesforce was not found slow.
func (i *item) lookAgain(now time.Time) (at time.Time, again bool) {
	looks := doubts(i.w.o.Doubt)
	if i.entry.Failures == 0 {
		looks = []time.Duration{i.w.o.Doubt}
	}
	for _, after := range looks {
		if at = i.entry.IntentAt.Add(after); now.Before(at) {
			return at, true
		}
	}
	return time.Time{}, false
}

// lostAnswer leaves an entry whose request may have been carried out. The next
// try looks before it writes.
func (i *item) lostAnswer(e *salesforce.Error) {
	i.entry.Failures++
	i.unanswered = true
	detail := with(with(detailOf(e), "kind", string(salesforce.Unknown)), purposeKey, e.Purpose)
	wait := pause(i.entry.Failures, i.w.o.Random())
	if i.intended {
		wait = doubts(i.w.o.Doubt)[0]
	}
	due := i.w.o.Now().Add(wait)
	i.step("retry", "unknown", with(detailOf(e), "at", due.UTC().Format(time.RFC3339)))
	i.settleRetry(detail, due)
}

// retry tries the entry again in a while, but not for ever.
func (i *item) retry(e *salesforce.Error) {
	i.entry.Failures++
	if i.entry.Failures > maxFailures {
		i.refused(e)
		return
	}
	detail := detailOf(e)
	due := i.w.o.Now().Add(pause(i.entry.Failures, i.w.o.Random()))
	i.step("retry", string(e.Kind), with(detail, "at", due.UTC().Format(time.RFC3339)))
	i.settleRetry(detail, due)
}

func (i *item) settleRetry(detail map[string]string, due time.Time) {
	if i.entry.TaskID != "" {
		i.keepAgent()
		i.settle(callflow.Logged, i.entry.Reason, i.entry.Detail, due, false)
		return
	}
	i.settle(callflow.Waiting, callflow.ReasonRetrying, detail, due, false)
}

// outdatedCodes are refusals that tell that the org is no longer as it was
// described.
var outdatedCodes = map[string]bool{
	"STRING_TOO_LONG": true, "MAX_TASK_DESCRIPTION_EXCEEEDED": true, "MAX_TASK_DESCRIPTION_EXCEEDED": true,
	"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": true, "INVALID_FIELD": true, "INVALID_FIELD_FOR_INSERT_UPDATE": true,
}

// changedOrg deals with a refusal of what the org said it would take: it is
// described anew, and the entry judged once more by what it takes now.
func (b *batch) changedOrg(i *item, e *salesforce.Error) bool {
	if e.Kind == salesforce.Misconfigured || e.Code == "REQUIRED_FIELD_MISSING" {
		b.outdated = true // the page tells what is in the way
	}
	if !outdatedCodes[e.Code] {
		return false
	}
	b.outdated = true
	if i.entry.Failures > maxFailures || i.entry.Failures > 0 && (i.entry.TaskID != "" || i.entry.Detail["code"] == e.Code) {
		return false
	}
	i.entry.Failures++
	i.step("retry", "outdated", detailOf(e))
	i.settleRetry(detailOf(e), b.w.o.Now().Add(time.Second))
	return true
}

// refused gives the entry to a person: trying again would not help.
func (i *item) refused(e *salesforce.Error) {
	detail := detailOf(e)
	i.step("refused", string(e.Kind), detail)
	if i.entry.TaskID != "" { // only its late facts were refused
		i.finish(callflow.Logged, i.entry.Reason, i.entry.Detail)
		return
	}
	i.finish(callflow.Failed, failReason(e), detail)
}

// detailOf is what pages need to explain an error.
func detailOf(e *salesforce.Error) map[string]string {
	d := map[string]string{"kind": string(e.Kind), "message": e.Message}
	if e.Code != "" {
		d["code"] = e.Code
	}
	if len(e.Fields) > 0 {
		d["fields"] = strings.Join(e.Fields, ", ")
	}
	return d
}

func with(m map[string]string, key, value string) map[string]string {
	out := make(map[string]string, len(m)+1)
	for k, v := range m {
		out[k] = v
	}
	out[key] = value
	return out
}

// failReason groups errors by what a person has to mend.
func failReason(e *salesforce.Error) callflow.Reason {
	switch e.Code {
	case "FIELD_CUSTOM_VALIDATION_EXCEPTION", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "CANNOT_EXECUTE_FLOW_TRIGGER":
		return callflow.ReasonValidationRule
	case "REQUIRED_FIELD_MISSING":
		return callflow.ReasonRequiredField
	case "STORAGE_LIMIT_EXCEEDED":
		return callflow.ReasonStorageFull
	case "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": // the record, not the Task
		return callflow.ReasonMisconfigured
	}
	switch e.Kind {
	case salesforce.FieldRefused:
		return callflow.ReasonFieldAccess
	case salesforce.OwnerRefused:
		return callflow.ReasonOwnerRefused
	case salesforce.Gone:
		return callflow.ReasonRecordGone
	case salesforce.Duplicate:
		return callflow.ReasonDuplicateRule
	case salesforce.Misconfigured:
		return callflow.ReasonMisconfigured
	}
	return callflow.ReasonRefused
}
