package web

import (
	"context"
	"net/http"
	"strconv"

	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

// showStart leads from nothing to the first logged call.
func (s *Server) showStart(c echo.Context) error {
	ctx := s.reader(c)
	h, err := s.house(ctx)
	if err != nil {
		return err
	}
	m, err := s.start(ctx, c, h)
	if err != nil {
		return err
	}
	s.allowSalesforceForms(c)
	if isFragment(c) {
		return s.render(ctx, c, http.StatusOK, views.StartContent(s.frame(ctx, c, h, views.HereStart), m))
	}
	return s.render(ctx, c, http.StatusOK, views.Start(s.frame(ctx, c, h, views.HereStart), m))
}

func (s *Server) start(ctx context.Context, c echo.Context, h house) (views.StartPage, error) {
	m := views.StartPage{
		Account:       views.StartStep{Done: true, Detail: visitorOf(c).user.Email},
		SalesforceApp: views.StartStep{Done: h.salesforce.ClientID != "", Detail: h.salesforce.LoginURL},
		Salesforce:    views.StartStep{Done: h.salesforce.Connected() && h.salesforce.Reconnect == "", Detail: h.salesforce.OrgName},
		Aircall:       views.StartStep{Done: h.aircall.Connected(), Detail: h.aircall.Company},
		FirstEvent:    views.StartStep{Done: !h.lastEvent.IsZero()},
		Rules:         views.StartStep{Done: h.version > 1, Detail: views.T(ctx, "rules.version", "version", strconv.Itoa(h.version))},
		CallbackURL:   s.o.Salesforce.RedirectURI(),
	}
	if !h.lastEvent.IsZero() {
		m.FirstEvent.Detail = views.Since(ctx, s.o.Now().Sub(h.lastEvent))
	}
	if visitorOf(c).may(admin) && len(h.hooks) > 0 {
		url, err := s.o.Aircall.WebhookURL(ctx)
		if err != nil {
			return m, err
		}
		m.WebhookURL = url
	}
	page, err := s.o.Store.ListEntries(ctx, store.Filter{Limit: 1})
	if err != nil {
		return m, err
	}
	if len(page.Entries) == 1 {
		m.LastCallURL = entryURL(page.Entries[0].ID)
	}
	return m, nil
}
