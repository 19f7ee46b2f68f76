package salesforce_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"ringledger/integration/salesforce"
)

// Ids of the org that the tests speak to.
const (
	orgID  = "00D000000000001AAA"
	userID = "005000000000001AAA"
)

// org is a server that answers as one test wants, with a client connected to it.
type org struct {
	*httptest.Server
	client *salesforce.Client
	grants *vault

	mu   sync.Mutex
	seen []seen
}

// seen is a request that arrived.
type seen struct {
	Method, Path, Token string
	Query               string // the decoded q
	Header              http.Header
	Body                []byte
}

// newOrg starts a server. Requests to the token endpoint go to it too.
func newOrg(t *testing.T, answer http.HandlerFunc) *org {
	t.Helper()
	o := &org{}
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read request: %v", err)
		}
		o.mu.Lock()
		o.seen = append(o.seen, seen{
			Method: r.Method, Path: r.URL.Path, Query: r.URL.Query().Get("q"), Header: r.Header, Body: body,
			Token: strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "),
		})
		o.mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		answer(w, r)
	}))
	t.Cleanup(o.Close)
	o.grants = &vault{grant: salesforce.Grant{
		AccessToken: "00D000000000001!first", RefreshToken: "refresh-first", InstanceURL: o.URL,
		IdentityURL: o.URL + "/id/" + orgID + "/" + userID, OrgID: orgID, UserID: userID,
	}}
	o.client = o.connect(salesforce.Options{})
	return o
}

func (o *org) connect(opts salesforce.Options) *salesforce.Client {
	opts.App, opts.Grants = o.app(), o.grants
	return salesforce.New(opts)
}

func (o *org) app() salesforce.App {
	return salesforce.App{LoginURL: o.URL, ClientID: "key", ClientSecret: "consumer-secret", RedirectURI: "http://localhost/cb"}
}

func (o *org) requests() []seen {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]seen(nil), o.seen...)
}

// vault keeps a grant in memory, one renewal at a time.
type vault struct {
	mu      sync.Mutex
	grant   salesforce.Grant
	missing error

	stored sync.Map // access tokens that were stored, for tests of the order
}

func (v *vault) Current(context.Context) (salesforce.Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.grant, v.missing
}

func (v *vault) Renew(ctx context.Context, used string, refresh func(context.Context, salesforce.Grant) (salesforce.Grant, error)) (salesforce.Grant, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.grant.AccessToken != used {
		return v.grant, nil
	}
	g, err := refresh(ctx, v.grant)
	if err != nil {
		return salesforce.Grant{}, err
	}
	v.grant = g
	v.stored.Store(g.AccessToken, true)
	return g, nil
}

// sub is one subrequest of a Composite as the org reads it.
type sub struct {
	Method, URL, ReferenceID string
	HTTPHeaders              map[string]string
	Body                     struct {
		Records []map[string]any
	}
}

func subrequests(t *testing.T, body []byte) []sub {
	t.Helper()
	var c struct{ CompositeRequest []sub }
	if err := json.Unmarshal(body, &c); err != nil {
		t.Fatalf("composite body: %v\n%s", err, body)
	}
	return c.CompositeRequest
}

// composite answers each subrequest with what answer says: a status and a body.
func composite(t *testing.T, answer func(sub) (int, any)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // the copy of newOrg, which does not fail
		var replies []map[string]any
		for _, s := range subrequests(t, body) {
			status, what := answer(s)
			replies = append(replies, map[string]any{"body": what, "httpHeaders": map[string]string{}, "httpStatusCode": status, "referenceId": s.ReferenceID})
		}
		reply(w, http.StatusOK, map[string]any{"compositeResponse": replies})
	}
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.Header().Set("Sforce-Limit-Info", "api-usage=101/15000")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

func refusal(code, message string) []map[string]any {
	return []map[string]any{{"errorCode": code, "message": message}}
}

// created answers a collection by creating every record.
func created(s sub) (int, any) {
	var rows []map[string]any
	for i := range s.Body.Records {
		rows = append(rows, map[string]any{"id": fmt.Sprintf("00T%s%011dAAA", s.ReferenceID[1:2], i)[:18], "success": true, "errors": []any{}})
	}
	return http.StatusOK, rows
}

func page(rows ...map[string]any) map[string]any {
	if rows == nil {
		rows = []map[string]any{}
	}
	return map[string]any{"totalSize": len(rows), "done": true, "records": rows}
}

func kindOf(t *testing.T, err error, want salesforce.Kind) *salesforce.Error {
	t.Helper()
	if got := salesforce.KindOf(err); got != want {
		t.Fatalf("kind: got %q, want %q: %v", got, want, err)
	}
	var e *salesforce.Error
	if !asError(err, &e) {
		t.Fatalf("%T is no *salesforce.Error", err)
	}
	return e
}

func oneTask() []salesforce.TaskWrite {
	return []salesforce.TaskWrite{{Key: "aircall:1", Fields: map[string]any{"Subject": "Call", "CallObject": "aircall:1"}}}
}

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}
