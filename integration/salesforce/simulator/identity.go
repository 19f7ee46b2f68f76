package simulator

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"math/big"
	"net/http"
	"strings"
)

// bearerOf finds the session of a request for identity data.
func (o *Org) bearerOf(r *http.Request) (*accessToken, string) {
	_, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token == "" {
		token = r.URL.Query().Get("oauth_token")
	}
	if token == "" {
		return nil, "Missing_OAuth_Token"
	}
	t, ok := o.oauth.bearer(token, o.now())
	if !ok {
		return nil, "Bad_OAuth_Token"
	}
	return t, ""
}

func plainAnswer(kind string, status int, text string) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}}, body: []byte(text), kind: kind}
}

// userinfo is not counted as an API request.
func (o *Org) userinfo(r *http.Request) answer {
	t, problem := o.bearerOf(r)
	if problem != "" {
		return plainAnswer("userinfo", http.StatusForbidden, problem)
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	u := o.rows[t.userID]
	base := o.baseURL(r)
	return jsonAnswer("userinfo", http.StatusOK, object{
		{"sub", base + "/id/" + o.orgID + "/" + u.id}, {"user_id", u.id}, {"organization_id", o.orgID},
		{"preferred_username", u.text("Username")}, {"nickname", u.value("Alias")}, {"name", u.text("Name")},
		{"email", u.text("Email")}, {"email_verified", true}, {"given_name", u.value("FirstName")}, {"family_name", u.text("LastName")},
		{"zoneinfo", u.value("TimeZoneSidKey")}, {"photos", object{}}, {"profile", base + "/" + u.id}, {"picture", base + "/profilephoto/005/F"},
		{"address", object{}}, {"is_salesforce_integration_user", false}, {"urls", urls(base)}, {"active", u.is("IsActive")}, {"user_type", "STANDARD"},
		{"language", u.value("LanguageLocaleKey")}, {"locale", u.value("LocaleSidKey")}, {"utcOffset", 3600000}, {"updated_at", u.value("LastModifiedDate")},
	})
}

// identity answers the identity URL, /id/<org>/<user>.
func (o *Org) identity(r *http.Request, path string) answer {
	t, problem := o.bearerOf(r)
	if problem != "" {
		return plainAnswer("identity", http.StatusForbidden, problem)
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	org, userID, _ := strings.Cut(path, "/")
	u := o.live(userID)
	if full, _ := fullID(org); full != o.orgID || u == nil || u.id != t.userID {
		return plainAnswer("identity", http.StatusForbidden, "Wrong_Org")
	}
	base := o.baseURL(r)
	return jsonAnswer("identity", http.StatusOK, object{
		{"id", base + "/id/" + o.orgID + "/" + u.id}, {"asserted_user", true}, {"user_id", u.id}, {"organization_id", o.orgID},
		{"username", u.text("Username")}, {"nick_name", u.value("Alias")}, {"display_name", u.text("Name")},
		{"email", u.text("Email")}, {"email_verified", true}, {"first_name", u.value("FirstName")}, {"last_name", u.text("LastName")},
		{"timezone", u.value("TimeZoneSidKey")}, {"photos", object{{"picture", base + "/profilephoto/005/F"}, {"thumbnail", base + "/profilephoto/005/T"}}},
		{"addr_street", nil}, {"addr_city", nil}, {"addr_state", nil}, {"addr_country", nil}, {"addr_zip", nil},
		{"mobile_phone", u.value("MobilePhone")}, {"mobile_phone_verified", false}, {"is_lightning_login_user", false},
		{"status", object{{"created_date", nil}, {"body", nil}}}, {"urls", urls(base)}, {"active", u.is("IsActive")}, {"user_type", "STANDARD"},
		{"language", u.value("LanguageLocaleKey")}, {"locale", u.value("LocaleSidKey")}, {"utcOffset", 3600000},
		{"last_modified_date", u.value("LastModifiedDate")}, {"is_app_installed", true},
	})
}

func urls(base string) object {
	data := base + "/services/data/v{version}/"
	return object{
		{"enterprise", base + "/services/Soap/c/{version}/" + "00D"}, {"rest", data}, {"sobjects", data + "sobjects/"}, {"search", data + "search/"},
		{"query", data + "query/"}, {"recent", data + "recent/"}, {"profile", base + "/{id}"}, {"custom_domain", base},
	}
}

func (o *Org) discovery(r *http.Request) object {
	base := o.baseURL(r)
	at := base + "/services/oauth2/"
	return object{
		{"issuer", base}, {"authorization_endpoint", at + "authorize"}, {"token_endpoint", at + "token"}, {"revocation_endpoint", at + "revoke"},
		{"userinfo_endpoint", at + "userinfo"}, {"introspection_endpoint", at + "introspect"}, {"jwks_uri", base + "/id/keys"},
		{"scopes_supported", knownScopes()}, {"response_types_supported", []string{"code"}}, {"grant_types_supported", []string{"authorization_code", "refresh_token"}},
		{"subject_types_supported", []string{"public"}}, {"id_token_signing_alg_values_supported", []string{"RS256"}},
		{"code_challenge_methods_supported", []string{"S256"}},
		{"token_endpoint_auth_methods_supported", []string{"client_secret_post", "client_secret_basic"}},
		{"display_values_supported", []string{"page", "popup", "touch"}},
		{"claims_supported", []string{"active", "email", "email_verified", "family_name", "given_name", "name", "organization_id", "preferred_username", "sub", "user_id", "zoneinfo"}},
	}
}

// signingKey makes the key of id tokens when it is first needed: that takes
// longer than everything else in a test. The caller holds the lock.
func (a *authority) signingKey() *rsa.PrivateKey {
	if a.key == nil {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic("simulator: no randomness: " + err.Error())
		}
		a.key = key
	}
	return a.key
}

func (o *Org) keys() answer {
	o.oauth.mu.Lock()
	public := o.oauth.signingKey().PublicKey
	o.oauth.mu.Unlock()
	enc := base64.RawURLEncoding
	return jsonAnswer("keys", http.StatusOK, object{{"keys", []any{object{
		{"kty", "RSA"}, {"use", "sig"}, {"alg", "RS256"}, {"kid", "sim"}, {"n", enc.EncodeToString(public.N.Bytes())},
		{"e", enc.EncodeToString(big.NewInt(int64(public.E)).Bytes())},
	}}}})
}

// idToken is a signed statement of who signed in. The caller holds the lock.
func (o *Org) idToken(base, clientID, userID, nonce string) string {
	enc := base64.RawURLEncoding
	now := o.now().Unix()
	claims := object{{"iss", base}, {"sub", base + "/id/" + o.orgID + "/" + userID}, {"aud", clientID}, {"iat", now}, {"exp", now + 120}}
	if nonce != "" {
		claims = append(claims, member{"nonce", nonce})
	}
	head := appendJSON(nil, object{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "sim"}})
	signed := enc.EncodeToString(head) + "." + enc.EncodeToString(appendJSON(nil, claims))
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, o.oauth.signingKey(), crypto.SHA256, sum[:])
	if err != nil {
		panic("simulator: sign: " + err.Error())
	}
	return signed + "." + enc.EncodeToString(sig)
}
