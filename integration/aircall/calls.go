package aircall

import (
	"bytes"
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Aircall reaches 10,000 calls of a list and silently no more. A span of time
// that holds nearly as many is halved.
const tooManyCalls = 9000

// FetchedCall is a call as the REST API gives it.
type FetchedCall struct {
	ID        string
	StartedAt time.Time
	EndedAt   time.Time // zero while it lasts
	Event     []byte    // to be stored like a delivery; see RESTEvent
}

// Calls gives the calls that started from from to to, both included, the
// earliest first. It stops at the first error. Aircall knows six months.
func (c *Client) Calls(ctx context.Context, from, to time.Time) iter.Seq2[FetchedCall, error] {
	return func(yield func(FetchedCall, error) bool) {
		c.callsBetween(ctx, from.Unix(), to.Unix(), yield)
	}
}

// callsBetween reports whether to go on.
func (c *Client) callsBetween(ctx context.Context, from, to int64, yield func(FetchedCall, error) bool) bool {
	if from > to {
		return true
	}
	var page []FetchedCall
	on, halve, first := true, false, true
	flush := func() {
		for _, call := range page {
			on = on && yield(call, nil)
		}
		page = page[:0]
	}
	err := c.all(ctx, list{
		path: "/v1/calls", key: "calls", past: true,
		query: url.Values{
			"from": {strconv.FormatInt(from, 10)}, "to": {strconv.FormatInt(to, 10)},
			"order": {"asc"}, "fetch_contact": {"true"},
		},
		element: func(r *reader) {
			if call := r.fetchedCall(); call.ID != "" {
				page = append(page, call)
			}
		},
		more: func(total int) bool {
			if halve = first && total > tooManyCalls && from < to; halve {
				return false
			}
			first = false
			flush()
			return on
		},
	})
	switch {
	case err != nil:
		yield(FetchedCall{}, err)
		return false
	case halve:
		middle := from + (to-from)/2
		return c.callsBetween(ctx, from, middle, yield) && c.callsBetween(ctx, middle+1, to, yield)
	}
	flush()
	return on
}

// Call gives one call.
func (c *Client) Call(ctx context.Context, id string) (FetchedCall, error) {
	var call FetchedCall
	q := request{method: http.MethodGet, path: "/v1/calls/" + url.PathEscape(id), query: url.Values{"fetch_contact": {"true"}}}
	err := c.one(ctx, q, "call", func(r *reader) { call = r.fetchedCall() })
	if err == nil && call.ID == "" {
		err = c.unreadable(q)
	}
	return call, err
}

func (r *reader) fetchedCall() (call FetchedCall) {
	raw, err := r.dec.ReadValue()
	if err != nil {
		r.err = err
		return call
	}
	inner := newReader(bytes.Clone(raw))
	inner.object(func(key []byte) {
		switch string(key) {
		case "id":
			call.ID = inner.id()
		case "started_at":
			call.StartedAt = inner.time()
		case "ended_at":
			call.EndedAt = inner.time()
		default:
			inner.skip()
		}
	})
	call.Event = RESTEvent(raw)
	return call
}
