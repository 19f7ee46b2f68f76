package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// apply makes an admin's change, or arms a fault. Its caller holds the lock.
func (o *Org) apply(f Fault) error {
	o.reshape()
	switch f.Kind {
	case HideField, ReadOnlyField, RequiredField, CustomField, ShortenField, RestrictField:
		if err := o.changeField(f); err != nil {
			return err
		}
	case HideObject, ReadOnlyObject, RecordType:
		if err := o.changeObject(f); err != nil {
			return err
		}
	case RenameStatuses:
		statuses := f.Statuses
		if len(statuses) == 0 {
			statuses = frenchTaskStatuses
		}
		o.renameTaskStatuses(statuses)
	case PersonAccounts:
		o.showPersons(!f.Off)
	case IndexDelay:
		o.faults.mu.Lock()
		o.faults.indexDelay = f.delay()
		o.faults.mu.Unlock()
	case RotateTokens:
		o.faults.mu.Lock()
		o.faults.rotate = !f.Off
		o.faults.mu.Unlock()
	case FrozenUser, InactiveUser:
		if err := o.stopUser(f); err != nil {
			return err
		}
	case DuplicateRule:
		o.seed("DuplicateRule", map[string]any{"MasterLabel": "Standard " + f.Object + " Duplicate Rule",
			"DeveloperName": "Standard_" + f.Object + "_Duplicate_Rule", "SobjectType": f.Object, "IsActive": true})
	case ExpireSessions:
		o.oauth.expireSessions()
		return nil
	case RevokeGrants:
		o.oauth.revokeAll()
		return nil
	case SetUsage:
		o.usage.set(f.Used, f.Limit)
		return nil
	}
	o.faults.add(f)
	return nil
}

// lift takes an admin's change back, or disarms a fault.
func (o *Org) lift(kind Kind) {
	o.reshape()
	switch kind {
	case HideField, ReadOnlyField, RequiredField, ShortenField, RestrictField:
		for _, s := range o.list {
			for _, f := range s.fields {
				unset(f, kind)
			}
		}
	case HideObject, ReadOnlyObject:
		for _, s := range o.list {
			s.hidden = s.hidden && kind != HideObject
			s.locked = s.locked && kind != ReadOnlyObject
		}
	case RenameStatuses:
		if o.faults.match(RenameStatuses, "") != nil {
			o.renameTaskStatuses(englishTaskStatuses)
		}
	case PersonAccounts:
		if o.faults.match(PersonAccounts, "") != nil {
			o.showPersons(o.options.PersonAccounts)
		}
	case IndexDelay:
		o.faults.mu.Lock()
		o.faults.indexDelay = o.options.IndexDelay
		o.faults.mu.Unlock()
	case RotateTokens:
		o.faults.mu.Lock()
		o.faults.rotate = o.options.RotateRefreshTokens
		o.faults.mu.Unlock()
	case DuplicateRule:
		for _, r := range o.objects["duplicaterule"].table.rows {
			r.set("IsActive", false)
		}
	case InactiveUser:
		for _, f := range o.faults.list() {
			if u := o.userNamed(f.User); f.Kind == InactiveUser && u != nil {
				u.set("IsActive", true)
			}
		}
	}
	o.faults.drop(kind)
}

// reshape notes that objects look different now. The moment always moves, so
// that a client that asks twice within a second sees the change.
func (o *Org) reshape() {
	next := o.shaped.Add(time.Second)
	if now := o.stamp(); now.After(next) {
		next = now
	}
	o.shaped = next
}

func unset(f *field, kind Kind) {
	switch kind {
	case HideField:
		f.hidden = false
	case ReadOnlyField:
		f.locked = false
	case RequiredField:
		f.mandatory = false
	case ShortenField, RestrictField:
		if f.before != nil {
			f.length, f.values, f.restricted, f.before = f.before.length, f.before.values, f.before.restricted, nil
		}
	}
}

// changeObject takes rights on an object away, or gives it a record type.
func (o *Org) changeObject(f Fault) error {
	s, ok := o.objects[lower(f.Object)]
	if !ok {
		return fmt.Errorf("simulator: fault: %s needs an object", f.Kind)
	}
	switch f.Kind {
	case HideObject:
		s.hidden = true
	case ReadOnlyObject:
		s.locked = true
	case RecordType:
		if !s.has("RecordTypeId") {
			s.add(reference("RecordTypeId", []string{"RecordType"}))
		}
		o.seed("RecordType", map[string]any{"Name": f.Field, "DeveloperName": f.Field, "SobjectType": s.name, "IsActive": true})
	}
	return nil
}

func (o *Org) changeField(f Fault) error {
	s, ok := o.objects[lower(f.Object)]
	if !ok || f.Field == "" {
		return fmt.Errorf("simulator: fault: %s needs an object and a field", f.Kind)
	}
	target, ok := s.byName[lower(f.Field)]
	if !ok && (f.Kind == RequiredField || f.Kind == CustomField) {
		target, ok = s.add(newCustomField(f)), true
	}
	if !ok {
		return fmt.Errorf("simulator: fault: %s has no field %s", s.name, f.Field)
	}
	if was := *target; target.before == nil && (f.Kind == ShortenField || f.Kind == RestrictField) {
		target.before = &was
	}
	switch f.Kind {
	case HideField:
		target.hidden = true
	case ReadOnlyField:
		target.locked = true
	case RequiredField:
		target.mandatory = true
	case ShortenField:
		target.length = f.Length
	case RestrictField:
		target.restricted, target.values = true, nil
		for i, v := range f.Values {
			target.values = append(target.values, pickValue{v, v, true, i == 0 && target.fallback != nil})
		}
	}
	return nil
}

func newCustomField(f Fault) *field {
	kind, length := f.Type, f.Length
	if kind == "" {
		kind = "string"
	}
	if length == 0 && slices.Contains([]string{"string", "email", "picklist", "url"}, kind) {
		length = 255
	}
	if kind == "phone" {
		length = 40
	}
	traits := []trait{customField}
	if kind == "phone" {
		traits = append(traits, indexed)
	}
	if f.ExternalID {
		traits = append(traits, externalKey)
	}
	if kind == "boolean" {
		traits = append(traits, preset(false))
	}
	return column(kind, f.Field, length, traits...)
}

// renameTaskStatuses changes the table and what stands in the tasks.
func (o *Org) renameTaskStatuses(statuses []Status) {
	old := o.defaultStatus("TaskStatus")
	o.setStatuses("TaskStatus", "Task", "Status", statuses)
	open, closed := old, old
	for _, s := range slices.Backward(statuses) {
		if s.Closed {
			closed = s.Name
		} else {
			open = s.Name
		}
	}
	for _, r := range o.objects["task"].table.rows {
		r.set("Status", open)
		if r.is("IsClosed") {
			r.set("Status", closed)
		}
	}
}

func (o *Org) showPersons(on bool) {
	o.faults.mu.Lock()
	o.faults.persons = on
	o.faults.mu.Unlock()
	for _, s := range o.list {
		s.showPersons = on
	}
}

func (o *Org) stopUser(f Fault) error {
	user := o.user
	if f.User != "" {
		user = o.userNamed(f.User)
	}
	if user == nil {
		return fmt.Errorf("simulator: fault: no user %q", f.User)
	}
	if f.Kind == InactiveUser {
		user.set("IsActive", false)
	}
	return nil
}

// frozen tells whether a user can neither sign in nor work.
func (o *Org) frozen(user *record) bool {
	for _, f := range o.faults.list() {
		if f.Kind != FrozenUser {
			continue
		}
		if f.User == "" && user == o.user || strings.EqualFold(f.User, user.text("Username")) || f.User == user.id || strings.EqualFold(f.User, user.text("Email")) {
			return true
		}
	}
	return false
}
