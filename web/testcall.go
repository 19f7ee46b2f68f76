package web

import (
	"cmp"
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

// testAmong is how many of the latest calls and messages a test call is looked
// for in.
const testAmong = 20

// testCall is the newest inbound call since a test began, as far as it got:
// what others send, and texts, come meanwhile too. Nothing can be tested before both sides are connected.
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
	e, found, err := s.inboundSince(ctx, since.Truncate(time.Second))
	if err != nil {
		return nil, err
	}
	if !found {
		t.Late = s.o.Now().Sub(since) >= testPatience
		return t, nil
	}
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

// inboundSince is the newest inbound call since a moment. One that is not
// judged yet tells by its events which way it goes, and whose number it is.
func (s *Server) inboundSince(ctx context.Context, since time.Time) (store.Entry, bool, error) {
	page, err := s.o.Store.ListEntries(ctx, store.Filter{From: since, Limit: testAmong})
	if err != nil {
		return store.Entry{}, false, err
	}
	for _, e := range page.Entries {
		if e.Kind != callflow.KindCall {
			continue
		}
		if e.Direction == "" {
			call, err := s.callOf(ctx, e)
			if err != nil {
				return store.Entry{}, false, err
			}
			e.Direction, e.External = call.Direction, cmp.Or(e.External, call.External.Text())
		}
		if e.Direction == callflow.Inbound {
			return e, true, nil
		}
	}
	return store.Entry{}, false, nil
}

// originOf is the place of a URL without its path.
func originOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	return u.Scheme + "://" + u.Host
}
