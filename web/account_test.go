package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/store"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// app makes codes as the app on a person's phone does.
type app struct {
	t      *testing.T
	site   *site
	secret string
}

// code is the one of now, or of a number of steps later.
func (a app) code(later int) string {
	a.t.Helper()
	step := a.site.clock.now().Unix()/30 + int64(later)
	code, err := hotp.GenerateCodeCustom(a.secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		a.t.Fatal(err)
	}
	return code
}

// wrong is a code that is none of those about now.
func (a app) wrong() string {
	for _, guess := range []string{"000000", "111111", "222222", "333333", "444444"} {
		if guess != a.code(-1) && guess != a.code(0) && guess != a.code(1) && guess != a.code(2) {
			return guess
		}
	}
	return "555555"
}

// turnOn goes through the pages and returns the app and the recovery codes.
func (s *site) turnOn(b *browser) (app, []string) {
	s.t.Helper()
	if got := b.post("/account/two-step", nil); got.status != http.StatusSeeOther || got.location() != "/account/two-step" {
		s.t.Fatalf("begin: got %d to %s", got.status, got.location())
	}
	page := b.get("/account/two-step").page(s.t)
	a := app{s.t, s, strings.ReplaceAll(page.Find("#two-step-key").Text(), " ", "")}
	if page.Find("svg.qr path").AttrOr("d", "") == "" {
		s.t.Error("there is no picture to scan")
	}
	// The one before, so that today's code is still there to sign in with.
	got := b.post("/account/two-step/confirm", url.Values{"password": {password}, "code": {a.code(-1)}})
	codes := strings.Fields(got.page(s.t).Find("#recovery-codes").Text())
	if got.status != http.StatusOK || len(codes) != 10 || got.header.Get("Cache-Control") != "no-store" {
		s.t.Fatalf("confirm: got %d and %d codes: %.300s", got.status, len(codes), got.page(s.t).Find("[data-mistakes]").Text())
	}
	return a, codes
}

var adminSignIn = url.Values{"email": {"admin@example.com"}, "password": {password}, "next": {"/activity"}}

// half is a browser whose user gave the password and not yet the code.
func (s *site) half() *browser {
	s.t.Helper()
	b := s.browser()
	if got := b.post("/signin", adminSignIn); got.status != http.StatusSeeOther || got.location() != "/signin/code" {
		s.t.Fatalf("the password: got %d to %s, want the code page", got.status, got.location())
	}
	return b
}

func TestTwoStepSignInAsksForAPasswordAndACode(t *testing.T) {
	s := newSite(t)
	a, _ := s.turnOn(s.user(store.Admin))
	b := s.half()
	if got := b.post("/signin/code", url.Values{"code": {a.wrong()}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: got %d, want 422", got.status)
	}
	code := a.code(0)
	if got := b.post("/signin/code", url.Values{"code": {code[:3] + " " + code[3:]}}); got.status != http.StatusSeeOther || got.location() != "/activity" {
		t.Errorf("the right code: got %d to %s, want where one wanted to go", got.status, got.location())
	}
	if got := b.get("/activity"); got.status != http.StatusOK {
		t.Errorf("signed in: got %d", got.status)
	}
	if got := s.half().post("/signin/code", url.Values{"code": {code}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("the same code again: got %d, want 422", got.status)
	}
	if got := s.half().post("/signin/code", url.Values{"code": {a.code(-1)}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an earlier code: got %d, want 422", got.status)
	}
	want := "Somebody gave a wrong code when signing in as admin@example.com"
	if rows := said(t, b.get("/audit?kind=sign_in_code_refused")); len(rows) != 3 || rows[0] != want {
		t.Errorf("written down: %q, want three times %q", rows, want)
	}
}

func TestWhoGaveOnlyThePasswordOpensNothing(t *testing.T) {
	s := newSite(t)
	s.turnOn(s.user(store.Admin))
	b := s.half()
	for key, need := range s.server.Needs() {
		method, path, _ := strings.Cut(key, " ")
		if need == "anyone" {
			continue
		}
		got := b.do(method, concrete(path), "application/x-www-form-urlencoded", "")
		if got.status != http.StatusUnauthorized && (got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/signin")) {
			t.Errorf("%s: got %d to %q, want the sign-in", key, got.status, got.location())
		}
	}
	page := b.get("/signin/code")
	if page.status != http.StatusOK || strings.Contains(page.body, "admin@example.com") || strings.Contains(page.body, `href="/activity"`) {
		t.Errorf("the code page: got %d, or it tells more than it should", page.status)
	}
	u, err := s.store.UserByEmail(t.Context(), "admin@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if open, err := s.store.UserSessions(t.Context(), u.ID, time.Time{}); err != nil || len(open) != 1 {
		t.Errorf("%d sessions, %v; want the one that turned it on", len(open), err)
	}
}

func TestAPasswordWaitsFiveMinutesForItsCode(t *testing.T) {
	s := newSite(t)
	a, _ := s.turnOn(s.user(store.Admin))
	b := s.half()
	s.clock.move(6 * time.Minute)
	if got := b.post("/signin/code", url.Values{"code": {a.code(0)}}); got.status != http.StatusSeeOther || got.location() != "/signin" {
		t.Errorf("too late: got %d to %s, want the password", got.status, got.location())
	}
	if got := b.get("/signin"); !strings.Contains(got.body, "too late") {
		t.Error("the sign-in does not say why")
	}
	again := s.half()
	if err := s.store.SetUserPassword(t.Context(), "admin@example.com", "another"); err != nil {
		t.Fatal(err)
	}
	if got := again.post("/signin/code", url.Values{"code": {a.code(0)}}); got.location() != "/signin" {
		t.Errorf("with another password since: got %d to %s", got.status, got.location())
	}
	if got := s.browser().get("/signin/code"); got.location() != "/signin" || got.header.Get("Set-Cookie") != "" {
		t.Errorf("a stranger: got %d to %s", got.status, got.location())
	}
}

func TestOneCodeAtOnceSignsInOneBrowser(t *testing.T) {
	s := newSite(t)
	a, _ := s.turnOn(s.user(store.Admin))
	code := url.Values{"code": {a.code(0)}}
	browsers := []*browser{s.half(), s.half(), s.half()}
	var wait sync.WaitGroup
	var in atomic.Int64
	for _, b := range browsers {
		wait.Go(func() {
			if got := b.post("/signin/code", code); got.status == http.StatusSeeOther {
				in.Add(1)
			}
		})
	}
	wait.Wait()
	if n := in.Load(); n != 1 {
		t.Errorf("one code signed in %d browsers at once, want 1", n)
	}
}

func TestARecoveryCodeIsGoodOnce(t *testing.T) {
	s := newSite(t)
	_, codes := s.turnOn(s.user(store.Admin))
	typed := url.Values{"code": {strings.ToUpper(codes[3])}, "recovery": {"1"}}
	b := s.half()
	if got := b.post("/signin/code", typed); got.status != http.StatusSeeOther || got.location() != "/activity" {
		t.Fatalf("a recovery code: got %d to %s", got.status, got.location())
	}
	if page := b.get("/account"); !strings.Contains(page.body, "9 recovery codes left") || !strings.Contains(page.body, "signed in with a recovery code") {
		t.Error("the account does not say how many are left, or that one was used")
	}
	if got := s.half().post("/signin/code", typed); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "recovery code is not right") {
		t.Errorf("again: got %d, want 422", got.status)
	}
}

func TestGuessingCodesIsSlowedDownAndKeepsNobodyOutForLong(t *testing.T) {
	s := newSite(t)
	a, _ := s.turnOn(s.user(store.Admin))
	b := s.half()
	slowed := answer{}
	for range 12 {
		if slowed = b.post("/signin/code", url.Values{"code": {a.wrong()}}); slowed.status == http.StatusTooManyRequests {
			break
		}
	}
	if slowed.status != http.StatusTooManyRequests || slowed.header.Get("Retry-After") == "" {
		t.Fatalf("got %d, want 429 with a wait", slowed.status)
	}
	// The password again takes nothing of it back.
	if got := s.half().post("/signin/code", url.Values{"code": {a.code(0)}}); got.status != http.StatusTooManyRequests {
		t.Errorf("the right code while waiting: got %d, want 429", got.status)
	}
	s.clock.move(16 * time.Minute)
	if got := s.half().post("/signin/code", url.Values{"code": {a.code(0)}}); got.status != http.StatusSeeOther {
		t.Errorf("after the wait: got %d, want 303", got.status)
	}
}

func TestTurningTwoStepOffAsksForPasswordAndCode(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	if got := b.get("/account/two-step/off"); got.location() != "/account" {
		t.Errorf("while it is off: got %d to %s", got.status, got.location())
	}
	a, codes := s.turnOn(b)
	for _, typed := range []url.Values{{"password": {"not this one, no"}, "code": {a.code(0)}}, {"password": {password}, "code": {a.wrong()}}, {}} {
		for _, path := range []string{"/account/two-step/off", "/account/two-step/codes"} {
			if got := b.post(path, typed); got.status != http.StatusUnprocessableEntity || got.page(t).Find("[data-mistakes]").Length() != 1 {
				t.Errorf("%s with %v: got %d, want 422", path, typed, got.status)
			}
		}
		s.clock.move(time.Minute) // past the wait that failures bring
	}
	s.clock.move(time.Hour)
	renewed := b.post("/account/two-step/codes", url.Values{"password": {password}, "code": {codes[0]}})
	fresh := strings.Fields(renewed.page(t).Find("#recovery-codes").Text())
	if renewed.status != http.StatusOK || len(fresh) != 10 || strings.Contains(renewed.body, codes[1]) {
		t.Fatalf("new recovery codes: got %d and %d", renewed.status, len(fresh))
	}
	if got := s.half().post("/signin/code", url.Values{"code": {codes[1]}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a recovery code of before: got %d, want 422", got.status)
	}
	if got := b.post("/account/two-step/off", url.Values{"password": {password}, "code": {a.code(0)}}); got.status != http.StatusSeeOther {
		t.Fatalf("off: got %d, want 303", got.status)
	}
	if got := s.browser().post("/signin", adminSignIn); got.location() != "/activity" {
		t.Errorf("sign-in afterwards: led to %s", got.location())
	}
}

func TestTheSecretIsConfirmedByPasswordAndCodeAndNeverKeptInTheClear(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Admin)
	b.post("/account/two-step", nil)
	secret := strings.ReplaceAll(b.get("/account/two-step").page(t).Find("#two-step-key").Text(), " ", "")
	a := app{t, s, secret}
	for _, typed := range []url.Values{{"password": {password}, "code": {a.wrong()}}, {"password": {"not this one, no"}, "code": {a.code(0)}}, {}} {
		if got := b.post("/account/two-step/confirm", typed); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: got %d, want 422", typed, got.status)
		}
	}
	if got := s.browser().post("/signin", adminSignIn); got.location() != "/activity" {
		t.Errorf("before it is confirmed: led to %s", got.location())
	}
	if got := b.post("/account/two-step/confirm", url.Values{"password": {password}, "code": {a.code(0)}}); got.status != http.StatusOK {
		t.Fatalf("got %d", got.status)
	}
	if got := b.get("/account/two-step"); got.status != http.StatusSeeOther || strings.Contains(s.logs.String(), secret) {
		t.Error("the secret is shown again, or in the log")
	}
	if got := b.post("/account/two-step", nil); got.location() != "/account" {
		t.Errorf("begin again while it is on: got %d to %s", got.status, got.location())
	}
}

func TestAnotherPasswordEndsAllOtherSessions(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	old := b.fork()
	other := s.browser()
	signIn := url.Values{"email": {"viewer@example.com"}, "password": {password}}
	other.post("/signin", signIn)
	const next = "quite another long phrase"
	for field, typed := range map[string]url.Values{
		"current": {"current": {"not this one, no"}, "new": {next}},
		"new":     {"current": {password}, "new": {"short"}},
	} {
		got := b.post("/account/password", typed)
		if got.status != http.StatusUnprocessableEntity || got.page(t).Find("#f-"+field+"[aria-invalid]").Length() != 1 || strings.Contains(got.body, next) {
			t.Errorf("%v: got %d, want a mistake at %s", typed, got.status, field)
		}
	}
	if got := b.post("/account/password", url.Values{"current": {password}, "new": {password}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("the same again: got %d, want 422", got.status)
	}
	if got := b.post("/account/password", url.Values{"current": {password}, "new": {next}}); got.status != http.StatusSeeOther || got.location() != "/account" {
		t.Fatalf("got %d to %s", got.status, got.location())
	}
	if got := b.get("/account"); got.status != http.StatusOK || !strings.Contains(got.body, "password is changed") {
		t.Errorf("this session: got %d", got.status)
	}
	for name, gone := range map[string]*browser{"another browser": other, "the token of before": old} {
		if got := gone.get("/account"); got.status != http.StatusSeeOther {
			t.Errorf("%s: got %d, want the sign-in", name, got.status)
		}
	}
	if got := s.browser().post("/signin", signIn); got.status != http.StatusUnprocessableEntity {
		t.Errorf("the old password: got %d, want 422", got.status)
	}
	signIn.Set("password", next)
	if got := s.browser().post("/signin", signIn); got.status != http.StatusSeeOther {
		t.Errorf("the new password: got %d, want 303", got.status)
	}
}

func TestGuessingTheCurrentPasswordIsSlowedDown(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	for range 12 {
		got := b.post("/account/password", url.Values{"current": {"not this one, no"}, "new": {"quite another long phrase"}})
		if got.status == http.StatusTooManyRequests {
			if got.header.Get("Retry-After") == "" || got.page(t).Find("#f-current[aria-invalid]").Length() != 1 {
				t.Error("the page does not say how long to wait, or where the mistake is")
			}
			return
		}
	}
	t.Error("twelve wrong passwords were checked without a pause")
}

func TestSessionsAreListedAndEndedAtOnce(t *testing.T) {
	s := newSite(t)
	b := s.user(store.Viewer)
	s.user(store.Editor)
	signIn := url.Values{"email": {"viewer@example.com"}, "password": {password}}
	var others []*browser
	for _, agent := range []string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1", ""} {
		o := s.browser()
		o.header.Set("User-Agent", agent)
		o.post("/signin", signIn)
		others = append(others, o)
	}
	rows := b.get("/account").page(t).Find(".sessions-table tbody tr")
	said := rows.Text()
	if rows.Length() != 4 || !strings.Contains(said, "Chrome on Windows") || !strings.Contains(said, "Safari on iPhone") || !strings.Contains(said, "127.0.0.1") || strings.Count(said, "This browser") != 1 {
		t.Fatalf("%d sessions: %s", rows.Length(), said)
	}
	action := ""
	for i := range rows.Length() {
		if row := rows.Eq(i); strings.Contains(row.Text(), "Chrome on Windows") {
			action = row.Find("form").AttrOr("action", "")
		}
	}
	if got := s.user(store.Admin).post(action, nil); got.status != http.StatusNotFound {
		t.Errorf("somebody else ends it: got %d, want 404", got.status)
	}
	if got := b.post(action, nil); got.status != http.StatusSeeOther {
		t.Fatalf("%s: got %d", action, got.status)
	}
	if got := others[0].get("/account"); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/signin") {
		t.Errorf("the one ended: got %d to %s", got.status, got.location())
	}
	if got := others[1].get("/account"); got.status != http.StatusOK {
		t.Errorf("another: got %d", got.status)
	}
	b.post("/account/sessions/end", nil)
	for i, o := range others {
		if got := o.get("/account"); got.status != http.StatusSeeOther {
			t.Errorf("browser %d after all others were ended: got %d", i, got.status)
		}
	}
	if got := b.get("/account").page(t).Find(".sessions-table tbody tr").Length(); got != 1 {
		t.Errorf("%d sessions are left, want this one", got)
	}
	page, err := s.store.ListAudit(context.Background(), store.AuditFilter{Limit: 2})
	if err != nil || page.Rows[0].What != store.AuditSessionsEnded || page.Rows[1].What != store.AuditSessionEnded {
		t.Errorf("written down: %+v, %v", page.Rows, err)
	}
}
