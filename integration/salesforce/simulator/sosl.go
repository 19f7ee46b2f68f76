package simulator

import (
	"net/http"
	"strings"
)

// sosl is a parsed FIND statement.
type sosl struct {
	find      *searchNode
	length    int    // of the text between the braces
	scope     string // PHONE, NAME, EMAIL, ALL
	returning []*query
	limit     int
}

func (o *Org) searchCall(c *call) reply {
	if c.method != http.MethodGet {
		return refused(wrongMethod(c.method))
	}
	s, fail := o.parseSearch(c.query.Get("q"))
	if fail != nil {
		return refused(fail)
	}
	return ok(object{{"searchRecords", o.runSearch(s, c.version)}})
}

// parseSearch reads FIND {text} IN x FIELDS RETURNING ... WITH ... LIMIT n.
func (o *Org) parseSearch(text string) (*sosl, *apiError) {
	if len(text) > maxStatement {
		return nil, malformedSearch("SOSL statement is too long")
	}
	trimmed := strings.TrimLeft(text, " \n\t")
	start := len(text) - len(trimmed)
	if len(trimmed) < 4 || !strings.EqualFold(trimmed[:4], "FIND") {
		return nil, malformedSearch("line 1:%d no viable alternative at input '%s'", start, firstWord(trimmed))
	}
	open := start + 4
	for open < len(text) && strings.IndexByte(" \n\t", text[open]) >= 0 {
		open++
	}
	if open >= len(text) || text[open] != '{' {
		return nil, malformedSearch("line 1:%d mismatched input expecting '{'", open)
	}
	end := closingBrace(text, open+1)
	if end < 0 {
		return nil, malformedSearch("line 1:%d mismatched character '<EOF>' expecting '}'", len(text))
	}
	node, fail := searchText(text[open+1:end], open+1)
	if fail != nil {
		return nil, fail
	}
	out := &sosl{find: node, length: end - open - 1, scope: "ALL", limit: -1}
	tokens, fail := statement(text).lex(end + 1)
	if fail != nil {
		return nil, malformedSearch("%s", fail.message)
	}
	p := &parser{org: o, text: statement(text), tokens: tokens}
	if fail := p.searchClauses(out); fail != nil {
		if fail.code == "MALFORMED_QUERY" {
			fail.code = "MALFORMED_SEARCH"
		}
		return nil, fail
	}
	return out, nil
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

func closingBrace(text string, from int) int {
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '}':
			return i
		}
	}
	return -1
}

func (p *parser) searchClauses(s *sosl) (fail *apiError) {
	if p.word("IN") {
		s.scope = strings.ToUpper(p.next().text)
		switch s.scope {
		case "ALL", "NAME", "EMAIL", "PHONE", "SIDEBAR":
		default:
			p.at--
			return p.unexpected()
		}
		if !p.word("FIELDS") {
			return p.unexpected()
		}
	}
	if p.word("RETURNING") {
		for {
			if fail = p.returning(s); fail != nil {
				return fail
			}
			if !p.symbol(",") {
				break
			}
		}
	}
	for p.word("WITH") {
		for t := p.peek(); t.kind != endToken && !strings.EqualFold(t.text, "LIMIT") && !strings.EqualFold(t.text, "WITH"); t = p.peek() {
			p.at++ // spell correction, snippets, data categories: nothing here depends on them
		}
	}
	if p.word("LIMIT") {
		if s.limit, fail = p.count(); fail != nil {
			return fail
		}
	}
	return p.need(p.peek().kind == endToken)
}

// returning reads Object(fields WHERE .. ORDER BY .. LIMIT n).
func (p *parser) returning(s *sosl) *apiError {
	q := &query{text: p.text, limit: -1}
	if fail := p.from(q); fail != nil {
		return fail
	}
	s.returning = append(s.returning, q)
	if !p.symbol("(") {
		return nil
	}
	if fail := p.selections(q, ""); fail != nil {
		return fail
	}
	if fail := p.clauses(q); fail != nil {
		return fail
	}
	return p.need(p.symbol(")"))
}

const (
	rowsOfOne  = 250   // of a plain single object
	rowsOfMany = 2_000 // examined in one search, and returned at most
)

// runSearch answers a statement as one flat list, object after object.
func (o *Org) runSearch(s *sosl, version string) []object {
	out := []object{}
	if s.length > searchLimit {
		return out
	}
	o.refreshIndex()
	found := o.searchSet(s.find, s)
	if len(s.returning) == 0 {
		for _, kind := range o.list {
			if kind.searchable {
				s.returning = append(s.returning, &query{from: kind, limit: -1})
			}
		}
	}
	examined := o.examined(s, found)
	for _, q := range s.returning {
		limit := rowCap(len(s.returning), q)
		if q.limit >= 0 {
			limit = min(limit, q.limit)
		}
		rows := []*record{}
		o.prepareJoins(q.where)
		for _, r := range examined {
			if r.of == q.from && (q.where == nil || q.where.holds(o, r)) {
				rows = append(rows, r)
			}
		}
		o.sortRows(rows, q.order)
		for _, r := range cut(rows, q.offset, limit) {
			out = append(out, o.renderHit(r, q, version))
		}
	}
	return cut(out, 0, s.limit)
}

// rowCap is how many rows one of n objects may return.
func rowCap(n int, q *query) int {
	if n > 1 {
		return min(rowsOfMany/n, rowsOfOne)
	}
	if q.where != nil || len(q.order) > 0 {
		return rowsOfMany
	}
	return rowsOfOne
}

// examined is the part of the hits that search looks at, before any WHERE.
func (o *Org) examined(s *sosl, found map[*record]bool) []*record {
	out := []*record{}
	for _, q := range s.returning {
		out = append(out, sortedHits(found, q.from)...)
	}
	return out[:min(len(out), rowsOfMany)]
}

func (o *Org) renderHit(r *record, q *query, version string) object {
	if len(q.selected) == 0 {
		return object{{"attributes", attributes(r, version)}, {"Id", r.id}}
	}
	return o.render(r, q.selected, version)
}
