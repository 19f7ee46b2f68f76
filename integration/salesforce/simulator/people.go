package simulator

// personFields tells where a person account's values stand in its shadow contact.
var personFields = map[string]string{
	"FirstName": "FirstName", "LastName": "LastName", "Salutation": "Salutation", "Phone": "Phone", "Fax": "Fax",
	"PersonMobilePhone": "MobilePhone", "PersonHomePhone": "HomePhone", "PersonOtherPhone": "OtherPhone",
	"PersonAssistantPhone": "AssistantPhone", "PersonEmail": "Email", "PersonTitle": "Title", "OwnerId": "OwnerId",
}

// makePersonContact adds the contact that stands behind a person account.
func (o *Org) makePersonContact(account *record, how saving) {
	how.system = true
	contact, fail := o.insert(o.objects["contact"], personValues(account), how)
	if fail != nil {
		o.trouble(fail)
		return
	}
	account.set("PersonContactId", contact.id)
	account.of.table.reindex(account, nil)
}

func (o *Org) syncPersonContact(account *record, how saving) {
	how.system = true
	if contact := o.rows[account.text("PersonContactId")]; contact != nil {
		if fail := o.update(contact, personValues(account), how); fail != nil {
			o.trouble(fail)
		}
	}
}

func personValues(account *record) object {
	values := object{{"AccountId", account.id}, {"IsPersonAccount", true}}
	for from, to := range personFields {
		values = append(values, member{to, account.value(from)})
	}
	return values
}

// convert turns a lead into a contact with an account, as the button does.
func (o *Org) convert(lead *record, how saving) (contact *record, fail *apiError) {
	how.system = true
	account, fail := o.insert(o.objects["account"], object{{"Name", lead.text("Company")}, {"Phone", lead.value("Phone")}}, how)
	if fail != nil {
		return nil, fail
	}
	values := object{{"AccountId", account.id}}
	for _, name := range []string{"FirstName", "LastName", "Salutation", "Phone", "MobilePhone", "Fax", "Email", "Title", "OwnerId"} {
		values = append(values, member{name, lead.value(name)})
	}
	if contact, fail = o.insert(o.objects["contact"], values, how); fail != nil {
		return nil, fail
	}
	done := object{{"IsConverted", true}, {"ConvertedDate", o.now().Format("2006-01-02")}, {"ConvertedContactId", contact.id},
		{"ConvertedAccountId", account.id}, {"Status", "Closed - Converted"}}
	return contact, o.update(lead, done, how)
}

// merge moves everything of the loser to the winner and deletes the loser.
func (o *Org) merge(winner, loser *record, how saving) *apiError {
	how.system = true
	for _, s := range o.list {
		for _, f := range s.fields {
			if f.kind != "reference" || f.name == "MasterRecordId" || !pointsTo(f, loser.of.name) {
				continue
			}
			for _, r := range append([]*record(nil), s.table.find(f, loser.id)...) {
				if r.get(f) != loser.id || r.gone {
					continue
				}
				if fail := o.update(r, object{{f.name, winner.id}}, how); fail != nil {
					return fail
				}
			}
		}
	}
	if loser.of.has("MasterRecordId") {
		if fail := o.update(loser, object{{"MasterRecordId", winner.id}}, how); fail != nil {
			return fail
		}
	}
	return o.remove(loser, how)
}

func (o *Org) userNamed(username string) *record {
	users := o.objects["user"]
	for _, key := range []string{"Username", "Email"} {
		for _, r := range o.byKey(users, users.must(key), username) {
			return r
		}
	}
	return o.rows[username]
}
