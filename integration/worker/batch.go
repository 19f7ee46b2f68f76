package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/store"
)

// item is one entry on its way through the batch.
type item struct {
	w          *Worker
	entry      store.Entry
	before     store.Facts // as they were when the entry was last judged
	call       callflow.Call
	newest     time.Time // last delivery received
	sentAt     time.Time // what the newest webhook says of its own time
	rules      store.Rules
	screening  callflow.Screening
	found      callflow.Found
	decision   callflow.Decision
	began      time.Time
	steps      []callflow.Step
	exchanges  []store.Exchange
	dropped    map[string]bool // Task fields the org refused
	changed    map[string]any  // what late facts change in a Task that stands
	stands     map[string]any  // the Task as it was read before its update
	ours       map[string]any  // of changed: what is ours, where a person has a part in the field
	adopted    bool            // the Task was found under the entry's key
	intended   bool            // its request to create the Task was noted and may have left
	unanswered bool            // that request had no answer
	ownerless  bool            // even the connected user was refused as owner
	waits      callflow.Reason // why it is left for later, when no try tells
	result     *store.Result   // set when the item is through
}

func (i *item) open() bool { return i.result == nil }

// batch is what one turn of the worker has in hand.
type batch struct {
	w      *Worker
	items  []*item
	client *salesforce.Client
	org    salesforce.OrgInfo
	tasks  map[string][]salesforce.FoundTask // by key, of doubtful entries

	followed map[string]bool               // records it was asked what became of
	became   map[string]callflow.Candidate // what they are now, by the id asked for
	met      salesforce.Answers            // of the records that duplicate rules named

	connectedUser callflow.User
	describedAt   time.Time // when the org was described last
	outdated      bool      // the org refused what it said it would take
}

// run brings every entry to its outcome. It is the way of a call: what can be
// decided without Salesforce is stored first, then all that is left shares the
// requests.
func (b *batch) run(ctx context.Context) error {
	if err := b.fold(ctx); err != nil {
		return err
	}
	if err := b.eraseLate(ctx); err != nil {
		return err
	}
	if err := b.keepOut(ctx); err != nil {
		return err
	}
	b.sweep(ctx)
	b.screen()
	if err := b.store(ctx); err != nil || len(b.items) == 0 {
		return err
	}
	if err := b.log(ctx); err != nil {
		return errors.Join(err, b.store(ctx))
	}
	return b.store(ctx)
}

// log is the part that speaks to Salesforce, one batch at a time: two writing
// to the same accounts would lock each other out.
func (b *batch) log(ctx context.Context) error {
	b.w.org.Lock()
	defer b.w.org.Unlock()
	if err := b.connect(ctx); err != nil {
		return err
	}
	if err := through(ctx, append(b.questions(), b.create, b.resolveDoubts, b.update, b.write)); err != nil {
		return err
	}
	if !b.outdated {
		return nil
	}
	if err := b.describe(ctx); err != nil { // the next batch knows better, or asks again
		b.w.o.Logger.Warn("the org could not be described again", "error", err)
	}
	return nil
}

// stage is one part of the way that every call of the batch goes together.
type stage func(context.Context) error

// questions are the stages that come to a decision and change nothing, neither
// in Salesforce nor in the store: a rehearsal goes through these alone.
func (b *batch) questions() []stage {
	return []stage{b.recall, b.search, b.follow, b.lookUp, b.follow, b.decide}
}

func through(ctx context.Context, stages []stage) error {
	for _, do := range stages {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// newBatch reads the rules each entry is judged by.
func (w *Worker) newBatch(ctx context.Context, claimed []store.Entry) (*batch, error) {
	current, err := w.o.Store.CurrentRules(ctx)
	if err != nil {
		return nil, err
	}
	known := map[int]store.Rules{current.Version: current}
	b := &batch{w: w, items: make([]*item, len(claimed))}
	for i, e := range claimed {
		version := current.Version
		if judged(e) && e.Replay != "now" {
			version = e.RulesVersion
		}
		rules, ok := known[version]
		if !ok {
			if rules, err = w.o.Store.RulesVersion(ctx, version); err != nil {
				return nil, err
			}
			known[version] = rules
		}
		b.items[i] = &item{w: w, entry: e, rules: rules, began: w.o.Now()}
	}
	return b, nil
}

// judged reports whether the entry keeps the rules that judged it: late facts
// do not bring it under rules saved since. What never came to an outcome, and
// what failed, is judged by today's rules.
func judged(e store.Entry) bool {
	if e.RulesVersion == 0 {
		return false
	}
	if e.Replay == "then" || e.TaskID != "" {
		return true
	}
	return e.Outcome == callflow.Skipped || e.Outcome == callflow.NeedsChoice
}

// each calls do for the items still on their way.
func (b *batch) each(do func(*item)) {
	for _, i := range b.items {
		if i.open() {
			do(i)
		}
	}
}

// pending gives the items still on their way for which want is true.
func (b *batch) pending(want func(*item) bool) []*item {
	var out []*item
	b.each(func(i *item) {
		if want(i) {
			out = append(out, i)
		}
	})
	return out
}

// store keeps the results reached so far and goes on with the rest.
func (b *batch) store(ctx context.Context) error {
	results := make([]store.Result, 0, len(b.items))
	rest := b.items[:0]
	for _, i := range b.items {
		if i.open() {
			rest = append(rest, i)
			continue
		}
		results = append(results, *i.result)
	}
	b.items = rest
	ctx, cancel := keeping(ctx)
	defer cancel()
	return b.w.finish(ctx, results)
}

// finish keeps results and says so, each with the id of its call.
func (w *Worker) finish(ctx context.Context, results []store.Result) error {
	if err := w.o.Store.FinishEntries(ctx, results); err != nil {
		return err
	}
	if !w.o.Logger.Enabled(ctx, slog.LevelDebug) {
		return nil
	}
	for i := range results {
		e := &results[i].Entry
		w.o.Logger.DebugContext(ctx, "call judged", "kind", string(e.Kind), "call", e.ObjectID, "entry", e.ID, "outcome", string(e.Outcome), "reason", string(e.Reason))
	}
	return nil
}
