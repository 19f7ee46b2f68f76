package simulator

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

const (
	// Aircall keeps a failed event for 12 hours and tries it 50 times. The
	// pauses between are not published; these add up to about that.
	maxTries     = 50
	keepFailed   = 12 * time.Hour
	firstPause   = 2 * time.Second
	longestPause = 20 * time.Minute
	// shortestPause holds at any speed, so that an account that plays without
	// waits does not hammer a failing receiver.
	shortestPause = 10 * time.Millisecond
	// reorderSpan is how long the reorder fault holds an event back at most.
	reorderSpan = 400 * time.Millisecond
)

// delivery is one event on its way to one webhook. Each try sends the same
// bytes.
type delivery struct {
	hook   *webhook
	event  event
	body   []byte
	url    string
	tries  int
	waited time.Duration // in the account's time, not shortened by its speed
	log    int           // its place in the call's list of deliveries
}

// deliveryClient follows no redirect: a webhook that answers with one failed.
func deliveryClient(o Options) *http.Client {
	client := http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	if o.HTTPClient != nil {
		client = *o.HTTPClient
	} else if t, ok := client.Transport.(*http.Transport); ok {
		t.MaxIdleConnsPerHost = o.Concurrency
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Timeout = o.DeliveryTimeout
	return &client
}

// post queues an event for a webhook, twice when the faults say so.
func (a *Account) post(ctx context.Context, h *webhook, e event, f Faults) error {
	copies := 1
	if rand.Float64() < f.Duplicate {
		copies = 2
	}
	token := h.token
	if f.WrongToken {
		token = randomHex(16)
	}
	body := mustJSON(envelope{Resource: e.resource, Event: e.name, Timestamp: e.timestamp, Token: token, Data: e.data})
	for range copies {
		d := &delivery{hook: h, event: e, body: body, url: a.hookURL(h), log: a.logDelivery(e)}
		if err := h.queue.enter(ctx, a.life); err != nil {
			a.settle(d, "lost", "not sent")
			return err
		}
		a.sendAfter(d, f.hold())
	}
	return nil
}

// sendAfter puts a delivery in its queue, at once or after a pause.
func (a *Account) sendAfter(d *delivery, wait time.Duration) {
	if wait <= 0 {
		a.enqueue(d)
		return
	}
	a.under.run(func() {
		if a.pause(a.life, wait) != nil {
			a.giveUp(d)
			return
		}
		a.enqueue(d)
	})
}

func (a *Account) enqueue(d *delivery) {
	if !d.hook.queue.push(d) {
		return // a worker on duty takes it
	}
	a.under.run(func() {
		for d, ok := d.hook.queue.pop(); ok; d, ok = d.hook.queue.pop() {
			a.try(d)
		}
	})
}

// try sends a delivery once and decides what becomes of it.
func (a *Account) try(d *delivery) {
	if a.life.Err() != nil || !a.wanted(d.hook) {
		a.giveUp(d)
		return
	}
	d.tries++
	a.counts.attempts.Add(1)
	answer, ok := a.send(d)
	a.noteHealth(d.hook, ok)
	if ok {
		a.counts.delivered.Add(1)
		a.settle(d, "delivered", answer)
		d.hook.queue.leave()
		return
	}
	a.counts.failed.Add(1)
	a.opts.Logger.Debug("webhook delivery failed", "event", d.event.name, "try", d.tries, "answer", answer)
	pause := pauseBefore(d.tries + 1)
	d.waited += pause
	if d.tries >= maxTries || d.waited > keepFailed {
		a.giveUp(d)
		return
	}
	a.settle(d, "failed", answer)
	a.sendAfter(d, max(shortestPause, a.quick(pause)))
}

// send makes the request. Any 2xx within the time limit is a success.
func (a *Account) send(d *delivery) (answer string, ok bool) {
	ctx, cancel := context.WithTimeout(a.life, a.opts.DeliveryTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, d.url, bytes.NewReader(d.body))
	if err != nil {
		return "bad URL", false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Aircall-Simulator")
	res, err := a.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return "no answer in time", false
		}
		return "no connection", false
	}
	defer res.Body.Close()                                //nolint:errcheck // nothing to do about it
	io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) //nolint:errcheck // read for the connection's reuse only
	return fmt.Sprint(res.StatusCode), res.StatusCode/100 == 2
}

// pauseBefore a try grows by half each time.
func pauseBefore(try int) time.Duration {
	pause := firstPause
	for range try - 2 {
		if pause = pause * 3 / 2; pause > longestPause {
			return longestPause
		}
	}
	return pause
}

// wanted tells whether a webhook still takes deliveries: it does while active,
// and while it is disabled for its failures, since a success saves it.
func (a *Account) wanted(h *webhook) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return h.active || h.byFailure
}

func (a *Account) hookURL(h *webhook) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return h.url
}

// noteHealth counts failures in a row; too many disable the webhook, and a
// success of a later try enables it again.
func (a *Account) noteHealth(h *webhook, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ok {
		h.failures = 0
		if h.byFailure {
			h.active, h.byFailure = true, false
			a.opts.Logger.Info("webhook enabled again after a success", "webhook", h.id)
		}
		return
	}
	h.failures++
	if h.active && h.failures >= a.opts.DisableAfter {
		h.active, h.byFailure = false, true
		a.opts.Logger.Warn("webhook disabled after failures", "webhook", h.id, "failures", h.failures)
	}
}

func (a *Account) giveUp(d *delivery) {
	a.counts.lost.Add(1)
	a.settle(d, "lost", "given up")
	d.hook.queue.leave()
}

// maxLogged bounds the list of deliveries kept with one call.
const maxLogged = 60

// logDelivery notes a delivery in its call's list and returns its place there,
// -1 when it has none.
func (a *Account) logDelivery(e event) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	if e.call == nil || len(e.call.sent) >= maxLogged {
		return -1
	}
	e.call.sent = append(e.call.sent, delivered{Event: e.name, State: "pending", At: time.Unix(e.timestamp, 0)})
	return len(e.call.sent) - 1
}

func (a *Account) settle(d *delivery, state, answer string) {
	if d.log < 0 {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	l := &d.event.call.sent[d.log]
	l.State, l.Answer, l.Tries = state, answer, d.tries
}
