package worker

import (
	"context"
	"errors"
	"time"

	"ringledger/integration/salesforce"
	"ringledger/store"
)

const (
	// deletedAtOnce is how many Tasks one request deletes.
	deletedAtOnce = 200
	// healTime bounds one such request with its repetitions, which the end of the
	// program does not interrupt.
	healTime = 40 * time.Second
	// healTries is how often a request is sent whose answer is lost. A Task that
	// is gone already is told like one that is deleted now.
	healTries = 3
)

// double is an entry with more than one Task.
type double struct {
	entry    store.WrittenEntry
	keep     string
	many     []string // too many, and ours to delete
	standing int
}

// standing are the Tasks of an entry that are not deleted, the oldest first.
func (l *looking) standing(e store.WrittenEntry) []salesforce.KeyedTask {
	var stand []salesforce.KeyedTask
	for _, t := range l.tasks[keyOf(e)] {
		if !t.Deleted {
			stand = append(stand, t)
		}
	}
	return stand
}

// heal deletes the Tasks too many of entries, many with one request, and tells
// how the Tasks of those entries stand then. What may not be deleted is told.
// An entry is left out when it is not known what became of its Tasks.
func (l *looking) heal(ctx context.Context, entries []store.WrittenEntry) (map[int64]store.Standing, error) {
	found := map[int64]store.Standing{}
	var doubles []double
	for _, e := range entries {
		stand := l.standing(e)
		if len(stand) < 2 {
			continue
		}
		if d := l.double(e, stand); len(d.many) > 0 {
			doubles = append(doubles, d)
		} else {
			found[e.ID] = store.Doubled
		}
	}
	for len(doubles) > 0 {
		if err := ctx.Err(); err != nil { // what was begun is at its end
			return found, err
		}
		n, ids := 0, []string(nil)
		for n < len(doubles) && (n == 0 || len(ids)+len(doubles[n].many) <= deletedAtOnce) {
			ids = append(ids, doubles[n].many...)
			n++
		}
		if err := l.healTogether(ctx, doubles[:n], ids, found); err != nil {
			return found, err
		}
		doubles = doubles[n:]
	}
	return found, nil
}

// double tells which Tasks of an entry are too many and ours to delete: those
// that we do not know, that our user created and nobody wrote since. The one we
// know stays, or else the oldest.
func (l *looking) double(e store.WrittenEntry, stand []salesforce.KeyedTask) double {
	d := double{entry: e, keep: stand[0].ID, standing: len(stand)}
	for _, t := range stand {
		if t.ID == e.TaskID {
			d.keep = t.ID
		}
	}
	for _, t := range stand {
		if t.ID != d.keep && t.Untouched(l.user) {
			d.many = append(d.many, t.ID)
		}
	}
	return d
}

// healTogether deletes the Tasks too many of some entries and notes what is
// gone. It notes before which they are, so that what was deleted is told though
// the program is killed; once begun it is seen to its end.
func (l *looking) healTogether(ctx context.Context, doubles []double, ids []string, found map[int64]store.Standing) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healTime)
	defer cancel()
	var begun []store.Double
	for _, d := range doubles {
		for _, id := range d.many {
			begun = append(begun, store.Double{EntryID: d.entry.ID, TaskID: id})
		}
	}
	if err := l.w.o.Store.BeginHealing(ctx, begun); err != nil {
		return err
	}
	gone, err := l.deleteTasks(ctx, ids)
	for _, d := range doubles {
		n := 0
		for _, id := range d.many {
			if gone[id] {
				n++
			}
		}
		switch {
		case n == d.standing-1:
			found[d.entry.ID] = store.Stands
		case err == nil || n == len(d.many):
			found[d.entry.ID] = store.Doubled
		}
		l.w.o.Logger.Warn("a call had more than one Task", "call", d.entry.ObjectID, "kept", d.keep, "deleted", n, "error", err)
	}
	return errors.Join(err, l.endHealing(ctx, begun, func(id string) (isGone, known bool) { return gone[id], gone[id] || err == nil }))
}

// endHealing tells what became of Tasks too many. One of which it is not known
// is left to the next check.
func (f *filling) endHealing(ctx context.Context, begun []store.Double, fate func(id string) (gone, known bool)) error {
	var gone, stand []string
	for _, d := range begun {
		switch isGone, known := fate(d.TaskID); {
		case isGone:
			gone = append(gone, d.TaskID)
		case known:
			stand = append(stand, d.TaskID)
		}
	}
	keep, done := keeping(ctx)
	defer done()
	n, err := f.w.o.Store.EndHealing(keep, gone, stand)
	f.Healed += n
	return err
}

// tellHealed tells what became of Tasks too many that a program was deleting
// when it ended in the middle, or whose deletion had no answer.
func (f *filling) tellHealed(ctx context.Context) error {
	f.w.org.Lock()
	defer f.w.org.Unlock()
	for {
		begun, err := f.w.o.Store.Healing(ctx, deletedAtOnce)
		if err != nil || len(begun) == 0 {
			return err
		}
		client, _, err := f.w.orgToAsk(ctx)
		if err != nil {
			return err
		}
		ids := make([]string, len(begun))
		for n, d := range begun {
			ids[n] = d.TaskID
		}
		b := &batch{w: f.w}
		var stands map[string]map[string]any
		err = b.ask(func() (err error) {
			stands, err = client.ReadTasks(ctx, ids, nil)
			return err
		})
		if err == nil {
			err = f.endHealing(ctx, begun, func(id string) (gone, known bool) { return stands[id] == nil, true })
		}
		if err != nil {
			return err
		}
	}
}

// deleteTasks tells which Tasks are gone. Where an answer was lost it asks
// again: else nobody would ever know that a Task was deleted by us.
func (l *looking) deleteTasks(ctx context.Context, ids []string) (gone map[string]bool, err error) {
	for range healTries {
		err = l.b.ask(func() (err error) {
			gone, err = l.client.DeleteTasks(ctx, ids)
			return err
		})
		e, ok := errors.AsType[*salesforce.Error](err)
		if !ok || !e.MaybeDone() {
			return gone, err
		}
	}
	return gone, err
}
