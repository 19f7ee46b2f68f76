package salesforce

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// App is the customer's External Client App: how we sign in.
type App struct {
	LoginURL     string // https://login.salesforce.com, or the org's own
	ClientID     string // consumer key
	ClientSecret string // consumer secret
	RedirectURI  string // must equal a registered callback byte for byte
}

// Grant is what a sign-in yields: the tokens, and whose they are.
type Grant struct {
	AccessToken  string
	RefreshToken string
	InstanceURL  string // every API request goes there
	IdentityURL  string
	OrgID        string
	UserID       string
	Scope        string
	IssuedAt     time.Time
}

// scopes are the least that logging calls needs: the REST API, a token that
// outlives the session, and the user's identity.
var scopes = []string{"api", "refresh_token", "id"}

// Paths on the login host.
const (
	authorizePath = "/services/oauth2/authorize"
	tokenPath     = "/services/oauth2/token"
	revokePath    = "/services/oauth2/revoke"
)

// tokenTimeout bounds one request to the token endpoint.
const tokenTimeout = 20 * time.Second

// NewVerifier makes the secret of one sign-in, which proves at the exchange
// that the code comes back to who asked for it.
func NewVerifier() string { return oauth2.GenerateVerifier() }

// AuthorizeURL is where the admin's browser goes to sign in and consent.
func (a App) AuthorizeURL(state, verifier string) string {
	conf := oauth2.Config{
		ClientID:    a.ClientID,
		RedirectURL: a.RedirectURI,
		Scopes:      scopes,
		Endpoint:    oauth2.Endpoint{AuthURL: a.address(authorizePath)},
	}
	return conf.AuthCodeURL(state, oauth2.S256ChallengeOption(verifier))
}

// Exchange turns the code of the callback into a Grant.
func Exchange(ctx context.Context, hc *http.Client, a App, code, verifier string) (Grant, error) {
	return a.token(ctx, hc, "exchange", url.Values{
		"grant_type":    {"authorization_code"},
		"code":          {code},
		"code_verifier": {verifier},
		"redirect_uri":  {a.RedirectURI},
	})
}

// Refresh asks for a new access token. The grant it returns is whole: it has
// the new refresh token where Salesforce rotated it, and else the old one.
func Refresh(ctx context.Context, hc *http.Client, a App, g Grant) (Grant, error) {
	if g.RefreshToken == "" {
		return Grant{}, &OAuthError{Code: "invalid_grant", Description: "there is no refresh token"}
	}
	// Salesforce refuses a refresh that names scopes.
	fresh, err := a.token(ctx, hc, "refresh", url.Values{
		"grant_type":    {"refresh_token"},
		"refresh_token": {g.RefreshToken},
	})
	if err != nil {
		return Grant{}, err
	}
	if g.OrgID != "" && fresh.OrgID != g.OrgID || g.UserID != "" && fresh.UserID != g.UserID {
		return Grant{}, &OAuthError{Code: "wrong_identity", Description: "the refreshed token belongs to another org or user"}
	}
	if fresh.RefreshToken == "" {
		fresh.RefreshToken = g.RefreshToken
	}
	if fresh.Scope == "" {
		fresh.Scope = g.Scope
	}
	return fresh, nil
}

// Revoke ends a token. Revoking the refresh token ends its access tokens too.
func Revoke(ctx context.Context, hc *http.Client, a App, token string) error {
	_, err := a.post(ctx, hc, revokePath, "revoke", url.Values{"token": {token}})
	return err
}

func (a App) address(path string) string {
	return strings.TrimSuffix(strings.TrimSpace(a.LoginURL), "/") + path
}

// token sends one request to the token endpoint, with the app's secret in the
// body: trying another way first would spend a code that works once.
func (a App) token(ctx context.Context, hc *http.Client, purpose string, form url.Values) (Grant, error) {
	form.Set("client_id", a.ClientID)
	if a.ClientSecret != "" {
		form.Set("client_secret", a.ClientSecret)
	}
	body, err := a.post(ctx, hc, tokenPath, purpose, form)
	if err != nil {
		return Grant{}, err
	}
	var answer tokenAnswer
	if err := json.Unmarshal(body, &answer); err != nil || answer.AccessToken == "" {
		return Grant{}, &Error{Kind: Unknown, Purpose: purpose, Status: http.StatusOK, Message: "unreadable token answer", Err: err}
	}
	return a.grant(answer)
}

// post sends a form to the login host and returns the body of a 2xx answer.
func (a App) post(ctx context.Context, hc *http.Client, path, purpose string, form url.Values) ([]byte, error) {
	if _, err := origin(a.LoginURL); err != nil {
		return nil, &Error{Kind: Misconfigured, Purpose: purpose, Message: "bad login address", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	t := trip{
		purpose: purpose, method: http.MethodPost, address: a.address(path), write: true,
		contentType: "application/x-www-form-urlencoded", body: []byte(form.Encode()),
	}
	got, err := t.send(ctx, plain(hc))
	if err != nil {
		return nil, err
	}
	if got.status < 300 && !got.isPage() {
		return got.body, nil
	}
	if oe, ok := oauthError(got); ok {
		return nil, oe
	}
	return nil, &Error{Kind: Down, Purpose: purpose, Status: got.status, Message: "the login host answered with a page"}
}

// tokenAnswer is the token endpoint's. It never says when the token expires.
type tokenAnswer struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	InstanceURL  string `json:"instance_url"`
	ID           string `json:"id"`
	IssuedAt     string `json:"issued_at"` // milliseconds
	Signature    string `json:"signature"`
	Scope        string `json:"scope"`
}

func (a App) grant(t tokenAnswer) (Grant, error) {
	if !a.signed(t) {
		return Grant{}, &OAuthError{Code: "bad_signature", Description: "the token answer's signature does not fit the consumer secret"}
	}
	if err := checkInstance(t.InstanceURL, a.LoginURL); err != nil {
		return Grant{}, err
	}
	org, user, err := identityOf(t.ID)
	if err != nil {
		return Grant{}, err
	}
	g := Grant{
		AccessToken: t.AccessToken, RefreshToken: t.RefreshToken,
		InstanceURL: strings.TrimSuffix(t.InstanceURL, "/"), IdentityURL: t.ID,
		OrgID: org, UserID: user, Scope: t.Scope,
	}
	if ms, err := strconv.ParseInt(t.IssuedAt, 10, 64); err == nil {
		g.IssuedAt = time.UnixMilli(ms).UTC()
	}
	return g, nil
}

// signed checks that the identity and its time come from who knows the
// consumer secret. An answer without a signature is left to TLS.
func (a App) signed(t tokenAnswer) bool {
	if t.Signature == "" {
		return true
	}
	mac := hmac.New(sha256.New, []byte(a.ClientSecret))
	mac.Write([]byte(t.ID + t.IssuedAt))
	got, err := base64.StdEncoding.DecodeString(t.Signature)
	return err == nil && hmac.Equal(got, mac.Sum(nil))
}

// identityOf reads the org's and the user's id from the identity URL's end.
func identityOf(identity string) (org, user string, err error) {
	u, err := url.Parse(identity)
	if err != nil {
		return "", "", fmt.Errorf("salesforce: identity address: %w", err)
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 || !idForm(parts[len(parts)-1]) || !idForm(parts[len(parts)-2]) {
		return "", "", errors.New("salesforce: identity address names no org and user")
	}
	return parts[len(parts)-2], parts[len(parts)-1], nil
}

// idForm reports whether s can be a record id: 15 or 18 letters and digits.
func idForm(s string) bool {
	if len(s) != 15 && len(s) != 18 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
