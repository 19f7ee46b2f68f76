package callflow

import (
	"slices"
	"strings"
)

// NotMade is the id of a record, Case or Opportunity that a call would make
// first, in a decision that was only foreseen.
const NotMade = "new"

// Foresee is Decide for those who only want to know. What would be made first
// is taken as made, under the id NotMade, so that the Task is planned; Create
// and CreateRelated still tell what it would be. The steps say nothing of it
// that is not true before it is made.
func Foresee(c Call, s Settings, sc Screening, f Found, o Org) Decision {
	d := Decide(c, s, sc, f, o)
	steps, record, related := d.Steps, d.Create, d.CreateRelated
	if record != nil {
		made := Record{Kind: record.Kind, ID: NotMade, Name: record.Name, Created: true}
		if record.Kind == PersonAccountRecord {
			made.ContactID = NotMade
		}
		f.Created = &made
		d = Decide(c, s, sc, f, o)
		steps, related = append(steps, unsaid(steps, d.Steps)...), d.CreateRelated
	}
	if related != nil {
		made := RelatedRecord{ID: NotMade, Name: related.Name, Created: true}
		if related.Object == "Case" {
			f.Case = &made
		} else {
			f.Opportunity = &made
		}
		d = Decide(c, s, sc, f, o)
		steps = append(steps, unsaid(steps, d.Steps)...)
	}
	d.Steps, d.Create, d.CreateRelated = steps, record, related
	return d
}

// unsaid are the further steps, without those that tell of what was made.
func unsaid(said, more []Step) []Step {
	return slices.DeleteFunc(slices.Clone(more), func(s Step) bool {
		made := s.Code == StepNumber || s.Code == StepMatch || s.Code == StepRelated && strings.HasPrefix(s.Result, "created_")
		return made || slices.ContainsFunc(said, func(t Step) bool { return t.Code == s.Code && t.Result == s.Result })
	})
}
