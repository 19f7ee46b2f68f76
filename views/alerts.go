package views

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// anyForm is the form that was sent last: only one of them has mistakes.
func (m AlertsPage) anyForm() Form {
	if len(m.Hook.Mistakes) > 0 {
		return m.Hook
	}
	return m.Form
}

// channel is how a channel stands; zero when it is not used.
func (m AlertsPage) channel(code string) AlertChannel {
	if at := slices.IndexFunc(m.Channels, func(c AlertChannel) bool { return c.Code == code }); at >= 0 {
		return m.Channels[at]
	}
	return AlertChannel{}
}

func (m AlertsPage) hookLabel(ctx context.Context) string {
	if m.Webhook != "" {
		return T(ctx, "alerts.webhook.other")
	}
	return T(ctx, "alerts.webhook.url")
}

func (t AlertTest) tone() string {
	if t.Error != "" {
		return "bad"
	}
	return "ok"
}

func (t AlertTest) callout() string { return "callout-" + t.tone() }

func (t AlertTest) icon() string {
	if t.Error != "" {
		return "circle-x"
	}
	return "circle-check"
}

func (t AlertTold) tone() string {
	return map[string]string{"told": "ok", "waiting": "warn", "dropped": "bad"}[t.State]
}

// hourOptions offers the hours of a day.
func hourOptions(ctx context.Context) []Option {
	var all []Option
	for hour := range 24 {
		text := fmt.Sprintf("%02d:00", hour)
		if LocaleOf(ctx).Language == French {
			text = fmt.Sprintf("%02d\u00a0h", hour)
		}
		all = append(all, Option{strconv.Itoa(hour), text})
	}
	return all
}

// languageOptions offers the languages alerts are told in.
func languageOptions(ctx context.Context) []Option {
	var all []Option
	for _, code := range Languages() {
		all = append(all, Option{code, T(ctx, "language."+code)})
	}
	return all
}

// AlertFact is what was counted when an alert began: calls, or a length.
func AlertFact(ctx context.Context, calls int, took time.Duration) string {
	switch {
	case took > 0:
		return T(ctx, "alerts.fact.took", "took", Duration(ctx, took))
	case calls > 0:
		return T(ctx, "alerts.fact.calls", "count", calls)
	}
	return ""
}
