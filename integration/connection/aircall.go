package connection

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"ringledger/integration/aircall"
	"ringledger/store"
)

// AircallOptions says where Aircall and we are.
type AircallOptions struct {
	Store     *store.Store
	HTTP      *http.Client
	APIURL    string
	PublicURL string
	Logger    *slog.Logger
	Now       func() time.Time
	PerMinute int // requests; 0 = the client's own measure
}

// Aircall is the connection to one company.
type Aircall struct {
	o AircallOptions

	mu        sync.Mutex
	client    *aircall.Client // one for all, so that they share the budget of requests
	id, token string
}

// NewAircall makes the connection; it asks nothing yet.
func NewAircall(o AircallOptions) *Aircall {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return &Aircall{o: o}
}

// WebhookURL is the address events come to. Its secret part is made once.
func (a *Aircall) WebhookURL(ctx context.Context) (string, error) {
	secret, err := a.secret(ctx)
	if err != nil {
		return "", err
	}
	return strings.TrimRight(a.o.PublicURL, "/") + "/webhooks/aircall/" + string(secret), nil
}

func (a *Aircall) secret(ctx context.Context) (store.Secret, error) {
	hooks, err := a.o.Store.Webhooks(ctx)
	if err != nil {
		return "", err
	}
	if len(hooks) == 0 {
		if err := a.o.Store.AddWebhook(ctx, store.Secret(strings.ToLower(rand.Text()))); err != nil {
			return "", err
		}
		if hooks, err = a.o.Store.Webhooks(ctx); err != nil {
			return "", err
		}
	}
	if len(hooks) == 0 {
		return "", store.ErrNotFound
	}
	return hooks[len(hooks)-1].Secret, nil // the oldest: two who began at once agree on it
}

// Connect checks the key, registers or adopts the webhook, and reads the
// company's lines and agents. Nothing is kept when the key is wrong. Here as
// below, did is written down together with the change.
func (a *Aircall) Connect(ctx context.Context, apiID, apiToken, by string, did ...store.AuditRow) error {
	apiID, apiToken = strings.TrimSpace(apiID), strings.TrimSpace(apiToken)
	if apiID == "" {
		return &FieldError{"api_id", "required"}
	}
	if apiToken == "" {
		known, err := a.o.Store.AircallConnection(ctx)
		if err != nil {
			return err
		}
		if known.APIToken == "" || known.APIID != apiID {
			return &FieldError{"api_token", "required"}
		}
		apiToken = string(known.APIToken)
	}
	client := a.newClient(apiID, apiToken)
	if err := client.Ping(ctx); err != nil {
		return err
	}
	company, err := client.Company(ctx)
	if err != nil {
		return err
	}
	found, err := a.lookAfter(ctx, client, company.Name)
	if err != nil {
		return err
	}
	if err := a.readCompany(ctx, client); err != nil {
		return err
	}
	return a.o.Store.ChangeAircall(ctx, func(c *store.Aircall) error {
		was := *c
		*c = store.Aircall{APIID: apiID, APIToken: store.Secret(apiToken), Company: company.Name,
			ConnectedAt: a.o.Now().UTC(), ConnectedBy: by, CheckedAt: a.o.Now().UTC()}
		if was.Company == company.Name {
			c.Outage = was.Outage
		}
		found.keep(c)
		return nil
	}, did...)
}

func (a *Aircall) readCompany(ctx context.Context, client *aircall.Client) error {
	numbers, err := client.Numbers(ctx)
	if err != nil {
		return err
	}
	users, err := client.Users(ctx)
	if err != nil {
		return err
	}
	return a.o.Store.KeepDirectory(ctx, numbers, users)
}

// ByHand accepts events of a webhook that the admin made in Aircall.
func (a *Aircall) ByHand(ctx context.Context, webhookToken, by string, did ...store.AuditRow) error {
	webhookToken = strings.TrimSpace(webhookToken)
	if webhookToken == "" {
		return &FieldError{"webhook_token", "required"}
	}
	secret, err := a.secret(ctx)
	if err != nil {
		return err
	}
	if err := a.o.Store.SetWebhookToken(ctx, secret, store.Secret(webhookToken), ""); err != nil {
		return err
	}
	return a.o.Store.ChangeAircall(ctx, func(c *store.Aircall) error {
		*c = store.Aircall{ByHand: true, ConnectedAt: a.o.Now().UTC(), ConnectedBy: by}
		return nil
	}, did...)
}

// Check looks whether Aircall still sends, mends what it can, and keeps what
// it found. By hand there is nothing to ask.
func (a *Aircall) Check(ctx context.Context) error {
	client, err := a.Client(ctx)
	if errors.Is(err, ErrNotConnected) {
		return nil
	}
	if err != nil {
		return err
	}
	was, err := a.o.Store.AircallConnection(ctx)
	if err != nil {
		return err
	}
	_, err = a.lookAfter(ctx, client, was.Company)
	if err == nil {
		err = a.readCompany(ctx, client)
	}
	problem := ""
	if refused, ok := errors.AsType[*aircall.Error](err); ok {
		problem = string(refused.Kind)
	} else if err != nil {
		problem = string(aircall.Unavailable)
	}
	keep := a.o.Store.ChangeAircall(ctx, func(c *store.Aircall) error {
		c.Problem, c.CheckedAt = problem, a.o.Now().UTC()
		return nil
	})
	return errors.Join(err, keep)
}

// Disconnect removes our webhook at Aircall and forgets the key.
func (a *Aircall) Disconnect(ctx context.Context, did ...store.AuditRow) error {
	if client, err := a.Client(ctx); err == nil {
		hooks, err := a.o.Store.Webhooks(ctx)
		if err != nil {
			return err
		}
		for _, h := range hooks {
			if h.RemoteID == "" {
				continue
			}
			if err := client.DeleteWebhook(ctx, h.RemoteID); err != nil {
				var refused *aircall.Error
				if !errors.As(err, &refused) || refused.Kind != aircall.Missing {
					return fmt.Errorf("connection: remove the webhook at Aircall: %w", err)
				}
			}
		}
	}
	if err := a.o.Store.DropWebhooks(ctx); err != nil {
		return err
	}
	return a.o.Store.ChangeAircall(ctx, func(c *store.Aircall) error {
		*c = store.Aircall{}
		return nil
	}, did...)
}

// Client returns the REST client, or ErrNotConnected without a key.
func (a *Aircall) Client(ctx context.Context) (*aircall.Client, error) {
	c, err := a.o.Store.AircallConnection(ctx)
	if err != nil {
		return nil, err
	}
	if c.APIToken == "" {
		return nil, ErrNotConnected
	}
	return a.newClient(c.APIID, string(c.APIToken)), nil
}

func (a *Aircall) newClient(id, token string) *aircall.Client {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.client == nil || a.id != id || a.token != token {
		a.client = aircall.NewClient(aircall.Options{BaseURL: a.o.APIURL, APIID: id, APIToken: token, HTTP: a.o.HTTP, PerMinute: a.o.PerMinute})
		a.id, a.token = id, token
	}
	return a.client
}

// State returns what pages show of the connection.
func (a *Aircall) State(ctx context.Context) (store.Aircall, []store.Webhook, error) {
	c, err := a.o.Store.AircallConnection(ctx)
	if err != nil {
		return c, nil, err
	}
	hooks, err := a.o.Store.Webhooks(ctx)
	return c, hooks, err
}
