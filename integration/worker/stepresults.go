package worker

// StepResults lists the steps the worker writes itself: code, result, and the
// parameters the sentence may use. Those of the rules are in callflow.
func StepResults() map[string]map[string][]string {
	failure := []string{"kind", "message", "code", "fields"}
	record := []string{"kind", "name", "id"}
	return map[string]map[string][]string{
		"received":        {"webhook": {"events"}, "fetched": nil, "completed": {"events"}},
		"kept_out":        {"erased": nil, "events_gone": {"at"}, "too_old": {"days"}},
		"swept":           {"gone": nil, "given_up": nil, "nobody_to_ask": nil},
		"folded":          {"oddities": {"count", "event", "path", "got"}},
		"created_record":  {"contact": record, "lead": record, "account": record, "person_account": record, "by_other_call": record},
		"existing_record": {"contact": record, "lead": record, "account": record, "person_account": record},
		"looked_up":       {"found": {"key", "id"}, "not_found": {"key"}, "refused": failure},
		"wrote_task":      {"created": {"id"}},
		"updated_task":    {"changed": {"id", "fields"}},
		"unchanged": {
			"same": nil, "edited": {"fields"}, "related": {"id", "name"}, "rule": {"reason"}, "completed": {"reason"},
			"locked": {"id", "code", "message"}, "archived": {"id", "code", "message"},
		},
		"task_deleted":  {"gone": {"id"}},
		"field_dropped": {"field_refused": {"field", "code", "message"}, "new_record": {"field", "code", "message"}},
		"matched_again": {"gone": {"record"}, "merged": {"record", "into", "kind", "name"}},
		"held": {
			"held_not_connected": nil, "held_reconnect": nil, "held_salesforce_down": nil, "held_salesforce_busy": nil, "held_api_limit": nil, "held_refusing": failure,
		},
		"retry": {
			"unknown": append(failure, "at"), "busy": append(failure, "at"), "gone": failure, "outdated": failure,
		},
		"refused": {
			"refused": failure, "misconfigured": failure, "field_refused": failure, "duplicate": failure,
			"owner_refused": append(failure, "owner"), "gone": failure, "busy": failure,
		},
	}
}
