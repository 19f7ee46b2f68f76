package callflow

import (
	"slices"
	"strings"
)

// Lengths of the name fields of new records.
const (
	firstNameLength = 40
	lastNameLength  = 80
	emailLength     = 80
	companyLength   = 255
)

// decideNoMatch applies the rule for numbers that are not in Salesforce. It
// reports whether the decision ends here; else the call is logged on no record.
func decideNoMatch(d *Decision, c Call, s Settings, sc Screening, f Found, o Org) (done bool) {
	rule := s.Matching.NoMatch
	params := map[string]string{"number": c.External.Text(), "type": string(sc.Type)}
	add := func(result string) {
		d.Steps = append(d.Steps, Step{Code: StepNoMatch, Result: result, Params: params})
	}
	if sc.Internal {
		add("internal")
		return false
	}
	if sc.Search && rule.Create != CreateNone && rule.Create != "" {
		switch {
		case len(rule.Types) > 0 && !slices.Contains(rule.Types, sc.Type):
			add("type_excluded")
		case f.RecordRefused:
			add("create_refused")
		default:
			params["kind"] = rule.Create
			record, trimmed := newRecord(c, s, f)
			params["name"] = record.Name
			add("create_" + rule.Create)
			d.Steps = append(d.Steps, trimmed...)
			d.Create = &record
			return true
		}
	}
	if rule.WhenNone == WhenNoneNoRecord {
		add("without_record")
		return false
	}
	add("skip")
	d.Outcome, d.Reason = Skipped, ReasonNoMatch
	return true
}

// newRecord is the record to create for the number. Names come from the phone
// system's address book, else from the templates. It belongs to the agent's
// Salesforce user; without one, Salesforce gives it to the connection's.
func newRecord(c Call, s Settings, f Found) (NewRecord, []Step) {
	kind := RecordKind(s.Matching.NoMatch.Create)
	b := recordBuilder{record: NewRecord{Kind: kind, Fields: map[string]string{}}}
	values := templateValues(c, s, nil)
	named := func(own, template string) string {
		for _, text := range []string{oneLine(own), fillLine(template, values)} {
			if text != "" {
				return text
			}
		}
		return numberText(c)
	}
	first := oneLine(c.Contact.FirstName)
	company := named(c.Contact.Company, s.Matching.NoMatch.Company)
	if kind == AccountRecord {
		if own := fullName(c.Contact); oneLine(c.Contact.Company) == "" && own != "" {
			company = own
		}
		b.set("Name", company, companyLength)
		b.record.Name = b.record.Fields["Name"]
	} else {
		b.set("FirstName", first, firstNameLength)
		b.set("LastName", named(c.Contact.LastName, s.Matching.NoMatch.LastName), lastNameLength)
		b.record.Name = oneLine(b.record.Fields["FirstName"] + " " + b.record.Fields["LastName"])
		b.email(emailField(kind), c.Contact.Email)
	}
	if kind == LeadRecord {
		b.set("Company", company, companyLength)
	}
	b.set("Phone", c.External.E164, 0)
	if user, ok := agentUser(c, s, f); ok {
		b.set("OwnerId", user.ID, 0)
	}
	return b.record, b.steps
}

// recordBuilder collects fields and says which of them had to give way.
type recordBuilder struct {
	record NewRecord
	steps  []Step
}

func (b *recordBuilder) set(field, value string, length int) {
	short := strings.TrimSpace(cut(value, length))
	if short == "" {
		return
	}
	if short != value {
		b.steps = append(b.steps, Step{Code: StepTrimmed, Result: "new_record", Params: map[string]string{"field": field}})
	}
	b.record.Fields[field] = short
}

// email leaves out what Salesforce would refuse: a record without an e-mail is
// better than none.
func (b *recordBuilder) email(field, value string) {
	value = oneLine(value)
	if value == "" {
		return
	}
	if !looksLikeEmail(value) || len(value) > emailLength {
		b.steps = append(b.steps, Step{Code: StepNoMatch, Result: "email_left_out", Params: map[string]string{"email": value}})
		return
	}
	b.set(field, value, 0)
}

func emailField(kind RecordKind) string {
	if kind == PersonAccountRecord {
		return "PersonEmail"
	}
	return "Email"
}

func fullName(c Contact) string { return oneLine(c.FirstName + " " + c.LastName) }

// looksLikeEmail is as strict as it takes for Salesforce to accept the address.
func looksLikeEmail(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	return ok && name != "" && !strings.ContainsAny(s, " ,;<>()[]\"") && strings.Count(s, "@") == 1 &&
		strings.Contains(strings.Trim(domain, "."), ".") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".") &&
		!strings.Contains(s, "..")
}
