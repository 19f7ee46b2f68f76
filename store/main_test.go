package store_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// each runs a test of one store on every database.
func each(t *testing.T, test func(t *testing.T, st *store.Store, db *storetest.DB)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *storetest.DB) { test(t, db.Open(), db) })
}

// delivery is an event of a call. Another text makes another event.
func delivery(call, text string, at time.Time) store.Delivery {
	body := fmt.Sprintf(`{"event":"call.ended","data":{"id":%s,"note":%q}}`, call, text)
	return store.Delivery{
		Hash: sha256.Sum256([]byte(body)), Kind: callflow.KindCall, ObjectID: call, Event: "call.ended",
		Body: []byte(body), EventAt: at, ReceivedAt: at,
	}
}

func add(t *testing.T, st *store.Store, deliveries ...store.Delivery) {
	t.Helper()
	for _, d := range deliveries {
		if err := st.AddDelivery(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
}

func entry(t *testing.T, st *store.Store, call string) store.Entry {
	t.Helper()
	e, err := st.EntryOf(t.Context(), callflow.KindCall, call)
	if err != nil {
		t.Fatalf("call %s: %v", call, err)
	}
	return e
}

func claim(t *testing.T, st *store.Store, n int) []store.Entry {
	t.Helper()
	claimed, err := st.ClaimEntries(t.Context(), n, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return claimed
}

func finish(t *testing.T, st *store.Store, results ...store.Result) {
	t.Helper()
	if err := st.FinishEntries(t.Context(), results); err != nil {
		t.Fatal(err)
	}
}

// logged ends a claimed entry with a Task.
func logged(e store.Entry, task string) store.Result {
	e.Outcome, e.Reason, e.TaskID = callflow.Logged, callflow.ReasonCompletedTask, task
	return store.Result{Entry: e, Clear: true}
}

// settled adds an entry with these facts, as the worker leaves it.
func settled(t *testing.T, st *store.Store, call string, change func(*store.Entry), terms ...string) store.Entry {
	t.Helper()
	at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	add(t, st, delivery(call, "", at))
	for _, e := range claim(t, st, 100) {
		e.Outcome, e.Reason = callflow.Logged, callflow.ReasonCompletedTask
		if e.ObjectID == call {
			change(&e)
		}
		finish(t, st, store.Result{Entry: e, Terms: terms, Clear: true})
	}
	return entry(t, st, call)
}

func calls(entries []store.Entry) string {
	ids := make([]string, len(entries))
	for i, e := range entries {
		ids[i] = e.ObjectID
	}
	return strings.Join(ids, " ")
}
