package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ringledger/integration/alert"
	"ringledger/integration/connection"
	"ringledger/store"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// Options are the parts the server is made of.
type Options struct {
	Store      *store.Store
	Salesforce *connection.Salesforce
	Aircall    *connection.Aircall
	Alerts     *alert.Sender // nil = one that sends no e-mail

	PublicURL      string         // as browsers and Aircall see us
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed; none = nobody's
	Demo           bool           // says on every page that the data is made up
	DemoSignIn     string         // shown at the demo's sign-in, "" elsewhere

	// Rehearse goes with a call the way that the worker goes with every call, and
	// writes nothing; nil = there is no number tester.
	Rehearse Rehearse
	// RehearseReplay does the same with an entry; nil = there is no dry run.
	RehearseReplay RehearseReplay

	// WorkerAlive tells whether the worker still does its rounds; nil = it does.
	WorkerAlive func() bool
	// Registry collects the metrics; nil = one of its own.
	Registry *prometheus.Registry
	// MetricsElsewhere says that another listener serves Metrics, so that this
	// one does not.
	MetricsElsewhere bool

	Logger *slog.Logger
	Now    func() time.Time
}

// Server answers every URL of Ringledger.
type Server struct {
	o         Options
	log       *slog.Logger
	echo      *echo.Echo
	access    map[string]need
	public    *url.URL
	sessions  *scs.SessionManager
	passwords *passwords
	crossSite *http.CrossOriginProtection
	strangers *strangers // who fail at the webhook
	guessers  *strangers // who fail at the sign-in
	askers    *askers    // whose pages ask Salesforce
	effects   effects
	figures   *figures // of the overview
	metrics   *metrics
	users     orgUsers  // of the connected org, as the Owners page asked for them
	bodies    sync.Pool // of *bytes.Buffer
	quit      chan struct{}
	quitOnce  sync.Once
	streams   *streams     // live pages open
	keyTold   atomic.Int32 // what the log was told of a changed secret key
}

// New makes the server; it listens nowhere yet.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.WorkerAlive == nil {
		o.WorkerAlive = func() bool { return true }
	}
	if o.Alerts == nil {
		o.Alerts = alert.New(alert.Options{Store: o.Store, Salesforce: o.Salesforce, PublicURL: o.PublicURL, Words: AlertWords, Logger: o.Logger, Now: o.Now})
	}
	public, err := url.Parse(strings.TrimRight(o.PublicURL, "/"))
	if err != nil || public.Host == "" || (public.Scheme != "http" && public.Scheme != "https") {
		return nil, fmt.Errorf("web: the public URL %q is no http or https address", o.PublicURL)
	}
	s := &Server{o: o, log: o.Logger, public: public, passwords: newPasswords(),
		strangers: newStrangers(5, 200), guessers: newGuessers(), askers: newAskers(), effects: newEffects(), streams: newStreams(), figures: newFigures(), quit: make(chan struct{})}
	s.bodies.New = func() any { return new(bytes.Buffer) }
	s.sessions = newSessions(o.Store, s.https())
	s.metrics = newMetrics(o)
	s.crossSite = http.NewCrossOriginProtection()
	if err := s.crossSite.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, fmt.Errorf("web: public URL: %w", err)
	}
	s.echo = echo.New()
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.HTTPErrorHandler = s.answerError
	s.echo.IPExtractor = addressOf(o.TrustedProxies)
	s.register()
	return s, nil
}

// Handler answers requests.
func (s *Server) Handler() http.Handler { return s.echo }

// Close ends the streams of live pages, which would otherwise keep a server
// from shutting down.
func (s *Server) Close() { s.quitOnce.Do(func() { close(s.quit) }) }

// https reports whether browsers come over TLS.
func (s *Server) https() bool { return s.public.Scheme == "https" }

// Limits of one connection. Answers have no common limit: pages set their own,
// and live streams last.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	idleTimeout   = 120 * time.Second
	maxHeader     = 64 << 10
)

// HTTPServer is a server around a handler, with limits that a slow or greedy
// client runs into.
func HTTPServer(h http.Handler) *http.Server {
	return &http.Server{Handler: oneInChunks(h), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader}
}

// oneInChunks closes a connection after a request in chunks. It may have named a
// length too, which net/http hides: a proxy that went by it sees the next request
// begin elsewhere.
func oneInChunks(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

// SetupLink makes the link that creates the first admin, and ends an earlier
// one. It is not needed once there is a user.
func (s *Server) SetupLink(ctx context.Context) (link string, needed bool, err error) {
	token := strings.ToLower(rand.Text())
	needed, err = s.o.Store.OpenSetup(ctx, store.Secret(token), s.o.Now().Add(store.SetupLife))
	if err != nil || !needed {
		return "", false, err
	}
	return s.public.String() + "/setup/" + token, true, nil
}
