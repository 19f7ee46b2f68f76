package store

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
)

// WriteKnown writes everything that the ledger holds of a number as one JSON
// object, row by row, so that many calls take no more memory than one. Held is
// what erasing takes out, with the facts that make sense of it; what names the
// number and stays when it is erased stands apart.
func (s *Store) WriteKnown(ctx context.Context, to io.Writer, e164 string, spellings []string) error {
	erased, err := s.erasureOf(ctx, e164)
	if err != nil {
		return fmt.Errorf("store: write known: %w", err)
	}
	ids, err := s.entriesOf(ctx, s.r, spellings, " ORDER BY started_at, id")
	if err != nil {
		return fmt.Errorf("store: write known: %w", err)
	}
	w := &knownWriter{to: to}
	w.open("")
	w.value("format", "ringledger number 1")
	w.value("number", e164)
	w.value("made_at", s.now().UTC().Format(time.RFC3339))
	w.value("erased", erased)
	for _, part := range []struct {
		name   string
		places []place
	}{{"held", places()}, {"stays", lasting()}} {
		w.open(part.name)
		for _, p := range part.places {
			w.list(p.part())
			if err := s.writePlace(ctx, w, p, ids, e164, spellings); err != nil {
				return fmt.Errorf("store: write known: %s: %w", p.table, err)
			}
			w.end("]")
		}
		w.end("}")
	}
	w.end("}\n")
	if w.err != nil {
		return fmt.Errorf("store: write known: %w", w.err)
	}
	return nil
}

// part is the name of the place in an export.
func (p place) part() string {
	if p.name != "" {
		return p.name
	}
	return p.table
}

// knownErasure is what is left of a number that was erased.
type knownErasure struct {
	AskedAt    string `json:"asked_at"`
	AskedBy    string `json:"asked_by"`
	FinishedAt string `json:"finished_at,omitempty"`
	Calls      int64  `json:"calls"`
}

// erasureOf tells whether a number was erased; nil when it was not.
func (s *Store) erasureOf(ctx context.Context, e164 string) (*knownErasure, error) {
	var some []int64
	if err := s.r.WithContext(ctx).Raw("SELECT id FROM erasures LIMIT 1").Scan(&some).Error; err != nil || len(some) == 0 {
		return nil, err // where nothing was erased there may be no key yet, and none is made here
	}
	hash, err := s.numberHash(ctx, s.r, e164)
	if err != nil {
		return nil, err
	}
	var found []struct {
		AskedBy                      string
		AskedAt, FinishedAt, Entries int64
	}
	err = s.r.WithContext(ctx).Raw("SELECT asked_by, asked_at, finished_at, entries FROM erasures WHERE hash = ?", hash).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	e := &knownErasure{AskedAt: iso(found[0].AskedAt), AskedBy: found[0].AskedBy, Calls: found[0].Entries}
	if found[0].FinishedAt > 0 {
		e.FinishedAt = iso(found[0].FinishedAt)
	}
	return e, nil
}

func iso(us int64) string { return fromMicros(us).Format(time.RFC3339Nano) }

// knownBatch is of how many entries rows are asked for at once.
const knownBatch = 50

// writePlace writes the rows of one place.
func (s *Store) writePlace(ctx context.Context, w *knownWriter, p place, ids []int64, e164 string, spellings []string) error {
	columns := slices.Concat(p.facts, p.person)
	db := s.r.WithContext(ctx)
	sql := "SELECT " + strings.Join(columns, ", ") + " FROM " + p.table + " WHERE "
	if p.of == "" {
		where, args, err := s.ofNumber(ctx, s.r, p, e164, spellings)
		if err != nil {
			return err
		}
		return w.rows(db.Raw(sql+where+" ORDER BY "+columns[0], args...), columns)
	}
	for some := range slices.Chunk(ids, knownBatch) {
		where, args := p.ofEntries(some)
		if err := w.rows(db.Raw(sql+where+" ORDER BY "+columns[0], args...), columns); err != nil {
			return err
		}
	}
	return nil
}

// knownWriter writes JSON piece by piece. The first error ends it.
type knownWriter struct {
	to    io.Writer
	comma bool // something stands before
	err   error
}

func (w *knownWriter) text(parts ...string) {
	for _, p := range parts {
		if w.err == nil {
			_, w.err = io.WriteString(w.to, p)
		}
	}
}

// begin stands before each piece.
func (w *knownWriter) begin(name, bracket string) {
	if w.comma {
		w.text(",")
	}
	if name != "" {
		w.text("\n", `"`, name, `": `)
	}
	w.text(bracket)
	w.comma = bracket == ""
}

func (w *knownWriter) open(name string) { w.begin(name, "{") }
func (w *knownWriter) list(name string) { w.begin(name, "[") }

func (w *knownWriter) end(bracket string) {
	w.text(bracket)
	w.comma = true
}

func (w *knownWriter) value(name string, v any) {
	b, err := json.Marshal(v)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.begin(name, "")
	w.text(string(b))
}

// rows writes each row as an object of what is there: columns without a value
// are left out.
func (w *knownWriter) rows(query *gorm.DB, columns []string) error {
	found, err := query.Rows()
	if err != nil {
		return err
	}
	defer func() { _ = found.Close() }() // Err has told what went wrong
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for found.Next() && w.err == nil {
		if err := found.Scan(into...); err != nil {
			return err
		}
		w.begin("", "\n{")
		for i, column := range columns {
			if v := known(column, values[i]); v != nil {
				w.value(column, v)
			}
		}
		w.end("}")
	}
	return found.Err()
}

// known is a value as people read it: times as times, documents as they are; nil
// when there is none.
func known(column string, v any) any {
	switch v := v.(type) {
	case int64:
		switch {
		case column != "at" && !strings.HasSuffix(column, "_at"):
			return v
		case v == 0:
			return nil
		default:
			return iso(v)
		}
	case string:
		return document([]byte(v))
	case []byte:
		return document(v)
	default:
		return v
	}
}

func document(text []byte) any {
	text = bytes.TrimSpace(text)
	switch {
	case len(text) == 0:
		return nil
	case (text[0] == '{' || text[0] == '[') && json.Valid(text):
		return json.RawMessage(bytes.Clone(text))
	default:
		return clean(string(text))
	}
}
