package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/store"
	"ringledger/web"
)

func TestSignInAndOut(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	if got := b.get("/activity"); got.status != http.StatusOK {
		t.Fatalf("signed in: got %d, want 200", got.status)
	}
	kept := *b.client
	if got := b.post("/signout", nil); got.status != http.StatusSeeOther {
		t.Fatalf("sign-out: got %d, want 303", got.status)
	}
	again := browser{t: t, base: b.base, client: &kept, header: http.Header{}}
	if got := again.get("/activity"); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/signin") {
		t.Errorf("after sign-out: got %d to %q, want the sign-in", got.status, got.location())
	}
}

func TestWrongPasswordKeepsTheAddressAndTellsNoMore(t *testing.T) {
	s := newSite(t)
	s.user(store.Viewer)
	b := s.browser()
	known := b.post("/signin", url.Values{"email": {"viewer@example.com"}, "password": {"not this one, no"}})
	unknown := b.post("/signin", url.Values{"email": {"nobody@example.com"}, "password": {"not this one, no"}})
	if known.status != http.StatusUnprocessableEntity || unknown.status != http.StatusUnprocessableEntity {
		t.Errorf("got %d and %d, want 422 twice", known.status, unknown.status)
	}
	if !strings.Contains(known.body, `value="viewer@example.com"`) {
		t.Error("the typed address is gone")
	}
	if strings.ReplaceAll(known.body, "viewer@", "nobody@") != unknown.body {
		t.Error("a known and an unknown address get different pages")
	}
}

func TestGuessingOneAccountIsSlowedDown(t *testing.T) {
	s := newSite(t)
	s.user(store.Admin)
	b := s.browser()
	slowed := answer{}
	for range 12 {
		if slowed = b.post("/signin", url.Values{"email": {"admin@example.com"}, "password": {"not this one, no"}}); slowed.status == http.StatusTooManyRequests {
			break
		}
	}
	if slowed.status != http.StatusTooManyRequests || slowed.header.Get("Retry-After") == "" {
		t.Fatalf("got %d, retry after %q; want 429 with a wait", slowed.status, slowed.header.Get("Retry-After"))
	}
	right := url.Values{"email": {"admin@example.com"}, "password": {password}}
	if got := b.post("/signin", right); got.status != http.StatusTooManyRequests {
		t.Errorf("the right password while waiting: got %d, want 429", got.status)
	}
	s.clock.move(16 * time.Minute)
	if got := b.post("/signin", right); got.status != http.StatusSeeOther {
		t.Errorf("the right password after the wait: got %d, want 303", got.status)
	}
}

func TestGuessingManyAccountsFromOneAddressIsSlowedDown(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	for i := range 60 {
		got := b.post("/signin", url.Values{"email": {fmt.Sprintf("p%d@example.com", i)}, "password": {"x"}})
		if got.status == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("60 accounts were tried from one address without a pause")
}

func TestManyGuessesAtOnceDoNotSlipThrough(t *testing.T) {
	s := newSite(t)
	client := s.browser().client
	client.Jar = nil
	var wg sync.WaitGroup
	var checked atomic.Int64
	for i := range 100 {
		wg.Go(func() {
			res, err := client.PostForm(s.http.URL+"/signin", url.Values{"email": {fmt.Sprintf("p%d@example.com", i)}, "password": {"x"}})
			if err != nil {
				t.Error(err)
				return
			}
			_ = res.Body.Close()
			if res.StatusCode == http.StatusUnprocessableEntity {
				checked.Add(1)
			}
		})
	}
	wg.Wait()
	if n := checked.Load(); n < 25 || n > 31 {
		t.Errorf("%d of 100 guesses at once were checked, want about 30", n)
	}
}

func TestSigningInCountsAsNoFailure(t *testing.T) {
	s := newSite(t)
	s.user(store.Viewer)
	for i := range 40 {
		got := s.browser().post("/signin", url.Values{"email": {"viewer@example.com"}, "password": {password}})
		if got.status != http.StatusSeeOther {
			t.Fatalf("sign-in %d: got %d, want 303", i+1, got.status)
		}
	}
}

func TestAttackersElsewhereDoNotKeepTheOwnerOut(t *testing.T) {
	s := newSite(t, func(o *web.Options, _ *providers) {
		o.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	owner := s.user(store.Admin).fork()
	attacker := s.browser()
	attacker.header = http.Header{"X-Forwarded-For": {"192.0.2.7"}}
	owner.header = http.Header{"X-Forwarded-For": {"198.51.100.7"}}
	guess := url.Values{"email": {"admin@example.com"}, "password": {"not this one, no"}}
	last := 0
	for range 10 {
		last = attacker.post("/signin", guess).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the attacker: got %d, want 429", last)
	}
	guess.Set("password", password)
	if got := owner.post("/signin", guess); got.status != http.StatusSeeOther {
		t.Errorf("the owner from another network: got %d, want 303", got.status)
	}
}

func TestBytesThatAreNoTextAreAWrongAddress(t *testing.T) {
	s := newSite(t)
	path := s.setupPath()
	for _, odd := range []string{"\x00", "\xff"} {
		if got := s.browser().post("/signin", url.Values{"email": {odd}, "password": {odd}}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("sign-in with %q: got %d, want 422", odd, got.status)
		}
		for field := range map[string]bool{"email": true, "name": true} {
			form := url.Values{"email": {"ada@example.com"}, "name": {"Ada"}, "password": {password}}
			form.Set(field, odd)
			if got := s.browser().post(path, form); got.status != http.StatusUnprocessableEntity {
				t.Errorf("set-up with the %s %q: got %d, want 422", field, odd, got.status)
			}
		}
	}
}

func TestSignInLeadsOnlyToThisSite(t *testing.T) {
	s := newSite(t)
	s.user(store.Admin)
	for next, want := range map[string]string{"/activity?outcome=failed": "/activity?outcome=failed", "https://evil.example.com": "/", "//evil.example.com": "/", `/\evil.example.com`: "/", "javascript:alert(1)": "/"} {
		got := s.browser().post("/signin", url.Values{"email": {"admin@example.com"}, "password": {password}, "next": {next}})
		if got.location() != want {
			t.Errorf("next %q: led to %q, want %q", next, got.location(), want)
		}
	}
}

func TestSessionEndsWhenNobodyUsesIt(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	s.clock.move(7 * time.Hour)
	if got := b.get("/activity"); got.status != http.StatusOK {
		t.Errorf("after 7 hours: got %d, want 200", got.status)
	}
	s.clock.move(7 * time.Hour)
	if got := b.get("/activity"); got.status != http.StatusOK {
		t.Errorf("after 7 more hours: got %d, want 200", got.status)
	}
	s.clock.move(9 * time.Hour)
	if got := b.get("/activity"); got.status != http.StatusSeeOther {
		t.Errorf("after 9 idle hours: got %d, want 303", got.status)
	}
}

func TestAPartAskedForAfterTheSessionLeadsToTheSignIn(t *testing.T) {
	s := newSite(t)
	b := s.browser()
	b.header = http.Header{"Hx-Request": {"true"}}
	if got := b.get("/activity"); got.status != http.StatusUnauthorized || got.header.Get("Hx-Redirect") != "/signin" {
		t.Errorf("got %d to %q, want 401 and the sign-in", got.status, got.header.Get("Hx-Redirect"))
	}
}

func TestSessionTokenIsNotInTheDatabase(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	u, err := url.Parse(b.base)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name != "ringledger" {
			continue
		}
		if _, found, err := s.store.Sessions().Find(c.Value); err != nil || found {
			t.Errorf("the token of the cookie finds the session by itself: %v, %v", found, err)
		}
		return
	}
	t.Error("there is no session cookie")
}

// setupPath is the path of the link that the program prints.
func (s *site) setupPath() string {
	s.t.Helper()
	link, needed, err := s.server.SetupLink(context.Background())
	if err != nil || !needed {
		s.t.Fatalf("got %v, %v; want a link", needed, err)
	}
	return strings.TrimPrefix(link, s.http.URL)
}

func TestFirstAdminIsMadeByTheLinkOnce(t *testing.T) {
	s := newSite(t)
	path := s.setupPath()
	b := s.browser()
	if got := b.get(path); got.status != http.StatusOK {
		t.Fatalf("got %d, want the form", got.status)
	}
	for field, form := range map[string]url.Values{
		"password": {"email": {"ada@example.com"}, "name": {"Ada"}, "password": {"short"}},
		"common":   {"email": {"ada@example.com"}, "name": {"Ada"}, "password": {"password1234"}},
		"email":    {"email": {"ada"}, "name": {"Ada"}, "password": {password}},
		"name":     {"email": {"ada@example.com"}, "name": {""}, "password": {password}},
	} {
		if got := b.post(path, form); got.status != http.StatusUnprocessableEntity {
			t.Errorf("a wrong %s: got %d, want 422", field, got.status)
		}
	}
	form := url.Values{"email": {"Ada@example.com"}, "name": {"Ada"}, "password": {password}}
	if got := b.post(path, form); got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want 303", got.status)
	}
	if got := b.get("/start"); got.status != http.StatusOK {
		t.Errorf("the first admin is not signed in: got %d", got.status)
	}
	for name, got := range map[string]answer{"GET": s.browser().get(path), "POST": s.browser().post(path, form)} {
		if got.status != http.StatusNotFound {
			t.Errorf("%s of the used link: got %d, want 404", name, got.status)
		}
	}
	if _, needed, err := s.server.SetupLink(context.Background()); err != nil || needed {
		t.Errorf("a second link: got %v, %v; want none", needed, err)
	}
}

func TestFiftyAtTheLinkMakeOneAdmin(t *testing.T) {
	s := newSite(t)
	path := s.setupPath()
	client := s.browser().client
	client.Jar = nil
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			res, err := client.PostForm(s.http.URL+path, url.Values{"email": {fmt.Sprintf("u%d@example.com", i)}, "name": {"U"}, "password": {password}})
			if err != nil {
				t.Error(err)
				return
			}
			_ = res.Body.Close()
		})
	}
	wg.Wait()
	users, err := s.store.Users(context.Background())
	if err != nil || len(users) != 1 {
		t.Errorf("got %d users, %v; want 1", len(users), err)
	}
}

func TestPasswordsAreHashedAndChecked(t *testing.T) {
	for _, bad := range []string{"", "elevenchars", strings.Repeat("x", 129), "aaaaaaaaaaaaaa", "Password1234"} {
		if _, err := web.HashPassword(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	hash, err := web.HashPassword("été à la plage 12")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("got %q, %v; want an argon2id hash", hash, err)
	}
}

func TestWhoDidWhatIsWrittenDown(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Editor)
	b.post("/rules/flows", url.Values{"flows.missed.action": {"do_nothing"}, "note": {"quiet"}})
	s.browser().post("/signin", url.Values{"email": {"editor@example.com"}, "password": {"not this one, no"}})
	page, err := s.store.ListAudit(context.Background(), store.AuditFilter{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range page.Rows {
		got = append(got, string(r.What)+" by "+r.Who)
	}
	want := "sign_in_failed by , rules_saved by editor@example.com, sign_in by editor@example.com"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %q, want %q", strings.Join(got, ", "), want)
	}
	if _, _, err := s.store.CheckAudit(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestWhileTwoPasswordsAreHashedAThirdWaits(t *testing.T) {
	s := newSite(t)
	s.user(store.Viewer)
	places, done := s.server.Hashing()
	if places != 2 {
		t.Errorf("%d passwords are hashed at once, want 2", places)
	}
	client := s.browser().client
	for name, email := range map[string]string{"somebody": "viewer@example.com", "nobody": "nobody@example.com"} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.http.URL+"/signin", strings.NewReader(url.Values{"email": {email}, "password": {password}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if res, err := client.Do(req); err == nil {
			_ = res.Body.Close()
			t.Errorf("%s: answered %d while all places were taken", name, res.StatusCode)
		}
		cancel()
	}
	done()
	if got := s.browser().post("/signin", url.Values{"email": {"viewer@example.com"}, "password": {password}}); got.status != http.StatusSeeOther {
		t.Errorf("afterwards: got %d, want 303", got.status)
	}
}
