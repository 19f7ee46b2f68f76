package simulator

import (
	"strings"
)

// searchNode is a node of the text between the braces of FIND.
type searchNode struct {
	op          string // "", AND, OR, NOT (left and not right)
	left, right *searchNode
	term        string // without escapes and wildcards at the end
	phrase      bool
	wild        bool // ends with *
	never       bool // a leading wildcard finds nothing
}

// Limits of the text between the braces.
const (
	operatorLimit = 4_000  // beyond, AND OR NOT are dropped
	searchLimit   = 10_000 // beyond, nothing is found
)

// searchText reads the text between the braces. at is its place in the
// statement, for messages.
func searchText(text string, at int) (*searchNode, *apiError) {
	p := &searchParser{text: text, at: at, plain: len(text) > operatorLimit}
	if fail := p.tokenize(); fail != nil {
		return nil, fail
	}
	node, fail := p.either()
	if fail != nil {
		return nil, fail
	}
	if p.pos < len(p.tokens) || node == nil {
		return nil, malformedSearch("line 1:%d no viable alternative at input '%s'", at, text)
	}
	return node, nil
}

func malformedSearch(format string, args ...any) *apiError {
	return bad("MALFORMED_SEARCH", format, args...)
}

type searchParser struct {
	text   string
	at     int
	plain  bool
	tokens []searchToken
	pos    int
}

type searchToken struct {
	text   string
	phrase bool
	paren  bool
	// firstWild and lastWild tell about * and ? at the ends.
	firstWild, lastWild bool
}

// tokenize refuses the reserved characters that were not escaped.
func (p *searchParser) tokenize() *apiError {
	for i := 0; i < len(p.text); {
		switch c := p.text[i]; c {
		case ' ', '\t', '\n':
			i++
		case '(', ')':
			p.tokens = append(p.tokens, searchToken{text: string(c), paren: true})
			i++
		case '"':
			next, fail := p.word(i+1, true)
			if fail != nil {
				return fail
			}
			i = next
		default:
			next, fail := p.word(i, false)
			if fail != nil {
				return fail
			}
			i = next
		}
	}
	return nil
}

func (p *searchParser) word(start int, phrase bool) (next int, fail *apiError) {
	var b strings.Builder
	t := searchToken{phrase: phrase}
	for i := start; i < len(p.text); i++ {
		c := p.text[i]
		switch {
		case c == '\\' && i+1 < len(p.text):
			i++
			b.WriteByte(p.text[i])
			t.lastWild = false
		case phrase && c == '"':
			t.text = b.String()
			p.tokens = append(p.tokens, t)
			return i + 1, nil
		case !phrase && strings.IndexByte(" \t\n()\"", c) >= 0:
			t.text = b.String()
			p.tokens = append(p.tokens, t)
			return i, nil
		case c == '*' || c == '?':
			t.firstWild = t.firstWild || b.Len() == 0
			t.lastWild = true
		case strings.IndexByte("&|!{}[]^~:'+-", c) >= 0, phrase && strings.IndexByte("()", c) >= 0:
			return 0, malformedSearch("line 1:%d mismatched character '%c' expecting '}'", p.at+i, c)
		default:
			b.WriteByte(c)
			t.lastWild = false
		}
	}
	if phrase {
		return 0, malformedSearch("line 1:%d mismatched character '}' expecting '\"'", p.at+len(p.text))
	}
	t.text = b.String()
	p.tokens = append(p.tokens, t)
	return len(p.text), nil
}

func (p *searchParser) operator(name string) bool {
	if p.plain || p.pos >= len(p.tokens) || p.tokens[p.pos].phrase || !strings.EqualFold(p.tokens[p.pos].text, name) {
		return false
	}
	p.pos++
	return true
}

func (p *searchParser) either() (*searchNode, *apiError) {
	left, fail := p.both()
	for fail == nil && p.operator("OR") {
		var right *searchNode
		if right, fail = p.both(); fail == nil {
			left = &searchNode{op: "OR", left: left, right: right}
		}
	}
	return left, fail
}

// both reads terms joined by AND, AND NOT, or just standing side by side.
func (p *searchParser) both() (*searchNode, *apiError) {
	left, fail := p.one()
	for fail == nil && p.pos < len(p.tokens) {
		t := p.tokens[p.pos]
		if t.paren && t.text == ")" || !p.plain && !t.phrase && strings.EqualFold(t.text, "OR") {
			break
		}
		op := "AND"
		if p.operator("AND") && p.operator("NOT") {
			op = "NOT"
		}
		var right *searchNode
		if right, fail = p.one(); fail == nil {
			left = &searchNode{op: op, left: left, right: right}
		}
	}
	return left, fail
}

func (p *searchParser) one() (*searchNode, *apiError) {
	if p.pos >= len(p.tokens) {
		return nil, malformedSearch("line 1:%d unexpected token: '}'", p.at+len(p.text))
	}
	t := p.tokens[p.pos]
	p.pos++
	if t.paren {
		if t.text == ")" {
			return nil, malformedSearch("line 1:%d unexpected token: ')'", p.at)
		}
		inner, fail := p.either()
		if fail == nil && (p.pos >= len(p.tokens) || p.tokens[p.pos].text != ")") {
			fail = malformedSearch("line 1:%d expecting ')'", p.at+len(p.text))
		}
		p.pos++
		return inner, fail
	}
	if p.plain && !t.phrase && isOperator(t.text) && p.pos < len(p.tokens) {
		return p.one() // beyond 4,000 characters operators are dropped
	}
	if len([]rune(t.text)) < 2 {
		return nil, malformedSearch("search term must be longer than one character: %s", t.text)
	}
	return &searchNode{term: t.text, phrase: t.phrase, wild: t.lastWild, never: t.firstWild}, nil
}

func isOperator(s string) bool {
	return strings.EqualFold(s, "OR") || strings.EqualFold(s, "AND") || strings.EqualFold(s, "NOT")
}
