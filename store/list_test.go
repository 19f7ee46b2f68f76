package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestTheListIsNarrowedByEveryFilter(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		facts := func(outcome callflow.Outcome, reason callflow.Reason, kind callflow.CallType, line, agent string, hours int) func(*store.Entry) {
			return func(e *store.Entry) {
				e.Outcome, e.Reason, e.CallType, e.LineID, e.AgentID = outcome, reason, kind, line, agent
				e.StartedAt = at.Add(time.Duration(hours) * time.Hour)
			}
		}
		settled(t, st, "1", facts(callflow.Logged, callflow.ReasonCompletedTask, callflow.InboundAnswered, "L1", "A1", 0))
		settled(t, st, "2", facts(callflow.Skipped, callflow.ReasonFlow, callflow.Missed, "L1", "", 1))
		settled(t, st, "3", facts(callflow.Failed, callflow.ReasonRefused, callflow.Missed, "L2", "", 2))
		settled(t, st, "4", facts(callflow.Logged, callflow.ReasonOpenTask, callflow.Voicemail, "L2", "A2", 3))
		for name, c := range map[string]struct {
			filter store.Filter
			want   string
		}{
			"nothing":           {store.Filter{}, "4 3 2 1"},
			"outcome":           {store.Filter{Outcomes: []callflow.Outcome{callflow.Failed}}, "3"},
			"outcomes":          {store.Filter{Outcomes: []callflow.Outcome{callflow.Failed, callflow.Logged}}, "4 3 1"},
			"types":             {store.Filter{Types: []callflow.CallType{callflow.Missed, callflow.Voicemail}}, "4 3 2"},
			"reason":            {store.Filter{Reason: callflow.ReasonFlow}, "2"},
			"line":              {store.Filter{Lines: []string{"L2"}}, "4 3"},
			"agent":             {store.Filter{Agents: []string{"A1"}}, "1"},
			"call":              {store.Filter{ObjectID: "2"}, "2"},
			"from is included":  {store.Filter{From: at.Add(2 * time.Hour)}, "4 3"},
			"to is left out":    {store.Filter{To: at.Add(2 * time.Hour)}, "2 1"},
			"several together":  {store.Filter{Lines: []string{"L1"}, Types: []callflow.CallType{callflow.Missed}}, "2"},
			"nothing fits them": {store.Filter{Lines: []string{"L1"}, Reason: callflow.ReasonRefused}, ""},
		} {
			page, err := st.ListEntries(t.Context(), c.filter)
			if err != nil || calls(page.Entries) != c.want {
				t.Errorf("%s: got %q, %v; want %q", name, calls(page.Entries), err, c.want)
			}
			if n, err := st.CountEntries(t.Context(), c.filter); err != nil || n != len(strings.Fields(c.want)) {
				t.Errorf("%s: counted %d, %v; want %q", name, n, err, c.want)
			}
		}
	})
}

func TestPagesGoBothWaysWithoutGapOrRepeat(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		at := db.Clock.Now()
		for n := range 25 { // three calls share each start, so that the number decides
			add(t, st, delivery(fmt.Sprint(n), "", at.Add(time.Duration(n/3)*time.Second)))
		}
		all, err := st.ListEntries(t.Context(), store.Filter{Limit: 100})
		if err != nil || len(all.Entries) != 25 || all.Older != "" || all.Newer != "" {
			t.Fatalf("got %d entries, cursors %q %q, %v", len(all.Entries), all.Older, all.Newer, err)
		}
		var seen []store.Entry
		var last store.Page
		f := store.Filter{Limit: 4}
		for pages := 1; ; pages++ {
			if last, err = st.ListEntries(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			seen = append(seen, last.Entries...)
			if last.Older == "" {
				if pages != 7 {
					t.Errorf("%d pages, want 7", pages)
				}
				break
			}
			f.After = last.Older
		}
		if calls(seen) != calls(all.Entries) {
			t.Errorf("forwards %s\nwant     %s", calls(seen), calls(all.Entries))
		}
		back := last.Entries
		f = store.Filter{Limit: 4, Before: last.Newer}
		for f.Before != "" {
			page, err := st.ListEntries(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			if page.Older == "" {
				t.Error("a page that is not the last has no older one")
			}
			back = append(page.Entries, back...)
			f.Before = page.Newer
		}
		if calls(back) != calls(all.Entries) {
			t.Errorf("backwards %s\nwant      %s", calls(back), calls(all.Entries))
		}
		middle := all.Entries[10]
		page, err := st.ListEntries(t.Context(), store.Filter{After: store.Cursor(middle), Limit: 1})
		if err != nil || len(page.Entries) != 1 || page.Entries[0].ID != all.Entries[11].ID {
			t.Errorf("after %s comes %s, %v; want %s", middle.ObjectID, calls(page.Entries), err, all.Entries[11].ObjectID)
		}
	})
}

func TestACursorOfSomebodyElseIsRefused(t *testing.T) {
	st := storetest.SQLite(t).Open()
	for _, cursor := range []string{"x", "Zm9v", "!!", "MQ", "' OR 1=1 --"} {
		if _, err := st.ListEntries(t.Context(), store.Filter{After: cursor}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("%q: got %v, want ErrCursor", cursor, err)
		}
	}
}

func TestACallIsFoundByWhatAPersonTypes(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		settled(t, st, "2100345001", func(e *store.Entry) { e.TaskID = "00T8d00000Ab1CdEAJ" },
			store.Terms([]string{"+33199001234"}, "Éloïse Lefèvre-Martin", "Jürgen Groß")...)
		settled(t, st, "2100345002", func(e *store.Entry) { e.TaskID = "00TAb0000000002EAA" },
			store.Terms([]string{"+12025550143"}, "Bob O'Neill")...)
		for query, want := range map[string]bool{
			"+33199001234": true, "33 1 99 00 12 34": true, "01 99 00 12 34": true, "0033 1.99.00.12.34": true, "+33 (0)1 99 00 12 34": true,
			"(01) 99-00-12-34": true, "+33199": true, "1234": true, "001234": true, "00 12 34": true, "+33\u202f1\u00a099\u202f00": true,
			"5678": false, "+34": false,
			"eloise": true, "ÉLOÏSE": true, "Elo": true, "lefevre": true, "martin eloise": true, "lefèvre-martin": true, "Lefevre-Martin": true,
			"jurgen": true, "groß": true, "loise": false, "eloise bob": false,
			"2100345001": true, "2100345": false,
			"00T8d00000Ab1CdEAJ": true, "00T8d00000Ab1Cd": true, "00T8d00000Ab1Ce": false,
			"%": false, "_": false, "'": false, "\"; DROP TABLE entries; --": false, "": true, "   ": true,
		} {
			page, err := st.ListEntries(t.Context(), store.Filter{Query: query, ObjectID: "2100345001"})
			if err != nil || (len(page.Entries) == 1) != want {
				t.Errorf("%q: found %d, %v; want found: %v", query, len(page.Entries), err, want)
			}
		}
	})
}

func TestALongLedgerIsCountedToTheCap(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		numbers := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) "
		insert := "INSERT INTO entries (provider, kind, object_id, first_at, updated_at, started_at) "
		from := "SELECT 'aircall', 'call', 'x' || i, i, i, i FROM n"
		if db.File != "" {
			db.Exec(insert + numbers + from)
		} else {
			db.Exec(numbers + insert + from)
		}
		if n, err := st.CountEntries(t.Context(), store.Filter{}); err != nil || n != store.CountCap+1 {
			t.Errorf("counted %d, %v; want %d", n, err, store.CountCap+1)
		}
	})
}

func TestWholeNumbersGiveNoDigitAway(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		add(t, st, delivery("1", "first", db.Clock.Now()))
		claimed, err := st.ClaimEntries(t.Context(), 1, time.Minute)
		if err != nil || len(claimed) != 1 {
			t.Fatal(claimed, err)
		}
		err = st.FinishEntries(t.Context(), []store.Result{{Entry: claimed[0], Terms: store.Terms([]string{"+33199001234"}, "Ada Martin")}})
		if err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]int{
			"+33199001234": 1, "01 99 00 12 34": 1, "0033 1 99 00 12 34": 1, "martin": 1,
			"+3319900123": 0, "99001234": 0, "199001234": 1, "9001234": 0, "3319900": 0, "1234": 0, "m": 1,
			strings.Repeat("martin ", 60): 1,
		} {
			n, err := st.CountEntries(t.Context(), store.Filter{Query: query, WholeNumbers: true})
			if err != nil || n != want {
				t.Errorf("%q finds %d, %v; want %d", query, n, err, want)
			}
		}
	})
}

func TestASearchThatTakesTooLongSaysSo(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
		defer cancel()
		if _, err := st.ListEntries(ctx, store.Filter{Query: "ada"}); !errors.Is(err, store.ErrTooBroad) {
			t.Errorf("list: %v", err)
		}
		if _, err := st.CountEntries(ctx, store.Filter{Query: "ada"}); !errors.Is(err, store.ErrTooBroad) {
			t.Errorf("count: %v", err)
		}
	})
}

func TestFiltersOfTextsThatNoDatabaseStoresFindNothing(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		failing(t, st, "1", "LOCKED", "")
		for _, odd := range []string{"\x00", "\xff", "a\x00b"} {
			for name, f := range map[string]store.Filter{"line": {Lines: []string{odd}}, "agent": {Agents: []string{odd, "x"}}, "cause": {Cause: odd}, "call": {ObjectID: odd}, "search": {Query: odd + "zz"}} {
				if page, err := st.ListEntries(t.Context(), f); err != nil || len(page.Entries) != 0 {
					t.Errorf("%s %q finds %d, %v", name, odd, len(page.Entries), err)
				}
			}
			if _, err := st.CauseOf(t.Context(), odd); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("the cause %q: %v", odd, err)
			}
		}
	})
}

func TestAFilterThatNamesAValueTwiceCountsItOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		for n := range 5 {
			failing(t, st, fmt.Sprint(n), "LOCKED", "")
		}
		f := store.Filter{Outcomes: []callflow.Outcome{callflow.Failed, callflow.Failed}, From: db.Clock.Now().Add(-time.Hour), To: db.Clock.Now().Add(time.Hour), Limit: 3}
		if n, err := st.CountEntries(t.Context(), f); err != nil || n != 5 {
			t.Errorf("counted %d, %v; want 5", n, err)
		}
		bars, err := st.Histogram(t.Context(), f, []time.Time{f.From, f.To})
		if err != nil || len(bars) != 1 || bars[0].All != 5 {
			t.Errorf("over time: %+v, %v; want 5", bars, err)
		}
		page, err := st.ListEntries(t.Context(), f)
		if err != nil || len(page.Entries) != 3 || page.Older == "" {
			t.Errorf("listed %d, older %q, %v; want 3 and more", len(page.Entries), page.Older, err)
		}
	})
}
