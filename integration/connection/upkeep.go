package connection

import (
	"context"
	"errors"
	"strings"
	"time"

	"ringledger/integration/aircall"
	"ringledger/store"
)

const (
	// unwatched is how long nobody may have looked at the webhook before what
	// came meanwhile is read from Aircall's list.
	unwatched = 15 * time.Minute
	// retried is how long Aircall keeps an event that it could not deliver. When
	// it gives up, calls from before the webhook was last seen well are missing.
	retried = 12 * time.Hour
	// longestGap bounds what is read without anybody asking for it.
	longestGap = 31 * 24 * time.Hour
)

// upkeep is what one look at the webhook found.
type upkeep struct {
	at     time.Time
	others []store.OtherWebhook
}

// keep writes down that the webhook is as it should be.
func (u upkeep) keep(c *store.Aircall) {
	c.WellAt, c.Others = u.at, u.others
	if c.Outage.Lasts() {
		c.Outage.MendedAt = u.at
	}
}

// lookAfter makes sure that one active webhook of the company's Aircall sends us
// our events. What may have been lost is noted to be read from Aircall's list.
// Two who connect at once do so one after the other, so that the second finds
// the webhook of the first.
func (a *Aircall) lookAfter(ctx context.Context, client *aircall.Client, company string) (found upkeep, err error) {
	err = a.o.Store.WebhookLock(ctx, func(ctx context.Context) error {
		found, err = a.mend(ctx, client, company)
		return err
	})
	return found, err
}

func (a *Aircall) mend(ctx context.Context, client *aircall.Client, company string) (upkeep, error) {
	was, err := a.o.Store.AircallConnection(ctx)
	if err != nil {
		return upkeep{}, err
	}
	if was.Company != company || was.APIToken == "" {
		was = store.Aircall{} // a new beginning: what came before is not missing
	}
	address, err := a.WebhookURL(ctx)
	if err != nil {
		return upkeep{}, err
	}
	known, err := a.currentWebhook(ctx)
	if err != nil {
		return upkeep{}, err
	}
	reg, err := client.FindWebhook(ctx, address, known.RemoteID, aircall.Subscription())
	if err != nil {
		return upkeep{}, err
	}
	outage, err := a.notice(ctx, was, reg)
	if err != nil {
		return upkeep{}, err
	}
	hook, err := client.MendWebhook(ctx, address, aircall.Subscription(), reg)
	if err != nil {
		return upkeep{}, err
	}
	if err := a.keepWebhook(ctx, known, hook); err != nil {
		return upkeep{}, err
	}
	found := upkeep{a.o.Now().UTC(), othersOf(reg, address)}
	if err := a.closeGap(ctx, was, outage, found.at); err != nil || was.APIToken == "" {
		return found, err
	}
	return found, a.o.Store.ChangeAircall(ctx, func(c *store.Aircall) error {
		found.keep(c)
		return nil
	})
}

// notice writes down what is wrong before it is put right: a crash in between
// must not hide it.
func (a *Aircall) notice(ctx context.Context, was store.Aircall, reg aircall.Registration) (store.Outage, error) {
	if was.WellAt.IsZero() || was.Outage.Lasts() {
		return was.Outage, nil // nothing was expected yet, or it is known
	}
	o := store.Outage{Since: was.WellAt, SeenAt: a.o.Now().UTC(), Events: reg.Lacks}
	switch {
	case reg.Missing():
		o.Found, o.Events = "deleted", nil
	case reg.Off():
		o.Found = "disabled"
	case len(reg.Lacks) > 0:
		o.Found = "events"
	default:
		return was.Outage, nil
	}
	a.o.Logger.Warn("the Aircall webhook did not send as it should and is put right", "found", o.Found, "since", o.Since)
	return o, a.o.Store.ChangeAircall(ctx, func(c *store.Aircall) error {
		c.Outage = o
		return nil
	})
}

// closeGap has the calls read that may not have come, now that they come again.
func (a *Aircall) closeGap(ctx context.Context, was store.Aircall, o store.Outage, now time.Time) error {
	from, cause := was.WellAt, ""
	switch {
	case o.Lasts():
		cause, from = o.Found, o.Since
		last, err := a.o.Store.LastDelivery(ctx)
		if err != nil {
			return err
		}
		if last.Before(from) {
			from = later(last, from.Add(-retried))
		}
	case !was.WellAt.IsZero() && now.Sub(was.WellAt) > unwatched:
		cause = "unwatched"
	}
	return a.o.Store.Together(ctx, func(st *store.Store) error { return noteGap(ctx, st, was, o, cause, from, now) })
}

// noteGap writes down that the webhook was put right, with the period to read.
func noteGap(ctx context.Context, st *store.Store, was store.Aircall, o store.Outage, cause string, from, now time.Time) error {
	if o.Lasts() {
		if err := st.AddAudit(ctx, store.AuditRow{Who: "system", What: store.AuditWebhookMended, Object: "aircall",
			Detail: map[string]string{"found": o.Found, "since": o.Since.Format(time.RFC3339), "events": strings.Join(o.Events, " ")}}); err != nil {
			return err
		}
	}
	if cause == "" || cause == "events" && !aboutCalls(o.Events) {
		return nil
	}
	from = later(later(from, was.ConnectedAt), now.Add(-longestGap))
	return st.AddBackfill(ctx, cause, "", from, now)
}

// aboutCalls reports whether calls are lost without these events.
func aboutCalls(events []string) bool {
	for _, e := range events {
		if strings.HasPrefix(e, "call.") {
			return true
		}
	}
	return false
}

// currentWebhook is the address we give to Aircall, with what is known of the
// webhook that sends there.
func (a *Aircall) currentWebhook(ctx context.Context) (store.Webhook, error) {
	hooks, err := a.o.Store.Webhooks(ctx)
	if err != nil {
		return store.Webhook{}, err
	}
	if len(hooks) == 0 {
		return store.Webhook{}, store.ErrNotFound
	}
	return hooks[len(hooks)-1], nil
}

// keepWebhook stores the token that proves the webhook's events. An answer
// without it does not undo the one we have.
func (a *Aircall) keepWebhook(ctx context.Context, known store.Webhook, hook aircall.Webhook) error {
	switch {
	case hook.Token == "" && known.Token != "":
		return nil
	case hook.Token == "":
		return errors.New("connection: Aircall did not tell the webhook's token")
	case known.RemoteID == hook.ID && known.TokenMatches(hook.Token):
		return nil
	}
	a.o.Logger.Info("events come from this Aircall webhook now", "webhook", hook.ID)
	return a.o.Store.SetWebhookToken(ctx, known.Secret, store.Secret(hook.Token), hook.ID)
}

func othersOf(reg aircall.Registration, address string) []store.OtherWebhook {
	var others []store.OtherWebhook
	for _, w := range reg.Others {
		others = append(others, store.OtherWebhook{ID: w.ID, Active: w.Active, CreatedAt: w.CreatedAt, Earlier: w.URL != address})
	}
	return others
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
