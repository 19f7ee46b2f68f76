package phone_test

import (
	"testing"

	"ringledger/integration/phone"
)

func TestNumbersInATextAreHiddenAndOtherDigitsStay(t *testing.T) {
	for text, want := range map[string]string{
		"called +33 1 99 00 12 34 twice":                "called +33•••••1234 twice",
		"01.99.00.12.34":                                "•••••1234",
		"01 99 00 12 34, or (202) 555-0147":             "•••••1234, or •••••0147",
		"q=%2B33199001234&x":                            "q=%2B•••••1234&x",
		"q=01+99+00+12+34":                              "q=•••••1234",
		"01%2099%2000%2012%2034":                        "•••••",
		"dial tcp 127.0.0.1:5432: connection refused":   "dial tcp 127.0.0.1:5432: connection refused",
		"10.0.0.17 answered 503 after 12000 ms":         "10.0.0.17 answered 503 after 12000 ms",
		"2026-11-22 10:15:30 and 2026-11-22":            "2026-11-22 10:15:30 and 2026-11-22",
		"FIELD_INTEGRITY_EXCEPTION: 12 rows of 3 (404)": "FIELD_INTEGRITY_EXCEPTION: 12 rows of 3 (404)",
		"1.99.00.12.34":                                 "•••••1234",
	} {
		if got := phone.MaskIn(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
