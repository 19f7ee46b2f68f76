// Package phone reads and writes telephone numbers: what a person or a phone
// system wrote becomes E.164, and E.164 becomes the spellings to search for and
// to show. It knows numbering plans and nothing of calls, lines or records.
//
// Whether a number is in service is not asked: a number counts when its country
// and its length are possible, so that freshly opened and reserved ranges work.
package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// maxLength bounds what is looked at, in bytes. No numbering plan comes near.
const maxLength = 100

// Parse reads a number as it was written in region, an ISO 3166 country of two
// letters. Without a region only international forms are numbers. An extension
// is dropped. Short codes, hidden callers and words are no numbers.
func Parse(raw, region string) (e164 string, ok bool) {
	if raw == "" || len(raw) > maxLength {
		return "", false
	}
	r := remembered(raw, region)
	return r.e164, r.number != nil
}

// number is e164 taken apart, or nil when it is no number.
func number(e164 string) *phonenumbers.PhoneNumber {
	if e164 == "" || len(e164) > maxLength {
		return nil
	}
	return remembered(e164, "").number
}

// Region is the country of a number in E.164, "" when it has none (as
// international freephone) or is no number. Where several countries share a
// calling code and the number does not tell, it is the main one.
func Region(e164 string) string {
	n := number(e164)
	if n == nil {
		return ""
	}
	region := phonenumbers.GetRegionCodeForNumber(n)
	if region == "" {
		region = phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode()))
	}
	if len(region) != 2 || region == "ZZ" {
		return ""
	}
	return region
}

// Same reports whether value, as somebody stored it, is the number e164. It is
// read with the country of the line, so a national spelling of another country
// is never taken for it, and neither is a number that ends alike or whose
// digits happen to be those of a number of North America.
func Same(value, region, e164 string) bool {
	if len(e164) < 2 || value == "" || len(value) > maxLength {
		return false
	}
	read, ok := Parse(value, region)
	if ok && read == e164 {
		_, international := Parse(value, "")
		return international || strings.HasPrefix(e164, "+1") || valid(e164) || !isNorthAmerican(value)
	}
	if !ok && leavesPlusOut(value, e164) {
		return true
	}
	if !strings.ContainsFunc(value, separates) {
		return false
	}
	if readWhole(value, region) != nil {
		return false // one number that is written with a separator, as 030/123456
	}
	for _, piece := range strings.FieldsFunc(value, separates) {
		if read, ok := Parse(piece, region); ok && read == e164 {
			return true
		}
	}
	return false
}

// read takes raw apart, or gives nil when it is no number.
func read(raw, region string) *phonenumbers.PhoneNumber {
	if strings.Contains(raw, "@") || isHiddenCaller(raw) {
		return nil
	}
	if n := readWhole(raw, region); n != nil {
		return n
	}
	// What follows the number may be a remark or a second number.
	first := strings.FieldsFunc(raw, separates)
	if len(first) == 0 || len(first[0]) == len(raw) {
		return nil
	}
	return readWhole(first[0], region)
}

func readWhole(raw, region string) *phonenumbers.PhoneNumber {
	if n := readAs(raw, strings.ToUpper(region)); n != nil {
		return n
	}
	// 00 is how most of the world dials abroad, and how many people write it,
	// also where the line's country or none would read it otherwise.
	if rest, found := strings.CutPrefix(strings.TrimLeft(raw, " (\u00a0"), "00"); found {
		return readWhole("+"+rest, "")
	}
	// Mexico dropped the 1 of its mobiles in 2019; address books and some
	// carriers did not.
	if d := digits(raw); strings.HasPrefix(strings.TrimSpace(raw), "+") && len(d) == 13 && strings.HasPrefix(d, oldMexicanMobile) {
		return readAs("+52"+d[len(oldMexicanMobile):], "")
	}
	return nil
}

const oldMexicanMobile = "521"

func readAs(raw, region string) *phonenumbers.PhoneNumber {
	n, err := phonenumbers.Parse(raw, region)
	if err != nil || phonenumbers.IsPossibleNumberWithReason(n) != phonenumbers.IS_POSSIBLE || isShortCode(n) {
		return nil
	}
	n.Extension = nil
	return n
}

// isShortCode tells 112 and 11833 from the short subscriber numbers that some
// countries have. They cannot be called from elsewhere, so they name nobody.
func isShortCode(n *phonenumbers.PhoneNumber) bool {
	const shortestSubscriber, longest = 4, 6
	switch length := len(phonenumbers.GetNationalSignificantNumber(n)); {
	case length > longest:
		return false
	case length < shortestSubscriber:
		return true
	}
	return phonenumbers.IsValidShortNumber(n)
}

// isHiddenCaller knows the words that carriers spell on the keypad instead of a
// number: ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED.
func isHiddenCaller(raw string) bool {
	switch strings.TrimPrefix(raw, "+") {
	case "266696687", "7378742833", "86282452253", "8656696", "2562533":
		return true
	}
	return false
}

func separates(r rune) bool {
	return r == '/' || r == ';' || r == ',' || r == '|' || r == '\n' || isLetter(r)
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
