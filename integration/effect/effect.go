package effect

import (
	"context"
	"errors"
	"slices"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
)

// Question is which calls to judge under which rules, and how long that may
// take.
type Question struct {
	Judge
	From  time.Time     // of the start of the calls; newer ones come first
	Most  int           // entries that are looked at
	Limit time.Duration // after which what is known so far is the answer
}

// Report is the answer.
type Report struct {
	Calls   int       // that were judged
	GoingOn int       // that are not over, so nothing is decided about them
	Partial bool      // there are more, which were not looked at
	Since   time.Time // the start of the oldest that was judged
	Groups  []Group   // in the order of Classes, those with calls
	Types   []TypeCount
}

// Group is the calls of one class.
type Group struct {
	Class   Class
	N       int
	Reasons map[callflow.Reason]int // why they are not logged
	Missing map[Missing]int
	Fields  map[string]int // which fields differ
	Samples []Sample       // the newest
}

// TypeCount counts the calls of one type by class.
type TypeCount struct {
	Type callflow.CallType
	N    map[Class]int
}

// Sample is one call of a class.
type Sample struct {
	Entry store.Entry
	Difference
}

// mostSamples is how many calls of a class are named.
const mostSamples = 20

// page is how many entries are read at once: more would only be more memory.
const page = 200

// Of judges the calls of the last days. It ends early, with what it found so
// far, when its time is over, and with an error when nobody waits any more.
func Of(ctx context.Context, st *store.Store, q Question) (Report, error) {
	c := &counting{q: q, ends: time.Now().Add(q.Limit), groups: map[Class]*Group{}, types: map[callflow.CallType]map[Class]int{}, rules: map[int]*callflow.Settings{}}
	f := store.Filter{From: q.From}
	for left := q.Most; ; {
		f.Limit = min(page, left)
		found, err := st.ListEntries(ctx, f)
		if err != nil {
			return Report{}, err
		}
		if err := c.judge(ctx, st, found.Entries); err != nil {
			return Report{}, err
		}
		left -= len(found.Entries)
		if f.After = found.Older; f.After == "" {
			break
		}
		if left <= 0 || c.late() {
			c.report.Partial = true
			break
		}
	}
	return c.done(), nil
}

// counting is a report being made.
type counting struct {
	q      Question
	ends   time.Time
	report Report
	groups map[Class]*Group
	types  map[callflow.CallType]map[Class]int
	rules  map[int]*callflow.Settings // by version; nil = gone
}

func (c *counting) late() bool { return c.q.Limit > 0 && time.Now().After(c.ends) }

// judge judges one page of entries.
func (c *counting) judge(ctx context.Context, st *store.Store, entries []store.Entry) error {
	ids, objects := make([]int64, len(entries)), map[callflow.Kind][]string{}
	for i, e := range entries {
		ids[i] = e.ID
		objects[e.Kind] = append(objects[e.Kind], e.ObjectID)
	}
	tries, err := st.StepsOfAll(ctx, ids)
	if err != nil {
		return err
	}
	events := map[callflow.Kind]map[string][]store.StoredEvent{}
	for kind, names := range objects {
		if events[kind], err = st.EventsOfAll(ctx, kind, names); err != nil {
			return err
		}
	}
	if err := c.learnRules(ctx, st, tries); err != nil {
		return err
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		c.add(e, tries[e.ID], events[e.Kind][e.ObjectID])
	}
	return nil
}

// learnRules reads the versions that the tries were made under.
func (c *counting) learnRules(ctx context.Context, st *store.Store, tries map[int64][]store.Try) error {
	for _, all := range tries {
		for _, t := range all {
			if _, known := c.rules[t.RulesVersion]; known {
				continue
			}
			r, err := st.RulesVersion(ctx, t.RulesVersion)
			switch {
			case errors.Is(err, store.ErrNotFound):
				c.rules[t.RulesVersion] = nil
			case err != nil:
				return err
			default:
				c.rules[t.RulesVersion] = &r.Settings
			}
		}
	}
	return nil
}

func (c *counting) then(version int) (callflow.Settings, bool) {
	if s := c.rules[version]; s != nil {
		return *s, true
	}
	return callflow.Settings{}, false
}

// add judges one call and counts it.
func (c *counting) add(e store.Entry, tries []store.Try, stored []store.StoredEvent) {
	call, over := folded(e, stored)
	if !over {
		c.report.GoingOn++
		return
	}
	d := c.q.Compare(call, Remembered(e, tries, c.then))
	c.report.Calls++
	c.report.Since = e.StartedAt
	g := c.groups[d.Class]
	if g == nil {
		g = &Group{Class: d.Class, Reasons: map[callflow.Reason]int{}, Missing: map[Missing]int{}, Fields: map[string]int{}}
		c.groups[d.Class] = g
	}
	g.N++
	if d.Reason != "" {
		g.Reasons[d.Reason]++
	}
	if d.Missing != "" {
		g.Missing[d.Missing]++
	}
	for _, field := range d.Fields {
		g.Fields[field]++
	}
	if len(g.Samples) < mostSamples && d.Class != Same {
		g.Samples = append(g.Samples, Sample{e, d})
	}
	t := call.Type()
	if c.types[t] == nil {
		c.types[t] = map[Class]int{}
	}
	c.types[t][d.Class]++
}

func (c *counting) done() Report {
	for _, class := range Classes() {
		if g := c.groups[class]; g != nil {
			c.report.Groups = append(c.report.Groups, *g)
		}
	}
	for _, t := range callflow.CallTypes() {
		if n := c.types[t]; n != nil {
			c.report.Types = append(c.report.Types, TypeCount{t, n})
		}
	}
	return c.report
}

// N is how many calls have the class.
func (r Report) N(class Class) int {
	i := slices.IndexFunc(r.Groups, func(g Group) bool { return g.Class == class })
	if i < 0 {
		return 0
	}
	return r.Groups[i].N
}
