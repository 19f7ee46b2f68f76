package simulator

import "strings"

// record is one row. A hidden field keeps its value, as in a real org.
type record struct {
	id      string
	of      *sobject
	values  []any // by field.at: nil, string, bool, int64, float64 or time.Time
	gone    bool  // its creation was rolled back, or it was purged
	deleted bool
	indexed bool     // search knows it
	phones  []string // digits under which search knows it now
}

func (r *record) get(f *field) any {
	if f.at >= len(r.values) {
		return nil // the field was added to the object later
	}
	return r.values[f.at]
}

func (r *record) value(name string) any   { return r.get(r.of.must(name)) }
func (r *record) text(name string) string { s, _ := r.value(name).(string); return s }
func (r *record) is(name string) bool     { b, _ := r.value(name).(bool); return b }
func (r *record) set(name string, v any)  { r.put(r.of.must(name), v) }
func (r *record) put(f *field, v any) {
	for f.at >= len(r.values) {
		r.values = append(r.values, nil)
	}
	r.values[f.at] = v
}

// name is what people call the record.
func (r *record) name() string {
	for _, f := range r.of.fields {
		if f.nameField {
			s, _ := r.get(f).(string)
			return s
		}
	}
	return r.id
}

// table holds the rows of an object. The indexes only grow: an entry may be
// stale, so who uses one compares the value again. That keeps updates and
// roll-backs cheap, also for a key that a hundred thousand rows share.
type table struct {
	rows    []*record
	next    int
	indexes []*index
}

type index struct {
	field *field
	rows  map[string][]*record
}

func (t *table) index(f *field) {
	ix := &index{f, map[string][]*record{}}
	t.indexes = append(t.indexes, ix)
	for _, r := range t.rows {
		ix.add(r, r.get(f))
	}
}

func (t *table) indexOf(f *field) *index {
	for _, ix := range t.indexes {
		if ix.field == f {
			return ix
		}
	}
	return nil
}

// find lists rows whose field may have the value, each once.
func (t *table) find(f *field, value string) []*record {
	ix := t.indexOf(f)
	if ix == nil {
		return nil
	}
	return ix.rows[ix.key(value)]
}

func (x *index) add(r *record, v any) {
	s, ok := v.(string)
	if !ok || s == "" {
		return
	}
	key := x.key(s)
	for _, known := range x.last(key) {
		if known == r {
			return
		}
	}
	x.rows[key] = append(x.rows[key], r)
}

// last gives the few newest entries of a key: enough to see that a row that
// changes back and forth is there already, without reading a long list.
func (x *index) last(key string) []*record {
	rows := x.rows[key]
	return rows[max(0, len(rows)-8):]
}

// key makes values equal that SOQL holds equal: text compares without case,
// ids are always stored in their one right case.
func (x *index) key(s string) string {
	if x.field.kind == "reference" {
		return s
	}
	return strings.ToLower(s)
}

// reindex enters a row under the values it has now.
func (t *table) reindex(r, before *record) {
	for _, ix := range t.indexes {
		v := r.get(ix.field)
		if before != nil && v == before.get(ix.field) {
			continue
		}
		ix.add(r, v)
	}
}

// change undoes one write.
type change struct {
	row    *record
	before *record // nil when the row was created
}

// txn is a list of writes that may have to be taken back.
type txn struct{ changes []change }

func (t *txn) mark() int { return len(t.changes) }

// rollback takes back everything since the mark.
func (o *Org) rollback(t *txn, mark int) {
	for i := len(t.changes) - 1; i >= mark; i-- {
		c := t.changes[i]
		if c.before == nil {
			o.forget(c.row)
			continue
		}
		c.row.values, c.row.deleted = c.before.values, c.before.deleted
		c.row.of.table.reindex(c.row, nil)
	}
	t.changes = t.changes[:mark]
}

// forget drops a row as if it had never been there.
func (o *Org) forget(r *record) {
	r.gone = true
	r.of.table.forget(r)
	delete(o.rows, r.id)
}

// forget drops a row, mostly one whose creation was rolled back: it is sought
// from the end.
func (t *table) forget(r *record) {
	for i := len(t.rows) - 1; i >= 0; i-- {
		if t.rows[i] == r {
			t.rows = append(t.rows[:i], t.rows[i+1:]...)
			return
		}
	}
}

// copyOf keeps what a row was before a write.
func copyOf(r *record) *record {
	return &record{id: r.id, of: r.of, values: append([]any(nil), r.values...), deleted: r.deleted}
}
