package main

import (
	"strings"
	"testing"

	"ringledger/store"
)

func TestTheConsoleTurnsOffTheTwoStepSignInOfWhoLostTheirPhone(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := command(t, data, "a long enough password\n", "user", "create", "--email", "ada@example.com", "--role", "admin", "--password-stdin"); code != done {
		t.Fatal(errs)
	}
	st := look(t, data).Open()
	user, err := st.UserByEmail(t.Context(), "ada@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if err := st.BeginTwoStep(t.Context(), user.ID, "SECRET"); err != nil {
		t.Fatal(err)
	}
	if err := st.ConfirmTwoStep(t.Context(), user.ID, "SECRET", 1, []store.Secret{"code"}); err != nil {
		t.Fatal(err)
	}
	if err := st.RequireSecondStep(t.Context(), user.ID, store.OfNobody, store.OfAdmins); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		says string
		code int
		args []string
	}{
		{"--email", misuse, nil},
		{"no user", failed, []string{"--email", "bea@example.com"}},
		{"set it up again", done, []string{"--email", "Ada@example.com"}},
		{"off already", failed, []string{"--email", "ada@example.com"}},
	} {
		code, out, errs := command(t, data, "", append([]string{"user", "disable-two-step"}, step.args...)...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Errorf("%v: exit %d\n%s%s", step.args, code, out, errs)
		}
	}
	if two, err := st.TwoStep(t.Context(), user.ID); err != nil || two.On {
		t.Errorf("it is still on: %v, %v", two.On, err)
	}
	if lacks, err := st.LacksSecondStep(t.Context(), user); err != nil || !lacks {
		t.Errorf("they are not led to set it up again: %v, %v", lacks, err)
	}
	if said := audited(t, st); !strings.Contains(said, "two_step_off ada@example.com\n") {
		t.Errorf("written down:\n%s", said)
	}
}
