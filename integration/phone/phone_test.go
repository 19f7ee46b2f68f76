package phone_test

import (
	"slices"
	"strings"
	"testing"

	"ringledger/integration/phone"
)

func TestNumbersAreReadInTheCountryOfTheLine(t *testing.T) {
	for _, c := range []struct{ raw, region, want string }{
		{"+33199001234", "", "+33199001234"},
		{"+33 1 99 00 12 34", "US", "+33199001234"},
		{"01 99 00 12 34", "FR", "+33199001234"},
		{"01.99.00.12.34", "FR", "+33199001234"},
		{"01-99-00-12-34", "fr", "+33199001234"},
		{"+33 (0)1 99 00 12 34", "", "+33199001234"},
		{"+33 (0) 199001234", "GB", "+33199001234"},
		{"+33 01 99 00 12 34", "FR", "+33199001234"},
		{"0033 1 99 00 12 34", "FR", "+33199001234"},
		{"0033 1 99 00 12 34", "", "+33199001234"},
		{"0033 1 99 00 12 34", "US", "+33199001234"},
		{"(00) 33 1 99 00 12 34", "FR", "+33199001234"},
		{"011 33 1 99 00 12 34", "US", "+33199001234"},
		{"33199001234", "FR", "+33199001234"},
		{"tel:+33199001234", "", "+33199001234"},
		{"+33 1 99 00 12 34 ext. 12", "FR", "+33199001234"},
		{"+33199001234;ext=12", "FR", "+33199001234"},
		{"01 99 00 12 34 (office)", "FR", "+33199001234"},
		{"01 99 00 12 34 / 01 99 00 56 78", "FR", "+33199001234"},
		{"+1 202 555 0123,,12", "US", "+12025550123"},
		{"٠١٩٩٠٠١٢٣٤", "FR", "+33199001234"},
		{"+44 1632 960123", "", "+441632960123"},
		{"01632 960123", "GB", "+441632960123"},
		{"+44 (0)1632 960123", "FR", "+441632960123"},
		{"+1 202-555-0123", "", "+12025550123"},
		{"(202) 555-0123", "US", "+12025550123"},
		{"(202) 555-0123", "CA", "+12025550123"},
		{"1-202-555-0123", "US", "+12025550123"},
		{"+39 06 555 1234", "", "+39065551234"},
		{"06 555 1234", "IT", "+39065551234"},
		{"030 123456", "DE", "+4930123456"},
		{"+800 1234 5678", "", "+80012345678"},
		{"+52 1 55 5000 0123", "MX", "+525550000123"}, // the 1 of mobiles is dialled no more
		{"55 5000 0123", "MX", "+525550000123"},
		{"+54 9 11 5000 0123", "AR", "+5491150000123"}, // the 9 of mobiles belongs to the number
		{"011 15 5000 0123", "AR", "+5491150000123"},
		{"0590 50 01 23", "GP", "+590590500123"}, // French, with a calling code of its own
		{"+590 590 50 01 23", "FR", "+590590500123"},
	} {
		got, ok := phone.Parse(c.raw, c.region)
		if got != c.want || !ok {
			t.Errorf("Parse(%q, %q) = %q, %v; want %q", c.raw, c.region, got, ok, c.want)
		}
	}
}

func TestWhatIsNoNumberIsNotRead(t *testing.T) {
	for _, c := range []struct{ raw, region string }{
		{"", "FR"},
		{"anonymous", "FR"},
		{"Anonymous", "US"},
		{"private number", "FR"},
		{"+266696687", "FR"},
		{"+86282452253", ""},
		{"112", "FR"},
		{"112", "DE"},
		{"+49112", ""},
		{"11833", "DE"},
		{"118 33", "DE"},
		{"3631", "FR"},
		{"36105", "FR"},
		{"911", "US"},
		{"555-0123", "US"},
		{"01 99 00 12 34", ""},
		{"33199001234", ""},
		{"01 99 00 12 34", "XX"},
		{"+33 1 99 00 12", ""},
		{"+33 1 99 00 12 34 56 78", ""},
		{"+00199001234", ""},
		{"sip:0199001234@example.com", "FR"},
		{"0199001234@example.com", "FR"},
		{"\xff\xfe", "FR"},
		{strings.Repeat("1", 5000), "FR"},
	} {
		if got, ok := phone.Parse(c.raw, c.region); ok || got != "" {
			t.Errorf("Parse(%.40q, %q) = %q, %v; want no number", c.raw, c.region, got, ok)
		}
	}
}

func TestSameComparesNumbersAndNeverTheirEnds(t *testing.T) {
	for _, c := range []struct {
		value, region, e164 string
		want                bool
	}{
		{"01 99 00 12 34", "FR", "+33199001234", true},
		{"+33 (0)1.99.00.12.34", "GB", "+33199001234", true},
		{"33199001234", "US", "+33199001234", true},
		{"33 1 99 00 12 34", "GB", "+33199001234", true},
		{"01 99 00 56 78 / 01 99 00 12 34", "FR", "+33199001234", true},
		{"(202) 555-0123", "US", "+12025550123", true},
		{"12025550123", "FR", "+12025550123", true},
		{"01 99 00 12 34", "GB", "+33199001234", false},
		{"199001234", "GB", "+33199001234", false},
		{"+44 199 001 234", "FR", "+33199001234", false},
		{"+1 199001234", "FR", "+33199001234", false},
		{"00 12 34", "FR", "+33199001234", false},
		{"2025550123", "FR", "+12025550123", false},
		{"06 555 1234", "IT", "+3965551234", false},
		{"(202) 555-0101", "FR", "+2025550101", false}, // of Washington, not of Egypt
		{"202-555-0101", "FR", "+2025550101", false},
		{"2025550101", "FR", "+2025550101", false},
		{"2025550101", "", "+2025550101", false},
		{"(202) 555-0101", "GB", "+442025550101", false},
		{"+44 20 2555 0101", "GB", "+442025550101", true},
		{"020 2555 0101", "GB", "+442025550101", true},
		{"+20 2555 0101", "FR", "+2025550101", true},
		{"20 2555 0101", "FR", "+2025550101", true},
		{"(20) 2555-0101", "FR", "+2025550101", true},
		{"(206) 555-0123", "FR", "+20655501234", false},
		{"(650) 212-0123", "FR", "+6502120123", false},
		{"1 (202) 555-0123", "FR", "+12025550123", true},
		{"anonymous", "FR", "+33199001234", false},
		{"", "FR", "", false},
		{"", "FR", "+33199001234", false},
	} {
		if got := phone.Same(c.value, c.region, c.e164); got != c.want {
			t.Errorf("Same(%q, %q, %q) = %v, want %v", c.value, c.region, c.e164, got, c.want)
		}
	}
}

func TestANumberWithoutItsCountryIsReadInEachThatIsAsked(t *testing.T) {
	for _, c := range []struct {
		raw     string
		regions []string
		want    []phone.Reading
	}{
		{"+33 1 99 00 12 34", []string{"GB"}, []phone.Reading{{E164: "+33199001234", Valid: true}}},
		{"(202) 555-0101", []string{"GB", "US"}, []phone.Reading{{"+12025550101", "US", true}, {"+442025550101", "GB", false}}},
		{"01632 960102", []string{"FR", "GB", "US"}, []phone.Reading{{"+441632960102", "GB", false}}},
		{"01 99 00 12 34", []string{"gb", "fr"}, []phone.Reading{{"+33199001234", "FR", true}, {"+44199001234", "GB", false}}},
		{"33199001234", []string{"US"}, []phone.Reading{{E164: "+33199001234", Valid: true}}},
		{"202 555 0199", []string{"FR"}, nil},
		{"anonymous", []string{"FR"}, nil},
		{"3631", []string{"FR", "GB"}, nil},
	} {
		if got := phone.Readings(c.raw, c.regions...); !slices.Equal(got, c.want) {
			t.Errorf("Readings(%q, %q) = %v, want %v", c.raw, c.regions, got, c.want)
		}
	}
}

func TestALeftOutPlusIsNotPutBeforeANumberOfNorthAmerica(t *testing.T) {
	for raw, want := range map[string]string{
		"33199001234": "+33199001234", "441632960102": "+441632960102", "12025550123": "+12025550123",
		"6598765432": "+6598765432", "2025550199": "", "202 555 0199": "", "0199001234": "", "": "",
	} {
		if got, ok := phone.ParseBare(raw); got != want || ok != (want != "") {
			t.Errorf("ParseBare(%q) = %q, %v; want %q", raw, got, ok, want)
		}
	}
}

func TestSpellingsAreNationalOnlyInTheNumbersOwnCountry(t *testing.T) {
	for _, c := range []struct {
		e164, region string
		want         []string
	}{
		{"+33199001234", "FR", []string{"33199001234", "0033199001234", "0199001234", "199001234"}},
		{"+33199001234", "GB", []string{"33199001234", "0033199001234"}},
		{"+33199001234", "", []string{"33199001234", "0033199001234"}},
		{"+12025550123", "US", []string{"12025550123", "0012025550123", "2025550123"}},
		{"+12025550123", "CA", []string{"12025550123", "0012025550123", "2025550123"}},
		{"+39065551234", "IT", []string{"39065551234", "0039065551234", "065551234"}},
		{"+525550000123", "US", []string{"525550000123", "00525550000123", "5215550000123"}},
		{"anonymous", "FR", nil},
	} {
		if got := phone.Spellings(c.e164, c.region); !slices.Equal(got, c.want) {
			t.Errorf("Spellings(%q, %q) = %q, want %q", c.e164, c.region, got, c.want)
		}
	}
}

func TestEverySpellingIsReadAsTheSameNumber(t *testing.T) {
	for e164, region := range map[string]string{
		"+33199001234": "FR", "+441632960123": "GB", "+12025550123": "US", "+39065551234": "IT", "+4930123456": "DE",
	} {
		for _, s := range phone.Spellings(e164, region) {
			if !phone.Same(s, region, e164) {
				t.Errorf("%q in %s is not read as %s", s, region, e164)
			}
		}
	}
}

func TestNumbersAreShownForPeople(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{phone.National("+33199001234"), "01 99 00 12 34"},
		{phone.International("+33199001234"), "+33 1 99 00 12 34"},
		{phone.International("+12025550123"), "+1 202-555-0123"},
		{phone.International("anonymous"), "anonymous"},
		{phone.Region("+33199001234"), "FR"},
		{phone.Region("+441632960123"), "GB"},
		{phone.Region("+12025550123"), "US"},
		{phone.Region("+80012345678"), ""},
		{phone.Region("anonymous"), ""},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestMaskHidesTheSubscriber(t *testing.T) {
	for s, want := range map[string]string{
		"+33199001234":      "+33•••••1234",
		"+33 1 99 00 12 34": "+33•••••1234",
		"01 99 00 12 34":    "•••••1234",
		"+12025550123":      "+1•••••0123",
		"36105":             "•••••05",
		"112":               "•••••",
		"anonymous":         "anonymous",
		"":                  "",
	} {
		if got := phone.Mask(s); got != want {
			t.Errorf("Mask(%q) = %q, want %q", s, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("+33 (0)1 99 00 12 34 ext 5", "FR")
	f.Add("1-800-FLOWERS", "US")
	f.Add("00", "")
	f.Fuzz(func(t *testing.T, raw, region string) {
		e164, ok := phone.Parse(raw, region)
		if ok != (e164 != "") {
			t.Fatalf("Parse(%q, %q) = %q, %v", raw, region, e164, ok)
		}
		if again, _ := phone.Parse(e164, ""); ok && again != e164 {
			t.Fatalf("Parse(%q, %q) = %q, which reads as %q", raw, region, e164, again)
		}
		phone.Same(raw, region, "+33199001234")
		phone.Mask(raw)
		phone.Spellings(raw, region)
		phone.International(raw)
	})
}

func BenchmarkParseAgain(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		phone.Parse("01 99 00 12 34", "FR")
	}
}
