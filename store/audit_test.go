package store_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

// openAudit takes away what keeps the rows as they are.
func openAudit(db *storetest.DB) {
	if db.File == "" {
		db.Exec("DROP TRIGGER audit_no_change ON audit")
		return
	}
	db.Exec("DROP TRIGGER audit_no_update")
	db.Exec("DROP TRIGGER audit_no_delete")
}

func note(t *testing.T, st *store.Store, rows int) {
	t.Helper()
	for n := range rows {
		err := st.AddAudit(t.Context(), store.AuditRow{Who: "ada@example.com", What: "rules_saved", Object: fmt.Sprint(n), Detail: map[string]string{"note": "n"}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheAuditNamesTheFirstRowThatWasChangedBehindItsBack(t *testing.T) {
	for name, c := range map[string]struct {
		row        int64
		why        string
		statements []string
	}{
		"edited":    {3, "was changed", []string{"UPDATE audit SET who = 'eve@example.com' WHERE id = 3"}},
		"backdated": {2, "was changed", []string{"UPDATE audit SET at = at - 1 WHERE id = 2"}},
		"removed":   {3, "was taken out", []string{"DELETE FROM audit WHERE id = 3"}},
		"beheaded":  {1, "was taken out", []string{"DELETE FROM audit WHERE id = 1"}},
		"renumbered": {3, "was changed", []string{"DELETE FROM audit WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 4",
			"UPDATE audit SET id = 4 WHERE id = 5"}},
		"swapped": {3, "was changed", []string{"UPDATE audit SET id = 99 WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 4",
			"UPDATE audit SET id = 4 WHERE id = 99"}},
		"renamed": {5, "was taken out", []string{"UPDATE audit SET id = 9 WHERE id = 5"}},
		"copied":  {4, "was changed", []string{"UPDATE audit SET mac = (SELECT a.mac FROM audit a WHERE a.id = 2) WHERE id = 4"}},
		// Without its key the chain must not pass for one that has none.
		"key removed": {1, "the key of the chain was taken out", []string{"DELETE FROM connections WHERE name = 'audit'"}},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
				note(t, st, 5)
				n, head, err := st.CheckAudit(t.Context())
				if err != nil || n != 5 || len(head) != 32 {
					t.Fatalf("got %d rows, head %x, %v; want 5, 32 bytes, nil", n, head, err)
				}
				if _, err := db.Raw().ExecContext(t.Context(), c.statements[0]); err == nil && name != "key removed" {
					t.Fatal("the audit can be changed")
				}
				openAudit(db)
				for _, statement := range c.statements {
					db.Exec(statement)
				}
				n, _, err = st.CheckAudit(t.Context())
				var broken *store.AuditBreakError
				if !errors.Is(err, store.ErrAuditBroken) || !errors.As(err, &broken) {
					t.Fatalf("got %v, want ErrAuditBroken", err)
				}
				if broken.Row != c.row || n != c.row-1 || !strings.Contains(broken.Why, c.why) {
					t.Errorf("got %q after %d rows; want row %d that %s", broken, n, c.row, c.why)
				}
				if broken.Found.At.IsZero() || broken.Found.What != store.AuditRulesSaved || !strings.Contains(broken.Error(), "2026-11-20 ") {
					t.Errorf("got %q; want when and what", broken)
				}
			})
		})
	}
}

func TestAnAuditCutOffAtItsEndIsFoundByAHeadThatWasKept(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		note(t, st, 3)
		_, kept, err := st.CheckAudit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		note(t, st, 2) // what came since does no harm
		for _, head := range [][]byte{kept, kept[:8], nil} {
			if c, err := st.CheckAuditSince(t.Context(), head); err != nil || c.Rows != 5 || len(head) > 0 && c.Known != 3 {
				t.Errorf("%+v, %v; want 5 rows and the head in row 3", c, err)
			}
		}
		openAudit(db)
		db.Exec("DELETE FROM audit WHERE id >= 3")
		if c, err := st.CheckAuditSince(t.Context(), nil); err != nil || c.Rows != 2 {
			t.Errorf("%+v, %v; a cut end does not show by itself", c, err)
		}
		if _, err := st.CheckAuditSince(t.Context(), kept); !errors.Is(err, store.ErrAuditCut) {
			t.Errorf("got %v, want ErrAuditCut", err)
		}
	})
}

func TestManyNodesWriteOneChain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *storetest.DB) {
		nodes := []*store.Store{db.Open(), db.Open()}
		var wait sync.WaitGroup
		for n := range 40 {
			wait.Go(func() {
				if err := nodes[n%2].AddAudit(t.Context(), store.AuditRow{Who: "system", What: "test"}); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n, _, err := nodes[0].CheckAudit(t.Context()); err != nil || n != 40 {
			t.Errorf("the chain has %d rows, %v; want 40", n, err)
		}
	})
}
