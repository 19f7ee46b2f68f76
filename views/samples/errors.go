package samples

import (
	"context"
	"net/http"

	"ringledger/views"

	"github.com/a-h/templ"
)

// errorPages are the pages of every error that a visitor can meet.
func errorPages() []Sample {
	var all []Sample
	for _, e := range []struct {
		name, code string
		status     int
		signedIn   bool
		page       string
		sent       bool
	}{
		{"bad-request", "bad_request", http.StatusBadRequest, true, "", false},
		{"forbidden", "forbidden", http.StatusForbidden, true, "", false},
		{"cross-site", "cross_site", http.StatusForbidden, true, "/rules/flows", true},
		{"not-found", "not_found", http.StatusNotFound, true, "", false},
		{"not-found-outside", "not_found", http.StatusNotFound, false, "", false},
		{"method", "method", http.StatusMethodNotAllowed, true, "", false},
		{"conflict", "conflict", http.StatusConflict, true, "/activity/41", true},
		{"too-large", "too_large", http.StatusRequestEntityTooLarge, true, "/rules/history/import", true},
		{"throttled", "throttled", http.StatusTooManyRequests, false, "/signin", true},
		{"internal", "internal", http.StatusInternalServerError, false, "/activity", false},
		{"unavailable", "unavailable", http.StatusServiceUnavailable, false, "/activity", false},
		{"too-broad", "too_broad", http.StatusServiceUnavailable, true, "/activity", true},
		{"locked-missing", "locked_missing", http.StatusServiceUnavailable, false, "/", false},
		{"locked-wrong", "locked_wrong", http.StatusServiceUnavailable, false, "/", false},
		{"locked-unreadable", "locked_unreadable", http.StatusServiceUnavailable, false, "/", false},
	} {
		all = append(all, Sample{"error-" + e.name, func(ctx context.Context) templ.Component {
			f := views.Frame{Languages: languages(ctx)}
			if e.signedIn {
				f = frame(ctx, "")
			}
			return views.Error(f, views.ErrorPage{Status: e.status, Code: e.code, Request: "9f3c21", Page: e.page, Sent: e.sent})
		}})
	}
	return all
}
