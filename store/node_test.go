package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

func TestClaimersOfManyNodesNeverShareAnEntry(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		const nodes, entries = 3, 300
		var all []*store.Store
		for range nodes {
			all = append(all, db.Open())
		}
		for n := range entries {
			add(t, all[n%nodes], delivery(fmt.Sprint(n), "", db.Clock.Now()))
		}
		var mu sync.Mutex
		held := map[int64]int{}
		var wait sync.WaitGroup
		for n := range 4 * nodes {
			wait.Go(func() {
				for range entries {
					claimed, err := all[n%nodes].ClaimEntries(t.Context(), 7, time.Minute)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					for _, e := range claimed {
						held[e.ID]++
					}
					whole := len(held) == entries
					mu.Unlock()
					if whole {
						return
					}
				}
			})
		}
		wait.Wait()
		for id, n := range held {
			if n != 1 {
				t.Errorf("entry %d was claimed %d times in one lease", id, n)
			}
		}
		if len(held) != entries {
			t.Errorf("%d entries were claimed, want %d", len(held), entries)
		}
	})
}

func TestAClaimerDoesNotWaitForWhatAnotherNodeHolds(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		st := db.Open()
		for n := range 10 {
			add(t, st, delivery(fmt.Sprint(n), "", db.Clock.Now().Add(time.Duration(n)*time.Microsecond)))
		}
		db.Clock.Advance(time.Second)
		other, err := db.Raw().BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = other.Rollback() }() // it changes nothing
		if _, err := other.ExecContext(t.Context(), "SELECT id FROM entries ORDER BY due_at LIMIT 4 FOR UPDATE"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		claimed, err := st.ClaimEntries(ctx, 10, time.Minute)
		if err != nil {
			t.Fatalf("the claim waited for the other node: %v", err)
		}
		if len(claimed) != 6 {
			t.Errorf("claimed %d entries, want the 6 that nobody holds", len(claimed))
		}
	})
}

// hears reports whether a change is told within a time.
func hears(changed <-chan struct{}, most time.Duration) bool {
	select {
	case <-changed:
		return true
	case <-time.After(most):
		return false
	}
}

// untilQuiet reads what is still told of earlier changes.
func untilQuiet(changed <-chan struct{}) {
	for hears(changed, 400*time.Millisecond) {
	}
}

func TestAChangeOnOneNodeIsHeardOnAllOthers(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		here, there, third := db.Open(), db.Open(), db.Open()
		changed, stop := there.Changes()
		defer stop()
		thirds, stopThird := third.Changes()
		defer stopThird()
		untilQuiet(changed)
		untilQuiet(thirds)
		before := there.Revision()
		add(t, here, delivery("1", "", db.Clock.Now()))
		if !hears(changed, time.Second) || !hears(thirds, time.Second) {
			t.Fatal("the other nodes did not hear of it within a second")
		}
		if there.Revision() == before {
			t.Error("what was read there before still counts as new")
		}
		untilQuiet(changed)
		before = there.Revision()
		for n := range 200 { // a burst
			add(t, here, delivery(fmt.Sprint(2+n), "", db.Clock.Now()))
		}
		untilQuiet(changed)
		if n := there.Revision() - before; n < 1 || n > 40 {
			t.Errorf("200 changes within a moment were told %d times, want them gathered", n)
		}
	})
}

func TestANodeHearsAgainAfterItsConnectionWasCut(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		here, there := db.Open(), db.Open()
		changed, stop := there.Changes()
		defer stop()
		untilQuiet(changed)
		listeners := `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ringledger-listener' AND query LIKE 'LISTEN "ringledger_' || (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) || '"'`
		raw := db.Raw()
		listening := func() (n int) {
			t.Helper()
			if err := raw.QueryRowContext(t.Context(), listeners).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		if n := listening(); n != 2 {
			t.Fatalf("%d connections listen, want one for each node", n)
		}
		db.Exec(strings.Replace(listeners, "count(*)", "pg_terminate_backend(pid)", 1))
		if !hears(changed, 2*time.Second) {
			t.Error("a node that was deaf for a moment does not look what it missed")
		}
		for deadline := time.Now().Add(10 * time.Second); listening() != 2 && time.Now().Before(deadline); {
			time.Sleep(20 * time.Millisecond)
		}
		untilQuiet(changed)
		add(t, here, delivery("1", "", db.Clock.Now()))
		if !hears(changed, time.Second) {
			t.Error("the node hears nothing any more")
		}
	})
}

func TestTheLastChangesOfAnEndingNodeAreHeard(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		there := db.Open()
		changed, stop := there.Changes()
		defer stop()
		for n := range 5 {
			here, err := store.Open(t.Context(), store.Options{URL: db.URL, Key: db.Key, Now: db.Clock.Now})
			if err != nil {
				t.Fatal(err)
			}
			untilQuiet(changed)
			add(t, here, delivery(fmt.Sprint(2*n), "", db.Clock.Now()))
			hears(changed, time.Second) // the next one is told a moment later
			add(t, here, delivery(fmt.Sprint(2*n+1), "", db.Clock.Now()))
			if err := here.Close(); err != nil {
				t.Fatal(err)
			}
			if !hears(changed, time.Second) {
				t.Fatal("a node took its last change with it")
			}
		}
	})
}

func TestAWebhookMadeOnOneNodeIsKnownOnTheOthersAtOnce(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		here, there := db.Open(), db.Open()
		known := func() int {
			t.Helper()
			list, err := there.KnownWebhooks(t.Context()) // the clock stands still: only news makes it read anew
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		changed, stop := there.Changes()
		defer stop()
		untilQuiet(changed)
		if known() != 0 {
			t.Fatal("there are webhooks already")
		}
		if err := here.AddWebhook(t.Context(), "secret-of-the-path"); err != nil {
			t.Fatal(err)
		}
		if !hears(changed, time.Second) || known() != 1 {
			t.Error("a delivery to the new webhook would be refused on another node")
		}
	})
}

func TestADutyIsOneNodesUntilItLeavesOrItsLeaseEnds(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		nodes := []*store.Store{db.Open(), db.Open(), db.Open()}
		on := func() (who []int) {
			t.Helper()
			for n, st := range nodes {
				mine, err := st.TakeDuty(t.Context(), "periodic", time.Minute)
				if err != nil {
					t.Fatal(err)
				}
				if mine {
					who = append(who, n)
				}
			}
			return who
		}
		for range 3 { // each look holds it for another lease
			if who := on(); !slices.Equal(who, []int{0}) {
				t.Fatalf("nodes %v have the duty, want the first alone", who)
			}
			db.Clock.Advance(40 * time.Second)
		}
		if err := nodes[0].LeaveDuty(t.Context(), "periodic"); err != nil {
			t.Fatal(err)
		}
		nodes[0], nodes[1] = nodes[1], nodes[0]
		if who := on(); !slices.Equal(who, []int{0}) {
			t.Fatalf("nodes %v took what was left, want one", who)
		}
		nodes = nodes[1:] // as if that one were dead
		if who := on(); len(who) != 0 {
			t.Fatalf("nodes %v took it within the lease", who)
		}
		db.Clock.Advance(time.Minute)
		if who := on(); !slices.Equal(who, []int{0}) {
			t.Errorf("nodes %v took over, want one", who)
		}
	})
}

func TestADutyOfADeadNodeWhoseClockWasAheadIsTakenOver(t *testing.T) {
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		dead, here := db.Open(), db.Open()
		db.Clock.Advance(400 * 24 * time.Hour) // by mistake
		if mine, err := dead.TakeDuty(t.Context(), "periodic", time.Minute); err != nil || !mine {
			t.Fatal(mine, err)
		}
		db.Clock.Advance(-400 * 24 * time.Hour)
		if mine, err := here.TakeDuty(t.Context(), "periodic", time.Minute); err != nil || !mine {
			t.Errorf("the duty is nobody's until then: %v, %v", mine, err)
		}
	})
}
