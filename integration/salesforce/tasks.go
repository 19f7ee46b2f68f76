package salesforce

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
)

// TaskWrite is one Task to create, or to update when it has an ID.
type TaskWrite struct {
	Key    string // names the entry in Salesforce; the value to upsert by
	ID     string // "" = create
	Fields map[string]any
}

// Result is what became of one row: an id, or an error.
type Result struct {
	ID      string
	Created bool // false after an update, and an upsert that found its record
	Err     *Error
}

// row is one line of a collection's answer, or an error in the shape of REST,
// which stands in the same place when the whole collection is refused.
type row struct {
	ID      string     `json:"id"`
	Success bool       `json:"success"`
	Created *bool      `json:"created"`
	Errors  []apiError `json:"errors"`
	apiError
}

// maxCompositeBody bounds the body of one Composite, so that Tasks with very
// long descriptions do not add up to a request that Salesforce refuses whole.
const maxCompositeBody = 5 << 20

// batch is one collection of Tasks and the rows it came from.
type batch struct {
	part part
	rows []int
	mode mode
}

// WriteTasks creates and updates Tasks, a thousand in one request. The results
// stand in the order of the writes, one for each: a request that failed as a
// whole is the error of each of its rows, and is returned as well. Requests
// that were to follow it are not sent.
func (c *Client) WriteTasks(ctx context.Context, writes []TaskWrite) ([]Result, error) {
	results := make([]Result, len(writes))
	batches := c.taskBatches(writes)
	for spare := maxIsolations; len(batches) > 0; {
		n := fitting(batches)
		refused, err := c.sendTasks(ctx, batches[:n], results)
		if err != nil {
			failRows(results, batches[:n], err)
			failRows(results, batches[n:], notTried(err))
			return results, err
		}
		batches = batches[n:]
		if len(refused) > 0 && spare > 0 {
			spare--
			batches = append(batches, c.isolate(writes, refused)...)
		}
	}
	return results, nil
}

// fitting counts the batches that go into the next Composite.
func fitting(batches []batch) int {
	size, n := 0, 0
	for n < len(batches) && n < maxCollections {
		size += len(batches[n].part.body)
		if n > 0 && size > maxCompositeBody {
			break
		}
		n++
	}
	return n
}

// sendTasks sends one Composite. It returns the batches that Salesforce
// refused as a whole because of something in one of their rows.
func (c *Client) sendTasks(ctx context.Context, batches []batch, results []Result) ([]batch, *Error) {
	parts := make([]part, len(batches))
	for i, b := range batches {
		parts[i] = b.part
	}
	replies, err := composite[[]row](ctx, c, request{purpose: "write_tasks", write: true}, parts)
	if err != nil {
		return nil, asError(err)
	}
	var refused []batch
	for i, b := range batches {
		whole := readRows(replies[i], b, "write_tasks", results)
		if whole != nil && whole.Kind == Refused && len(b.rows) > 1 {
			refused = append(refused, b)
		}
		for _, n := range b.rows {
			if e := results[n].Err; e != nil {
				taskReference(e)
			}
		}
	}
	return refused, nil
}

// maxIsolations bounds the search for rows that spoil their collection: one in
// two hundred is found in four requests.
const maxIsolations = 8

// isolate splits refused batches, so that a row whose value has the wrong form
// fails alone. Salesforce reads a collection before it writes any of it, so
// nothing of these batches has happened.
func (c *Client) isolate(writes []TaskWrite, refused []batch) []batch {
	var smaller []batch
	for _, b := range refused {
		size := (len(b.rows) + maxCollections - 1) / maxCollections
		for rows := range slices.Chunk(b.rows, size) {
			smaller = append(smaller, c.taskBatch(writes, rows, b.mode))
		}
	}
	return smaller
}

// taskReference names the field of a reference that the user may not see: on a
// Task the id's prefix tells it, and the message often nothing else.
func taskReference(e *Error) {
	if e.Code != "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" || e.Kind != Refused {
		return
	}
	for _, prefix := range []string{": 001", ": 006", ": 500"} {
		if strings.Contains(e.Message, prefix) {
			e.Kind, e.Fields = FieldRefused, []string{"WhatId"}
		}
	}
}

// mode is how a collection of Tasks is written.
type mode int

const (
	plainCreate mode = iota
	upsert
	update
	modes
)

func (c *Client) modeOf(w TaskWrite) mode {
	switch {
	case w.ID != "":
		return update
	case c.externalID == "" || w.Key == "":
		return plainCreate
	}
	// What the admin maps to the field goes before our key. It may not be
	// unique to the call, so nothing is written by it.
	if v, mapped := w.Fields[c.externalID]; mapped && v != w.Key {
		return plainCreate
	}
	return upsert
}

// taskBatches sorts the writes into collections. Tasks of one parent stand
// together, so that no two requests fight for its lock.
func (c *Client) taskBatches(writes []TaskWrite) []batch {
	var groups [modes][]int
	for i, w := range writes {
		m := c.modeOf(w)
		groups[m] = append(groups[m], i)
	}
	var batches []batch
	for m, group := range groups {
		slices.SortStableFunc(group, func(a, b int) int { return compareParents(writes[a], writes[b]) })
		for len(group) > 0 {
			n := cut(writes, group)
			batches = append(batches, c.taskBatch(writes, group[:n], mode(m)))
			group = group[n:]
		}
	}
	return batches
}

func compareParents(a, b TaskWrite) int {
	return cmp.Or(
		cmp.Compare(text(a.Fields, "WhatId"), text(b.Fields, "WhatId")),
		cmp.Compare(text(a.Fields, "WhoId"), text(b.Fields, "WhoId")),
	)
}

func text(fields map[string]any, name string) string {
	s, ok := fields[name].(string)
	if !ok {
		return ""
	}
	return s
}

// cut says how many of the rows go into the next collection: as many as it
// holds, or fewer to keep a parent whole when that costs no further collection.
func cut(writes []TaskWrite, rows []int) int {
	if len(rows) <= maxCollection {
		return len(rows)
	}
	n := maxCollection
	for n > 0 && compareParents(writes[rows[n-1]], writes[rows[n]]) == 0 {
		n--
	}
	if n > 0 && collections(len(rows)-n) < collections(len(rows)) {
		return n
	}
	return maxCollection
}

func collections(rows int) int { return (rows + maxCollection - 1) / maxCollection }

// taskBatch writes one collection.
func (c *Client) taskBatch(writes []TaskWrite, rows []int, m mode) batch {
	size := 64
	for _, i := range rows {
		size += sizeOf(writes[i].Fields)
	}
	w := newCollection(size)
	for _, i := range rows {
		t := writes[i]
		switch m {
		case upsert:
			w.add("Task", "", c.externalID, t.Key, t.Fields)
		default:
			w.add("Task", t.ID, "", "", t.Fields)
		}
	}
	p := part{method: http.MethodPatch, path: c.data("/composite/sobjects"), body: w.end()}
	switch m {
	case plainCreate:
		p.method = http.MethodPost
	case upsert:
		p.path += "/Task/" + c.externalID
	}
	return batch{part: p, rows: rows, mode: m}
}

// sizeOf guesses how long a record will be, so that its buffer need not grow.
func sizeOf(fields map[string]any) int {
	n := 64
	for name, v := range fields {
		n += len(name) + 16
		if s, ok := v.(string); ok {
			n += len(s) + len(s)/8
		}
	}
	return n
}

// readRows maps a collection's answer back to the rows it came from. It
// returns the error of a collection that was refused as one.
func readRows(r reply[[]row], b batch, purpose string, results []Result) *Error {
	if r.Status >= 300 || len(r.Body) != len(b.rows) {
		e := wholeError(r)
		e.Purpose = purpose
		for _, i := range b.rows {
			results[i] = Result{Err: e.clone()}
		}
		return e
	}
	for n, i := range b.rows {
		one := r.Body[n]
		if one.Success && one.ID != "" {
			// An upsert says whether it created; the others have no such word.
			results[i] = Result{ID: one.ID, Created: b.mode != update && (one.Created == nil || *one.Created)}
			continue
		}
		e := typed(one.Errors, r.Status, true, true)
		e.Purpose = purpose
		results[i] = Result{Err: e}
	}
	return nil
}

// wholeError is for a collection that was refused as one.
func wholeError(r reply[[]row]) *Error {
	if r.Status >= 300 {
		if len(r.Body) > 0 && r.Body[0].code() != "" {
			return typed([]apiError{r.Body[0].apiError}, r.Status, true, false)
		}
		return statusError(r.Status, true)
	}
	return &Error{Kind: Unknown, Status: r.Status, Message: "the answer lacks rows", Uncertain: true}
}

// clone keeps rows from sharing one error that a caller may complete.
func (e *Error) clone() *Error {
	c := *e
	return &c
}

func failRows(results []Result, batches []batch, e *Error) {
	for _, b := range batches {
		for _, i := range b.rows {
			results[i] = Result{Err: e.clone()}
		}
	}
}

// notTried is the error of rows whose request was not sent because an earlier
// one failed. Where that one says to wait, so does this.
func notTried(cause *Error) *Error {
	e := &Error{Kind: cause.Kind, Code: cause.Code, Purpose: cause.Purpose, Message: "not sent: an earlier request failed", Status: cause.Status, Err: cause}
	if e.Kind == Unknown || e.Kind == Refused {
		e.Kind = NotSent
	}
	return e
}
