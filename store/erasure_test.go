package store_test

import (
	"testing"

	"ringledger/integration/phone"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestAnErasedNumberIsInNoSearchHoweverItWasTyped(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		ctx, number := t.Context(), "+33199001234"
		for _, query := range []string{"q=%2B33199001234", "q=01+99+00+12+34&outcome=failed", "q=(0)1.99.00.12.34", "q=%2B33+1+99+00+12+34", "outcome=failed&q=01%2099-00-12-34"} {
			if _, err := st.SaveView(ctx, store.View{Owner: "ada@example.com", Name: "late", Query: query}); err != nil {
				t.Fatal(err)
			}
			db.Exec("INSERT INTO replays (cause, reason, detail, rules, asked_by, asked_at, state, total, kind, query) VALUES ('', '', '', 'now', 'ada@example.com', 1, 'done', 1, 'filter', '/activity?" + query + "')")
		}
		for _, v := range []store.View{{Name: "Mr 01 99 00 12 34", Query: "outcome=failed"}, {Name: "other", Query: "q=01+99+00+12+35"}, {Name: "failed", Query: "outcome=failed&from=2026-11-01"}} {
			v.Owner = "ada@example.com"
			if _, err := st.SaveView(ctx, v); err != nil {
				t.Fatal(err)
			}
		}
		db.Exec("INSERT INTO replays (cause, reason, detail, rules, asked_by, asked_at, state, total, kind, query) VALUES ('', '', '', 'now', 'ada@example.com', 1, 'done', 1, 'filter', '/activity?q=0199001235')")
		if err := st.AddErasure(ctx, number, "ada@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := st.EraseNumber(ctx, number, phone.Spellings(number, "FR")); err != nil {
			t.Fatal(err)
		}
		if got := left(t, db, "name", "saved_views"); got != "failedother" {
			t.Errorf("saved views %q are left, want the two that do not name it", got)
		}
		if got := left(t, db, "query", "replays"); got != "/activity/activity?q=0199001235" {
			t.Errorf("the replays tell of %q", got)
		}
	})
}
