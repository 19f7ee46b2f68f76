package simulator

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// anonymous is what Aircall shows when the caller withholds the number.
const anonymous = "anonymous"

// displayNumber writes an E.164 number the way Aircall shows it.
func displayNumber(e164 string) string {
	switch {
	case e164 == "" || e164 == anonymous:
		return anonymous
	case strings.HasPrefix(e164, "+33") && len(e164) == 12:
		return "+33 " + grouped(e164[3:], 1, 2, 2, 2, 2)
	case strings.HasPrefix(e164, "+441632") && len(e164) == 13:
		return "+44 " + grouped(e164[3:], 4, 6)
	case strings.HasPrefix(e164, "+44") && len(e164) == 13:
		return "+44 " + grouped(e164[3:], 2, 4, 4)
	case strings.HasPrefix(e164, "+1") && len(e164) == 12:
		return "+1 " + e164[2:5] + "-" + e164[5:8] + "-" + e164[8:]
	case len(e164) > 6:
		return e164[:3] + " " + grouped(e164[3:], 3, 3, 3, 3, 3)
	}
	return e164
}

func grouped(digits string, sizes ...int) string {
	var parts []string
	for _, n := range sizes {
		if n >= len(digits) {
			break
		}
		parts = append(parts, digits[:n])
		digits = digits[n:]
	}
	return strings.Join(append(parts, digits), " ")
}

// inventedNumber is a number of the ranges that regulators keep for fiction,
// in the country of the line. The lines' own numbers lie outside of it.
func inventedNumber(rng *rand.Rand, country string) string {
	switch country {
	case "GB":
		return "+441632" + strconv.Itoa(960_300+rng.IntN(700))
	case "US":
		return "+1202555" + "01" + strconv.Itoa(20+rng.IntN(80))
	default:
		return "+3319900" + strconv.Itoa(3000+rng.IntN(7000))
	}
}

// bareDigits is the form of numbers in messages: no plus, no spaces.
func bareDigits(e164 string) string { return strings.TrimPrefix(e164, "+") }

// countryOf tells the country of a number as far as the simulated world has it.
func countryOf(e164 string) string {
	switch {
	case strings.HasPrefix(e164, "+44"):
		return "GB"
	case strings.HasPrefix(e164, "+1"):
		return "US"
	}
	return "FR"
}
