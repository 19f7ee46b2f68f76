package salesforce

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Errors of Grants.
var (
	ErrNotConnected = errors.New("salesforce: not connected")
	ErrReconnect    = errors.New("salesforce: the grant is dead")
)

// Grants keeps the connection's Grant, for all processes.
type Grants interface {
	// Current returns the stored grant. It returns ErrNotConnected when there
	// is none, and ErrReconnect when it is known to be dead.
	Current(ctx context.Context) (Grant, error)
	// Renew returns a grant whose access token is not used. When the stored one
	// is another already it returns that; else it calls refresh, with one call
	// at a time over all processes, and stores its result before returning it.
	Renew(ctx context.Context, used string, refresh func(context.Context, Grant) (Grant, error)) (Grant, error)
}

// Options make a Client.
type Options struct {
	HTTP       *http.Client // nil = one of our own; redirects are never followed
	App        App
	Grants     Grants
	APIVersion string // "v66.0"
	// ReadTimeout and WriteTimeout bound one request; zero is 10 s and 30 s.
	ReadTimeout, WriteTimeout time.Duration
}

// DefaultAPIVersion is the version the package is written against.
const DefaultAPIVersion = "v66.0"

// Client speaks to one org. It may be used by several goroutines.
type Client struct {
	*shared
	externalID string // Task's field to upsert by; "" = none
}

// shared is what the views of one client have in common.
type shared struct {
	http    *http.Client
	app     App
	grants  Grants
	version string
	read    time.Duration
	write   time.Duration
	gauge   gauge

	mu     sync.Mutex
	unseen map[string]map[string]bool // search fields the org refused, by object
}

// New makes a client. It sends nothing.
func New(o Options) *Client {
	s := &shared{
		http: plain(o.HTTP), app: o.App, grants: o.Grants, version: o.APIVersion,
		read: o.ReadTimeout, write: o.WriteTimeout,
		unseen: map[string]map[string]bool{},
	}
	if s.version == "" {
		s.version = DefaultAPIVersion
	}
	if s.read == 0 {
		s.read = 10 * time.Second
	}
	if s.write == 0 {
		s.write = 30 * time.Second
	}
	return &Client{shared: s}
}

// UpsertBy returns the client with Tasks written by their external id, so that
// a repeated creation finds the first one. field is OrgInfo.ExternalIDField;
// "" returns to plain creation.
func (c *Client) UpsertBy(field string) *Client {
	return &Client{shared: c.shared, externalID: field}
}

// request is one request to the org's own host.
type request struct {
	purpose   string
	method    string
	path      string // with its query, from the host on
	statement string // the query in clear, for the log
	header    http.Header
	body      []byte
	write     bool
	slow      bool // a read that takes as long as a write may
	open      bool // needs no session
}

func (c *Client) data(path string) string { return "/services/data/" + c.version + path }

// do makes the request and reads its answer into out. When the session has
// expired it has the grant renewed and tries once more, never again.
func (c *Client) do(ctx context.Context, r request, out any) error {
	g, err := c.grants.Current(ctx)
	if err != nil {
		return grantError(r.purpose, err)
	}
	a, err := c.send(ctx, r, g)
	if err != nil {
		return err
	}
	if expired(a) {
		if g, err = c.renew(ctx, g.AccessToken); err != nil {
			return grantError(r.purpose, err)
		}
		if a, err = c.send(ctx, r, g); err != nil {
			return err
		}
		if expired(a) {
			return &Error{Kind: Down, Purpose: r.purpose, Status: a.status, Code: "INVALID_SESSION_ID",
				Message: "Salesforce refuses the session it has just given"}
		}
	}
	return decode(r, a, out)
}

func (c *Client) send(ctx context.Context, r request, g Grant) (answer, error) {
	address := r.path
	if !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "http://") {
		address = strings.TrimSuffix(g.InstanceURL, "/") + r.path
	}
	if err := checkTarget(address, c.app.LoginURL); err != nil {
		return answer{}, &Error{Kind: Misconfigured, Purpose: r.purpose, Message: "refused to send the session there", Err: err}
	}
	limit := c.read
	if r.write || r.slow {
		limit = c.write
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	t := trip{
		purpose: r.purpose, method: r.method, address: address, statement: r.statement,
		token: g.AccessToken, contentType: "application/json; charset=UTF-8",
		header: r.header, body: r.body, write: r.write,
	}
	if r.open {
		t.token = ""
	}
	a, err := t.send(ctx, c.http)
	c.gauge.read(a.header)
	return a, err
}

// renewTimeout bounds the wait for our turn and the refresh itself.
const renewTimeout = 45 * time.Second

// renew is not cancelled with the request that needed it: a rotated refresh
// token whose answer nobody waits for would be lost, and the connection with it.
func (c *Client) renew(ctx context.Context, used string) (Grant, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTimeout)
	defer cancel()
	return c.grants.Renew(ctx, used, func(ctx context.Context, g Grant) (Grant, error) {
		return Refresh(ctx, c.http, c.app, g)
	})
}

// grantError types what kept a request from being sent. Whatever happened at
// the login host, the request itself was not carried out.
func grantError(purpose string, err error) *Error {
	e := &Error{Kind: NotSent, Purpose: purpose, Message: "no session", Err: err}
	var oe *OAuthError
	var te *Error
	switch {
	case errors.Is(err, ErrNotConnected):
		e.Kind = NotConnected
	case errors.Is(err, ErrReconnect):
		e.Kind = Reconnect
	case errors.Is(err, ErrHost):
		e.Kind = Misconfigured
	case errors.As(err, &oe):
		e.Status, e.Code, e.Message = oe.Status, oe.Code, oe.Description
		e.Kind = map[OAuthKind]Kind{Permanent: Reconnect, Transient: Down, Configuration: Misconfigured}[oe.Kind()]
	case errors.As(err, &te) && (te.Kind == Down || te.Kind == Misconfigured):
		e.Kind = te.Kind
	}
	return e
}

// otherSessions are refusals of a session that a refresh does not cure.
var otherSessions = []string{
	"This session is not valid for use with the REST API",
	"Connected app is not attached to Agent",
}

// expired reports whether the answer says that the session is over.
func expired(a answer) bool {
	if a.status == http.StatusForbidden {
		// The identity service's own words.
		text := string(a.body[:min(len(a.body), 64)])
		return strings.Contains(text, "Bad_OAuth_Token") || strings.Contains(text, "Missing_OAuth_Token")
	}
	if a.status != http.StatusUnauthorized {
		return false
	}
	list := errorList(a)
	if len(list) == 0 {
		return true // without a JSON body the session is refused in XML or HTML
	}
	for _, text := range otherSessions {
		if strings.Contains(list[0].Message, text) {
			return false
		}
	}
	return list[0].code() == "INVALID_SESSION_ID"
}

// decode reads the answer into out, or types its error.
func decode(r request, a answer, out any) error {
	e := readInto(r, a, out)
	if e == nil {
		return nil
	}
	e.Purpose = r.purpose
	return e
}

func readInto(r request, a answer, out any) *Error {
	if list := errorList(a); len(list) > 0 && a.status >= 300 {
		e := typed(list, a.status, r.write, false)
		if a.status == http.StatusUnauthorized {
			e.Kind = Misconfigured // a session, but not one for this API
		}
		return e
	}
	if a.isPage() || a.status >= 300 && a.status < 400 {
		return pageError(r, a)
	}
	if a.status >= 300 {
		return statusError(a.status, r.write)
	}
	if out == nil || a.status == http.StatusNoContent {
		return nil
	}
	if err := json.Unmarshal(a.body, out); err != nil {
		return &Error{Kind: lost(r.write), Status: a.status, Message: "unreadable answer", Uncertain: r.write, Err: err}
	}
	return nil
}

// pageError is for a page instead of data. A gateway that gave up says nothing
// of what happened behind it; a maintenance page means that nothing did, but a
// writer had better look.
func pageError(r request, a answer) *Error {
	e := &Error{Kind: Down, Status: a.status, Message: "Salesforce answered with a page", Uncertain: r.write}
	gateway := a.status == 500 || a.status == http.StatusBadGateway || a.status == http.StatusGatewayTimeout
	if r.write && gateway {
		e.Kind = Unknown
	}
	return e
}

// errorList reads Salesforce's errors, in the shape of REST, of one alone, or
// of the login host.
func errorList(a answer) []apiError {
	if a.status < 300 || a.isPage() {
		return nil
	}
	var list []apiError
	if err := json.Unmarshal(a.body, &list); err == nil && len(list) > 0 && list[0].code() != "" {
		return list
	}
	var one apiError
	if err := json.Unmarshal(a.body, &one); err == nil && one.code() != "" {
		return []apiError{one}
	}
	if oe, ok := oauthError(a); ok {
		return []apiError{{ErrorCode: oe.Code, Message: oe.Description}}
	}
	return nil
}
