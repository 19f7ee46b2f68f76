package aircall

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

const (
	defaultURL       = "https://api.aircall.io"
	defaultPerMinute = 60               // half of what a company may, which other integrations share
	requestTimeout   = 10 * time.Second // of one request, without the wait for its turn
	maxAnswer        = 16 << 20
	maxWaits         = 3 // how often one request waits for the limit to pass
)

// Options say how to reach an account. Only the two credentials are needed.
type Options struct {
	BaseURL   string // https://api.aircall.io
	APIID     string
	APIToken  string
	HTTP      *http.Client
	PerMinute int // requests
}

// String leaves the credentials out, wherever options are printed.
func (o Options) String() string { return "aircall at " + firstOf(o.BaseURL, defaultURL) }

// LogValue is String.
func (o Options) LogValue() slog.Value { return slog.StringValue(o.String()) }

// Client asks Aircall's REST API. It is safe for concurrent use; all its
// requests share one budget.
type Client struct {
	base      *url.URL // nil when it cannot be used
	http      *http.Client
	budget    *rate.Limiter
	history   *rate.Limiter       // half of it: reading the past must not hold up the rest
	authorize func(*http.Request) // holds the credentials, which thus no print shows
	redact    *strings.Replacer
}

// NewClient makes a client. Nothing is sent; a BaseURL that is none shows with
// the first request.
func NewClient(o Options) *Client {
	perMinute := o.PerMinute
	if perMinute <= 0 {
		perMinute = defaultPerMinute
	}
	c := &Client{
		http:      withoutRedirects(o.HTTP),
		budget:    rate.NewLimiter(rate.Limit(float64(perMinute)/60), max(1, perMinute/10)),
		history:   rate.NewLimiter(rate.Limit(float64(perMinute)/120), max(1, perMinute/20)),
		authorize: func(r *http.Request) { r.SetBasicAuth(o.APIID, o.APIToken) },
		redact:    strings.NewReplacer(),
	}
	if len(o.APIToken) > 3 {
		c.redact = strings.NewReplacer(o.APIToken, "hidden")
	}
	base, err := url.Parse(strings.TrimRight(firstOf(o.BaseURL, defaultURL), "/"))
	if err == nil && (base.Scheme == "https" || base.Scheme == "http") && base.Host != "" && base.User == nil {
		c.base = base
	}
	return c
}

// withoutRedirects keeps the credentials on the host they are for.
func withoutRedirects(given *http.Client) *http.Client {
	var own http.Client
	if given != nil {
		own = *given
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// request is one question.
type request struct {
	method string
	path   string
	query  url.Values
	body   any
	past   bool // may wait longer
}

func (q request) String() string { return q.method + " " + q.path }

// do asks, waiting for the budget and, as long as the context allows, for the
// limit of the company to pass. It returns the body of a good answer.
func (c *Client) do(ctx context.Context, q request) ([]byte, error) {
	if c.base == nil {
		return nil, &Error{Kind: Refused, Message: "the API URL is not an http or https URL", request: q.String()}
	}
	for waits := 0; ; waits++ {
		if err := c.turn(ctx, q); err != nil {
			return nil, c.outOfBudget(ctx, q, err)
		}
		answer, err := c.once(ctx, q)
		var failed *Error
		if !errors.As(err, &failed) || failed.Kind != TooMany || waits == maxWaits {
			return answer, err
		}
		if !pause(ctx, failed.RetryAfter) {
			return nil, failed
		}
	}
}

// turn waits until a request may be made.
func (c *Client) turn(ctx context.Context, q request) error {
	if q.past {
		if err := c.history.Wait(ctx); err != nil {
			return err
		}
	}
	return c.budget.Wait(ctx)
}

func (c *Client) outOfBudget(ctx context.Context, q request, err error) error {
	if ctx.Err() != nil {
		return &Error{Kind: Unavailable, Err: ctx.Err(), request: q.String()}
	}
	return &Error{Kind: TooMany, Message: "our own budget of requests is used up", Err: err,
		RetryAfter: time.Minute, request: q.String()}
}

func (c *Client) once(ctx context.Context, q request) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	r, err := c.newRequest(ctx, q)
	if err != nil {
		return nil, &Error{Kind: Refused, Err: err, request: q.String()}
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, &Error{Kind: Unavailable, Err: withoutURL(err), request: q.String()}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, &Error{Kind: Unavailable, Status: answer.StatusCode, Err: err, request: q.String()}
	case len(body) > maxAnswer:
		return nil, &Error{Kind: Unavailable, Status: answer.StatusCode, Message: "the answer is too large", request: q.String()}
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		return nil, c.failure(q, answer, body)
	}
	return body, nil
}

func (c *Client) newRequest(ctx context.Context, q request) (*http.Request, error) {
	var body io.Reader
	if q.body != nil {
		encoded, err := json.Marshal(q.body)
		if err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
		body = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(ctx, q.method, c.base.String()+q.path+query(q.query), body)
	if err != nil {
		return nil, withoutURL(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "ringledger")
	if q.method != http.MethodGet {
		r.Header.Set("Content-Type", "application/json")
	}
	c.authorize(r)
	return r, nil
}

func query(values url.Values) string {
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func (c *Client) failure(q request, answer *http.Response, body []byte) *Error {
	e := &Error{Kind: kindOf(answer.StatusCode), Status: answer.StatusCode, request: q.String()}
	e.describe(body)
	e.Message, e.Troubleshoot = c.redact.Replace(e.Message), c.redact.Replace(e.Troubleshoot)
	if e.Kind == TooMany {
		e.RetryAfter = resetIn(answer.Header, time.Now())
	}
	return e
}

// unreadable is the error for a good status with an answer that makes no sense.
func (c *Client) unreadable(q request) error {
	return &Error{Kind: Unavailable, Status: http.StatusOK, Message: "the answer cannot be read", request: q.String()}
}

// resetIn is how long the limit lasts. Aircall does not say in which unit it
// tells: moments and spans, in seconds and milliseconds, differ in size enough.
func resetIn(h http.Header, now time.Time) time.Duration {
	const longest = 2 * time.Minute
	n, err := strconv.ParseInt(firstOf(h.Get("X-AircallApi-Reset"), h.Get("Retry-After")), 10, 64)
	if err != nil || n <= 0 {
		return time.Minute
	}
	var wait time.Duration
	switch {
	case n >= fromMillis && n < tooLate:
		wait = time.UnixMilli(n).Sub(now)
	case n >= 1e9 && n < fromMillis:
		wait = time.Unix(n, 0).Sub(now)
	case n <= 300:
		wait = time.Duration(n) * time.Second
	case n <= 300_000:
		wait = time.Duration(n) * time.Millisecond
	default:
		return time.Minute
	}
	return min(max(wait, 100*time.Millisecond), longest)
}

// pause reports whether the whole wait fitted into the context.
func pause(ctx context.Context, wait time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// withoutURL keeps what went wrong and leaves out the address, which is said
// elsewhere without its query.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
