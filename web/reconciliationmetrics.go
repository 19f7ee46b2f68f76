package web

import (
	"context"
	"time"

	"ringledger/store"

	"github.com/prometheus/client_golang/prometheus"
)

// reconciliationCollector tells how the last check went and what is not
// accounted for, when the figures are read.
type reconciliationCollector struct{ o Options }

var (
	reconciliationAt = prometheus.NewDesc("ringledger_reconciliation_last_seconds",
		"Age of the last comparison of Aircall's list, the ledger and Salesforce that came to its end.", nil, nil)
	reconciliationWhole = prometheus.NewDesc("ringledger_reconciliation_complete", "1 when that comparison could ask everybody, else 0.", nil, nil)
	reconciliationCalls = prometheus.NewDesc("ringledger_reconciliation_calls", "Calls of the last 31 days by what was found of them.", []string{"state"}, nil)
)

// Describe tells what is collected.
func (reconciliationCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- reconciliationAt
	ch <- reconciliationWhole
	ch <- reconciliationCalls
}

// Collect reads the counts. Before the first check nothing is told.
func (r reconciliationCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	checks, err := r.o.Store.Checks(ctx, 2)
	if err != nil {
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	now := r.o.Now()
	for _, c := range checks {
		if c.State != store.BackfillDone {
			continue
		}
		whole := 0.0
		if c.Problem == "" {
			whole = 1
		}
		gauge(reconciliationAt, now.Sub(c.FinishedAt).Seconds())
		gauge(reconciliationWhole, whole)
		break
	}
	rows, err := r.o.Store.Reconciled(ctx, store.Together, now.UTC().AddDate(0, 0, -31).Format(time.DateOnly), now.UTC().AddDate(0, 0, 1).Format(time.DateOnly))
	if err != nil {
		return
	}
	for _, all := range rows {
		gauge(reconciliationCalls, float64(all.Calls), "ledger")
		gauge(reconciliationCalls, float64(all.Listed), "listed")
		gauge(reconciliationCalls, float64(all.Accounted()), "accounted")
		gauge(reconciliationCalls, float64(all.Waiting), "waiting")
		gauge(reconciliationCalls, float64(all.Missing), "missing")
		gauge(reconciliationCalls, float64(all.Doubled), "doubled")
		gauge(reconciliationCalls, float64(all.Healed), "healed")
	}
}
