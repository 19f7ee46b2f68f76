package worker_test

import (
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store/storetest"
)

// TestANumberThatALaterCallLockedBeforeACrashIsNotBusyForTheEarlierOne leaves
// what a crash leaves that comes between the lock of a number and the intent.
func TestANumberThatALaterCallLockedBeforeACrashIsNotBusyForTheEarlierOne(t *testing.T) {
	s := newSite(t, storetest.SQLite(t))
	s.rules(func(r *callflow.Settings) { r.Matching.NoMatch.Create = "lead" })
	earlier, later := s.call(answered(ada)), s.call(answered(ada))
	got, err := s.store.LockNumbers(t.Context(), map[string]int64{ada: s.entry(later).ID}, 15*time.Minute)
	if err != nil || !got[ada] {
		t.Fatalf("the number was not locked: %v", err)
	}
	s.drain()
	s.logged(earlier)
	s.logged(later)
	s.count("Lead", 1)
}
