package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"ringledger/integration/alert"
	"ringledger/integration/connection"
	"ringledger/integration/worker"
	"ringledger/store"
	"ringledger/web"
)

// app is the running program: store, connections, worker and web.
type app struct {
	log        *slog.Logger
	store      *store.Store
	salesforce *connection.Salesforce
	aircall    *connection.Aircall
	worker     *worker.Worker
	alerts     *alert.Sender
	web        *web.Server
	unlock     func() error
}

// lease and doubt are the worker's own, unless a build sets others: that of a
// test whose nodes die and stand still for seconds.
var lease, doubt string

func duration(text string) time.Duration {
	d, _ := time.ParseDuration(text) // empty is zero: the worker's own
	return d
}

// newApp opens the store and wires the parts; nothing runs yet.
func newApp(ctx context.Context, c *config, log *slog.Logger, page web.Options) (*app, error) {
	unlock, err := lockData(c)
	if err != nil {
		return nil, err
	}
	st, err := c.openStore(ctx, log, !page.Demo)
	if err != nil {
		return nil, errors.Join(err, unlock())
	}
	a := &app{log: log, store: st, unlock: unlock}
	client := outgoing()
	a.salesforce = connection.NewSalesforce(connection.SalesforceOptions{
		Store: st, HTTP: client, LoginURL: c.SalesforceLoginURL, PublicURL: c.PublicURL, APIVersion: c.SalesforceAPIVersion, Logger: log,
	})
	a.aircall = connection.NewAircall(connection.AircallOptions{
		Store: st, HTTP: client, APIURL: c.AircallAPIURL, PublicURL: c.PublicURL, Logger: log,
	})
	a.worker = worker.New(worker.Options{Store: st, Salesforce: a.salesforce, Aircall: a.aircall, Logger: log, Lease: duration(lease), Doubt: duration(doubt)})
	if page.TrustedProxies, err = c.proxies(); err != nil {
		return nil, errors.Join(err, a.close())
	}
	page.Store, page.Salesforce, page.Aircall, page.PublicURL, page.Logger = st, a.salesforce, a.aircall, c.PublicURL, log
	page.WorkerAlive, page.Rehearse, page.MetricsElsewhere = a.worker.Alive, a.worker.Rehearse, c.MetricsListen != ""
	page.RehearseReplay = a.worker.RehearseReplay
	a.alerts = alert.New(alert.Options{Store: st, Salesforce: a.salesforce, SMTP: c.smtp(), PublicURL: c.PublicURL, Words: web.AlertWords, Logger: log})
	page.Alerts = a.alerts
	if a.web, err = web.New(page); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

// outgoing is the client for all requests that leave. Each caller sets its own
// time limit.
func outgoing() *http.Client {
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		MaxIdleConnsPerHost:   8,
		IdleConnTimeout:       90 * time.Second,
		ForceAttemptHTTP2:     true,
	}
	return &http.Client{Transport: t}
}

func (a *app) close() error { return errors.Join(a.store.Close(), a.unlock()) }

// shutdownTime is how long requests in hand may take at the end.
const shutdownTime = 10 * time.Second

// keyLook is how often a server looks whether keys were changed by another.
const keyLook = 5 * time.Second

// serveOn runs everything until ctx ends, then ends it in order: no new
// requests, the batch in hand, the store.
func (a *app) serveOn(ctx context.Context, c *config, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	server := web.HTTPServer(a.web.Handler())
	server.ErrorLog = slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)
	server.RegisterOnShutdown(a.web.Close)
	servers := []*http.Server{server}
	ended := make(chan error, 3)
	go func() { ended <- server.Serve(listener) }()
	if c.MetricsListen != "" {
		inside := web.HTTPServer(a.web.Metrics())
		inside.Addr, inside.ErrorLog = c.MetricsListen, server.ErrorLog
		servers = append(servers, inside)
		go func() { ended <- inside.ListenAndServe() }()
	}
	var background sync.WaitGroup
	background.Go(func() { a.web.WatchKey(ctx, keyLook) })
	if why := a.store.Locked(); why == nil {
		background.Go(func() { ended <- a.worker.Run(ctx) })
		background.Go(func() { a.worker.Watch(ctx) })
		background.Go(func() { a.alerts.Run(ctx) })
	} else {
		a.log.Error("locked: webhooks are kept and answered, nothing else is done until a start with the right key", "error", why)
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-ended:
	}
	a.log.Info("ending")
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	for _, s := range servers {
		err = errors.Join(err, s.Shutdown(end))
	}
	cancel()
	background.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, a.close())
}
