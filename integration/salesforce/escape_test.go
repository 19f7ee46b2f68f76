package salesforce

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// readLiteral reads a SOQL literal the way its grammar says. ok is false when
// s is not exactly one.
func readLiteral(s string) (text string, ok bool) {
	if len(s) < 2 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return "", false
	}
	inside := s[1 : len(s)-1]
	for i := 0; i < len(inside); i++ {
		switch c := inside[i]; {
		case c == '\\':
			if i++; i == len(inside) || !strings.ContainsRune(`\'"nrtbfu`, rune(inside[i])) {
				return "", false
			}
		case c == '\'' || c < 0x20:
			return "", false
		}
	}
	err := json.Unmarshal([]byte(`"`+strings.ReplaceAll(inside, `\'`, `'`)+`"`), &text)
	return text, err == nil
}

func FuzzSOQLLiteralIsOneLiteralWithTheSameText(f *testing.F) {
	for _, s := range []string{"", "Ada", "O'Hara", `\`, `\'`, "') OR Id != ('", "a\nb\x00c", "\x7f", "émoji 🎉", "\xff", `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := readLiteral(soqlLiteral(s))
		if want := strings.ToValidUTF8(s, "\ufffd"); !ok || utf8.ValidString(s) && got != want {
			t.Errorf("%q became %s, read as %q", s, soqlLiteral(s), got)
		}
	})
}

func FuzzSOSLTermHasNoOperator(f *testing.F) {
	for _, s := range []string{"", "33199001234", "a} RETURNING User(Id)", `\}`, "+33 (0)1-99", "*?", "\x00\n", "🎉"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		term := soslTerm(s)
		var plain strings.Builder
		for i := 0; i < len(term); i++ {
			switch c := term[i]; {
			case c == '\\':
				if i++; i == len(term) || !strings.ContainsRune(soslReserved, rune(term[i])) {
					t.Fatalf("%q: loose escape in %q", s, term)
				}
			case strings.IndexByte(soslReserved, c) >= 0 || c < 0x20:
				t.Fatalf("%q: bare %q in %q", s, c, term)
			}
			plain.WriteByte(term[i])
		}
		want := strings.Map(func(r rune) rune {
			if r < 0x20 || r == 0x7f {
				return ' '
			}
			return r
		}, s)
		if utf8.ValidString(s) && plain.String() != want {
			t.Errorf("%q became %q", s, term)
		}
	})
}
