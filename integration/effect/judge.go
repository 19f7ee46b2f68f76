package effect

import (
	"maps"
	"reflect"
	"slices"

	"ringledger/integration/callflow"
)

// Class is how the draft's result of a call compares with that of the rules in
// force. A call that differs in several ways has the first.
type Class string

// The classes, the gravest first.
const (
	Dropped  Class = "dropped"   // logged now, not under the draft
	Added    Class = "added"     // not logged now, but under the draft
	LookedUp Class = "looked_up" // under the draft Salesforce would be asked, which decides
	Asked    Class = "asked"     // under the draft a person would be asked
	Unasked  Class = "unasked"   // nobody would be asked any more
	Record   Class = "record"    // on another record
	Action   Class = "action"    // open instead of completed, or the other way round
	Owner    Class = "owner"     // somebody else's Task
	Content  Class = "content"   // the Task says something else
	Unknown  Class = "unknown"   // the stored facts do not decide it
	Same     Class = "same"
)

// Classes lists them in their order.
func Classes() []Class {
	return []Class{Dropped, Added, LookedUp, Asked, Unasked, Record, Action, Owner, Content, Unknown, Same}
}

// Missing is what nobody asked Salesforce, so that a result is not known.
type Missing string

// What may not be known.
const (
	MissingRecord  Missing = "record"  // whose number it is
	MissingRelated Missing = "related" // which Case or Opportunity is open
	MissingOwner   Missing = "owner"   // who has an e-mail
)

// Difference is the comparison of one call.
type Difference struct {
	Class   Class
	Reason  callflow.Reason // of Dropped and Added: why it is not logged
	Missing Missing         // of Unknown
	Was, Is string          // of Record and Owner: names; of Action: callflow's actions
	Fields  []string        // of Content: API names
}

// Judge compares rules on the facts of calls.
type Judge struct {
	Current, Draft callflow.Settings
	Around         callflow.Surroundings
	Org            callflow.Org
	Connection     callflow.User
}

// Compare judges one call under both rules.
func (j Judge) Compare(call callflow.Call, f Facts) Difference {
	now, next := callflow.Screen(call, j.Current, j.Around), callflow.Screen(call, j.Draft, j.Around)
	switch {
	case now.Skip && next.Skip:
		return Difference{Class: Same}
	case next.Skip:
		return j.dropped(call, f, now, next.Reason)
	case now.Skip:
		return j.added(call, f, next, now.Reason)
	}
	if (now.Search && !f.tells(j.Current.Matching)) || (next.Search && !f.tells(j.Draft.Matching)) {
		return j.blindly(call, f, now, next)
	}
	a, b := j.foretell(call, f, j.Current, now), j.foretell(call, f, j.Draft, next)
	return a.against(b)
}

// Foretell is what rules would make of a call, as far as the stored facts go.
// known is false when something of it was not asked that day.
func (j Judge) Foretell(call callflow.Call, f Facts, s callflow.Settings) (d callflow.Decision, known bool) {
	sc := callflow.Screen(call, s, j.Around)
	if sc.Skip {
		return callflow.Decision{Outcome: callflow.Skipped, Reason: sc.Reason}, true
	}
	t := j.foretell(call, f, s, sc)
	known = (!sc.Search || f.tells(s.Matching)) && (t.Outcome != callflow.Logged || t.owned && t.related)
	return t.Decision, known
}

func (j Judge) dropped(call callflow.Call, f Facts, now callflow.Screening, why callflow.Reason) Difference {
	if now.Search && !f.tells(j.Current.Matching) {
		if !certain(j.Current, now) {
			return Difference{Class: Unknown, Missing: MissingRecord}
		}
		return Difference{Class: Dropped, Reason: why}
	}
	if j.foretell(call, f, j.Current, now).Outcome == callflow.Skipped {
		return Difference{Class: Same}
	}
	return Difference{Class: Dropped, Reason: why}
}

func (j Judge) added(call callflow.Call, f Facts, next callflow.Screening, why callflow.Reason) Difference {
	if next.Search && !f.tells(j.Draft.Matching) {
		if !certain(j.Draft, next) {
			return Difference{Class: LookedUp, Reason: why}
		}
		return Difference{Class: Added, Reason: why}
	}
	switch j.foretell(call, f, j.Draft, next).Outcome {
	case callflow.Skipped:
		return Difference{Class: Same}
	case callflow.NeedsChoice:
		return Difference{Class: Asked}
	}
	return Difference{Class: Added, Reason: why}
}

// certain reports whether a call is logged whoever it was.
func certain(s callflow.Settings, sc callflow.Screening) bool {
	rule := s.Matching.NoMatch
	creates := rule.Create != callflow.CreateNone && rule.Create != "" && (len(rule.Types) == 0 || slices.Contains(rule.Types, sc.Type))
	return s.Matching.Several != callflow.SeveralAsk && (creates || rule.WhenNone == callflow.WhenNoneNoRecord)
}

// blindly compares rules without knowing whose the number is. Rules that look
// for the record in the same way find the same one: then it is enough that
// the rest is the same for one of them.
func (j Judge) blindly(call callflow.Call, f Facts, now, next callflow.Screening) Difference {
	if now.Search != next.Search || !reflect.DeepEqual(j.Current.Matching, j.Draft.Matching) {
		return Difference{Class: Unknown, Missing: MissingRecord}
	}
	f.found = callflow.Found{Created: f.standing, Kept: f.standing != nil}
	if f.standing == nil {
		f.found.Created = &callflow.Record{Kind: callflow.ContactRecord, ID: someRecord, Name: someRecord, OwnerID: someUser}
	}
	d := j.foretell(call, f, j.Current, now).against(j.foretell(call, f, j.Draft, next))
	if d.Class != Same && f.standing == nil && !certain(j.Current, now) {
		return Difference{Class: Unknown, Missing: MissingRecord}
	}
	return d
}

// Stand-ins for a record and a user that nobody knows; ids of users begin so.
const (
	someRecord = "someone"
	someUser   = "005someone"
)

// foretold is what a rule would make of a call, and what of it is a guess.
type foretold struct {
	callflow.Decision
	owner   string // name of the owner
	related bool   // the Case or Opportunity is known
	asks    string // what is looked up besides the record, when that is not known
	owned   bool   // the agent's user is known
	email   string // which user is wanted
}

func (j Judge) foretell(call callflow.Call, f Facts, s callflow.Settings, sc callflow.Screening) foretold {
	found := f.found
	found.Connection = j.Connection
	found.ActiveUser = func(id string) bool { return !f.inactive[id] }
	t := foretold{owned: true, related: true}
	names := map[string]string{j.Connection.ID: j.Connection.Name}
	for _, email := range callflow.AgentEmails(call, s) {
		users, known := f.users[email]
		if !known {
			t.owned, t.email = false, email
			users = []callflow.User{{ID: someUser + email, Email: email}}
		}
		for _, u := range users {
			names[u.ID] = u.Name
		}
		found.Users = append(found.Users, users...)
	}
	if r, ok := callflow.Choose(call, s, found); ok && sc.Search {
		found.Case, found.Opportunity, t.related = f.openFor(s.Related, r)
		if !t.related {
			t.asks = s.Related.Attach
		}
	}
	t.Decision = callflow.Foresee(call, s, sc, found, j.Org)
	if id, ok := t.Task.Fields["OwnerId"].(string); ok {
		t.owner = names[id]
	}
	return t
}

// openFor is what is open for a record, if the facts tell.
func (f Facts) openFor(rule callflow.Related, r callflow.Record) (kase, opportunity *callflow.RelatedRecord, known bool) {
	switch {
	case rule.Attach != callflow.AttachCase && rule.Attach != callflow.AttachOpportunity,
		r.Kind == callflow.LeadRecord, r.Kind != callflow.ContactRecord && !rule.ForAccounts:
		return nil, nil, true
	case f.attach != rule.Attach || f.record != r.ID:
		return nil, nil, false
	case rule.Attach == callflow.AttachCase:
		return f.related, nil, true
	default:
		return nil, f.related, true
	}
}

// against compares what the rules in force would do with what others would.
func (a foretold) against(b foretold) Difference {
	switch {
	case a.Outcome == b.Outcome && a.Outcome != callflow.Logged:
		return Difference{Class: Same}
	case b.Outcome == callflow.Skipped:
		return Difference{Class: Dropped, Reason: b.Reason}
	case b.Outcome == callflow.NeedsChoice:
		return Difference{Class: Asked}
	case a.Outcome == callflow.NeedsChoice:
		return Difference{Class: Unasked}
	case a.Outcome == callflow.Skipped:
		return Difference{Class: Added, Reason: a.Reason}
	}
	if a.target() != b.target() {
		return Difference{Class: Record, Was: a.called(), Is: b.called()}
	}
	if a.Task.Closed != b.Task.Closed {
		return Difference{Class: Action, Was: action(a.Task.Closed), Is: action(b.Task.Closed)}
	}
	return a.inside(b)
}

// inside compares two Tasks that stand on the same record.
func (a foretold) inside(b foretold) Difference {
	guessed := a.email != b.email && (!a.owned || !b.owned)
	switch {
	case guessed && a.Task.Fields["OwnerId"] != b.Task.Fields["OwnerId"]:
		return Difference{Class: Unknown, Missing: MissingOwner}
	case a.Task.Fields["OwnerId"] != b.Task.Fields["OwnerId"]:
		return Difference{Class: Owner, Was: a.owner, Is: b.owner}
	}
	fields := unlike(a.Task.Fields, b.Task.Fields)
	if a.asks != b.asks || a.related != b.related {
		fields = slices.DeleteFunc(fields, func(f string) bool { return f == "WhatId" })
		if len(fields) == 0 {
			return Difference{Class: Unknown, Missing: MissingRelated}
		}
	}
	if a.Create != nil && b.Create != nil && !maps.Equal(a.Create.Fields, b.Create.Fields) {
		fields = append(fields, unlike(a.Create.Fields, b.Create.Fields)...)
	}
	if len(fields) > 0 {
		return Difference{Class: Content, Fields: fields}
	}
	return Difference{Class: Same}
}

// unlike names the fields that differ.
func unlike[V any](a, b map[string]V) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if v, ok := b[name]; !ok || !reflect.DeepEqual(a[name], v) {
			out = append(out, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[name]; !ok {
			out = append(out, name)
		}
	}
	return out
}

// target tells records apart; one that would be made first is of its kind.
func (a foretold) target() string {
	switch {
	case a.Create != nil:
		return "new " + string(a.Create.Kind)
	case a.Decision.Record != nil:
		return a.Decision.Record.ID
	}
	return ""
}

func (a foretold) called() string {
	if a.Decision.Record != nil {
		return a.Decision.Record.Name
	}
	return ""
}

func action(closed bool) string {
	if closed {
		return string(callflow.Completed)
	}
	return string(callflow.InProgress)
}
