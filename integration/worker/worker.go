package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/integration/settings"
	"ringledger/store"
)

// Options are the parts the worker brings together. Zero durations and counts
// have the defaults of their comments.
type Options struct {
	Store      *store.Store
	Salesforce *connection.Salesforce
	Aircall    *connection.Aircall
	Logger     *slog.Logger
	Now        func() time.Time
	Random     func() float64 // in [0, 1), for jitter

	Batch  int           // most entries taken at once; 1,000
	Lease  time.Duration // how long a crash delays its entries; 3 min
	Poll   time.Duration // how often to look for work of other nodes; 1 s
	Doubt  time.Duration // how long after a lost answer a Task may still appear; 45 s
	Outage time.Duration // pause between questions to an org that is down; 60 s
	Check  time.Duration // how often the webhook is looked after; 5 min

	Reconcile time.Duration // how often Aircall, ledger and Salesforce are compared; 15 min
}

func (o *Options) fill() {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&o.Lease, 3 * time.Minute}, {&o.Poll, time.Second}, {&o.Doubt, 45 * time.Second}, {&o.Outage, time.Minute}, {&o.Check, 5 * time.Minute},
		{&o.Reconcile, 15 * time.Minute}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	if o.Batch == 0 {
		o.Batch = 1000
	}
}

// Worker runs in a few goroutines of its own; Alive may be asked from any.
type Worker struct {
	o        Options
	surround surroundings
	users    userCache
	org      sync.Mutex // one batch at a time writes to the org
	gate     *gate
	duty     onDuty
	began    time.Time
	beat     atomic.Int64 // unix micro of the last turn
	logGrown atomic.Bool  // SQLite's write-ahead log was found too large
}

// New makes a worker; Run starts it.
func New(o Options) *Worker {
	o.fill()
	w := &Worker{o: o, users: userCache{now: o.Now}, began: o.Now()}
	w.surround.holiday = settings.Holidays()
	w.gate = newGate(o)
	return w
}

// aliveWithin is how long one batch may take before the worker counts as stuck.
const aliveWithin = 5 * time.Minute

// Alive reports whether the worker still turns.
func (w *Worker) Alive() bool {
	return w.o.Now().Sub(time.UnixMicro(w.beat.Load())) < aliveWithin
}

// turns is how many batches are in hand at once: while one waits for
// Salesforce and one for the disk, the next is folded and judged. Only one at a
// time speaks to the org.
const turns = 3

// Run works until ctx ends. It then finishes the batches in hand: entries are
// never left half written by a shutdown.
func (w *Worker) Run(ctx context.Context) error {
	if !w.o.Store.Postgres() { // this process has the database to itself
		if err := w.o.Store.ReleaseLeases(ctx); err != nil && ctx.Err() == nil {
			return err
		}
	}
	var all sync.WaitGroup
	for range turns {
		all.Go(func() { w.turnOver(ctx) })
	}
	all.Wait()
	return nil
}

func (w *Worker) turnOver(ctx context.Context) {
	changed, stop := w.o.Store.Changes()
	defer stop()
	for ctx.Err() == nil {
		w.beat.Store(w.o.Now().UnixMicro())
		n, err := w.Turn(ctx)
		if err != nil && ctx.Err() == nil {
			w.o.Logger.Error("a batch failed and will be taken up again", "error", err)
		}
		if err == nil && n > 0 {
			continue
		}
		if !w.rest(ctx, changed, err) {
			break
		}
	}
}

// rest waits for news, for the next due entry, or for the poll. It reports
// whether to go on.
func (w *Worker) rest(ctx context.Context, changed <-chan struct{}, failed error) bool {
	wait := w.o.Poll
	if failed == nil {
		if due, ok, err := w.o.Store.NextDue(ctx); err == nil && ok {
			wait = min(wait, max(0, due.Sub(w.o.Now())))
		}
		if wait <= 0 {
			wait = time.Millisecond
		}
	} else {
		changed = nil // do not spin on a failing database
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case _, open := <-changed:
		return open
	case <-timer.C:
		return true
	}
}

// Turn claims what is due and processes it. It returns how many entries it
// took.
func (w *Worker) Turn(ctx context.Context) (int, error) {
	claimed, err := w.o.Store.ClaimEntries(ctx, w.o.Batch, w.o.Lease)
	if err != nil || len(claimed) == 0 {
		return 0, err
	}
	// A shutdown must not cut the batch in two: what was sent is also stored.
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.o.Lease)
	defer cancel()
	err = w.process(work, claimed)
	if err != nil {
		err = errors.Join(err, w.giveBack(ctx, claimed))
	}
	return len(claimed), err
}

// process brings the claimed entries to their outcomes. An event that makes
// our own code panic must not keep the others: they are taken one by one, and
// the one that does it is given to a person.
func (w *Worker) process(ctx context.Context, claimed []store.Entry) error {
	panicked, err := w.attempt(ctx, claimed)
	if panicked == "" {
		return err
	}
	if len(claimed) == 1 {
		return w.giveUp(ctx, claimed[0], panicked)
	}
	for _, e := range claimed {
		now, entryErr := w.o.Store.Entry(ctx, e.ID)
		if entryErr != nil || now.Fence != e.Fence || now.DueAt.IsZero() {
			err = errors.Join(err, entryErr)
			continue // it came through before the panic
		}
		err = errors.Join(err, w.process(ctx, []store.Entry{now})) // it knows what was sent meanwhile
	}
	return err
}

// attempt runs one batch; panicked tells what our own code panicked with.
func (w *Worker) attempt(ctx context.Context, claimed []store.Entry) (panicked string, err error) {
	defer func() {
		if r := recover(); r != nil {
			panicked = fmt.Sprint(r)
			w.o.Logger.Error("the worker panicked", "panic", panicked, "call", callsOf(claimed), "stack", string(debug.Stack()))
		}
	}()
	b, err := w.newBatch(ctx, claimed)
	if err != nil {
		return "", err
	}
	return "", b.run(ctx)
}

// callsOf names the calls of entries, as each line of the log about them does.
func callsOf(entries []store.Entry) string {
	ids := make([]string, len(entries))
	for i := range entries {
		ids[i] = entries[i].ObjectID
	}
	return strings.Join(ids, " ")
}

func (w *Worker) giveUp(ctx context.Context, e store.Entry, panicked string) error {
	rules, err := w.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	now, err := w.o.Store.Entry(ctx, e.ID)
	if err != nil {
		return err
	}
	e.IntentAt = now.IntentAt // what was sent before the panic is looked for by a replay
	i := &item{w: w, entry: e, rules: rules, began: w.o.Now()}
	i.finish(callflow.Failed, callflow.ReasonBug, map[string]string{"message": panicked})
	return w.finish(ctx, []store.Result{*i.result})
}

// giveBack ends the claims of a batch that failed in our own house, so that
// they are tried again before the lease ends.
func (w *Worker) giveBack(ctx context.Context, claimed []store.Entry) error {
	ctx, cancel := keeping(ctx)
	defer cancel()
	return w.o.Store.EndLeases(ctx, claimed, 5*time.Second)
}

// keeping is the context for storing what is known: neither a shutdown nor the
// end of the batch's own time may lose it. The fence keeps what is stale out.
func keeping(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
}
