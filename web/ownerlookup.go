package web

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/connection"
	"ringledger/integration/salesforce"
)

const (
	// lookupTimeout bounds how long a page waits for Salesforce; without an
	// answer it says so.
	lookupTimeout = 6 * time.Second
	// lookupLife is how long an answer is shown again before the org is asked
	// anew: leafing through a long list costs one look-up.
	lookupLife = time.Minute
)

// orgUsers remembers who in the org has which e-mail, for the Owners page.
type orgUsers struct {
	mu    sync.Mutex
	known lookedUp
}

// lookedUp is what the org said of some e-mails.
type lookedUp struct {
	org     string
	at      time.Time
	asked   []string // e-mails, sorted
	byEmail map[string][]salesforce.AnyUser
	owners  []callflow.User // who may own Tasks
	trouble string          // why nobody was asked: not_connected, reconnect, down
}

// fits reports whether the answer covers the e-mails and is new enough.
func (l lookedUp) fits(org string, emails []string, now time.Time) bool {
	if l.org != org || l.at.IsZero() || now.Sub(l.at) > lookupLife {
		return false
	}
	for _, e := range emails {
		if _, asked := slices.BinarySearch(l.asked, e); !asked {
			return false
		}
	}
	return true
}

// usersOf asks the org who has these e-mails. A trouble is an answer too, so
// that the page works without Salesforce.
func (s *Server) usersOf(ctx context.Context, h house, emails []string, anew bool) lookedUp {
	emails = slices.Clone(emails)
	slices.Sort(emails)
	emails = slices.Compact(emails)
	org := h.salesforce.OrgID + h.salesforce.ConnectedAt.String()
	s.users.mu.Lock()
	known := s.users.known
	s.users.mu.Unlock()
	if !anew && known.fits(org, emails, s.o.Now()) {
		return known
	}
	l := lookedUp{org: org, asked: emails, at: s.o.Now()}
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	if l.trouble = s.askUsers(ctx, &l); l.trouble != "" {
		return l
	}
	s.users.mu.Lock()
	defer s.users.mu.Unlock()
	s.users.known = l
	return l
}

func (s *Server) askUsers(ctx context.Context, l *lookedUp) (trouble string) {
	client, err := s.o.Salesforce.Client(ctx)
	if err == nil {
		l.byEmail, err = client.UsersByEmail(ctx, l.asked)
	}
	if err == nil {
		l.owners, err = client.Owners(ctx)
	}
	switch {
	case err == nil:
		return ""
	case errors.Is(err, salesforce.ErrNotConnected), errors.Is(err, connection.ErrNotConnected), salesforce.KindOf(err) == salesforce.NotConnected:
		return "not_connected"
	case errors.Is(err, salesforce.ErrReconnect), salesforce.KindOf(err) == salesforce.Reconnect:
		return "reconnect"
	default:
		s.log.WarnContext(ctx, "users could not be looked up", "error", err)
		return "down"
	}
}

// judge says who owns the Tasks of an agent's calls, by the rules themselves.
func (l lookedUp) judge(a callflow.Agent, rules callflow.Settings) (u callflow.User, result, wanted string) {
	emails := callflow.AgentEmails(callflow.Call{Agent: a}, rules)
	if len(emails) == 0 {
		return u, "no_email", ""
	}
	wanted = emails[0]
	if l.trouble != "" {
		return u, "unchecked", wanted
	}
	var able []callflow.User
	for _, user := range l.byEmail[wanted] {
		if user.Owns() {
			able = append(able, user.User)
		}
	}
	if a.Name == "" {
		a.Name = a.Email
	}
	u, result = callflow.AgentUser(a, rules, able)
	if len(able) == 0 && result == "unknown_agent" {
		result = l.unable(wanted)
	}
	return u, result, wanted
}

// unable says why nobody with the e-mail can own Tasks.
func (l lookedUp) unable(email string) string {
	users := l.byEmail[strings.ToLower(email)]
	switch {
	case len(users) == 0:
		return "unknown_agent"
	case slices.ContainsFunc(users, func(u salesforce.AnyUser) bool { return u.Active }):
		return "not_standard"
	default:
		return "inactive"
	}
}
