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
// gone. Once begun it is seen to its end: what was deleted must be told.
func (l *looking) healTogether(ctx context.Context, doubles []double, ids []string, found map[int64]store.Standing) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healTime)
	defer cancel()
	gone, err := l.deleteTasks(ctx, ids)
	healed := map[int64]int{}
	for _, d := range doubles {
		n := 0
		for _, id := range d.many {
			if gone[id] {
				n++
			}
		}
		if n > 0 {
			healed[d.entry.ID] = n
			l.Healed += n
		}
		switch {
		case n == d.standing-1:
			found[d.entry.ID] = store.Stands
		case err == nil || n == len(d.many):
			found[d.entry.ID] = store.Doubled
		}
		l.w.o.Logger.Warn("a call had more than one Task", "call", d.entry.ObjectID, "kept", d.keep, "deleted", n, "error", err)
	}
	keep, done := keeping(ctx)
	defer done()
	return errors.Join(err, l.w.o.Store.KeepHealed(keep, healed))
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
