package simulator

import (
	"fmt"
	"strings"
	"time"
)

// group is the rows that share the values of GROUP BY.
type group struct {
	keys []any
	rows []*record
}

func (q *query) aggregates() bool {
	for _, s := range q.selected {
		if s.aggregate != "" {
			return true
		}
	}
	return len(q.groupBy) > 0
}

// grouped answers a query with aggregates: one row a group.
func (o *Org) grouped(q *query, rows []*record) []object {
	groups := o.groups(q, rows)
	var out []object
	for _, g := range groups {
		if q.having == nil || o.groupHolds(q.having, g) {
			out = append(out, o.renderGroup(q, g))
		}
	}
	return cut(out, q.offset, q.limit)
}

func (o *Org) groups(q *query, rows []*record) []*group {
	if len(q.groupBy) == 0 {
		return []*group{{rows: rows}}
	}
	byKey := map[string]*group{}
	var out []*group
	for _, r := range rows {
		keys := make([]any, len(q.groupBy))
		for i, p := range q.groupBy {
			keys[i] = o.follow(r, p)
		}
		id := fmt.Sprintf("%#v", keys)
		g := byKey[id]
		if g == nil {
			g = &group{keys: keys}
			byKey[id] = g
			out = append(out, g)
		}
		g.rows = append(g.rows, r)
	}
	return out
}

func (o *Org) groupHolds(c condition, g *group) bool {
	switch c := c.(type) {
	case both:
		return o.groupHolds(c.left, g) && o.groupHolds(c.right, g)
	case either:
		return o.groupHolds(c.left, g) || o.groupHolds(c.right, g)
	case negated:
		return !o.groupHolds(c.inner, g)
	case *comparison:
		if c.aggregate == "" {
			return len(g.rows) > 0 && c.holds(o, g.rows[0])
		}
		return c.accepts(o, o.aggregate(c.aggregate, c.path, g.rows))
	}
	return false
}

func (o *Org) renderGroup(q *query, g *group) object {
	out := object{{"attributes", object{{"type", "AggregateResult"}}}}
	unnamed := 0
	for _, s := range q.selected {
		name := s.alias
		var v any
		if s.aggregate != "" {
			v = o.aggregate(s.aggregate, s.path, g.rows)
			if name == "" {
				name = fmt.Sprintf("expr%d", unnamed)
				unnamed++
			}
		} else {
			if name == "" {
				name = s.path.names[len(s.path.names)-1]
			}
			if len(g.rows) > 0 {
				v = o.follow(g.rows[0], s.path)
			}
		}
		out = append(out, member{name, v})
	}
	return out
}

func (o *Org) aggregate(name string, p *path, rows []*record) any {
	if p == nil {
		return len(rows)
	}
	count, sum := 0, 0.0
	var low, high any
	distinct := map[any]bool{}
	for _, r := range rows {
		v := o.follow(r, p)
		if v == nil {
			continue
		}
		count++
		distinct[comparable(v)] = true
		if n, ok := toFloat(v); ok {
			sum += n
		}
		if low == nil || compare(comparable(v), comparable(low)) < 0 {
			low = v
		}
		if high == nil || compare(comparable(v), comparable(high)) > 0 {
			high = v
		}
	}
	switch strings.ToUpper(name) {
	case "COUNT":
		return int64(count)
	case "COUNT_DISTINCT":
		return int64(len(distinct))
	case "MIN":
		return low
	case "MAX":
		return high
	case "AVG":
		if count == 0 {
			return nil
		}
		return sum / float64(count)
	}
	return sum
}

// cursor is what is left of a query's answer.
type cursor struct {
	rows []object
	size int
	at   time.Time
}
