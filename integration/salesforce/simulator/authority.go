package simulator

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"time"
)

// sessionLife is how long an unused access token lives; use extends it.
const sessionLife = 2 * time.Hour

// codeLife is how long an authorization code waits.
const codeLife = 15 * time.Minute

// grantsPerUser is how many approvals of one app a user can have; the next one
// revokes the oldest.
const grantsPerUser = 5

// authority knows who may do what: codes, grants, tokens, browser sign-ins.
// Who holds its lock never asks for the lock of the org.
type authority struct {
	mu      sync.Mutex
	codes   map[string]*authCode
	grants  []*grant
	access  map[string]*accessToken
	refresh map[string]*grant // current refresh tokens
	spent   map[string]*grant // rotated ones: presenting one ends the grant
	busy    map[string]bool   // refresh tokens that are being exchanged now
	browser map[string]string // sign-in cookie to user id
	key     *rsa.PrivateKey   // signs id tokens, made when first needed
}

// authCode is what the user said yes to, until the client fetches its tokens.
type authCode struct {
	userID, clientID, redirectURI string
	scopes                        []string
	challenge, nonce              string
	at                            time.Time
	used                          *grant
}

// grant is one approval: an app may act for a user.
type grant struct {
	userID, clientID string
	scopes           []string
	refreshToken     string
	revoked          bool
}

type accessToken struct {
	grant   *grant
	userID  string
	scopes  []string
	issued  time.Time
	touched time.Time
}

func (a *authority) reset() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.codes, a.grants, a.access = map[string]*authCode{}, nil, map[string]*accessToken{}
	a.refresh, a.spent, a.busy, a.browser = map[string]*grant{}, map[string]*grant{}, map[string]bool{}, map[string]string{}
}

// random gives n characters that occur in Salesforce tokens.
func random(n int) string {
	raw := make([]byte, n)
	rand.Read(raw) //nolint:errcheck // never fails
	text := strings.ReplaceAll(base64.RawURLEncoding.EncodeToString(raw), "-", ".")
	return text[:n]
}

// newAccess opens a session. The caller holds the lock.
func (a *authority) newAccess(orgID, userID string, g *grant, scopes []string, now time.Time) string {
	token := orgID[:15] + "!AQ" + random(86)
	a.access[token] = &accessToken{grant: g, userID: userID, scopes: scopes, issued: now, touched: now}
	return token
}

// session tells whose token this is and extends its life.
func (a *authority) session(token string, now time.Time) (userID string, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.access[token]
	if t == nil || now.Sub(t.touched) > sessionLife || !slices.ContainsFunc(t.scopes, opensData) {
		return "", false
	}
	t.touched = now
	return t.userID, true
}

// opensData tells whether a scope allows the REST API.
func opensData(scope string) bool { return scope == "api" || scope == "full" }

// bearer finds a token for identity, whatever its scopes.
func (a *authority) bearer(token string, now time.Time) (*accessToken, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.access[token]
	if t == nil || now.Sub(t.touched) > sessionLife {
		return nil, false
	}
	copied := *t
	return &copied, true
}

func (a *authority) expireSessions() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.access)
}

func (a *authority) revokeAll() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, g := range a.grants {
		a.revoke(g)
	}
	clear(a.access)
}

// revoke ends a grant with all its tokens. The caller holds the lock.
func (a *authority) revoke(g *grant) {
	g.revoked = true
	delete(a.refresh, g.refreshToken)
	for token, t := range a.access {
		if t.grant == g {
			delete(a.access, token)
		}
	}
}

// approve makes a grant for a code, and ends the oldest when there are too many.
func (a *authority) approve(c *authCode) *grant {
	g := &grant{userID: c.userID, clientID: c.clientID, scopes: c.scopes}
	same := 0
	for _, other := range slices.Backward(a.grants) {
		if other.userID == g.userID && other.clientID == g.clientID && !other.revoked {
			if same++; same >= grantsPerUser {
				a.revoke(other)
			}
		}
	}
	if slices.Contains(c.scopes, "refresh_token") || slices.Contains(c.scopes, "offline_access") {
		a.issueRefresh(g)
	}
	a.grants = append(a.grants, g)
	return g
}

func (a *authority) issueRefresh(g *grant) {
	g.refreshToken = "5Aep861" + random(80)
	a.refresh[g.refreshToken] = g
}

// signIn remembers a browser and gives its cookie.
func (a *authority) signIn(userID string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	cookie := random(40)
	a.browser[cookie] = userID
	return cookie
}

func (a *authority) signedIn(cookie string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.browser[cookie]
}

// issueCode keeps what the user agreed to under a new code.
func (a *authority) issueCode(c *authCode) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	code := "aPrx" + random(70) + "=="
	a.codes[code] = c
	return code
}

// userOf tells whom a code or a refresh token is for.
func (a *authority) userOf(secret string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.codes[secret]; c != nil {
		return c.userID
	}
	if g := a.refresh[secret]; g != nil {
		return g.userID
	}
	return ""
}

// NewSession gives an access token for a user (the integration user when
// username is empty), as if from another sign-in. Tests use it to skip OAuth.
func (o *Org) NewSession(username string) string {
	o.mu.RLock()
	user := o.user
	if username != "" {
		user = o.userNamed(username)
	}
	o.mu.RUnlock()
	if user == nil {
		return ""
	}
	o.oauth.mu.Lock()
	defer o.oauth.mu.Unlock()
	return o.oauth.newAccess(o.orgID, user.id, nil, []string{"api", "id"}, o.now())
}
