package salesforce_test

import (
	"strings"
	"testing"
)

func TestUsersAreFoundByEmailWhetherTheyCanOwnTasksOrNot(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		_, q := soql(t, s)
		if strings.Contains(q, "IsActive = true") {
			t.Errorf("those who left are left out: %s", q)
		}
		return 200, page(
			row("Id", "005A", "Name", "Ada", "Email", "Ada@Example.com", "IsActive", true, "UserType", "Standard"),
			row("Id", "005B", "Name", "Bob", "Email", "bob@example.com", "IsActive", false, "UserType", "Standard"),
			row("Id", "005C", "Name", "Cy", "Email", "cy@example.com", "IsActive", true, "UserType", "PowerPartner"),
			row("Id", "005D", "Name", "Nobody asked", "Email", "other@example.com", "IsActive", true, "UserType", "Standard"))
	}))
	found, err := o.client.UsersByEmail(soon(t), []string{"ada@example.com", "BOB@example.com", "cy@example.com", ""})
	if err != nil {
		t.Fatal(err)
	}
	owns := map[string]bool{"ada@example.com": true, "bob@example.com": false, "cy@example.com": false}
	for email, want := range owns {
		if len(found[email]) != 1 || found[email][0].Owns() != want {
			t.Errorf("%s: got %+v, want one user who can own Tasks: %v", email, found[email], want)
		}
	}
	if len(found) != len(owns) {
		t.Errorf("got %v", found)
	}
}

func TestNobodyToFindSendsNothing(t *testing.T) {
	o := newOrg(t, composite(t, func(sub) (int, any) { return 200, page() }))
	if found, err := o.client.UsersByEmail(soon(t), []string{" "}); err != nil || len(found) != 0 {
		t.Fatalf("got %v, %v", found, err)
	}
	if n := len(o.requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestOwnersAreActiveStandardUsers(t *testing.T) {
	o := newOrg(t, composite(t, func(s sub) (int, any) {
		_, q := soql(t, s)
		if !strings.Contains(q, "IsActive = true AND UserType = 'Standard'") || !strings.Contains(q, "LIMIT") {
			t.Errorf("asked %s", q)
		}
		return 200, page(row("Id", "005A", "Name", "Ada", "Email", "ada@example.com", "IsActive", true, "UserType", "Standard"))
	}))
	owners, err := o.client.Owners(soon(t))
	if err != nil || len(owners) != 1 || owners[0].ID != "005A" {
		t.Fatalf("got %v, %v", owners, err)
	}
}
