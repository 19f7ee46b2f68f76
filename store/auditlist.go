package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// AuditFilter narrows the audit log. Zero values narrow nothing.
type AuditFilter struct {
	Who      string
	Codes    []AuditCode
	Object   string // a part of the object's text
	From, To time.Time
	After    string // cursor: rows older than it
	Before   string // cursor: rows newer than it
	Limit    int    // 0 = 50
}

// AuditPage is one page of the audit log, newest first, with cursors to its
// neighbours; an empty cursor means there is nothing there.
type AuditPage struct {
	Rows  []AuditRow
	Older string
	Newer string
}

// ListAudit returns one page of the audit log.
func (s *Store) ListAudit(ctx context.Context, f AuditFilter) (AuditPage, error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	sql, args, err := f.query(s.postgres)
	if err != nil {
		return AuditPage{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.maxQuery)
	defer cancel()
	var found []auditRow
	if err := s.r.WithContext(ctx).Raw(sql, args...).Scan(&found).Error; err != nil {
		return AuditPage{}, fmt.Errorf("store: list audit: %w", tooBroad(ctx, err))
	}
	more := len(found) > f.Limit
	if more {
		found = found[:f.Limit]
	}
	if f.Before != "" {
		slices.Reverse(found)
	}
	page := AuditPage{}
	if page.Rows, err = plainAudit(found); err != nil || len(found) == 0 {
		return page, err
	}
	if f.Before != "" || more {
		page.Older = auditCursor(found[len(found)-1])
	}
	if (f.Before != "" && more) || f.After != "" {
		page.Newer = auditCursor(found[0])
	}
	return page, nil
}

// auditCursor is a row's place in the list, written as that of an entry is.
func auditCursor(r auditRow) string { return cursorOf(entryRow{ID: r.ID, StartedAt: r.At}) }

// query is the statement that reads one page and the row after it. Its filters
// are read from an index alone; only the rows of the page are looked up.
func (f AuditFilter) query(postgres bool) (sql string, args []any, err error) {
	where, args := f.where(postgres)
	cmp, dir, cursor := "<", "DESC", f.After
	if f.Before != "" {
		cmp, dir, cursor = ">", "ASC", f.Before
	}
	if cursor != "" {
		at, id, err := parseCursor(cursor)
		if err != nil {
			return "", nil, err
		}
		where = append(where, "at "+cmp+"= ?", "(at "+cmp+" ? OR id "+cmp+" ?)") // the first lets the index begin there
		args = append(args, at, at, id)
	}
	return "SELECT " + auditColumns + " FROM audit " + whereClause(where) + " ORDER BY at " + dir + ", id " + dir + " LIMIT ?", append(args, f.Limit+1), nil
}

func (f AuditFilter) where(postgres bool) (where []string, args []any) {
	add := func(cond string, value any) {
		where, args = append(where, cond), append(args, value)
	}
	if f.Who != "" {
		add("who = ?", f.Who)
	}
	switch len(f.Codes) {
	case 0:
	case 1:
		add("what = ?", string(f.Codes[0]))
	default: // no index has several in the order of time: the row's own is read
		add("what || '' IN ?", f.Codes)
	}
	if f.Object != "" {
		like := "LIKE" // SQLite's takes capital and small letters for the same
		if postgres {
			like = "ILIKE"
		}
		add("object "+like+` ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(clean(f.Object))+"%")
	}
	if !f.From.IsZero() {
		add("at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		add("at < ?", micros(f.To))
	}
	return where, args
}

func plainAudit(found []auditRow) ([]AuditRow, error) {
	out := make([]AuditRow, len(found))
	for i, f := range found {
		out[i] = AuditRow{ID: f.ID, At: fromMicros(f.At), Who: f.Who, What: AuditCode(f.What), Object: f.Object, Address: f.Address}
		if f.Detail == "" {
			continue
		}
		if err := json.Unmarshal([]byte(f.Detail), &out[i].Detail); err != nil {
			return nil, fmt.Errorf("store: audit row %d: %w", f.ID, err)
		}
	}
	return out, nil
}

// maxAuditors is how many names the filter offers.
const maxAuditors = 200

// Auditors lists who did something, by name: people who left, keys that were
// revoked, and the program itself. It jumps from name to name in the index.
func (s *Store) Auditors(ctx context.Context) ([]string, error) {
	var found []string
	err := s.r.WithContext(ctx).Raw(`WITH RECURSIVE names (name) AS (
		SELECT min(who) FROM audit WHERE who > ''
		UNION ALL SELECT (SELECT min(who) FROM audit WHERE who > names.name) FROM names WHERE names.name IS NOT NULL
	) SELECT name FROM names WHERE name IS NOT NULL LIMIT ?`, maxAuditors).Scan(&found).Error
	if err != nil {
		return nil, fmt.Errorf("store: list who is in the audit: %w", err)
	}
	return found, nil
}
