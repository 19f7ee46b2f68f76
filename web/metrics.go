package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are the figures of the server. They hold counts and never names.
type metrics struct {
	registry *prometheus.Registry
	webhooks map[int]prometheus.Counter
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	panics   prometheus.Counter
	streams  prometheus.Gauge
}

// webhookAnswers are all statuses the webhook can answer with.
func webhookAnswers() []int {
	return []int{http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusTooManyRequests, http.StatusServiceUnavailable}
}

func newMetrics(o Options) *metrics {
	m := &metrics{
		registry: o.Registry,
		webhooks: map[int]prometheus.Counter{},
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ringledger_http_requests_total", Help: "Requests answered, without webhooks."},
			[]string{"route", "method", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "ringledger_http_seconds", Help: "Time to answer, without webhooks and streams.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		panics:  prometheus.NewCounter(prometheus.CounterOpts{Name: "ringledger_http_panics_total", Help: "Handlers that panicked."}),
		streams: prometheus.NewGauge(prometheus.GaugeOpts{Name: "ringledger_live_streams", Help: "Live pages that are open."}),
	}
	if m.registry == nil {
		m.registry = prometheus.NewRegistry()
		m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	webhooks := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ringledger_webhooks_total", Help: "Webhook deliveries by the status they were answered with."}, []string{"status"})
	for _, status := range webhookAnswers() {
		m.webhooks[status] = webhooks.WithLabelValues(strconv.Itoa(status))
	}
	m.registry.MustRegister(webhooks, m.requests, m.seconds, m.panics, m.streams, queueCollector{o}, reconciliationCollector{o}, alertCollector{o})
	return m
}

func (m *metrics) count(route, method string, status int, took time.Duration) {
	m.requests.WithLabelValues(route, knownMethod(method), strconv.Itoa(status)).Inc()
	if route != eventsRoute {
		m.seconds.WithLabelValues(route).Observe(took.Seconds())
	}
}

// knownMethod keeps a client from making up ever new label values.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut:
		return method
	}
	return "other"
}

// queueCollector asks the store when the figures are read.
type queueCollector struct{ o Options }

var (
	queueWaiting = prometheus.NewDesc("ringledger_queue_entries", "Calls that wait to be written, by why.", []string{"state"}, nil)
	databaseLog  = prometheus.NewDesc("ringledger_database_log_bytes", "Size of the write-ahead log of SQLite.", nil, nil)
	queueOldest  = prometheus.NewDesc("ringledger_queue_oldest_seconds", "Age of the oldest call that waits.", nil, nil)
)

// Describe tells what is collected.
func (queueCollector) Describe(ch chan<- *prometheus.Desc) {
	ch <- queueWaiting
	ch <- queueOldest
	ch <- databaseLog
}

// Collect reads the queue. When the store does not answer nothing is told,
// which monitoring sees as absent.
func (q queueCollector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	if size, err := q.o.Store.LogSize(); err == nil && !q.o.Store.Postgres() {
		gauge(databaseLog, float64(size))
	}
	state, err := q.o.Store.QueueState(ctx)
	if err != nil {
		return
	}
	gauge(queueWaiting, float64(state.Waiting), "waiting")
	gauge(queueWaiting, float64(state.Retrying), "retrying")
	gauge(queueWaiting, float64(state.Held), "held")
	age := 0.0
	if !state.Oldest.IsZero() {
		age = q.o.Now().Sub(state.Oldest).Seconds()
	}
	gauge(queueOldest, age)
}

// Metrics answers with all figures as Prometheus reads them.
func (s *Server) Metrics() http.Handler {
	return promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{})
}

// showMetrics serves the figures on the main listener to this machine, and to
// who may read anything else.
func (s *Server) showMetrics(c echo.Context) error {
	if s.o.MetricsElsewhere {
		return echo.ErrNotFound
	}
	if !isLocal(c) && visitorOf(c).role == "" {
		return errSignIn
	}
	s.Metrics().ServeHTTP(c.Response(), c.Request())
	return nil
}
