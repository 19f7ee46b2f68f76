package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const auditRoute = "/audit"

const (
	// auditChecked is how many of the last rows every look at the page checks:
	// as many as nobody waits for.
	auditChecked = 1_000
	// auditCheckTakes bounds the check of the whole chain.
	auditCheckTakes = 20 * time.Second
)

// auditQuery is the filter of the audit log as its URL says it.
type auditQuery struct {
	query
	filter store.AuditFilter
	kind   string
}

// auditQueryOf understands the parameters of the audit log. What it does not
// understand narrows nothing and is told.
func auditQueryOf(c echo.Context, zone *time.Location) auditQuery {
	q := auditQuery{query: query{values: url.Values{}}}
	for _, name := range []string{"who", "kind", "q", "from", "to", "after", "before"} {
		typed := strings.TrimSpace(c.QueryParam(name))
		switch {
		case typed == "":
		case q.take(name, typed, zone):
			q.values[name] = []string{typed}
		default:
			q.unknown = append(q.unknown, name+"="+typed)
		}
	}
	for name, typed := range c.QueryParams() {
		if !slices.Contains([]string{"who", "kind", "q", "from", "to", "after", "before", "check", "sep", "lang"}, name) {
			q.unknown = append(q.unknown, name+"="+strings.Join(typed, ","))
		}
	}
	slices.Sort(q.unknown)
	return q
}

func (q *auditQuery) take(name, typed string, zone *time.Location) (ok bool) {
	switch name {
	case "who":
		q.filter.Who, ok = typed, true
	case "kind":
		q.filter.Codes = codesOf(typed)
		q.kind, ok = typed, len(q.filter.Codes) > 0
	case "q":
		q.filter.Object, ok = objectOf(typed), len(typed) <= 200
	case "from":
		q.filter.From, ok = readDay(typed, zone, 0)
	case "to":
		q.filter.To, ok = readDay(typed, zone, 1)
	case "after":
		q.filter.After, ok = typed, true
	case "before":
		q.filter.Before, ok = typed, true
	}
	return ok
}

// codesOf are the codes of a group, or one code.
func codesOf(kind string) []store.AuditCode {
	for _, g := range store.AuditGroups() {
		if g.Name == kind {
			return g.Codes
		}
	}
	if code := store.AuditCode(kind); code.Known() {
		return []store.AuditCode{code}
	}
	return nil
}

// objectOf is what somebody looks for as it is written down: of the address of
// a page only its path.
func objectOf(typed string) string {
	if u, err := url.Parse(typed); err == nil && u.Host != "" && u.Path != "" {
		return u.Path
	}
	return typed
}

// listAudit shows who did what, newest first.
func (s *Server) listAudit(c echo.Context) error {
	if address, tidy := tidied(c.Request().URL); !tidy && !isFragment(c) {
		return c.Redirect(http.StatusSeeOther, address)
	}
	ctx := s.reader(c)
	q := auditQueryOf(c, views.LocaleOf(ctx).Zone)
	page, err := s.o.Store.ListAudit(ctx, q.filter)
	if err != nil {
		return err
	}
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	names, err := s.names(ctx)
	if err != nil {
		return err
	}
	about, err := s.auditAbout(ctx, h, page.Rows)
	if err != nil {
		return err
	}
	m := views.AuditPage{Zone: zoneName(ctx), Unknown: q.unknown, ClearURL: auditRoute, Days: s.auditDays(ctx, page.Rows, names, about),
		CSVURL: q.url("/audit.csv", "after", "", "before", ""), Chips: auditChips(ctx, q, names)}
	if page.Older != "" {
		m.Older = q.url(auditRoute, "after", page.Older, "before", "")
	}
	if page.Newer != "" {
		m.Newer = q.url(auditRoute, "before", page.Newer, "after", "")
	}
	if m.Filters, err = s.auditFilters(ctx, q, names); err != nil {
		return err
	}
	if m.Chain, err = s.auditChain(ctx, c); err != nil {
		return err
	}
	if m.Chain.After > 0 || m.Chain.Bad > 0 {
		m.Chain.CheckURL = q.url(auditRoute, "check", "all")
	}
	return s.render(ctx, c, http.StatusOK, views.Audit(s.frame(ctx, c, h, views.HereAudit), m))
}

// auditChain checks the end of the chain, or all of it when asked to.
func (s *Server) auditChain(ctx context.Context, c echo.Context) (views.AuditChain, error) {
	var after, n int64
	var head []byte
	var err error
	if c.QueryParam("check") == "all" {
		takeTime(c, auditCheckTakes+pageTimeout)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, auditCheckTakes)
		defer cancel()
		n, head, err = s.o.Store.CheckAudit(ctx)
	} else {
		after, n, head, err = s.o.Store.CheckLatestAudit(ctx, auditChecked)
	}
	chain := views.AuditChain{After: int(after), To: int(n)}
	switch {
	case errors.Is(err, store.ErrAuditBroken):
		s.log.ErrorContext(ctx, "the audit log does not fit its chain", "row", n+1)
		chain.Bad = int(n) + 1
		return chain, nil
	case err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		chain.Stopped = true
		return chain, nil
	}
	if n > 0 {
		chain.Head = fmt.Sprintf("%.8x", head) // as the doctor prints it
	}
	return chain, err
}

// names are the people there are, by e-mail.
func (s *Server) names(ctx context.Context) (map[string]string, error) {
	users, err := s.o.Store.Users(ctx)
	names := make(map[string]string, len(users))
	for _, u := range users {
		names[u.Email] = u.Name
	}
	return names, err
}

func (s *Server) auditDays(ctx context.Context, rows []store.AuditRow, names map[string]string, about map[int64]views.AuditAbout) []views.AuditDay {
	var days []views.AuditDay
	for _, r := range rows {
		title := views.DayTitle(ctx, r.At, s.o.Now())
		if len(days) == 0 || days[len(days)-1].Title != title {
			days = append(days, views.AuditDay{Title: title})
		}
		last := &days[len(days)-1]
		last.Rows = append(last.Rows, auditRow(ctx, r, names, about[r.ID]))
	}
	return days
}

func auditRow(ctx context.Context, r store.AuditRow, names map[string]string, about views.AuditAbout) views.AuditRow {
	row := views.AuditRow{ID: strconv.FormatInt(r.ID, 10), At: views.At(ctx, r.At), Code: string(r.What), Who: views.AuditWho(ctx, r.Who, names[r.Who]),
		Facts: views.AuditFacts(ctx, r.Detail, about), Address: r.Address}
	row.Object, row.ObjectURL = views.AuditObject(ctx, row.Code, r.Object, about)
	if names[r.Who] != "" {
		row.Email = r.Who
	}
	return row
}

func auditChips(ctx context.Context, q auditQuery, names map[string]string) []views.Chip {
	var out []views.Chip
	for _, name := range []string{"q", "who", "kind", "from", "to"} {
		value := q.values.Get(name)
		switch {
		case value == "":
			continue
		case name == "who":
			value = views.AuditWho(ctx, value, names[value])
		case name == "kind":
			value = views.AuditKind(ctx, value)
		case name == "from" || name == "to":
			value = shownMoment(ctx, value)
		}
		out = append(out, views.Chip{Filter: name, Value: value, RemoveURL: q.url(auditRoute, name, "", "after", "", "before", "")})
	}
	return out
}

func (s *Server) auditFilters(ctx context.Context, q auditQuery, names map[string]string) (views.AuditFilters, error) {
	f := views.AuditFilters{Query: q.values.Get("q"), Who: q.filter.Who, Kind: q.kind,
		From: formDay(ctx, q.filter.From, 0), To: formDay(ctx, q.filter.To, -time.Nanosecond)}
	for _, g := range store.AuditGroups() {
		kinds := views.AuditKinds{Group: g.Name}
		for _, code := range g.Codes {
			kinds.Codes = append(kinds.Codes, string(code))
		}
		f.Kinds = append(f.Kinds, kinds)
	}
	all, err := s.o.Store.Auditors(ctx)
	for _, who := range all {
		f.People = append(f.People, views.Option{Value: who, Text: views.AuditWho(ctx, who, names[who])})
	}
	return f, err
}
