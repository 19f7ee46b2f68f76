package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/store"
)

var shownLink = regexp.MustCompile(`http://127\.0\.0\.1:\d+(/(?:invite|reset)/[a-z0-9]{26})`)

// linkIn is the path of the link that a page shows once.
func linkIn(t *testing.T, page answer) string {
	t.Helper()
	found := shownLink.FindStringSubmatch(page.body)
	if page.status != http.StatusOK || found == nil || page.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d without a link", page.status)
	}
	return found[1]
}

func invited(t *testing.T, b *browser, email string, role store.Role) string {
	t.Helper()
	return linkIn(t, b.post("/people", url.Values{"email": {email}, "role": {string(role)}}))
}

var joining = url.Values{"name": {"Nina"}, "password": {password}}

func TestWhoIsInvitedJoinsOnceAndIsSignedIn(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	path := invited(t, b, "Nina@example.com", store.Editor)
	if page := b.get("/people"); strings.Contains(page.body, path) || !strings.Contains(page.body, "nina@example.com") {
		t.Error("the link is shown again, or the invitation is not listed")
	}
	nina := s.browser()
	if page := nina.get(path); page.status != http.StatusOK || !strings.Contains(page.body, "Ada admin invited you as an editor") {
		t.Errorf("the invitation: got %d\n%s", page.status, page.body)
	}
	for field, form := range map[string]url.Values{
		"name": {"password": {password}}, "password": {"name": {"Nina"}, "password": {"short"}}, "e-mail as password": {"name": {"Nina"}, "password": {"nina@example.com"}},
	} {
		if got := nina.post(path, form); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong %s: got %d, want 422", field, got.status)
		}
	}
	if got := nina.post(path, joining); got.status != http.StatusSeeOther || got.location() != "/" {
		t.Fatalf("joining: got %d to %s", got.status, got.location())
	}
	if got := nina.get("/activity"); got.status != http.StatusOK {
		t.Errorf("who joined is not signed in: got %d", got.status)
	}
	if got := nina.get("/people"); got.status != http.StatusForbidden {
		t.Errorf("the editor who joined on /people: got %d, want 403", got.status)
	}
	for name, got := range map[string]answer{"GET": s.browser().get(path), "POST": s.browser().post(path, joining)} {
		if got.status != http.StatusNotFound || !strings.Contains(got.body, "does not work any more") {
			t.Errorf("%s of the used link: got %d, want 404 and words", name, got.status)
		}
	}
	want := []string{"Nina accepted the invitation of nina@example.com", "Ada admin invited nina@example.com"}
	if got := said(t, b.get("/audit?kind=people")); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("written down: %q", got)
	}
	if strings.Contains(s.logs.String(), strings.TrimPrefix(path, "/invite/")) {
		t.Error("the link is in the log")
	}
}

func TestAnInvitationIsExactAboutWhatIsWrong(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	invited(t, b, "nina@example.com", store.Viewer)
	for what, step := range map[string]struct {
		email, role, field string
	}{
		"no address":          {"", "viewer", "#f-email"},
		"no e-mail":           {"nina", "viewer", "#f-email"},
		"somebody here":       {"ADMIN@example.com", "viewer", "#f-email"},
		"somebody invited":    {"Nina@example.com", "viewer", "#f-email"},
		"a role there is not": {"omar@example.com", "owner", "#f-role"},
	} {
		got := b.post("/people", url.Values{"email": {step.email}, "role": {step.role}})
		if got.status != http.StatusUnprocessableEntity || shownLink.MatchString(got.body) || got.page(t).Find("[data-mistakes] a[href='"+step.field+"']").Length() != 1 {
			t.Errorf("%s: got %d, want 422 at %s", what, got.status, step.field)
		}
	}
}

func TestAnInvitationExpiresIsRenewedAndWithdrawnOnThePage(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	first := invited(t, b, "nina@example.com", store.Viewer)
	s.clock.move(store.InvitationLife - time.Minute)
	if got := s.browser().get(first); got.status != http.StatusOK {
		t.Errorf("a minute before its end: got %d, want 200", got.status)
	}
	s.clock.move(time.Minute)
	if got := s.browser().post(first, joining); got.status != http.StatusNotFound {
		t.Errorf("at its end: got %d, want 404", got.status)
	}
	s.clock.move(-store.InvitationLife) // no session lasts as long
	second := linkIn(t, b.post("/people/invitations/1/renew", nil))
	if got := s.browser().get(first); got.status != http.StatusNotFound {
		t.Errorf("the link of before: got %d, want 404", got.status)
	}
	if got := s.browser().get(second); got.status != http.StatusOK {
		t.Errorf("the renewed link: got %d, want 200", got.status)
	}
	if got := b.post("/people/invitations/1/withdraw", nil); got.status != http.StatusSeeOther || got.location() != "/people" {
		t.Errorf("withdrawing: got %d to %s", got.status, got.location())
	}
	if got := s.browser().post(second, joining); got.status != http.StatusNotFound {
		t.Errorf("the link withdrawn: got %d, want 404", got.status)
	}
	for _, path := range []string{"/people/invitations/1/renew", "/people/invitations/1/withdraw", "/people/invitations/x/renew"} {
		if got := b.post(path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.status)
		}
	}
}

// again signs somebody in who exists.
func (s *site) again(email string) *browser {
	s.t.Helper()
	b := s.browser()
	if got := b.post("/signin", url.Values{"email": {email}, "password": {password}}); got.status != http.StatusSeeOther {
		s.t.Fatalf("sign-in of %s: got %d, want 303", email, got.status)
	}
	return b
}

// at is the address of a person's page.
func (s *site) at(email string) string {
	s.t.Helper()
	users, err := s.store.Users(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, u := range users {
		if u.Email == email {
			return fmt.Sprintf("/people/%d", u.ID)
		}
	}
	s.t.Fatalf("nobody has the address %s", email)
	return ""
}

func TestAnotherRoleAppliesToOpenSessionsAtOnce(t *testing.T) {
	s := newSite(t)
	b, e := s.user(store.Admin), s.user(store.Editor)
	at := s.at("editor@example.com")
	change := url.Values{"name": {"Edith"}, "role": {"viewer"}}
	if got := b.post(at, change); got.status != http.StatusSeeOther || got.location() != at {
		t.Fatalf("got %d to %s", got.status, got.location())
	}
	if got := e.post("/rules/flows", url.Values{"flows.missed.action": {"do_nothing"}}); got.status != http.StatusForbidden {
		t.Errorf("the viewer who was an editor saves rules: got %d, want 403", got.status)
	}
	if got := e.get("/activity"); got.status != http.StatusOK || !strings.Contains(got.body, "Edith") {
		t.Errorf("the viewer reads: got %d", got.status)
	}
	if got := b.post(at, change); got.status != http.StatusSeeOther {
		t.Errorf("the same again: got %d", got.status)
	}
	page, err := s.store.ListAudit(t.Context(), store.AuditFilter{Codes: []store.AuditCode{store.AuditUserChanged}, Limit: 10})
	want := map[string]string{"role": "viewer", "role_before": "editor", "name": "Edith", "name_before": "Ada editor"}
	if err != nil || len(page.Rows) != 1 || fmt.Sprint(page.Rows[0].Detail) != fmt.Sprint(want) {
		t.Errorf("written down: %+v, %v", page.Rows, err)
	}
	for field, form := range map[string]url.Values{"name": {"name": {" "}, "role": {"viewer"}}, "role": {"name": {"E"}, "role": {"owner"}}} {
		if got := b.post(at, form); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong %s: got %d, want 422", field, got.status)
		}
	}
}

func TestSomebodyDeactivatedIsOutAtOnceAndCannotSignIn(t *testing.T) {
	s := newSite(t)
	b, e := s.user(store.Admin), s.user(store.Editor)
	at := s.at("editor@example.com")
	if got := b.get(at + "/deactivate"); got.status != http.StatusOK || e.get("/activity").status != http.StatusOK {
		t.Errorf("asking first: got %d, or it was done", got.status)
	}
	if got := b.post(at+"/deactivate", nil); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303", got.status)
	}
	if got := e.get("/activity"); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/signin") {
		t.Errorf("the open session: got %d, want the sign-in", got.status)
	}
	signIn := url.Values{"email": {"editor@example.com"}, "password": {password}}
	if got := s.browser().post("/signin", signIn); got.status != http.StatusUnprocessableEntity {
		t.Errorf("signing in: got %d, want 422", got.status)
	}
	for _, do := range []string{"/deactivate", "/reset"} {
		if got := b.post(at+do, nil); got.status != http.StatusNotFound {
			t.Errorf("%s of who is deactivated: got %d, want 404", do, got.status)
		}
	}
	if page := b.get("/people"); !strings.Contains(page.body, "Deactivated") {
		t.Error("the list does not say so")
	}
	if got := b.post(at+"/reactivate", nil); got.status != http.StatusSeeOther {
		t.Errorf("reactivating: got %d, want 303", got.status)
	}
	if got := e.get("/activity"); got.status != http.StatusSeeOther {
		t.Errorf("the session of before: got %d, want the sign-in", got.status)
	}
	s.clock.move(time.Minute)
	s.again("editor@example.com")
}

func TestTheOnlyAdminStaysOne(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	at := s.at("admin@example.com")
	if got := b.post(at, url.Values{"name": {"Ada"}, "role": {"viewer"}}); got.status != http.StatusConflict || !strings.Contains(got.body, "only admin") {
		t.Errorf("demoting: got %d, want 409 and words", got.status)
	}
	if got := b.post(at+"/deactivate", nil); got.status != http.StatusConflict || !strings.Contains(got.body, "only admin") {
		t.Errorf("deactivating: got %d, want 409 and words", got.status)
	}
	if got := b.get("/people"); got.status != http.StatusOK {
		t.Errorf("afterwards: got %d, want 200", got.status)
	}
}

func TestTwoAdminsWhoDemoteEachOtherAtOnceLeaveOne(t *testing.T) {
	for range 5 {
		s := newSite(t)
		b := s.user(store.Admin)
		other := s.browser()
		if got := other.post(invited(t, b, "nina@example.com", store.Admin), joining); got.status != http.StatusSeeOther {
			t.Fatalf("joining: got %d", got.status)
		}
		mine, theirs := s.at("admin@example.com"), s.at("nina@example.com")
		var wg sync.WaitGroup
		wg.Go(func() { b.post(theirs, url.Values{"name": {"Nina"}, "role": {"viewer"}}) })
		wg.Go(func() { other.post(mine+"/deactivate", nil) })
		wg.Wait()
		admins := 0
		users, err := s.store.Users(context.Background())
		for _, u := range users {
			if u.Role == store.Admin && u.DeactivatedAt.IsZero() {
				admins++
			}
		}
		if err != nil || admins != 1 {
			t.Fatalf("%d admins are left, %v; want 1", admins, err)
		}
	}
}

func TestALinkSetsANewPasswordOnceAndEndsSessions(t *testing.T) {
	s := newSite(t)
	b, e := s.user(store.Admin), s.user(store.Editor)
	path := linkIn(t, b.post(s.at("editor@example.com")+"/reset", nil))
	if got := e.get("/activity"); got.status != http.StatusOK {
		t.Errorf("before the link is used: got %d, want 200", got.status)
	}
	chosen := "another long phrase"
	who := s.browser()
	if got := who.get(path); got.status != http.StatusOK || !strings.Contains(got.body, "editor@example.com") {
		t.Errorf("the page: got %d", got.status)
	}
	for _, bad := range []string{"", "short", "password1234"} {
		if got := who.post(path, url.Values{"password": {bad}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("the password %q: got %d, want 422", bad, got.status)
		}
	}
	if got := who.post(path, url.Values{"password": {chosen}}); got.status != http.StatusSeeOther || got.location() != "/signin" {
		t.Fatalf("got %d to %s, want the sign-in", got.status, got.location())
	}
	if page := who.get("/signin"); !strings.Contains(page.body, "new password is set") {
		t.Error("the sign-in does not say that the password is set")
	}
	if got := e.get("/activity"); got.status != http.StatusSeeOther {
		t.Errorf("the session of before: got %d, want the sign-in", got.status)
	}
	if got := who.post("/signin", url.Values{"email": {"editor@example.com"}, "password": {chosen}}); got.status != http.StatusSeeOther {
		t.Errorf("signing in: got %d, want 303", got.status)
	}
	if got := s.browser().post(path, url.Values{"password": {chosen}}); got.status != http.StatusNotFound {
		t.Errorf("the used link: got %d, want 404", got.status)
	}
	path = linkIn(t, b.post(s.at("editor@example.com")+"/reset", nil))
	s.clock.move(store.ResetLife)
	if got := s.browser().get(path); got.status != http.StatusNotFound {
		t.Errorf("after a day: got %d, want 404", got.status)
	}
	if strings.Contains(s.logs.String(), strings.TrimPrefix(path, "/reset/")) {
		t.Error("the link is in the log")
	}
}

func TestGuessingLinksIsSlowedDown(t *testing.T) {
	for _, kind := range []string{"/invite/", "/reset/"} {
		s := newSite(t)
		b := s.browser()
		last := 0
		for i := range 60 {
			if last = b.get(fmt.Sprintf("%sguess%d", kind, i)).status; last != http.StatusNotFound {
				break
			}
		}
		if last != http.StatusTooManyRequests {
			t.Errorf("%s: 60 guesses end with %d, want 429", kind, last)
		}
	}
}

func TestPeopleAreForAdmins(t *testing.T) {
	s := newSite(t)
	for _, role := range []store.Role{store.Viewer, store.Editor} {
		b := s.user(role)
		for _, got := range []answer{b.get("/people"), b.get("/people/1"), b.post("/people", url.Values{"email": {"eve@example.com"}, "role": {"admin"}}), b.post("/people/1", url.Values{"name": {"E"}, "role": {"admin"}}),
			b.get("/people/1/deactivate"), b.post("/people/1/deactivate", nil), b.post("/people/1/reset", nil)} {
			if got.status != http.StatusForbidden {
				t.Errorf("%s: got %d, want 403", role, got.status)
			}
		}
	}
}

func TestThePageOfNobodyIsNotFound(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	for _, p := range []string{"/people/99", "/people/x", "/people/99/deactivate"} {
		if got := b.get(p); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", p, got.status)
		}
	}
}
