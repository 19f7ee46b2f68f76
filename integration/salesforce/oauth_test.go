package salesforce_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ringledger/integration/salesforce"
)

func asError[T error](err error, target *T) bool { return errors.As(err, target) }

// tokenBody is a right answer of the token endpoint of o.
func tokenBody(o *org, change func(map[string]any)) map[string]any {
	id, issued := o.URL+"/id/"+orgID+"/"+userID, "1790000000123"
	mac := hmac.New(sha256.New, []byte("consumer-secret"))
	mac.Write([]byte(id + issued))
	body := map[string]any{
		"access_token": "00D000000000001!second", "instance_url": o.URL, "id": id, "issued_at": issued,
		"signature": base64.StdEncoding.EncodeToString(mac.Sum(nil)), "token_type": "Bearer", "scope": "api id refresh_token",
	}
	if change != nil {
		change(body)
	}
	return body
}

func TestAuthorizeURLAsksForTheLeastScopesWithStateAndPKCE(t *testing.T) {
	app := salesforce.App{LoginURL: "https://test.salesforce.com/", ClientID: "key", RedirectURI: "https://rl.example.com/cb"}
	verifier := salesforce.NewVerifier()
	u, err := url.Parse(app.AuthorizeURL("s t&te", verifier))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(verifier))
	want := map[string]string{
		"response_type": "code", "client_id": "key", "redirect_uri": "https://rl.example.com/cb", "state": "s t&te",
		"scope": "api refresh_token id", "code_challenge_method": "S256",
		"code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]),
	}
	for name, v := range want {
		if got := u.Query().Get(name); got != v {
			t.Errorf("%s: got %q, want %q", name, got, v)
		}
	}
	if got := u.Scheme + "://" + u.Host + u.Path; got != "https://test.salesforce.com/services/oauth2/authorize" {
		t.Errorf("address: got %s", got)
	}
	if len(verifier) < 43 || verifier == salesforce.NewVerifier() {
		t.Errorf("verifier %q is short or repeats", verifier)
	}
}

func TestExchangeSendsOneRequestWithTheSecretInItsBody(t *testing.T) {
	var o *org
	o = newOrg(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, tokenBody(o, func(b map[string]any) { b["refresh_token"] = "refresh-first" }))
	})
	g, err := salesforce.Exchange(soon(t), nil, o.app(), "aPrx==", "the-verifier")
	if err != nil {
		t.Fatal(err)
	}
	if g.OrgID != orgID || g.UserID != userID || g.InstanceURL != o.URL || g.RefreshToken != "refresh-first" || g.IssuedAt.UnixMilli() != 1790000000123 {
		t.Errorf("grant: %+v", g)
	}
	all := o.requests()
	if len(all) != 1 || all[0].Header.Get("Authorization") != "" {
		t.Fatalf("got %d requests, first with Authorization %q", len(all), all[0].Header.Get("Authorization"))
	}
	form, err := url.ParseQuery(string(all[0].Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]string{
		"grant_type": "authorization_code", "code": "aPrx==", "client_id": "key", "client_secret": "consumer-secret",
		"redirect_uri": "http://localhost/cb", "code_verifier": "the-verifier",
	} {
		if form.Get(name) != v {
			t.Errorf("%s: got %q, want %q", name, form.Get(name), v)
		}
	}
}

func TestRefusedExchangeIsNotTriedASecondWay(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusBadRequest, map[string]string{"error": "invalid_client", "error_description": "invalid client credentials"})
	})
	_, err := salesforce.Exchange(soon(t), nil, o.app(), "code", "v")
	var oe *salesforce.OAuthError
	if !asError(err, &oe) || oe.Code != "invalid_client" || oe.Description != "invalid client credentials" || oe.Kind() != salesforce.Configuration {
		t.Errorf("error: %v", err)
	}
	if n := len(o.requests()); n != 1 {
		t.Errorf("got %d requests, want 1", n)
	}
}

func TestForgedTokenAnswersAreRefused(t *testing.T) {
	for name, change := range map[string]func(map[string]any){
		"other host":          func(b map[string]any) { b["instance_url"] = "https://evil.example.com" },
		"suffix of the name":  func(b map[string]any) { b["instance_url"] = "https://my.salesforce.com.example.com" },
		"name in front":       func(b map[string]any) { b["instance_url"] = "https://evilsalesforce.com" },
		"user before host":    func(b map[string]any) { b["instance_url"] = "https://org.my.salesforce.com@evil.example.com" },
		"without TLS":         func(b map[string]any) { b["instance_url"] = "http://org.my.salesforce.com" },
		"browser's host":      func(b map[string]any) { b["instance_url"] = "https://org.lightning.force.com" },
		"with a path":         func(b map[string]any) { b["instance_url"] = "https://org.my.salesforce.com/redirect" },
		"none":                func(b map[string]any) { b["instance_url"] = "" },
		"signature of others": func(b map[string]any) { b["signature"] = "AAAA" },
		"another identity":    func(b map[string]any) { b["id"] = strings.Replace(b["id"].(string), userID, "005000000000009AAA", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			var o *org
			o = newOrg(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, tokenBody(o, change)) })
			if g, err := salesforce.Exchange(soon(t), nil, o.app(), "code", "v"); err == nil {
				t.Errorf("accepted: %+v", g)
			}
		})
	}
}

func TestSalesforceInstancesAreAccepted(t *testing.T) {
	for _, instance := range []string{
		"https://acme.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce.com", "https://na139.salesforce.com/",
		"https://acme.my.force.com", "https://acme-dev-ed.develop.my.salesforce.com",
	} {
		var o *org
		o = newOrg(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, tokenBody(o, func(b map[string]any) { b["instance_url"] = instance }))
		})
		g, err := salesforce.Exchange(soon(t), nil, o.app(), "code", "v")
		if err != nil || g.InstanceURL != strings.TrimSuffix(instance, "/") {
			t.Errorf("%s: %v", instance, err)
		}
	}
}

func TestRefreshNamesNoScopeAndKeepsOrAdoptsTheRefreshToken(t *testing.T) {
	for rotated, want := range map[string]string{"": "refresh-first", "refresh-second": "refresh-second"} {
		var o *org
		o = newOrg(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, tokenBody(o, func(b map[string]any) {
				if rotated != "" {
					b["refresh_token"] = rotated
				}
			}))
		})
		g, err := salesforce.Refresh(soon(t), nil, o.app(), o.grants.grant)
		if err != nil {
			t.Fatal(err)
		}
		if g.RefreshToken != want || g.AccessToken != "00D000000000001!second" {
			t.Errorf("rotated %q: got %+v", rotated, g)
		}
		if body := string(o.requests()[0].Body); strings.Contains(body, "scope") || !strings.Contains(body, "grant_type=refresh_token") {
			t.Errorf("body: %s", body)
		}
	}
}

func TestRefreshedTokenOfAnotherOrgIsRefused(t *testing.T) {
	var o *org
	o = newOrg(t, func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, tokenBody(o, nil)) })
	g := o.grants.grant
	g.OrgID = "00D000000000009AAA"
	_, err := salesforce.Refresh(soon(t), nil, o.app(), g)
	var oe *salesforce.OAuthError
	if !asError(err, &oe) || oe.Kind() != salesforce.Permanent {
		t.Errorf("error: %v", err)
	}
}

func TestOAuthErrorsSayWhatToDo(t *testing.T) {
	for _, c := range []struct {
		code, description string
		status            int
		want              salesforce.OAuthKind
	}{
		{"invalid_grant", "expired access/refresh token", 400, salesforce.Permanent},
		{"invalid_grant", "token request is already being processed", 400, salesforce.Transient},
		{"invalid_grant", "expired authorization code", 400, salesforce.Permanent},
		{"invalid_grant", "authentication failure", 400, salesforce.Permanent},
		{"inactive_user", "user is inactive", 400, salesforce.Permanent},
		{"inactive_org", "organization is locked", 400, salesforce.Permanent},
		{"invalid_grant", "ip restricted", 400, salesforce.Permanent},
		{"invalid_grant", "IP restricted or invalid login hours", 400, salesforce.Permanent},
		{"invalid_grant", "user hasn't approved this consumer", 400, salesforce.Permanent},
		{"invalid_request", "invalid code verifier", 400, salesforce.Permanent},
		{"invalid_client_id", "client identifier invalid", 400, salesforce.Configuration},
		{"invalid_client", "invalid client credentials", 401, salesforce.Configuration},
		{"redirect_uri_mismatch", "", 400, salesforce.Configuration},
		{"invalid_scope", "the requested scope is not allowed", 400, salesforce.Configuration},
		{"unsupported_grant_type", "", 400, salesforce.Configuration},
		{"rate_limit_exceeded", "login rate exceeded", 400, salesforce.Transient},
		{"unknown_error", "retry your request", 503, salesforce.Transient},
	} {
		e := &salesforce.OAuthError{Code: c.code, Description: c.description, Status: c.status}
		if got := e.Kind(); got != c.want {
			t.Errorf("%s %q: got %s, want %s", c.code, c.description, got, c.want)
		}
		if !strings.Contains(e.Error(), c.code) || !strings.Contains(e.Error(), c.description) {
			t.Errorf("error text %q lacks a word", e.Error())
		}
	}
}

func TestMaintenancePageOfTheLoginHostIsAnOutage(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusServiceUnavailable} {
		o := newOrg(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			w.Write([]byte("<html>maintenance</html>")) //nolint:errcheck // the test reads the answer
		})
		_, err := salesforce.Refresh(soon(t), nil, o.app(), o.grants.grant)
		kindOf(t, err, salesforce.Down)
	}
}

func TestRevokeSendsTheTokenInTheBody(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	if err := salesforce.Revoke(soon(t), nil, o.app(), "refresh-first"); err != nil {
		t.Fatal(err)
	}
	got := o.requests()[0]
	if got.Path != "/services/oauth2/revoke" || string(got.Body) != "token=refresh-first" {
		t.Errorf("request: %s %s", got.Path, got.Body)
	}
}

func TestLoginAddresses(t *testing.T) {
	const configured = "http://127.0.0.1:9000"
	for raw, want := range map[string]bool{
		"https://login.salesforce.com": true, "https://acme.my.salesforce.com/": true, configured: true,
		"http://login.salesforce.com": false, "https://salesforce.com.example.com": false, "https://example.com": false,
		"http://127.0.0.1:9001": false, "https://acme.lightning.force.com": false, "https://u@login.salesforce.com": false,
		"https://login.salesforce.com:444": false, "https://login.salesforce.com/x": false, "": false, "javascript:alert(1)": false,
	} {
		err := salesforce.CheckLoginURL(raw, configured)
		if (err == nil) != want {
			t.Errorf("%q: got %v, want accepted %v", raw, err, want)
		}
		if err != nil && !errors.Is(err, salesforce.ErrHost) {
			t.Errorf("%q: %v is no ErrHost", raw, err)
		}
	}
	if salesforce.CheckLoginURL("http://sim.example.com", "http://sim.example.com") == nil {
		t.Error("a configured address without TLS is accepted off loopback")
	}
	if err := salesforce.CheckLoginURL("https://sim.example.com", "https://sim.example.com"); err != nil {
		t.Error(err)
	}
}
