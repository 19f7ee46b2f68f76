package effect_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"ringledger/integration/aircall"
	"ringledger/integration/callflow"
	"ringledger/integration/effect"
	"ringledger/store"
	"ringledger/store/storetest"
)

// ledger holds calls as the worker leaves them: with their events, judged, with
// a trace.
func ledger(tb testing.TB, st *store.Store, calls int) {
	tb.Helper()
	files, err := filepath.Glob("../aircall/testdata/inbound-answered/*.json")
	if err != nil || len(files) == 0 {
		tb.Fatalf("%d events, %v", len(files), err)
	}
	var events [][]byte
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		events = append(events, body)
	}
	first, err := aircall.ParseEnvelope(events[0])
	if err != nil {
		tb.Fatal(err)
	}
	var wait sync.WaitGroup
	for part := range senders { // deliveries that come together are stored together
		wait.Go(func() {
			for n := part; n < calls; n += senders {
				deliver(tb, st, events, first.ObjectID, strconv.Itoa(100_000_000+n))
			}
		})
	}
	wait.Wait()
	for done := 0; done < calls; {
		claimed, err := st.ClaimEntries(tb.Context(), 200, time.Minute)
		if err != nil || len(claimed) == 0 {
			tb.Fatalf("%d of %d calls are there, %v", done, calls, err)
		}
		results := make([]store.Result, len(claimed))
		for i, e := range claimed {
			e.Outcome, e.Reason, e.RulesVersion = callflow.Logged, callflow.ReasonCompletedTask, 1
			e.CallType, e.StartedAt = callflow.InboundAnswered, time.Now().Add(-time.Duration(done+i)*time.Second)
			e.TaskID, e.Record, e.OwnerID = "00T"+e.ObjectID, ada.Record, "005omar"
			results[i] = store.Result{Entry: e, Clear: true, Try: &store.Try{N: 1, RulesVersion: 1, Outcome: e.Outcome, Reason: e.Reason, Steps: searched(ada, adaOld)}}
		}
		if err := st.FinishEntries(tb.Context(), results); err != nil {
			tb.Fatal(err)
		}
		done += len(claimed)
	}
}

const senders = 64

// deliver stores the events of one more call.
func deliver(tb testing.TB, st *store.Store, events [][]byte, known, id string) {
	for _, body := range events {
		e, err := aircall.ParseEnvelope(bytes.ReplaceAll(body, []byte(known), []byte(id)))
		if err != nil {
			tb.Error(err)
			return
		}
		d := store.Delivery{Hash: e.Hash, Kind: e.Kind, ObjectID: e.ObjectID, Event: e.Event, Body: bytes.Clone(e.Body), EventAt: e.Timestamp, ReceivedAt: time.Now()}
		if err := st.AddDelivery(tb.Context(), d); err != nil {
			tb.Error(err)
			return
		}
	}
}

func newLedger(tb testing.TB) *store.Store {
	tb.Helper()
	st, err := store.Open(tb.Context(), store.Options{URL: "sqlite:" + filepath.Join(tb.TempDir(), "ledger.db"), Key: make([]byte, 32)})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = st.Close() })
	return st
}

// logsNoAnswered is a draft that logs no answered call any more.
func logsNoAnswered() effect.Judge {
	draft := rules(func(s *callflow.Settings) {
		s.Flows[callflow.InboundAnswered] = callflow.Flow{Action: callflow.DoNothing}
	})
	return effect.Judge{Current: rules(), Draft: draft}
}

func TestTheCallsOfTheLastDaysAreCountedByWhatTheDraftChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key})
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = st.Close() }()
		ledger(t, st, 25)
		q := effect.Question{Judge: logsNoAnswered(), From: time.Now().Add(-time.Hour), Most: 1000, Limit: time.Minute}
		r, err := effect.Of(t.Context(), st, q)
		if err != nil || r.Calls != 25 || r.N(effect.Dropped) != 25 || r.Partial {
			t.Fatalf("got %+v, %v", r, err)
		}
		g := r.Groups[0]
		if len(g.Samples) != 20 || g.Reasons[callflow.ReasonFlow] != 25 || r.Types[0].Type != callflow.InboundAnswered || r.Types[0].N[effect.Dropped] != 25 {
			t.Errorf("got %d samples, %v and %v", len(g.Samples), g.Reasons, r.Types)
		}
		q.Most = 10
		if r, err = effect.Of(t.Context(), st, q); err != nil || r.Calls != 10 || !r.Partial {
			t.Errorf("of the newest 10: %d, partly %v, %v", r.Calls, r.Partial, err)
		}
		q.From = time.Now().Add(time.Hour)
		if r, err = effect.Of(t.Context(), st, q); err != nil || r.Calls != 0 || r.Partial {
			t.Errorf("of none: %+v, %v", r, err)
		}
	})
}

func TestNobodyWhoWaitsEndsTheComputing(t *testing.T) {
	st := newLedger(t)
	ledger(t, st, 3)
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := effect.Of(ctx, st, effect.Question{Judge: logsNoAnswered(), Most: 1000}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was cancelled", err)
	}
}

func TestTimeThatIsOverLeavesWhatIsKnownSoFar(t *testing.T) {
	st := newLedger(t)
	ledger(t, st, 210)
	r, err := effect.Of(t.Context(), st, effect.Question{Judge: logsNoAnswered(), Most: 1000, Limit: time.Nanosecond})
	if err != nil || !r.Partial || r.Calls > 200 {
		t.Errorf("got %d calls, partly %v, %v", r.Calls, r.Partial, err)
	}
}

// BenchmarkEffect is a draft of the rules tried on 10,000 calls.
func BenchmarkEffect(b *testing.B) {
	const calls = 10_000
	st := newLedger(b)
	ledger(b, st, calls)
	b.ReportAllocs()
	for b.Loop() {
		r, err := effect.Of(b.Context(), st, effect.Question{Judge: logsNoAnswered(), Most: 2 * calls})
		if err != nil || r.Calls != calls {
			b.Fatalf("%d calls, %v", r.Calls, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/10000calls")
}
