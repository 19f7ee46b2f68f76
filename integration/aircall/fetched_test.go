package aircall_test

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ringledger/integration/aircall"
	"ringledger/integration/aircall/simulator"
	"ringledger/integration/callflow"
)

// told is one call as its webhooks told it and as the list tells it.
type told struct {
	kind    simulator.Kind
	id      string
	events  []aircall.Event
	fetched aircall.Event
}

// tellEveryKind places a call of every kind and gives both accounts of each.
func tellEveryKind(t *testing.T) []told {
	t.Helper()
	var mu sync.Mutex
	events := map[string][]aircall.Event{}
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		e := parse(t, string(raw))
		mu.Lock()
		defer mu.Unlock()
		events[e.ObjectID] = append(events[e.ObjectID], aircall.Event{Body: e.Body, ReceivedAt: time.Now()})
	}))
	t.Cleanup(receiver.Close)
	account := simulator.New(simulator.Options{Speed: math.Inf(1), Rate: -1})
	t.Cleanup(account.Close)
	if _, err := account.AddWebhook(receiver.URL, "", aircall.Subscription()...); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(account)
	t.Cleanup(api.Close)
	kinds := map[string]simulator.Kind{}
	for n, kind := range simulator.Kinds() {
		id, err := account.PlaceCall(t.Context(), simulator.CallSpec{
			Kind: kind, Line: "Support FR", At: time.Now().Add(time.Duration(n-60) * time.Minute),
			Plain: true, Tags: []string{"billing", "urgent"}, Comment: "calls back",
		})
		if err != nil {
			t.Fatal(err)
		}
		kinds[fmt.Sprint(id)] = kind
	}
	if err := account.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	client := aircall.NewClient(aircall.Options{BaseURL: api.URL, APIID: simulator.DefaultAPIID, APIToken: simulator.DefaultAPIToken, PerMinute: 600_000})
	var all []told
	for call, err := range client.Calls(t.Context(), time.Now().Add(-2*time.Hour), time.Now()) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, told{kinds[call.ID], call.ID, events[call.ID], aircall.Event{Body: call.Event, ReceivedAt: time.Now()}})
	}
	if len(all) != len(simulator.Kinds()) {
		t.Fatalf("the list tells %d calls of %d", len(all), len(simulator.Kinds()))
	}
	return all
}

// taskOf is what a call is written as.
func taskOf(t interface{ Fatal(...any) }, id string, events ...aircall.Event) callflow.Decision {
	call, oddities := aircall.Fold(callflow.KindCall, id, events)
	if len(oddities) > 0 {
		t.Fatal(oddities)
	}
	rules := callflow.Default()
	rules.Matching.NoMatch.WhenNone = callflow.WhenNoneNoRecord
	rules.Filters.InternalCalls = callflow.InternalLog
	sc := callflow.Screen(call, rules, callflow.Surroundings{OwnNumbers: map[string]bool{}})
	d := callflow.Decide(call, rules, sc, callflow.Found{Connection: callflow.User{ID: "005"}, ActiveUser: func(string) bool { return true }}, callflow.Org{ClosedStatus: "Completed", OpenStatus: "Not Started"})
	d.Steps = nil
	return d
}

func TestACallReadFromTheListMakesTheTaskItsEventsMake(t *testing.T) {
	for _, call := range tellEveryKind(t) {
		want := taskOf(t, call.id, call.events...)
		got := taskOf(t, call.id, call.fetched)
		switch call.kind {
		case simulator.Unfinished: // what was never told is told by the list
			if call, _ := aircall.Fold(callflow.KindCall, call.id, []aircall.Event{call.fetched}); !call.Ended || call.AnsweredAt.IsZero() {
				t.Errorf("the list does not end the call: %+v", call)
			}
			continue
		case simulator.ExternalTransfer: // the list does not know of transfers to outside numbers
			delete(want.Task.Fields, "Description")
			delete(got.Task.Fields, "Description")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the list makes another Task (-events +list):\n%s", call.kind, diff)
		}
	}
}

func TestAListAndEventsOfACallMakeTheSameTaskInAnyOrder(t *testing.T) {
	calls := tellEveryKind(t)
	rapid.Check(t, func(r *rapid.T) {
		call := rapid.SampledFrom(calls).Draw(r, "call")
		want := taskOf(r, call.id, append(slices.Clone(call.events), call.fetched)...)
		// The list was read at any moment, also before some events were delivered.
		fetched := call.fetched
		fetched.ReceivedAt = fetched.ReceivedAt.Add(time.Duration(rapid.IntRange(0, 3600).Draw(r, "seconds later")) * time.Second)
		both := append(slices.Clone(call.events), fetched)
		if call.kind != simulator.Unfinished && call.kind != simulator.ExternalTransfer {
			// What was lost of the events is told by the list.
			both = slices.DeleteFunc(both, func(e aircall.Event) bool {
				return !bytes.Equal(e.Body, fetched.Body) && rapid.IntRange(0, 3).Draw(r, "lost") == 0
			})
		}
		mixed := rapid.Permutation(both).Draw(r, "order")
		mixed = append(mixed, rapid.SliceOfN(rapid.SampledFrom(both), 0, 3).Draw(r, "repeated")...)
		if diff := cmp.Diff(want, taskOf(r, call.id, mixed...)); diff != "" {
			r.Fatalf("%s: another Task (-want +got):\n%s", call.kind, diff)
		}
	})
}
