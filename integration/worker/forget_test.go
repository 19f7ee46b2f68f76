package worker_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/store/storetest"
)

func TestTheWorkerLeavesNoSessionThatWouldLiveAgain(t *testing.T) {
	var later atomic.Int64
	s := newSite(t, storetest.SQLite(t), func(o *siteOptions) {
		o.worker.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	sessions := s.store.Sessions()
	if err := sessions.Commit("a", []byte("data"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	later.Store(int64(90 * time.Minute))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.worker.Watch(ctx) })
	defer running.Wait()
	defer stop()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		later.Store(int64(30 * time.Minute))
		_, found, err := sessions.Find("a")
		later.Store(int64(90 * time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it lives again when the clock goes back")
		}
	}
}
