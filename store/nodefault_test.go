package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

// senders deliver one call after the other until told to end, and note what was
// acknowledged and how long the slowest answer took.
type senders struct {
	mu      sync.Mutex
	acked   map[string]bool
	refused int
	slowest time.Duration
	stop    chan struct{}
	all     sync.WaitGroup
}

func send(t *testing.T, st *store.Store, db *storetest.DB, many int) *senders {
	s := &senders{acked: map[string]bool{}, stop: make(chan struct{})}
	for n := range many {
		s.all.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-s.stop:
					return
				case <-time.After(2 * time.Millisecond):
				}
				id, began := fmt.Sprint(1_000_000*(n+1)+i), time.Now()
				err := st.AddDelivery(context.Background(), delivery(id, "", db.Clock.Now()))
				s.mu.Lock()
				if err == nil {
					s.acked[id] = true
				} else {
					s.refused++
				}
				s.slowest = max(s.slowest, time.Since(began))
				s.mu.Unlock()
			}
		})
	}
	t.Cleanup(s.end)
	return s
}

func (s *senders) end() {
	select {
	case <-s.stop:
	default:
		close(s.stop)
	}
	s.all.Wait()
}

func (s *senders) told() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused
}

func (s *senders) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.acked)
}

// goOn waits until more calls are acknowledged.
func (s *senders) goOn(t *testing.T, most time.Duration) {
	t.Helper()
	before := s.count()
	for deadline := time.Now().Add(most); s.count() < before+20; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("only %d deliveries were taken within %s after the fault", s.count()-before, most)
		}
	}
}

// accountFor checks that each acknowledged call is in the ledger, and that
// nobody waited until Aircall would have hung up.
func (s *senders) accountFor(t *testing.T, db *storetest.DB) {
	t.Helper()
	s.end()
	kept := map[string]bool{}
	found, err := db.Raw().QueryContext(t.Context(), "SELECT e.object_id FROM entries e JOIN deliveries d ON d.object_id = e.object_id")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = found.Close() }() // read to its end
	for found.Next() {
		var id string
		if err := found.Scan(&id); err != nil {
			t.Fatal(err)
		}
		kept[id] = true
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	for id := range s.acked {
		if !kept[id] {
			t.Errorf("call %s was acknowledged and is lost", id)
		}
	}
	if s.slowest > 4500*time.Millisecond {
		t.Errorf("the slowest answer took %s; Aircall hangs up after 5 s", s.slowest)
	}
	t.Logf("%d acknowledged, %d refused, the slowest answer took %s", len(s.acked), s.refused, s.slowest.Round(time.Millisecond))
}

func TestNothingAcknowledgedIsLostWhenConnectionsAreCut(t *testing.T) {
	storetest.OnServer(t, func(t *testing.T, server *storetest.Server) {
		db := server.DB()
		s := send(t, db.Open(), db, 8)
		s.goOn(t, 5*time.Second)
		for range 10 {
			db.Exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
			time.Sleep(50 * time.Millisecond)
		}
		s.goOn(t, 5*time.Second)
		s.accountFor(t, db)
	})
}

func TestNothingAcknowledgedIsLostWhenTheServerCrashesAndComesBack(t *testing.T) {
	storetest.OnServer(t, func(t *testing.T, server *storetest.Server) {
		db := server.DB()
		here, there := db.Open(), db.Open()
		changed, stop := there.Changes()
		defer stop()
		s := send(t, here, db, 8)
		for range 2 {
			s.goOn(t, 5*time.Second)
			server.Stop("immediate")
			time.Sleep(300 * time.Millisecond)
			server.Start()
			s.goOn(t, 10*time.Second)
		}
		s.accountFor(t, db)
		time.Sleep(6 * time.Second) // the longest pause before a node listens again
		untilQuiet(changed)
		add(t, here, delivery("1", "", db.Clock.Now()))
		if !hears(changed, time.Second) {
			t.Error("the nodes do not hear each other any more")
		}
		if got := claim(t, there, 5); len(got) != 5 {
			t.Errorf("the other node claims %d entries, want 5", len(got))
		}
	})
}

func TestAServerWithoutAFreeConnectionRefusesAndLosesNothing(t *testing.T) {
	storetest.OnServer(t, func(t *testing.T, server *storetest.Server) {
		db := server.DB()
		st := db.Open()
		s := send(t, st, db, 8)
		s.goOn(t, 5*time.Second)
		greedy, err := sql.Open("pgx", db.With("application_name", "greedy"))
		if err != nil {
			t.Fatal(err)
		}
		var held []*sql.Conn
		for deadline := time.Now().Add(10 * time.Second); s.told() < 50; { // whoever was cut finds no place again
			if time.Now().After(deadline) {
				t.Fatal("the store always finds a connection")
			}
			c, err := greedy.Conn(t.Context())
			if err == nil {
				held = append(held, c)
				continue
			}
			if _, err := held[0].ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name <> 'greedy' AND backend_type = 'client backend'"); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range held {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := greedy.Close(); err != nil {
			t.Error(err)
		}
		s.goOn(t, 5*time.Second)
		s.accountFor(t, db)
	}, "-c max_connections=30")
}

func TestASenderDoesNotWaitForADatabaseThatStandsStill(t *testing.T) {
	storetest.OnServer(t, func(t *testing.T, server *storetest.Server) {
		db := server.DB()
		s := send(t, db.Open(), db, 8)
		s.goOn(t, 5*time.Second)
		holder, err := db.Raw().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := holder.ExecContext(t.Context(), "LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(9 * time.Second) // two groups, one after the other
		if err := holder.Rollback(); err != nil {
			t.Fatal(err)
		}
		s.goOn(t, 5*time.Second)
		s.accountFor(t, db)
	})
}
