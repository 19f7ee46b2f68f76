package aircall

import (
	"context"
	"net/http"
	"net/url"
)

// perPage is the most that Aircall gives at once; maxPages is more than the
// 10,000 things that any list reaches.
const (
	perPage  = "50"
	maxPages = 250
)

// list reads all pages of a list. element reads one thing; more, when given, is
// told the total after the first page and may say to go no further.
type list struct {
	path    string
	query   url.Values
	key     string // of the things in the answer
	element func(*reader)
	more    func(total int) bool
	past    bool // is long and can wait
}

func (c *Client) all(ctx context.Context, l list) error {
	q := request{method: http.MethodGet, path: l.path, query: url.Values{"per_page": {perPage}}, past: l.past}
	for key, values := range l.query {
		q.query[key] = values
	}
	for page := 1; ; page++ {
		body, err := c.do(ctx, q)
		if err != nil {
			return err
		}
		meta, ok := readPage(body, l)
		if !ok {
			return c.unreadable(q)
		}
		if meta.next == "" || l.more != nil && !l.more(meta.total) {
			return nil
		}
		if page == maxPages {
			return &Error{Kind: Unavailable, Message: "the list does not end", request: q.String()}
		}
		next, err := url.Parse(meta.next)
		if err != nil || next.Scheme != c.base.Scheme || next.Host != c.base.Host || next.User != nil {
			return &Error{Kind: Unavailable, Message: "the next page is said to be on another host", request: q.String()}
		}
		q.query = next.Query()
	}
}

type meta struct {
	next  string
	total int
}

// readPage reports !ok when the list itself is not there: an answer without it
// must not pass for an empty one.
func readPage(body []byte, l list) (m meta, ok bool) {
	r := newReader(body)
	r.object(func(key []byte) {
		switch string(key) {
		case l.key:
			ok = r.dec.PeekKind() == '['
			r.list(func() { l.element(r) })
		case "meta":
			r.object(func(key []byte) {
				switch string(key) {
				case "next_page_link":
					m.next = r.text()
				case "total":
					m.total = r.int()
				default:
					r.skip()
				}
			})
		default:
			r.skip()
		}
	})
	return m, ok && r.err == nil
}

// one reads a single object, which Aircall wraps in its name.
func (c *Client) one(ctx context.Context, q request, key string, element func(*reader)) error {
	body, err := c.do(ctx, q)
	if err != nil {
		return err
	}
	found := false
	r := newReader(body)
	r.object(func(name []byte) {
		if string(name) != key {
			r.skip()
			return
		}
		found = r.dec.PeekKind() == '{'
		element(r)
	})
	if !found || r.err != nil {
		return c.unreadable(q)
	}
	return nil
}
