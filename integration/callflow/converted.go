package callflow

// becameOf finds the Contact that a converted Lead became among the
// candidates: the record is judged as that Contact, or as its Person Account.
func becameOf(lead Candidate, all []Candidate) (Candidate, bool) {
	for _, c := range all {
		person := c.Kind == PersonAccountRecord && c.ContactID == lead.ContactID
		if lead.ContactID != "" && (c.ID == lead.ContactID || person) {
			return c, true
		}
	}
	return Candidate{}, false
}

// convertedSteps says of each converted Lead what it is judged as.
func convertedSteps(all []Candidate) []Step {
	var steps []Step
	for _, lead := range all {
		if !lead.Converted {
			continue
		}
		params := map[string]string{"lead": lead.ID, "lead_name": lead.Name, "record": lead.ContactID, "name": "", "kind": ""}
		result := "gone"
		if c, ok := becameOf(lead, all); ok {
			params["record"], params["name"], params["kind"] = c.ID, c.Name, string(c.Kind)
			if result = "known"; c.From == lead.ID {
				result = "followed"
			}
		}
		steps = append(steps, Step{Code: StepConverted, Result: result, Params: params})
	}
	return steps
}

// countRecords counts a converted Lead and the Contact it became once.
func countRecords(all []Candidate) int {
	n := 0
	for _, c := range all {
		if _, ok := becameOf(c, all); !c.Converted || !ok {
			n++
		}
	}
	return n
}
