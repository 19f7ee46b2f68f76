package simulator

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// maxRequest is the largest request body that is read.
const maxRequest = 1 << 20

// newRoutes lists every URL of the account.
func (a *Account) newRoutes() http.Handler {
	rest := http.NewServeMux()
	rest.HandleFunc("GET /v1/ping", a.ping)
	rest.HandleFunc("GET /v1/company", a.showCompany)
	rest.HandleFunc("GET /v1/webhooks", a.listWebhooks)
	rest.HandleFunc("POST /v1/webhooks", a.createWebhook)
	rest.HandleFunc("GET /v1/webhooks/{id}", a.showWebhook)
	rest.HandleFunc("PUT /v1/webhooks/{id}", a.updateWebhook)
	rest.HandleFunc("DELETE /v1/webhooks/{id}", a.deleteWebhook)
	rest.HandleFunc("GET /v1/numbers", a.listNumbers)
	rest.HandleFunc("GET /v1/numbers/{id}", a.showNumber)
	rest.HandleFunc("GET /v1/users", a.listUsers("v1"))
	rest.HandleFunc("GET /v1/users/{id}", a.showUser("v1"))
	rest.HandleFunc("GET /v1/users/availabilities", a.listAvailabilities)
	rest.HandleFunc("GET /v1/users/{id}/availability", a.showAvailability)
	rest.HandleFunc("GET /v2/users", a.listUsers("v2"))
	rest.HandleFunc("GET /v2/users/{id}", a.showUser("v2"))
	rest.HandleFunc("GET /v2/users/{id}/numbers", a.listUserNumbers)
	rest.HandleFunc("GET /v1/tags", a.listTags)
	rest.HandleFunc("GET /v1/teams", a.listTeams)
	rest.HandleFunc("GET /v1/contacts", a.listContacts)
	rest.HandleFunc("GET /v1/contacts/search", a.searchContacts)
	rest.HandleFunc("GET /v1/contacts/{id}", a.showContact)
	rest.HandleFunc("GET /v1/calls", a.listCalls)
	rest.HandleFunc("GET /v1/calls/search", a.searchCalls)
	rest.HandleFunc("GET /v1/calls/{id}", a.showCall)
	rest.HandleFunc("GET /v1/calls/{id}/summary", a.showSummary)
	rest.HandleFunc("GET /v1/calls/{id}/transcription", a.showTranscription)
	rest.HandleFunc("GET /v1/calls/{id}/topics", a.showTopics)
	rest.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { notFound(w, "Resource") })

	all := http.NewServeMux()
	all.Handle("/v1/", a.guard(rest))
	all.Handle("/v2/", a.guard(rest))
	a.addControls(all)
	a.addPages(all)
	return all
}

// guard lets a REST request pass that is authorised, within the rate limit and
// not hit by a fault.
func (a *Account) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.authorised(w, r) {
			return
		}
		fault, wait := a.nextRESTFault()
		if a.pause(r.Context(), wait) != nil {
			return
		}
		if fault == http.StatusTooManyRequests {
			setRateHeaders(w.Header(), max(1, a.limit.perMinuteNow()), a.opts.Now().Add(time.Minute))
		}
		switch fault {
		case 0:
		case http.StatusForbidden:
			forbid(w)
			return
		default:
			refuse(w, fault, http.StatusText(fault), "A fault was asked for")
			return
		}
		if !a.limit.take(w.Header()) {
			refuse(w, http.StatusTooManyRequests, "Too Many Requests", "The rate limit has been reached")
			return
		}
		a.shortenPages(r)
		r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
		next.ServeHTTP(w, r)
	})
}

// authorised answers 401 without credentials and, as Aircall does, 403 to
// wrong ones.
func (a *Account) authorised(w http.ResponseWriter, r *http.Request) bool {
	if r.Header.Get("Authorization") == "" {
		refuse(w, http.StatusUnauthorized, "Unauthorized", "Authorization header is missing")
		return false
	}
	id, token, ok := r.BasicAuth()
	right := subtle.ConstantTimeCompare([]byte(id), []byte(a.opts.APIID)) &
		subtle.ConstantTimeCompare([]byte(token), []byte(a.opts.APIToken))
	if !ok || right == 0 {
		forbid(w)
		return false
	}
	return true
}

// apiError is the form of errors of the application; those of the edge in
// front of it have only a message.
type apiError struct {
	Error        string `json:"error"`
	Troubleshoot string `json:"troubleshoot"`
}

func forbid(w http.ResponseWriter) {
	answer(w, http.StatusForbidden, map[string]string{"message": "Forbidden"})
}

func refuse(w http.ResponseWriter, status int, what, why string) {
	answer(w, status, apiError{Error: what, Troubleshoot: why})
}

func notFound(w http.ResponseWriter, what string) {
	refuse(w, http.StatusNotFound, "Not Found", what+" not found")
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(mustJSON(v)) //nolint:errcheck // the caller went away
}

// meta describes a page of a list.
type meta struct {
	Count        int     `json:"count"`
	Total        int     `json:"total"`
	CurrentPage  int     `json:"current_page"`
	PerPage      int     `json:"per_page"`
	NextPage     *string `json:"next_page_link"`
	PreviousPage *string `json:"previous_page_link"`
}

// reachable is how many items of one query can be paged through.
const reachable = 10_000

// answerPage answers the page of a list that was asked for, rendering only
// the items on it.
func answerPage[T, W any](w http.ResponseWriter, r *http.Request, name string, items []T, render func(T) W) {
	page, perPage, ok := paging(r.URL.Query())
	if !ok {
		refuse(w, http.StatusBadRequest, "Bad Request", "page starts at 1, per_page is 1 to 50")
		return
	}
	open := items[:min(len(items), reachable)]
	from := min(len(open), (page-1)*perPage)
	to := min(len(open), from+perPage)
	rendered := make([]W, 0, to-from)
	for _, item := range open[from:to] {
		rendered = append(rendered, render(item))
	}
	m := meta{Count: len(rendered), Total: len(items), CurrentPage: page, PerPage: perPage}
	if to < len(open) {
		m.NextPage = pageLink(r, page+1, perPage)
	}
	if page > 1 {
		m.PreviousPage = pageLink(r, page-1, perPage)
	}
	answer(w, http.StatusOK, map[string]any{"meta": m, name: rendered})
}

func paging(q url.Values) (page, perPage int, ok bool) {
	page, okPage := number(q, "page", 1)
	perPage, okSize := number(q, "per_page", 20)
	ok = okPage && okSize && page >= 1 && page <= reachable && perPage >= 1
	return page, min(perPage, 50), ok
}

// number reads a whole number of the query.
func number(q url.Values, name string, absent int) (int, bool) {
	s := q.Get(name)
	if s == "" {
		return absent, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// pageLink is the full URL of another page, on the host the caller came to.
func pageLink(r *http.Request, page, perPage int) *string {
	q := r.URL.Query()
	q.Set("page", strconv.Itoa(page))
	q.Set("per_page", strconv.Itoa(perPage))
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	link := fmt.Sprintf("%s://%s%s?%s", scheme, r.Host, r.URL.Path, q.Encode())
	return &link
}
