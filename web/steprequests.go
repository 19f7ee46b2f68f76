package web

import (
	"slices"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// decidedBy lists the steps that the answer to a request of some purpose leads
// to. Times alone would not tell: steps are decided for many calls at once.
func decidedBy(purpose string) []string {
	switch purpose {
	case "search":
		return []string{callflow.StepNumber}
	case "follow":
		return []string{callflow.StepConverted, "matched_again", "existing_record", callflow.StepNumber}
	case "look_up":
		return []string{"looked_up", callflow.StepNoMatch, "created_record", callflow.StepRelated, callflow.StepOwner}
	case "create_records":
		return []string{"created_record", "existing_record", "field_dropped", "refused", "retry", "held"}
	case "create_related":
		return []string{callflow.StepRelated, "refused", "retry", "held"}
	case "read_tasks":
		return []string{"updated_task", "unchanged", "task_deleted", "refused", "retry", "held"}
	case "write_tasks":
		return []string{"wrote_task", "updated_task", "field_dropped", "task_deleted", "refused", "retry", "held"}
	}
	return nil
}

// askingStep is the step of a trace that a request belongs to: the first that was
// decided with its answer, else the last it could have led to, else the last
// of all, which tells how the try ended. The trace has at least one step.
func askingStep(steps []callflow.Step, x store.Exchange) int {
	codes, answered := decidedBy(x.Purpose), x.At.UnixMicro()+x.Micros
	fits := func(s callflow.Step) bool { return slices.Contains(codes, s.Code) }
	if i := slices.IndexFunc(steps, func(s callflow.Step) bool { return fits(s) && s.At >= answered }); i >= 0 {
		return i
	}
	for i := range slices.Backward(steps) {
		if fits(steps[i]) {
			return i
		}
	}
	return len(steps) - 1
}
