package web

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"ringledger/store"
)

// numberless is a row of the audit without the numbers of the people who call:
// the row lasts as it is, also when such a number is erased. What makes out an
// account, a record, a setting, a moment or a host stays.
func numberless(r store.AuditRow) store.AuditRow {
	// What an alert goes to is a host.
	if !strings.HasPrefix(string(r.What), "alert_") {
		r.Object = numberlessText(r.Object)
	}
	if name, isKey := strings.CutPrefix(r.Who, keyPrefix); isKey {
		r.Who = keyPrefix + numberlessText(name)
	}
	detail := make(map[string]string, len(r.Detail))
	for name, value := range r.Detail {
		detail[name] = numberlessFact(name, value)
	}
	r.Detail = detail
	return r
}

// keyPrefix stands before the name of an API key that did something.
const keyPrefix = "key:"

var (
	// anAccount is the address of a person, which is its name in the log.
	anAccount = regexp.MustCompile(`^[^\s@]+@[^\s@]+$`)
	// aDigest is what a cause is known by.
	aDigest = regexp.MustCompile(`^[0-9a-f]{24}$`)
	// aMasked is what is left of a number that was hidden already.
	aMasked = regexp.MustCompile(`^\+?[0-9]{0,3}•{5}[0-9]{0,4}$`)
	// aFewDigits are those of a line, an agent or a page: too few for a number.
	aFewDigits = regexp.MustCompile(`^[0-9]{1,8}$`)
)

// numberlessText is a text that somebody wrote, or an address, without numbers.
func numberlessText(text string) string {
	if strings.HasPrefix(text, "/") {
		path, query, _ := strings.Cut(text, "?")
		if query == "" {
			return text // of a page of ours, whose numbers are those of rows
		}
		return path + "?" + numberlessQuery(query)
	}
	if anAccount.MatchString(text) || aMasked.MatchString(text) || isTime(text) || isHost(text) {
		return text
	}
	return mask{on: true}.text(text)
}

// numberlessQuery is a filter without the numbers that it asks for.
func numberlessQuery(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return mask{on: true}.text(query)
	}
	for name, all := range values {
		for n, value := range all {
			parts := []string{value}
			if name != "q" {
				parts = strings.Split(value, ",")
			}
			for i, part := range parts {
				parts[i] = numberlessFact(name, part)
			}
			all[n] = strings.Join(parts, ",")
		}
	}
	return values.Encode()
}

// numberlessFact is one named value without numbers.
func numberlessFact(name, value string) string {
	switch {
	case name == "filter" && strings.HasPrefix(value, "/"):
		return numberlessText(value)
	case name == "filter":
		return numberlessQuery(value)
	case name == "login_url", name == "api_id" && strings.ContainsFunc(value, unicode.IsLetter), name == "cause" && aDigest.MatchString(value),
		name != "line_id" && isID(name, value), name != "q" && aFewDigits.MatchString(value):
		return value
	}
	return numberlessText(value)
}

// isHost reports whether a text is the address of a machine.
func isHost(text string) bool {
	if _, err := netip.ParseAddrPort(text); err == nil {
		return true
	}
	_, err := netip.ParseAddr(text)
	return err == nil
}
