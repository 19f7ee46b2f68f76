package aircall

import (
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
)

// ends collects what the events say of the two numbers: the company's line and
// the outside party.
type ends struct {
	line      line
	raw       string // the outside party as it came
	mentioned string // the outside party as a participant
}

func (e *ends) add(f *fact) {
	e.addLine(f.line)
	if e.raw == "" || !hasDigit(e.raw) && hasDigit(f.rawDigits) {
		e.raw = firstOf(f.rawDigits, e.raw)
	}
}

func (e *ends) mention(number string) { e.mentioned = firstOf(e.mentioned, number) }

// addLine fills in what is not known of the line yet. Another line does not
// replace it: the call belongs to the one it came in on.
func (e *ends) addLine(l line) {
	if e.line.ID != "" && l.ID != "" && l.ID != e.line.ID {
		return
	}
	e.line.ID = firstOf(e.line.ID, l.ID)
	e.line.Name = firstOf(e.line.Name, l.Name)
	e.line.E164 = firstOf(e.line.E164, l.E164)
	e.line.digits = firstOf(e.line.digits, l.digits)
	e.line.Country = firstOf(e.line.Country, l.Country)
	e.line.TimeZone = firstOf(e.line.TimeZone, l.TimeZone)
}

func (e *ends) ownLine() callflow.Line {
	own := e.line.Line
	own.E164 = firstOf(
		parse(e.line.E164, own.Country), parse(e.line.digits, own.Country),
		parseBare(e.line.E164), parseBare(e.line.digits))
	if own.Country == "" && own.E164 != "" {
		own.Country = phone.Region(own.E164)
	}
	return own
}

func (e *ends) external(country string) callflow.Number {
	return ReadNumber(firstOf(e.raw, e.mentioned), country)
}

// ReadNumber reads an outside number as it comes, on a line of a country.
func ReadNumber(raw, country string) callflow.Number {
	return callflow.Number{Raw: raw, E164: firstOf(parse(raw, country), parseBare(raw))}
}

func parse(raw, country string) string {
	e164, _ := phone.Parse(raw, country)
	return e164
}

// parseBare reads a number whose "+" was left out, as in messages.
func parseBare(raw string) string {
	e164, _ := phone.ParseBare(raw)
	return e164
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }
