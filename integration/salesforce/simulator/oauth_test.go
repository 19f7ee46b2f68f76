package simulator_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	gothsalesforce "github.com/markbates/goth/providers/salesforce"
	"golang.org/x/oauth2"

	"ringledger/integration/salesforce/simulator"
)

const callback = "http://127.0.0.1:8080/connections/salesforce/callback"

func app(s *site) *oauth2.Config {
	return &oauth2.Config{
		ClientID: "consumer-key", ClientSecret: "consumer-secret", RedirectURL: callback, Scopes: []string{"api", "refresh_token"},
		Endpoint: oauth2.Endpoint{AuthURL: s.url + "/services/oauth2/authorize", TokenURL: s.url + "/services/oauth2/token", AuthStyle: oauth2.AuthStyleInParams},
	}
}

func secured() simulator.Options {
	return simulator.Options{ClientID: "consumer-key", ClientSecret: "consumer-secret", RedirectURIs: []string{callback}}
}

// consent goes through the pages and gives the parameters of the callback.
func consent(t *testing.T, authorize string) url.Values {
	t.Helper()
	back, err := simulator.Consent(context.Background(), authorize, simulator.DefaultUsername, simulator.DefaultPassword)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(back)
	if err != nil || !strings.HasPrefix(back, callback+"?") {
		t.Fatalf("sent back to %q (%v)", back, err)
	}
	return u.Query()
}

func connect(t *testing.T, s *site) *oauth2.Token {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	q := consent(t, app(s).AuthCodeURL("state-1", oauth2.S256ChallengeOption(verifier)))
	if q.Get("state") != "state-1" {
		t.Fatalf("got state %q", q.Get("state"))
	}
	token, err := app(s).Exchange(context.Background(), q.Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// refresh posts a refresh and gives error or the answer.
func refresh(t *testing.T, s *site, token string) (map[string]any, string) {
	t.Helper()
	resp, err := http.PostForm(s.url+"/services/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token},
		"client_id": {"consumer-key"}, "client_secret": {"consumer-secret"}})
	if err != nil {
		t.Error(err)
		return nil, "transport"
	}
	defer resp.Body.Close()
	out := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Error(err)
	}
	description, _ := out["error_description"].(string)
	return out, description
}

func TestWebServerFlowWithPKCEGivesSalesforceTokens(t *testing.T) {
	s := newSite(t, secured())
	token := connect(t, s)
	if token.RefreshToken == "" || !strings.HasPrefix(token.AccessToken, "00D") || !token.Expiry.IsZero() {
		t.Fatalf("got %+v", token)
	}
	id, _ := token.Extra("id").(string)
	issued, _ := token.Extra("issued_at").(string)
	mac := hmac.New(sha256.New, []byte("consumer-secret"))
	mac.Write([]byte(id + issued))
	if got := token.Extra("signature"); got != base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
		t.Errorf("got signature %v", got)
	}
	if token.Extra("instance_url") != s.url || token.Extra("scope") != "api refresh_token id" {
		t.Errorf("got instance %v, scope %v", token.Extra("instance_url"), token.Extra("scope"))
	}
	s.token = token.AccessToken
	s.query("SELECT Id FROM User").is(200)
	s.call("GET", "//"+strings.TrimPrefix(id, s.url+"/"), nil).is(200).equals(simulator.DefaultUsername, "username")
	info := s.call("GET", "//services/oauth2/userinfo", nil).is(200)
	info.equals(simulator.DefaultUsername, "preferred_username")
	if info.header.Get("Sforce-Limit-Info") != "" {
		t.Error("userinfo carries a limit header")
	}
}

func TestGothSignsIn(t *testing.T) {
	s := newSite(t, secured())
	gothsalesforce.AuthURL, gothsalesforce.TokenURL = s.url+"/services/oauth2/authorize", s.url+"/services/oauth2/token"
	provider := gothsalesforce.New("consumer-key", "consumer-secret", callback, "api", "refresh_token", "id")
	session, err := provider.BeginAuth("xyz")
	if err != nil {
		t.Fatal(err)
	}
	to, err := session.GetAuthURL()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.Authorize(provider, consent(t, to)); err != nil {
		t.Fatal(err)
	}
	user, err := provider.FetchUser(session)
	if err != nil || user.Email != simulator.DefaultUsername {
		t.Fatalf("got %+v %v", user, err)
	}
	if again, err := provider.RefreshToken(user.RefreshToken); err != nil || again.AccessToken == user.AccessToken {
		t.Fatalf("refresh: %v", err)
	}
}

func TestCodeExchangeIsRefusedWhenAnythingIsWrong(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	options := secured()
	options.Now = func() time.Time { return now }
	s := newSite(t, options)
	verifier := oauth2.GenerateVerifier()
	code := func() string {
		return consent(t, app(s).AuthCodeURL("x", oauth2.S256ChallengeOption(verifier))).Get("code")
	}
	exchange := func(code string, change func(*oauth2.Config), options ...oauth2.AuthCodeOption) (string, string) {
		c := app(s)
		if change != nil {
			change(c)
		}
		_, err := c.Exchange(context.Background(), code, options...)
		var failed *oauth2.RetrieveError
		if !errors.As(err, &failed) {
			t.Fatalf("got %v, want a refusal", err)
		}
		return failed.ErrorCode, failed.ErrorDescription
	}
	good := oauth2.VerifierOption(verifier)
	for name, try := range map[string]func() (string, string){
		"invalid_grant: code verifier is required": func() (string, string) { return exchange(code(), nil) },
		"invalid_request: invalid code verifier": func() (string, string) {
			return exchange(code(), nil, oauth2.VerifierOption(oauth2.GenerateVerifier()))
		},
		"invalid_client: invalid client credentials": func() (string, string) {
			return exchange(code(), func(c *oauth2.Config) { c.ClientSecret = "no" }, good)
		},
		"invalid_client_id: client identifier invalid": func() (string, string) { return exchange(code(), func(c *oauth2.Config) { c.ClientID = "no" }, good) },
		"redirect_uri_mismatch: redirect_uri must match configuration": func() (string, string) {
			return exchange(code(), func(c *oauth2.Config) { c.RedirectURL += "/" }, good)
		},
		"invalid_grant: expired authorization code": func() (string, string) {
			late := code()
			now = now.Add(16 * time.Minute)
			return exchange(late, nil, good)
		},
	} {
		if code, description := try(); code+": "+description != name {
			t.Errorf("got %s: %s, want %s", code, description, name)
		}
	}
	used := code()
	token, err := app(s).Exchange(context.Background(), used, good)
	if err != nil {
		t.Fatal(err)
	}
	if code, _ := exchange(used, nil, good); code != "invalid_grant" {
		t.Errorf("a code worked twice: %s", code)
	}
	s.token = token.AccessToken
	s.query("SELECT Id FROM User").refuses(401, "INVALID_SESSION_ID", "Session expired")
}

func TestAuthorizeRefusesUnknownAppsOnAPageAndOtherMistakesByRedirect(t *testing.T) {
	s := newSite(t, secured())
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(q string) (int, string, string) {
		resp, err := plain.Get(s.url + "/services/oauth2/authorize?" + q)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body), resp.Header.Get("Location")
	}
	back := "&redirect_uri=" + url.QueryEscape(callback)
	if status, body, _ := get("response_type=code&client_id=other" + back); status != 400 || !strings.Contains(body, "invalid_client_id") {
		t.Errorf("unknown client: %d %s", status, body)
	}
	if status, body, _ := get("response_type=code&client_id=consumer-key&redirect_uri=https://evil.example.com/"); status != 400 || !strings.Contains(body, "redirect_uri_mismatch") {
		t.Errorf("foreign callback: %d %s", status, body)
	}
	if status, _, to := get("response_type=token&state=s&client_id=consumer-key" + back); status != 302 || !strings.Contains(to, "error=unsupported_response_type") || !strings.Contains(to, "state=s") {
		t.Errorf("wrong response type: %d %s", status, to)
	}
	if status, _, to := get("response_type=code&scope=everything&client_id=consumer-key" + back); status != 302 || !strings.Contains(to, "error=invalid_scope") {
		t.Errorf("wrong scope: %d %s", status, to)
	}
}

func TestRefreshWithoutRotationKeepsItsToken(t *testing.T) {
	s := newSite(t, secured())
	token := connect(t, s)
	for range 2 {
		out, problem := refresh(t, s, token.RefreshToken)
		if problem != "" || out["refresh_token"] != nil || out["access_token"] == token.AccessToken || out["expires_in"] != nil {
			t.Fatalf("got %v %s", out, problem)
		}
	}
}

func TestReusedRotatedTokenEndsTheWholeFamily(t *testing.T) {
	options := secured()
	options.RotateRefreshTokens = true
	s := newSite(t, options)
	token := connect(t, s)
	first, problem := refresh(t, s, token.RefreshToken)
	rotated, _ := first["refresh_token"].(string)
	if problem != "" || rotated == "" || rotated == token.RefreshToken {
		t.Fatalf("got %v %s", first, problem)
	}
	s.token, _ = first["access_token"].(string)
	s.query("SELECT Id FROM User").is(200)
	if _, problem := refresh(t, s, token.RefreshToken); problem != "expired access/refresh token" {
		t.Errorf("got %q for the spent token", problem)
	}
	if _, problem := refresh(t, s, rotated); problem != "expired access/refresh token" {
		t.Errorf("got %q for the newest token after a reuse", problem)
	}
	s.query("SELECT Id FROM User").refuses(401, "INVALID_SESSION_ID", "")
}

func TestTwoRefreshesAtOnceConflictWhenSwitchedOn(t *testing.T) {
	s := newSite(t, secured())
	token := connect(t, s)
	s.fail(simulator.Fault{Kind: simulator.RefreshConflict, DelayMS: 300})
	var wg sync.WaitGroup
	problems := make([]string, 2)
	for i := range problems {
		wg.Go(func() { _, problems[i] = refresh(t, s, token.RefreshToken) })
	}
	wg.Wait()
	if got := problems[0] + problems[1]; got != "token request is already being processed" {
		t.Errorf("got %q", problems)
	}
}

func TestRevokedGrantIsDead(t *testing.T) {
	s := newSite(t, secured())
	token := connect(t, s)
	s.token = token.AccessToken
	form := func(path string, v url.Values) string {
		v.Set("client_id", "consumer-key")
		v.Set("client_secret", "consumer-secret")
		resp, err := http.PostForm(s.url+path, v)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	if got := form("/services/oauth2/introspect", url.Values{"token": {token.AccessToken}}); !strings.Contains(got, `"active":true`) || !strings.Contains(got, `"exp":`) {
		t.Errorf("got %s", got)
	}
	form("/services/oauth2/revoke", url.Values{"token": {token.RefreshToken}})
	s.query("SELECT Id FROM User").refuses(401, "INVALID_SESSION_ID", "")
	if _, problem := refresh(t, s, token.RefreshToken); problem != "expired access/refresh token" {
		t.Errorf("got %q", problem)
	}
	if got := form("/services/oauth2/introspect", url.Values{"token": {token.AccessToken}}); got != `{"active":false}` {
		t.Errorf("got %s", got)
	}
}

func TestSixthApprovalEndsTheOldest(t *testing.T) {
	s := newSite(t, secured())
	oldest := connect(t, s)
	for range 4 {
		connect(t, s)
	}
	if _, problem := refresh(t, s, oldest.RefreshToken); problem != "" {
		t.Fatalf("dead after five: %s", problem)
	}
	connect(t, s)
	if _, problem := refresh(t, s, oldest.RefreshToken); problem == "" {
		t.Error("the oldest of six approvals still works")
	}
}

func TestSessionEndsTwoHoursAfterItsLastUse(t *testing.T) {
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	s := newSite(t, simulator.Options{Now: func() time.Time { return now }})
	for range 3 {
		now = now.Add(119 * time.Minute)
		s.query("SELECT Id FROM User").is(200)
	}
	now = now.Add(121 * time.Minute)
	s.query("SELECT Id FROM User").refuses(401, "INVALID_SESSION_ID", "Session expired or invalid")
}

func TestFrozenUserCanNeitherWorkNorRefresh(t *testing.T) {
	s := newSite(t, secured())
	token := connect(t, s)
	s.token = token.AccessToken
	s.fail(simulator.Fault{Kind: simulator.FrozenUser})
	s.query("SELECT Id FROM User").refuses(401, "INVALID_SESSION_ID", "")
	if _, problem := refresh(t, s, token.RefreshToken); problem != "authentication failure" {
		t.Errorf("got %q", problem)
	}
	s.org.Clear(simulator.FrozenUser)
	s.query("SELECT Id FROM User").is(200)
}
