package worker_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
	"ringledger/integration/worker"
	"ringledger/store/storetest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// facts places calls and messages of many kinds and gives the bodies Aircall
// sent of them.
func facts(t *testing.T) [][]byte {
	s := newSite(t, storetest.SQLite(t))
	kinds := []aircallsim.Kind{
		aircallsim.InboundAnswered, aircallsim.Missed, aircallsim.Voicemail, aircallsim.OutboundAnswered, aircallsim.OutboundUnanswered,
		aircallsim.Transferred, aircallsim.IVR, aircallsim.CallbackRequest,
	}
	began := time.Now().Add(-time.Hour)
	var bodies [][]byte
	for n, kind := range kinds {
		id := s.call(aircallsim.CallSpec{
			Kind: kind, Number: fmt.Sprintf("+44163296%04d", 200+n%5), Line: "Support FR", Agent: s.account.Users()[0].Email,
			At: began.Add(time.Duration(n) * time.Minute), Tags: []string{"billing"}, Comment: "calls back", Plain: true,
		})
		bodies = append(bodies, s.bodies(callflow.KindCall, id)...)
	}
	for n, kind := range []aircallsim.MessageKind{aircallsim.SMSSent, aircallsim.SMSFailed, aircallsim.GroupReceived} {
		id, err := s.account.PlaceMessage(t.Context(), aircallsim.MessageSpec{
			Kind: kind, Number: fmt.Sprintf("+44163296%04d", 200+n), Line: "Support FR", Agent: s.account.Users()[0].Email,
			Body: "On my way", At: began.Add(time.Duration(n) * time.Minute),
		})
		if err == nil {
			err = s.account.Drain(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, s.bodies(callflow.KindMessage, id)...)
	}
	return bodies
}

// bodies are what Aircall sent of a call or message.
func (s *site) bodies(kind callflow.Kind, id string) [][]byte {
	s.t.Helper()
	events, err := s.store.EventsOf(s.t.Context(), kind, id)
	if err != nil || len(events) == 0 {
		s.t.Fatalf("%d events of %s %s, %v", len(events), kind, id, err)
	}
	var out [][]byte
	for _, e := range events {
		out = append(out, e.Body)
	}
	return out
}

// logsOf delivers bodies to a new ledger with a new org, working now and then,
// and gives what stands in the org at the end.
func logsOf(t *testing.T, bodies [][]byte, pauses []int, batch int) map[string]map[string]any {
	t.Helper()
	s := newSite(t, storetest.SQLite(t), func(o *siteOptions) { o.worker.Batch = batch })
	for n := range 3 {
		s.contact(fmt.Sprintf("+44163296%04d", 200+n))
	}
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "lead" })
	w := worker.New(s.options)
	for n, body := range bodies {
		if err := s.deliver(body); err != nil {
			t.Fatal(err)
		}
		if slices.Contains(pauses, n) {
			if _, err := w.Turn(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for turns := 0; ; turns++ {
		n, err := w.Turn(t.Context())
		if err != nil || turns > 500 {
			t.Fatalf("still busy after %d turns: %v", turns, err)
		}
		if n == 0 {
			break
		}
	}
	names := map[any]any{}
	for _, object := range []string{"Contact", "Lead"} {
		for _, r := range s.org.Records(object) {
			names[r["Id"]] = object + " " + fmt.Sprint(r["Phone"])
		}
	}
	out := map[string]map[string]any{}
	for _, task := range s.org.Records("Task") {
		key := fmt.Sprint(task["CallObject"])
		if out[key] != nil {
			t.Fatalf("%s has two Tasks", key)
		}
		kept := map[string]any{"record": names[task["WhoId"]]}
		for _, f := range []string{"Subject", "Status", "Priority", "ActivityDate", "CallType", "CallDurationInSeconds", "CallDisposition", "Description", "OwnerId", "TaskSubtype"} {
			kept[f] = task[f]
		}
		out[key] = kept
	}
	return out
}

// TestTheSameFactsMakeTheSameTasks delivers the same events in any order, any
// number of times, with the worker at work in between or not, and expects the
// same Tasks. What was written early is brought up to date by what came late.
func TestTheSameFactsMakeTheSameTasks(t *testing.T) {
	bodies := facts(t)
	want := logsOf(t, bodies, nil, 1000)
	if len(want) != 11 {
		t.Fatalf("%d Tasks of 8 calls and 3 messages: %v", len(want), slices.Sorted(maps.Keys(want)))
	}
	checks := 0
	rapid.Check(t, func(r *rapid.T) {
		if checks++; checks > 25 { // each is a whole ledger and a whole org
			return
		}
		order := rapid.Permutation(bodies).Draw(r, "order")
		for range rapid.IntRange(0, 10).Draw(r, "repetitions") {
			order = append(order, order[rapid.IntRange(0, len(order)-1).Draw(r, "repeated")])
		}
		pauses := rapid.SliceOfN(rapid.IntRange(0, len(order)-1), 0, 6).Draw(r, "pauses")
		got := logsOf(t, order, pauses, rapid.IntRange(1, 12).Draw(r, "batch"))
		if diff := cmp.Diff(want, got); diff != "" {
			r.Fatalf("Tasks (-want +got):\n%s", diff)
		}
	})
}
