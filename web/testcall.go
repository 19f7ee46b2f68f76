package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"

	"github.com/labstack/echo/v4"
)

const (
	// watchField says since when a visitor waits for a test call, in Unix
	// milliseconds; watchNow begins a test.
	watchField, watchNow = "watch", "now"
	// testPatience is how long a call may take before the page says what to
	// look at.
	testPatience = 2 * time.Minute
)

// beginTest turns "from now on" into an address that can be fetched again.
func (s *Server) beginTest(c echo.Context) error {
	q := url.Values{watchField: {strconv.FormatInt(s.o.Now().UnixMilli(), 10)}}
	return c.Redirect(http.StatusSeeOther, startRoute+"?"+q.Encode()+"#test-call")
}

// watchedSince is when the test of a visitor began; the zero time without one.
func (s *Server) watchedSince(c echo.Context) time.Time {
	ms, err := strconv.ParseInt(c.QueryParam(watchField), 10, 64)
	if err != nil || ms <= 0 || ms > s.o.Now().UnixMilli() {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// testCall is the newest call or message since a test began, as far as it got.
// Nothing can be tested before both sides are connected.
func (s *Server) testCall(ctx context.Context, c echo.Context, h house) (*views.TestCall, error) {
	if !h.connected() {
		return nil, nil
	}
	since := s.watchedSince(c)
	if since.IsZero() {
		return &views.TestCall{}, nil
	}
	t := &views.TestCall{Watching: true, Since: views.On(ctx, since), Listening: h.listening(), Company: h.aircall.Company, Address: originOf(s.o.Salesforce.RedirectURI())}
	// Aircall tells whole seconds.
	page, err := s.o.Store.ListEntries(ctx, store.Filter{From: since.Truncate(time.Second), Limit: 1})
	if err != nil {
		return nil, err
	}
	if len(page.Entries) == 0 {
		t.Late = s.o.Now().Sub(since) >= testPatience
		return t, nil
	}
	e := page.Entries[0]
	hide := maskFor(visitorOf(c), e.External)
	t.URL, t.Type, t.Outcome, t.Reason = entryURL(e.ID), string(e.CallType), string(e.Outcome), string(e.Reason)
	t.Detail, t.Judged, t.HasTask = hide.params(e.Detail), e.Outcome != "" && e.Outcome != callflow.Waiting, e.TaskID != ""
	if e.External != "" {
		t.Who, _ = who(e, hide)
	}
	if t.HasTask {
		t.TaskURL = recordURL(h, e.TaskID)
	}
	return t, nil
}

// originOf is the place of a URL without its path.
func originOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.Scheme + "://" + u.Host
}
