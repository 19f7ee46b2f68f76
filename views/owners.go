package views

import (
	"context"

	"ringledger/integration/callflow"
)

// OwnerMapPrefix is what the names of the table's fields begin with; an
// agent's e-mail follows.
const OwnerMapPrefix = "owner.map."

const fallbackField = "owner.fallback"

// ownerValues are the fields of the Owners page.
func ownerValues(v map[string][]string, o callflow.OwnerRule) {
	v[fallbackField] = o.Fallback
	for agent, user := range o.Map {
		v[OwnerMapPrefix+agent] = []string{user}
	}
}

// OwnerMatched reports whether a result of the look-up names a user.
func OwnerMatched(result string) bool { return result == "agent_email" || result == "mapped" }

// class is the colour of how it stands with an agent.
func (r OwnerRow) class() string {
	switch {
	case OwnerMatched(r.Result):
		return "ok"
	case r.Result == "unchecked" || r.Gone || r.Result == "":
		return ""
	default:
		return "warn"
	}
}

func (r OwnerRow) icon() string {
	switch r.class() {
	case "ok":
		return "circle-check"
	case "warn":
		return "triangle-alert"
	default:
		return "circle-help"
	}
}

// why says how the user was found, or what stands in the way.
func (r OwnerRow) why(ctx context.Context) string {
	return T(ctx, "owners.why."+r.Result, "email", r.Wanted, "user", r.User)
}

// mend says what to do about it; "" when nothing has to be done.
func (r OwnerRow) mend(ctx context.Context) string {
	if key := "owners.mend." + r.Result; Known(key) && !r.Gone {
		return T(ctx, key, "email", r.Wanted)
	}
	return ""
}

// fallsBack says who owns the Tasks of an agent without a user.
func (m OwnersPage) fallsBack(ctx context.Context) string {
	last := m.Fallback
	if last == "" {
		last = T(ctx, "owners.chain.connection")
	}
	if m.Form.Has(fallbackField, callflow.OwnerRecord) {
		return T(ctx, "owners.falls_back.record", "user", last)
	}
	return T(ctx, "owners.falls_back", "user", last)
}
