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
	Lines    []string // ids
	Agents   []string // ids
	ObjectID string

	Direction    callflow.Direction
	Records      []callflow.RecordKind // what it stands on; NoRecord for nothing
	RulesVersion int

	IDs      []int64   // these entries
	Cause    string    // of those that need a person
	Open     bool      // leaves out what a person marked as resolved
	Resolved bool      // only what a person marked as resolved
	From, To time.Time // of the start: From <= start < To
	Query    string    // a name, a number in any spelling, an id of Aircall or Salesforce
	After    string    // cursor: entries older than it
	Before   string    // cursor: entries newer than it
	Limit    int       // 0 = 50

	// WholeNumbers lets digits in Query find only a number typed out whole.
	WholeNumbers bool
}

// NoRecord stands among the kinds of records for entries that have none.
const NoRecord callflow.RecordKind = ""

// Page is one page of entries, newest first, with cursors to its neighbours;
// an empty cursor means there is nothing there.
type Page struct {
	Entries []Entry
	Older   string
	Newer   string
}

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
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	found, err := s.readList(ctx, f, limit+1)
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
const CountCap = 1_000

// CountEntries counts what the filter finds, up to CountCap+1.
func (s *Store) CountEntries(ctx context.Context, f Filter) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	p, err := s.planOf(ctx, f)
	n := 0
	if err == nil {
		sql, args := p.toCount(CountCap + 1)
		err = s.r.WithContext(ctx).Raw("SELECT count(*) FROM (SELECT 1 FROM ("+sql+") AS fitting LIMIT ?) AS capped", append(args, CountCap+1)...).Scan(&n).Error
	}
	if err != nil {
		return 0, fmt.Errorf("store: count entries: %w", tooBroad(ctx, err))
	}
	return n, nil
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
