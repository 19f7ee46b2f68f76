package store

import (
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
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", "\uFFFD"), "\uFFFD")
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
