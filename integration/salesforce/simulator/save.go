package simulator

import (
	"net/http"
	"strings"
	"time"
)

// saving says on whose behalf and how a record is written.
type saving struct {
	user       *record // who is signed in
	tx         *txn
	allowSave  bool // Sforce-Duplicate-Rule-Header: allowSave=true
	autoAssign bool // Sforce-Auto-Assign
	system     bool // seeding: read-only fields may be set, no rule asks
}

// insert makes a record of what a client sent.
func (o *Org) insert(s *sobject, in object, how saving) (*record, *apiError) {
	if s.readOnly && !how.system {
		return nil, bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type %s does not support create", s.name)
	}
	if s.locked && !how.system {
		return nil, bad("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
	}
	r := &record{of: s, values: make([]any, len(s.fields))}
	for _, f := range s.fields {
		if f.fallback != nil {
			r.values[f.at] = f.fallback
		}
	}
	written, fail := o.fill(r, in, how, true)
	if fail == nil {
		fail = o.settle(r, nil, written, how)
	}
	if fail != nil {
		return nil, fail
	}
	o.store(r, how)
	o.afterInsert(r, how)
	return r, nil
}

// update changes a record, or leaves it untouched and says why.
func (o *Org) update(r *record, in object, how saving) *apiError {
	if r.deleted {
		return refuse(http.StatusNotFound, "ENTITY_IS_DELETED", "entity is deleted")
	}
	if r.of.readOnly && !how.system {
		return bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type %s does not support update", r.of.name)
	}
	if r.of.locked && !how.system {
		return bad("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
	}
	before := copyOf(r)
	written, fail := o.fill(r, in, how, false)
	if fail == nil {
		fail = o.settle(r, before, written, how)
	}
	if fail != nil {
		r.values = before.values
		return fail
	}
	now := o.stamp()
	if how.system {
		now = o.keepStamp(r, written, now)
	}
	r.set("LastModifiedDate", now)
	r.set("LastModifiedById", how.user.id)
	r.set("SystemModstamp", now)
	r.of.table.reindex(r, before)
	how.tx.changes = append(how.tx.changes, change{r, before})
	o.afterUpdate(r, how)
	o.noteForSearch(r)
	return nil
}

// keepStamp lets seeding say when a record was last changed.
func (o *Org) keepStamp(r *record, written []*field, now time.Time) time.Time {
	for _, f := range written {
		if at, ok := r.get(f).(time.Time); ok && f.name == "LastModifiedDate" {
			return at
		}
	}
	return now
}

// remove moves a record to the recycle bin.
func (o *Org) remove(r *record, how saving) *apiError {
	switch {
	case r.deleted:
		return refuse(http.StatusNotFound, "ENTITY_IS_DELETED", "entity is deleted")
	case r.of.readOnly && !how.system, r.of.name == "User":
		return bad("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
	}
	if fail := o.lockRow(r.of, r.id); fail != nil {
		return fail
	}
	how.tx.changes = append(how.tx.changes, change{r, copyOf(r)})
	r.values = append([]any(nil), r.values...)
	r.deleted = true
	r.set("IsDeleted", true)
	r.set("LastModifiedDate", o.stamp())
	r.set("SystemModstamp", o.stamp())
	return nil
}

// fill copies the members of in to the record and tells which fields it wrote.
func (o *Org) fill(r *record, in object, how saving, create bool) ([]*field, *apiError) {
	written := make([]*field, 0, len(in))
	var blocked []string
	for _, m := range in {
		if m.name == "attributes" || !create && strings.EqualFold(m.name, "id") {
			continue
		}
		if create && !how.system && strings.EqualFold(m.name, "id") {
			return nil, bad("INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call").on("Id")
		}
		f, value, fail := o.target(r.of, m)
		if fail != nil {
			return nil, fail
		}
		if !how.system && !writable(f, create) {
			blocked = append(blocked, f.name)
			continue
		}
		v, fail := coerce(f, value)
		if fail != nil {
			return nil, fail
		}
		if v == nil && create && f.fallback != nil {
			continue // null on create takes the default
		}
		r.put(f, v)
		written = append(written, f)
	}
	if blocked != nil {
		return nil, bad("INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: %s. Please check the security settings of this field and verify that it is read/write for your profile or permission set.", strings.Join(blocked, ", ")).on(blocked...)
	}
	return written, nil
}

func writable(f *field, create bool) bool {
	if f.locked {
		return false
	}
	return create && f.createable || !create && f.updateable
}

// target finds the field a member means: by name, or by relationship with a
// nested object that holds an external id of the parent.
func (o *Org) target(s *sobject, m member) (*field, any, *apiError) {
	if f, ok := s.field(m.name); ok {
		return f, m.value, nil
	}
	f, ok := s.byRelation[strings.ToLower(m.name)]
	parent, nested := m.value.(object)
	if !ok || !nested || !s.shows(f) {
		return nil, nil, bad("INVALID_FIELD", "No such column '%s' on sobject of type %s", m.name, s.name)
	}
	id, fail := o.parentByKey(f, parent)
	return f, id, fail
}

func (o *Org) parentByKey(f *field, parent object) (any, *apiError) {
	target := f.refers[0]
	if len(f.refers) > 1 {
		attributes, _ := parent.lookup("attributes")
		a, _ := attributes.(object)
		if len(parent) == 0 || parent[0].name != "attributes" {
			return nil, bad("JSON_PARSER_ERROR", "Nested object for polymorphic foreign key must have an attributes field before any other fields.")
		}
		target = a.text("type")
	}
	s, ok := o.objects[strings.ToLower(target)]
	if !ok {
		return nil, bad("INVALID_TYPE", "sObject type '%s' is not supported.", target)
	}
	for _, m := range parent {
		key, ok := s.field(m.name)
		if !ok || !key.idLookup {
			continue
		}
		value, _ := m.value.(string)
		for _, r := range o.byKey(s, key, value) {
			return r.id, nil
		}
		return nil, bad("INVALID_FIELD", "Foreign key external ID: %s not found for field %s in entity %s", value, key.name, s.name)
	}
	return nil, bad("INVALID_FIELD", "No external id given for %s", f.relation)
}

// byKey lists the live records with this value of an external id.
func (o *Org) byKey(s *sobject, key *field, value string) []*record {
	if key.name == "Id" {
		if id, ok := fullID(value); ok && o.rows[id] != nil && o.rows[id].of == s && !o.rows[id].deleted {
			return []*record{o.rows[id]}
		}
		return nil
	}
	var out []*record
	for _, r := range s.table.find(key, value) {
		if v, _ := r.get(key).(string); !r.gone && !r.deleted && strings.EqualFold(v, value) && !contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

func contains(rows []*record, r *record) bool {
	for _, known := range rows {
		if known == r {
			return true
		}
	}
	return false
}

// store gives the record its id and audit fields and files it.
func (o *Org) store(r *record, how saving) {
	t := &r.of.table
	t.next++
	r.id = makeID(r.of.prefix, t.next)
	r.set("Id", r.id)
	var now any = o.stamp()
	if made := r.value("CreatedDate"); made != nil {
		now = made // seeding says when
	}
	for _, name := range []string{"CreatedDate", "LastModifiedDate", "SystemModstamp"} {
		if r.value(name) == nil {
			r.set(name, now)
		}
	}
	for _, name := range []string{"CreatedById", "LastModifiedById"} {
		if r.value(name) == nil && how.user != nil {
			r.set(name, how.user.id)
		}
	}
	t.rows = append(t.rows, r)
	o.rows[r.id] = r
	t.reindex(r, nil)
	how.tx.changes = append(how.tx.changes, change{row: r})
	o.noteForSearch(r)
}

// stamp is the clock in the resolution that Salesforce stores.
func (o *Org) stamp() time.Time { return o.now().UTC().Truncate(time.Second) }
