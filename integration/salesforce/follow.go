package salesforce

import (
	"context"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// maxHops bounds how often a record is followed to the one that took its
// place: merged, merged again, converted.
const maxHops = 4

// Follow reads Contacts, Leads and Accounts by id, as they are now: a record
// that was merged is the one it was merged into, a converted Lead the Contact
// it became. The answer is by the id asked for. A record that is deleted, or
// that the user may not see, has no key in it. A converted Lead whose Contact
// is gone is the Lead itself, Converted.
func (c *Client) Follow(ctx context.Context, ids []string, personAccounts bool) (map[string]callflow.Candidate, error) {
	at := map[string]string{} // where each id asked for has led to
	for _, id := range distinctValues(ids) {
		at[id] = id
	}
	found := map[string]callflow.Candidate{}
	for range maxHops {
		if len(at) == 0 {
			break
		}
		rows, err := c.readRecords(ctx, at, personAccounts)
		if err != nil {
			return nil, err
		}
		for asked, id := range at {
			r, ok := rows[id]
			next := ""
			switch {
			case !ok:
			case r.is("IsDeleted"):
				next = r.text("MasterRecordId")
			default:
				found[asked] = r.candidate("", "")
				next = r.text("ConvertedContactId")
			}
			if at[asked] = next; next == "" {
				delete(at, asked)
			}
		}
	}
	return found, nil
}

// readRecords reads the records that at leads to, deleted ones too. A field
// that the org hides is left out.
func (c *Client) readRecords(ctx context.Context, at map[string]string, personAccounts bool) (map[string]record, error) {
	byObject := map[string][]string{}
	for _, id := range at {
		if object := followed(id); object != "" {
			byObject[object] = append(byObject[object], id)
		}
	}
	objects := []string{"Contact", "Lead", "Account"}
	for {
		rows := map[string]record{}
		var queries []query
		for _, object := range objects {
			ids := byObject[object]
			slices.Sort(ids)
			fields := append([]string{"IsDeleted", "MasterRecordId"}, searchFields(object, Searching{PersonAccounts: personAccounts})...)
			selected := "SELECT " + strings.Join(c.seen(object, fields), ", ") + " FROM " + object + " WHERE Id IN "
			queries = append(queries, in(ids, 1, func(list string) query {
				return query{soql: selected + list, deleted: true, read: func(_ *Answers, r record) {
					r.Attributes.Type = object
					rows[r.text("Id")] = r
				}}
			})...)
		}
		err := c.ask(ctx, "follow", queries, nil)
		if err == nil || !c.hide(err, objects) {
			return rows, err
		}
	}
}

// followed is the object of an id, by its key prefix.
func followed(id string) string {
	switch {
	case strings.HasPrefix(id, "003"):
		return "Contact"
	case strings.HasPrefix(id, "00Q"):
		return "Lead"
	case strings.HasPrefix(id, "001"):
		return "Account"
	}
	return ""
}
