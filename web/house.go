package web

import (
	"context"
	"fmt"
	"strings"
	"time"

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
	version    int
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
	rules, err := s.o.Store.CurrentRules(ctx)
	h.version = rules.Version
	return h, err
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

// warnings are the codes of the banners that every page shows. Before set-up
// is done the start page says what is missing.
func (h house) warnings() []string {
	var codes []string
	switch {
	case h.salesforce.Reconnect != "":
		codes = append(codes, "salesforce_reconnect")
	case !h.salesforce.Connected() && h.queue.Held > 0:
		codes = append(codes, "salesforce_off")
	}
	switch {
	case h.aircall.Problem != "":
		codes = append(codes, "aircall_problem")
	case !h.aircall.Connected() && !h.lastEvent.IsZero():
		codes = append(codes, "aircall_off")
	}
	return codes
}

// progress is how far set-up is, "" when calls flow.
func (h house) progress() string {
	if h.connected() && !h.lastEvent.IsZero() {
		return ""
	}
	done, steps := 0, []bool{true, h.salesforce.ClientID != "", h.salesforce.Connected(), h.aircall.Connected(), !h.lastEvent.IsZero(), h.version > 1}
	for _, d := range steps {
		if d {
			done++
		}
	}
	return fmt.Sprintf("%d/%d", done, len(steps))
}
