package simulator

import (
	"net/http"
	"strings"
)

// settle applies every rule to a record that is about to be saved: what the
// platform derives, what it demands, and what the admin added. before is nil
// for a new record.
func (o *Org) settle(r, before *record, written []*field, how saving) *apiError {
	if how.system {
		o.derive(r, before, how)
		return nil
	}
	checks := []func() *apiError{
		func() *apiError { return o.lockRow(r.of, r.id) },
		func() *apiError { return o.guard(r, before) },
		func() *apiError { return o.checkReferences(r, written, how) },
		func() *apiError { return o.checkOwner(r, written) },
		func() *apiError { o.derive(r, before, how); return nil },
		func() *apiError { return checkRequired(r, before, written) },
		func() *apiError { return o.checkTask(r) },
		func() *apiError { return o.checkUnique(r, written) },
		func() *apiError { return o.checkRefusals(r) },
		func() *apiError { return o.checkValidationRules(r) },
		func() *apiError { return o.checkDuplicates(r, before, how) },
	}
	for _, check := range checks {
		if fail := check(); fail != nil {
			return fail
		}
	}
	return nil
}

// guard refuses changes to records that have moved elsewhere.
func (o *Org) guard(r, before *record) *apiError {
	switch {
	case before == nil:
		return nil
	case archived(before):
		return bad("ENTITY_IS_ARCHIVED", "entity is archived")
	case r.of.name == "Lead" && before.is("IsConverted"):
		return bad("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
	case r.of.name == "Contact" && before.is("IsPersonAccount"):
		return bad("INVALID_PERSON_ACCOUNT_OPERATION", "Cannot update person account contact %s; update the account instead", r.id)
	}
	return nil
}

func (o *Org) checkReferences(r *record, written []*field, how saving) *apiError {
	for _, f := range written {
		id, _ := r.get(f).(string)
		if f.kind != "reference" || id == "" {
			continue
		}
		if fail := o.checkReference(f, id); fail != nil {
			return fail
		}
	}
	return nil
}

func (o *Org) checkReference(f *field, id string) *apiError {
	target := o.rows[id]
	if !pointsTo(f, o.objectOf(id)) {
		return bad("FIELD_INTEGRITY_EXCEPTION", "%s: id value of incorrect type: %s", f.label, id).on(f.name)
	}
	switch {
	case target == nil:
		return bad("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
	case target.deleted:
		return bad("ENTITY_IS_DELETED", "entity is deleted")
	case target.of.name == "Lead" && target.is("IsConverted") && f.name == "WhoId":
		return bad("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
	}
	return nil
}

func pointsTo(f *field, object string) bool {
	for _, name := range f.refers {
		if name == object {
			return true
		}
	}
	return false
}

// objectOf tells from its first characters what kind of record an id names.
func (o *Org) objectOf(id string) string {
	if s := o.prefixes[id[:3]]; s != nil {
		return s.name
	}
	return ""
}

// checkOwner refuses owners who cannot work.
func (o *Org) checkOwner(r *record, written []*field) *apiError {
	for _, f := range written {
		id, _ := r.get(f).(string)
		owner := o.rows[id]
		if f.name != "OwnerId" || owner == nil || owner.of.name != "User" {
			continue
		}
		if !owner.is("IsActive") {
			return bad("INACTIVE_OWNER_OR_USER", "operation performed with inactive user [%s] as owner of %s", id[:15], strings.ToLower(r.of.name))
		}
		if owner.text("UserType") != "Standard" {
			return bad("OP_WITH_INVALID_USER_TYPE_EXCEPTION", "Operation not valid for this user type").on("OwnerId")
		}
	}
	return nil
}

// checkRequired names all missing fields at once. An update is asked only for
// what it empties, and for what an admin demands of every save.
func checkRequired(r, before *record, written []*field) *apiError {
	var missing []string
	for _, f := range r.of.fields {
		demanded := f.mandatory || !f.nillable && f.createable && (f.fallback == nil || before != nil)
		if before != nil && !f.mandatory && !containsField(written, f) {
			demanded = false
		}
		if demanded && r.of.shows(f) && r.get(f) == nil {
			missing = append(missing, f.name)
		}
	}
	if missing == nil {
		return nil
	}
	return bad("REQUIRED_FIELD_MISSING", "Required fields are missing: [%s]", strings.Join(missing, ", ")).on(missing...)
}

func containsField(list []*field, f *field) bool {
	for _, known := range list {
		if known == f {
			return true
		}
	}
	return false
}

func (o *Org) checkUnique(r *record, written []*field) *apiError {
	for _, f := range written {
		value, _ := r.get(f).(string)
		if !f.unique || value == "" {
			continue
		}
		for _, other := range o.byKey(r.of, f, value) {
			if other != r {
				return bad("DUPLICATE_VALUE", "duplicate value found: %s duplicates value on record with id: %s", f.name, other.id[:15])
			}
		}
	}
	return nil
}

// derive fills what the platform computes.
func (o *Org) derive(r, before *record, how saving) {
	if r.of.has("OwnerId") && r.value("OwnerId") == nil && how.user != nil {
		r.set("OwnerId", how.user.id)
	}
	switch r.of.name {
	case "Task":
		o.deriveTask(r, before)
	case "Contact", "User":
		r.set("Name", fullName(r))
	case "Lead":
		r.set("Name", fullName(r))
	case "Account":
		o.deriveAccount(r)
	case "Case":
		o.deriveCase(r, before)
	case "Opportunity":
		deriveOpportunity(r)
	}
	o.assign(r, before, how)
}

func fullName(r *record) any {
	name := strings.TrimSpace(r.text("FirstName") + " " + r.text("LastName"))
	if name == "" {
		return nil
	}
	return name
}

func (o *Org) deriveAccount(r *record) {
	if !o.isPersonAccount(r) {
		return
	}
	r.set("IsPersonAccount", true)
	r.set("Name", fullName(r))
}

// isPersonAccount looks at the record type, and at the last name that only people have.
func (o *Org) isPersonAccount(r *record) bool {
	if !r.of.showPersons {
		return false
	}
	kind := o.rows[r.text("RecordTypeId")]
	return kind != nil && kind.is("IsPersonType") || kind == nil && r.value("LastName") != nil
}

func (o *Org) deriveCase(r, before *record) {
	if r.value("CaseNumber") == nil {
		r.set("CaseNumber", o.nextCaseNumber())
	}
	if r.value("Status") == nil {
		r.set("Status", o.defaultStatus("CaseStatus"))
	}
	closed := o.closes("CaseStatus", r.text("Status"))
	if closed && (before == nil || !before.is("IsClosed")) {
		r.set("ClosedDate", o.stamp())
	}
	r.set("IsClosed", closed)
	contact := o.rows[r.text("ContactId")]
	if contact == nil {
		return
	}
	if r.value("AccountId") == nil {
		r.set("AccountId", contact.value("AccountId"))
	}
	for to, from := range map[string]string{"ContactPhone": "Phone", "ContactMobile": "MobilePhone", "ContactEmail": "Email", "ContactFax": "Fax"} {
		r.set(to, contact.value(from))
	}
}

func deriveOpportunity(r *record) {
	stage := r.text("StageName")
	r.set("IsClosed", strings.HasPrefix(stage, "Closed"))
	r.set("IsWon", stage == "Closed Won")
}

// assign lets an active assignment rule choose the owner of a new Lead, Case
// or Account, unless the client switched that off.
func (o *Org) assign(r, before *record, how saving) {
	if before != nil || how.system || !how.autoAssign {
		return
	}
	if f := o.faults.match(AssignmentRule, r.of.name); f != nil {
		if user := o.userNamed(f.User); user != nil {
			r.set("OwnerId", user.id)
		}
	}
}

func (o *Org) checkValidationRules(r *record) *apiError {
	f := o.faults.take(ValidationRule, r.of.name)
	if f == nil {
		return nil
	}
	message := f.Message
	if message == "" {
		message = "This record does not meet the rules of your company."
	}
	code := f.Code
	if code == "" {
		code = "FIELD_CUSTOM_VALIDATION_EXCEPTION"
	}
	fail := bad(code, "%s", message)
	fail.fields = f.fieldNames()
	return fail
}

// lockRow fails while another transaction is said to hold the record.
func (o *Org) lockRow(s *sobject, id string) *apiError {
	f := o.faults.take(LockRow, s.name)
	if f == nil {
		return nil
	}
	if id == "" {
		id = makeID("001", 1)
	}
	return refuse(http.StatusBadRequest, "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: %s", id)
}

// afterInsert makes what comes along with a new record.
func (o *Org) afterInsert(r *record, how saving) {
	switch r.of.name {
	case "Account":
		if r.of.showPersons && r.is("IsPersonAccount") {
			o.makePersonContact(r, how)
		}
	case "Opportunity":
		if contact := r.text("ContactId"); contact != "" {
			how.system = true
			role := object{{"OpportunityId", r.id}, {"ContactId", contact}, {"IsPrimary", true}}
			if _, fail := o.insert(o.objects["opportunitycontactrole"], role, how); fail != nil {
				o.trouble(fail)
			}
		}
	}
}

func (o *Org) afterUpdate(r *record, how saving) {
	if r.of.name == "Account" && r.value("PersonContactId") != nil {
		o.syncPersonContact(r, how)
	}
}
