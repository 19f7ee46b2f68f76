package phone

import (
	"cmp"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Reading is one number that somebody may have meant.
type Reading struct {
	E164   string
	Region string // the country it was read in; "" = it was written with its own
	Valid  bool   // the country's plan has such numbers, not only numbers as long
}

// Readings are the numbers that raw may be when it was written in one of the
// regions, which are ordered: the likely ones first, and among them those of
// the first regions. A number that is written with its country is one number.
func Readings(raw string, regions ...string) []Reading {
	if e164, ok := Parse(raw, ""); ok {
		return []Reading{{E164: e164, Valid: valid(e164)}}
	}
	var all []Reading
	add := func(e164, region string) {
		if !slices.ContainsFunc(all, func(r Reading) bool { return r.E164 == e164 }) {
			all = append(all, Reading{e164, region, valid(e164)})
		}
	}
	for _, region := range regions {
		if e164, ok := Parse(raw, region); ok {
			add(e164, strings.ToUpper(region))
		}
	}
	if e164, ok := ParseBare(raw); ok && valid(e164) {
		add(e164, "")
	}
	slices.SortStableFunc(all, func(a, b Reading) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

func rank(r Reading) int {
	if r.Valid {
		return 0
	}
	return 1
}

// ParseBare reads a number whose "+" was left out. Ten digits that are a number
// of North America, where nobody writes a calling code, are not taken for one of
// a country whose plan has no such number: (202) 555-0123 is none of Egypt.
func ParseBare(raw string) (e164 string, ok bool) {
	raw = strings.TrimSpace(raw)
	if raw == "" || raw[0] < '1' || raw[0] > '9' {
		return "", false
	}
	if e164, ok = Parse("+"+raw, ""); !ok || isNorthAmerican(raw) && !valid(e164) {
		return "", false
	}
	return e164, true
}

// leavesPlusOut reports whether value is e164 written without its "+". What is
// also a number of North America is not, unless its calling code stands apart:
// 20 2555 0123 is of Egypt, (202) 555-0123 and 2025550123 are not.
func leavesPlusOut(value, e164 string) bool {
	if digits(value) != e164[1:] || strings.ContainsFunc(value, isLetter) {
		return false
	}
	code := callingCode(e164)
	if strings.TrimLeft(leadingGroup(value), "0") == code {
		return true
	}
	return !strings.HasPrefix(strings.TrimSpace(value), "(") && !isNorthAmerican(value)
}

// leadingGroup are the digits before the first thing between digits.
func leadingGroup(value string) string {
	value = strings.TrimLeftFunc(value, func(r rune) bool { return !isDigit(r) })
	if end := strings.IndexFunc(value, func(r rune) bool { return !isDigit(r) }); end >= 0 {
		return value[:end]
	}
	return value
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func callingCode(e164 string) string {
	n := number(e164)
	if n == nil {
		return ""
	}
	return strings.TrimSuffix(e164[1:], phonenumbers.GetNationalSignificantNumber(n))
}

// isNorthAmerican reports whether the ten digits of value are a number there.
func isNorthAmerican(value string) bool {
	const length = 10
	d := digits(value)
	if len(d) != length {
		return false
	}
	e164, ok := Parse(d, "US")
	return ok && valid(e164)
}

func valid(e164 string) bool {
	n := number(e164)
	return n != nil && phonenumbers.IsValidNumber(n)
}
