package aircall

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Webhook is a registration at Aircall: where it sends which events, and the
// token it puts into each.
type Webhook struct {
	ID        string
	URL       string
	Active    bool
	Events    []string
	Token     string
	CreatedAt time.Time
}

// String leaves the token and the URL out, whose path is a secret too.
func (w Webhook) String() string { return fmt.Sprintf("webhook %s (active: %t)", w.ID, w.Active) }

// LogValue is String.
func (w Webhook) LogValue() slog.Value { return slog.StringValue(w.String()) }

// errNoEvents stops a request that Aircall would read as "all events".
var errNoEvents = errors.New("no events are named, which would mean all")

// Webhooks lists every webhook of the account.
func (c *Client) Webhooks(ctx context.Context) ([]Webhook, error) {
	var hooks []Webhook
	err := c.all(ctx, list{path: "/v1/webhooks", key: "webhooks", element: func(r *reader) {
		if w := r.webhook(); w.ID != "" {
			hooks = append(hooks, w)
		}
	}})
	return hooks, err
}

// CreateWebhook registers a new webhook. Doing it twice makes two: callers look
// for theirs with FindWebhook before.
func (c *Client) CreateWebhook(ctx context.Context, address string, events []string) (Webhook, error) {
	body := struct {
		Name   string   `json:"custom_name"`
		URL    string   `json:"url"`
		Events []string `json:"events"`
	}{"Ringledger", address, events}
	return c.changeWebhook(ctx, request{method: http.MethodPost, path: "/v1/webhooks", body: body}, events)
}

// UpdateWebhook switches a webhook on or off and says which events it gets.
// They are always sent: a change without them would mean all events.
func (c *Client) UpdateWebhook(ctx context.Context, id string, active bool, events []string) (Webhook, error) {
	body := struct {
		Active bool     `json:"active"`
		Events []string `json:"events"`
	}{active, events}
	return c.changeWebhook(ctx, request{method: http.MethodPut, path: "/v1/webhooks/" + url.PathEscape(id), body: body}, events)
}

func (c *Client) changeWebhook(ctx context.Context, q request, events []string) (Webhook, error) {
	if len(events) == 0 {
		return Webhook{}, &Error{Kind: Refused, Err: errNoEvents, request: q.String()}
	}
	var hook Webhook
	err := c.one(ctx, q, "webhook", func(r *reader) { hook = r.webhook() })
	if err == nil && hook.ID == "" {
		err = c.unreadable(q)
	}
	return hook, err
}

// DeleteWebhook removes a webhook; one that is gone already is no error.
func (c *Client) DeleteWebhook(ctx context.Context, id string) error {
	_, err := c.do(ctx, request{method: http.MethodDelete, path: "/v1/webhooks/" + url.PathEscape(id)})
	if failed := (*Error)(nil); errors.As(err, &failed) && failed.Kind == Missing {
		return nil
	}
	return err
}

// Registration is what Aircall knows of our address: the webhook that sends to
// it, and what is wrong with it.
type Registration struct {
	Webhook Webhook   // the one to use; zero when there is none
	Lacks   []string  // events it does not send
	Others  []Webhook // further ones that send here: to the same address, or to an earlier one of ours
}

// Missing reports whether no webhook sends to the address.
func (r Registration) Missing() bool { return r.Webhook.ID == "" }

// Off reports whether the webhook was switched off.
func (r Registration) Off() bool { return !r.Missing() && !r.Webhook.Active }

// FindWebhook looks for the webhook that sends these events to address. Of
// several it takes the known one, else the newest that is active: changing from
// one to another would change the token that proves the events.
func (c *Client) FindWebhook(ctx context.Context, address, known string, events []string) (Registration, error) {
	all, err := c.Webhooks(ctx)
	if err != nil {
		return Registration{}, err
	}
	var reg Registration
	for _, w := range all {
		if w.URL == address || folder(w.URL) == folder(address) {
			reg.Others = append(reg.Others, w)
		}
	}
	slices.SortStableFunc(reg.Others, func(a, b Webhook) int {
		return cmp.Or(first(a.URL == address, b.URL == address), first(a.ID == known, b.ID == known), first(a.Active, b.Active), b.CreatedAt.Compare(a.CreatedAt))
	})
	if len(reg.Others) == 0 || reg.Others[0].URL != address {
		return reg, nil
	}
	reg.Webhook, reg.Others = reg.Others[0], reg.Others[1:]
	for _, e := range events {
		if !slices.Contains(reg.Webhook.Events, e) {
			reg.Lacks = append(reg.Lacks, e)
		}
	}
	return reg, nil
}

// MendWebhook puts right what FindWebhook found wrong: it makes the webhook when
// there is none, switches it on, and adds the events it lacks. What somebody
// else added to it stays.
func (c *Client) MendWebhook(ctx context.Context, address string, events []string, reg Registration) (Webhook, error) {
	switch {
	case reg.Missing():
		return c.CreateWebhook(ctx, address, events)
	case reg.Off() || len(reg.Lacks) > 0:
		hook, err := c.UpdateWebhook(ctx, reg.Webhook.ID, true, append(slices.Clone(reg.Webhook.Events), reg.Lacks...))
		hook.Token = firstOf(hook.Token, reg.Webhook.Token)
		return hook, err
	}
	return reg.Webhook, nil
}

// folder is a URL without its last part.
func folder(address string) string { return address[:strings.LastIndex(address, "/")+1] }

// first orders what is true before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (r *reader) webhook() (w Webhook) {
	var number string // what older webhooks have instead of the long id
	r.object(func(key []byte) {
		switch string(key) {
		case "webhook_id":
			w.ID = r.id()
		case "id":
			number = r.id()
		case "url":
			w.URL = r.text()
		case "active":
			w.Active = r.bool()
		case "events":
			r.list(func() { w.Events = append(w.Events, r.text()) })
		case "token":
			w.Token = r.text()
		case "created_at":
			w.CreatedAt = r.time()
		default:
			r.skip()
		}
	})
	w.ID = firstOf(w.ID, number)
	return w
}
