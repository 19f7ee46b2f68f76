package aircall

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// Oddity is something in an event that could not be read. It carries no value
// of the event, so it may be shown and logged.
type Oddity struct {
	Event string // "call.ended"
	Path  string // JSON pointer: "/data/started_at"
	Got   string // the JSON type found: "object"
}

// reader reads JSON that need not have the documented types. A value of
// another type reads as absent and is noted; null is absent and not odd.
type reader struct {
	dec      *jsontext.Decoder
	err      error // the first syntax error; nothing is read after it
	event    string
	oddities []Oddity
	noting   bool
}

func newReader(body []byte) *reader {
	return &reader{dec: jsontext.NewDecoder(bytes.NewBuffer(body),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))}
}

// reset starts on another body.
func (r *reader) reset(body []byte) {
	r.dec.Reset(bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	r.err = nil
}

func (r *reader) atEnd() bool {
	_, err := r.dec.ReadToken()
	return errors.Is(err, io.EOF)
}

// object calls member with each key; member reads or skips the value. The key
// holds only until then.
func (r *reader) object(member func(key []byte)) {
	if !r.enter('{') {
		return
	}
	for r.err == nil && r.dec.PeekKind() == '"' {
		raw, err := r.dec.ReadValue()
		if err != nil {
			r.err = err
			return
		}
		member(raw[1 : len(raw)-1])
	}
	r.leave()
}

// maxElements bounds what is kept of a list, far beyond what calls have.
const maxElements = 500

// list calls element before each element; element reads or skips it.
func (r *reader) list(element func()) {
	if !r.enter('[') {
		return
	}
	for n := 0; r.err == nil; n++ {
		kind := r.dec.PeekKind()
		if kind == ']' || kind == 0 {
			break
		}
		if n >= maxElements {
			r.skip()
			continue
		}
		element()
	}
	r.leave()
}

func (r *reader) enter(opening jsontext.Kind) bool {
	if r.err != nil {
		return false
	}
	if kind := r.dec.PeekKind(); kind != opening {
		r.skip()
		r.odd(kind)
		return false
	}
	_, err := r.dec.ReadToken()
	r.err = err
	return err == nil
}

func (r *reader) leave() {
	if r.err == nil {
		_, r.err = r.dec.ReadToken()
	}
}

func (r *reader) skip() {
	if r.err == nil {
		r.err = r.dec.SkipValue()
	}
}

// scalar is the next value when it is text or a number, and its kind.
func (r *reader) scalar() (raw []byte, kind jsontext.Kind) {
	if r.err != nil {
		return nil, 0
	}
	if kind = r.dec.PeekKind(); kind != '"' && kind != '0' {
		r.skip()
		r.odd(kind)
		return nil, 0
	}
	raw, r.err = r.dec.ReadValue()
	if r.err != nil {
		return nil, 0
	}
	return raw, kind
}

// text is a string, or a number as it is written. Control characters, which
// databases and Salesforce refuse, are left out.
func (r *reader) text() string {
	switch raw, kind := r.scalar(); kind {
	case '"':
		return printable(unquote(raw))
	case '0':
		return string(raw)
	}
	return ""
}

func printable(text string) string {
	unwanted := func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f }
	if !strings.ContainsFunc(text, unwanted) {
		return text
	}
	return strings.Map(func(c rune) rune {
		if unwanted(c) {
			return -1
		}
		return c
	}, text)
}

// maxID is longer than any id Aircall is known to give.
const maxID = 200

// id is an id given as text or as a whole number. It never goes through a
// float, which would change long ones.
func (r *reader) id() string {
	raw, kind := r.scalar()
	if kind == 0 {
		return ""
	}
	var id string
	if kind == '"' {
		id = strings.TrimSpace(unquote(raw))
	} else if isDigits(raw) {
		id = string(raw)
	}
	if len(id) > maxID || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' }) {
		id = ""
	}
	if id == "" {
		r.odd(kind)
	}
	return id
}

// time is a moment given in seconds, milliseconds or ISO 8601; zero when it
// did not happen.
func (r *reader) time() time.Time {
	raw, kind := r.scalar()
	if kind == 0 {
		return time.Time{}
	}
	text := string(raw)
	if kind == '"' {
		text = strings.TrimSpace(unquote(raw))
	}
	t, ok := parseTime(text)
	if !ok {
		r.odd(kind)
	}
	return t
}

// int is a count; zero when there is none.
func (r *reader) int() int {
	n, err := strconv.Atoi(r.text())
	if err != nil {
		return 0
	}
	return n
}

// bool is a truth value, which some answers give as text.
func (r *reader) bool() bool {
	if r.err != nil {
		return false
	}
	if kind := r.dec.PeekKind(); kind == 't' || kind == 'f' {
		r.skip()
		return kind == 't'
	}
	return r.text() == "true"
}

// maxOddities is as many as anybody reads.
const maxOddities = 50

// odd notes that the value last read is of no use here.
func (r *reader) odd(kind jsontext.Kind) {
	if !r.noting || kind == 'n' || kind == 0 || len(r.oddities) >= maxOddities {
		return
	}
	r.oddities = append(r.oddities, Oddity{Event: r.event, Path: string(r.dec.StackPointer()), Got: kindName(kind)})
}

func kindName(kind jsontext.Kind) string {
	switch kind {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	}
	return "boolean"
}

func isDigits(raw []byte) bool {
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(raw) > 0
}

// Numbers of seconds from 1e11 on would lie beyond the year 5000, and so mean
// milliseconds; beyond 1e14 nothing makes sense.
const (
	fromMillis = 1e11
	tooLate    = 1e14
)

// parseTime reports !ok when text is no time. Zero and the empty text are the
// time of what did not happen.
func parseTime(text string) (t time.Time, ok bool) {
	if text == "" || text == "0" {
		return time.Time{}, true
	}
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		return unixTime(whole)
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil {
		if !(f > 0 && f < tooLate) {
			return time.Time{}, false
		}
		return unixTime(int64(f))
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05 UTC", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil && t.Year() >= 1970 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

func unixTime(n int64) (time.Time, bool) {
	switch {
	case n <= 0 || n >= tooLate:
		return time.Time{}, false
	case n >= fromMillis:
		return time.UnixMilli(n).UTC(), true
	default:
		return time.Unix(n, 0).UTC(), true
	}
}
