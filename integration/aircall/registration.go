package aircall

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
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
	Others    []Webhook // only from EnsureWebhook: more registrations on the same URL
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

// CreateWebhook registers a new webhook. Doing it twice makes two: callers want
// EnsureWebhook.
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

// EnsureWebhook makes sure that one active webhook sends these events to
// address, and reports whether it was there before. It makes one only when none
// has that very URL, so that asking again never doubles the deliveries.
func (c *Client) EnsureWebhook(ctx context.Context, address string, events []string) (hook Webhook, adopted bool, err error) {
	all, err := c.Webhooks(ctx)
	if err != nil {
		return Webhook{}, false, err
	}
	ours := slices.DeleteFunc(all, func(w Webhook) bool { return w.URL != address })
	if len(ours) == 0 {
		hook, err = c.CreateWebhook(ctx, address, events)
		return hook, false, err
	}
	slices.SortStableFunc(ours, func(a, b Webhook) int {
		if a.Active != b.Active {
			if a.Active {
				return -1
			}
			return 1
		}
		return b.CreatedAt.Compare(a.CreatedAt)
	})
	hook = ours[0]
	if !hook.Active || !sameSet(hook.Events, events) {
		token := hook.Token
		if hook, err = c.UpdateWebhook(ctx, hook.ID, true, events); err != nil {
			return Webhook{}, false, err
		}
		hook.Token = firstOf(hook.Token, token)
	}
	hook.Others = ours[1:]
	return hook, true, nil
}

func sameSet(a, b []string) bool {
	within := func(list []string) func(string) bool {
		return func(s string) bool { return !slices.Contains(list, s) }
	}
	return !slices.ContainsFunc(a, within(b)) && !slices.ContainsFunc(b, within(a))
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
