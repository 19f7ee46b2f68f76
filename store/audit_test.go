package store_test

import (
	"errors"
	"fmt"
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

func TestTheAuditShowsWhatWasChangedBehindItsBack(t *testing.T) {
	for name, statement := range map[string]string{
		"changed":   "UPDATE audit SET who = 'eve@example.com' WHERE id = 3",
		"taken out": "DELETE FROM audit WHERE id = 3",
		"renamed":   "UPDATE audit SET id = 9 WHERE id = 5",
		"copied":    "UPDATE audit SET mac = (SELECT a.mac FROM audit a WHERE a.id = 2) WHERE id = 4",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
				note(t, st, 5)
				n, head, err := st.CheckAudit(t.Context())
				if err != nil || n != 5 || len(head) != 32 {
					t.Fatalf("got %d rows, head %x, %v; want 5, 32 bytes, nil", n, head, err)
				}
				if _, err := db.Raw().ExecContext(t.Context(), statement); err == nil {
					t.Fatal("the audit can be changed")
				}
				openAudit(db)
				db.Exec(statement)
				if _, _, err := st.CheckAudit(t.Context()); !errors.Is(err, store.ErrAuditBroken) {
					t.Errorf("got %v, want ErrAuditBroken", err)
				}
			})
		})
	}
}

func TestAnAuditCutOffAtItsEndHasAnotherHead(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		note(t, st, 3)
		_, before, err := st.CheckAudit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		openAudit(db)
		db.Exec("DELETE FROM audit WHERE id = 3")
		if _, after, err := st.CheckAudit(t.Context()); err != nil || string(after) == string(before) {
			t.Errorf("head %x after the cut, %v; want another than %x", after, err, before)
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
