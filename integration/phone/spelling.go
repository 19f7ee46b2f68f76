package phone

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Spellings are the strings of digits under which somebody may have stored
// e164: with its calling code, with 00 before it and, when region dials it as a
// national number, with and without the national prefix.
func Spellings(e164, region string) []string {
	n := number(e164)
	if n == nil {
		return nil
	}
	international := digits(e164)
	spellings := []string{international, "00" + international}
	if code := int(n.GetCountryCode()); code != 0 && code == phonenumbers.GetCountryCodeForRegion(strings.ToUpper(region)) {
		spellings = append(spellings,
			digits(phonenumbers.Format(n, phonenumbers.NATIONAL)),
			phonenumbers.GetNationalSignificantNumber(n))
	}
	if n.GetCountryCode() == 52 {
		spellings = append(spellings, oldMexicanMobile+phonenumbers.GetNationalSignificantNumber(n))
	}
	slices.Sort(spellings[2:])
	return slices.Compact(spellings)
}

// National shows a number the way its own country writes it; what is no number
// is shown as it is.
func National(e164 string) string { return format(e164, phonenumbers.NATIONAL) }

// International shows a number with its calling code, in groups.
func International(e164 string) string { return format(e164, phonenumbers.INTERNATIONAL) }

func format(e164 string, as phonenumbers.PhoneNumberFormat) string {
	n := number(e164)
	if n == nil {
		return e164
	}
	return phonenumbers.Format(n, as)
}

// dots stand for the digits that Mask hides, however many they are.
const dots = "•••••"

// Mask hides who a number belongs to and keeps enough to tell two apart:
// "+33•••••1234". Text without digits, as "anonymous", stays.
func Mask(s string) string {
	all := digits(s)
	if all == "" {
		return s
	}
	code, subscriber := "", all
	if e164, ok := Parse(s, ""); ok {
		if n := number(e164); n != nil {
			subscriber = phonenumbers.GetNationalSignificantNumber(n)
			code = strings.TrimSuffix(e164, subscriber)
		}
	}
	return code + dots + tail(subscriber)
}

// tail is the end of a number that may be shown: at most half of it.
func tail(subscriber string) string {
	switch n := len(subscriber); {
	case n >= 8:
		return subscriber[n-4:]
	case n >= 5:
		return subscriber[n-2:]
	default:
		return ""
	}
}
