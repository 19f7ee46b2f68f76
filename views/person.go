package views

import "context"

// personSessions says how the sessions on somebody's page are ended: one's own
// but the one in use.
func personSessions(ctx context.Context, m PersonPage) endSessions {
	if m.Self {
		return endSessions{T(ctx, "account.sessions"), sessionsToEnd(len(m.Open) > 1, "/account/sessions/end"), T(ctx, "account.sessions.end_others")}
	}
	return endSessions{T(ctx, "person.sessions"), m.Action + "/sessions/end", T(ctx, "person.sessions.end")}
}

// linksEnd says which links end with a person's right to make them. plain is
// what is said of somebody who is no admin.
func (m LeavePage) linksEnd(ctx context.Context, plain string) string {
	switch {
	case !m.Admin:
		return plain
	case m.Invitations > 0:
		return T(ctx, "person.links.invitations", "count", m.Invitations) + " " + T(ctx, "person.links.resets")
	}
	return T(ctx, "person.links.resets")
}

func requiredOptions(ctx context.Context) []Option {
	var all []Option
	for _, of := range []string{"nobody", "admins", "everyone"} {
		all = append(all, Option{of, T(ctx, "people.second_step.of."+of)})
	}
	return all
}
