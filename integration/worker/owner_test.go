package worker_test

import (
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store/storetest"
)

// ownerOf logs a call of an agent and returns whose Task it is.
func (s *site) ownerOf(agent string) (owner any, call string) {
	s.t.Helper()
	call = s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: ada, Line: "Support FR", Agent: agent, Plain: true})
	return s.logged(call)["OwnerId"], call
}

func (s *site) connectedUser() string {
	s.t.Helper()
	state, _, err := s.conn.State(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return state.UserID
}

func TestAnAgentsEMailMatchesInAnyCase(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	agent := s.account.Users()[0].Email
	user := s.org.Add("User", map[string]any{"Username": "sf." + agent, "Email": upper(agent), "LastName": "Agent", "Alias": "agent", "IsActive": true, "UserType": "Standard"})
	if owner, _ := s.ownerOf(agent); owner != user {
		t.Errorf("owner is %v, want %s", owner, user)
	}
}

func upper(email string) string {
	b := []byte(email)
	for i, c := range b {
		if c >= 'a' && c <= 'z' && i%2 == 0 {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

func TestTwoUsersWithOneEMailAreBothPassedOver(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	agent := s.account.Users()[0].Email
	for _, name := range []string{"one.", "two."} {
		s.org.Add("User", map[string]any{"Username": name + agent, "Email": agent, "LastName": "Agent", "Alias": "agent", "IsActive": true, "UserType": "Standard"})
	}
	owner, call := s.ownerOf(agent)
	if owner != s.connectedUser() {
		t.Errorf("owner is %v, want the connected user", owner)
	}
	s.says(call, "owner/ambiguous")
}

func TestAUserWhoLeftOrIsOfThePortalIsNotTheSecondOne(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	agent := s.account.Users()[0].Email
	add := func(name, kind string, active bool) string {
		return s.org.Add("User", map[string]any{"Username": name + agent, "Email": agent, "LastName": "Agent", "Alias": "agent", "IsActive": active, "UserType": kind})
	}
	add("left.", "Standard", false)
	add("portal.", "PowerCustomerSuccess", true)
	user := add("own.", "Standard", true)
	if owner, _ := s.ownerOf(agent); owner != user {
		t.Errorf("owner is %v, want %s", owner, user)
	}
}

func TestOnlyAPortalUserOfTheEMailIsNoOwner(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	agent := s.account.Users()[0].Email
	s.org.Add("User", map[string]any{"Username": "portal." + agent, "Email": agent, "LastName": "Agent", "Alias": "agent", "IsActive": true, "UserType": "PowerCustomerSuccess"})
	owner, call := s.ownerOf(agent)
	if owner != s.connectedUser() {
		t.Errorf("owner is %v, want the connected user", owner)
	}
	s.says(call, "owner/unknown_agent")
}

func TestTheOwnerOfTheRecordIsTakenUnlessAQueueOrGone(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	owner := s.user("owner@example.com")
	contact := s.org.Add("Contact", map[string]any{"LastName": "Martin", "Phone": ada, "OwnerId": owner})
	s.rules(func(r *callflow.Settings) {
		r.Owner.Fallback = []string{callflow.OwnerRecord, callflow.OwnerConnection}
	})
	agent := s.account.Users()[0].Email
	if got, _ := s.ownerOf(agent); got != owner {
		t.Errorf("owner is %v, want the record's %s", got, owner)
	}
	s.change(owner, map[string]any{"IsActive": false})
	got, call := s.ownerOf(agent)
	if got != s.connectedUser() {
		t.Errorf("owner is %v, want the connected user once the record's left", got)
	}
	s.says(call, "owner/record_owner_inactive")
	s.remove(contact)
	queue := s.org.Add("Group", map[string]any{"Name": "Leads", "Type": "Queue"})
	s.org.Add("Lead", map[string]any{"LastName": "Byron", "Company": "Byron", "Phone": ada, "OwnerId": queue})
	got, call = s.ownerOf(agent)
	if got != s.connectedUser() {
		t.Errorf("owner is %v, want the connected user for a record of a queue", got)
	}
	s.says(call, "owner/record_owner_queue")
}

func TestAnAgentDeletedAtAircallKeepsTheTask(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.contact(ada)
	agent := s.account.Users()[0].Email
	user := s.user(agent)
	owner, call := s.ownerOf(agent)
	if owner != user {
		t.Fatalf("owner is %v, want %s", owner, user)
	}
	s.say(call, "call.tagged", `,"user":null,"tags":[{"id":1,"name":"vip","tagged_by":null}]`)
	s.drain()
	if got := s.task(call); got["OwnerId"] != user || got["CallDisposition"].(string)[:12] != "aircall, vip" {
		t.Errorf("the Task belongs to %v with %v", got["OwnerId"], got["CallDisposition"])
	}
}

func TestALateFactLeavesTheTaskWithAnAgentWhoLeft(t *testing.T) {
	later := time.Duration(0)
	s := newSite(t, storetest.SQLite(t), ahead(&later))
	s.contact(ada)
	agent := s.account.Users()[0].Email
	user := s.user(agent)
	owner, call := s.ownerOf(agent)
	if owner != user {
		t.Fatalf("owner is %v, want %s", owner, user)
	}
	s.change(user, map[string]any{"IsActive": false})
	later = time.Hour // the user is not remembered any more
	s.tag(call, "vip")
	s.drain()
	if got := s.task(call); got["OwnerId"] != user || got["CallDisposition"].(string)[:12] != "aircall, vip" {
		t.Errorf("the Task belongs to %v with %v, want it left with %s", got["OwnerId"], got["CallDisposition"], user)
	}
}
