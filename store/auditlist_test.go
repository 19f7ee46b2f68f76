package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/store/storetest"
)

// diary writes five rows, an hour apart, and returns when the first was.
func diary(t *testing.T, st *store.Store, db *storetest.DB) time.Time {
	t.Helper()
	began := db.Clock.Now()
	for _, r := range []store.AuditRow{
		{Who: "ada@example.com", What: store.AuditSignIn, Object: "ada@example.com"},
		{Who: "ada@example.com", What: store.AuditRulesSaved, Object: "version 2", Detail: map[string]string{"note": "n"}},
		{Who: "system", What: store.AuditWebhookMended, Object: "aircall"},
		{What: store.AuditSignInFailed, Object: "eve_100%@example.com", Address: "192.0.2.7"},
		{Who: "key:wallboard", What: store.AuditRulesSaved, Object: "version 3"},
	} {
		if err := st.AddAudit(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		db.Clock.Advance(time.Hour)
	}
	return began
}

func TestTheAuditIsFilteredByWhoWhatObjectAndTime(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		began := diary(t, st, db)
		for name, c := range map[string]struct {
			filter store.AuditFilter
			want   []int64
		}{
			"everything":        {store.AuditFilter{}, []int64{5, 4, 3, 2, 1}},
			"who":               {store.AuditFilter{Who: "ada@example.com"}, []int64{2, 1}},
			"one kind":          {store.AuditFilter{Codes: []store.AuditCode{store.AuditRulesSaved}}, []int64{5, 2}},
			"several kinds":     {store.AuditFilter{Codes: []store.AuditCode{store.AuditSignIn, store.AuditSignInFailed}}, []int64{4, 1}},
			"part of an object": {store.AuditFilter{Object: "VERSION"}, []int64{5, 2}},
			"signs as they are": {store.AuditFilter{Object: "_100%"}, []int64{4}},
			"no pattern":        {store.AuditFilter{Object: "%"}, []int64{4}},
			"from":              {store.AuditFilter{From: began.Add(3 * time.Hour)}, []int64{5, 4}},
			"to":                {store.AuditFilter{To: began.Add(2 * time.Hour)}, []int64{2, 1}},
			"all together":      {store.AuditFilter{Who: "ada@example.com", Codes: []store.AuditCode{store.AuditRulesSaved}, Object: "2", From: began, To: began.Add(90 * time.Minute)}, []int64{2}},
			"nothing":           {store.AuditFilter{Who: "nobody"}, nil},
		} {
			page, err := st.ListAudit(t.Context(), c.filter)
			if got := numbers(page); err != nil || !slices.Equal(got, c.want) || page.Older != "" || page.Newer != "" {
				t.Errorf("%s: got %v, %v; want %v on one page", name, got, err, c.want)
			}
		}
		page, err := st.ListAudit(t.Context(), store.AuditFilter{Codes: []store.AuditCode{store.AuditSignInFailed}})
		if err != nil || page.Rows[0].Address != "192.0.2.7" || !page.Rows[0].At.Equal(began.Add(3*time.Hour)) {
			t.Errorf("got %+v, %v", page.Rows, err)
		}
		if who, err := st.Auditors(t.Context()); err != nil || !slices.Equal(who, []string{"ada@example.com", "key:wallboard", "system"}) {
			t.Errorf("those who did something: %v, %v", who, err)
		}
	})
}

func numbers(p store.AuditPage) []int64 {
	var all []int64
	for _, r := range p.Rows {
		all = append(all, r.ID)
	}
	return all
}

func TestPagesOfTheAuditLeadToTheirNeighbours(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		note(t, st, 4) // all of one moment
		diary(t, st, db)
		want := [][]int64{{9, 8}, {7, 6}, {5, 4}, {3, 2}, {1}}
		f, pages := store.AuditFilter{Limit: 2}, []store.AuditPage{}
		for n, rows := range want {
			page, err := st.ListAudit(t.Context(), f)
			if err != nil || !slices.Equal(numbers(page), rows) || (page.Newer != "") != (n > 0) || (page.Older != "") != (n+1 < len(want)) {
				t.Fatalf("page %d: got %v, %+v; want %v", n, numbers(page), err, rows)
			}
			pages, f.After = append(pages, page), page.Older
		}
		back, err := st.ListAudit(t.Context(), store.AuditFilter{Limit: 2, Before: pages[2].Newer})
		if err != nil || !slices.Equal(numbers(back), want[1]) || back.Older != pages[1].Older || back.Newer != pages[1].Newer {
			t.Errorf("back: got %v, %v; want %v", numbers(back), err, want[1])
		}
		if _, err := st.ListAudit(t.Context(), store.AuditFilter{After: "nonsense"}); err == nil {
			t.Error("a cursor that nobody made is taken")
		}
	})
}

func TestTheEndOfTheChainIsCheckedAlone(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		if after, n, _, err := st.CheckLatestAudit(t.Context(), 3); err != nil || after != 0 || n != 0 {
			t.Errorf("of nothing: after %d to %d, %v", after, n, err)
		}
		note(t, st, 9)
		_, whole, err := st.CheckAudit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for rows, want := range map[int]int64{3: 6, 9: 0, 50: 0} {
			after, n, head, err := st.CheckLatestAudit(t.Context(), rows)
			if err != nil || after != want || n != 9 || string(head) != string(whole) {
				t.Errorf("the last %d: after %d to %d, head %x, %v; want after %d to 9, head %x", rows, after, n, head, err, want, whole)
			}
		}
		openAudit(db)
		db.Exec("UPDATE audit SET object = 'another' WHERE id = 5")
		if _, _, _, err := st.CheckLatestAudit(t.Context(), 3); err != nil {
			t.Errorf("the last three were not touched: %v", err)
		}
		if _, n, _, err := st.CheckLatestAudit(t.Context(), 6); err == nil || n != 4 {
			t.Errorf("got %d rows that fit, %v; want 4 and the row after them", n, err)
		}
	})
}

func TestWhatIsWrittenDownFitsAnIndex(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		long := "/activity.csv?line=" + fmt.Sprintf("%08000d", 1) + "é"
		if err := st.AddAudit(t.Context(), store.AuditRow{Who: "ada@example.com", What: store.AuditExported, Object: long}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := st.CheckAudit(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
