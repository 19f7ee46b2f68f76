package callflow

import (
	"maps"
	"slices"
	"strings"
)

// ownership is who owns the Task; an empty id leaves it to Salesforce, which
// gives it to the user of the connection.
type ownership struct {
	id    string
	steps []Step
}

func (o *ownership) add(result string, params map[string]string) {
	o.steps = append(o.steps, Step{Code: StepOwner, Result: result, Params: params})
}

// judgeOwner takes the agent's Salesforce user, else walks the fallback chain,
// whose end is always the user who made the connection.
func judgeOwner(c Call, s Settings, f Found, r *Record) ownership {
	var o ownership
	user, result := findAgentUser(c, s, f)
	params := map[string]string{"agent": agentName(c.Agent), "email": strings.Join(AgentEmails(c, s), ", "), "call_type": string(c.Type())}
	if user.ID != "" {
		params["user"], params["user_name"] = user.ID, user.Name
	}
	o.add(result, params)
	if result == ownerByEmail || result == ownerMapped {
		o.id = user.ID
		return o
	}
	for _, fallback := range s.Owner.Fallback {
		if fallback == OwnerConnection {
			break
		}
		if fallback == OwnerRecord && o.takeRecordOwner(f, r) {
			return o
		}
	}
	o.takeConnection(f)
	return o
}

// takeRecordOwner gives the Task to the owner of the record, if that is a user
// who can own Tasks: a Lead may belong to a queue, an Account to somebody who left.
func (o *ownership) takeRecordOwner(f Found, r *Record) bool {
	if r == nil || r.OwnerID == "" {
		o.add("record_owner_unknown", nil)
		return false
	}
	params := map[string]string{"user": r.OwnerID, "record": r.ID, "kind": string(r.Kind), "name": r.Name}
	switch {
	case !strings.HasPrefix(r.OwnerID, "005"): // the key prefix of users
		o.add("record_owner_queue", params)
		return false
	case !active(f, r.OwnerID):
		o.add("record_owner_inactive", params)
		return false
	}
	o.id = r.OwnerID
	o.add("record_owner", params)
	return true
}

func (o *ownership) takeConnection(f Found) {
	o.id = f.Connection.ID
	if o.id == "" {
		o.add("default", nil)
		return
	}
	o.add("connection_user", map[string]string{"user": f.Connection.ID, "user_name": f.Connection.Name})
}

// Results of looking for the agent's user.
const (
	ownerByEmail   = "agent_email"
	ownerMapped    = "mapped"
	ownerNoAgent   = "no_agent"
	ownerNoEmail   = "no_email"
	ownerUnknown   = "unknown_agent"
	ownerAmbiguous = "ambiguous"
	ownerInactive  = "inactive"
)

// findAgentUser finds the one active user with the agent's e-mail. Two of them
// are as good as none: guessing would give work to the wrong person.
func findAgentUser(c Call, s Settings, f Found) (User, string) {
	wanted := AgentEmails(c, s)
	switch {
	case agentName(c.Agent) == "":
		return User{}, ownerNoAgent
	case len(wanted) == 0:
		return User{}, ownerNoEmail
	}
	found := map[string]User{}
	for _, u := range f.Users {
		if u.ID != "" && slices.Contains(wanted, foldEmail(u.Email)) {
			found[u.ID] = u
		}
	}
	usable := maps.Clone(found)
	maps.DeleteFunc(usable, func(id string, _ User) bool { return !active(f, id) })
	switch {
	case len(found) == 0:
		return User{}, ownerUnknown
	case len(usable) == 0:
		return found[slices.Min(slices.Collect(maps.Keys(found)))], ownerInactive
	case len(usable) > 1:
		return User{}, ownerAmbiguous
	}
	for _, u := range usable {
		if _, mapped := mappedEmail(c.Agent.Email, s.Owner.Map); mapped {
			return u, ownerMapped
		}
		return u, ownerByEmail
	}
	return User{}, ownerUnknown
}

// AgentUser says which of the users owns the Tasks of an agent's calls. The
// result is that of the owner step: agent_email and mapped name the user, with
// any other the fallback chain decides.
func AgentUser(a Agent, s Settings, users []User) (u User, result string) {
	return findAgentUser(Call{Agent: a}, s, Found{Users: users})
}

// agentUser is the agent's user, when there is exactly one.
func agentUser(c Call, s Settings, f Found) (User, bool) {
	u, result := findAgentUser(c, s, f)
	return u, result == ownerByEmail || result == ownerMapped
}

// AgentEmails lists the e-mails whose Salesforce users may own the call's Task:
// the mapped one, else the agent's, in lower case.
func AgentEmails(c Call, s Settings) []string {
	email := foldEmail(c.Agent.Email)
	if email == "" {
		return nil
	}
	if mapped, ok := mappedEmail(email, s.Owner.Map); ok {
		return []string{mapped}
	}
	return []string{email}
}

// mappedEmail reads the table of agents, whose keys are e-mails in any case.
func mappedEmail(email string, table map[string]string) (string, bool) {
	for _, from := range slices.Sorted(maps.Keys(table)) {
		if foldEmail(from) == foldEmail(email) {
			to := foldEmail(table[from])
			return to, to != ""
		}
	}
	return "", false
}

func foldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// active reports whether a user can own Tasks; unknown counts as yes, since
// Salesforce says no by itself.
func active(f Found, id string) bool { return f.ActiveUser == nil || f.ActiveUser(id) }
