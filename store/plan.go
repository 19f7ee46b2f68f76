package store

import (
	"context"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// clause is a piece of SQL with its values.
type clause struct {
	sql  string
	args []any
}

func cond(sql string, args ...any) clause { return clause{sql, args} }

func (c clause) or(other clause) clause {
	return clause{"(" + c.sql + " OR " + other.sql + ")", slices.Concat(c.args, other.args)}
}

// plan is how a filter is answered, so that no question reads the ledger from
// end to end: along one index for each value of the filter that narrows most,
// each giving as many as a page holds; or by the entries that a search found.
type plan struct {
	branches []clause // each is read by itself, newest first; none = along the start of calls
	found    *clause  // selects the only ids worth reading, few enough to be sorted
	rest     []clause // what must hold besides
	common   bool     // a search that finds so much that it is looked for along the way
	all      *clause  // selects the ids of all that a search finds
	set      *clause  // says the same of an entry, when they are not too many
}

// maxBranches is how many values of one filter are read by themselves.
const maxBranches = 100

// planOf chooses how to answer. It asks the database how much a search finds.
func (s *Store) planOf(ctx context.Context, f Filter) (plan, error) {
	p := f.plan(s.postgres)
	err := s.search(ctx, f, &p)
	return p, err
}

// choice is one filter that has an index: any of the values.
type choice struct {
	column string
	values []any
	index  string // tells SQLite that the partial index will do
}

// choices are the filters that have an index, the most narrowing first.
func (f Filter) choices() []choice {
	var out []choice
	add := func(column, index string, values []any) {
		if len(values) > 0 {
			out = append(out, choice{column, values, index})
		}
	}
	rare := !slices.Contains(f.Outcomes, callflow.Logged) && !slices.Contains(f.Outcomes, callflow.Skipped)
	if rare {
		add("outcome", " AND outcome <> 'logged'", values(f.Outcomes))
	}
	if f.Reason != "" && f.Reason != callflow.ReasonQueued {
		add("reason", " AND reason <> 'queued'", []any{string(f.Reason)})
	}
	add("agent_id", "", values(f.Agents))
	add("line_id", "", values(f.Lines))
	if f.RulesVersion > 0 {
		add("rules_version", " AND rules_version > 0", []any{f.RulesVersion})
	}
	add("call_type", " AND call_type <> ''", values(f.Types))
	if !slices.Contains(f.Records, NoRecord) {
		add("record_kind", " AND record_kind <> ''", values(f.Records))
	}
	if !rare && !slices.Contains(f.Outcomes, callflow.Logged) {
		add("outcome", " AND outcome <> 'logged'", values(f.Outcomes))
	}
	return out
}

// values are those of one filter, each once: each is read by itself.
func values[T ~string](in []T) []any {
	out := make([]any, 0, len(in))
	for _, v := range in {
		if one := askable(string(v)); !slices.Contains(out, any(one)) {
			out = append(out, one)
		}
	}
	return out
}

// plan is everything but the search.
func (f Filter) plan(postgres bool) (p plan) {
	add := func(sql string, args ...any) { p.rest = append(p.rest, cond(sql, args...)) }
	driver := ""
	if all := f.choices(); len(all) > 0 && f.Cause == "" && f.ObjectID == "" && len(f.IDs) == 0 && len(all[0].values) <= maxBranches {
		driver = all[0].column
		for _, v := range all[0].values {
			p.branches = append(p.branches, cond(driver+" = ?"+all[0].index, v))
		}
	}
	// Without its statistics SQLite may take the index of any of these instead.
	plain := func(column string) string {
		if postgres || driver == "" && f.Cause != "" {
			return column
		}
		return "+" + column
	}
	in := func(column string, values []any) {
		if len(values) > 0 && column != driver {
			add(plain(column)+" IN ?", values)
		}
	}
	in("outcome", values(f.Outcomes))
	in("call_type", values(f.Types))
	in("line_id", values(f.Lines))
	in("agent_id", values(f.Agents))
	in("record_kind", values(f.Records))
	if f.Reason != "" {
		in("reason", []any{string(f.Reason)})
	}
	if f.RulesVersion > 0 {
		in("rules_version", []any{f.RulesVersion})
	}
	f.more(add)
	return p
}

// more are the conditions that never choose an index.
func (f Filter) more(add func(string, ...any)) {
	if f.Direction != "" {
		add("direction = ?", string(f.Direction))
	}
	if len(f.IDs) > 0 {
		add("id IN ?", f.IDs)
	}
	if f.ObjectID != "" {
		add("object_id = ?", askable(f.ObjectID))
	}
	if f.Cause != "" {
		add("cause = ?", askable(f.Cause))
		add("cause <> ''") // SQLite uses the partial index only when told
	}
	if f.Open {
		add(unsettled)
	}
	if f.Resolved {
		add("resolved_at > 0")
	}
	if !f.From.IsZero() {
		add("started_at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		add("started_at < ?", micros(f.To))
	}
}

// conditions are the filter as one list of conditions, for whoever reads in
// another order than the list's.
func (s *Store) conditions(ctx context.Context, f Filter) (where []string, args []any, err error) {
	p, err := s.planOf(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	if p.found != nil {
		where, args = append(where, "id IN ("+p.found.sql+")"), append(args, p.found.args...)
	}
	for _, c := range append(p.asFilter(), p.rest...) {
		where, args = append(where, c.sql), append(args, c.args...)
	}
	return where, args, nil
}

func whereClause(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(where, " AND ")
}

// where joins the plan's conditions with further ones.
func (p plan) where(further ...clause) (string, []any) {
	var all []string
	var args []any
	for _, c := range slices.Concat(further, p.rest) {
		all = append(all, c.sql)
		args = append(args, c.args...)
	}
	if len(all) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(all, " AND "), args
}

// ids selects the ids and starts of at most limit entries of each branch, in
// an order; "" is any.
func (p plan) ids(further []clause, order string, limit int) (string, []any) {
	if p.found != nil {
		where, args := p.where(append(p.asFilter(), further...)...)
		where = strings.Replace(where, " WHERE ", " AND ", 1)
		return "SELECT id, started_at FROM (" + p.found.sql + ") AS found CROSS JOIN entries WHERE entries.id = found.entry_id" + where + order,
			slices.Concat(p.found.args, args)
	}
	branches := p.branches
	if len(branches) == 0 {
		branches = []clause{{}}
	}
	var parts []string
	var args []any
	for _, b := range branches {
		own := further
		if b.sql != "" {
			own = append([]clause{b}, further...)
		}
		where, values := p.where(own...)
		parts = append(parts, "SELECT id, started_at FROM (SELECT id, started_at FROM entries"+where+order+" LIMIT ?) AS branch")
		args = append(append(args, values...), limit)
	}
	return strings.Join(parts, " UNION ALL "), args
}

// newest is the order of the list, and oldest its opposite.
const (
	newest = " ORDER BY started_at DESC, id DESC"
	oldest = " ORDER BY started_at ASC, id ASC"
)

// toCount selects at most limit of each branch in the order that costs least:
// along the index of the list, which has what is filtered by. What a search
// found needs no order, and often no look at the entries.
func (p plan) toCount(limit int) (string, []any) {
	p = p.counted()
	switch {
	case p.found == nil:
		return p.ids(nil, newest, limit)
	case len(p.rest)+len(p.branches) == 0:
		return p.found.sql, p.found.args
	}
	return p.ids(nil, "", limit)
}

// asFilter are the branches as one condition, for entries that are found
// otherwise.
func (p plan) asFilter() []clause {
	if len(p.branches) == 0 {
		return nil
	}
	var any clause
	for i, b := range p.branches {
		if i > 0 {
			any.sql += " OR "
		}
		any.sql += "(" + b.sql + ")"
		any.args = append(any.args, b.args...)
	}
	any.sql = "(" + any.sql + ")"
	return []clause{any}
}

// readList reads up to limit entries in the order of the list, from the
// filter's cursor.
func (s *Store) readList(ctx context.Context, f Filter, limit int) ([]entryRow, error) {
	p, err := s.planOf(ctx, f)
	if err != nil {
		return nil, err
	}
	cmp, order, cursor := "<", newest, f.After
	if f.Before != "" {
		cmp, order, cursor = ">", oldest, f.Before
	}
	var further []clause
	if cursor != "" {
		started, id, err := parseCursor(cursor)
		if err != nil {
			return nil, err
		}
		further = []clause{cond("(started_at "+cmp+" ? OR (started_at = ? AND id "+cmp+" ?))", started, started, id),
			cond("started_at "+cmp+"= ?", started)} // lets the index begin there
	}
	if p.common && f.Before == "" && len(p.branches) == 0 {
		return s.readNear(ctx, p, further, order, limit)
	}
	return s.readPlan(ctx, p, further, order, limit)
}

func (s *Store) readPlan(ctx context.Context, p plan, further []clause, order string, limit int) ([]entryRow, error) {
	ids, args := p.ids(further, order, limit)
	var found []entryRow
	err := s.r.WithContext(ctx).Raw("SELECT "+entryColumns+" FROM entries WHERE id IN (SELECT id FROM ("+ids+") AS fitting"+order+" LIMIT ?)"+order,
		append(args, limit)...).Scan(&found).Error
	return found, err
}

// nearEntries is how far a search that finds much is looked for along the list
// before everything that it finds is sorted instead: all of it may be old.
const nearEntries = 20_000

func (s *Store) readNear(ctx context.Context, p plan, further []clause, order string, limit int) ([]entryRow, error) {
	where, args := plan{rest: slices.DeleteFunc(slices.Clone(p.rest), func(c clause) bool { return !strings.HasPrefix(c.sql, "started_at") })}.where(further...)
	var edge []int64
	err := s.r.WithContext(ctx).Raw("SELECT started_at FROM entries"+where+order+" LIMIT 1 OFFSET ?", append(args, nearEntries)...).Scan(&edge).Error
	if err != nil || len(edge) == 0 {
		if err != nil {
			return nil, err
		}
		return s.readPlan(ctx, p, further, order, limit)
	}
	near, err := s.readPlan(ctx, p, append([]clause{cond("started_at > ?", edge[0])}, further...), order, limit)
	if err != nil || len(near) >= limit {
		return near, err
	}
	return s.readPlan(ctx, p.sorted(), further, order, limit)
}
