package simulator

import (
	"slices"
	"strings"
	"time"
)

// searchIndex is what search knows: the phone numbers of records as they were
// some time ago. It lags on purpose.
type searchIndex struct {
	digits  map[string][]*record
	pending []pendingRow // in the order of their moments
}

type pendingRow struct {
	at  time.Time
	row *record
}

// noteForSearch queues a saved record for the index.
func (o *Org) noteForSearch(r *record) {
	if !r.of.searchable {
		return
	}
	switch {
	case o.faults.delayOfIndex() == 0 && len(o.search.pending) == 0:
		o.search.take(r)
	default:
		o.search.pending = append(o.search.pending, pendingRow{o.now(), r})
	}
}

// refreshIndex takes in what was saved long enough ago.
func (o *Org) refreshIndex() {
	until := o.now().Add(-o.faults.delayOfIndex())
	n := 0
	for n < len(o.search.pending) && !o.search.pending[n].at.After(until) {
		o.search.take(o.search.pending[n].row)
		n++
	}
	o.search.pending = slices.Delete(o.search.pending, 0, n)
}

func (x *searchIndex) take(r *record) {
	r.indexed = true
	var now []string
	for _, f := range r.of.fields {
		if s, ok := r.get(f).(string); ok && f.kind == "phone" && r.of.shows(f) {
			now = append(now, phoneTokens(s)...)
		}
	}
	for _, old := range r.phones {
		if !slices.Contains(now, old) {
			x.digits[old] = slices.DeleteFunc(x.digits[old], func(other *record) bool { return other == r })
		}
	}
	for _, d := range now {
		if !slices.Contains(r.phones, d) {
			r.phones = append(r.phones, d)
			x.digits[d] = append(x.digits[d], r)
		}
	}
	r.phones = now
}

// phoneTokens are the digits of a number without its formatting; what follows
// a letter or # (an extension) is a token of its own.
func phoneTokens(s string) []string {
	var out []string
	for part := range strings.FieldsFuncSeq(s, func(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '#' || c == ';' }) {
		if d := digitsOf(part); d != "" && !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}

func digitsOf(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if isDigit(s[i]) {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// byPhone finds records by all digits of a number; with a wildcard, by the first ones.
func (x *searchIndex) byPhone(digits string, prefix bool) []*record {
	if !prefix {
		return x.digits[digits]
	}
	var out []*record
	for d, rows := range x.digits {
		if strings.HasPrefix(d, digits) {
			out = append(out, rows...)
		}
	}
	return out
}

// words splits text into tokens at spaces and punctuation.
func words(s string) []string {
	return strings.FieldsFunc(lower(s), func(c rune) bool {
		return c < 128 && !isLetter(byte(c)) && !isDigit(byte(c)) || c == '_'
	})
}
