package connection

import (
	"context"
	"errors"
	"time"

	"ringledger/integration/salesforce"
	"ringledger/store"
)

// grants keeps the tokens of the org in the store. A rotated refresh token is
// on disk before the new access token is used: used the other way round, a
// crash in between would end the grant.
type grants struct{ s *Salesforce }

var _ salesforce.Grants = grants{}

// Current returns the stored grant.
func (g grants) Current(ctx context.Context) (salesforce.Grant, error) {
	c, err := g.s.o.Store.SalesforceConnection(ctx)
	if err != nil {
		return salesforce.Grant{}, err
	}
	return usable(c)
}

func usable(c store.Salesforce) (salesforce.Grant, error) {
	if !c.Connected() {
		return salesforce.Grant{}, salesforce.ErrNotConnected
	}
	if c.Reconnect != "" {
		return salesforce.Grant{}, salesforce.ErrReconnect
	}
	return grantOf(c), nil
}

func grantOf(c store.Salesforce) salesforce.Grant {
	return salesforce.Grant{
		AccessToken: string(c.AccessToken), RefreshToken: string(c.RefreshToken), InstanceURL: c.InstanceURL,
		IdentityURL: c.IdentityURL, OrgID: c.OrgID, UserID: c.UserID, Scope: c.Scope, IssuedAt: c.IssuedAt,
	}
}

// lostAnswerPause keeps a second try at renewing apart from the first, whose
// answer may only be late.
const lostAnswerPause = 2 * time.Second

// Renew replaces the access token that Salesforce refused. Whoever waits for
// the lock finds the token its predecessor got and makes no request.
func (g grants) Renew(ctx context.Context, used string, refresh func(context.Context, salesforce.Grant) (salesforce.Grant, error)) (salesforce.Grant, error) {
	var renewed salesforce.Grant
	err := g.s.o.Store.RenewLock(ctx, func(ctx context.Context) error {
		current, err := g.Current(ctx)
		if err != nil {
			return err
		}
		if current.AccessToken != used {
			renewed = current
			return nil
		}
		renewed, err = refresh(ctx, current)
		if transient(err) {
			select {
			case <-time.After(lostAnswerPause):
			case <-ctx.Done():
				return ctx.Err()
			}
			renewed, err = refresh(ctx, current)
		}
		if err != nil {
			return g.refused(ctx, current, err)
		}
		return g.keep(ctx, current, renewed)
	})
	if err != nil {
		return salesforce.Grant{}, err
	}
	return renewed, nil
}

func transient(err error) bool {
	if err == nil {
		return false
	}
	var oauth *salesforce.OAuthError
	if errors.As(err, &oauth) {
		return oauth.Kind() == salesforce.Transient
	}
	return !errors.Is(err, context.Canceled)
}

// refused remembers a grant that is dead for good, so that the worker stops
// asking and every page says so.
func (g grants) refused(ctx context.Context, used salesforce.Grant, err error) error {
	var oauth *salesforce.OAuthError
	if !errors.As(err, &oauth) || oauth.Kind() == salesforce.Transient {
		return err
	}
	why := oauth.Code
	if oauth.Description != "" {
		why += ": " + oauth.Description
	}
	g.s.o.Logger.Warn("salesforce grant is dead; calls are held until someone reconnects", "reason", why)
	keep := g.s.o.Store.ChangeSalesforce(context.WithoutCancel(ctx), func(c *store.Salesforce) error {
		if string(c.RefreshToken) == used.RefreshToken { // nobody reconnected meanwhile
			c.Reconnect = why
		}
		return nil
	})
	return errors.Join(salesforce.ErrReconnect, err, keep)
}

// keep stores the renewed grant, unless somebody disconnected or reconnected
// while it was being renewed.
func (g grants) keep(ctx context.Context, used, n salesforce.Grant) error {
	return g.s.o.Store.ChangeSalesforce(context.WithoutCancel(ctx), func(c *store.Salesforce) error {
		if string(c.RefreshToken) != used.RefreshToken {
			return nil
		}
		c.AccessToken, c.IssuedAt = store.Secret(n.AccessToken), n.IssuedAt
		if n.RefreshToken != "" {
			c.RefreshToken = store.Secret(n.RefreshToken)
		}
		if n.InstanceURL != "" {
			c.InstanceURL = n.InstanceURL
		}
		c.Reconnect = ""
		return nil
	})
}
