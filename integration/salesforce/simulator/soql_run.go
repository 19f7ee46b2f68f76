package simulator

import (
	"sort"
)

// find gives the rows that a query means, sorted and cut.
func (o *Org) find(q *query, deletedToo bool) []*record {
	rows := o.matching(q, deletedToo)
	o.sortRows(rows, q.order)
	return cut(rows, q.offset, q.limit)
}

func cut[T any](rows []T, offset, limit int) []T {
	rows = rows[min(offset, len(rows)):]
	if limit >= 0 && limit < len(rows) {
		rows = rows[:limit]
	}
	return rows
}

func (o *Org) matching(q *query, deletedToo bool) []*record {
	o.prepareJoins(q.where)
	rows, planned := o.candidates(q.from, q.where)
	if !planned {
		rows = q.from.table.rows
	}
	out := []*record{}
	seen := map[*record]bool{}
	for _, r := range rows {
		if r.gone || (r.deleted || archived(r)) && !deletedToo || r.of != q.from || planned && seen[r] {
			continue
		}
		if planned {
			seen[r] = true
		}
		if q.where == nil || q.where.holds(o, r) {
			out = append(out, r)
		}
	}
	return out
}

// archived reports whether the Task is so old that only queryAll sees it.
func archived(r *record) bool { return r.of.name == "Task" && r.is("IsArchived") }

// candidates uses an index where the condition allows it: an equality or a
// list on an indexed field, alone, joined by AND to anything, or joined by OR
// to another such one.
func (o *Org) candidates(s *sobject, c condition) (rows []*record, ok bool) {
	switch c := c.(type) {
	case both:
		if rows, ok = o.candidates(s, c.left); ok {
			return rows, true
		}
		return o.candidates(s, c.right)
	case either:
		left, ok := o.candidates(s, c.left)
		if !ok {
			return nil, false
		}
		right, ok := o.candidates(s, c.right)
		return append(append([]*record(nil), left...), right...), ok
	case *comparison:
		return o.lookups(s, c)
	}
	return nil, false
}

func (o *Org) lookups(s *sobject, c *comparison) ([]*record, bool) {
	values := c.list
	if c.op == "=" {
		values = []operand{c.value}
	}
	if c.op != "=" && (c.op != "IN" || c.sub != nil) || len(c.path.hops) > 0 || c.path.leaf == nil {
		return nil, false
	}
	byID := c.path.leaf.name == "Id"
	ix := s.table.indexOf(c.path.leaf)
	if !byID && ix == nil {
		return nil, false
	}
	var rows []*record
	for _, v := range values {
		key, isText := v.value.(string)
		switch {
		case !isText || key == "":
			return nil, false // null is not in the index
		case byID:
			if id, ok := repairCase(key); ok && o.rows[id] != nil {
				rows = append(rows, o.rows[id])
			}
		case c.path.leaf.kind == "reference":
			id, _ := repairCase(key)
			rows = append(rows, ix.rows[id]...)
		default:
			rows = append(rows, ix.rows[key]...)
		}
	}
	return rows, true
}

// prepareJoins runs the sub-selects of a condition once.
func (o *Org) prepareJoins(c condition) {
	switch c := c.(type) {
	case both:
		o.prepareJoins(c.left)
		o.prepareJoins(c.right)
	case either:
		o.prepareJoins(c.left)
		o.prepareJoins(c.right)
	case negated:
		o.prepareJoins(c.inner)
	case *comparison:
		if c.sub != nil {
			c.set = map[any]bool{}
			for _, r := range o.find(c.sub, false) {
				if v := o.follow(r, c.subPath); v != nil {
					c.set[comparable(v)] = true
				}
			}
		}
	}
}

func (o *Org) sortRows(rows []*record, by []ordering) {
	if len(by) == 0 {
		return
	}
	sort.SliceStable(rows, func(i, j int) bool {
		for _, b := range by {
			x, y := comparable(o.follow(rows[i], b.path)), comparable(o.follow(rows[j], b.path))
			if less, decided := b.less(x, y); decided {
				return less
			}
		}
		return false
	})
}

func (b ordering) less(x, y any) (less, decided bool) {
	if x == nil || y == nil {
		if x == nil && y == nil {
			return false, false
		}
		return (y == nil) == b.nullsLast, true
	}
	n := compare(x, y)
	if b.descending {
		n = -n
	}
	return n < 0, n != 0
}

// render writes the selected fields of a row, nesting those of parents.
func (o *Org) render(r *record, selected []selection, version string) object {
	out := make(object, 1, len(selected)+1)
	out[0] = member{"attributes", attributes(r, version)}
	for i := range selected {
		p := selected[i].path
		if len(p.hops) == 0 {
			if _, twice := out.lookup(p.names[0]); !twice {
				out = append(out, member{p.names[0], r.get(p.leaf)})
			}
			continue
		}
		out = o.renderParent(r, out, p, 0, version)
	}
	return out
}

// renderParent puts one field of a parent into the object of that parent.
func (o *Org) renderParent(r *record, out object, p *path, depth int, version string) object {
	f := r.of.byRelation[p.hops[depth]]
	var parent *record
	if f != nil {
		id, _ := r.get(f).(string)
		parent = o.rows[id]
	}
	name := p.names[depth]
	at := -1
	for i := range out {
		if out[i].name == name {
			at = i
		}
	}
	if at < 0 {
		at = len(out)
		out = append(out, member{name, nil})
	}
	if parent == nil {
		return out
	}
	nested, ok := out[at].value.(object)
	if !ok {
		nested = object{{"attributes", attributes(parent, version)}}
	}
	if depth+1 < len(p.hops) {
		nested = o.renderParent(parent, nested, p, depth+1, version)
	} else {
		leaf := *p
		leaf.hops = nil
		nested = append(nested, member{p.names[depth+1], o.follow(parent, &leaf)})
	}
	out[at].value = nested
	return out
}

func attributes(r *record, version string) object {
	return object{{"type", r.of.name}, {"url", "/services/data/" + version + "/sobjects/" + r.of.name + "/" + r.id}}
}
