package worker_test

import (
	"testing"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/store/storetest"
)

func TestDigitsThatCoincideWithANumberOfAnotherCountryMatchNobody(t *testing.T) {
	each(t, func(t *testing.T, db *storetest.DB) {
		s := newSite(t, db)
		s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = callflow.CreateNone })
		for _, phone := range []string{"(202) 555-0101", "202-555-0101", "2025550101", "(202) 555-0102"} {
			s.contact(phone) // of Washington
		}
		written := s.contact("+20 2555 0102")
		for number, want := range map[string]string{"+2025550101": "", "+2025550102": written} {
			call := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: number, Line: "Support FR", Plain: true})
			s.drain()
			if e := s.entry(call); e.External != number || e.Record.ID != want {
				t.Errorf("the call of %s is %s, %s and stands on %+v, want %q", e.External, e.Outcome, e.Reason, e.Record, want)
			}
		}
	})
}
