package callflow

import (
	"time"
)

// relation is the Case or Opportunity the Task is tied to besides its record.
type relation struct {
	id    string
	steps []Step
}

// caseFields and opportunityFields are cut to these lengths.
const (
	caseSubjectLength     = 255
	opportunityNameLength = 120
	opportunityDays       = 30 // a new Opportunity is to close in this many days
)

// judgeRelated ties the Task to an open Case or Opportunity of the record, or
// says what to create first.
func judgeRelated(c Call, s Settings, f Found, o Org, r *Record) (relation, *NewRelated) {
	rule := s.Related
	if r == nil || rule.Attach != AttachCase && rule.Attach != AttachOpportunity {
		return relation{}, nil
	}
	params := recordParams(*r)
	params["object"] = rule.Attach
	end := func(result string) (relation, *NewRelated) {
		return relation{steps: []Step{{Code: StepRelated, Result: result, Params: params}}}, nil
	}
	open := f.Opportunity
	if rule.Attach == AttachCase {
		open = f.Case
	}
	switch {
	case r.Kind == LeadRecord:
		return end("not_for_lead")
	case r.Kind != ContactRecord && !rule.ForAccounts:
		return end("not_for_account")
	case open != nil && f.Kept:
		return attached("kept", *open, params), nil
	case open != nil:
		return attached(rule.Attach, *open, params), nil
	case !rule.creates():
		return end("none_open")
	case rule.Attach == AttachCase && r.Created && !rule.CreateCaseForNewContacts:
		return end("new_record")
	case f.RelatedRefused:
		return end("refused")
	case rule.Attach == AttachOpportunity && o.OpportunityStage == "":
		return end("no_stage")
	}
	create := newRelated(c, s, o, *r)
	params["related_name"] = create.Name
	rel, _ := end("create_" + rule.Attach)
	return rel, &create
}

// creates reports whether the settings make what is missing.
func (r Related) creates() bool {
	if r.Attach == AttachCase {
		return r.CreateCase
	}
	return r.CreateOpportunity
}

func attached(result string, open RelatedRecord, params map[string]string) relation {
	params["related"], params["related_name"] = open.ID, open.Name
	if open.Created {
		result = "created_" + result
	}
	return relation{id: open.ID, steps: []Step{{Code: StepRelated, Result: result, Params: params}}}
}

// newRelated is the Case or Opportunity to create for the call's record.
func newRelated(c Call, s Settings, o Org, r Record) NewRelated {
	links := map[string]string{}
	account, contact := r.AccountID, r.ContactID
	switch r.Kind {
	case ContactRecord:
		contact = r.ID
	case AccountRecord:
		account, contact = r.ID, ""
	case PersonAccountRecord:
		account = r.ID
	}
	if account != "" {
		links["AccountId"] = account
	}
	if contact != "" {
		links["ContactId"] = contact
	}
	subject := subjectOf(c, s, &r)
	if s.Related.Attach == AttachCase {
		links["Subject"] = cut(subject, caseSubjectLength)
		links["Origin"] = "Phone"
		return NewRelated{Object: "Case", Name: links["Subject"], Fields: links}
	}
	links["Name"] = cut(subject, opportunityNameLength)
	links["StageName"] = o.OpportunityStage
	links["CloseDate"] = c.moment().In(s.zoneOf(c.Line)).AddDate(0, 0, opportunityDays).Format(time.DateOnly)
	return NewRelated{Object: "Opportunity", Name: links["Name"], Fields: links}
}
