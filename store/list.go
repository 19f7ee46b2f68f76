package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// Filter narrows the list of entries. Zero values narrow nothing.
type Filter struct {
	Outcomes []callflow.Outcome
	Types    []callflow.CallType
	Reason   callflow.Reason
	LineID   string
	AgentID  string
	ObjectID string
	IDs      []int64   // these entries
	Cause    string    // of those that need a person
	Open     bool      // leaves out what a person marked as resolved
	Resolved bool      // only what a person marked as resolved
	From, To time.Time // of the start: From <= start < To
	Query    string    // a name, a number in any spelling, a call id, a Task id
	After    string    // cursor: entries older than it
	Before   string    // cursor: entries newer than it
	Limit    int       // 0 = 50

	// WholeNumbers lets digits in Query find only a number typed out whole.
	WholeNumbers bool
}

// Page is one page of entries, newest first, with cursors to its neighbours;
// an empty cursor means there is nothing there.
type Page struct {
	Entries []Entry
	Older   string
	Newer   string
}

// maxQuery ends a search that finds too much to be answered: pages share the
// readers, and one visitor's must not keep the others waiting.
const maxQuery = 4 * time.Second

// ErrTooBroad is returned for a search that was ended because it took too long.
var ErrTooBroad = errors.New("the search finds too much")

func tooBroad(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return errors.Join(ErrTooBroad, err)
	}
	return err
}

// ListEntries returns one page of the ledger.
func (s *Store) ListEntries(ctx context.Context, f Filter) (Page, error) {
	limit := f.Limit
	if limit <= 0 {
		limit = 50
	}
	where, args := f.where()
	cmp, dir, cursor := "<", "DESC", f.After
	if f.Before != "" {
		cmp, dir, cursor = ">", "ASC", f.Before
	}
	if cursor != "" {
		started, id, err := parseCursor(cursor)
		if err != nil {
			return Page{}, err
		}
		where = append(where, "(started_at "+cmp+" ? OR (started_at = ? AND id "+cmp+" ?))")
		args = append(args, started, started, id)
		where = append(where, "started_at "+cmp+"= ?") // lets the index begin there
		args = append(args, started)
	}
	ctx, cancel := context.WithTimeout(ctx, maxQuery)
	defer cancel()
	var found []entryRow
	err := s.r.WithContext(ctx).Raw("SELECT "+entryColumns+" FROM entries "+whereClause(where)+
		" ORDER BY started_at "+dir+", id "+dir+" LIMIT ?", append(args, limit+1)...).Scan(&found).Error
	if err != nil {
		return Page{}, fmt.Errorf("store: list entries: %w", tooBroad(ctx, err))
	}
	more := len(found) > limit
	if more {
		found = found[:limit]
	}
	if f.Before != "" {
		slices.Reverse(found)
	}
	page := Page{}
	if page.Entries, err = plainEntries(found); err != nil || len(found) == 0 {
		return page, err
	}
	first, last := found[0], found[len(found)-1]
	if f.Before != "" || more {
		page.Older = cursorOf(last)
	}
	if (f.Before != "" && more) || f.After != "" {
		page.Newer = cursorOf(first)
	}
	return page, nil
}

// CountCap is where CountEntries stops counting.
const CountCap = 10_000

// CountEntries counts what the filter finds, up to CountCap+1.
func (s *Store) CountEntries(ctx context.Context, f Filter) (int, error) {
	where, args := f.where()
	ctx, cancel := context.WithTimeout(ctx, maxQuery)
	defer cancel()
	var n int
	err := s.r.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM entries "+whereClause(where)+" LIMIT ?) AS capped",
		append(args, CountCap+1)...).Scan(&n).Error
	if err != nil {
		return 0, fmt.Errorf("store: count entries: %w", tooBroad(ctx, err))
	}
	return n, nil
}

func whereClause(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(where, " AND ")
}

func (f Filter) where() (where []string, args []any) {
	add := func(cond string, values ...any) {
		where = append(where, cond)
		args = append(args, values...)
	}
	if len(f.Outcomes) > 0 {
		add("outcome IN ?", f.Outcomes)
		if !slices.Contains(f.Outcomes, callflow.Logged) {
			add("outcome <> 'logged'") // SQLite uses the partial index only when told
		}
	}
	if len(f.Types) > 0 {
		add("call_type IN ?", f.Types)
	}
	if f.Reason != "" {
		add("reason = ?", string(f.Reason))
	}
	if f.LineID != "" {
		add("line_id = ?", f.LineID)
	}
	if f.AgentID != "" {
		add("agent_id = ?", f.AgentID)
	}
	if f.ObjectID != "" {
		add("object_id = ?", f.ObjectID)
	}
	if len(f.IDs) > 0 {
		add("id IN ?", f.IDs)
	}
	if f.Cause != "" {
		add("cause = ?", f.Cause)
		add("cause <> ''") // as above
	}
	if f.Open {
		add("resolved_at = 0")
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
	conds, values := searchConditions(f.Query, f.WholeNumbers)
	where = append(where, conds...)
	return where, append(args, values...)
}

func cursorOf(r entryRow) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.FormatInt(r.StartedAt, 36) + "." + strconv.FormatInt(r.ID, 36)))
}

// ErrCursor is returned for a cursor that this store did not make.
var ErrCursor = fmt.Errorf("store: unknown cursor")

func parseCursor(cursor string) (started, id int64, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, 0, ErrCursor
	}
	a, b, ok := strings.Cut(string(raw), ".")
	started, err1 := strconv.ParseInt(a, 36, 64)
	id, err2 := strconv.ParseInt(b, 36, 64)
	if !ok || err1 != nil || err2 != nil {
		return 0, 0, ErrCursor
	}
	return started, id, nil
}

// Cursor is the place of an entry in the list, for its neighbours.
func Cursor(e Entry) string {
	return cursorOf(entryRow{ID: e.ID, StartedAt: micros(e.StartedAt)})
}
