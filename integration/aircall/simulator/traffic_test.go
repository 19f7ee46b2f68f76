package simulator_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ringledger/integration/aircall/simulator"
)

// pastCalls lists what REST has of an account.
func pastCalls(s *site) []map[string]any {
	s.t.Helper()
	var calls []map[string]any
	for page := 1; ; page++ {
		o := s.want(200, "GET", fmt.Sprintf("/v1/calls?per_page=50&page=%d", page), "")
		for _, c := range o["calls"].([]any) {
			calls = append(calls, c.(map[string]any))
		}
		if o["meta"].(map[string]any)["next_page_link"] == nil {
			return calls
		}
	}
}

func TestHistoryIsStoredAndDeliveredWithItsTimestamps(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, func(o *simulator.Options) { o.Concurrency = 8 })
	s := serve(t, a)
	listen(t, a, r.URL)
	made, err := a.History(t.Context(), 14, 40)
	if err != nil {
		t.Fatal(err)
	}
	drain(t, a)
	st := a.Stats()
	if int64(made) != st.Calls+st.Messages || made < 350 || st.Delivered != st.Events || st.Messages == 0 {
		t.Errorf("made %d, stats %+v", made, st)
	}
	if n := len(r.all()); int64(n) != st.Events {
		t.Errorf("received %d of %d events", n, st.Events)
	}
	for _, h := range r.all() {
		at := h.Timestamp
		if at > 1e11 {
			at /= 1000
		}
		if at > noon.Unix() || at < noon.AddDate(0, 0, -15).Unix() {
			t.Errorf("%s at %v", h.Event, time.Unix(at, 0))
		}
	}
	checkHistory(t, pastCalls(s), st.Calls)
}

func checkHistory(t *testing.T, calls []map[string]any, want int64) {
	t.Helper()
	if int64(len(calls)) != want {
		t.Errorf("REST lists %d calls, want %d", len(calls), want)
	}
	kinds, weekend := map[string]int{}, 0
	for _, c := range calls {
		if c["status"] != "done" {
			t.Errorf("call %v is %v", c["id"], c["status"])
		}
		kinds[fmt.Sprint(c["direction"], c["answered_at"] != nil, c["missed_call_reason"])]++
		if d := time.Unix(int64(c["started_at"].(float64)), 0).UTC().Weekday(); d == time.Saturday || d == time.Sunday {
			weekend++
		}
	}
	if len(kinds) < 7 {
		t.Errorf("the history knows only %v", kinds)
	}
	if weekend > len(calls)/10 {
		t.Errorf("%d of %d calls at weekends", weekend, len(calls))
	}
}

func TestTheSameSeedMakesTheSameCalls(t *testing.T) {
	history := func(seed uint64) string {
		a := newAccount(t, func(o *simulator.Options) { o.Seed = seed })
		if _, err := a.History(t.Context(), 5, 20); err != nil {
			t.Fatal(err)
		}
		place(t, a, simulator.CallSpec{})
		b, err := json.Marshal(pastCalls(serve(t, a)))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := history(7)
	if d := cmp.Diff(one, history(7)); d != "" {
		t.Error("the same seed made other calls")
	}
	if one == history(8) {
		t.Error("another seed made the same calls")
	}
}

func TestRunPlacesCallsUntilItsContextEnds(t *testing.T) {
	r := newReceiver(t, nil)
	a := newAccount(t, func(o *simulator.Options) { o.Speed, o.Now = 2000, time.Now })
	listen(t, a, r.URL)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.Run(ctx, 5*time.Millisecond)
	}()
	eventually(t, "a call ended", func() bool { return strings.Contains(strings.Join(r.events(), " "), "call.ended") })
	stop()
	<-ended
	a.Close()
	after := a.Stats()
	if after.Calls == 0 || after.Delivered == 0 {
		t.Errorf("stats %+v", after)
	}
}

func TestCloseEndsCallsAndRetriesThatAreUnderWay(t *testing.T) {
	r := newReceiver(t, func(int) int { return 500 })
	a := newAccount(t, func(o *simulator.Options) { o.Speed, o.Now = 1, time.Now })
	listen(t, a, r.URL)
	if _, err := a.StartCall(simulator.CallSpec{Kind: simulator.Voicemail}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the first event was tried", func() bool { return len(r.all()) > 0 })
	a.Close()
	if st := a.Stats(); st.Pending != 0 {
		t.Errorf("stats %+v", st)
	}
}
