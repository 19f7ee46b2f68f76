package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestTheSameBodyIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		d := delivery("1", "a", db.Clock.Now())
		add(t, st, d, d, delivery("1", "b", db.Clock.Now()))
		if e := entry(t, st, "1"); e.Events != 2 || e.Revision != 2 {
			t.Errorf("entry has %d events in revision %d, want 2 and 2", e.Events, e.Revision)
		}
		events, err := st.EventsOf(t.Context(), callflow.KindCall, "1")
		if err != nil || len(events) != 2 || string(events[0].Body) != string(d.Body) || !events[0].ReceivedAt.Equal(d.ReceivedAt) {
			t.Errorf("got %+v, %v; want both bodies in the order received", events, err)
		}
	})
}

func TestTheSameBodyManyTimesAtOnceIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		var wait sync.WaitGroup
		for n := range 200 { // few bodies, so that groups hold the same one twice
			wait.Go(func() {
				if err := st.AddDelivery(t.Context(), delivery(fmt.Sprint(n%4), fmt.Sprint(n%8), db.Clock.Now())); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for call := range 4 {
			if e := entry(t, st, fmt.Sprint(call)); e.Events != 2 {
				t.Errorf("call %d has %d events, want 2", call, e.Events)
			}
		}
	})
}

func TestADeliveryIsAcknowledgedOnlyOnceItCanBeRead(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		raw := db.Raw() // a reader of its own sees what is committed, nothing else
		var wait sync.WaitGroup
		var missing atomic.Int64
		for n := range 300 {
			wait.Go(func() {
				call := fmt.Sprint(n)
				if err := st.AddDelivery(t.Context(), delivery(call, "", db.Clock.Now())); err != nil {
					t.Error(err)
					return
				}
				var found int
				err := raw.QueryRowContext(t.Context(), "SELECT count(*) FROM deliveries d JOIN entries e ON e.object_id = d.object_id WHERE d.object_id = '"+call+"'").Scan(&found)
				if err != nil || found != 1 {
					missing.Add(1)
				}
			})
		}
		wait.Wait()
		if n := missing.Load(); n > 0 {
			t.Errorf("%d of 300 were acknowledged before they could be read", n)
		}
	})
}

func TestABadRowDoesNotFailItsNeighbours(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		if db.File != "" {
			db.Exec(`CREATE TRIGGER bad BEFORE INSERT ON deliveries WHEN NEW.event = 'bad' BEGIN SELECT RAISE(ABORT, 'bad row'); END`)
		} else {
			db.Exec("ALTER TABLE deliveries ADD CHECK (event <> 'bad')")
		}
		var wait sync.WaitGroup
		var good, bad atomic.Int64
		for n := range 200 {
			wait.Go(func() {
				d := delivery(fmt.Sprint(n), "", db.Clock.Now())
				if n%20 == 0 {
					d.Event = "bad"
				}
				err := st.AddDelivery(t.Context(), d)
				switch {
				case err == nil && d.Event != "bad":
					good.Add(1)
				case err != nil && d.Event == "bad":
					bad.Add(1)
				}
			})
		}
		wait.Wait()
		if good.Load() != 190 || bad.Load() != 10 {
			t.Errorf("%d good rows were kept and %d bad ones refused, want 190 and 10", good.Load(), bad.Load())
		}
		if n, err := st.CountEntries(t.Context(), store.Filter{}); err != nil || n != 190 {
			t.Errorf("%d entries, %v; want 190", n, err)
		}
	})
}

func TestOddTextsAreKept(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		d := delivery("7", "nul", db.Clock.Now())
		d.Event, d.ObjectID = "call\x00.ended", "7\x00"
		add(t, st, d)
		claimed := claim(t, st, 10)
		if len(claimed) != 1 {
			t.Fatalf("claimed %d entries, want 1", len(claimed))
		}
		e := claimed[0]
		e.AgentName, e.External, e.LineName = "Ada\x00 \xff", "\x00", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字"
		e.Outcome, e.Detail, e.Wrote = callflow.Failed, map[string]string{"message": "\x00\xfe"}, map[string]any{"Subject": "a\x00b"}
		finish(t, st, store.Result{Entry: e, Terms: store.Terms(nil, e.LineName, e.AgentName), Try: &store.Try{N: 1, Detail: e.Detail, Cause: "event"}})
		page, err := st.ListEntries(t.Context(), store.Filter{Query: e.LineName})
		if err != nil || len(page.Entries) != 1 || page.Entries[0].Outcome != callflow.Failed {
			t.Errorf("got %+v, %v; want the entry with its odd texts", page.Entries, err)
		}
	})
}

func TestAnEventOfNeitherCallNorMessageMakesNoEntry(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		d := delivery("9", "", db.Clock.Now())
		d.Kind = ""
		add(t, st, d)
		if _, err := st.EntryOf(t.Context(), callflow.KindCall, "9"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want ErrNotFound", err)
		}
		if at, err := st.LastDelivery(t.Context()); err != nil || !at.Equal(d.ReceivedAt) {
			t.Errorf("last delivery at %s, %v; want %s", at, err, d.ReceivedAt)
		}
	})
}

func TestAClosedStoreTakesNoDelivery(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		st, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key})
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		var kept, refused atomic.Int64
		began := make(chan struct{})
		for n := range 200 {
			wait.Go(func() {
				<-began
				switch err := st.AddDelivery(t.Context(), delivery(fmt.Sprint(n), "", db.Clock.Now())); {
				case err == nil:
					kept.Add(1)
				case errors.Is(err, store.ErrClosed):
					refused.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		close(began)
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		wait.Wait()
		if err := st.AddDelivery(t.Context(), delivery("201", "", db.Clock.Now())); !errors.Is(err, store.ErrClosed) {
			t.Errorf("got %v, want ErrClosed", err)
		}
		n, err := db.Open().CountEntries(t.Context(), store.Filter{})
		if err != nil || int64(n) < kept.Load() || kept.Load()+refused.Load() != 200 {
			t.Errorf("%d entries for %d acknowledged and %d refused, %v", n, kept.Load(), refused.Load(), err)
		}
	})
}

func TestAClientThatHangsUpDoesNotUndoOthers(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		var wait sync.WaitGroup
		for n := range 100 {
			wait.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				if n%2 == 0 {
					cancel()
				}
				defer cancel()
				if err := st.AddDelivery(ctx, delivery(fmt.Sprint(n), "", db.Clock.Now())); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		for n := 1; n < 100; n += 2 {
			entry(t, st, fmt.Sprint(n))
		}
	})
}

func TestADatabaseHeldByAnotherProcessAnswersBeforeAircallGivesUp(t *testing.T) {
	db := storetest.SQLite(t)
	st := db.Open()
	raw := db.Raw()
	raw.SetMaxOpenConns(1)
	if _, err := raw.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var wait sync.WaitGroup
	for n := range 20 {
		wait.Go(func() {
			if err := st.AddDelivery(t.Context(), delivery(fmt.Sprint(n), "", db.Clock.Now())); err == nil {
				t.Error("a delivery was acknowledged while the database was locked")
			}
		})
	}
	wait.Wait()
	if took := time.Since(began); took > 10*time.Second { // two groups at most, each below five seconds
		t.Errorf("refusing took %s", took)
	}
	if _, err := raw.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	add(t, st, delivery("100", "", db.Clock.Now()))
}
