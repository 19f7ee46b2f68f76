package web

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"ringledger/integration/phone"
)

// mask hides numbers of the outside world from viewers: whatever looks like
// one in a text that people or Salesforce wrote, and the entry's own number
// however short. The zero mask hides nothing.
//
// What is hidden depends on who looks and never on what was recognised: a call
// whose number nobody could read may still spell it in its payload.
type mask struct {
	on     bool
	number string // of the entry, as it came
	digits string
}

// manyDigits is how many digits make a run of them a number to hide, and
// tellingDigits how many last ones make out the entry's own: the country's and
// trunk's digits before them are spelled in many ways.
const (
	manyDigits    = 5
	tellingDigits = 6
)

// maskFor hides numbers unless the visitor may see them.
func maskFor(v visitor, number string) mask {
	if v.may(editor) {
		return mask{}
	}
	return mask{true, number, digitsOf(number)}
}

// hides reports whether anything is hidden at all.
func (m mask) hides() bool { return m.on }

// aRun is digits with anything between them but letters.
var aRun = regexp.MustCompile(`[+(]*\p{N}(?:[^\p{L}\p{N}]*\p{N})*`)

// text returns the text without numbers.
func (m mask) text(s string) string {
	if !m.on {
		return s
	}
	return aRun.ReplaceAllStringFunc(s, func(run string) string {
		digits, n := digitsOf(run), 0
		for _, r := range run {
			if unicode.IsNumber(r) {
				n++
			}
		}
		switch {
		case m.digits != "" && len(m.digits) < manyDigits && strings.Contains(digits, m.digits):
			return phone.Mask(m.digits)
		case n < manyDigits:
			return run
		case len(m.digits) >= tellingDigits && strings.HasSuffix(digits, m.digits[len(m.digits)-tellingDigits:]):
			return phone.Mask(m.number)
		case len(digits) < n:
			return phone.Mask("0") // another script's digits: no part of them
		default:
			return phone.Mask(run)
		}
	})
}

// field returns a value of a Task without numbers; a day is none.
func (m mask) field(s string) string {
	if isTime(s) {
		return s
	}
	return m.text(s)
}

// numbers hides texts that are numbers by themselves, however short.
func (m mask) numbers(in []string) []string {
	if !m.on || in == nil {
		return in
	}
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = mask{true, s, digitsOf(s)}.text(s)
	}
	return out
}

// texts returns each text without numbers.
func (m mask) texts(in []string) []string {
	if !m.on || in == nil {
		return in
	}
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = m.text(s)
	}
	return out
}

// params returns a sentence's facts without numbers.
func (m mask) params(in map[string]string) map[string]string {
	if !m.on || in == nil {
		return in
	}
	out := make(map[string]string, len(in))
	for k, v := range in {
		if !isID(k, v) && !isTime(v) {
			v = m.text(v)
		}
		out[k] = v
	}
	return out
}

// anID is an id of Salesforce.
var anID = regexp.MustCompile(`^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$`)

// isID reports whether a fact is an id: those facts hold nothing that anybody
// wrote.
func isID(key, value string) bool {
	switch key {
	case "record", "related", "user", "task":
		return anID.MatchString(value)
	}
	return key == "line_id"
}

// isTime reports whether a fact is a moment, a day, or times of day such as
// "09:00-12:30": digits that belong to nobody.
func isTime(s string) bool {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '–' || r == ',' || r == ' ' })
	for _, part := range parts {
		if _, err := time.Parse("15:04", part); err != nil && part != "24:00" {
			return false
		}
	}
	return len(parts) > 0
}

// digitsOf keeps the digits of a number.
func digitsOf(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}
