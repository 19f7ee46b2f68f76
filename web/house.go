package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
	"ringledger/integration/salesforce"
	"ringledger/store"
	"ringledger/views"
)

// house is the state of everything that every page tells something about.
type house struct {
	salesforce store.Salesforce
	usage      salesforce.Usage
	aircall    store.Aircall
	hooks      []store.Webhook
	queue      store.Queue
	lastEvent  time.Time
	attention  int // calls that need a person
	version    int
	rules      callflow.Settings
	waits      []store.Count // why calls wait that would be sent by now, and how many
}

func (s *Server) house(ctx context.Context) (h house, err error) {
	if h.salesforce, h.usage, err = s.o.Salesforce.State(ctx); err != nil {
		return h, err
	}
	if h.aircall, h.hooks, err = s.o.Aircall.State(ctx); err != nil {
		return h, err
	}
	if h.queue, err = s.o.Store.QueueState(ctx); err != nil {
		return h, err
	}
	if h.lastEvent, err = s.o.Store.LastDelivery(ctx); err != nil {
		return h, err
	}
	if h.attention, err = s.o.Store.CountAttention(ctx); err != nil {
		return h, err
	}
	rules, err := s.o.Store.CurrentRules(ctx)
	h.version, h.rules = rules.Version, rules.Settings
	if err != nil || h.queue.Held+h.queue.Retrying == 0 {
		return h, err
	}
	waiting, err := s.o.Store.CountReasons(ctx, callflow.Waiting, time.Time{}, farAhead)
	for _, k := range waiting {
		if !ordinary(callflow.Reason(k.Key)) {
			h.waits = append(h.waits, k)
		}
	}
	return h, err
}

// farAhead is later than any call.
var farAhead = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// held is how many calls wait for one of the reasons.
func (h house) held(reasons ...callflow.Reason) (n int) {
	for _, k := range h.waits {
		if slices.Contains(reasons, callflow.Reason(k.Key)) {
			n += k.N
		}
	}
	return n
}

// connected reports whether calls can come in and go out.
func (h house) connected() bool { return h.salesforce.Connected() && h.aircall.Connected() }

func (h house) company() string {
	name := h.aircall.Company
	if name == "" {
		name = h.salesforce.OrgName
	}
	if name != "" && strings.Contains(h.salesforce.InstanceURL, ".sandbox.") {
		name += " · Sandbox"
	}
	return name
}

func (h house) salesforceLight() views.Light {
	switch {
	case !h.salesforce.Connected():
		return views.LightOff
	case h.salesforce.Reconnect != "":
		return views.LightBad
	case h.queue.Held > 0:
		return views.LightWarn
	default:
		return views.LightOK
	}
}

func (h house) aircallLight() views.Light {
	switch {
	case !h.aircall.Connected():
		return views.LightOff
	case h.aircall.Problem != "":
		return views.LightBad
	case !h.listening():
		return views.LightWarn
	default:
		return views.LightOK
	}
}

// listening reports whether an active webhook with a known token is there.
func (h house) listening() bool {
	for _, w := range h.hooks {
		if w.Active && w.Token != "" {
			return true
		}
	}
	return false
}

// banners are what every page shows of troubles. Before set-up is done the
// start page says what is missing.
func (h house) banners(ctx context.Context) []views.Banner {
	var out []views.Banner
	add := func(code string, held int) { out = append(out, views.BannerOf(ctx, code, held)) }
	switch {
	case h.salesforce.Reconnect != "":
		add("salesforce_reconnect", h.queue.Held)
	case !h.salesforce.Connected() && h.queue.Held > 0:
		add("salesforce_off", h.queue.Held)
	case h.held(callflow.ReasonSalesforceDown, callflow.ReasonSalesforceBusy) > 0:
		add("salesforce_down", h.held(callflow.ReasonSalesforceDown, callflow.ReasonSalesforceBusy))
	case h.held(callflow.ReasonRefusing) > 0:
		add("salesforce_refusing", h.held(callflow.ReasonRefusing))
	case h.held(callflow.ReasonAPILimit) > 0:
		add("api_limit", h.held(callflow.ReasonAPILimit))
	}
	switch {
	case h.aircall.Problem != "":
		add("aircall_problem", 0)
	case !h.aircall.Connected() && !h.lastEvent.IsZero():
		add("aircall_off", 0)
	}
	return out
}

// flowing says that calls come in and can go out.
func (h house) flowing() bool { return h.connected() && !h.lastEvent.IsZero() }

// progress is how far set-up is, "" when all of it is done.
func (h house) progress() string { return views.Progress(h.setup().steps()) }
