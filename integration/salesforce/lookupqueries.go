package salesforce

import (
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// userQueries ask for active standard users, by e-mail and by id, in one query
// where both lists fit.
func userQueries(l Lookups) []query {
	wanted := make(map[string]bool, len(l.Emails))
	emails := make([]string, len(l.Emails))
	for i, e := range l.Emails {
		emails[i] = strings.ToLower(strings.TrimSpace(e))
		wanted[emails[i]] = true
	}
	var conditions []string
	for _, list := range lists(emails, 1) {
		conditions = append(conditions, "Email IN "+list)
	}
	for _, list := range lists(l.Users, 1) {
		conditions = append(conditions, "Id IN "+list)
	}
	if len(conditions) == 2 && len(conditions[0])+len(conditions[1]) < maxQueryURL/2 {
		conditions = []string{"(" + strings.Join(conditions, " OR ") + ")"}
	}
	queries := make([]query, len(conditions))
	for i, condition := range conditions {
		queries[i] = query{
			soql: "SELECT Id, Name, Email FROM User WHERE IsActive = true AND UserType = 'Standard' AND " + condition,
			read: func(a *Answers, r record) { readUser(a, r, wanted) },
		}
	}
	return queries
}

func readUser(a *Answers, r record, wanted map[string]bool) {
	u := callflow.User{ID: r.text("Id"), Name: r.text("Name"), Email: r.text("Email")}
	if _, asked := a.ActiveUsers[u.ID]; asked {
		a.ActiveUsers[u.ID] = true
	}
	email := strings.ToLower(u.Email)
	if wanted[email] && !slices.Contains(a.Users[email], u) {
		a.Users[email] = append(a.Users[email], u)
	}
}

// caseQueries ask for open Cases, the one changed last first.
func caseQueries(l Lookups) []query {
	by := func(field string, ids []string) []query {
		return in(ids, 1, func(list string) query {
			return query{
				soql: "SELECT Id, CaseNumber, Subject, " + field + " FROM Case WHERE IsClosed = false AND " + field + " IN " + list + " ORDER BY LastModifiedDate DESC, Id",
				read: func(a *Answers, r record) {
					name := strings.TrimSpace(r.text("CaseNumber") + " " + r.text("Subject"))
					keepFirst(a.Cases, r.text(field), callflow.RelatedRecord{ID: r.text("Id"), Name: name})
				},
			}
		})
	}
	return append(by("ContactId", l.CaseContacts), by("AccountId", l.CaseAccounts)...)
}

// opportunityQueries ask for open Opportunities, the one changed last first. A
// Contact's are those it has a role in, first those of which it is the primary
// contact.
func opportunityQueries(l Lookups) []query {
	byRole := in(l.OpportunityContacts, 1, func(list string) query {
		return query{
			soql: "SELECT ContactId, OpportunityId, Opportunity.Name FROM OpportunityContactRole WHERE Opportunity.IsClosed = false AND ContactId IN " +
				list + " ORDER BY IsPrimary DESC, Opportunity.LastModifiedDate DESC, OpportunityId",
			read: func(a *Answers, r record) {
				keepFirst(a.Opportunities, r.text("ContactId"), callflow.RelatedRecord{ID: r.text("OpportunityId"), Name: r.related("Opportunity", "Name")})
			},
		}
	})
	byAccount := in(l.OpportunityAccounts, 1, func(list string) query {
		return query{
			soql: "SELECT Id, Name, AccountId FROM Opportunity WHERE IsClosed = false AND AccountId IN " + list + " ORDER BY LastModifiedDate DESC, Id",
			read: func(a *Answers, r record) {
				keepFirst(a.Opportunities, r.text("AccountId"), callflow.RelatedRecord{ID: r.text("Id"), Name: r.text("Name")})
			},
		}
	})
	return append(byRole, byAccount...)
}

func keepFirst(m map[string]callflow.RelatedRecord, id string, r callflow.RelatedRecord) {
	if _, known := m[id]; !known && id != "" {
		m[id] = r
	}
}

// taskQueries ask for Tasks by their key, deleted ones too: what a person threw
// away is not made again. Keys of one age go together, because the date is what
// keeps the query fast.
func (c *Client) taskQueries(keys []TaskKey) []query {
	if len(keys) == 0 {
		return nil
	}
	since := time.Now()
	values := make([]string, len(keys))
	asked := make(map[string]bool, len(keys))
	for i, k := range keys {
		values[i], asked[k.Key] = k.Key, true
		if k.Since.Before(since) {
			since = k.Since
		}
	}
	if since.Year() < 2000 {
		since = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // the first year there was a Salesforce
	}
	selected, repeated := "SELECT Id, CallObject, CreatedDate, LastModifiedDate, IsDeleted", 1
	if c.externalID != "" {
		selected, repeated = selected+", "+c.externalID, 2
	}
	return in(values, repeated, func(list string) query {
		where := "CallObject IN " + list
		if c.externalID != "" {
			where = "(" + where + " OR " + c.externalID + " IN " + list + ")"
		}
		return query{
			soql:    selected + " FROM Task WHERE CreatedDate >= " + since.UTC().Format(time.RFC3339) + " AND " + where,
			deleted: true,
			read: func(a *Answers, r record) {
				key := r.text(c.externalID)
				if !asked[key] {
					key = r.text("CallObject")
				}
				a.Tasks[key] = append(a.Tasks[key], FoundTask{
					ID: r.text("Id"), Deleted: r.is("IsDeleted"),
					CreatedAt: r.time("CreatedDate"), ModifiedAt: r.time("LastModifiedDate"),
				})
			},
		}
	})
}

// numberQueries ask for records by the exact text we write ourselves.
func numberQueries(l Lookups) []query {
	kinds := l.CreatedKinds
	if len(kinds) == 0 {
		kinds = []callflow.RecordKind{callflow.ContactRecord, callflow.LeadRecord, callflow.AccountRecord}
	}
	if slices.Contains(kinds, callflow.PersonAccountRecord) {
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(k callflow.RecordKind) bool { return k == callflow.AccountRecord })
	}
	asked := make(map[string]bool, len(l.CreatedNumbers))
	for _, n := range l.CreatedNumbers {
		asked[n] = true
	}
	var queries []query
	for _, kind := range slices.Compact(slices.Sorted(slices.Values(kinds))) {
		object, fields, phones := objectOf(kind), "Id, Name, OwnerId, LastModifiedDate", []string{"Phone", "MobilePhone"}
		switch kind {
		case callflow.ContactRecord:
			fields += ", AccountId"
		case callflow.LeadRecord:
			fields += ", IsConverted, ConvertedContactId, ConvertedAccountId"
		case callflow.AccountRecord:
			phones = phones[:1]
		case callflow.PersonAccountRecord:
			fields += ", IsPersonAccount, PersonContactId"
			phones[1] = "PersonMobilePhone"
		}
		queries = append(queries, in(l.CreatedNumbers, len(phones), func(list string) query {
			return query{
				soql: "SELECT " + fields + ", " + strings.Join(phones, ", ") + " FROM " + object +
					" WHERE " + strings.Join(phones, " IN "+list+" OR ") + " IN " + list,
				read: readNumber(object, phones, asked),
			}
		})...)
	}
	return queries
}

func readNumber(object string, phones []string, asked map[string]bool) func(*Answers, record) {
	return func(a *Answers, r record) {
		r.Attributes.Type = object
		var last string
		for _, field := range phones {
			if v := r.text(field); asked[v] && v != last {
				a.Numbers[v] = append(a.Numbers[v], r.candidate(field, v))
				last = v
			}
		}
	}
}
