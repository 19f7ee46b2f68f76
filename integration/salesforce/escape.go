package salesforce

import (
	"fmt"
	"strings"
)

// soqlLiteral writes s as a SOQL string literal, quotes included.
func soqlLiteral(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte('\'')
	for _, r := range s {
		switch r {
		case '\\', '\'', '"':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		default:
			if r < 0x20 || r == 0x7f {
				fmt.Fprintf(&b, `\u%04x`, r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// soslReserved are the characters with a meaning between the braces of FIND.
const soslReserved = `?&|!{}[]()^~*:\"'+-`

// soslTerm writes s so that FIND takes it as words to look for.
func soslTerm(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x20 || r == 0x7f:
			b.WriteByte(' ')
		case strings.ContainsRune(soslReserved, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fieldName reports whether s can be the API name of a field. Names come from
// settings and stand in statements as they are, where nothing escapes them.
func fieldName(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 80
}

// checkFieldNames refuses statements with a name that is none.
func checkFieldNames(purpose string, names []string) error {
	for _, name := range names {
		if !fieldName(name) {
			return &Error{Kind: Refused, Purpose: purpose, Code: "INVALID_FIELD", Message: fmt.Sprintf("%q is no field name", name), Fields: []string{name}}
		}
	}
	return nil
}
