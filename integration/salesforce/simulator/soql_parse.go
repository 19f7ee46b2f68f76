package simulator

import (
	"strconv"
	"strings"
)

// query is a parsed SELECT, or what stands in the parentheses of RETURNING.
type query struct {
	text      statement
	from      *sobject
	selected  []selection
	countOnly bool
	where     condition
	groupBy   []*path
	having    condition
	order     []ordering
	limit     int // -1 means none
	offset    int
}

type selection struct {
	path      *path
	aggregate string // COUNT, COUNT_DISTINCT, MIN, MAX, SUM, AVG
	alias     string
}

type ordering struct {
	selection
	descending bool
	nullsLast  bool
}

// parser reads one statement for one org.
type parser struct {
	org    *Org
	text   statement
	tokens []token
	at     int
}

const (
	maxStatement = 100_000
	maxLiteral   = 4_000
)

// parseQuery reads a SOQL statement.
func (o *Org) parseQuery(text string) (*query, *apiError) {
	if len(text) > maxStatement {
		return nil, bad("MALFORMED_QUERY", "SOQL statement is too long: %d characters, at most %d", len(text), maxStatement)
	}
	if strings.TrimSpace(text) == "" {
		return nil, bad("MALFORMED_QUERY", "unexpected token: <EOF>")
	}
	s := statement(text)
	tokens, fail := s.lex(0)
	if fail != nil {
		return nil, fail
	}
	p := &parser{org: o, text: s, tokens: tokens}
	q, fail := p.query()
	if fail == nil && p.peek().kind != endToken {
		fail = p.unexpected()
	}
	return q, fail
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) next() token {
	t := p.tokens[p.at]
	if t.kind != endToken {
		p.at++
	}
	return t
}

func (p *parser) unexpected() *apiError {
	t := p.peek()
	return p.text.errorAt(t.at, "MALFORMED_QUERY", "unexpected token: '%s'", t.text)
}

// word takes a keyword when it comes next.
func (p *parser) word(w string) bool {
	if t := p.peek(); t.kind == wordToken && strings.EqualFold(t.text, w) {
		p.at++
		return true
	}
	return false
}

func (p *parser) words(first, second string) bool {
	if t := p.peek(); t.kind == wordToken && strings.EqualFold(t.text, first) &&
		strings.EqualFold(p.tokens[p.at+1].text, second) {
		p.at += 2
		return true
	}
	return false
}

func (p *parser) symbol(s string) bool {
	if t := p.peek(); t.kind == symbolToken && t.text == s {
		p.at++
		return true
	}
	return false
}

func (p *parser) need(ok bool) *apiError {
	if ok {
		return nil
	}
	return p.unexpected()
}

// query reads SELECT ... FROM ...; the fields are resolved after FROM is known.
func (p *parser) query() (*query, *apiError) {
	if !p.word("SELECT") {
		return nil, p.unexpected()
	}
	list := p.at
	for depth := 0; ; p.at++ {
		t := p.peek()
		if t.kind == endToken {
			return nil, p.unexpected()
		}
		if t.text == "(" && t.kind == symbolToken {
			depth++
		}
		if t.text == ")" && t.kind == symbolToken {
			depth--
		}
		if depth == 0 && p.word("FROM") {
			break
		}
		if depth < 0 {
			return nil, p.unexpected()
		}
	}
	q := &query{text: p.text, limit: -1}
	if fail := p.from(q); fail != nil {
		return nil, fail
	}
	after := p.at
	p.at = list
	if fail := p.selections(q, "FROM"); fail != nil {
		return nil, fail
	}
	p.at = after
	return q, p.clauses(q)
}

func (p *parser) from(q *query) *apiError {
	t := p.next()
	if t.kind != wordToken {
		p.at--
		return p.unexpected()
	}
	s, ok := p.org.objects[lower(t.text)]
	if !ok || s.hidden {
		return p.text.errorAt(t.at, "INVALID_TYPE", "sObject type '%s' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.", t.text)
	}
	q.from = s
	p.word("AS")
	if t := p.peek(); t.kind == wordToken && !clauseWord(t.text) {
		p.at++ // an alias; paths may begin with it
	}
	return nil
}

func clauseWord(w string) bool {
	switch strings.ToUpper(w) {
	case "WHERE", "ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING", "WITH", "FOR", "ALL", "USING", "UPDATE":
		return true
	}
	return false
}

func (p *parser) selections(q *query, until string) *apiError {
	for {
		if fail := p.selection(q); fail != nil {
			return fail
		}
		if p.symbol(",") {
			continue
		}
		if until != "" && !p.word(until) {
			return p.unexpected()
		}
		return nil
	}
}

func (p *parser) selection(q *query) *apiError {
	t := p.peek()
	if t.kind != wordToken || strings.EqualFold(t.text, "FROM") {
		return p.unexpected()
	}
	if next := p.tokens[p.at+1]; next.kind == symbolToken && next.text == "(" {
		return p.function(q)
	}
	p.at++
	found, fail := p.path(q.from, t)
	if fail != nil {
		return fail
	}
	q.selected = append(q.selected, selection{path: found, alias: p.alias()})
	return nil
}

// alias takes the name that a column is given, if any.
func (p *parser) alias() string {
	if a := p.peek(); a.kind == wordToken && !strings.EqualFold(a.text, "FROM") && !clauseWord(a.text) {
		p.at++
		return a.text
	}
	return ""
}

// function reads FIELDS(ALL) and the aggregates.
func (p *parser) function(q *query) *apiError {
	name := strings.ToUpper(p.next().text)
	p.at++ // the parenthesis
	if name == "FIELDS" {
		if !p.word("ALL") && !p.word("STANDARD") && !p.word("CUSTOM") {
			return p.unexpected()
		}
		for _, f := range q.from.visible() {
			q.selected = append(q.selected, selection{path: &path{names: []string{f.name}, leaf: f}})
		}
		return p.need(p.symbol(")"))
	}
	sel, fail := p.aggregate(q.from, name)
	if fail != nil {
		return fail
	}
	if sel.path == nil {
		q.countOnly = true
		return nil
	}
	sel.alias = p.alias()
	q.selected = append(q.selected, sel)
	return nil
}

// aggregate reads the rest of NAME(field). COUNT() has no path.
func (p *parser) aggregate(from *sobject, name string) (selection, *apiError) {
	switch name {
	case "COUNT", "COUNT_DISTINCT", "MIN", "MAX", "SUM", "AVG":
	default:
		p.at -= 2
		return selection{}, p.unexpected()
	}
	if name == "COUNT" && p.symbol(")") {
		return selection{aggregate: name}, nil
	}
	found, fail := p.path(from, p.next())
	if fail != nil {
		return selection{}, fail
	}
	return selection{path: found, aggregate: name}, p.need(p.symbol(")"))
}

// clauses reads what follows the object's name, in the one order that is allowed.
func (p *parser) clauses(q *query) (fail *apiError) {
	if p.word("USING") {
		p.next() // SCOPE
		p.next() // its name
	}
	if p.word("WHERE") {
		if q.where, fail = p.condition(q.from); fail != nil {
			return fail
		}
	}
	if p.word("WITH") {
		p.next() // SECURITY_ENFORCED, USER_MODE: the user sees everything anyway
	}
	if p.words("GROUP", "BY") {
		if fail = p.groups(q); fail != nil {
			return fail
		}
	}
	if p.words("ORDER", "BY") {
		if fail = p.orders(q); fail != nil {
			return fail
		}
	}
	if p.word("LIMIT") {
		if q.limit, fail = p.count(); fail != nil {
			return fail
		}
	}
	if p.word("OFFSET") {
		if q.offset, fail = p.count(); fail != nil {
			return fail
		}
		if q.offset > 2000 {
			return bad("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
		}
	}
	_ = p.words("FOR", "VIEW") || p.words("FOR", "REFERENCE") || p.words("ALL", "ROWS") // they change nothing here
	return nil
}

func (p *parser) groups(q *query) (fail *apiError) {
	for {
		found, fail := p.path(q.from, p.next())
		if fail != nil {
			return fail
		}
		q.groupBy = append(q.groupBy, found)
		if !p.symbol(",") {
			break
		}
	}
	if p.word("HAVING") {
		q.having, fail = p.condition(q.from)
	}
	return fail
}

func (p *parser) orders(q *query) *apiError {
	for {
		t := p.next()
		by := ordering{}
		var fail *apiError
		if p.symbol("(") {
			by.selection, fail = p.aggregate(q.from, strings.ToUpper(t.text))
		} else {
			by.path, fail = p.path(q.from, t)
		}
		if fail != nil {
			return fail
		}
		if by.path != nil && by.path.leaf != nil && by.path.leaf.unfiltered {
			return p.text.errorAt(t.at, "INVALID_FIELD", "field '%s' can not be sorted in a query call", by.path.leaf.name)
		}
		by.descending = p.word("DESC")
		if !by.descending {
			p.word("ASC")
		}
		by.nullsLast = by.descending
		if p.words("NULLS", "LAST") {
			by.nullsLast = true
		} else if p.words("NULLS", "FIRST") {
			by.nullsLast = false
		}
		q.order = append(q.order, by)
		if !p.symbol(",") {
			return nil
		}
	}
}

func (p *parser) count() (int, *apiError) {
	t := p.next()
	n, err := strconv.Atoi(t.text)
	if t.kind != literalToken || err != nil || n < 0 {
		p.at--
		return 0, p.unexpected()
	}
	return n, nil
}
