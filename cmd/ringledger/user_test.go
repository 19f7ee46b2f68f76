package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ringledger/store"
	"ringledger/store/storetest"
)

// look is the database of a data directory between two commands.
func look(t *testing.T, data string) *storetest.DB {
	t.Helper()
	c := &config{}
	if err := c.read([]string{"RINGLEDGER_DATA=" + data}, newRoot(nil).PersistentFlags()); err != nil {
		t.Fatal(err)
	}
	key, err := c.key()
	if err != nil {
		t.Fatal(err)
	}
	return storetest.Existing(t, filepath.Join(data, "ringledger.db"), key)
}

// audited lists what was written down, the oldest first.
func audited(t *testing.T, st *store.Store) string {
	t.Helper()
	page, err := st.ListAudit(t.Context(), store.AuditFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, r := range page.Rows {
		said = string(r.What) + " " + r.Object + "\n" + said
	}
	return said
}

func TestUsersAreListedGivenAPasswordAndRemoved(t *testing.T) {
	data := t.TempDir()
	for email, role := range map[string]string{"ada@example.com": "admin", "bea@example.com": "viewer"} {
		if code, _, errs := command(t, data, "a long enough password\n", "user", "create", "--email", email, "--role", role, "--password-stdin"); code != done {
			t.Fatal(errs)
		}
	}
	if code, out, _ := command(t, data, "", "user", "list"); code != done || strings.Count(out, "@example.com") != 2 || strings.Contains(out, "argon2id") {
		t.Errorf("the list: exit %d\n%s", code, out)
	}
	for _, step := range []struct {
		stdin, says string
		code        int
		args        []string
	}{
		{"another long password\n", "ended their sessions", done, []string{"password", "--email", "Bea@example.com", "--password-stdin"}},
		{"a third long password\n", "ended their sessions", done, []string{"reset-password", "--email", "bea@example.com", "--password-stdin"}},
		{"", "--email", misuse, []string{"reset-password", "--password-stdin"}},
		{"", "--password-stdin", misuse, []string{"reset-password", "--email", "bea@example.com"}},
		{"", "http://localhost:8080/reset/", done, []string{"reset", "--email", "Bea@example.com"}},
		{"", "--email", misuse, []string{"reset"}},
		{"", "no user", failed, []string{"reset", "--email", "eve@example.com"}},
		{"short\n", "12 characters", misuse, []string{"password", "--email", "bea@example.com", "--password-stdin"}},
		{"another long password\n", "no user", failed, []string{"password", "--email", "eve@example.com", "--password-stdin"}},
		{"", "only admin", failed, []string{"remove", "--email", "ada@example.com"}},
		{"", "no user", failed, []string{"remove", "--email", "eve@example.com"}},
		{"", "Removed", done, []string{"remove", "--email", "bea@example.com"}},
	} {
		code, out, errs := command(t, data, step.stdin, append([]string{"user"}, step.args...)...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Errorf("user %s: exit %d, %q; want %d and %q", strings.Join(step.args, " "), code, out+errs, step.code, step.says)
		}
	}
	look(t, data).Exec("UPDATE users SET deactivated_at = 1 WHERE email = 'ada@example.com'")
	if code, _, errs := command(t, data, "", "user", "reset", "--email", "ADA@example.com"); code != failed || !strings.Contains(errs, "is deactivated") {
		t.Errorf("a link for somebody deactivated: exit %d, %q", code, errs)
	}
	st := look(t, data).Open()
	if users, err := st.Users(t.Context()); err != nil || len(users) != 1 || users[0].Email != "ada@example.com" {
		t.Errorf("left: %+v, %v; want Ada", users, err)
	}
	if said := audited(t, st); !strings.HasSuffix(said, "user_password_changed Bea@example.com\nuser_password_changed bea@example.com\npassword_reset_opened bea@example.com\nuser_removed bea@example.com\n") {
		t.Errorf("written down:\n%s", said)
	}
}

func TestAKeyIsListedAndRevoked(t *testing.T) {
	data := t.TempDir()
	var leaked string
	for _, name := range []string{"wallboard", "twice", "twice", "report"} {
		code, out, errs := command(t, data, "", "apikey", "create", "--name", name)
		if code != done {
			t.Fatal(errs)
		}
		if name == "wallboard" {
			leaked = strings.TrimSpace(out)
		}
	}
	code, out, _ := command(t, data, "", "apikey", "list")
	if code != done || strings.Count(out, "viewer") != 4 || strings.Contains(out, "rlk_") || !strings.Contains(out, "never") {
		t.Errorf("the list: exit %d\n%s", code, out)
	}
	for _, step := range []struct {
		says string
		code int
		args []string
	}{
		{"Revoked", done, []string{"--name", "wallboard"}},
		{"no such key", failed, []string{"--name", "wallboard"}},
		{"--id", failed, []string{"--name", "twice"}},
		{"Revoked", done, []string{"--id", "2"}},
		{"Revoked", done, []string{"--name", "twice"}},
	} {
		code, out, errs := command(t, data, "", append([]string{"apikey", "revoke"}, step.args...)...)
		if code != step.code || !strings.Contains(out+errs, step.says) {
			t.Errorf("revoke %s: exit %d, %q; want %d and %q", strings.Join(step.args, " "), code, out+errs, step.code, step.says)
		}
	}
	st := look(t, data).Open()
	if _, err := st.UseAPIKey(t.Context(), store.Secret(leaked)); err == nil {
		t.Error("the revoked key still opens the API")
	}
	if keys, err := st.APIKeys(t.Context()); err != nil || slices.IndexFunc(keys, func(k store.APIKey) bool { return k.RevokedAt.IsZero() && k.Name != "report" }) >= 0 {
		t.Errorf("left: %+v, %v; want the report's", keys, err)
	}
	if said := audited(t, st); !strings.HasSuffix(said, "api_key_revoked wallboard\napi_key_revoked twice\napi_key_revoked twice\n") {
		t.Errorf("written down:\n%s", said)
	}
}

func TestTheDoctorSeesAnAuditThatWasChanged(t *testing.T) {
	data := t.TempDir()
	if code, _, errs := command(t, data, "", "apikey", "create", "--name", "x"); code != done {
		t.Fatal(errs)
	}
	look(t, data).Exec("DROP TRIGGER audit_no_update; UPDATE audit SET who = 'nobody'")
	if code, out, _ := command(t, data, "", "doctor"); code != failed || !strings.Contains(out, "WRONG audit") {
		t.Errorf("exit %d:\n%s", code, out)
	}
}
