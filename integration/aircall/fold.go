package aircall

import (
	"bytes"
	"cmp"
	"slices"

	"ringledger/integration/callflow"
)

// Fold makes one call of everything that was delivered about it. The order of
// the events and how often each comes make no difference. id is Aircall's id of
// the call or message, the one that ParseEnvelope found.
func Fold(kind callflow.Kind, id string, events []Event) (callflow.Call, []Oddity) {
	facts, oddities := readFacts(events)
	if kind == callflow.KindMessage {
		return foldMessage(id, facts), oddities
	}
	return foldCall(id, facts), oddities
}

// readFacts reads each event once and puts them in the order in which they were
// made. The order is total, so that the same events always fold alike.
func readFacts(events []Event) ([]fact, []Oddity) {
	r := newReader(nil)
	r.noting = true
	events = distinct(events)
	facts := make([]fact, 0, len(events))
	for _, e := range events {
		if f, ok := r.fact(e); ok {
			facts = append(facts, f)
		}
	}
	slices.SortStableFunc(facts, func(a, b fact) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(rank(a.event), rank(b.event)), cmp.Compare(a.tagWeight(), b.tagWeight()))
	})
	return facts, slices.Compact(r.oddities)
}

// tagWeight orders changes of tags within a second: adding makes the list
// longer each time, removing shorter.
func (f *fact) tagWeight() int {
	if f.event == callUntagged {
		return -len(f.tags)
	}
	return len(f.tags)
}

// distinct leaves one of each body, the first received, ordered by body.
func distinct(events []Event) []Event {
	if len(events) < 2 {
		return events
	}
	events = slices.Clone(events)
	slices.SortFunc(events, func(a, b Event) int {
		return cmp.Or(bytes.Compare(a.Body, b.Body), a.ReceivedAt.Compare(b.ReceivedAt))
	})
	return slices.CompactFunc(events, func(a, b Event) bool { return bytes.Equal(a.Body, b.Body) })
}
