package simulator

import (
	"strconv"
	"strings"
	"time"
)

// condition is a node of WHERE.
type condition interface {
	holds(o *Org, r *record) bool
}

type (
	both    struct{ left, right condition }
	either  struct{ left, right condition }
	negated struct{ inner condition }
)

func (c both) holds(o *Org, r *record) bool    { return c.left.holds(o, r) && c.right.holds(o, r) }
func (c either) holds(o *Org, r *record) bool  { return c.left.holds(o, r) || c.right.holds(o, r) }
func (c negated) holds(o *Org, r *record) bool { return !c.inner.holds(o, r) }

// condition reads terms joined by AND, or by OR; mixing them needs parentheses.
func (p *parser) condition(from *sobject) (condition, *apiError) {
	left, fail := p.term(from)
	if fail != nil {
		return nil, fail
	}
	joined := ""
	for {
		word := strings.ToUpper(p.peek().text)
		if p.peek().kind != wordToken || word != "AND" && word != "OR" {
			return left, nil
		}
		if joined != "" && joined != word {
			return nil, p.unexpected()
		}
		joined = word
		p.at++
		right, fail := p.term(from)
		if fail != nil {
			return nil, fail
		}
		if word == "AND" {
			left = both{left, right}
		} else {
			left = either{left, right}
		}
	}
}

func (p *parser) term(from *sobject) (condition, *apiError) {
	if p.word("NOT") {
		inner, fail := p.term(from)
		return negated{inner}, fail
	}
	if p.symbol("(") {
		inner, fail := p.condition(from)
		if fail != nil {
			return nil, fail
		}
		return inner, p.need(p.symbol(")"))
	}
	return p.comparison(from)
}

// comparison is one field against one value or a list.
type comparison struct {
	path      *path
	aggregate string // in HAVING
	op        string // = != < > <= >= LIKE IN NOT IN
	value     operand
	list      []operand
	set       map[any]bool // of IN, by comparable form
	sub       *query       // a semi-join
	subPath   *path
	like      pattern
}

func (p *parser) comparison(from *sobject) (condition, *apiError) {
	t := p.next()
	if t.kind != wordToken {
		return nil, p.text.errorAt(t.at, "MALFORMED_QUERY", "unexpected token: '%s'", t.text)
	}
	c := &comparison{}
	var fail *apiError
	if p.symbol("(") {
		var sel selection
		sel, fail = p.aggregate(from, strings.ToUpper(t.text))
		c.path, c.aggregate = sel.path, sel.aggregate
	} else {
		c.path, fail = p.path(from, t)
	}
	if fail != nil {
		return nil, fail
	}
	if c.path != nil && c.path.leaf != nil && c.path.leaf.unfiltered {
		return nil, p.text.errorAt(t.at, "INVALID_FIELD", "field '%s' can not be filtered in a query call", c.path.leaf.name)
	}
	return c, p.operator(c)
}

func (p *parser) operator(c *comparison) *apiError {
	t := p.next()
	switch op := strings.ToUpper(t.text); {
	case t.kind == symbolToken && strings.Contains(" = != <> < > <= >= ", " "+op+" "):
		c.op = strings.Replace(op, "<>", "!=", 1)
		return p.operand(c)
	case t.kind == wordToken && op == "LIKE":
		c.op = "LIKE"
		at := p.peek().at
		if fail := p.operand(c); fail != nil {
			return fail
		}
		s, ok := c.value.value.(string)
		if !ok {
			return p.text.errorAt(at, "MALFORMED_QUERY", "LIKE needs a string")
		}
		c.like = newPattern(s)
		return nil
	case t.kind == wordToken && op == "IN":
		c.op = "IN"
		return p.listOf(c)
	case t.kind == wordToken && op == "NOT" && p.word("IN"):
		c.op = "NOT IN"
		return p.listOf(c)
	}
	p.at = max(0, p.at-1)
	return p.text.errorAt(t.at, "MALFORMED_QUERY", "unexpected token: '%s'", t.text)
}

func (p *parser) operand(c *comparison) (fail *apiError) {
	c.value, fail = p.literal(c)
	return fail
}

func (p *parser) listOf(c *comparison) *apiError {
	if !p.symbol("(") {
		return p.unexpected()
	}
	if strings.EqualFold(p.peek().text, "SELECT") {
		return p.semiJoin(c)
	}
	c.set = map[any]bool{}
	for {
		v, fail := p.literal(c)
		if fail != nil {
			return fail
		}
		c.list = append(c.list, v)
		c.set[v.value] = true
		if p.symbol(")") {
			return nil
		}
		if !p.symbol(",") {
			return p.unexpected()
		}
	}
}

func (p *parser) semiJoin(c *comparison) *apiError {
	q, fail := p.query()
	if fail != nil {
		return fail
	}
	if len(q.selected) != 1 || q.selected[0].aggregate != "" {
		return bad("MALFORMED_QUERY", "Semi join sub-selects can only query one field")
	}
	if !p.symbol(")") {
		return p.unexpected()
	}
	c.sub, c.subPath = q, q.selected[0].path
	return nil
}

// operand is a literal made comparable: nil, lower case text, float64, bool,
// time.Time or a date as text. until is set for a span such as TODAY.
type operand struct {
	value any
	until any
}

// literal reads a value and checks that it fits the field.
func (p *parser) literal(c *comparison) (operand, *apiError) {
	t := p.next()
	kind := "double"
	if c.aggregate == "" || c.aggregate == "MIN" || c.aggregate == "MAX" {
		kind = c.path.kind()
	}
	if t.kind == wordToken && strings.EqualFold(t.text, "null") {
		return operand{}, nil
	}
	if v, ok := p.fitting(kind, t); ok {
		return v, nil
	}
	if t.kind == endToken || t.kind == symbolToken {
		return operand{}, p.text.errorAt(t.at, "MALFORMED_QUERY", "unexpected token: '%s'", t.text)
	}
	name := c.path.name()
	if t.kind == stringToken && (kind == "id" || kind == "reference") {
		return operand{}, p.text.errorAt(t.at, "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: %s", t.text)
	}
	if isText(kind) {
		return operand{}, p.text.errorAt(t.at, "INVALID_FIELD", "value of filter criterion for field '%s' must be of type string and should be enclosed in quotes", name)
	}
	return operand{}, p.text.errorAt(t.at, "INVALID_FIELD", "value of filter criterion for field '%s' must be of type %s and should not be enclosed in quotes", name, strings.Replace(kind, "datetime", "dateTime", 1))
}

func isText(kind string) bool {
	switch kind {
	case "boolean", "int", "double", "currency", "percent", "date", "datetime":
		return false
	}
	return true
}

func (p *parser) fitting(kind string, t token) (operand, bool) {
	switch kind {
	case "boolean":
		is := strings.EqualFold(t.text, "true")
		return operand{value: is}, t.kind == wordToken && (is || strings.EqualFold(t.text, "false"))
	case "int", "double", "currency", "percent":
		n, err := strconv.ParseFloat(t.text, 64)
		return operand{value: n}, err == nil && t.kind == literalToken
	case "date":
		if t.kind == wordToken {
			from, to, ok := span(t.text, p.org.now().UTC())
			return operand{from.Format(time.DateOnly), to.Format(time.DateOnly)}, ok
		}
		_, err := time.Parse(time.DateOnly, t.text)
		return operand{value: t.text}, err == nil && t.kind == literalToken
	case "datetime":
		if t.kind == wordToken {
			from, to, ok := span(t.text, p.org.now().UTC())
			return operand{from, to}, ok
		}
		at, ok := parseMoment(t.text)
		return operand{value: at.UTC()}, ok && t.kind == literalToken
	case "id", "reference":
		id, ok := fullID(t.text)
		return operand{value: lower(id)}, t.kind == stringToken && (ok || t.text == "")
	}
	return operand{value: lower(t.text)}, t.kind == stringToken && len(t.text) <= maxLiteral
}

// comparable brings a stored value to the form of an operand.
func comparable(v any) any {
	switch v := v.(type) {
	case string:
		return lower(v)
	case int64:
		return float64(v)
	}
	return v
}

func (c *comparison) holds(o *Org, r *record) bool {
	return c.accepts(o, o.follow(r, c.path))
}

func (c *comparison) accepts(o *Org, stored any) bool {
	v := comparable(stored)
	switch c.op {
	case "=":
		return c.equals(v)
	case "!=":
		return !c.equals(v)
	case "LIKE":
		s, ok := v.(string)
		return ok && c.like.matches(s)
	case "IN", "NOT IN":
		in := false
		if c.sub != nil {
			in = c.set[v]
		} else if in = c.set[v]; !in {
			for _, one := range c.list {
				in = in || one.until != nil && inSpan(v, one)
			}
		}
		return in == (c.op == "IN")
	}
	return c.ordered(v)
}

func (c *comparison) equals(v any) bool {
	if c.value.until != nil {
		return inSpan(v, c.value)
	}
	if at, ok := v.(time.Time); ok {
		other, ok := c.value.value.(time.Time)
		return ok && at.Equal(other)
	}
	if v == nil && c.value.value == "" {
		return true // SOQL holds an empty string and null equal
	}
	return v == c.value.value
}

func inSpan(v any, s operand) bool {
	return v != nil && compare(v, s.value) >= 0 && compare(v, s.until) < 0
}

// ordered answers < > <= >=. Beyond a span means after its end.
func (c *comparison) ordered(v any) bool {
	if v == nil || c.value.value == nil {
		return false
	}
	switch c.op {
	case "<":
		return compare(v, c.value.value) < 0
	case ">=":
		return compare(v, c.value.value) >= 0
	}
	if c.value.until != nil {
		return (compare(v, c.value.until) >= 0) == (c.op == ">")
	}
	if c.op == ">" {
		return compare(v, c.value.value) > 0
	}
	return compare(v, c.value.value) <= 0
}

// compare orders two values of one type; nil comes first.
func compare(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	switch a := a.(type) {
	case string:
		if b, ok := b.(string); ok {
			return strings.Compare(a, b)
		}
	case float64:
		if b, ok := b.(float64); ok {
			return sign(a - b)
		}
	case time.Time:
		if b, ok := b.(time.Time); ok {
			return a.Compare(b)
		}
	case bool:
		if b, ok := b.(bool); ok && a != b {
			if a {
				return 1
			}
			return -1
		}
	}
	return 0
}

func sign(d float64) int {
	switch {
	case d < 0:
		return -1
	case d > 0:
		return 1
	}
	return 0
}
