//go:build unix

package main

import (
	"context"
	"strconv"
	"syscall"
	"testing"
	"time"

	aircallsim "ringledger/integration/aircall/simulator"
	"ringledger/store"
	"ringledger/store/storetest"
)

// takenOver is how long after the death of the node that does the periodic
// duties another does them: its lease, the pause between two looks, and some
// time on a busy machine.
const takenOver = 40 * time.Second

// onDuty names the node that has the periodic duties.
func (f *fleet) onDuty(db *storetest.DB) (name string) {
	f.t.Helper()
	if err := db.Raw().QueryRowContext(f.t.Context(), "SELECT coalesce(max(node), '') FROM duties WHERE name = 'periodic'").Scan(&name); err != nil {
		f.t.Fatal(err)
	}
	return name
}

// lose places a call of which no webhook tells. Only whoever reads Aircall's
// list, which is a duty, can bring it.
func (f *fleet) lose() string {
	f.t.Helper()
	f.account.SetFaults(aircallsim.Faults{Silent: true})
	id, err := f.account.StartCall(aircallsim.CallSpec{Kind: aircallsim.InboundAnswered, Number: "+441632960200", Line: "Support FR", Plain: true})
	f.must(err)
	drain, cancel := context.WithTimeout(f.t.Context(), 20*time.Second)
	defer cancel()
	f.must(f.account.Drain(drain))
	return strconv.FormatInt(id, 10)
}

// ask has the last hours read from Aircall's list.
func (f *fleet) ask(st *store.Store) {
	f.t.Helper()
	f.must(st.AddBackfill(f.t.Context(), store.BackfillAsked, "ada@example.com", time.Now().Add(-6*time.Hour), time.Now().Add(time.Minute)))
}

func TestThePeriodicDutiesMoveToAnotherNodeWhenTheirsDiesOrStandsStill(t *testing.T) {
	t.Parallel()
	storetest.OnPostgres(t, func(t *testing.T, db *storetest.DB) {
		f := newFleet(t, db.URL, 2)
		st := f.open()
		defer func() { f.must(st.Close()) }()
		first, second := f.nodes[0], f.nodes[1]
		f.run(first)
		had := ""
		for deadline := time.Now().Add(10 * time.Second); had == ""; time.Sleep(20 * time.Millisecond) {
			if had = f.onDuty(db); time.Now().After(deadline) {
				t.Fatal("the only node does not take the duties")
			}
		}
		f.run(second)
		var ids []string
		// moves loses a call, makes the node on duty useless, and waits for the
		// call.
		moves := func(how string, most time.Duration, end func()) {
			t.Helper()
			ids = append(ids, f.lose())
			end()
			f.ask(st)
			began := time.Now()
			f.awaitTasks(len(ids), most)
			if n := f.org.Count("Task"); n != len(ids) {
				t.Fatalf("%s: there are %d Tasks after %s, want %d", how, n, time.Since(began).Round(time.Second), len(ids))
			}
			now := f.onDuty(db)
			if now == had || now == "" {
				t.Errorf("%s: %q has the duties still", how, now)
			}
			had = now
			t.Logf("%s: the call came after %s", how, time.Since(began).Round(time.Second/10))
		}
		moves("killed", takenOver, func() {
			f.must(first.process.Process.Kill())
			_ = first.process.Wait() // "signal: killed" is what was asked for
		})
		f.run(first)
		moves("stopped", takenOver, func() { f.must(second.process.Process.Signal(syscall.SIGSTOP)) })
		f.must(second.process.Process.Signal(syscall.SIGCONT))
		moves("ended in order", 10*time.Second, func() { f.end(first) })
		f.end(second)
		f.accountFor(ids)
	})
}
