package simulator

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The credentials an account has when Options names none.
const (
	DefaultAPIID    = "simulated-api-id"
	DefaultAPIToken = "simulated-api-token"
)

const (
	defaultRate            = 120
	defaultDisableAfter    = 10
	defaultConcurrency     = 8
	defaultDeliveryTimeout = 5 * time.Second
	// maxCalls bounds the memory of a simulator that runs for weeks.
	maxCalls = 20_000
)

// Person is somebody outside the company who calls and is called.
type Person struct {
	Name   string
	Number string // E.164
}

// Options of an account. The zero value is a usable account.
type Options struct {
	// Now is the account's clock; time.Now when nil.
	Now func() time.Time
	// APIID and APIToken are what REST callers must present.
	APIID    string
	APIToken string
	// Seed fixes which calls are generated.
	Seed uint64
	// Rate is the number of REST requests allowed a minute. 0 is Aircall's
	// 120, a negative number means no limit.
	Rate int
	// HTTPClient sends the webhooks. Redirects are never followed.
	HTTPClient *http.Client
	// Speed is how much faster than life a call goes by. 0 is 1, the speed of
	// life; 100 shows a call of four minutes in some seconds; math.Inf(1)
	// plays without any wait. Retry pauses shrink alike.
	Speed float64
	// People are the outside parties that most calls are with.
	People []Person
	// DisableAfter is the number of failed tries in a row that disables a
	// webhook; 0 is 10.
	DisableAfter int
	// Concurrency is how many events one webhook receives at a time; 0 is 8.
	// With 1 the events arrive in the order they happened.
	Concurrency int
	// DeliveryTimeout is how long a receiver may take to answer; 0 is 5 s.
	DeliveryTimeout time.Duration
	// PublicURL, when given, is where recordings and call links point to: the
	// simulator itself. Without it they carry Aircall's host names.
	PublicURL string
	// Logger hears about deliveries; silence when nil.
	Logger *slog.Logger
}

// Account is one simulated Aircall account. It implements http.Handler.
type Account struct {
	opts   Options
	client *http.Client
	routes http.Handler
	book   atomic.Pointer[directory]
	limit  *rateLimit
	counts counts
	under  tally

	// life ends with Close; whatever runs in the background stops with it.
	life context.Context
	end  context.CancelFunc

	// sequence numbers what is generated: ids and random choices hang on it.
	sequence atomic.Uint64
	firstID  int64

	mu       sync.RWMutex // guards what follows
	calls    map[int64]*call
	callIDs  []int64 // in the order they were placed
	messages []*message
	hooks    []*webhook
	lastHook int64
	faults   Faults
}

// New makes an account. Close it when done.
func New(o Options) *Account {
	o = withDefaults(o)
	life, end := context.WithCancel(context.Background())
	a := &Account{
		opts: o, client: deliveryClient(o), limit: &rateLimit{now: o.Now, perMinute: o.Rate},
		life: life, end: end, firstID: firstCallID(o.Now()), calls: make(map[int64]*call),
	}
	a.book.Store(newDirectory(o))
	a.routes = a.newRoutes()
	return a
}

// Close stops everything that runs in the background and waits for its end.
func (a *Account) Close() {
	a.end()
	a.under.wait(context.Background()) //nolint:errcheck // this context never ends
	a.client.CloseIdleConnections()
}

// Drain waits until no call is going on and no delivery is pending, retries
// included, or until ctx ends.
func (a *Account) Drain(ctx context.Context) error { return a.under.wait(ctx) }

// ServeHTTP answers REST requests, the control endpoints and the page.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.routes.ServeHTTP(w, r) }

// Lines are the account's numbers.
func (a *Account) Lines() []Line {
	lines := make([]Line, len(a.dir().lines))
	for i, l := range a.dir().lines {
		lines[i] = *l
	}
	return lines
}

// Users are the account's agents.
func (a *Account) Users() []User {
	users := make([]User, len(a.dir().users))
	for i, u := range a.dir().users {
		users[i] = *u
	}
	return users
}

func withDefaults(o Options) Options {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.APIID == "" {
		o.APIID = DefaultAPIID
	}
	if o.APIToken == "" {
		o.APIToken = DefaultAPIToken
	}
	if o.Rate == 0 {
		o.Rate = defaultRate
	}
	if o.Speed <= 0 {
		o.Speed = 1
	}
	if o.DisableAfter <= 0 {
		o.DisableAfter = defaultDisableAfter
	}
	if o.Concurrency <= 0 {
		o.Concurrency = defaultConcurrency
	}
	if o.DeliveryTimeout <= 0 {
		o.DeliveryTimeout = defaultDeliveryTimeout
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	return o
}

// firstCallID grows with time, so that an account started again later never
// hands out an id of its earlier life. It lies above 2^31, as Aircall's do.
func firstCallID(now time.Time) int64 {
	const (
		base  = 3_900_000_000
		epoch = 1_750_000_000
	)
	return base + max(0, now.Unix()-epoch)*100
}
