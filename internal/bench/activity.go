package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"ringledger/integration/connection"
	"ringledger/store"
	"ringledger/web"
)

// readings is how often each page is asked for, of which two may be slower than
// the 99th percentile.
const readings = 200

// measureActivity asks for the activity list of a large ledger in every way
// that people narrow it, and for the overview, and tells the server's time for
// the whole page.
func measureActivity(ctx context.Context, o options, dir string, t *table) error {
	file := filepath.Join(dir, "activity.db")
	if o.keep != "" {
		file = o.keep
	}
	began := time.Now()
	open := func() (*store.Store, error) {
		return store.Open(ctx, store.Options{URL: "sqlite:" + file, Key: make([]byte, 32), Logger: slog.New(slog.DiscardHandler)})
	}
	st, err := openLedger(file, o.ledger, open)
	if err != nil {
		return err
	}
	t.add("activity: ledger made", "%d entries in %s", o.ledger, time.Since(began).Round(time.Second))
	r, err := newReader(ctx, st)
	if err == nil {
		r.only = o.pages
		err = r.measure(t)
	}
	return errors.Join(err, st.Close())
}

// reader is a signed-in person whose requests reach the handler directly.
type reader struct {
	handler http.Handler
	cookies []*http.Cookie
	close   func()
	only    string // pages with this in their name are read, and no others
}

func newReader(ctx context.Context, st *store.Store) (*reader, error) {
	silent := slog.New(slog.DiscardHandler)
	sf := connection.NewSalesforce(connection.SalesforceOptions{Store: st, HTTP: http.DefaultClient, PublicURL: "http://localhost", APIVersion: "v66.0", Logger: silent})
	phone := connection.NewAircall(connection.AircallOptions{Store: st, HTTP: http.DefaultClient, PublicURL: "http://localhost", Logger: silent})
	w, err := web.New(web.Options{Store: st, Salesforce: sf, Aircall: phone, PublicURL: "http://localhost", Logger: silent})
	if err != nil {
		return nil, err
	}
	const email, password = "bench@example.com", "a long enough phrase"
	hash, err := web.HashPassword(password)
	if err != nil {
		return nil, err
	}
	if _, err := st.AddUser(ctx, store.User{Email: email, Name: "Bench", Role: store.Admin, Password: hash, Locale: "en"}); err != nil && !errors.Is(err, store.ErrConflict) {
		return nil, err
	}
	if err := st.AddDelivery(ctx, store.Delivery{Kind: "call", ObjectID: "1", Event: "call.ended", Body: []byte("{}"), EventAt: time.Now(), ReceivedAt: time.Now()}); err != nil {
		return nil, err
	}
	r := &reader{handler: w.Handler(), close: w.Close}
	form := url.Values{"email": {email}, "password": {password}}.Encode()
	req := httptest.NewRequest(http.MethodPost, "http://localhost/signin", strings.NewReader(form))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	r.handler.ServeHTTP(answer, req)
	if r.cookies = answer.Result().Cookies(); answer.Code != http.StatusSeeOther {
		return nil, fmt.Errorf("sign-in: got %d", answer.Code)
	}
	return r, nil
}

func (r *reader) get(path string) (string, error) {
	req := httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil)
	for _, c := range r.cookies {
		req.AddCookie(c)
	}
	answer := httptest.NewRecorder()
	r.handler.ServeHTTP(answer, req)
	if answer.Code != http.StatusOK {
		return "", fmt.Errorf("%s: got %d", path, answer.Code)
	}
	return answer.Body.String(), nil
}

var olderLink = regexp.MustCompile(`href="([^"]*after=[^"]*)" rel="next"`)

// deep follows the link to older entries.
func (r *reader) deep(pages int) (string, error) {
	path := "/activity"
	for range pages {
		body, err := r.get(path)
		if err != nil {
			return "", err
		}
		found := olderLink.FindStringSubmatch(body)
		if found == nil {
			return "", errors.New("there is no older page")
		}
		path = strings.ReplaceAll(found[1], "&amp;", "&")
	}
	return path, nil
}

// measure reads every page some times; each line of the table is one kind.
func (r *reader) measure(t *table) error {
	defer r.close()
	deep, err := r.deep(20)
	if err != nil {
		return err
	}
	day := func(ago int) string { return time.Now().AddDate(0, 0, -ago).Format(time.DateOnly) }
	for _, p := range []struct{ what, path string }{
		{"first page", "/activity"},
		{"twentieth page", deep},
		{"half a year ago", "/activity?to=" + day(180)},
		{"last 24 h", "/activity?from=" + day(1)},
		{"last 7 days, by line", "/activity?from=" + day(6)},
		{"missed in 7 days, by line", "/activity?type=missed,voicemail&from=" + day(6)},
		{"last 30 days", "/activity?from=" + day(30)},
		{"outcome failed", "/activity?outcome=failed"},
		{"outcome skipped", "/activity?outcome=skipped"},
		{"attention", "/activity?outcome=failed,needs_choice&resolved=no"},
		{"outcome waiting", "/activity?outcome=waiting"},
		{"type voicemail", "/activity?type=voicemail"},
		{"a type that never came", "/activity?type=message_sent"},
		{"reason no match", "/activity?reason=no_match"},
		{"a reason that never was", "/activity?reason=storage_full"},
		{"one line", "/activity?line=L7"},
		{"three lines", "/activity?line=L7,L8,L9"},
		{"one agent", "/activity?agent=A7"},
		{"two agents, missed", "/activity?agent=A7,A8&type=missed"},
		{"record lead", "/activity?record=lead"},
		{"no record", "/activity?record=none"},
		{"rules of long ago", "/activity?rules=2"},
		{"line, type, failed, 30 days", "/activity?line=L7,L8&type=missed,voicemail&outcome=failed&from=" + day(30)},
		{"search: whole number", "/activity?q=01+99+00+00+42"},
		{"search: last four digits", "/activity?q=1234"},
		{"search: country", "/activity?q=%2B33"},
		{"search: rare name", "/activity?q=babebar"},
		{"search: two names", "/activity?q=ada+martin"},
		{"search: common name", "/activity?q=martin"},
		{"search: every agent", "/activity?q=petit"},
		{"search: nobody", "/activity?q=zzyzx"},
		{"search: call id", "/activity?q=aircall:2100500000"},
		{"search: Task id", "/activity?q=00T000000500000"},
		{"search: Contact id", "/activity?q=003000000000042"},
		{"search: name on a line", "/activity?q=martin&line=L7"},
		{"search: line by name", "/activity?q=office+7"},
		{"histogram: all of it", "/activity?part=histogram"},
		{"histogram: two names", "/activity?part=histogram&q=ada+martin"},
	} {
		if err := r.one(t, "activity: "+p.what, func(int) string { return p.path }); err != nil {
			return err
		}
	}
	return r.overview(t)
}

// overview asks each time for another period, whose figures nobody has counted
// yet.
func (r *reader) overview(t *table) error {
	for _, days := range []int{1, 7, 30, 90} {
		path := func(n int) string {
			to := time.Now().AddDate(0, 0, -n-1)
			return "/?from=" + to.AddDate(0, 0, 1-days).Format(time.DateOnly) + "&to=" + to.Format(time.DateOnly)
		}
		if err := r.one(t, fmt.Sprintf("overview: fresh, %d days", days), path); err != nil {
			return err
		}
	}
	return nil
}

// one reads a page some times. On a machine with other work the CPU's time says
// more than the clock.
func (r *reader) one(t *table, what string, path func(n int) string) error {
	if !strings.Contains(what, r.only) {
		return nil
	}
	times, cpu := make([]time.Duration, readings), make([]time.Duration, readings)
	body := ""
	for n := range times {
		began, used := time.Now(), cpuTime()
		var err error
		if body, err = r.get(path(n)); err != nil {
			return err
		}
		times[n], cpu[n] = time.Since(began), cpuTime()-used
	}
	slices.Sort(times)
	slices.Sort(cpu)
	t.add(what, "p50 %s, p99 %s (CPU p50 %s, p99 %s), %d rows", ms(times[readings/2]), ms(times[readings*99/100-1]),
		ms(cpu[readings/2]), ms(cpu[readings*99/100-1]), strings.Count(body, "data-row>"))
	return nil
}
