package store

import (
	"context"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxFound is how many entries a search may find to be looked up first and
// sorted then. One that finds more is asked of each entry along the list,
// where the next page is never far.
const maxFound = 5_000

// maxSet is how many may be put together in memory to be counted by.
const maxSet = 25_000

// look is one thing that a search asks of an entry: to have one of some terms,
// or to be of one of some lines.
type look struct {
	terms clause
	lines []string
}

// has is the condition on an entry of the table, or on one that is named by a
// column elsewhere. It is asked of one entry after the other: without OFFSET,
// PostgreSQL would read everything with such a term first.
func (l look) has(id string) clause {
	c := cond("EXISTS (SELECT 1 FROM terms AS own WHERE own.entry_id = "+id+" AND "+l.terms.sql+" LIMIT 1 OFFSET 0)", l.terms.args...)
	if len(l.lines) > 0 {
		line := "EXISTS (SELECT 1 FROM entries AS mine WHERE mine.id = " + id + " AND mine.line_id IN ? LIMIT 1 OFFSET 0)"
		if id == listed {
			line = "entries.line_id IN ?"
		}
		c.sql = "(" + line + " OR " + c.sql + ")"
		c.args = append([]any{l.lines}, c.args...)
	}
	return c
}

// listed is the id of the entry at hand when the list itself is read.
const listed = "entries.id"

// ids selects what the look finds, some of it more than once.
func (l look) ids() clause {
	c := cond("SELECT entry_id FROM terms WHERE "+l.terms.sql, l.terms.args...)
	if len(l.lines) > 0 {
		c.sql += " UNION ALL SELECT id FROM entries WHERE line_id IN ?"
		c.args = append(slices.Clone(c.args), l.lines)
	}
	return c
}

// search adds what a person typed to the plan: a number in any spelling, the
// words of a name, or an id of Aircall or Salesforce. A word that may be an id
// is looked for as both.
func (s *Store) search(ctx context.Context, f Filter, p *plan) error {
	typed := tidy(f.Query)
	if typed == "" {
		return nil
	}
	looks, err := s.looksFor(ctx, typed, f.WholeNumbers)
	if err != nil {
		return err
	}
	exact, err := s.exactly(ctx, typed)
	if err != nil {
		return err
	}
	if len(looks) == 0 {
		p.found = named(nil, exact)
		return nil
	}
	size, err := s.fewestFirst(ctx, looks)
	if err != nil {
		return err
	}
	p.all = named(together(looks), exact)
	if size <= maxFound {
		p.found = p.all
		return nil
	}
	if size <= maxSet {
		p.set = &clause{"entries.id IN (" + p.all.sql + ")", p.all.args}
	}
	var each []string
	var args []any
	for _, l := range looks {
		c := l.has(listed)
		each, args = append(each, c.sql), append(args, c.args...)
	}
	all := cond("("+strings.Join(each, " AND ")+")", args...)
	if len(exact) > 0 {
		all = cond("("+all.sql+" OR id IN ?)", append(args, exact)...)
	}
	p.rest = append(p.rest, all)
	p.common = true
	return nil
}

// fewestFirst puts the look in front that finds the fewest, and tells how many
// it finds, up to one more than make a set.
func (s *Store) fewestFirst(ctx context.Context, looks []look) (int, error) {
	fewest := maxSet + 1
	for i := range looks {
		size, err := s.sizeOf(ctx, looks[i])
		if err != nil {
			return 0, err
		}
		if size < fewest {
			fewest = size
			looks[0], looks[i] = looks[i], looks[0]
		}
	}
	return fewest, nil
}

// named adds what is named by an id of its own to what is found otherwise.
func named(found *clause, exact []int64) *clause {
	switch {
	case len(exact) == 0 && found == nil:
		return &clause{sql: "SELECT 0 AS entry_id WHERE 1 = 0"}
	case len(exact) == 0:
		return found
	case found == nil:
		return &clause{"SELECT id AS entry_id FROM entries WHERE id IN ?", []any{exact}}
	}
	return &clause{found.sql + " UNION SELECT id FROM entries WHERE id IN ?", append(slices.Clone(found.args), exact)}
}

// together selects what the first look finds, each entry once, as far as the
// others fit.
func together(looks []look) *clause {
	ids := looks[0].ids()
	c := cond("SELECT DISTINCT entry_id FROM ("+ids.sql+") AS fewest WHERE 1 = 1", ids.args...)
	for _, l := range looks[1:] {
		has := l.has("fewest.entry_id")
		c.sql, c.args = c.sql+" AND "+has.sql, append(slices.Clone(c.args), has.args...)
	}
	return &c
}

// sorted is the plan with everything that the search finds, which is then
// sorted.
func (p plan) sorted() plan {
	p.found, p.rest = p.all, p.rest[:len(p.rest)-1] // the search itself, which was added last
	return p
}

// counted is the plan for whoever reads many entries: a search that finds not
// too many is a set then, in which each is looked up faster than in the terms.
func (p plan) counted() plan {
	switch {
	case !p.common:
	case len(p.branches) == 0 && len(p.rest) == 1:
		return p.sorted()
	case p.set != nil:
		p.rest = append(slices.Clone(p.rest[:len(p.rest)-1]), *p.set)
	}
	return p
}

// sizeOf is how many entries a look finds, up to one more than counts as few.
func (s *Store) sizeOf(ctx context.Context, l look) (int, error) {
	ids := l.ids()
	n := 0
	err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM ("+ids.sql+") AS found LIMIT ?) AS capped", append(slices.Clone(ids.args), maxSet+1)...).Scan(&n).Error
	return n, err
}

// exactly finds entries by an id of their own: the call's, the message's or
// the Task's.
func (s *Store) exactly(ctx context.Context, typed string) ([]int64, error) {
	if strings.ContainsFunc(typed, unicode.IsSpace) {
		return nil, nil
	}
	id := callID(typed)
	var ids []int64
	err := s.r.WithContext(ctx).Raw("SELECT id FROM entries WHERE object_id = ? UNION SELECT id FROM entries WHERE task_id = ? AND task_id <> '' LIMIT 50",
		id, longID(id)).Scan(&ids).Error
	return ids, err
}

// callID is the id in what Tasks call their call: "aircall:2100345001".
func callID(typed string) string {
	for _, before := range []string{"aircall:", "aircall-message:"} {
		if len(typed) > len(before) && strings.EqualFold(typed[:len(before)], before) {
			return typed[len(before):]
		}
	}
	return typed
}

func (s *Store) looksFor(ctx context.Context, typed string, wholeNumbers bool) ([]look, error) {
	if callID(typed) != typed {
		return nil, nil // nothing else is written like this
	}
	if looksLikeNumber(typed) {
		l := look{terms: numberTerms(typed, wholeNumbers)}
		if isRecordID(typed) { // of digits alone
			l.terms = l.terms.or(termRange("i:" + typed))
		}
		return []look{l}, nil
	}
	all := searchWords(typed)
	if len(all) == 0 {
		return nil, nil
	}
	lines, err := s.Lines(ctx)
	if err != nil {
		return nil, err
	}
	var looks []look
	for _, w := range all {
		l := look{}
		l.terms = termRange("w:" + w)
		if len(all) == 1 && isRecordID(typed) {
			l.terms = l.terms.or(termRange("i:" + typed))
		}
		for _, line := range lines {
			if slices.ContainsFunc(words(line.Name), func(n string) bool { return strings.HasPrefix(n, w) }) {
				l.lines = append(l.lines, line.ID)
			}
		}
		looks = append(looks, l)
	}
	return looks, nil
}

// abroad is what is dialled before a number of another country.
const abroad = "011"

// wholeDigits is how many digits a whole number has at least, nationalDigits
// how many without its country code, and countryDigits how many that may add.
const (
	wholeDigits    = 8
	nationalDigits = 9
	countryDigits  = 3
)

// numberTerms finds numbers that begin or end with the digits, however they
// are spelled.
//
// whole is for readers who may not see numbers: digits then find a number only
// when it is typed out, or each further digit would give it away.
func numberTerms(typed string, whole bool) clause {
	plus := strings.HasPrefix(strings.TrimLeft(typed, "( "), "+")
	d := digitsOf(strings.ReplaceAll(typed, "(0)", "")) // "+33 (0)6 12..."
	if national := strings.TrimLeft(d, "0"); national != "" {
		if strings.HasPrefix(d, abroad) && len(d) > len(abroad)+nationalDigits {
			national = d[len(abroad):]
		}
		d = national // "06 12..." and "0033 6 12..." alike
	}
	if whole {
		if len(d) < wholeDigits {
			return cond("1 = 0")
		}
		end, more := "r:"+reverse(d), 0
		if len(d) >= nationalDigits {
			more = countryDigits
		}
		ends := termRange(end)
		return cond("("+ends.sql+" AND length(term) <= ?)", append(ends.args, len(end)+more)...)
	}
	if plus { // it begins with the country
		return termRange("d:" + d)
	}
	return termRange("d:" + d).or(termRange("r:" + reverse(d)))
}

// subscriberDigits is how many digits of a number without its area make it out.
const subscriberDigits = 7

// NumbersLike are the numbers of entries that search finds by what was typed,
// when that is most of a number: at least a subscriber's.
func (s *Store) NumbersLike(ctx context.Context, typed string, limit int) ([]string, error) {
	typed = tidy(typed)
	if !looksLikeNumber(typed) || len(digitsOf(typed)) < subscriberDigits {
		return nil, nil
	}
	terms := numberTerms(typed, false)
	var found []string
	err := s.r.WithContext(ctx).Raw("SELECT DISTINCT external FROM entries WHERE id IN (SELECT entry_id FROM terms WHERE "+terms.sql+") AND external LIKE '+%' ORDER BY external LIMIT ?",
		append(terms.args, limit)...).Scan(&found).Error
	return found, wrapped("store: find numbers", err)
}

// tidy makes what was pasted look as if it was typed: usual digits and dashes,
// no marks that are not seen, no "tel:", and of an address in Salesforce the
// record's id.
func tidy(query string) string {
	query = clean(query)
	query = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.Is(unicode.Pd, r):
			return '-'
		}
		return r
	}, norm.NFKC.String(query))
	query = strings.TrimSpace(query)
	if len(query) > 4 && strings.EqualFold(query[:4], "tel:") {
		query = query[4:]
	}
	if strings.Contains(query, "://") {
		for _, part := range strings.FieldsFunc(query, func(r rune) bool { return r == '/' || r == '?' || r == '#' || r == '&' || r == '=' }) {
			if isRecordID(part) {
				return part
			}
		}
	}
	return query
}

// isRecordID reports whether a word is an id of Salesforce: letters and digits
// that begin with the three of its object.
func isRecordID(word string) bool {
	if len(word) != 15 && len(word) != 18 {
		return false
	}
	for _, r := range word {
		if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	return strings.ContainsAny(word, "0123456789")
}
