package simulator

import (
	"fmt"
	"time"
)

// Add puts a record into the org past all rules, so that tests can also set
// CreatedDate, LastModifiedDate or IsConverted, and gives its id. It panics when
// the object or a field does not exist or a value cannot be stored: the first
// run of a test finds that.
func (o *Org) Add(sobject string, fields map[string]any) (id string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.seed(sobject, fields).id
}

// Update changes a record as a person in Salesforce would, at the org's present time.
func (o *Org) Update(id string, fields map[string]any) error {
	return o.onRecord("update", id, func(r *record, how saving) *apiError {
		return o.update(r, toObject(fields), how)
	})
}

// Delete moves a record to the recycle bin.
func (o *Org) Delete(id string) error {
	return o.onRecord("delete", id, o.remove)
}

// Purge deletes a record past the recycle bin: not even queryAll sees it.
func (o *Org) Purge(id string) error {
	return o.onRecord("purge", id, func(r *record, _ saving) *apiError {
		o.forget(r)
		return nil
	})
}

// Merge moves everything of the loser to the winner and deletes the loser.
func (o *Org) Merge(winner, loser string) error {
	return o.onRecord("merge", loser, func(r *record, how saving) *apiError {
		into := o.live(winner)
		if into == nil {
			return noSuchResource()
		}
		return o.merge(into, r, how)
	})
}

// ConvertLead turns a lead into a contact with an account and gives the contact's id.
func (o *Org) ConvertLead(id string) (contactID string, err error) {
	err = o.onRecord("convert", id, func(r *record, how saving) *apiError {
		contact, fail := o.convert(r, how)
		if fail == nil {
			contactID = contact.id
		}
		return fail
	})
	return contactID, err
}

func (o *Org) onRecord(action, id string, do func(*record, saving) *apiError) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	r := o.live(id)
	if r == nil {
		return fmt.Errorf("simulator: %s: no record %q", action, id)
	}
	if fail := do(r, saving{user: o.user, tx: &txn{}, system: true}); fail != nil {
		return fmt.Errorf("simulator: %s %s: %s: %s", action, id, fail.code, fail.message)
	}
	return nil
}

// live finds a record that is not deleted.
func (o *Org) live(id string) *record {
	full, ok := fullID(id)
	if !ok {
		return nil
	}
	r := o.rows[full]
	if r == nil || r.deleted {
		return nil
	}
	return r
}

// Records lists the live records of an object in the order they were made.
func (o *Org) Records(sobject string) []map[string]any {
	o.mu.RLock()
	defer o.mu.RUnlock()
	s, ok := o.objects[lower(sobject)]
	if !ok {
		return nil
	}
	out := make([]map[string]any, 0, len(s.table.rows))
	for _, r := range s.table.rows {
		if !r.deleted {
			out = append(out, r.asMap())
		}
	}
	return out
}

// Count tells how many live records an object has.
func (o *Org) Count(sobject string) int {
	o.mu.RLock()
	defer o.mu.RUnlock()
	s, ok := o.objects[lower(sobject)]
	if !ok {
		return 0
	}
	n := 0
	for _, r := range s.table.rows {
		if !r.deleted {
			n++
		}
	}
	return n
}

// Record gives one record, deleted ones too. Its values are nil, string, bool,
// int64 or float64; moments are text as the API writes them.
func (o *Org) Record(id string) (fields map[string]any, ok bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	full, _ := fullID(id)
	r := o.rows[full]
	if r == nil {
		return nil, false
	}
	return r.asMap(), true
}

func (r *record) asMap() map[string]any {
	out := make(map[string]any, len(r.of.fields))
	for _, f := range r.of.fields {
		v := r.get(f)
		if at, ok := v.(time.Time); ok {
			v = at.UTC().Format(salesforceTime)
		}
		out[f.name] = v
	}
	return out
}

// tryAdd is Add for values that come over HTTP.
func (o *Org) tryAdd(name string, fields map[string]any) (string, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s, ok := o.objects[lower(name)]
	if !ok {
		return "", fmt.Errorf("simulator: add: no object %q", name)
	}
	r, fail := o.insert(s, toObject(fields), saving{user: o.user, tx: &txn{}, system: true})
	if fail != nil {
		return "", fmt.Errorf("simulator: add %s: %s: %s", name, fail.code, fail.message)
	}
	return r.id, nil
}
