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
		for _, phone := range []string{"(202) 555-0101", "202-555-0101", "2025550101"} {
			s.contact(phone) // of Washington
		}
		cairo := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+2025550101", Line: "Support FR", Plain: true})
		s.drain()
		if e := s.entry(cairo); e.External != "+2025550101" || e.Record.ID != "" {
			t.Errorf("the call of %s stands on %+v, want nobody", e.External, e.Record)
		}
		written := s.contact("+20 2555 0101")
		again := s.call(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+2025550101", Line: "Support FR", Plain: true})
		s.drain()
		if e := s.entry(again); e.Record.ID != written {
			t.Errorf("the call stands on %+v, want %s of the same number", e.Record, written)
		}
	})
}
