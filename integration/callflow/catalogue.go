package callflow

// StepResults lists every step this package writes: its code, its results, and
// the names of the params each sentence can use. A param may be empty when the
// fact is not known, never missing.
func StepResults() map[string]map[string][]string {
	return map[string]map[string][]string{
		StepCallType:    callTypeResults(),
		StepMessage:     {"group": {"number", "others"}, "undelivered": {"number"}},
		StepFilter:      filterResults(),
		StepOfficeHours: officeHoursResults(),
		StepFlow: {
			string(Completed):  {"type", "scope", "line"},
			string(InProgress): {"type", "scope", "line", "due_days", "priority"},
			string(DoNothing):  {"type", "scope", "line"},
		},
		StepNumber: {
			"found":      {"number", "count"},
			"none":       {"number"},
			"created":    {"number"}, // this call's record was just made
			"remembered": {"number"}, // a record was made for the number by an earlier call
			"kept":       {"number"}, // the Task stands already, on the record chosen then
			"internal":   {"number"},
			"anonymous":  {"number"},
			"unusable":   {"number"},
		},
		StepConverted: {
			"followed": {"lead", "lead_name", "record", "name", "kind"}, // its Contact was found through it
			"known":    {"lead", "lead_name", "record", "name", "kind"}, // its Contact holds the number too
			"gone":     {"lead", "lead_name", "record", "name", "kind"}, // its Contact cannot be read
		},
		StepMatch:   matchResults(),
		StepNoMatch: noMatchResults(),
		StepRelated: relatedResults(),
		StepOwner:   ownerResults(),
		StepTask: {
			"planned":  {"status", "due", "closed"},
			"left_out": {"fields"},         // the org hides them
			"unfit":    {"field", "value"}, // no number, or neither yes nor no
		},
		StepTrimmed: {
			"subject":     {"field", "length"},
			"description": {"field", "length"},
			"disposition": {"field", "length", "dropped"},
			"field":       {"field", "length"},
			"new_record":  {"field"},
		},
	}
}

func callTypeResults() map[string][]string {
	results := map[string][]string{"callback_request": {"type", "missed_reason"}}
	for _, t := range CallTypes() {
		results[string(t)] = []string{"type", "missed_reason"}
	}
	return results
}

func filterResults() map[string][]string {
	return map[string][]string{
		"pass":     {"line"},
		"line":     {"line", "line_id"},
		"internal": {"number"},
		"agent":    {"agent", "entry"},
		"number":   {"number", "entry"},
		"short":    {"seconds", "minimum"},
	}
}

// officeHoursResults: scope is "line" when the line has hours of its own, else
// "all"; day is mon..sun; intervals are those of the day, "" when it has none,
// and those of the day before for open_overnight.
func officeHoursResults() map[string][]string {
	judged := []string{"scope", "line", "day", "date", "time", "zone", "intervals"}
	return map[string][]string{
		"always":            {"scope", "line"},
		"messages_excluded": {"scope", "line"},
		"closed_by_aircall": judged,
		hoursOpen:           judged,
		hoursOvernight:      judged,
		hoursClosed:         judged,
		hoursDayClosed:      judged,
		hoursHoliday:        append([]string{"holiday"}, judged...),
	}
}

// matchResults: count is how many records could have been chosen, same_kind how
// many were of the kind that came first.
func matchResults() map[string][]string {
	record := []string{"record", "kind", "name", "count"}
	several := append([]string{"same_kind"}, record...)
	return map[string][]string{
		"one":              record,
		"by_kind":          several,
		"newest":           several,
		"oldest":           several,
		"ask":              {"kind", "count", "same_kind"},
		"chosen_by_person": record,
		"choice_gone":      {"record"},
		"shared":           append([]string{"over"}, record...),
		"shared_apart":     {"over", "count"}, // no Account in common, the order decides
		"created":          record,
		"remembered":       record,
		"kept":             record,
		"none_usable":      {"count"},
	}
}

func noMatchResults() map[string][]string {
	create := []string{"number", "type", "kind", "name"}
	none := []string{"number", "type"}
	return map[string][]string{
		"create_contact":        create,
		"create_lead":           create,
		"create_account":        create,
		"create_person_account": create,
		"email_left_out":        {"email"},
		"type_excluded":         none,
		"create_refused":        none, // Salesforce would not make the record
		"without_record":        none,
		"internal":              none,
		"skip":                  none,
	}
}

// relatedResults: object is "case" or "opportunity".
func relatedResults() map[string][]string {
	record := []string{"record", "kind", "name", "object"}
	create := append([]string{"related_name"}, record...)
	found := append([]string{"related"}, create...)
	return map[string][]string{
		"case":                found,
		"kept":                found, // the one that the Task stands on already
		"opportunity":         found,
		"created_case":        found,
		"created_opportunity": found,
		"create_case":         create,
		"create_opportunity":  create,
		"none_open":           record,
		"new_record":          record, // no Case for a record just made
		"not_for_lead":        record,
		"not_for_account":     record,
		"no_stage":            record,
		"refused":             record,
	}
}

func ownerResults() map[string][]string {
	agent := []string{"agent", "email", "call_type"}
	found := append([]string{"user", "user_name"}, agent...)
	record := []string{"user", "record", "kind", "name"}
	return map[string][]string{
		ownerByEmail:            found,
		ownerMapped:             found,
		ownerInactive:           found,
		ownerNoAgent:            agent,
		ownerNoEmail:            agent,
		ownerUnknown:            agent,
		ownerAmbiguous:          agent,
		"record_owner":          record,
		"record_owner_inactive": record,
		"record_owner_queue":    record,
		"record_owner_unknown":  {},
		"connection_user":       {"user", "user_name"},
		"default":               {},
	}
}
