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

// follow reads what took the place of records that cannot carry the Task: the
// Contacts of converted Leads, and what records were merged into that Salesforce
// refused as gone or a person chose. It asks nothing when there are none.
func (b *batch) follow(ctx context.Context) error {
	items := b.pending((*item).searches)
	if err := b.askWhatBecame(ctx, items); err != nil {
		return err
	}
	for _, i := range items {
		i.useLost(b.became)
		i.useChosen(b.became)
		i.useConverted(b.became)
	}
	return nil
}

// askWhatBecame asks it of the records the items have leads to, each of them once.
func (b *batch) askWhatBecame(ctx context.Context, items []*item) error {
	var ids []string
	var asking []*item
	for _, i := range items {
		before := len(ids)
		for _, id := range i.leads() {
			if !b.followed[id] && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
		if len(ids) > before {
			asking = append(asking, i)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	var log salesforce.Log
	var found map[string]callflow.Candidate
	err := b.ask(func() (err error) {
		found, err = b.client.Follow(salesforce.WithLog(ctx, &log), ids, b.org.PersonAccounts)
		return err
	})
	exchanged(&log, asking, nil, nil)
	if err != nil && !b.partly(asking, err) {
		return b.stopped(err)
	}
	if b.followed == nil {
		b.followed, b.became = map[string]bool{}, map[string]callflow.Candidate{}
	}
	for _, id := range ids {
		b.followed[id] = true
	}
	maps.Copy(b.became, found)
	return nil
}

// leads are the records the item wants to know more of.
func (i *item) leads() []string {
	ids := slices.Clone(i.vanished())
	if chosen := i.found.Chosen; chosen != "" && i.found.Created == nil && !i.holds(chosen) {
		ids = append(ids, chosen)
	}
	for _, c := range i.found.Candidates {
		if c.Converted && c.ContactID != "" && !i.holds(c.ContactID) {
			ids = append(ids, c.ContactID)
		}
	}
	return ids
}

// holds reports whether the record is a candidate already, be it as the
// contact of a Person Account.
func (i *item) holds(id string) bool {
	return slices.ContainsFunc(i.found.Candidates, func(c callflow.Candidate) bool {
		return c.ID == id || c.Kind == callflow.PersonAccountRecord && c.ContactID == id
	})
}

// useConverted adds the Contacts that converted Leads became.
func (i *item) useConverted(became map[string]callflow.Candidate) {
	for _, lead := range i.found.Candidates {
		c, ok := became[lead.ContactID]
		if !lead.Converted || !ok || c.Converted || i.holds(c.ID) {
			continue
		}
		c.From, c.Field, c.Value = lead.ID, lead.Field, lead.Value
		i.found.Candidates = append(i.found.Candidates, c)
	}
}

// useChosen lets a person's choice go with its record when that was merged: the
// duplicates a person was asked about are often merged next.
func (i *item) useChosen(became map[string]callflow.Candidate) {
	c, ok := became[i.found.Chosen]
	if !ok || c.ID == i.found.Chosen || i.found.Created != nil || i.holds(i.found.Chosen) {
		return
	}
	i.takePlace(i.found.Chosen, c)
	i.found.Chosen = c.ID
}

// takePlace makes a record a candidate that took the place of another.
func (i *item) takePlace(of string, c callflow.Candidate) {
	i.stepOnce("matched_again", "merged", map[string]string{"record": of, "into": c.ID, "kind": string(c.Kind), "name": c.Name})
	if !i.holds(c.ID) {
		c.From = of
		i.found.Candidates = append(i.found.Candidates, c)
	}
}

// lostKey is where an entry that is matched again keeps which records
// Salesforce said were gone.
const lostKey = "lost"

// vanished are the records Salesforce refused as gone at the last tries.
func (i *item) vanished() []string {
	ids := i.entry.Detail[lostKey]
	if ids == "" || i.entry.Outcome != callflow.Waiting {
		return nil
	}
	return strings.Split(ids, ", ")
}

// useLost takes out the records that are gone and puts in those they were
// merged into. One that can still be read has another chance: what was gone
// may have been its Case.
func (i *item) useLost(became map[string]callflow.Candidate) {
	for _, id := range i.vanished() {
		c, ok := became[id]
		if ok && c.ID == id && !c.Converted {
			continue
		}
		i.found.Candidates = slices.DeleteFunc(i.found.Candidates, func(c callflow.Candidate) bool { return c.ID == id })
		if !ok || c.ID == id {
			i.stepOnce("matched_again", "gone", map[string]string{"record": id})
			continue
		}
		i.takePlace(id, c)
	}
}

// stepOnce adds a step unless the try has said it already.
func (i *item) stepOnce(code, result string, params map[string]string) {
	said := slices.ContainsFunc(i.steps, func(s callflow.Step) bool {
		return s.Code == code && s.Result == result && maps.Equal(s.Params, params)
	})
	if !said {
		i.step(code, result, params)
	}
}

// matchSoon is when a call is matched again.
const matchSoon = time.Second

// matchAgain lets a call whose record Salesforce said is gone look for another
// one. A record that is refused though it stands there, and the third one in a
// row, are given to a person.
func (b *batch) matchAgain(ctx context.Context, i *item, e *salesforce.Error) {
	record := i.decision.Record
	lost := i.vanished()
	if record == nil || len(lost) > 1 || slices.Contains(lost, record.ID) {
		i.refused(e)
		return
	}
	if c := i.found.Created; c != nil && c.ID == record.ID || i.found.Chosen == record.ID {
		if err := b.w.o.Store.ForgetNumber(ctx, i.call.External.E164, record.ID); err != nil {
			b.w.o.Logger.Error("a remembered record could not be forgotten", "error", err)
		}
	}
	i.entry.Failures++
	detail := with(detailOf(e), lostKey, strings.Join(append(lost, record.ID), ", "))
	i.step("retry", string(e.Kind), detailOf(e))
	i.settleRetry(detail, b.w.o.Now().Add(matchSoon))
}
