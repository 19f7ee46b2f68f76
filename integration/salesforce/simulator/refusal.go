package simulator

import "strings"

// refusals are the errors that rows get while their switch is on.
var refusals = map[Kind]*apiError{
	EntityLocked:    bad("ENTITY_IS_LOCKED", "The record you are trying to edit, or one of its related records, is locked for editing because it is awaiting approval."),
	EntityDeleted:   bad("ENTITY_IS_DELETED", "entity is deleted"),
	ReferenceGone:   bad("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
	NoAccess:        bad("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id"),
	NoRelatedAccess: bad("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "insufficient access rights on cross-reference id"),
	ApexTrigger:     bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "TaskTrigger: execution of BeforeInsert caused by: System.NullPointerException: Attempt to de-reference a null object"),
	FlowTrigger:     bad("CANNOT_EXECUTE_FLOW_TRIGGER", "We can't save this record because the \u201cTask Routing\u201d process failed."),
	LookupFilter:    bad("FIELD_FILTER_VALIDATION_EXCEPTION", "Value does not exist or does not match filter criteria."),
	StorageFull:     bad("STORAGE_LIMIT_EXCEEDED", "storage limit exceeded"),
	SecurityPolicy:  bad("TXN_SECURITY_NO_ACCESS", "The operation you requested isn't allowed due to a security policy in your organization."),
	ReadOnlyOrg:     bad("INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE", "Updates can't be made during maintenance."),
}

// checkRefusals fails a row while an admin, or his code, refuses all like it.
func (o *Org) checkRefusals(r *record) *apiError {
	f := o.faults.takeRefusal(r.of.name, func(field string) bool {
		column, ok := r.of.byName[lower(field)]
		return ok && r.get(column) != nil
	})
	if f == nil {
		return nil
	}
	e := *refusals[f.Kind]
	if f.Message != "" {
		e.message = f.Message
	}
	switch {
	case f.Kind == NoRelatedAccess:
		e.message += ": " + relatedID(r)
	case f.Field != "":
		e.fields = f.fieldNames()
	}
	return &e
}

// relatedID is what the row is about, else whom it is with.
func relatedID(r *record) string {
	for _, name := range []string{"WhatId", "WhoId", "AccountId"} {
		if r.of.has(name) && r.text(name) != "" {
			return strings.TrimSpace(r.text(name))
		}
	}
	return r.text("OwnerId")
}
