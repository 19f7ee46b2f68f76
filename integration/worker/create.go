package worker

import (
	"context"
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
	if err != nil || len(makers) == 0 {
		return err
	}
	records := make([]callflow.NewRecord, len(makers))
	for n, i := range makers {
		records[n] = *i.decision.Create
		if i.decision.Create.Kind == callflow.PersonAccountRecord && b.org.PersonRecordTypeID != "" {
			records[n].Fields = with(records[n].Fields, "RecordTypeId", b.org.PersonRecordTypeID)
		}
	}
	var log salesforce.Log
	var results []salesforce.Result
	err = b.ask(func() (err error) {
		results, err = b.client.CreateRecords(salesforce.WithLog(ctx, &log), records)
		return err
	})
	exchanged(&log, makers, func(i *item) any { return i.decision.Create.Fields }, nil)
	if err != nil && len(results) != len(makers) {
		return b.stopped(err)
	}
	made := map[string]callflow.Record{}
	var freed []string
	failures := map[string]*salesforce.Error{}
	for n, i := range makers {
		number := i.call.External.E164
		r, failure := b.recordOf(*i.decision.Create, results[n])
		made[number], failures[number] = r, failure
		// After a lost answer the record may still come: the number stays
		// locked for all but the entry that asked.
		if failure != nil && failure.Kind != salesforce.Unknown && !failure.Uncertain {
			freed = append(freed, number)
		}
		if failure != nil {
			delete(made, number)
		}
	}
	b.meetPersons(ctx, makers, made)
	for _, i := range makers {
		number := i.call.External.E164
		for _, j := range append([]*item{i}, followers[number]...) {
			b.take(j, made[number], failures[number], j == i)
		}
	}
	if err := b.w.o.Store.UnlockNumbers(ctx, freed); err != nil {
		return err
	}
	return b.w.o.Store.NumbersCreated(ctx, made)
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
		if _, ok := byNumber[i.call.External.E164]; !ok {
			byNumber[i.call.External.E164] = i.entry.ID
		}
	}
	if len(creating) == 0 {
		return nil, nil, nil
	}
	got, err := b.w.o.Store.LockNumbers(ctx, byNumber, b.w.o.Lease)
	if err != nil {
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

// recordOf is the record a creation gave: the new one, or the one that a
// duplicate rule says was there already.
func (b *batch) recordOf(n callflow.NewRecord, res salesforce.Result) (callflow.Record, *salesforce.Error) {
	r := callflow.Record{Kind: n.Kind, ID: res.ID, Name: n.Name, Created: true}
	if res.Err == nil {
		return r, nil
	}
	if res.Err.Kind == salesforce.Duplicate && len(res.Err.Duplicates) > 0 {
		r.ID, r.Created, r.Kind = res.Err.Duplicates[0], false, kindOf(res.Err.Duplicates[0], n.Kind)
		return r, nil
	}
	return r, res.Err
}

// kindOf reads the kind of a record off its id.
func kindOf(id string, otherwise callflow.RecordKind) callflow.RecordKind {
	switch {
	case strings.HasPrefix(id, "003"):
		return callflow.ContactRecord
	case strings.HasPrefix(id, "00Q"):
		return callflow.LeadRecord
	case strings.HasPrefix(id, "001") && otherwise != callflow.PersonAccountRecord:
		return callflow.AccountRecord
	}
	return otherwise
}

// take gives the item the record made for its number, or the failure.
func (b *batch) take(i *item, r callflow.Record, failure *salesforce.Error, maker bool) {
	if failure != nil {
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
	i.decide(b.org.Org)
}

// createRelated makes the Cases and Opportunities the rules want.
func (b *batch) createRelated(ctx context.Context) error {
	items := b.pending(func(i *item) bool { return i.decision.CreateRelated != nil })
	if len(items) == 0 {
		return nil
	}
	related := make([]callflow.NewRelated, len(items))
	for n, i := range items {
		related[n] = *i.decision.CreateRelated
	}
	var log salesforce.Log
	var results []salesforce.Result
	err := b.ask(func() (err error) {
		results, err = b.client.CreateRelated(salesforce.WithLog(ctx, &log), related)
		return err
	})
	exchanged(&log, items, func(i *item) any { return i.decision.CreateRelated.Fields }, nil)
	if err != nil && len(results) != len(items) {
		return b.stopped(err)
	}
	for n, i := range items {
		b.takeRelated(i, results[n])
	}
	return nil
}

func (b *batch) takeRelated(i *item, res salesforce.Result) {
	made := i.decision.CreateRelated
	switch {
	case res.Err == nil:
		r := &callflow.RelatedRecord{ID: res.ID, Name: made.Name, Created: true}
		if made.Object == "Case" {
			i.found.Case = r
		} else {
			i.found.Opportunity = r
		}
		i.entry.Created = append(i.entry.Created, res.ID)
	case res.Err.Kind == salesforce.Refused || res.Err.Kind == salesforce.Misconfigured || res.Err.Kind == salesforce.FieldRefused || res.Err.Kind == salesforce.Duplicate:
		i.step("refused", string(res.Err.Kind), with(detailOf(res.Err), "object", made.Object))
		i.found.RelatedRefused = true
	default:
		b.failed(i, res.Err)
		return
	}
	i.decide(b.org.Org)
}
