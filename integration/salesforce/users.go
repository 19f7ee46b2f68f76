package salesforce

import (
	"context"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// AnyUser is a user of the org who may or may not own Tasks.
type AnyUser struct {
	callflow.User
	Active   bool
	Standard bool // not of a portal, a community or the system
}

// Owns reports whether the user can own Tasks.
func (u AnyUser) Owns() bool { return u.Active && u.Standard }

// UsersByEmail finds all users with these e-mails, by e-mail in lower case,
// those who left too: it tells why somebody cannot own Tasks. It costs one
// request, more only for many hundreds of e-mails.
func (c *Client) UsersByEmail(ctx context.Context, emails []string) (map[string][]AnyUser, error) {
	found := map[string][]AnyUser{}
	lower := make([]string, len(emails))
	for i, e := range emails {
		lower[i] = strings.ToLower(strings.TrimSpace(e))
	}
	wanted := make(map[string]bool, len(lower))
	for _, e := range lower {
		wanted[e] = e != ""
	}
	queries := in(lower, 1, func(list string) query {
		return query{
			soql: "SELECT Id, Name, Email, IsActive, UserType FROM User WHERE Email IN " + list + " ORDER BY Name, Id",
			read: func(_ *Answers, r record) {
				u := readAnyUser(r)
				email := strings.ToLower(u.Email)
				if wanted[email] && !slices.Contains(found[email], u) {
					found[email] = append(found[email], u)
				}
			},
		}
	})
	if len(queries) == 0 {
		return found, nil
	}
	var none Answers
	return found, c.ask(ctx, "users", queries, &none)
}

// maxOwners bounds how many users are offered to choose from.
const maxOwners = "500"

// Owners lists users who can own Tasks, by name, the first few hundred.
func (c *Client) Owners(ctx context.Context) ([]callflow.User, error) {
	var all []callflow.User
	var none Answers
	err := c.ask(ctx, "users", []query{{
		soql: "SELECT Id, Name, Email, IsActive, UserType FROM User WHERE IsActive = true AND UserType = 'Standard' ORDER BY Name, Id LIMIT " + maxOwners,
		read: func(_ *Answers, r record) { all = append(all, readAnyUser(r).User) },
	}}, &none)
	return all, err
}

func readAnyUser(r record) AnyUser {
	return AnyUser{
		User:   callflow.User{ID: r.text("Id"), Name: r.text("Name"), Email: r.text("Email")},
		Active: r.is("IsActive"), Standard: r.text("UserType") == "Standard",
	}
}
