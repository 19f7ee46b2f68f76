package salesforce

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"
)

// What one Composite may hold.
const (
	maxCollection  = 200 // records of one collection
	maxCollections = 5   // collections and queries of one Composite
)

// part is one subrequest of a Composite.
type part struct {
	method string
	path   string
	header string // JSON members of httpHeaders; "" = none
	body   []byte // JSON; nil = none
}

// reply is one subrequest's answer. T fits what the parts answer.
type reply[T any] struct {
	Body        T      `json:"body"`
	Status      int    `json:"httpStatusCode"`
	ReferenceID string `json:"referenceId"`
}

// composite sends the parts as one request, which counts as one. The replies
// stand in the order of the parts.
func composite[T any](ctx context.Context, c *Client, r request, parts []part) ([]reply[T], error) {
	var body struct {
		Replies []reply[T] `json:"compositeResponse"`
	}
	r.method, r.path, r.body = http.MethodPost, c.data("/composite"), encodeParts(parts)
	if err := c.do(ctx, r, &body); err != nil {
		return nil, err
	}
	ordered := make([]reply[T], len(parts))
	seen := 0
	for _, one := range body.Replies {
		if i, ok := referenceIndex(one.ReferenceID); ok && i < len(parts) && ordered[i].Status == 0 {
			ordered[i] = one
			seen++
		}
	}
	if seen != len(parts) {
		return nil, &Error{Kind: lost(r.write), Purpose: r.purpose, Status: http.StatusOK, Uncertain: r.write,
			Message: "the answer lacks subrequests"}
	}
	return ordered, nil
}

// reference names part i. It must start with a letter and hold no dash.
func reference(i int) string { return "r" + strconv.Itoa(i) }

func referenceIndex(ref string) (int, bool) {
	if len(ref) < 2 || ref[0] != 'r' {
		return 0, false
	}
	i, err := strconv.Atoi(ref[1:])
	return i, err == nil && i >= 0
}

func encodeParts(parts []part) []byte {
	size := 64
	for _, p := range parts {
		size += len(p.path) + len(p.body) + 160
	}
	b := append(make([]byte, 0, size), `{"allOrNone":false,"compositeRequest":[`...)
	for i, p := range parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, `{"method":"`...), p.method...), `","url":`...)
		b = appendString(b, p.path)
		b = append(append(append(b, `,"referenceId":"`...), reference(i)...), '"')
		if p.header != "" {
			b = append(append(append(b, `,"httpHeaders":{`...), p.header...), '}')
		}
		if p.body != nil {
			b = append(append(b, `,"body":`...), p.body...)
		}
		b = append(b, '}')
	}
	return append(b, `]}`...)
}

// queryPart is a SOQL query as a subrequest.
func (c *Client) queryPart(resource, soql string) part {
	return part{method: http.MethodGet, path: c.data("/" + resource + "?q=" + url.QueryEscape(soql))}
}

// collection writes records for the collections resource one after another.
// "attributes" goes first: rows without it at their head are refused in places.
type collection struct {
	b    []byte
	keys []string // reused from row to row
	rows int
}

func newCollection(size int) *collection {
	return &collection{b: append(make([]byte, 0, size), `{"allOrNone":false,"records":[`...)}
}

// add appends one record. ext and key, when given, identify it for an upsert,
// id for an update.
func (w *collection) add(object, id, ext, key string, fields map[string]any) {
	if w.rows > 0 {
		w.b = append(w.b, ',')
	}
	w.rows++
	w.b = append(append(append(w.b, `{"attributes":{"type":"`...), object...), `"}`...)
	if id != "" {
		w.b = appendString(append(w.b, `,"id":`...), id)
	}
	if ext != "" {
		w.b = appendString(appendName(w.b, ext), key)
	}
	w.keys = w.keys[:0]
	for name := range fields {
		if name != ext {
			w.keys = append(w.keys, name)
		}
	}
	slices.Sort(w.keys)
	for _, name := range w.keys {
		w.b = appendValue(appendName(w.b, name), fields[name])
	}
	w.b = append(w.b, '}')
}

func (w *collection) end() []byte { return append(w.b, `]}`...) }

func appendName(b []byte, name string) []byte {
	return append(appendString(append(b, ','), name), ':')
}

// appendString quotes s. Bytes that are no UTF-8 become replacement
// characters; the error only says that there were some.
func appendString(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s)
	return b
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...) // a value JSON has no word for
	}
	return append(b, raw...)
}
