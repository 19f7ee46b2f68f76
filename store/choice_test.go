package store_test

import (
	"testing"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/store/storetest"
)

func TestAChoiceIsListedUntilItIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx := t.Context()
		chosen := callflow.Record{Kind: callflow.ContactRecord, ID: "003000000000001AAA", Name: "Maud Ferris"}
		if err := st.ChooseRecord(ctx, stranger, chosen, "ops@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := st.NumbersCreated(ctx, map[string]callflow.Record{"+12025550111": {Kind: callflow.LeadRecord, ID: "00Q000000000001AAA"}}); err != nil {
			t.Fatal(err)
		}
		list, all, err := st.Choices(ctx, 10)
		if err != nil || all != 1 || len(list) != 1 || list[0].E164 != stranger || list[0].Record.Name != "Maud Ferris" || list[0].ChosenBy != "ops@example.com" || list[0].ChosenAt.IsZero() {
			t.Fatalf("%+v of %d, %v", list, all, err)
		}
		first, err := st.ForgetChoice(ctx, stranger)
		if err != nil || !first {
			t.Fatalf("nothing was forgotten: %v", err)
		}
		if again, err := st.ForgetChoice(ctx, stranger); err != nil || again {
			t.Errorf("forgotten twice: %v", err)
		}
		if known, err := st.KnownNumbers(ctx, []string{stranger}); err != nil || len(known) != 0 {
			t.Errorf("still known: %v, %v", known, err)
		}
	})
}
