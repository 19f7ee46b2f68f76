package web

import (
	"regexp"
	"strings"

	"ringledger/integration/phone"
)

// mask hides one entry's external number from viewers, in whatever spelling a
// text holds it. The zero mask hides nothing.
type mask struct {
	number  string
	written *regexp.Regexp
}

// tellingDigits is how many last digits make out a number; the country's and
// trunk's digits before them are spelled in many ways.
const tellingDigits = 6

// maskFor hides the number unless the visitor may see it.
func maskFor(v visitor, number string) mask {
	if v.may(editor) {
		return mask{}
	}
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	if len(digits) < tellingDigits {
		return mask{number: number}
	}
	const between = `[\s().\-/\x{a0}\x{202f}]*`
	tail := strings.Join(strings.Split(digits[len(digits)-tellingDigits:], ""), between)
	return mask{number, regexp.MustCompile(`\+?[\d\s().\-/\x{a0}\x{202f}]*` + tail)}
}

// hides reports whether anything is hidden at all.
func (m mask) hides() bool { return m.number != "" }

// text returns the text without the number.
func (m mask) text(s string) string {
	if m.written == nil {
		return s
	}
	return m.written.ReplaceAllStringFunc(s, func(found string) string {
		lead := found[:len(found)-len(strings.TrimLeft(found, " \t\n\u00a0"))]
		return lead + phone.Mask(m.number)
	})
}

// params returns a sentence's facts without the number.
func (m mask) params(in map[string]string) map[string]string {
	if m.written == nil || in == nil {
		return in
	}
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[k] = m.text(v)
	}
	return out
}
