package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestEveryIDFindsItsCall(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		if err := st.KeepLines(t.Context(), []callflow.Line{{ID: "7", Name: "Équipe Conseil"}}); err != nil {
			t.Fatal(err)
		}
		settled(t, st, "2100345001", func(e *store.Entry) { e.TaskID, e.LineID = "00T8d00000Ab1CdEAJ", "7" },
			append(store.Terms([]string{"+33199001234"}, "Ada Martin"), store.RecordTerms("0038d00000Xy1ZwAAJ", "", "5008d00000Cc1CcAAB", "0038d00000Xy1ZwAAJ", "003000000000042AAA")...)...)
		settled(t, st, "2100345002", func(e *store.Entry) { e.TaskID = "00TAb0000000002EAA" }, store.Terms([]string{"+12025550143"}, "Bob")...)
		for query, want := range map[string]int{
			"aircall:2100345001": 1, "AIRCALL:2100345001": 1, "aircall:2100345": 0, "aircall:199001234": 0,
			"0038d00000Xy1ZwAAJ": 1, "0038d00000Xy1Zw": 1, "0038D00000XY1ZW": 0, "5008d00000Cc1Cc": 1, "003000000000042": 1, "003000000000042AAA": 1, "003000000000043": 0,
			"https://example.my.salesforce.com/lightning/r/Contact/0038d00000Xy1ZwAAJ/view": 1, "https://example.my.salesforce.com/00T8d00000Ab1Cd": 1,
			"tel:+33199001234": 1, "\u202a+33\u20111\u201199\u201100\u201112\u201134\u202c": 1, "011 33 1 99 00 12 34": 1, "+33 1 99": 1,
			"equipe": 1, "ÉQUIPE conseil": 1, "conseil martin": 1, "conseil bob": 0, "ＡＤＡ": 1,
		} {
			for _, whole := range []bool{false, true} {
				n, err := st.CountEntries(t.Context(), store.Filter{Query: query, WholeNumbers: whole})
				if wanted := want; query == "+33 1 99" && whole {
					wanted = 0
					if err != nil || n != wanted {
						t.Errorf("%q gives a number away", query)
					}
				} else if err != nil || n != wanted {
					t.Errorf("%q (whole numbers: %v): found %d, %v; want %d", query, whole, n, err, wanted)
				}
			}
		}
	})
}

func TestASearchThatFindsMuchIsReadAlongTheList(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		const many = 6000
		numbers := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", many)
		run := func(insert, from string) {
			if db.File != "" {
				db.Exec(insert + numbers + from)
			} else {
				db.Exec(numbers + insert + from)
			}
		}
		run("INSERT INTO entries (provider, kind, object_id, first_at, updated_at, started_at, outcome) ",
			"SELECT 'aircall', 'call', 'x' || i, i, i, i, CASE WHEN i % 2 = 0 THEN 'failed' ELSE 'skipped' END FROM n")
		run("INSERT INTO terms (term, entry_id) ", "SELECT 'w:martin', e.id FROM n JOIN entries e ON e.started_at = n.i")
		db.Exec("INSERT INTO terms (term, entry_id) SELECT 'w:ada', id FROM entries WHERE started_at IN (3, 4, 5)")
		page, err := st.ListEntries(t.Context(), store.Filter{Query: "martin", Limit: 3})
		if err != nil || calls(page.Entries) != "x6000 x5999 x5998" || page.Older == "" {
			t.Errorf("got %s, %v", calls(page.Entries), err)
		}
		page, err = st.ListEntries(t.Context(), store.Filter{Query: "martin", Limit: 3, After: page.Older})
		if err != nil || calls(page.Entries) != "x5997 x5996 x5995" {
			t.Errorf("older: got %s, %v", calls(page.Entries), err)
		}
		page, err = st.ListEntries(t.Context(), store.Filter{Query: "ada martin", Outcomes: []callflow.Outcome{callflow.Failed, callflow.Skipped}})
		if err != nil || calls(page.Entries) != "x5 x4 x3" {
			t.Errorf("both words: got %s, %v", calls(page.Entries), err)
		}
		if n, err := st.CountEntries(t.Context(), store.Filter{Query: "martin", Outcomes: []callflow.Outcome{callflow.Failed}}); err != nil || n != store.CountCap+1 {
			t.Errorf("counted %d, %v", n, err)
		}
	})
}

func TestAnIDIsFoundBesideMuchThatIsSpelledAlike(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		generate(db, 25_000) // more than is looked through before all is sorted
		db.Exec("INSERT INTO terms (term, entry_id) SELECT 'd:77' || id, id FROM entries WHERE id BETWEEN 2 AND 5300")
		db.Exec("UPDATE entries SET object_id = '77' WHERE id = 1")
		page, err := st.ListEntries(t.Context(), store.Filter{Query: "77", Limit: 6000})
		if n := len(page.Entries); err != nil || n < 5300 || page.Entries[n-1].ID != 1 {
			t.Errorf("listed %d, %v; want the call with this id at the end", n, err)
		}
		// Two words that much is called, and nothing both.
		db.Exec("INSERT INTO terms (term, entry_id) SELECT 'w:odd', id FROM entries WHERE id % 2 = 1")
		page, err = st.ListEntries(t.Context(), store.Filter{Query: "odd martin"})
		if err != nil || len(page.Entries) != 0 {
			t.Errorf("both words: listed %d, %v", len(page.Entries), err)
		}
		for query, want := range map[string]int{"odd martin": 0, "odd": store.CountCap + 1, "77": store.CountCap + 1} {
			if n, err := st.CountEntries(t.Context(), store.Filter{Query: query}); err != nil || n != want {
				t.Errorf("%s: counted %d, %v; want %d", query, n, err, want)
			}
		}
		if n, err := st.CountEntries(t.Context(), store.Filter{Query: "martin", Lines: []string{"L8"}, RulesVersion: 1}); err != nil || n != 250 {
			t.Errorf("of a line under the first rules: counted %d, %v; want 250", n, err)
		}
	})
}

func TestSeveralValuesAndTimeAreCounted(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
		for n, line := range []string{"L1", "L2", "L3", "L1", "L2"} {
			settled(t, st, fmt.Sprint(n+1), func(e *store.Entry) {
				e.StartedAt, e.LineID, e.RulesVersion = at.Add(time.Duration(n)*time.Hour), line, n+1
				e.Outcome, e.Reason, e.Direction = callflow.Logged, callflow.ReasonCompletedTask, callflow.Inbound
				switch n {
				case 1:
					e.Outcome, e.Reason, e.Direction = callflow.Failed, callflow.ReasonRefused, callflow.Outbound
				case 4:
					e.Record = callflow.Record{Kind: callflow.LeadRecord, ID: "00Q000000000001AAA", Name: "Ada"}
				}
			})
		}
		two := []string{"L1", "L2"}
		for name, c := range map[string]struct {
			filter store.Filter
			want   string
		}{
			"two lines":            {store.Filter{Lines: two}, "5 4 2 1"},
			"the newest of them":   {store.Filter{Lines: two, Limit: 2}, "5 4"},
			"two lines, logged":    {store.Filter{Lines: two, Outcomes: []callflow.Outcome{callflow.Logged}}, "5 4 1"},
			"direction":            {store.Filter{Direction: callflow.Outbound}, "2"},
			"a lead":               {store.Filter{Records: []callflow.RecordKind{callflow.LeadRecord}}, "5"},
			"a lead or no record":  {store.Filter{Records: []callflow.RecordKind{callflow.LeadRecord, store.NoRecord}, Lines: two}, "5 4 2 1"},
			"rules":                {store.Filter{RulesVersion: 3}, "3"},
			"rules and line":       {store.Filter{RulesVersion: 3, Lines: two}, ""},
			"lines within a range": {store.Filter{Lines: two, From: at.Add(time.Hour), To: at.Add(4 * time.Hour)}, "4 2"},
		} {
			page, err := st.ListEntries(t.Context(), c.filter)
			if err != nil || calls(page.Entries) != c.want {
				t.Errorf("%s: got %q, %v; want %q", name, calls(page.Entries), err, c.want)
			}
		}
		got, err := st.Histogram(t.Context(), store.Filter{Lines: two}, []time.Time{at, at.Add(2 * time.Hour), at.Add(4 * time.Hour), at.Add(5 * time.Hour)})
		if err != nil || len(got) != 3 || got[0].All != 2 || got[0].Failed != 1 || got[1].All != 1 || !got[2].Start.Equal(at.Add(4*time.Hour)) {
			t.Errorf("over time: got %+v, %v", got, err)
		}
	})
}

func TestAViewBelongsToWhoSavedItAndIsSharedOnWish(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		own, err := st.SaveView(ctx, store.View{Owner: "ada@example.com", Name: "Mine", Query: "outcome=failed"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.View(ctx, own, "bob@example.com"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else's view: %v", err)
		}
		if _, err := st.SaveView(ctx, store.View{ID: own, Name: "Ours", Query: "outcome=skipped", Shared: true}); err != nil {
			t.Fatal(err)
		}
		if all, err := st.Views(ctx, "bob@example.com"); err != nil || len(all) != 1 || all[0].Name != "Ours" || all[0].Owner != "ada@example.com" {
			t.Errorf("shared: got %+v, %v", all, err)
		}
		for n := 1; n < store.MaxViews; n++ {
			if _, err := st.SaveView(ctx, store.View{Owner: "ada@example.com", Name: fmt.Sprint(n)}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := st.SaveView(ctx, store.View{Owner: "ada@example.com", Name: "more"}); !errors.Is(err, store.ErrTooMany) {
			t.Errorf("one too many: %v", err)
		}
		if err := errors.Join(st.DeleteView(ctx, own)); err != nil {
			t.Error(err)
		}
		if err := st.DeleteView(ctx, own); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
	})
}
