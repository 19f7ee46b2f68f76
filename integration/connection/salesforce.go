package connection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"ringledger/integration/salesforce"
	"ringledger/store"
)

// ErrNotConnected says that nobody has connected the service yet.
var ErrNotConnected = errors.New("not connected")

// ErrOtherOrg says that the sign-in went to another org than before: calls
// already judged for one org must not be written to another by mistake.
var ErrOtherOrg = errors.New("this is another Salesforce org than the one connected before")

// FieldError is a value of a connection form that cannot be used.
type FieldError struct {
	Field string // as the form names it
	Code  string // "required", "login_host", "connected"
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Code }

// FieldErrors are all values of a form that cannot be used, in its order.
type FieldErrors []*FieldError

func (e FieldErrors) Error() string {
	said := make([]string, len(e))
	for i, field := range e {
		said[i] = field.Error()
	}
	return strings.Join(said, "; ")
}

// SalesforceOptions says where Salesforce and we are.
type SalesforceOptions struct {
	Store      *store.Store
	HTTP       *http.Client
	LoginURL   string // RINGLEDGER_SALESFORCE_LOGIN_URL
	PublicURL  string
	APIVersion string
	Logger     *slog.Logger
	Now        func() time.Time
}

// Salesforce is the connection to one org.
type Salesforce struct {
	o SalesforceOptions

	mu     sync.Mutex
	client *salesforce.Client
	app    salesforce.App
	org    *salesforce.OrgInfo
	orgAt  time.Time
	orgFor string // org id that org belongs to
}

// NewSalesforce makes the connection; it asks nothing yet.
func NewSalesforce(o SalesforceOptions) *Salesforce {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Salesforce{o: o}
}

// Login hosts every org knows.
const (
	ProductionLogin = "https://login.salesforce.com"
	SandboxLogin    = "https://test.salesforce.com"
)

// LoginURLs are the hosts to offer; any My Domain host may be typed too.
func (s *Salesforce) LoginURLs() []string {
	urls := []string{ProductionLogin, SandboxLogin}
	if u := strings.TrimRight(s.o.LoginURL, "/"); u != "" && u != ProductionLogin && u != SandboxLogin {
		urls = append([]string{u}, urls...)
	}
	return urls
}

// RedirectURI is the callback address to enter in the External Client App.
func (s *Salesforce) RedirectURI() string {
	return strings.TrimRight(s.o.PublicURL, "/") + "/connections/salesforce/callback"
}

// SaveApp keeps the customer's own app, or returns FieldErrors. An empty secret
// keeps the stored one. Here as below, did is written down together with the
// change.
func (s *Salesforce) SaveApp(ctx context.Context, loginURL, clientID, clientSecret string, did ...store.AuditRow) error {
	loginURL, clientID, clientSecret = strings.TrimRight(strings.TrimSpace(loginURL), "/"), strings.TrimSpace(clientID), strings.TrimSpace(clientSecret)
	var wrong FieldErrors
	if err := salesforce.CheckLoginURL(loginURL, s.o.LoginURL); err != nil {
		wrong = append(wrong, &FieldError{"login_url", "login_host"})
	}
	if clientID == "" {
		wrong = append(wrong, &FieldError{"client_id", "required"})
	}
	return s.o.Store.ChangeSalesforce(ctx, func(c *store.Salesforce) error {
		other := loginURL != c.LoginURL || clientID != c.ClientID
		switch {
		case c.Connected() && other && len(wrong) == 0:
			return FieldErrors{{"client_id", "connected"}} // its grant belongs to the app it was given to
		case clientSecret == "" && (c.ClientSecret == "" || other && len(wrong) == 0):
			wrong = append(wrong, &FieldError{"client_secret", "required"})
		}
		if len(wrong) > 0 {
			return wrong
		}
		c.LoginURL, c.ClientID = loginURL, clientID
		if clientSecret != "" {
			c.ClientSecret = store.Secret(clientSecret)
		}
		return nil
	}, did...)
}

func (s *Salesforce) appOf(c store.Salesforce) salesforce.App {
	return salesforce.App{LoginURL: c.LoginURL, ClientID: c.ClientID, ClientSecret: string(c.ClientSecret), RedirectURI: s.RedirectURI()}
}

// Begin starts a sign-in: the browser goes to authorizeURL, and state and
// verifier belong in its session until the callback.
func (s *Salesforce) Begin(ctx context.Context) (authorizeURL, state, verifier string, err error) {
	c, err := s.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return "", "", "", err
	}
	if c.ClientID == "" {
		return "", "", "", salesforce.ErrNotConnected
	}
	state, verifier = salesforce.NewVerifier(), salesforce.NewVerifier()
	return s.appOf(c).AuthorizeURL(state, verifier), state, verifier, nil
}

// Finish ends a sign-in: it takes the grant, learns who and which org it is,
// reads what the org can store, and lets the held calls go.
func (s *Salesforce) Finish(ctx context.Context, code, verifier, by string, did ...store.AuditRow) error {
	c, err := s.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return err
	}
	grant, err := salesforce.Exchange(ctx, s.o.HTTP, s.appOf(c), code, verifier)
	if err != nil {
		return err
	}
	if c.OrgID != "" && c.OrgID != grant.OrgID {
		return errors.Join(ErrOtherOrg, salesforce.Revoke(ctx, s.o.HTTP, s.appOf(c), grant.RefreshToken))
	}
	err = s.o.Store.ChangeSalesforce(ctx, func(c *store.Salesforce) error {
		c.AccessToken, c.RefreshToken = store.Secret(grant.AccessToken), store.Secret(grant.RefreshToken)
		c.InstanceURL, c.IdentityURL, c.OrgID, c.UserID = grant.InstanceURL, grant.IdentityURL, grant.OrgID, grant.UserID
		c.Scope, c.IssuedAt, c.ConnectedAt, c.ConnectedBy, c.Reconnect = grant.Scope, grant.IssuedAt, s.o.Now().UTC(), by, ""
		return nil
	}, did...)
	if err != nil {
		return err
	}
	if err := s.learn(ctx); err != nil {
		return err
	}
	_, err = s.o.Store.WakeHeld(ctx)
	return err
}

// learn asks who is connected and what the org can store.
func (s *Salesforce) learn(ctx context.Context) error {
	client, err := s.Client(ctx)
	if err != nil {
		return err
	}
	if err := client.CheckVersion(ctx); err != nil {
		return err
	}
	user, err := client.Identity(ctx)
	if err != nil {
		return err
	}
	err = s.o.Store.ChangeSalesforce(ctx, func(c *store.Salesforce) error {
		c.UserName, c.UserEmail, c.OrgName = user.Name, user.Email, user.OrgName
		return nil
	})
	if err != nil {
		return err
	}
	_, err = s.RefreshOrg(ctx)
	return err
}

// Disconnect revokes the grant and forgets it; the app stays for the next time.
func (s *Salesforce) Disconnect(ctx context.Context, did ...store.AuditRow) error {
	c, err := s.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return err
	}
	if c.RefreshToken != "" && c.Reconnect == "" {
		if err := salesforce.Revoke(ctx, s.o.HTTP, s.appOf(c), string(c.RefreshToken)); err != nil {
			s.o.Logger.Warn("salesforce did not confirm the revocation", "error", err)
		}
	}
	s.mu.Lock()
	s.client, s.org = nil, nil
	s.mu.Unlock()
	return s.o.Store.ChangeSalesforce(ctx, func(c *store.Salesforce) error {
		*c = store.Salesforce{LoginURL: c.LoginURL, ClientID: c.ClientID, ClientSecret: c.ClientSecret}
		return nil
	}, did...)
}

// Client returns the client of the connected org, salesforce.ErrNotConnected
// without one, and salesforce.ErrReconnect when its grant is dead.
func (s *Salesforce) Client(ctx context.Context) (*salesforce.Client, error) {
	c, err := s.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := usable(c); err != nil {
		return nil, err
	}
	app := s.appOf(c)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == nil || s.app != app {
		s.client = salesforce.New(salesforce.Options{HTTP: s.o.HTTP, App: app, Grants: grants{s}, APIVersion: s.o.APIVersion})
		s.app = app
	}
	return s.client, nil
}

// orgLife is how long a describe is trusted; an admin's change shows at the
// latest after it, or at once after "Check again" on the page. troubledLife is
// that of an org with something to mend: what was granted is used soon.
const orgLife, troubledLife = 24 * time.Hour, time.Hour

// outdated reports whether what is known of the org is to be asked anew.
func outdated(info salesforce.OrgInfo, age time.Duration) bool {
	troubled := slices.ContainsFunc(info.Problems, func(p salesforce.PreflightProblem) bool { return p.Severity != salesforce.Advice })
	return age > orgLife || troubled && age > troubledLife
}

// Org returns what the org can store, as known or asked anew.
func (s *Salesforce) Org(ctx context.Context) (salesforce.OrgInfo, error) {
	info, known, err := s.KnownOrg(ctx)
	if err != nil || known {
		return info, err
	}
	return s.RefreshOrg(ctx)
}

// KnownOrg returns what the org could store when it was described last. It
// makes no request; known is false when that is too long ago.
func (s *Salesforce) KnownOrg(ctx context.Context) (info salesforce.OrgInfo, known bool, err error) {
	c, err := s.o.Store.SalesforceConnection(ctx)
	if err != nil || len(c.Org) == 0 {
		return info, false, err
	}
	age := s.o.Now().Sub(c.OrgAt)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.org != nil && s.orgFor == c.OrgID && s.orgAt.Equal(c.OrgAt) {
		return *s.org, !outdated(*s.org, age), nil
	}
	if err := json.Unmarshal(c.Org, &info); err != nil {
		return info, false, fmt.Errorf("connection: stored describe: %w", err)
	}
	s.org, s.orgAt, s.orgFor = &info, c.OrgAt, c.OrgID
	return info, !outdated(info, age), nil
}

// RefreshOrg describes the org anew and keeps the answer.
func (s *Salesforce) RefreshOrg(ctx context.Context) (salesforce.OrgInfo, error) {
	client, err := s.Client(ctx)
	if err != nil {
		return salesforce.OrgInfo{}, err
	}
	info, err := client.DescribeOrg(ctx)
	if err != nil {
		return info, err
	}
	doc, err := json.Marshal(info)
	if err != nil {
		return info, fmt.Errorf("connection: keep describe: %w", err)
	}
	return info, s.o.Store.ChangeSalesforce(ctx, func(c *store.Salesforce) error {
		c.Org, c.OrgAt = doc, s.o.Now().UTC()
		return nil
	})
}

// CheckAgain describes the org anew after somebody mended it, and lets what
// was held for it go on.
func (s *Salesforce) CheckAgain(ctx context.Context) error {
	if _, err := s.RefreshOrg(ctx); err != nil {
		return err
	}
	_, err := s.o.Store.WakeHeld(ctx)
	return err
}

// State returns what pages show of the connection.
func (s *Salesforce) State(ctx context.Context) (store.Salesforce, salesforce.Usage, error) {
	c, err := s.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return c, salesforce.Usage{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == nil {
		return c, salesforce.Usage{}, nil
	}
	return c, s.client.Usage(), nil
}
