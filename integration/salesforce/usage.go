package salesforce

import (
	"context"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"
)

// Usage is how much of the org's daily requests is spent, by everyone.
type Usage struct {
	Used, Max int
	At        time.Time // when Salesforce last said so; zero = never
}

// gauge remembers the latest Usage.
type gauge struct {
	mu    sync.Mutex
	usage Usage
}

var apiUsage = regexp.MustCompile(`(?:^|[\s;,])api-usage=(\d+)/(\d+)`)

// read takes the figures from an answer. Not every answer has them.
func (g *gauge) read(h http.Header) {
	m := apiUsage.FindStringSubmatch(h.Get("Sforce-Limit-Info"))
	if m == nil {
		return
	}
	used, err1 := strconv.Atoi(m[1])
	most, err2 := strconv.Atoi(m[2])
	if err1 == nil && err2 == nil {
		g.set(Usage{Used: used, Max: most, At: time.Now()})
	}
}

func (g *gauge) set(u Usage) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.usage = u
}

// Usage is what the latest answer said of the org's daily requests.
func (c *Client) Usage() Usage {
	c.gauge.mu.Lock()
	defer c.gauge.mu.Unlock()
	return c.gauge.usage
}

// Limits asks for the org's daily requests. It costs one of them.
func (c *Client) Limits(ctx context.Context) (Usage, error) {
	var body struct {
		DailyAPIRequests struct{ Max, Remaining int } `json:"DailyApiRequests"`
	}
	if err := c.do(ctx, request{purpose: "limits", method: http.MethodGet, path: c.data("/limits")}, &body); err != nil {
		return Usage{}, err
	}
	d := body.DailyAPIRequests
	u := Usage{Used: d.Max - d.Remaining, Max: d.Max, At: time.Now()}
	c.gauge.set(u)
	return u, nil
}
