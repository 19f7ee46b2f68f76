package simulator

import (
	"fmt"
	"strings"
)

type tokenKind int

const (
	endToken tokenKind = iota
	wordToken
	stringToken
	literalToken // numbers, dates, moments
	symbolToken
)

type token struct {
	kind tokenKind
	text string // strings without quotes and escapes
	at   int    // byte offset in the statement
}

// statement is the text of a query, for messages that point into it.
type statement string

// errorAt points at an offset the way Salesforce does: the text, a caret below
// it, row and column, and the reason.
func (s statement) errorAt(at int, code, format string, args ...any) *apiError {
	row, column := 1, 1
	for i, c := range string(s) {
		if i >= at {
			break
		}
		column++
		if c == '\n' {
			row, column = row+1, 1
		}
	}
	from := max(0, at-40)
	to := min(len(s), at+40)
	snippet := strings.ReplaceAll(string(s[from:to]), "\n", " ")
	caret := strings.Repeat(" ", min(at, len(s))-from) + "^"
	return bad(code, "\n%s\n%s\nERROR at Row:%d:Column:%d\n%s", snippet, caret, row, column, fmt.Sprintf(format, args...))
}

// lex splits a statement. It stops at the end or at the first impossible character.
func (s statement) lex(from int) ([]token, *apiError) {
	tokens := make([]token, 0, 32)
	for i := from; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			text, next, fail := s.lexString(i)
			if fail != nil {
				return nil, fail
			}
			tokens = append(tokens, token{stringToken, text, i})
			i = next
		case isLetter(c):
			end := s.wordEnd(i)
			tokens = append(tokens, token{wordToken, string(s[i:end]), i})
			i = end
		case isDigit(c) || (c == '-' || c == '+') && i+1 < len(s) && isDigit(s[i+1]):
			end := i + 1
			for end < len(s) && (isDigit(s[end]) || isLetter(s[end]) || strings.IndexByte(".:+-", s[end]) >= 0) {
				end++
			}
			tokens = append(tokens, token{literalToken, string(s[i:end]), i})
			i = end
		default:
			symbol := s.symbol(i)
			if symbol == "" {
				return nil, s.errorAt(i, "MALFORMED_QUERY", "unexpected char: '%c'", c)
			}
			tokens = append(tokens, token{symbolToken, symbol, i})
			i += len(symbol)
		}
	}
	return append(tokens, token{kind: endToken, text: "<EOF>", at: len(s)}), nil
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// wordEnd takes paths (Account.Name) and date literals (LAST_N_DAYS:2) as one word.
func (s statement) wordEnd(i int) int {
	for i < len(s) && (isLetter(s[i]) || isDigit(s[i]) || s[i] == '.') {
		i++
	}
	if i+1 < len(s) && s[i] == ':' && isDigit(s[i+1]) {
		for i++; i < len(s) && isDigit(s[i]); i++ {
		}
	}
	return i
}

func (s statement) symbol(i int) string {
	if i+1 < len(s) {
		switch two := string(s[i : i+2]); two {
		case "!=", "<>", "<=", ">=":
			return two
		}
	}
	if strings.IndexByte("=<>(),:", s[i]) >= 0 {
		return string(s[i : i+1])
	}
	return ""
}

var soqlEscapes = map[byte]string{'n': "\n", 'r': "\r", 't': "\t", 'b': "\b", 'f': "\f", '"': "\"", '\'': "'", '\\': "\\", '_': "\\_", '%': "\\%"}

// lexString reads a literal. \_ and \% stay escaped: they mean something to LIKE.
func (s statement) lexString(start int) (string, int, *apiError) {
	var b strings.Builder
	for i := start + 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '\'':
			return b.String(), i + 1, nil
		case '\\':
			if i+1 >= len(s) {
				return "", 0, s.errorAt(start, "MALFORMED_QUERY", "line breaks not allowed in string literals")
			}
			i++
			if s[i] == 'u' {
				p := jsonParser{data: []byte(s)}
				r, ok := p.hex(i + 1)
				if !ok {
					return "", 0, s.errorAt(i, "MALFORMED_QUERY", "Illegal unicode sequence")
				}
				b.WriteRune(r)
				i += 4
				continue
			}
			plain, ok := soqlEscapes[s[i]]
			if !ok {
				return "", 0, s.errorAt(i-1, "MALFORMED_QUERY", "invalid string literal. Illegal character sequence '\\%c' in string literal", s[i])
			}
			b.WriteString(plain)
		case '\n', '\r':
			return "", 0, s.errorAt(i, "MALFORMED_QUERY", "line breaks not allowed in string literals")
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, s.errorAt(start, "MALFORMED_QUERY", "unexpected token: ''' (unterminated string)")
}
