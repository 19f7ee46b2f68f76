package store

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"gorm.io/gorm"
)

// place is a table that holds something of the people behind a number. Erasing
// and export both go by the list of places, so that one of them reaches what the
// other does; a test compares the list with the schema.
type place struct {
	table  string
	name   string   // of its part of an export, where two places are of one table
	of     string   // the rows that belong to entries: a condition with their ids
	key    string   // or: the column that is the number
	naming []string // or: the columns whose text may name it
	among  string   // which rows are read for that; "" = all
	person []string // what tells of the person: exported, and emptied or removed
	facts  []string // what makes sense of it: exported, and stays
	blank  string   // what stands in an emptied column then; "" = nothing
	also   string   // what else is set when a row is emptied; ? is the time
	rows   bool     // the whole row is removed

	outlives string // which of them stay, emptied, when entries are removed by their age: a condition with their ids; "" = none
}

// places lists them, what hangs on entries first, and the terms that entries are
// found by last of these.
func places() []place {
	const ofEntry = "entry_id IN ?"
	return []place{
		{
			table:  "replays", // whose facts are those of one of the calls
			of:     `detail <> '' AND detail IN (SELECT detail FROM tries WHERE entry_id IN ? UNION ALL SELECT detail_before FROM replay_items WHERE entry_id IN ?)`,
			person: []string{"detail"},
			facts:  []string{"id", "asked_by", "asked_at"},

			outlives: "id IN (SELECT replay_id FROM replay_items WHERE entry_id IN ?)",
		},
		{
			table: "deliveries", // the hash stays, so that the same body coming again is known and not kept
			of: `id IN (SELECT d.id FROM entries e JOIN deliveries d ON d.kind = e.kind AND d.object_id = e.object_id
				AND d.provider = e.provider WHERE e.id IN ?)`,
			person: []string{"body"},
			facts:  []string{"id", "kind", "object_id", "event", "event_at", "received_at"},
		},
		{
			table: "deliveries", name: "other_events", naming: []string{"body"}, among: "kind = ''", // of no call and no message
			person: []string{"body"},
			facts:  []string{"id", "event", "event_at", "received_at"},
		},
		{
			table: "tries", of: ofEntry,
			person: []string{"detail", "steps", "exchanges"},
			facts:  []string{"id", "entry_id", "n", "cause", "at", "outcome", "reason", "rules_version"},
		},
		{
			table: "replay_items", of: ofEntry,
			person: []string{"detail_before", "cause_before"},
			facts:  []string{"replay_id", "entry_id", "outcome", "reason", "task_id", "outcome_before", "reason_before", "task_before", "resolved_by_before"},

			outlives: "entry_id IN ?",
		},
		{
			table: "entries", of: "id IN ?",
			person: []string{"external", "detail", "choice", "who_id", "what_id", "record_kind", "record_id", "record_name", "record", "created", "wrote", "cause"},
			facts: []string{"id", "kind", "object_id", "call_type", "direction", "line_name", "agent_name", "started_at", "ended_at", "first_at", "updated_at",
				"outcome", "reason", "rules_version", "task_id", "task_at", "owner_id", "resolved_at", "resolved_by"},
			// A claim on the entry ends, so that whoever has it cannot write back what it read.
			also: `fence = fence + 1, lease_until = 0, due_at = NULL, intent_at = 0, replay = '', erased_at = ?, updated_at = ?,
				outcome = CASE WHEN task_id <> '' THEN 'logged' ELSE 'skipped' END, reason = CASE WHEN task_id <> '' THEN reason ELSE 'erased' END`,
		},
		{
			table: "terms", of: ofEntry, rows: true,
			person: []string{"term"},
			facts:  []string{"entry_id"},
		},
		{
			table: "numbers", key: "e164", rows: true,
			person: []string{"e164", "created", "choice"},
			facts:  []string{"created_at", "chosen_by", "chosen_at"},
		},
		{
			table: "saved_views", naming: []string{"name", "query"}, rows: true, // a filter
			person: []string{"name", "query"},
			facts:  []string{"id", "owner", "shared", "saved_at"},
		},
		{
			table: "replays", name: "replay_filters", naming: []string{"query"}, blank: "/activity", // all of them
			person: []string{"query"},
			facts:  []string{"id", "asked_by", "asked_at"},
		},
	}
}

// lasting are the places that can name a number and that erasing leaves: what
// was written down must not change afterwards, and the rules are the house's own.
func lasting() []place {
	return []place{
		{table: "audit", naming: []string{"object", "detail"}, person: []string{"object", "detail"}, facts: []string{"id", "at", "who", "what"}},
		{table: "settings", naming: []string{"document", "note"}, person: []string{"note"}, facts: []string{"version", "saved_at", "saved_by"}},
	}
}

// ofEntries is the condition for the rows that belong to entries.
func (p place) ofEntries(ids []int64) (where string, args []any) {
	for range strings.Count(p.of, "?") {
		args = append(args, ids)
	}
	return p.of, args
}

// ofNumber is the condition for the rows that belong to the number itself.
func (s *Store) ofNumber(ctx context.Context, db *gorm.DB, p place, e164 string, spellings []string) (where string, args []any, err error) {
	if p.key != "" {
		return p.key + " = ?", []any{e164}, nil
	}
	ids, err := s.named(ctx, db, p, spellings)
	if len(ids) == 0 {
		ids = []int64{-1} // no row has it
	}
	return p.id() + " IN ?", []any{ids}, err
}

// empty takes what tells of the person out of the rows that the condition finds.
func (p place) empty(tx *gorm.DB, where string, args []any, now int64) error {
	if p.rows {
		return tx.Exec("DELETE FROM "+p.table+" WHERE "+where, args...).Error
	}
	set := strings.Join(p.person, " = ?, ") + " = ?"
	values := make([]any, 0, len(p.person)+len(args)+2)
	for range p.person {
		values = append(values, p.blank)
	}
	if p.also != "" {
		set += ", " + p.also
		for range strings.Count(p.also, "?") {
			values = append(values, now)
		}
	}
	return tx.Exec("UPDATE "+p.table+" SET "+set+" WHERE "+where, append(values, args...)...).Error
}

// named finds the rows of a place whose text names the number, by their first
// fact. Such tables are small, or walked once for one person: texts spell a
// number in more ways than a condition can tell.
func (s *Store) named(ctx context.Context, db *gorm.DB, p place, spellings []string) (ids []int64, err error) {
	where := ""
	if p.among != "" {
		where = " WHERE " + p.among
	}
	rows, err := db.WithContext(ctx).Raw("SELECT " + p.id() + ", " + strings.Join(p.naming, " || ' ' || ") + " FROM " + p.table + where).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err has told what went wrong
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		if mentions(text, spellings) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// id is the column that a row is found again by.
func (p place) id() string { return p.facts[0] }

// manyDigits is how many digits a run of them has before it can name anybody.
const manyDigits = 5

// digitsApart are digits with what people write between them.
var digitsApart = regexp.MustCompile(`\p{Nd}(?:[\s().+/·–-]{0,4}\p{Nd})*`)

// mentions reports whether a text names a number in one of its spellings,
// however the digits are grouped, also within an address.
func mentions(text string, spellings []string) bool {
	forms := []string{text}
	if plain, err := url.QueryUnescape(text); err == nil && plain != text {
		forms = append(forms, plain)
	}
	for _, form := range forms {
		for _, run := range digitsApart.FindAllString(form, -1) {
			digits := digitsOf(run)
			if len(digits) < manyDigits {
				continue
			}
			for _, spelling := range spellings {
				whole := len(spelling) >= wholeDigits
				if digits == spelling || whole && (strings.HasSuffix(digits, spelling) || strings.HasPrefix(digits, spelling)) {
					return true
				}
			}
		}
	}
	return false
}
