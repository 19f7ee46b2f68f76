package effect

import (
	"slices"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// Facts are what is known of a call besides its events: what Salesforce
// answered when the worker asked for it.
type Facts struct {
	searched bool                       // candidates are all there were
	order    []callflow.RecordKind      // kinds that were searched
	extra    map[string][]string        // custom phone fields that were searched
	found    callflow.Found             // without users, Case and Opportunity
	users    map[string][]callflow.User // by e-mail, of those that were asked for
	inactive map[string]bool            // ids of users who cannot own Tasks
	attach   string                     // what was looked up beside the record
	record   string                     // id of the record that it was looked up for
	related  *callflow.RelatedRecord    // nil = none was open
	standing *callflow.Record           // the record the Task stands on, when nobody knows the candidates
}

// RulesThen finds the rules of a version; ok is false for one that is gone.
type RulesThen func(version int) (s callflow.Settings, ok bool)

// Remembered gathers the facts of an entry from its traces.
func Remembered(e store.Entry, tries []store.Try, then RulesThen) Facts {
	f := Facts{users: map[string][]callflow.User{}, inactive: map[string]bool{}}
	if e.Record.ID != "" {
		r := e.Record
		r.Created = false
		f.standing = &r
	}
	for n := len(tries) - 1; n >= 0; n-- { // the newest knows best
		t := tries[n]
		rules, known := then(t.RulesVersion)
		if !known {
			continue
		}
		if !f.searched {
			f.search(e, t.Steps, rules)
			if f.searched {
				f.besides(t.Steps, rules)
			}
		}
		f.owners(t.Steps)
	}
	return f
}

// search reads which records hold the number.
func (f *Facts) search(e store.Entry, steps []callflow.Step, rules callflow.Settings) {
	for _, s := range steps {
		switch {
		case s.Code == callflow.StepNumber && s.Result == "none":
			f.searched = true
		case s.Code == callflow.StepNumber && s.Result == "remembered":
			f.searched = true
			f.found.Created = f.standing
		case s.Code == callflow.StepMatch && len(s.Candidates) > 0 && s.Result != "kept" && s.Result != "created" && f.found.Created == nil:
			f.searched = true
			f.found.Candidates = nil
			for _, c := range s.Candidates {
				f.found.Candidates = append(f.found.Candidates, c.Candidate)
			}
		}
		if s.Code == callflow.StepMatch && s.Result == "chosen_by_person" {
			f.found.Chosen = s.Params["record"]
		}
	}
	if e.Choice != "" {
		f.found.Chosen = e.Choice
	}
	if f.searched {
		f.order, f.extra = rules.Matching.Order, rules.Matching.ExtraPhoneFields
	}
	if f.searched && f.found.Created == nil && len(f.found.Candidates) == 0 && saidFound(steps) {
		f.searched = false // the trace does not name them
	}
}

func saidFound(steps []callflow.Step) bool {
	return slices.ContainsFunc(steps, func(s callflow.Step) bool {
		return s.Code == callflow.StepNumber && (s.Result == "found" || s.Result == "remembered")
	})
}

// besides reads which Case or Opportunity was open.
func (f *Facts) besides(steps []callflow.Step, rules callflow.Settings) {
	for _, s := range steps {
		if s.Code != callflow.StepRelated {
			continue
		}
		switch s.Result {
		case callflow.AttachCase, callflow.AttachOpportunity:
			f.related = &callflow.RelatedRecord{ID: s.Params["related"], Name: s.Params["related_name"]}
		case "none_open", "new_record", "no_stage", "create_case", "create_opportunity":
		default:
			continue
		}
		f.attach, f.record = rules.Related.Attach, s.Params["record"]
		return
	}
}

// owners reads whom the e-mails belong to.
func (f *Facts) owners(steps []callflow.Step) {
	for _, s := range steps {
		if s.Code != callflow.StepOwner {
			continue
		}
		email, user := s.Params["email"], callflow.User{ID: s.Params["user"], Name: s.Params["user_name"], Email: s.Params["email"]}
		switch s.Result {
		case "record_owner_inactive":
			f.inactive[s.Params["user"]] = true
			continue
		case "agent_email", "mapped", "unknown_agent", "inactive":
		default:
			continue
		}
		if _, known := f.users[email]; known || email == "" {
			continue
		}
		f.users[email] = nil
		if user.ID != "" {
			f.users[email] = []callflow.User{user}
			f.inactive[user.ID] = s.Result == "inactive"
		}
	}
}

// tells reports whether the facts decide which record a rule would take.
func (f Facts) tells(m callflow.Matching) bool {
	if !f.searched || f.found.Created != nil {
		return f.searched
	}
	for _, kind := range m.Order {
		if !slices.Contains(f.order, kind) {
			return false
		}
	}
	for object, fields := range m.ExtraPhoneFields {
		for _, field := range fields {
			if !has(f.extra[object], field) {
				return false
			}
		}
	}
	for object, fields := range f.extra {
		for _, field := range fields {
			if !has(m.ExtraPhoneFields[object], field) && f.foundBy(field) {
				return false // another field of it may hold the number as well
			}
		}
	}
	return true
}

func has(fields []string, field string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return strings.EqualFold(f, field) })
}

func (f Facts) foundBy(field string) bool {
	return slices.ContainsFunc(f.found.Candidates, func(c callflow.Candidate) bool { return strings.EqualFold(c.Field, field) })
}
