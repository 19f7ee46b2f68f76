package worker

import (
	"context"
	"slices"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
)

// createRelated makes the Cases and Opportunities the rules want: one for each
// record, however many calls of it are in hand, here or in another worker.
func (b *batch) createRelated(ctx context.Context) error {
	items, err := b.lockRelated(ctx)
	if err != nil || len(items) == 0 {
		return err
	}
	locked := make([]string, len(items))
	for n, i := range items {
		locked[n] = i.decision.Record.ID
	}
	makers, followers, err := b.stillMissing(ctx, items)
	if err != nil {
		return err
	}
	locked = except(locked, unsettled(items))
	asking := makers
	if makers, err = b.intendCreation(ctx, makers); err != nil {
		return err
	}
	locked = except(locked, b.keepApart(asking, makers, followers))
	if len(makers) > 0 {
		uncertain, err := b.makeRelated(ctx, makers, followers)
		if err != nil {
			return err
		}
		// After a lost answer it may still come: the record stays locked for all
		// but the entry that asked.
		locked = except(locked, uncertain)
	}
	return b.w.o.Store.UnlockNumbers(ctx, locked)
}

// unsettled are the records of items that could not be looked at though an
// earlier request may still be carried out for them: they stay locked.
func unsettled(items []*item) (records []string) {
	for _, i := range items {
		if !i.open() && !i.entry.IntentAt.IsZero() {
			records = append(records, i.decision.Record.ID)
		}
	}
	return records
}

// lockRelated takes the right to create for each record, whichever of its
// numbers called. What another worker is making waits.
func (b *batch) lockRelated(ctx context.Context) ([]*item, error) {
	items := b.pending(func(i *item) bool { return i.decision.CreateRelated != nil })
	if len(items) == 0 {
		return nil, nil
	}
	slices.SortStableFunc(items, func(x, y *item) int { return y.entry.IntentAt.Compare(x.entry.IntentAt) }) // who asked already goes first
	byRecord := map[string]int64{}
	for _, i := range items {
		if _, ok := byRecord[i.decision.Record.ID]; !ok {
			byRecord[i.decision.Record.ID] = i.entry.ID
		}
	}
	got, err := b.w.o.Store.LockNumbers(ctx, byRecord, b.w.numberLease())
	if err != nil {
		return nil, err
	}
	locked := items[:0]
	for _, i := range items {
		if !got[i.decision.Record.ID] {
			i.wait(b.w.o.Now().Add(numberBusy), callflow.ReasonNumberBusy)
			continue
		}
		locked = append(locked, i)
	}
	return locked, nil
}

// stillMissing looks once more now that the records are locked: another call
// may have made the Case meanwhile, and a record that turned out to exist was
// never asked for its own. Of the rest the first call of each record makes it,
// the others follow.
func (b *batch) stillMissing(ctx context.Context, items []*item) (makers []*item, followers map[string][]*item, err error) {
	var l salesforce.Lookups
	for _, i := range items {
		i.askRelated(*i.decision.Record, &l)
	}
	var log salesforce.Log
	var a salesforce.Answers
	err = b.ask(func() (err error) {
		a, err = b.client.LookUp(salesforce.WithLog(ctx, &log), l)
		return err
	})
	exchanged(&log, items, nil, nil)
	if err != nil && !b.partly(items, err) {
		return nil, nil, b.stopped(err)
	}
	followers = map[string][]*item{}
	first := map[string]bool{}
	for _, i := range items {
		if !i.open() {
			continue
		}
		if i.use(a); i.found.Case != nil || i.found.Opportunity != nil {
			i.decide(b.org.Org)
			continue
		}
		record := i.decision.Record.ID
		if first[record] {
			followers[record] = append(followers[record], i)
			continue
		}
		first[record] = true
		makers = append(makers, i)
	}
	return makers, followers, nil
}

// makeRelated creates one for each maker and gives it to the followers as
// well. It returns the records for which the answer was lost.
func (b *batch) makeRelated(ctx context.Context, makers []*item, followers map[string][]*item) (uncertain []string, err error) {
	related := make([]callflow.NewRelated, len(makers))
	for n, i := range makers {
		related[n] = *i.decision.CreateRelated
	}
	var log salesforce.Log
	var results []salesforce.Result
	err = b.ask(func() (err error) {
		results, err = b.client.CreateRelated(salesforce.WithLog(ctx, &log), related)
		return err
	})
	exchanged(&log, makers, func(i *item) any { return i.decision.CreateRelated.Fields }, nil)
	if err != nil && len(results) != len(makers) {
		return nil, b.stopped(err)
	}
	for n, i := range makers {
		if e := results[n].Err; e != nil && e.MaybeDone() {
			uncertain = append(uncertain, i.decision.Record.ID)
		}
		made := *i.decision.CreateRelated
		b.takeRelated(i, made, results[n], true)
		for _, j := range followers[i.decision.Record.ID] {
			b.takeRelated(j, made, results[n], false)
		}
	}
	return uncertain, nil
}

// takeRelated gives the item what was made for its record, or lets it be
// logged without.
func (b *batch) takeRelated(i *item, made callflow.NewRelated, res salesforce.Result, maker bool) {
	switch {
	case res.Err == nil:
		r := &callflow.RelatedRecord{ID: res.ID, Name: made.Name, Created: maker}
		if made.Object == "Case" {
			i.found.Case = r
		} else {
			i.found.Opportunity = r
		}
		if maker {
			i.entry.Created = append(i.entry.Created, res.ID)
		}
	case res.Err.Kind == salesforce.Refused || res.Err.Kind == salesforce.Misconfigured || res.Err.Kind == salesforce.FieldRefused || res.Err.Kind == salesforce.Duplicate:
		i.step("refused", string(res.Err.Kind), with(detailOf(res.Err), "object", made.Object))
		i.found.RelatedRefused = true
	default:
		b.failed(i, res.Err)
		return
	}
	i.decide(b.org.Org)
}

// meetRelated asks what is open for the records that duplicate rules named:
// they are matched records like any other, and were not known before.
func (b *batch) meetRelated(ctx context.Context, makers []*item, made map[string]callflow.Record) {
	var l salesforce.Lookups
	var asking []*item
	for _, i := range makers {
		if r, ok := made[i.call.External.E164]; ok && !r.Created && i.open() {
			i.askRelated(r, &l)
			asking = append(asking, i)
		}
	}
	if len(asking) == 0 {
		return
	}
	var log salesforce.Log
	err := b.ask(func() (err error) {
		b.met, err = b.client.LookUp(salesforce.WithLog(ctx, &log), l) // no request when nothing is asked
		return err
	})
	exchanged(&log, asking, nil, nil)
	if err != nil {
		b.w.o.Logger.Warn("what is open for the records that duplicate rules named could not be read", "error", err)
	}
}

// except leaves out of a list what stands in another.
func except(list, out []string) []string {
	var kept []string
	for _, v := range list {
		if !slices.Contains(out, v) {
			kept = append(kept, v)
		}
	}
	return kept
}
