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
	}{
		{"bad-request", "bad_request", http.StatusBadRequest, true},
		{"forbidden", "forbidden", http.StatusForbidden, true},
		{"cross-site", "cross_site", http.StatusForbidden, true},
		{"not-found", "not_found", http.StatusNotFound, true},
		{"not-found-outside", "not_found", http.StatusNotFound, false},
		{"method", "method", http.StatusMethodNotAllowed, true},
		{"conflict", "conflict", http.StatusConflict, true},
		{"too-large", "too_large", http.StatusRequestEntityTooLarge, true},
		{"throttled", "throttled", http.StatusTooManyRequests, false},
		{"internal", "internal", http.StatusInternalServerError, false},
		{"unavailable", "unavailable", http.StatusServiceUnavailable, false},
		{"too-broad", "too_broad", http.StatusServiceUnavailable, true},
		{"locked-missing", "locked_missing", http.StatusServiceUnavailable, false},
		{"locked-wrong", "locked_wrong", http.StatusServiceUnavailable, false},
		{"locked-unreadable", "locked_unreadable", http.StatusServiceUnavailable, false},
	} {
		all = append(all, Sample{"error-" + e.name, func(ctx context.Context) templ.Component {
			f := views.Frame{Languages: languages(ctx)}
			if e.signedIn {
				f = frame(ctx, "")
			}
			return views.Error(f, views.ErrorPage{Status: e.status, Code: e.code, Request: "9f3c21"})
		}})
	}
	return all
}
