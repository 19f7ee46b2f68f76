package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	ownersRoute = "/rules/owners"
	// agentsShown is how many agents one page lists.
	agentsShown = 100
)

// ownersPage edits who owns the Tasks. It comes back under its own filter.
func (s *Server) ownersPage(c echo.Context) rulesPage {
	back := ownersRoute
	if q := ownersQuery(c); len(q) > 0 {
		back += "?" + q.Encode()
	}
	return rulesPage{path: back, render: s.renderOwners, check: s.checkOwners, keys: []formKey{
		{path: views.OwnerMapPrefix + "**"},
		{path: "owner.fallback", kind: typedOrder},
	}}
}

func (s *Server) editOwners(c echo.Context) error {
	if address, tidy := tidied(c.Request().URL); !tidy && !isFragment(c) {
		return c.Redirect(http.StatusSeeOther, address)
	}
	return s.showRules(c, s.ownersPage(c))
}

func (s *Server) saveOwners(c echo.Context) error { return s.changeRules(c, s.ownersPage(c)) }

// ownersQuery is the filter of the address.
func ownersQuery(c echo.Context) url.Values {
	q := url.Values{}
	for _, name := range []string{"q", "show", "page"} {
		if value := strings.TrimSpace(c.QueryParam(name)); value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// checkOwners finds e-mails in the table that lead to nobody, of rows that were
// added or changed. Without Salesforce nobody can tell.
func (s *Server) checkOwners(ctx context.Context, before, next callflow.Settings) ([]settings.Mistake, error) {
	mistakes, _, err := s.judgeOwners(ctx, before, next)
	return mistakes, err
}

// judgeOwners tells besides why the org could not be asked; "" = it was, or
// there was nothing to ask.
func (s *Server) judgeOwners(ctx context.Context, before, next callflow.Settings) (mistakes []settings.Mistake, trouble string, err error) {
	changed := maps.Clone(next.Owner.Map)
	maps.DeleteFunc(changed, func(agent, user string) bool { return before.Owner.Map[agent] == user })
	if len(changed) == 0 {
		return nil, "", nil
	}
	h, err := s.house(ctx)
	if err != nil {
		return nil, "", err
	}
	users := make([]string, 0, len(changed))
	for _, user := range changed {
		users = append(users, foldEmail(user))
	}
	looked := s.usersOf(ctx, h, users, true)
	if looked.trouble != "" {
		return nil, looked.trouble, nil
	}
	for _, agent := range slices.Sorted(maps.Keys(changed)) {
		_, result, _ := looked.judge(callflow.Agent{Name: agent, Email: agent}, next)
		if !views.OwnerMatched(result) {
			mistakes = append(mistakes, settings.Mistake{Problem: callflow.Problem{
				Path: views.OwnerMapPrefix + agent, Code: "owner_" + result, Params: map[string]string{"value": changed[agent]},
			}})
		}
	}
	return mistakes, "", nil
}

func foldEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

func (s *Server) renderOwners(ctx context.Context, c echo.Context, status int, state views.RulesState, form views.Form) error {
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	if err != nil {
		return err
	}
	next, _, err := applyForm(rules.Settings, s.ownersPage(c).keys, filled(form.Values))
	if err != nil {
		return err
	}
	agents, err := s.o.Store.Agents(ctx)
	if err != nil {
		return err
	}
	gone, err := s.o.Store.GoneAgents(ctx)
	if err != nil {
		return err
	}
	q := ownersQuery(c)
	m := views.OwnersPage{Rules: state, Form: form, Action: s.ownersPage(c).path, Query: q.Get("q"), Fallback: h.salesforce.UserName}
	again := c.QueryParam("again") != "" && s.askers.allow(visitorOf(c), s.o.Now())
	looked := s.usersOf(ctx, h, wantedEmails(agents, next), again)
	m.Trouble, m.AskedAt = looked.trouble, views.Ago(ctx, looked.at, s.o.Now())
	for _, u := range looked.owners {
		m.Users = append(m.Users, views.Option{Value: foldEmail(u.Email), Text: u.Name})
	}
	rows, strays := ownerRows(h, looked, agents, form, next)
	for i := range rows {
		_, rows[i].row.Gone = gone[rows[i].id]
	}
	m.Strays = strays
	fillOwners(&m, rows, q)
	m.AgainURL = ownersURL(q, "again", "1")
	return s.render(ctx, c, status, views.Owners(s.rulesFrame(ctx, c, h, views.HereOwners, m.Form), m))
}

// wantedEmails are the e-mails that the Tasks of all agents ask for, and those
// of the table.
func wantedEmails(agents []callflow.Agent, rules callflow.Settings) []string {
	var emails []string
	for _, a := range agents {
		emails = append(emails, callflow.AgentEmails(callflow.Call{Agent: a}, rules)...)
	}
	for _, user := range rules.Owner.Map {
		if user = foldEmail(user); user != "" {
			emails = append(emails, user)
		}
	}
	return emails
}

// agentRow is a row with the agent's id.
type agentRow struct {
	id  string
	row views.OwnerRow
}

// ownerRows are all agents, and the rows of the table that are nobody's.
func ownerRows(h house, looked lookedUp, agents []callflow.Agent, form views.Form, next callflow.Settings) (rows []agentRow, strays []views.OwnerRow) {
	fields := map[string]string{} // by agent's e-mail
	for _, name := range slices.Sorted(maps.Keys(form.Values)) {
		if email, ok := strings.CutPrefix(name, views.OwnerMapPrefix); ok {
			fields[foldEmail(email)] = name
		}
	}
	drawn := map[string]bool{}
	for _, a := range agents {
		email := foldEmail(a.Email)
		r := ownerRow(h, looked, a, next)
		switch {
		case email == "":
		case drawn[email]:
			r.Result = "repeated"
		default:
			r.Field = cmp.Or(fields[email], views.OwnerMapPrefix+email)
			drawn[email] = true
		}
		rows = append(rows, agentRow{a.ID, r})
	}
	for _, email := range slices.Sorted(maps.Keys(fields)) {
		if drawn[email] {
			continue
		}
		r := ownerRow(h, looked, callflow.Agent{Email: email}, next)
		r.Field = fields[email]
		strays = append(strays, r)
	}
	return rows, strays
}

func ownerRow(h house, looked lookedUp, a callflow.Agent, next callflow.Settings) views.OwnerRow {
	u, result, wanted := looked.judge(a, next)
	return views.OwnerRow{Name: a.Name, Email: a.Email, Result: result, Wanted: wanted, User: u.Name, UserURL: recordURL(h, u.ID)}
}

// fillOwners counts the agents and keeps those of the filter and the page.
func fillOwners(m *views.OwnersPage, rows []agentRow, q url.Values) {
	var found []views.OwnerRow
	unmapped, wanted := 0, strings.ToLower(q.Get("q"))
	for _, r := range rows {
		open := !r.row.Gone && !views.OwnerMatched(r.row.Result) && r.row.Result != "repeated"
		if !r.row.Gone && r.row.Result != "repeated" {
			m.Agents++
		}
		if open {
			unmapped++
		} else if !r.row.Gone && r.row.Result != "repeated" {
			m.Matched++
		}
		if q.Get("show") == "unmapped" && !open || !strings.Contains(strings.ToLower(r.row.Name+" "+r.row.Email+" "+r.row.User), wanted) {
			continue
		}
		found = append(found, r.row)
	}
	m.Tabs = []views.Tab{
		{Code: "owners_all", URL: ownersURL(q, "show", "", "page", ""), Count: strconv.Itoa(len(rows)), Current: q.Get("show") == ""},
		{Code: "owners_unmapped", URL: ownersURL(q, "show", "unmapped", "page", ""), Count: strconv.Itoa(unmapped), Bad: unmapped > 0, Current: q.Get("show") == "unmapped"},
	}
	page, err := strconv.Atoi(q.Get("page"))
	if err != nil || page < 1 || (page-1)*agentsShown >= max(len(found), 1) {
		page = 1
	}
	from := (page - 1) * agentsShown
	to := min(len(found), from+agentsShown)
	m.Rows = found[from:to]
	if page > 1 {
		m.Newer = ownersURL(q, "page", strconv.Itoa(page-1))
	}
	if to < len(found) {
		m.Older = ownersURL(q, "page", strconv.Itoa(page+1))
	}
}

// ownersURL is the page under a filter with some of it changed: pairs of a name
// and a value.
func ownersURL(q url.Values, pairs ...string) string {
	changed := maps.Clone(q)
	for i := 0; i+1 < len(pairs); i += 2 {
		changed.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			changed.Del(pairs[i])
		}
	}
	if len(changed) == 0 {
		return ownersRoute
	}
	return ownersRoute + "?" + changed.Encode()
}
