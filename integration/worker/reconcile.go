package worker

import (
	"context"
	"errors"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/integration/salesforce"
	"ringledger/store"
)

const (
	// checkLook is how often it is looked whether a check is due.
	checkLook = 30 * time.Second
	// recountEvery is how often calls of a check are counted that were under way.
	recountEvery = 2 * time.Minute
	// justOver is how long after its end a call is left to its webhooks.
	justOver = 5 * time.Minute
	// settledAfter is how long after a Task was written another may still appear
	// under its key: a request whose answer was lost is over long before.
	settledAfter = 45 * time.Minute
	// lookedFor is how long a Task is looked for that is not there.
	lookedFor = 48 * time.Hour
	// recounted is how many days back calls are counted again that were not
	// through.
	recounted = 31
	// keysAtOnce is how many Tasks are looked for in one request.
	keysAtOnce = 1000
	// spared is the share of the org's daily requests that is left to calls.
	spared = 10
	// usageHolds is how long it is believed that few requests are left. Only an
	// answer tells, and without calls there is none.
	usageHolds = 10 * time.Minute
)

// planCheck notes that a check is due. The reading of gaps does it, on one node.
func (w *Worker) planCheck(ctx context.Context) {
	err := w.o.Store.AddCheck(ctx, "", w.o.Reconcile)
	if err != nil && !errors.Is(err, store.ErrConflict) && ctx.Err() == nil {
		w.o.Logger.Warn("a check of Aircall, ledger and Salesforce could not be begun", "error", err)
	}
}

// recount counts the last two days again when calls of theirs were not through:
// they may be by now.
func (w *Worker) recount(ctx context.Context) {
	zone, err := w.o.Store.Zone(ctx)
	if err == nil {
		yesterday := w.o.Now().In(zone).AddDate(0, 0, -1)
		err = w.countAgain(ctx, zone, yesterday.Format(time.DateOnly))
	}
	if err != nil && ctx.Err() == nil {
		w.o.Logger.Warn("the calls of a day could not be counted again", "error", err)
	}
}

func (w *Worker) countAgain(ctx context.Context, zone *time.Location, since string) error {
	days, err := w.o.Store.UnclearDays(ctx, since)
	if err != nil {
		return err
	}
	for _, name := range days {
		day, err := callflow.ReadDay(name, zone)
		if err != nil {
			return err
		}
		if err := w.o.Store.CountDay(ctx, day); err != nil {
			return err
		}
	}
	return nil
}

// check compares Salesforce with the ledger, then the ledger with Aircall's
// list, and counts. One that cannot be asked does not keep the other out.
func (f *filling) check(ctx context.Context) error {
	if err := f.lookForTasks(ctx); err != nil {
		if f.uncompared = refusedBy(err); f.uncompared == "" || ctx.Err() != nil {
			return err
		}
		f.w.o.Logger.Warn("the Tasks of Salesforce could not be compared", "error", err)
	}
	listed := f.run(ctx)
	if errors.Is(listed, connection.ErrNotConnected) {
		f.uncompared, listed = "aircall_not_connected", nil
	}
	return errors.Join(listed, f.count(ctx))
}

// refusedBy names what Salesforce could not be asked for; "" is an error of our
// own.
func refusedBy(err error) string {
	e, ok := errors.AsType[*salesforce.Error](err)
	switch {
	case errors.Is(err, salesforce.ErrNotConnected):
		return "salesforce_not_connected"
	case errors.Is(err, salesforce.ErrReconnect):
		return "salesforce_reconnect"
	case errors.Is(err, errHeld):
		return "salesforce_down"
	case ok:
		return "salesforce_" + string(e.Kind)
	}
	return ""
}

// over leaves out the calls that go on or ended a moment ago: the next check
// begins with the first of them.
func (f *filling) over(page []aircall.FetchedCall) (over []aircall.FetchedCall) {
	latest := f.w.o.Now().Add(-justOver)
	for _, c := range page {
		if !c.EndedAt.IsZero() && c.EndedAt.Before(latest) {
			over = append(over, c)
		} else if f.OpenAt.IsZero() || c.StartedAt.Before(f.OpenAt) {
			f.OpenAt = c.StartedAt
		}
	}
	return over
}

// lookForTasks asks Salesforce for the Tasks of entries by their keys.
func (f *filling) lookForTasks(ctx context.Context) error {
	now, asked := f.w.o.Now(), f.AskedBy != ""
	since := now.Add(-lookedFor)
	if asked {
		since = f.From
	}
	var last store.WrittenEntry
	f.Looked, f.Lacking = 0, 0
	if err := f.tellHealed(ctx); err != nil {
		return err
	}
	for {
		entries, err := f.w.o.Store.ToLookFor(ctx, since, asked, last, keysAtOnce)
		if err != nil || len(entries) == 0 {
			return err
		}
		if err := f.lookFor(ctx, entries); err != nil {
			return err
		}
		if err := f.w.o.Store.AdvanceBackfill(ctx, f.Backfill, backfillLease); err != nil {
			return err
		}
		last = entries[len(entries)-1]
	}
}

// lookFor asks for the Tasks of some entries, while no batch writes any.
func (f *filling) lookFor(ctx context.Context, entries []store.WrittenEntry) error {
	f.w.org.Lock()
	defer f.w.org.Unlock()
	client, user, err := f.w.orgToAsk(ctx)
	if err != nil {
		return err
	}
	keys, since := make([]string, len(entries)), entries[0].BeganAt
	for n, e := range entries {
		keys[n], since = keyOf(e), earlier(since, e.BeganAt)
	}
	b := &batch{w: f.w}
	l := looking{filling: f, user: user, b: b, client: client, settled: map[bool]map[store.Standing][]store.WrittenEntry{true: {}, false: {}}}
	err = b.ask(func() (err error) {
		l.tasks, err = client.TasksOf(ctx, keys, since.Add(-lostCall))
		return err
	})
	if err != nil {
		return err
	}
	return l.judge(ctx, entries)
}

func keyOf(e store.WrittenEntry) string { return callflow.Call{Kind: e.Kind, ID: e.ObjectID}.TaskKey() }

// orgToAsk gives the client, and our user, unless the org is not to be asked
// now.
func (w *Worker) orgToAsk(ctx context.Context) (*salesforce.Client, string, error) {
	client, err := w.o.Salesforce.Client(ctx)
	if err != nil {
		return nil, "", err
	}
	if err := w.spare(ctx, client); err != nil {
		return nil, "", err
	}
	org, _, err := w.o.Salesforce.KnownOrg(ctx)
	if err != nil {
		return nil, "", err
	}
	connected, err := w.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return nil, "", err
	}
	if org.ExternalIDField != "" {
		client = client.UpsertBy(org.ExternalIDField)
	}
	return client, connected.UserID, nil
}

// spare refuses when what is left of the org's daily requests belongs to the
// calls. Few that were left some time ago may have become more: it asks.
func (w *Worker) spare(ctx context.Context, client *salesforce.Client) error {
	few := func(u salesforce.Usage) bool { return u.Max > 0 && (u.Max-u.Used)*spared < u.Max }
	limited := &salesforce.Error{Kind: salesforce.Limited}
	u := client.Usage()
	switch {
	case w.o.Now().Before(w.gate.limited()), few(u) && w.o.Now().Sub(u.At) < usageHolds:
		return limited
	case !few(u):
		return nil
	}
	b := &batch{w: w}
	err := b.ask(func() (err error) {
		u, err = client.Limits(ctx)
		return err
	})
	if err == nil && few(u) {
		return limited
	}
	return err
}

// looking is some entries and the Tasks under their keys.
type looking struct {
	*filling
	b       *batch
	client  *salesforce.Client
	user    string // who writes our Tasks
	tasks   map[string][]salesforce.KeyedTask
	settled map[bool]map[store.Standing][]store.WrittenEntry // entries by how their Tasks were found
}

func (l *looking) judge(ctx context.Context, entries []store.WrittenEntry) error {
	moved, err := l.underOtherKeys(ctx, entries)
	if err != nil {
		return err
	}
	healed, failed := l.heal(ctx, entries)
	for _, e := range entries {
		l.Looked++
		found, known := l.found(e, moved, healed)
		if !known {
			continue // the next check looks again
		}
		settled := found < store.Missing && !l.w.o.Now().Before(e.TaskAt.Add(settledAfter))
		l.settled[settled][found] = append(l.settled[settled][found], e)
		if found == store.Missing {
			l.Lacking++
		}
	}
	for settled, all := range l.settled {
		for found, of := range all {
			if err := l.w.o.Store.KeepStanding(ctx, found, settled, of); err != nil {
				return errors.Join(failed, err)
			}
		}
	}
	return failed
}

// found tells how the Tasks of an entry were found; it is not known where it is
// not known what of them was deleted.
func (l *looking) found(e store.WrittenEntry, moved map[string]bool, healed map[int64]store.Standing) (found store.Standing, known bool) {
	standing, all := len(l.standing(e)), len(l.tasks[keyOf(e)])
	switch {
	case standing > 1:
		found, known = healed[e.ID]
		return found, known
	case standing == 1 || moved[e.TaskID]:
		return store.Stands, true
	case all > 0 || e.Gone: // one that left the recycle bin too was deleted all the same
		return store.DeletedByPerson, true
	}
	return store.Missing, true
}

// underOtherKeys tells which Tasks stand whose key somebody changed.
func (l *looking) underOtherKeys(ctx context.Context, entries []store.WrittenEntry) (map[string]bool, error) {
	var ids []string
	for _, e := range entries {
		if len(l.tasks[keyOf(e)]) == 0 && e.TaskID != "" {
			ids = append(ids, e.TaskID)
		}
	}
	stands := map[string]bool{}
	if len(ids) == 0 {
		return stands, nil
	}
	return stands, l.b.ask(func() error {
		found, err := l.client.ReadTasks(ctx, ids, []string{"CallObject"})
		for id := range found {
			stands[id] = true
		}
		return err
	})
}

// count counts the days of the check, and earlier ones whose calls were not
// through. The first check counts all of them.
func (f *filling) count(ctx context.Context) error {
	zone, err := f.w.o.Store.Zone(ctx)
	if err != nil {
		return err
	}
	today := midnight(f.w.o.Now(), zone)
	first := callflow.DayOf(today, -recounted)
	if err := f.w.countAgain(ctx, zone, first.Format(time.DateOnly)); err != nil {
		return err
	}
	counted, err := f.w.o.Store.Reconciled(ctx, store.Together, first.Format(time.DateOnly), today.Format(time.DateOnly))
	if err != nil {
		return err
	}
	for day := first; !day.After(today); day = callflow.DayOf(day, 1) {
		if len(counted) > 0 && f.From.After(day.AddDate(0, 0, 2)) {
			continue
		}
		if err := f.w.o.Store.CountDay(ctx, day); err != nil {
			return err
		}
	}
	return nil
}

// countRead counts the days of a period that was read and is no check's, unless
// the first check is still to count all.
func (f *filling) countRead(ctx context.Context) error {
	if f.Added+f.Completed == 0 {
		return nil
	}
	zone, err := f.w.o.Store.Zone(ctx)
	if err != nil {
		return err
	}
	counted, err := f.w.o.Store.Reconciled(ctx, store.Together, "", f.w.o.Now().In(zone).Format(time.DateOnly))
	if err != nil || len(counted) == 0 {
		return err
	}
	last := earlier(f.To, f.w.o.Now())
	for day := midnight(f.From.Add(-goingOn), zone); !day.After(last); day = callflow.DayOf(day, 1) {
		if err := f.w.o.Store.CountDay(ctx, day); err != nil {
			return err
		}
	}
	return nil
}

// midnight is when the day of a moment began.
func midnight(t time.Time, zone *time.Location) time.Time {
	return callflow.DayOf(t.In(zone), 0)
}
