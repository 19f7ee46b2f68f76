package store

import (
	"reflect"
	"strings"
	"unicode/utf8"
)

// clean takes out of a text what PostgreSQL refuses to store: bytes that are
// no UTF-8, and NUL, which JSON can carry. One such text would otherwise keep
// its event, and all that share a transaction with it, from being stored.
func clean(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// askable makes a text that somebody asks for one that PostgreSQL takes. What
// was taken out of it leaves a mark, so that it finds nothing else.
func askable(s string) string {
	if strings.IndexByte(s, 0) < 0 && utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
}

// allAskable makes all texts among a statement's values askable: PostgreSQL
// refuses the others, and whoever sent them would see that something is broken.
// Every statement passes here, so that no door needs a guard of its own.
func allAskable(values []any) {
	for i, v := range values {
		switch text := v.(type) {
		case string:
			values[i] = askable(text)
		case nil, int64, int, []byte, bool:
		default: // a named kind of text
			if r := reflect.ValueOf(v); r.Kind() == reflect.String {
				values[i] = askable(r.String())
			}
		}
	}
}

// cut shortens a text to at most n bytes, never in the middle of a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
