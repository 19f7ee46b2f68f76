package simulator

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// object is a JSON object that keeps the order of its members, because
// Salesforce answers with "attributes" first and insists on that order inside
// nested objects.
type object []member

type member struct {
	name  string
	value any
}

// number is a JSON number as written; the field it is meant for decides its type.
type number string

// rawJSON is text that is JSON already.
type rawJSON string

func (o object) lookup(name string) (any, bool) {
	for i := range o {
		if o[i].name == name {
			return o[i].value, true
		}
	}
	return nil, false
}

func (o object) text(name string) string {
	v, _ := o.lookup(name)
	s, _ := v.(string)
	return s
}

func (o object) list(name string) []any {
	v, _ := o.lookup(name)
	l, _ := v.([]any)
	return l
}

// flag reads a boolean that clients send as true or as "true".
func (o object) flag(name string, otherwise bool) bool {
	switch v, _ := o.lookup(name); v {
	case true, "true":
		return true
	case false, "false":
		return false
	}
	return otherwise
}

const maxDepth = 64

// parseJSON reads one JSON value. It exists beside encoding/json because the
// order of members matters here, and because it is several times faster on the
// flat rows of a collections request.
func parseJSON(data []byte) (any, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("invalid UTF-8 at [line:1, column:1]")
	}
	p := jsonParser{data: data, names: map[string]string{}}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	p.space()
	if p.at < len(p.data) {
		return nil, p.unexpected()
	}
	return v, nil
}

type jsonParser struct {
	data  []byte
	at    int
	names map[string]string // member names seen so far, so that 200 rows share them
	sizes [maxDepth + 1]int // members of the last object at each depth: the next has as many
}

func (p *jsonParser) unexpected() error {
	line, column := 1, 1
	for _, c := range p.data[:min(p.at, len(p.data))] {
		column++
		if c == '\n' {
			line, column = line+1, 1
		}
	}
	if p.at >= len(p.data) {
		return fmt.Errorf("Unexpected end-of-input at [line:%d, column:%d]", line, column) //nolint:staticcheck // Salesforce's own words
	}
	c := p.data[p.at]
	return fmt.Errorf("Unexpected character ('%c' (code %d)) at [line:%d, column:%d]", c, c, line, column) //nolint:staticcheck // Salesforce's own words
}

func (p *jsonParser) space() {
	for p.at < len(p.data) {
		switch p.data[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

func (p *jsonParser) value(depth int) (any, error) {
	p.space()
	if p.at >= len(p.data) || depth > maxDepth {
		return nil, p.unexpected()
	}
	switch c := p.data[p.at]; {
	case c == '{':
		return p.object(depth)
	case c == '[':
		return p.array(depth)
	case c == '"':
		return p.string()
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	}
	switch {
	case p.word("true"):
		return true, nil
	case p.word("false"):
		return false, nil
	case p.word("null"):
		return nil, nil
	}
	return nil, p.unexpected()
}

func (p *jsonParser) word(w string) bool {
	if len(p.data)-p.at < len(w) || string(p.data[p.at:p.at+len(w)]) != w {
		return false
	}
	p.at += len(w)
	return true
}

func (p *jsonParser) object(depth int) (any, error) {
	p.at++
	out := make(object, 0, p.sizes[depth])
	for first := true; ; first = false {
		p.space()
		if p.at < len(p.data) && p.data[p.at] == '}' {
			p.at++
			p.sizes[depth] = len(out)
			return out, nil
		}
		if !first {
			if err := p.expect(','); err != nil {
				return nil, err
			}
			p.space()
		}
		if p.at >= len(p.data) || p.data[p.at] != '"' {
			return nil, p.unexpected()
		}
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		p.space()
		if err := p.expect(':'); err != nil {
			return nil, err
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, member{name, v})
	}
}

func (p *jsonParser) name() (string, error) {
	if end := bytes.IndexByte(p.data[p.at+1:], '"'); end >= 0 {
		if known, ok := p.names[string(p.data[p.at+1:p.at+1+end])]; ok {
			p.at += end + 2
			return known, nil
		}
	}
	name, err := p.string()
	if err == nil && strings.IndexByte(name, '\\') < 0 {
		p.names[name] = name
	}
	return name, err
}

func (p *jsonParser) array(depth int) (any, error) {
	p.at++
	out := []any{}
	for first := true; ; first = false {
		p.space()
		if p.at < len(p.data) && p.data[p.at] == ']' {
			p.at++
			return out, nil
		}
		if !first {
			if err := p.expect(','); err != nil {
				return nil, err
			}
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

func (p *jsonParser) expect(c byte) error {
	if p.at >= len(p.data) || p.data[p.at] != c {
		return p.unexpected()
	}
	p.at++
	return nil
}

func (p *jsonParser) number() (any, error) {
	start := p.at
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			p.at++
			continue
		}
		break
	}
	text := string(p.data[start:p.at])
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		p.at = start
		return nil, p.unexpected()
	}
	return number(text), nil
}

func (p *jsonParser) string() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.data) {
		switch c := p.data[p.at]; {
		case c == '"':
			s := string(p.data[start:p.at])
			p.at++
			return s, nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", p.unexpected()
		}
		p.at++
	}
	return "", p.unexpected()
}

func (p *jsonParser) escaped(start int) (string, error) {
	room := p.at - start + 64
	if end := bytes.IndexByte(p.data[p.at:], '"'); end > 0 {
		room += end
	}
	out := append(make([]byte, 0, room), p.data[start:p.at]...)
	for p.at < len(p.data) {
		c := p.data[p.at]
		switch {
		case c == '"':
			p.at++
			return string(out), nil
		case c < ' ':
			return "", p.unexpected()
		case c != '\\':
			out = append(out, c)
			p.at++
			continue
		}
		if p.at+1 >= len(p.data) {
			return "", p.unexpected()
		}
		p.at++
		if p.data[p.at] == 'u' {
			r, err := p.unicode()
			if err != nil {
				return "", err
			}
			out = utf8.AppendRune(out, r)
			continue
		}
		plain, ok := jsonEscapes[p.data[p.at]]
		if !ok {
			return "", p.unexpected()
		}
		out = append(out, plain)
		p.at++
	}
	return "", p.unexpected()
}

var jsonEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unicode reads a u and four digits, and the second half of a surrogate pair when there is one.
func (p *jsonParser) unicode() (rune, error) {
	first, ok := p.hex(p.at + 1)
	if !ok {
		return 0, p.unexpected()
	}
	p.at += 5
	if utf16.IsSurrogate(first) && p.at+1 < len(p.data) && p.data[p.at] == '\\' && p.data[p.at+1] == 'u' {
		if second, ok := p.hex(p.at + 2); ok {
			p.at += 6
			return utf16.DecodeRune(first, second), nil
		}
	}
	return first, nil
}

func (p *jsonParser) hex(at int) (rune, bool) {
	if at+4 > len(p.data) {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.data[at:at+4]), 16, 32)
	return rune(n), err == nil
}
