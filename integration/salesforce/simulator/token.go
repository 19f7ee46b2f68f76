package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tokens answers everything of OAuth that is not a page.
func (o *Org) tokens(r *http.Request, path string, body []byte) answer {
	switch {
	case path == "/services/oauth2/token" && r.Method == http.MethodPost:
		return o.token(r, body)
	case path == "/services/oauth2/revoke":
		return o.revokeCall(r, body)
	case path == "/services/oauth2/introspect" && r.Method == http.MethodPost:
		return o.introspect(r, body)
	case path == "/services/oauth2/userinfo":
		return o.userinfo(r)
	case path == "/id/keys":
		return o.keys()
	case strings.HasPrefix(path, "/id/"):
		return o.identity(r, strings.TrimPrefix(path, "/id/"))
	case path == "/.well-known/openid-configuration", path == "/.well-known/oauth-authorization-server":
		return jsonAnswer("discovery", http.StatusOK, o.discovery(r))
	}
	return jsonAnswer("refused", http.StatusNotFound, []any{noSuchResource().rest()})
}

func oauthError(status int, code, description string) answer {
	a := jsonAnswer("token", status, object{{"error", code}, {"error_description", description}})
	a.header.Set("Cache-Control", "no-cache, no-store")
	return a
}

// client is who asks for tokens.
type client struct {
	id, secret string
}

// clientOf reads the credentials from the form or from Basic authentication.
func (o *Org) clientOf(r *http.Request, form url.Values) (client, *answer) {
	c := client{form.Get("client_id"), form.Get("client_secret")}
	if id, secret, ok := r.BasicAuth(); ok && c.id == "" {
		c.id, _ = url.QueryUnescape(id)
		c.secret, _ = url.QueryUnescape(secret)
	}
	if c.id == "" || o.options.ClientID != "" && c.id != o.options.ClientID {
		fail := oauthError(http.StatusBadRequest, "invalid_client_id", "client identifier invalid")
		return c, &fail
	}
	if want := o.options.ClientSecret; want != "" && subtle.ConstantTimeCompare([]byte(want), []byte(c.secret)) != 1 {
		fail := oauthError(http.StatusBadRequest, "invalid_client", "invalid client credentials")
		return c, &fail
	}
	return c, nil
}

func (o *Org) token(r *http.Request, body []byte) answer {
	form, err := url.ParseQuery(string(body))
	if err != nil || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return oauthError(http.StatusBadRequest, "invalid_request", "must use application/x-www-form-urlencoded")
	}
	grantType := form.Get("grant_type")
	if grantType != "authorization_code" && grantType != "refresh_token" {
		return oauthError(http.StatusBadRequest, "unsupported_grant_type", "grant type not supported")
	}
	c, fail := o.clientOf(r, form)
	if fail != nil {
		return *fail
	}
	if grantType == "refresh_token" {
		return o.refresh(r, c, form)
	}
	return o.exchange(r, c, form)
}

// exchange turns an authorization code into tokens, once.
func (o *Org) exchange(r *http.Request, c client, form url.Values) answer {
	shutOut := o.shutOut(o.oauth.userOf(form.Get("code")))
	o.oauth.mu.Lock()
	defer o.oauth.mu.Unlock()
	code := o.oauth.codes[form.Get("code")]
	switch {
	case code == nil || code.clientID != c.id:
		return oauthError(http.StatusBadRequest, "invalid_grant", "invalid authorization code")
	case code.used != nil:
		o.oauth.revoke(code.used)
		return oauthError(http.StatusBadRequest, "invalid_grant", "expired authorization code")
	case o.now().Sub(code.at) > codeLife:
		return oauthError(http.StatusBadRequest, "invalid_grant", "expired authorization code")
	case code.redirectURI != form.Get("redirect_uri"):
		return oauthError(http.StatusBadRequest, "redirect_uri_mismatch", "redirect_uri must match configuration")
	}
	if code.challenge != "" {
		verifier := form.Get("code_verifier")
		if verifier == "" {
			return oauthError(http.StatusBadRequest, "invalid_grant", "code verifier is required")
		}
		if challengeOf(verifier) != code.challenge {
			return oauthError(http.StatusBadRequest, "invalid_request", "invalid code verifier")
		}
	}
	if shutOut != "" {
		return oauthError(http.StatusBadRequest, "invalid_grant", shutOut)
	}
	g := o.oauth.approve(code)
	code.used = g
	return o.grantAnswer(r, c, g, g.refreshToken, code.nonce)
}

func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// shutOut tells why a user cannot get tokens; empty means he can.
func (o *Org) shutOut(userID string) string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	user := o.rows[userID]
	switch {
	case user == nil || !user.is("IsActive"):
		return "inactive user"
	case o.frozen(user):
		return "authentication failure"
	}
	return ""
}

// refresh gives a new access token. With rotation it gives a new refresh
// token too, and presenting an old one ends everything.
func (o *Org) refresh(r *http.Request, c client, form url.Values) answer {
	if form.Has("scope") {
		return oauthError(http.StatusBadRequest, "invalid_request", "scope parameter not supported")
	}
	if a := o.renewing(); a != nil {
		return *a
	}
	token := form.Get("refresh_token")
	done, busy := o.occupy(r, token)
	if busy {
		return oauthError(http.StatusBadRequest, "invalid_grant", "token request is already being processed")
	}
	defer done()
	shutOut := o.shutOut(o.oauth.userOf(token))
	o.oauth.mu.Lock()
	defer o.oauth.mu.Unlock()
	if g := o.oauth.spent[token]; g != nil {
		o.oauth.revoke(g)
	}
	g := o.oauth.refresh[token]
	if g == nil || g.revoked || g.clientID != c.id {
		return oauthError(http.StatusBadRequest, "invalid_grant", "expired access/refresh token")
	}
	if shutOut != "" {
		return oauthError(http.StatusBadRequest, "invalid_grant", shutOut)
	}
	if !o.faults.rotates() {
		return o.grantAnswer(r, c, g, "", "")
	}
	delete(o.oauth.refresh, token)
	o.oauth.spent[token] = g
	o.oauth.issueRefresh(g)
	return o.grantAnswer(r, c, g, g.refreshToken, "")
}

// occupy marks a refresh token as being exchanged while the switch for that is
// on, so that a second request meanwhile is refused.
func (o *Org) occupy(r *http.Request, token string) (done func(), busy bool) {
	f := o.faults.match(RefreshConflict, "")
	if f == nil {
		return func() {}, false
	}
	o.oauth.mu.Lock()
	taken := o.oauth.busy[token]
	o.oauth.busy[token] = true
	o.oauth.mu.Unlock()
	if taken {
		return nil, true
	}
	delay := f.delay()
	if delay == 0 {
		delay = 100 * time.Millisecond
	}
	o.pause(r.Context(), delay)
	return func() {
		o.oauth.mu.Lock()
		delete(o.oauth.busy, token)
		o.oauth.mu.Unlock()
	}, false
}

// grantAnswer is the token answer. There is no expires_in: Salesforce sends none.
func (o *Org) grantAnswer(r *http.Request, c client, g *grant, refreshToken, nonce string) answer {
	base := o.baseURL(r)
	id := base + "/id/" + o.orgID + "/" + g.userID
	issued := strconv.FormatInt(o.now().UnixMilli(), 10)
	out := object{{"access_token", o.oauth.newAccess(o.orgID, g.userID, g, g.scopes, o.now())}}
	if refreshToken != "" {
		out = append(out, member{"refresh_token", refreshToken})
	}
	out = append(out, member{"signature", signature(c.secret, id+issued)}, member{"scope", strings.Join(g.scopes, " ")})
	if slices.Contains(g.scopes, "openid") {
		out = append(out, member{"id_token", o.idToken(base, c.id, g.userID, nonce)})
	}
	out = append(out, member{"instance_url", base}, member{"id", id}, member{"token_type", "Bearer"},
		member{"issued_at", issued}, member{"token_format", "opaque"}, member{"api_instance_url", base})
	a := jsonAnswer("token", http.StatusOK, out)
	a.header.Set("Cache-Control", "no-cache, no-store")
	return a
}

func signature(secret, text string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// revokeCall ends a grant by its refresh token, or one session by its access token.
func (o *Org) revokeCall(r *http.Request, body []byte) answer {
	form, err := url.ParseQuery(string(body))
	token := r.URL.Query().Get("token")
	if err == nil && token == "" {
		token = form.Get("token")
	}
	o.oauth.mu.Lock()
	defer o.oauth.mu.Unlock()
	g := o.oauth.refresh[token]
	switch {
	case g != nil:
		o.oauth.revoke(g)
	case o.oauth.access[token] != nil:
		delete(o.oauth.access, token)
	default:
		a := oauthError(http.StatusBadRequest, "unsupported_token_type", "this token type is not supported")
		a.kind = "revoke"
		return a
	}
	return answer{status: http.StatusOK, header: http.Header{}, kind: "revoke"}
}

func (o *Org) introspect(r *http.Request, body []byte) answer {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return oauthError(http.StatusBadRequest, "invalid_request", "unreadable form")
	}
	if _, fail := o.clientOf(r, form); fail != nil {
		return *fail
	}
	token := form.Get("token")
	inactive := jsonAnswer("introspect", http.StatusOK, object{{"active", false}})
	if t, ok := o.oauth.bearer(token, o.now()); ok {
		return jsonAnswer("introspect", http.StatusOK, o.introspected(r, t.userID, t.grant, t.scopes, "access_token", t.issued, t.touched.Add(sessionLife)))
	}
	o.oauth.mu.Lock()
	g := o.oauth.refresh[token]
	o.oauth.mu.Unlock()
	if g == nil {
		return inactive
	}
	return jsonAnswer("introspect", http.StatusOK, o.introspected(r, g.userID, g, g.scopes, "refresh_token", o.now(), time.Time{}))
}

func (o *Org) introspected(r *http.Request, userID string, g *grant, scopes []string, kind string, issued, expires time.Time) object {
	o.mu.RLock()
	defer o.mu.RUnlock()
	clientID := ""
	if g != nil {
		clientID = g.clientID
	}
	out := object{{"active", true}, {"scope", strings.Join(scopes, " ")}, {"client_id", clientID},
		{"username", o.rows[userID].text("Username")}, {"sub", o.baseURL(r) + "/id/" + o.orgID + "/" + userID},
		{"token_type", kind}, {"iat", issued.Unix()}, {"nbf", issued.Unix()}}
	if !expires.IsZero() {
		out = append(out, member{"exp", expires.Unix()})
	}
	return out
}
