package worker

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// fresh reports whether the entry's record is to be found now. Late facts
// stay with the record that was chosen before; a replay chooses again.
func (i *item) fresh() bool { return i.entry.TaskID == "" || i.entry.Replay != "" }

func (i *item) wanted() salesforce.Wanted {
	return salesforce.Wanted{E164: i.call.External.E164, Region: i.call.Line.Country}
}

func (i *item) searches() bool { return i.screening.Search && i.fresh() }

// recall adds what Ringledger remembers itself: records it made, which the
// search index does not know yet, and choices of people.
func (b *batch) recall(ctx context.Context) error {
	b.each(func(i *item) {
		if !i.fresh() {
			i.keepRecord()
		}
	})
	searching := b.pending((*item).searches)
	numbers := make([]string, 0, len(searching))
	for _, i := range searching {
		numbers = append(numbers, i.call.External.E164)
	}
	known, err := b.w.o.Store.KnownNumbers(ctx, numbers)
	if err != nil {
		return err
	}
	now := b.w.o.Now()
	for _, i := range searching {
		k := known[i.call.External.E164]
		if k.Choice != nil {
			i.found.Chosen = k.Choice.ID
		}
		if i.entry.Choice != "" {
			i.found.Chosen = i.entry.Choice
		}
		if k.Created != nil && now.Sub(k.CreatedAt) < rememberCreated && !slices.Contains(i.vanished(), k.Created.ID) {
			r := *k.Created
			r.Created = slices.Contains(i.entry.Created, r.ID) // else by an earlier call
			i.found.Created = &r
		}
	}
	return nil
}

// What the ids of Cases and Opportunities begin with.
const casePrefix, opportunityPrefix = "500", "006"

// keepRecord lets late facts be judged for the record the Task was written on,
// and its Case. One that a person moved it to since is not ours to plan.
func (i *item) keepRecord() {
	i.rules.Settings.Related.CreateCase, i.rules.Settings.Related.CreateOpportunity = false, false
	what := text(i.entry.Wrote["WhatId"])
	switch related := &(callflow.RelatedRecord{ID: what, Name: what}); {
	case strings.HasPrefix(related.ID, casePrefix):
		i.found.Case = related
	case strings.HasPrefix(related.ID, opportunityPrefix):
		i.found.Opportunity = related
	}
	if i.entry.Record.ID != "" {
		r := i.entry.Record
		r.Created = false
		i.found.Created, i.found.Kept = &r, true
		return
	}
	i.screening.Search = false
	i.rules.Settings.Matching.NoMatch.Create = callflow.CreateNone
	i.rules.Settings.Matching.NoMatch.WhenNone = callflow.WhenNoneNoRecord
}

// search asks for all numbers at once that are not remembered.
func (b *batch) search(ctx context.Context) error {
	items := b.pending(func(i *item) bool { return i.searches() && i.found.Created == nil })
	if len(items) == 0 {
		return nil
	}
	wanted := make([]salesforce.Wanted, len(items))
	in := salesforce.Searching{PersonAccounts: b.org.PersonAccounts, ExtraFields: map[string][]string{}}
	kinds := map[callflow.RecordKind]bool{}
	for n, i := range items {
		wanted[n] = i.wanted()
		for _, k := range i.rules.Settings.Matching.Order {
			if !kinds[k] && b.readable(k) {
				kinds[k] = true
				in.Kinds = append(in.Kinds, k)
			}
		}
		for object, fields := range i.rules.Settings.Matching.ExtraPhoneFields {
			in.ExtraFields[object] = union(in.ExtraFields[object], fields)
		}
	}
	var log salesforce.Log
	var found map[salesforce.Wanted][]callflow.Candidate
	err := b.ask(func() (err error) {
		found, err = b.client.Search(salesforce.WithLog(ctx, &log), wanted, in)
		return err
	})
	for _, i := range items {
		i.found.Candidates = found[i.wanted()]
	}
	exchangedFor(&log, items, numbersSearched, func(i *item) any { return i.wanted() }, func(i *item) any { return i.found.Candidates })
	if err != nil {
		return b.stopped(err)
	}
	return nil
}

// readable reports whether the connected user may read the kind's object: one
// that he may not would fail the whole search.
func (b *batch) readable(k callflow.RecordKind) bool {
	object := "Account"
	switch k {
	case callflow.ContactRecord:
		object = "Contact"
	case callflow.LeadRecord:
		object = "Lead"
	}
	o, described := b.org.Objects[object]
	return !described || o.Readable
}

// numbersSearched tells of a search which items it was for.
func numbersSearched(x salesforce.Recorded) func(*item) bool {
	digits := map[string]bool{}
	for field := range bytes.FieldsFuncSeq(x.Sent, func(r rune) bool { return r < '0' || r > '9' }) {
		digits[string(field)] = true
	}
	return func(i *item) bool { return digits[strings.TrimPrefix(i.call.External.E164, "+")] }
}

// union joins lists of API names, which are the same in any case.
func union(a, b []string) []string {
	for _, v := range b {
		if !slices.ContainsFunc(a, func(known string) bool { return strings.EqualFold(known, v) }) {
			a = append(a, v)
		}
	}
	return a
}

// lookUp asks everything else the batch needs to know, in one request: users,
// open Cases and Opportunities, Tasks of tries whose answer never came, and
// records the search may not know yet.
func (b *batch) lookUp(ctx context.Context) error {
	l, asking := b.lookups()
	if len(asking) == 0 {
		b.useUsers(salesforce.Answers{})
		return nil
	}
	var log salesforce.Log
	var a salesforce.Answers
	err := b.ask(func() (err error) {
		a, err = b.client.LookUp(salesforce.WithLog(ctx, &log), l)
		return err
	})
	exchanged(&log, asking, nil, nil)
	if err != nil && !b.partly(asking, err) {
		return b.stopped(err)
	}
	b.tasks = a.Tasks
	if err == nil {
		b.w.users.keep(l.Emails, a.Users)
	}
	b.useUsers(a)
	b.each(func(i *item) { i.use(a) })
	return nil
}

// partly goes on with the answers there are when the org refused one of the
// questions: a Case that cannot be read must not keep the call out. Only what
// may already stand in Salesforce waits until it can be looked up.
func (b *batch) partly(asking []*item, err error) bool {
	e, ok := errors.AsType[*salesforce.Error](err)
	if !ok || e.Status == 0 || e.Kind != salesforce.FieldRefused && e.Kind != salesforce.Refused && e.Kind != salesforce.Misconfigured {
		return false
	}
	for _, i := range asking {
		i.step("looked_up", "refused", detailOf(e))
		if i.doubtful() {
			i.hold(callflow.ReasonRefusing, b.w.o.Now().Add(far), detailOf(e))
		}
	}
	return true
}

// lookups gathers the questions, and the items that have any.
func (b *batch) lookups() (l salesforce.Lookups, asking []*item) {
	questions := func() int {
		return len(l.Emails) + len(l.Users) + len(l.CaseContacts) + len(l.CaseAccounts) + len(l.OpportunityContacts) +
			len(l.OpportunityAccounts) + len(l.TaskKeys) + len(l.CreatedNumbers)
	}
	b.each(func(i *item) {
		before := questions()
		for _, email := range callflow.AgentEmails(i.call, i.rules.Settings) {
			if !b.w.users.knows(email) {
				l.Emails = append(l.Emails, email)
			}
		}
		if i.doubtful() || i.late() {
			l.TaskKeys = append(l.TaskKeys, salesforce.TaskKey{Key: i.call.TaskKey(), Since: i.oldestTask()})
		}
		if i.mayCreate() && len(i.found.Candidates) == 0 && i.found.Created == nil {
			l.CreatedNumbers = append(l.CreatedNumbers, i.call.External.E164)
			if kind := callflow.RecordKind(i.rules.Settings.Matching.NoMatch.Create); !slices.Contains(l.CreatedKinds, kind) {
				l.CreatedKinds = append(l.CreatedKinds, kind)
			}
		}
		if r, ok := callflow.Choose(i.call, i.rules.Settings, i.found); ok && i.fresh() {
			i.askRelated(r, &l)
		}
		if questions() > before {
			asking = append(asking, i)
		}
	})
	return l, asking
}

// doubtful reports whether an earlier try may have written the Task without
// our knowing.
func (i *item) doubtful() bool {
	return i.entry.TaskID == "" && !i.entry.IntentAt.IsZero()
}

// soon is how long after a call its Task is written as a rule.
const soon = 5 * time.Minute

// late reports whether the call may have a Task that the ledger does not know
// of: one of the time after the backup that was restored since. It is written
// long after it ended, or it ended before this process began.
func (i *item) late() bool {
	over := i.over()
	return i.entry.TaskID == "" && (i.w.o.Now().Sub(over) > soon || over.Before(i.w.began))
}

// over is when the call ended, as far as is known.
func (i *item) over() time.Time {
	if i.call.EndedAt.IsZero() {
		return i.entry.StartedAt
	}
	return i.call.EndedAt
}

// oldestTask is before any Task of the call can have been created. Our own
// clock may have been ahead when the call came in.
func (i *item) oldestTask() time.Time {
	return earlier(i.entry.StartedAt, i.entry.FirstAt).Add(-lostCall)
}

func (i *item) mayCreate() bool {
	return i.searches() && i.rules.Settings.Matching.NoMatch.Create != callflow.CreateNone
}

// askRelated asks what belongs to the record the Task will stand on.
func (i *item) askRelated(r callflow.Record, l *salesforce.Lookups) {
	s := i.rules.Settings
	if r.OwnerID != "" && slices.Contains(s.Owner.Fallback, callflow.OwnerRecord) {
		l.Users = append(l.Users, r.OwnerID)
	}
	contact, account := "", ""
	switch r.Kind {
	case callflow.ContactRecord:
		contact, account = r.ID, r.AccountID
	case callflow.PersonAccountRecord:
		contact, account = r.ContactID, r.ID
	case callflow.AccountRecord:
		account = r.ID
	default:
		return
	}
	switch s.Related.Attach {
	case callflow.AttachCase:
		l.CaseContacts, l.CaseAccounts = appendID(l.CaseContacts, contact), appendIf(r.Kind != callflow.ContactRecord, l.CaseAccounts, account)
	case callflow.AttachOpportunity:
		l.OpportunityContacts, l.OpportunityAccounts = appendID(l.OpportunityContacts, contact), appendID(l.OpportunityAccounts, account)
	}
}

func appendID(ids []string, id string) []string { return appendIf(true, ids, id) }

func appendIf(ok bool, ids []string, id string) []string {
	if !ok || id == "" {
		return ids
	}
	return append(ids, id)
}

// use takes the answers that concern the item.
func (i *item) use(a salesforce.Answers) {
	if i.mayCreate() && len(i.found.Candidates) == 0 && i.found.Created == nil {
		i.found.Candidates = a.Numbers[i.call.External.E164]
	}
	r, ok := callflow.Choose(i.call, i.rules.Settings, i.found)
	if !ok {
		return
	}
	for _, id := range []string{r.ID, r.ContactID, r.AccountID} {
		if c, ok := a.Cases[id]; ok && id != "" && i.found.Case == nil && (id != r.AccountID || r.Kind != callflow.ContactRecord) {
			i.found.Case = &c
		}
		if o, ok := a.Opportunities[id]; ok && id != "" && i.found.Opportunity == nil {
			i.found.Opportunity = &o
		}
	}
	if active, asked := a.ActiveUsers[r.OwnerID]; asked {
		i.found.ActiveUser = func(id string) bool { return id != r.OwnerID || active }
	}
}

// useUsers gives every item the users it may be owned by.
func (b *batch) useUsers(a salesforce.Answers) {
	b.each(func(i *item) {
		i.found.Connection = b.connectedUser
		for _, email := range callflow.AgentEmails(i.call, i.rules.Settings) {
			users, ok := a.Users[email]
			if !ok {
				users = b.w.users.find(email)
			}
			i.found.Users = append(i.found.Users, users...)
		}
	})
}
