package simulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
)

const signInCookie = "sim_sid"

// scopeTexts is what the consent page says about each scope, in this order.
var scopeTexts = [][2]string{
	{"api", "Manage user data via APIs"},
	{"refresh_token", "Perform requests at any time"},
	{"offline_access", "Perform requests at any time"},
	{"id", "Access the identity URL service"},
	{"openid", "Access unique user identifiers"},
	{"profile", "Access your basic profile"},
	{"email", "Access your e-mail address"},
	{"address", "Access your address"},
	{"phone", "Access your phone number"},
	{"web", "Manage user data via Web browsers"},
	{"full", "Full access to your data"},
}

func knownScopes() []string {
	out := make([]string, len(scopeTexts))
	for i, s := range scopeTexts {
		out[i] = s[0]
	}
	return out
}

// authorization is a checked authorize request.
type authorization struct {
	query       url.Values
	clientID    string
	redirectURI *url.URL
	scopes      []string
}

// serveAuthorize shows the sign-in form, then the consent page, then sends the
// browser back to the app.
func (o *Org) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	o.usage.note(Request{At: o.now(), Kind: "authorize", Method: r.Method, Path: r.URL.Path, Status: http.StatusOK})
	if o.faults.match(OrgDown, "") != nil {
		http.Error(w, maintenancePage, http.StatusServiceUnavailable)
		return
	}
	a, problem := o.readAuthorization(r.URL.Query())
	if problem != "" {
		o.page(w, http.StatusBadRequest, "oauth-error", pageData{Title: "Sign-in cannot continue", Message: problem}, "")
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		o.showAuthorize(w, r, a)
	case http.MethodPost:
		if err := http.NewCrossOriginProtection().Check(r); err != nil {
			http.Error(w, "This form was sent from another site.", http.StatusForbidden)
			return
		}
		o.submitAuthorize(w, r, a)
	default:
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
	}
}

// readAuthorization checks what must be right before anything is sent back to
// the app; its answer is shown to the person and not to the app.
func (o *Org) readAuthorization(q url.Values) (authorization, string) {
	a := authorization{query: q, clientID: q.Get("client_id")}
	if a.clientID == "" || o.options.ClientID != "" && a.clientID != o.options.ClientID {
		return a, "error=invalid_client_id&error_description=client identifier invalid"
	}
	u, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !o.acceptsRedirect(q.Get("redirect_uri"), u) {
		return a, "error=redirect_uri_mismatch&error_description=redirect_uri must match configuration"
	}
	a.redirectURI = u
	a.scopes = strings.Fields(q.Get("scope"))
	if len(a.scopes) == 0 {
		a.scopes = []string{"api", "refresh_token", "id"}
	}
	if !slices.Contains(a.scopes, "id") {
		a.scopes = append(a.scopes, "id")
	}
	return a, ""
}

func (o *Org) acceptsRedirect(raw string, u *url.URL) bool {
	if len(o.options.RedirectURIs) > 0 {
		return slices.Contains(o.options.RedirectURIs, raw)
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	loopback := host == "localhost" || ip != nil && ip.IsLoopback()
	return u.Host != "" && u.Fragment == "" && (u.Scheme == "https" || u.Scheme == "http" && loopback)
}

// complaint is what goes back to the app by redirect.
func (a authorization) complaint() (code, description string) {
	if a.query.Get("response_type") != "code" {
		return "unsupported_response_type", "response type not supported"
	}
	method := a.query.Get("code_challenge_method")
	if a.query.Has("code_challenge") && method != "" && method != "S256" {
		return "invalid_request", "code challenge method must be S256"
	}
	known := knownScopes()
	for _, s := range a.scopes {
		if !slices.Contains(known, s) {
			return "invalid_scope", "the requested scope is not allowed"
		}
	}
	return "", ""
}

func (a authorization) backTo(pairs ...string) string {
	u := *a.redirectURI
	q := u.Query()
	for i := 0; i < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	if a.query.Has("state") {
		q.Set("state", a.query.Get("state"))
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func (a authorization) origin() string { return a.redirectURI.Scheme + "://" + a.redirectURI.Host }

func (o *Org) showAuthorize(w http.ResponseWriter, r *http.Request, a authorization) {
	if code, description := a.complaint(); code != "" {
		http.Redirect(w, r, a.backTo("error", code, "error_description", description), http.StatusFound)
		return
	}
	user := o.browserUser(r)
	if user == nil || strings.Contains(a.query.Get("prompt"), "login") && r.URL.Query().Get("signed_in") == "" {
		o.signInPage(w, http.StatusOK, a, "")
		return
	}
	var scopes []string
	for _, s := range scopeTexts {
		if slices.Contains(a.scopes, s[0]) {
			scopes = append(scopes, fmt.Sprintf("%s (%s)", s[1], s[0]))
		}
	}
	o.page(w, http.StatusOK, "consent", pageData{Title: "Allow access?", App: appName(a), User: user, Scopes: scopes, Action: r.URL.RequestURI()}, a.origin())
}

// appName is how the consent page calls the app: by where it lives, because
// the org knows nothing else of it.
func appName(a authorization) string { return "The app at " + a.redirectURI.Host }

func (o *Org) signInPage(w http.ResponseWriter, status int, a authorization, problem string) {
	action := "/services/oauth2/authorize?" + a.query.Encode()
	name := a.query.Get("login_hint")
	if name == "" {
		name = o.options.Username
	}
	o.page(w, status, "signin", pageData{Title: "Sign in", Message: problem, Username: name, Password: o.options.Password, Action: action}, a.origin())
}

// browserUser gives the signed-in user as fields for a page, nil when nobody is.
func (o *Org) browserUser(r *http.Request) map[string]any {
	c, err := r.Cookie(signInCookie)
	if err != nil {
		return nil
	}
	id := o.oauth.signedIn(c.Value)
	if id == "" || o.shutOut(id) != "" {
		return nil
	}
	user, _ := o.Record(id)
	return user
}

// submitAuthorize takes the sign-in form or the decision.
func (o *Org) submitAuthorize(w http.ResponseWriter, r *http.Request, a authorization) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "Unreadable form", http.StatusBadRequest)
		return
	}
	decision := r.PostForm.Get("decision")
	if decision == "" {
		o.signIn(w, r, a)
		return
	}
	user := o.browserUser(r)
	switch {
	case user == nil:
		o.signInPage(w, http.StatusUnauthorized, a, "Your session has ended. Sign in again.")
	case decision != "allow":
		http.Redirect(w, r, a.backTo("error", "access_denied", "error_description", "end-user denied authorization"), http.StatusFound)
	default:
		id, _ := user["Id"].(string)
		code := o.oauth.issueCode(&authCode{userID: id, clientID: a.clientID, redirectURI: a.query.Get("redirect_uri"),
			scopes: a.scopes, challenge: a.query.Get("code_challenge"), nonce: a.query.Get("nonce"), at: o.now()})
		http.Redirect(w, r, a.backTo("code", code), http.StatusFound)
	}
}

func (o *Org) signIn(w http.ResponseWriter, r *http.Request, a authorization) {
	o.mu.RLock()
	user := o.userNamed(r.PostForm.Get("username"))
	o.mu.RUnlock()
	if user == nil || r.PostForm.Get("password") != o.options.Password {
		o.signInPage(w, http.StatusUnauthorized, a, "Please check your username and password.")
		return
	}
	if o.shutOut(user.id) != "" {
		o.signInPage(w, http.StatusUnauthorized, a, "This user is frozen or inactive.")
		return
	}
	http.SetCookie(w, &http.Cookie{Name: signInCookie, Value: o.oauth.signIn(user.id), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil})
	q := a.query
	if strings.Contains(q.Get("prompt"), "login") {
		q.Set("signed_in", "1")
	}
	http.Redirect(w, r, "/services/oauth2/authorize?"+q.Encode(), http.StatusSeeOther)
}

// Consent plays the person at the browser: it opens an authorize URL of a
// simulator, signs in, allows, and gives the callback URL with code and state
// that the browser would open next.
func Consent(ctx context.Context, authorizeURL, username, password string) (callback string, err error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", fmt.Errorf("simulator: consent: %w", err)
	}
	start, err := url.Parse(authorizeURL)
	if err != nil {
		return "", fmt.Errorf("simulator: consent: %w", err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host != start.Host || r.URL.Path != start.Path {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	for _, form := range []url.Values{{"username": {username}, "password": {password}}, {"decision": {"allow"}}} {
		if callback, err = submit(ctx, c, authorizeURL, form); err != nil {
			return "", err
		}
	}
	if callback == "" {
		return "", errors.New("simulator: consent: the org did not send the browser back")
	}
	return callback, nil
}

// submit posts a form and gives where the answer leads to, outside of the org.
func submit(ctx context.Context, c *http.Client, to string, form url.Values) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("simulator: consent: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := c.Do(req)
	if err != nil {
		return "", fmt.Errorf("simulator: consent: %w", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxBody)); err != nil {
		return "", fmt.Errorf("simulator: consent: %w", err)
	}
	if resp.StatusCode >= 400 {
		return "", fmt.Errorf("simulator: consent: the org answered %s", resp.Status)
	}
	return resp.Header.Get("Location"), nil
}
