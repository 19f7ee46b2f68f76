package salesforce

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
)

// record is a Contact, Lead or Account as searches and queries return it.
type record struct {
	Attributes struct{ Type string } `json:"attributes"`
	fields     map[string]json.RawMessage
}

// UnmarshalJSON keeps every field: which ones there are is the admin's choice.
func (r *record) UnmarshalJSON(b []byte) error {
	if err := json.Unmarshal(b, &r.fields); err != nil {
		return err
	}
	if raw, ok := r.fields["attributes"]; ok {
		return json.Unmarshal(raw, &r.Attributes)
	}
	return nil
}

func (r record) text(name string) string {
	var s string
	if raw, ok := r.fields[name]; !ok || json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func (r record) is(name string) bool { return string(r.fields[name]) == "true" }

func (r record) time(name string) time.Time { return readTime(r.text(name)) }

// related is a field of a record that this one refers to.
func (r record) related(relation, name string) string {
	var other record
	if raw, ok := r.fields[relation]; !ok || json.Unmarshal(raw, &other.fields) != nil {
		return ""
	}
	return other.text(name)
}

// readTime reads Salesforce's times, whose offset has no colon.
func readTime(s string) time.Time {
	for _, layout := range []string{"2006-01-02T15:04:05.000-0700", time.RFC3339Nano} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// searchAnswer is an answer of the search resource.
type searchAnswer struct {
	Records []record `json:"searchRecords"`
}

// phoneFields are the object's phone fields, in the order a match is named by.
func phoneFields(object string, in Searching) []string {
	var fields []string
	switch object {
	case "Contact":
		fields = []string{"Phone", "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone"}
	case "Lead":
		fields = []string{"Phone", "MobilePhone"}
	case "Account":
		fields = []string{"Phone"}
		if in.PersonAccounts {
			fields = append(fields, "PersonMobilePhone", "PersonHomePhone", "PersonOtherPhone", "PersonAssistantPhone")
		}
	}
	for _, extra := range in.ExtraFields[object] {
		if !slices.ContainsFunc(fields, func(f string) bool { return strings.EqualFold(f, extra) }) {
			fields = append(fields, extra)
		}
	}
	return fields
}

// searchFields are all fields to ask of an object.
func searchFields(object string, in Searching) []string {
	fields := []string{"Id", "Name", "OwnerId", "LastModifiedDate"}
	switch object {
	case "Contact":
		fields = append(fields, "AccountId", "Account.Name")
		if in.PersonAccounts {
			fields = append(fields, "IsPersonAccount")
		}
	case "Lead":
		fields = append(fields, "IsConverted", "ConvertedContactId", "ConvertedAccountId")
	case "Account":
		if in.PersonAccounts {
			fields = append(fields, "IsPersonAccount", "PersonContactId")
		}
	}
	return append(fields, phoneFields(object, in)...)
}

// candidate makes a record a candidate for the number in field. A person's
// account and its shadow contact are one: the Person Account.
func (r record) candidate(field, value string) callflow.Candidate {
	c := callflow.Candidate{
		Record: callflow.Record{ID: r.text("Id"), Name: r.text("Name"), OwnerID: r.text("OwnerId")},
		Field:  field, Value: value, ModifiedAt: r.time("LastModifiedDate"),
	}
	switch r.Attributes.Type {
	case "Lead":
		c.Kind, c.Converted = callflow.LeadRecord, r.is("IsConverted")
		c.ContactID, c.AccountID = r.text("ConvertedContactId"), r.text("ConvertedAccountId")
	case "Account":
		c.Kind = callflow.AccountRecord
		if r.is("IsPersonAccount") {
			c.Kind, c.ContactID = callflow.PersonAccountRecord, r.text("PersonContactId")
		}
	default:
		c.Kind, c.AccountID, c.AccountName = callflow.ContactRecord, r.text("AccountId"), r.related("Account", "Name")
		if r.is("IsPersonAccount") && c.AccountID != "" {
			c.Kind, c.ContactID, c.ID = callflow.PersonAccountRecord, c.ID, c.AccountID
			c.AccountID, c.AccountName = "", ""
		}
	}
	return c
}

// assign gives each number its records. Reading a number as a telephone number
// is dear, so only values are read that hold the number's last digits.
func assign(found map[Wanted][]callflow.Candidate, terms []term, rows []record, in Searching) {
	byTail := map[string][]Wanted{}
	for _, t := range terms {
		byTail[tailOf(t.wanted.E164)] = append(byTail[tailOf(t.wanted.E164)], t.wanted)
	}
	seen := map[placeKey]placed{}
	for _, r := range rows {
		for _, field := range phoneFields(r.Attributes.Type, in) {
			value := r.text(field)
			for w := range wantedIn(value, byTail) {
				if phone.Same(value, w.Region, w.E164) {
					place(found, seen, w, r.candidate(field, value), r.Attributes.Type)
				}
			}
		}
	}
	for _, t := range terms {
		sortCandidates(found[t.wanted])
	}
}

// placeKey is a record among the candidates of a number, placed where it
// stands there and which object's row it came from.
type (
	placeKey struct {
		wanted Wanted
		id     string
	}
	placed struct {
		at     int
		object string
	}
)

// place adds a candidate once. The Account's own row tells more of a Person
// Account than its shadow contact's.
func place(found map[Wanted][]callflow.Candidate, seen map[placeKey]placed, w Wanted, c callflow.Candidate, object string) {
	key := placeKey{w, c.ID}
	was, known := seen[key]
	switch {
	case !known:
		seen[key] = placed{len(found[w]), object}
		found[w] = append(found[w], c)
	case object == "Account" && was.object != "Account":
		seen[key] = placed{was.at, object}
		found[w][was.at] = c
	}
}

// tailLength is how many last digits of a number stand unbroken in every way
// to write it.
const tailLength = 6

func tailOf(e164 string) string {
	d := digitsOf(e164)
	return d[max(0, len(d)-tailLength):]
}

// wantedIn are the numbers whose last digits stand somewhere in value.
func wantedIn(value string, byTail map[string][]Wanted) map[Wanted]bool {
	var in map[Wanted]bool
	d := digitsOf(value)
	for from := 0; from+tailLength <= len(d); from++ {
		for _, w := range byTail[d[from:from+tailLength]] {
			if in == nil {
				in = map[Wanted]bool{}
			}
			in[w] = true
		}
	}
	return in
}

var entity = regexp.MustCompile(`on (?:entity|sobject of type) '?([A-Za-z0-9_]+)'?`)

// entityOf reads which object an INVALID_FIELD is about.
func entityOf(message string) string {
	if m := entity.FindStringSubmatch(message); m != nil {
		return m[1]
	}
	return ""
}
