package web

import (
	"context"
	"time"

	"ringledger/integration/alert"
	"ringledger/store"

	"github.com/prometheus/client_golang/prometheus"
)

// alertCollector tells what lasts and how the channels stand, when the figures
// are read.
type alertCollector struct{ o Options }

var (
	alertsLasting  = prometheus.NewDesc("ringledger_alerts_lasting", "1 while an alert of the kind lasts, else 0.", []string{"alert"}, nil)
	alertsUnsent   = prometheus.NewDesc("ringledger_alerts_unsent", "Messages of alerts that wait to be sent.", []string{"channel"}, nil)
	alertsUnsentBy = prometheus.NewDesc("ringledger_alerts_unsent_seconds", "Age of the oldest message of alerts that waits to be sent.", []string{"channel"}, nil)
	alertsSent     = prometheus.NewDesc("ringledger_alerts_messages", "Messages of the last 90 days by how they ended.", []string{"channel", "state"}, nil)
)

// Describe tells what is collected.
func (alertCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- alertsLasting
	ch <- alertsUnsent
	ch <- alertsUnsentBy
	ch <- alertsSent
}

// Collect reads the counts.
func (a alertCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	open, err := a.o.Store.OpenAlerts(ctx)
	if err != nil {
		return
	}
	lasts := map[string]float64{}
	for _, o := range open {
		if !o.BeganAt.IsZero() {
			lasts[o.Kind] = 1
		}
	}
	for _, kind := range alert.Kinds() {
		gauge(alertsLasting, lasts[kind], kind)
	}
	for _, channel := range []string{store.ByEmail, store.ByWebhook} {
		c, err := a.o.Store.AlertChannel(ctx, channel)
		if err != nil {
			return
		}
		age := 0.0
		if !c.Oldest.IsZero() {
			age = a.o.Now().Sub(c.Oldest).Seconds()
		}
		gauge(alertsUnsent, float64(c.Waiting), channel)
		gauge(alertsUnsentBy, age, channel)
		gauge(alertsSent, float64(c.Told), channel, "sent")
		gauge(alertsSent, float64(c.Dropped), channel, "given_up")
	}
}
