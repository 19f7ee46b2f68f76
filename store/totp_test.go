package store_test

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

const totpSecret = store.Secret("JBSWY3DPEHPK3PXPCANARY")

// twoStepped is a person whose second step is on, with a code of step 100 used.
func twoStepped(t *testing.T, st *store.Store, codes ...store.Secret) int64 {
	t.Helper()
	id := person(t, st, "ada@example.com")
	if err := st.BeginTwoStep(t.Context(), id, totpSecret); err != nil {
		t.Fatal(err)
	}
	if err := st.ConfirmTwoStep(t.Context(), id, totpSecret, 100, codes); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestASecondStepIsOnOnceItsNewestSecretIsConfirmed(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		ctx, id := t.Context(), person(t, st, "ada@example.com")
		if two, err := st.TwoStep(ctx, id); err != nil || two != (store.TwoStep{}) {
			t.Errorf("before: %+v, %v", two, err)
		}
		for _, secret := range []store.Secret{"FIRST", "SECOND"} {
			if err := st.BeginTwoStep(ctx, id, secret); err != nil {
				t.Fatal(err)
			}
		}
		if two, err := st.TwoStep(ctx, id); err != nil || two.On || two.Secret != "SECOND" {
			t.Errorf("begun: on %v, %v", two.On, err)
		}
		if ok, err := st.UseStep(ctx, id, 100); err != nil || ok {
			t.Errorf("a code before it is confirmed: %v, %v", ok, err)
		}
		if err := st.ConfirmTwoStep(ctx, id, "FIRST", 100, nil); !errors.Is(err, store.ErrConflict) {
			t.Errorf("the first secret: got %v, want ErrConflict", err)
		}
		if err := st.ConfirmTwoStep(ctx, id, "SECOND", 100, []store.Secret{"one", "two"}); err != nil {
			t.Fatal(err)
		}
		for name, err := range map[string]error{"begin": st.BeginTwoStep(ctx, id, "THIRD"), "confirm": st.ConfirmTwoStep(ctx, id, "SECOND", 101, nil)} {
			if !errors.Is(err, store.ErrConflict) {
				t.Errorf("%s once it is on: got %v, want ErrConflict", name, err)
			}
		}
		if two, err := st.TwoStep(ctx, id); err != nil || !two.On || two.CodesLeft != 2 || two.Since.IsZero() || two.Secret != "SECOND" {
			t.Errorf("on: %v with %d codes, %v", two.On, two.CodesLeft, err)
		}
		if err := st.EndTwoStep(ctx, id); err != nil {
			t.Fatal(err)
		}
		if err := st.EndTwoStep(ctx, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("off twice: got %v, want ErrNotFound", err)
		}
		if ok, err := st.UseRecoveryCode(ctx, id, "one"); err != nil || ok {
			t.Errorf("a recovery code of before: %v, %v", ok, err)
		}
	})
}

func TestACodeIsGoodOnceHoweverManyUseItAtOnce(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		id := twoStepped(t, st, "one", "two")
		uses := map[string]func() (bool, error){
			"code":          func() (bool, error) { return st.UseStep(t.Context(), id, 101) },
			"recovery code": func() (bool, error) { return st.UseRecoveryCode(t.Context(), id, "one") },
		}
		for name, use := range uses {
			var wait sync.WaitGroup
			var taken atomic.Int64
			for range 20 {
				wait.Go(func() {
					ok, err := use()
					if err != nil {
						t.Error(err)
					}
					if ok {
						taken.Add(1)
					}
				})
			}
			wait.Wait()
			if n := taken.Load(); n != 1 {
				t.Errorf("the %s was taken %d times, want once", name, n)
			}
		}
		for _, step := range []int64{99, 100, 101} {
			if ok, err := st.UseStep(t.Context(), id, step); err != nil || ok {
				t.Errorf("step %d after 101: %v, %v", step, ok, err)
			}
		}
		if two, err := st.TwoStep(t.Context(), id); err != nil || two.CodesLeft != 1 {
			t.Errorf("%d codes left, %v; want 1", two.CodesLeft, err)
		}
	})
}

func TestNewRecoveryCodesEndThoseBefore(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, _ *storetest.DB) {
		id := twoStepped(t, st, "one", "two")
		if err := st.RenewRecoveryCodes(t.Context(), id, []store.Secret{"three"}); err != nil {
			t.Fatal(err)
		}
		for code, want := range map[store.Secret]bool{"one": false, "three": true} {
			if ok, err := st.UseRecoveryCode(t.Context(), id, code); err != nil || ok != want {
				t.Errorf("code: %v, %v; want %v", ok, err, want)
			}
		}
		if err := st.RenewRecoveryCodes(t.Context(), person(t, st, "bob@example.com"), nil); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("without a second step: got %v, want ErrNotFound", err)
		}
	})
}

func TestTheSecretOfASecondStepIsSealed(t *testing.T) {
	each(t, func(t *testing.T, st *store.Store, db *storetest.DB) {
		twoStepped(t, st, "canary-code")
		var sealed string
		if err := db.Raw().QueryRowContext(t.Context(), "SELECT sealed FROM two_steps").Scan(&sealed); err != nil {
			t.Fatal(err)
		}
		var hash []byte
		if err := db.Raw().QueryRowContext(t.Context(), "SELECT hash FROM recovery_codes").Scan(&hash); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(sealed, "v1:") || strings.Contains(sealed, string(totpSecret)) || strings.Contains(string(hash), "canary") {
			t.Errorf("in the clear: %q, %q", sealed, hash)
		}
	})
}
