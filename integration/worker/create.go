package worker

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

const (
	// rememberCreated is how long a record we made stands for its number
	// without being searched: the index of Salesforce lags by minutes.
	rememberCreated = 24 * time.Hour
	// numberBusy is how soon to look again at a number another call creates.
	numberBusy = 5 * time.Second
)

// create makes the records for numbers that are not in Salesforce, one for
// each number however many calls it made, then the Cases and Opportunities.
func (b *batch) create(ctx context.Context) error {
	if err := b.createRecords(ctx); err != nil {
		return err
	}
	return b.createRelated(ctx)
}

func (b *batch) createRecords(ctx context.Context) error {
	makers, followers, err := b.lockNumbers(ctx)
	if err != nil {
		return err
	}
	if makers, err = b.intendCreation(ctx, makers); err != nil {
		return err
	}
	b.waitFor(makers, followers)
	if len(makers) == 0 {
		return nil
	}
	results, err := b.makeRecords(ctx, makers)
	if err != nil {
		return err
	}
	makers = slices.DeleteFunc(makers, func(i *item) bool { _, answered := results[i]; return !answered })
	made := map[string]callflow.Record{}
	failures := map[string]*salesforce.Error{}
	var freed []string
	for _, i := range makers {
		number := i.call.External.E164
		r, failure := recordOf(*i.decision.Create, results[i])
		if failures[number] = failure; failure == nil {
			made[number] = r
			continue
		}
		// After a lost answer the record may still come: the number stays
		// locked for all but the entry that asked.
		if !failure.MaybeDone() {
			freed = append(freed, number)
		}
	}
	b.meetExisting(ctx, makers, results, made)
	b.meetPersons(ctx, makers, made)
	b.meetRelated(ctx, makers, made)
	for _, i := range makers {
		number := i.call.External.E164
		for _, j := range append([]*item{i}, followers[number]...) {
			if j.open() {
				b.take(j, made[number], failures[number], j == i)
			}
		}
	}
	if err := b.w.o.Store.UnlockNumbers(ctx, freed); err != nil {
		return err
	}
	return b.w.o.Store.NumbersCreated(ctx, made)
}

// waitFor leaves the followers of a number for later whose record is not being
// made now.
func (b *batch) waitFor(makers []*item, followers map[string][]*item) {
	making := map[string]bool{}
	for _, i := range makers {
		making[i.call.External.E164] = true
	}
	for number, waiting := range followers {
		for _, i := range waiting {
			if !making[number] {
				i.wait(b.w.o.Now().Add(numberBusy), callflow.ReasonNumberBusy)
			}
		}
	}
}

// makeRecords creates one record for each maker. A field the org does not take
// and an owner it refuses are left out, and the record made without. No answer
// at all stops what is left of the batch; it is then in no result.
func (b *batch) makeRecords(ctx context.Context, makers []*item) (map[*item]salesforce.Result, error) {
	all := map[*item]salesforce.Result{}
	for range rounds {
		results, err := b.sendRecords(ctx, makers)
		if err != nil {
			for _, i := range makers {
				delete(all, i)
			}
			return all, b.stopped(err)
		}
		var again []*item
		for n, i := range makers {
			all[i] = results[n]
			if e := results[n].Err; e != nil && b.withoutRefused(i, e) {
				again = append(again, i)
			}
		}
		if makers = again; len(makers) == 0 {
			break
		}
	}
	return all, nil
}

// sendRecords gives an error only when there is no result for each.
func (b *batch) sendRecords(ctx context.Context, makers []*item) ([]salesforce.Result, error) {
	records := make([]callflow.NewRecord, len(makers))
	for n, i := range makers {
		records[n] = *i.decision.Create
		if records[n].Kind == callflow.PersonAccountRecord && b.org.PersonRecordTypeID != "" {
			records[n].Fields = with(records[n].Fields, "RecordTypeId", b.org.PersonRecordTypeID)
		}
	}
	var log salesforce.Log
	var results []salesforce.Result
	err := b.ask(func() (err error) {
		results, err = b.client.CreateRecords(salesforce.WithLog(ctx, &log), records)
		return err
	})
	exchanged(&log, makers, func(i *item) any { return i.decision.Create.Fields }, nil)
	if len(results) != len(makers) {
		return nil, err
	}
	for n, i := range makers {
		i.turnedDown(results[n].Err)
	}
	return results, nil
}

// withoutRefused takes out of the new record what Salesforce refused in it, as
// far as a record can do without, and reports whether there was any.
func (b *batch) withoutRefused(i *item, e *salesforce.Error) bool {
	fields := e.Fields
	switch e.Kind {
	case salesforce.OwnerRefused:
		b.w.users.forget()
		fields = []string{"OwnerId"}
	case salesforce.FieldRefused:
	default:
		return false
	}
	without := maps.Clone(i.decision.Create.Fields)
	for _, f := range fields {
		if _, sent := without[f]; !sent || slices.Contains([]string{"LastName", "Name", "Company", "Phone"}, f) {
			continue
		}
		delete(without, f)
		i.step("field_dropped", "new_record", map[string]string{"field": f, "code": e.Code, "message": e.Message})
	}
	if len(without) == len(i.decision.Create.Fields) {
		return false
	}
	create := *i.decision.Create
	create.Fields = without
	i.decision.Create = &create
	return true
}

// meetExisting reads the records that duplicate rules named: the Task's
// subject has their own names, and what they became since. One that cannot be
// read is used by its id all the same.
func (b *batch) meetExisting(ctx context.Context, makers []*item, results map[*item]salesforce.Result, made map[string]callflow.Record) {
	named := map[string][]string{}
	var ids []string
	var asking []*item
	for _, i := range makers {
		if e := results[i].Err; e != nil && e.Kind == salesforce.Duplicate && len(e.Duplicates) > 0 {
			named[i.call.External.E164] = e.Duplicates
			ids, asking = append(ids, e.Duplicates...), append(asking, i)
		}
	}
	if len(ids) == 0 {
		return
	}
	var log salesforce.Log
	var found map[string]callflow.Candidate
	err := b.ask(func() (err error) {
		found, err = b.client.Follow(salesforce.WithLog(ctx, &log), ids, b.org.PersonAccounts)
		return err
	})
	exchanged(&log, asking, nil, nil)
	if err != nil {
		b.w.o.Logger.Warn("the records that duplicate rules named could not be read", "error", err)
		return
	}
	for number, duplicates := range named {
		for _, id := range duplicates {
			if c, ok := found[id]; ok && !c.Converted {
				made[number] = c.Record
				break
			}
		}
	}
}

// meetPersons finds the contacts of Person Accounts just made: a Task stands
// on those. One not found leaves its Task on the account.
func (b *batch) meetPersons(ctx context.Context, makers []*item, made map[string]callflow.Record) {
	l := salesforce.Lookups{CreatedKinds: []callflow.RecordKind{callflow.PersonAccountRecord}}
	var asking []*item
	for _, i := range makers {
		number := i.call.External.E164
		if r, ok := made[number]; ok && r.Kind == callflow.PersonAccountRecord && r.ContactID == "" {
			l.CreatedNumbers, asking = append(l.CreatedNumbers, number), append(asking, i)
		}
	}
	if len(asking) == 0 {
		return
	}
	var log salesforce.Log
	var a salesforce.Answers
	err := b.ask(func() (err error) {
		a, err = b.client.LookUp(salesforce.WithLog(ctx, &log), l)
		return err
	})
	exchanged(&log, asking, nil, nil)
	if err != nil {
		b.w.o.Logger.Warn("the contacts of new person accounts could not be read", "error", err)
	}
	for number, found := range a.Numbers {
		for _, c := range found {
			if r := made[number]; c.ID == r.ID {
				r.ContactID = c.ContactID
				made[number] = r
			}
		}
	}
}

// lockNumbers takes the right to create for each number. The first item of a
// number makes its record, the others of this batch follow it; a number that
// another worker is making waits.
func (b *batch) lockNumbers(ctx context.Context) (makers []*item, followers map[string][]*item, err error) {
	followers = map[string][]*item{}
	byNumber := map[string]int64{}
	creating := b.pending(func(i *item) bool { return i.decision.Create != nil })
	for _, i := range creating {
		// Who asked for the record before holds the number's lock already.
		if _, ok := byNumber[i.call.External.E164]; !ok || !i.entry.IntentAt.IsZero() {
			byNumber[i.call.External.E164] = i.entry.ID
		}
	}
	if len(creating) == 0 {
		return nil, nil, nil
	}
	got, err := b.w.o.Store.LockNumbers(ctx, byNumber, b.w.numberLease())
	if err != nil {
		return nil, nil, err
	}
	if err := b.w.takeOwn(ctx, creating, byNumber, got); err != nil {
		return nil, nil, err
	}
	numbers := make([]string, 0, len(got))
	for n := range got {
		numbers = append(numbers, n)
	}
	known, err := b.w.o.Store.KnownNumbers(ctx, numbers) // made since we asked?
	if err != nil {
		return nil, nil, err
	}
	busy := b.w.o.Now().Add(numberBusy)
	for _, i := range creating {
		number := i.call.External.E164
		made := known[number].Created
		switch {
		case made != nil && b.w.o.Now().Sub(known[number].CreatedAt) < rememberCreated:
			b.take(i, *made, nil, false)
		case !got[number]:
			i.wait(busy, callflow.ReasonNumberBusy)
		case byNumber[number] == i.entry.ID:
			makers = append(makers, i)
		default:
			followers[number] = append(followers[number], i)
		}
	}
	return makers, followers, nil
}

// takeOwn gives numbers that are locked to whoever locked them, when it is in
// this batch too: a crash may have come between the lock and the intent.
func (w *Worker) takeOwn(ctx context.Context, creating []*item, byNumber map[string]int64, got map[string]bool) error {
	var busy []string
	for number, ours := range got {
		if !ours {
			busy = append(busy, number)
		}
	}
	holders, err := w.o.Store.LockedBy(ctx, busy)
	if err != nil || len(holders) == 0 {
		return err
	}
	for _, i := range creating {
		if number := i.call.External.E164; holders[number] == i.entry.ID {
			byNumber[number], got[number] = i.entry.ID, true
		}
	}
	return nil
}

// recordOf is the record a creation gave: the new one, or the one that a
// duplicate rule says was there already.
func recordOf(n callflow.NewRecord, res salesforce.Result) (callflow.Record, *salesforce.Error) {
	r := callflow.Record{Kind: n.Kind, ID: res.ID, Name: n.Name, Created: true}
	if res.Err == nil {
		return r, nil
	}
	if res.Err.Kind == salesforce.Duplicate && len(res.Err.Duplicates) > 0 {
		if kind, ok := kindOf(res.Err.Duplicates[0], n.Kind); ok {
			r.ID, r.Created, r.Kind = res.Err.Duplicates[0], false, kind
			return r, nil
		}
	}
	return r, res.Err
}

// kindOf reads the kind of a record off its id; ok is false when it is none
// that a Task stands on.
func kindOf(id string, wanted callflow.RecordKind) (k callflow.RecordKind, ok bool) {
	switch {
	case strings.HasPrefix(id, "003"):
		return callflow.ContactRecord, true
	case strings.HasPrefix(id, "00Q"):
		return callflow.LeadRecord, true
	case strings.HasPrefix(id, "001") && wanted == callflow.PersonAccountRecord:
		return wanted, true
	case strings.HasPrefix(id, "001"):
		return callflow.AccountRecord, true
	}
	return "", false
}

// take gives the item the record made for its number, or the failure.
func (b *batch) take(i *item, r callflow.Record, failure *salesforce.Error, maker bool) {
	switch {
	case failure == nil:
	case i.loggedWithout(failure):
		detail := detailOf(failure)
		if failure.Kind == salesforce.OwnerRefused {
			detail = with(detail, "owner", i.decision.Create.Fields["OwnerId"])
		}
		i.step("refused", string(failure.Kind), detail)
		i.found.RecordRefused = true
		i.decide(b.org.Org)
		return
	default:
		b.failed(i, failure)
		return
	}
	params := map[string]string{"kind": string(r.Kind), "name": r.Name, "id": r.ID}
	switch {
	case !r.Created:
		i.step("existing_record", string(r.Kind), params)
	case maker:
		i.step("created_record", string(r.Kind), params)
		i.entry.Created = append(i.entry.Created, r.ID)
	default:
		i.step("created_record", "by_other_call", params)
		r.Created = false
	}
	i.found.Created = &r
	i.use(b.met)
	i.decide(b.org.Org)
}

// loggedWithout reports whether the call is logged without the record that
// Salesforce refuses to make: when the rules log calls of unknown numbers so,
// and trying again would not help. Else a person is told what keeps it out.
func (i *item) loggedWithout(e *salesforce.Error) bool {
	if i.rules.Settings.Matching.NoMatch.WhenNone != callflow.WhenNoneNoRecord || e.MaybeDone() {
		return false
	}
	switch e.Kind {
	case salesforce.Refused, salesforce.Misconfigured, salesforce.FieldRefused, salesforce.OwnerRefused, salesforce.Duplicate, salesforce.Gone:
		return true
	}
	return false
}
