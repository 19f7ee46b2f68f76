package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// maxWebhooks is how many one company may register.
const maxWebhooks = 100

// ErrWebhook is returned for a webhook that Aircall would refuse.
var ErrWebhook = errors.New("simulator: webhook refused")

// Webhook is a registration as a caller sees it.
type Webhook struct {
	ID     string // UUID
	URL    string
	Name   string
	Token  string
	Active bool
	Events []string
	// Failures counts failed tries in a row.
	Failures int
	Pending  int
}

// webhook is guarded by the mutex of its account, its queue by its own.
type webhook struct {
	id        string
	number    int64 // the older, numeric id
	url       string
	name      string
	token     string
	active    bool
	byFailure bool // disabled by failing; a success switches it on again
	failures  int
	events    []string
	createdAt time.Time
	queue     *queue
}

// AddWebhook registers a URL for events, for all when none is named. The same
// URL twice makes two webhooks with two tokens, as with Aircall.
func (a *Account) AddWebhook(target, name string, events ...string) (Webhook, error) {
	if err := checkWebhook(target, events); err != nil {
		return Webhook{}, err
	}
	if len(events) == 0 {
		events = EventNames()
	}
	if name == "" {
		name = "Webhook"
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.hooks) >= maxWebhooks {
		return Webhook{}, fmt.Errorf("%w: a company has at most %d webhooks", ErrWebhook, maxWebhooks)
	}
	a.lastHook++
	h := &webhook{
		id: newUUID(), number: 310_000 + a.lastHook, url: target, name: name, token: randomHex(16), active: true,
		events: distinct(events), createdAt: a.opts.Now(), queue: newQueue(a.opts.Concurrency),
	}
	a.hooks = append(a.hooks, h)
	return h.seen(), nil
}

// Webhooks are the registrations, oldest first.
func (a *Account) Webhooks() []Webhook {
	a.mu.RLock()
	defer a.mu.RUnlock()
	list := make([]Webhook, len(a.hooks))
	for i, h := range a.hooks {
		list[i] = h.seen()
	}
	return list
}

// DisableWebhook does what Aircall does to a webhook that failed too long and
// is past saving: new events are lost until it is switched on again over REST.
func (a *Account) DisableWebhook(id string) bool {
	return a.changeWebhook(id, func(h *webhook) { h.active, h.byFailure = false, false })
}

func (a *Account) changeWebhook(id string, change func(*webhook)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.webhookByID(id)
	if h == nil {
		return false
	}
	change(h)
	return true
}

// webhookByID takes either id. The caller holds the lock.
func (a *Account) webhookByID(id string) *webhook {
	for _, h := range a.hooks {
		if h.id == id || strconv.FormatInt(h.number, 10) == id {
			return h
		}
	}
	return nil
}

// RemoveWebhook takes a registration away: what is under way to it is lost.
func (a *Account) RemoveWebhook(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.webhookByID(id)
	if h == nil {
		return false
	}
	h.active, h.byFailure = false, false
	a.hooks = slices.DeleteFunc(a.hooks, func(x *webhook) bool { return x == h })
	return true
}

// seen is a copy for callers. The caller holds the lock.
func (h *webhook) seen() Webhook {
	return Webhook{
		ID: h.id, URL: h.url, Name: h.name, Token: h.token, Active: h.active, Events: slices.Clone(h.events),
		Failures: h.failures, Pending: h.queue.pending(),
	}
}

func checkWebhook(target string, events []string) error {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%w: url is not an absolute http(s) URL", ErrWebhook)
	}
	known := EventNames()
	for _, e := range events {
		if !slices.Contains(known, e) {
			return fmt.Errorf("%w: there is no event %q", ErrWebhook, e)
		}
	}
	return nil
}

func distinct(events []string) []string {
	list := slices.Clone(events)
	slices.Sort(list)
	return slices.Compact(list)
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails, see crypto/rand
	return hex.EncodeToString(b)
}

func newUUID() string {
	h := randomHex(16)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
