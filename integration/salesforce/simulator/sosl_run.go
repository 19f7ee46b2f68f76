package simulator

import (
	"slices"
	"strings"
)

// searchSet gives the records that a search text means.
func (o *Org) searchSet(n *searchNode, s *sosl) map[*record]bool {
	if n.op == "" {
		return o.termSet(n, s)
	}
	left, right := o.searchSet(n.left, s), o.searchSet(n.right, s)
	out := map[*record]bool{}
	switch n.op {
	case "OR":
		if len(right) > len(left) {
			left, right = right, left
		}
		for r := range right {
			left[r] = true
		}
		return left
	case "AND":
		for r := range left {
			if right[r] {
				out[r] = true
			}
		}
	default:
		for r := range left {
			if !right[r] {
				out[r] = true
			}
		}
	}
	return out
}

func (o *Org) termSet(n *searchNode, s *sosl) map[*record]bool {
	out := map[*record]bool{}
	if n.never {
		return out
	}
	if s.scope == "PHONE" || s.scope == "ALL" || s.scope == "SIDEBAR" {
		if d := digitsOf(n.term); d != "" && !hasLetters(n.term) {
			for _, r := range o.search.byPhone(d, n.wild) {
				out[r] = !r.deleted && !r.gone
			}
		}
	}
	if s.scope != "PHONE" {
		o.textHits(n, s, out)
	}
	for r, live := range out {
		if !live {
			delete(out, r)
		}
	}
	return out
}

func hasLetters(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool { return c >= 128 || isLetter(byte(c)) })
}

// textHits looks through the text fields of every searched object. Text is
// read as it is now; records too young for the index are left out.
func (o *Org) textHits(n *searchNode, s *sosl, out map[*record]bool) {
	wanted := words(n.term)
	for _, kind := range o.list {
		if !kind.searchable || !returns(s, kind) {
			continue
		}
		var fields []*field
		for _, f := range kind.visible() {
			if inScope(f, s.scope) {
				fields = append(fields, f)
			}
		}
		for _, r := range kind.table.rows {
			if !r.deleted && r.indexed && textMatches(r, fields, wanted, n) {
				out[r] = true
			}
		}
	}
}

func returns(s *sosl, kind *sobject) bool {
	if len(s.returning) == 0 {
		return true
	}
	return slices.ContainsFunc(s.returning, func(q *query) bool { return q.from == kind })
}

func inScope(f *field, scope string) bool {
	switch f.kind {
	case "email":
		return scope != "NAME"
	case "string", "textarea", "combobox", "url":
		return scope == "ALL" || scope == "SIDEBAR" || scope == "NAME" && f.nameField
	}
	return false
}

func textMatches(r *record, fields []*field, wanted []string, n *searchNode) bool {
	for _, f := range fields {
		s, _ := r.get(f).(string)
		if s == "" {
			continue
		}
		have := words(s)
		for i := range have {
			if i+len(wanted) <= len(have) && sequence(have[i:i+len(wanted)], wanted, n.wild) {
				return true
			}
		}
	}
	return false
}

func sequence(have, wanted []string, wild bool) bool {
	for i := range wanted {
		if have[i] == wanted[i] || wild && i == len(wanted)-1 && strings.HasPrefix(have[i], wanted[i]) {
			continue
		}
		return false
	}
	return len(wanted) > 0
}

// sortedHits gives the hits of one object in the order they were made.
func sortedHits(found map[*record]bool, s *sobject) []*record {
	var out []*record
	for r := range found {
		if r.of == s && !r.deleted {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *record) int { return strings.Compare(a.id, b.id) })
	return out
}

// parameterizedSearch is search without a statement.
func (o *Org) parameterizedSearch(c *call) reply {
	in := c.object()
	if in == nil {
		in = parameters(c)
	}
	text := in.text("q")
	if text == "" {
		return refused(malformedSearch("No search term found. The search term must be enclosed in braces."))
	}
	scope := in.text("in")
	if scope == "" {
		scope = "ALL"
	}
	statement := "FIND {" + escapeSearch(text) + "} IN " + scope + " FIELDS"
	for i, v := range in.list("sobjects") {
		part, _ := v.(object)
		statement += map[bool]string{true: " RETURNING ", false: ", "}[i == 0] + returningClause(part, in)
	}
	if n, ok := in.lookup("overallLimit"); ok {
		statement += " LIMIT " + strings.Trim(string(appendJSON(nil, n)), `"`)
	}
	s, fail := o.parseSearch(statement)
	if fail != nil {
		return refused(fail)
	}
	return ok(object{{"searchRecords", o.runSearch(s, c.version)}})
}

func returningClause(part, in object) string {
	fields := texts(part.list("fields"))
	if len(fields) == 0 {
		fields = texts(in.list("fields"))
	}
	if len(fields) == 0 {
		fields = []string{"Id"}
	}
	out := part.text("name") + "(" + strings.Join(fields, ", ")
	if where := part.text("where"); where != "" {
		out += " WHERE " + where
	}
	if order := part.text("orderBy"); order != "" {
		out += " ORDER BY " + order
	}
	limit, has := part.lookup("limit")
	if !has {
		limit, has = in.lookup("defaultLimit")
	}
	if has {
		out += " LIMIT " + strings.Trim(string(appendJSON(nil, limit)), `"`)
	}
	return out + ")"
}

// parameters brings the query form into the form of the JSON body.
func parameters(c *call) object {
	out := object{{"q", c.query.Get("q")}, {"in", c.query.Get("in")}}
	if n := c.query.Get("overallLimit"); n != "" {
		out = append(out, member{"overallLimit", number(n)})
	}
	var kinds []any
	for _, name := range c.query["sobject"] {
		kind := object{{"name", name}, {"where", c.query.Get(name + ".where")}, {"orderBy", c.query.Get(name + ".orderBy")}}
		var fields []any
		for f := range strings.SplitSeq(c.query.Get(name+".fields"), ",") {
			if f != "" {
				fields = append(fields, f)
			}
		}
		kind = append(kind, member{"fields", fields})
		if n := c.query.Get(name + ".limit"); n != "" {
			kind = append(kind, member{"limit", number(n)})
		}
		kinds = append(kinds, kind)
	}
	return append(out, member{"sobjects", kinds})
}

func escapeSearch(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(`?&|!{}[]()^~*:\"'+-`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
