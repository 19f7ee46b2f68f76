package store_test

import (
	"errors"
	"fmt"
	"strconv"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

// aged gives a ledger one call for each state, and lets the time pass.
func aged(t *testing.T, st *store.Store, db *storetest.DB, after time.Duration) {
	t.Helper()
	for n, set := range []string{
		"outcome = 'logged', due_at = NULL",
		"outcome = 'skipped', due_at = NULL",
		"outcome = 'failed', due_at = NULL",
		"outcome = 'failed', due_at = NULL, resolved_at = 1",
		"outcome = 'needs_choice', due_at = NULL",
		"outcome = 'logged', due_at = NULL, intent_at = 1", // in doubt
		"outcome = 'waiting'",
	} {
		id := fmt.Sprint(n + 1)
		err := st.AddDelivery(t.Context(), store.Delivery{Hash: [32]byte{byte(n + 1)}, Kind: callflow.KindCall, ObjectID: id, Event: "call.ended",
			Body: []byte("{}"), EventAt: db.Clock.Now(), ReceivedAt: db.Clock.Now()})
		if err != nil {
			t.Fatal(err)
		}
		db.Exec("UPDATE entries SET " + set + " WHERE object_id = '" + id + "'")
		db.Exec("INSERT INTO tries (entry_id, n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges) SELECT id, 1, 'event', started_at, 1, 1, 'logged', '', '', '', '' FROM entries WHERE object_id = '" + id + "'")
		db.Exec("INSERT INTO terms (term, entry_id) SELECT 'w:x', id FROM entries WHERE object_id = '" + id + "'")
	}
	db.Clock.Advance(after)
}

// left lists the calls that still have a row in the table.
func left(t *testing.T, db *storetest.DB, column, from string) string {
	t.Helper()
	rows, err := db.Raw().QueryContext(t.Context(), "SELECT DISTINCT "+column+" FROM "+from+" ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }() // Err tells
	out := ""
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		out += id
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func removeAll(t *testing.T, st *store.Store, kind string, k store.Kept) (n int64) {
	t.Helper()
	for at := (store.Place{}); !at.Done; {
		b, err := st.RemoveOld(t.Context(), kind, k, at, 2)
		if err != nil {
			t.Fatal(err)
		}
		if b.Place == at {
			t.Fatalf("%s: a batch goes on where it began, %+v", kind, at)
		}
		at, n = b.Place, n+b.Removed
	}
	return n
}

func TestWhatIsOldIsRemovedAndNothingThatWaitsOrIsInDoubt(t *testing.T) {
	k := store.Kept{Deliveries: 30, Tries: 90, Entries: 365}
	for _, c := range []struct {
		days                       int
		deliveries, tries, entries string // the calls that are left
	}{
		{29, "1234567", "1234567", "1234567"},
		{31, "3567", "1234567", "1234567"},
		{91, "567", "567", "1234567"},
		{366, "567", "567", "567"},
	} {
		t.Run(fmt.Sprint(c.days), func(t *testing.T) {
			each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
				aged(t, st, db, time.Duration(c.days)*24*time.Hour)
				for _, kind := range store.KeptKinds() {
					most, err := st.OldCount(t.Context(), kind, k, 100)
					if err != nil {
						t.Fatal(err)
					}
					if n := removeAll(t, st, kind, k); n > most {
						t.Errorf("%s: %d went, and %d were foretold at most", kind, n, most)
					}
				}
				if got := left(t, db, "object_id", "deliveries"); got != c.deliveries {
					t.Errorf("deliveries of calls %s are left, want %s", got, c.deliveries)
				}
				if got := left(t, db, "object_id", "tries JOIN entries e ON e.id = entry_id"); got != c.tries {
					t.Errorf("tries of calls %s are left, want %s", got, c.tries)
				}
				if got := left(t, db, "object_id", "terms JOIN entries e ON e.id = entry_id"); got != c.entries {
					t.Errorf("calls %s are left, want %s", got, c.entries)
				}
				if got := left(t, db, "object_id", "entries WHERE events_gone_at > 0"); c.days == 31 && got != "124" {
					t.Errorf("the entries %s know that their events are gone, want 124", got)
				}
				if got := left(t, db, "entry_id", "terms WHERE entry_id NOT IN (SELECT id FROM entries)"); got != "" {
					t.Errorf("terms of %s have no entry", got)
				}
			})
		})
	}
}

func TestZeroKeepsForEver(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		aged(t, st, db, 5000*24*time.Hour)
		note(t, st, 2)
		for _, kind := range store.KeptKinds() {
			n, err := st.OldCount(t.Context(), kind, store.Kept{}, 100)
			if removed := removeAll(t, st, kind, store.Kept{}); removed != 0 || n != 0 || err != nil {
				t.Errorf("%s: %d removed, %d foretold, %v", kind, removed, n, err)
			}
		}
	})
}

func TestTheChainGoesOnFromTheHeadOfWhatWasCut(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		note(t, st, 5)
		db.Clock.Advance(731 * 24 * time.Hour)
		note(t, st, 3)
		if n := removeAll(t, st, store.KeptAudit, store.Kept{Audit: 730}); n != 5 {
			t.Fatalf("%d rows were cut, want 5", n)
		}
		note(t, st, 1)
		if n, _, err := st.CheckAudit(ctx); n != 9 || err != nil {
			t.Fatalf("the chain reaches %d, %v; want 9", n, err)
		}
		if after, n, _, err := st.CheckLatestAudit(ctx, 1000); n != 9 || after != 5 || err != nil {
			t.Errorf("the end of the chain: after %d to %d, %v", after, n, err)
		}
		if _, err := db.Raw().ExecContext(ctx, "DELETE FROM audit WHERE id = 6"); err == nil {
			t.Error("a row that was not cut could be deleted")
		}
		openAudit(db)
		db.Exec("DELETE FROM audit WHERE id = 6")
		if n, _, err := st.CheckAudit(ctx); n != 5 || !errors.Is(err, store.ErrAuditBroken) {
			t.Errorf("the row after the cut is gone: chain to %d, %v", n, err)
		}
		// A cut made without the key is none.
		db.Exec("DELETE FROM audit WHERE id = 7")
		db.Exec("UPDATE audit_cuts SET upto = 7, head = (SELECT previous FROM audit WHERE id = 8)")
		if n, _, err := st.CheckAudit(ctx); n != 0 || !errors.Is(err, store.ErrAuditBroken) {
			t.Errorf("a forged cut: chain to %d, %v", n, err)
		}
	})
}

func TestAHeadThatMayHaveGoneByItsAgeIsToldFromOneThatWasCutOff(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		head := func() []byte {
			_, head, err := st.CheckAudit(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return head
		}
		note(t, st, 3)
		gone := head()
		note(t, st, 2)
		last := head()
		db.Clock.Advance(731 * 24 * time.Hour)
		note(t, st, 1)
		removeAll(t, st, store.KeptAudit, store.Kept{Audit: 730})
		cut := db.Clock.Now()
		note(t, st, 2)
		kept := head()
		c, err := st.CheckAuditSince(t.Context(), gone)
		if !errors.Is(err, store.ErrHeadTooOld) || errors.Is(err, store.ErrAuditCut) || c.After != 5 || c.Rows != 8 || c.CutAt.Sub(cut).Abs() > time.Second {
			t.Errorf("a head of what is gone: %+v, %v; want rows 6 to 8 walked and the time of the cut", c, err)
		}
		for want, known := range map[int64][]byte{5: last, 8: kept} {
			if c, err := st.CheckAuditSince(t.Context(), known); err != nil || c.Known != want {
				t.Errorf("the head of row %d: %+v, %v", want, c, err)
			}
		}
		openAudit(db)
		db.Exec("UPDATE audit SET who = 'mallory' WHERE id = 7")
		if c, err := st.CheckAuditSince(t.Context(), gone); !errors.Is(err, store.ErrAuditBroken) || c.Rows != 6 {
			t.Errorf("a changed row behind the cut: %+v, %v", c, err)
		}
	})
}

func TestTheNewestRowOfTheAuditAlwaysStays(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		note(t, st, 3)
		db.Clock.Advance(731 * 24 * time.Hour)
		if n := removeAll(t, st, store.KeptAudit, store.Kept{Audit: 730}); n != 2 {
			t.Errorf("%d rows were cut, want 2", n)
		}
		if n, _, err := st.CheckAudit(t.Context()); n != 3 || err != nil {
			t.Errorf("the chain reaches %d, %v; want 3", n, err)
		}
	})
}

func TestTheJobIsInOneHandAndLeavesADayToChooseFirst(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx, lease := t.Context(), time.Minute
		claim := func(want bool, when string) store.Removal {
			t.Helper()
			r, ok, err := st.ClaimRemoval(ctx, lease)
			if err != nil || ok != want {
				t.Fatalf("%s the job was taken: %v, %v; want %v", when, ok, err, want)
			}
			return r
		}
		claim(false, "at the first look")
		db.Clock.Advance(23 * time.Hour)
		claim(false, "within a day")
		db.Clock.Advance(2 * time.Hour)
		first := claim(true, "after a day")
		claim(false, "while another has it")
		db.Clock.Advance(2 * lease)
		second := claim(true, "after a crash")
		if err := st.AdvanceRemoval(ctx, first, lease); !errors.Is(err, store.ErrConflict) {
			t.Errorf("who lost the job goes on: %v", err)
		}
		second.Removed["tries"] = 7
		if err := st.FinishRemoval(ctx, second, db.Clock.Now().Add(24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		claim(false, "the same day")
		if last, err := st.LastRemoval(ctx); err != nil || last.Removed["tries"] != 7 || !last.FinishedAt.Equal(db.Clock.Now()) {
			t.Errorf("the last run: %+v, %v", last, err)
		}
	})
}

func TestTwoWhoChangeTheTimesDoNotOverwriteEachOther(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		before, err := st.Kept(t.Context())
		if err != nil || before != (store.Kept{Deliveries: 30, Tries: 90, Entries: 365, Audit: 730}) {
			t.Fatalf("at first: %+v, %v", before, err)
		}
		after := before
		after.Tries = 60
		if err := st.Keep(t.Context(), before, after); err != nil {
			t.Fatal(err)
		}
		if err := st.Keep(t.Context(), before, store.Kept{}); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the second: %v", err)
		}
		if now, _ := st.Kept(t.Context()); now != after {
			t.Errorf("it is %+v, want %+v", now, after)
		}
	})
}

func TestWhatGoesByItsAgeLeavesNothingOfAPersonInReplays(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx := t.Context()
		old := failing(t, st, "1", "LOCKED", "Ada Moreau is locked")
		next := failing(t, st, "2", "LOCKED", "Ada Moreau is locked")
		db.Clock.Advance(time.Second)
		r, err := st.StartReplay(ctx, store.ReplayOrder{Kind: store.ReplayCause, Cause: old.Cause, Rules: "now", By: "ada@example.com"})
		if err != nil || r.Total != 2 {
			t.Fatalf("got %+v, %v", r, err)
		}
		if err := st.AdvanceReplays(ctx, 1); err != nil { // the other one waits for its turn
			t.Fatal(err)
		}
		fails(t, st, func(store.Entry) bool { return true })
		if e, err := st.Entry(ctx, next.ID); err != nil || e.Replay != "" {
			t.Fatalf("%+v, %v", e, err)
		}
		db.Clock.Advance(400 * 24 * time.Hour)
		if n := removeAll(t, st, store.KeptEntries, store.Kept{Entries: 365}); n != 2 {
			t.Fatalf("%d are removed, want both", n)
		}
		if n := left(t, db, "count(*)", "replay_items WHERE detail_before <> '' OR cause_before <> ''"); n != "0" {
			t.Errorf("%s rows tell of what is gone", n)
		}
		if n := left(t, db, "count(*)", "replays WHERE detail <> ''"); n != "0" {
			t.Errorf("%s replays tell of what is gone", n)
		}
		for range 3 {
			if err := st.AdvanceReplays(ctx, 1); err != nil {
				t.Fatal(err)
			}
		}
		if r, err = st.ReplayOf(ctx, r.ID); err != nil || r.Open() || r.Failed != 1 || r.Passed != 1 {
			t.Errorf("the replay waits for what is gone: %+v, %v", r, err)
		}
	})
}

func TestWhatCameWhileAClockWasAheadKeepsNothingElse(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		db.Clock.Advance(100 * 24 * time.Hour)
		for n, days := range []int{400, 400, 400, -100, 0} { // from now
			id := strconv.Itoa(n)
			settled(t, st, id, func(*store.Entry) {})
			at := strconv.FormatInt(db.Clock.Now().Add(time.Duration(days)*24*time.Hour).UnixMicro(), 10)
			db.Exec("UPDATE deliveries SET received_at = " + at + " WHERE object_id = '" + id + "'")
			db.Exec("INSERT INTO tries (entry_id, n, cause, at, micros, rules_version, outcome, reason, detail, steps, exchanges) SELECT id, 9, 'event', " + at + ", 1, 1, outcome, reason, '', '', '' FROM entries WHERE object_id = '" + id + "'")
		}
		k := store.Kept{Deliveries: 30, Tries: 90}
		if n := removeAll(t, st, store.KeptDeliveries, k); n != 1 {
			t.Errorf("%d deliveries were removed, want that of 100 days ago", n)
		}
		if n := removeAll(t, st, store.KeptTries, k); n != 1 {
			t.Errorf("%d tries were removed, want that of 100 days ago", n)
		}
	})
}
