package salesforce_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ringledger/integration/salesforce"
)

func sessionExpired(w http.ResponseWriter) {
	reply(w, http.StatusUnauthorized, refusal("INVALID_SESSION_ID", "Session expired or invalid"))
}

func TestTwentyRequestsWithAnExpiredSessionCauseOneRefresh(t *testing.T) {
	var refreshes, early atomic.Int32
	var waiting sync.WaitGroup
	waiting.Add(20)
	var o *org
	o = newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		switch token := r.Header.Get("Authorization"); {
		case r.URL.Path == "/services/oauth2/token":
			refreshes.Add(1)
			reply(w, http.StatusOK, tokenBody(o, func(b map[string]any) { b["refresh_token"] = "refresh-second" }))
		case strings.HasSuffix(token, "!first"):
			waiting.Done()
			waiting.Wait() // all twenty are refused before one can refresh
			sessionExpired(w)
		default:
			if _, ok := o.grants.stored.Load(strings.TrimPrefix(token, "Bearer ")); !ok {
				early.Add(1)
			}
			reply(w, http.StatusOK, map[string]any{"DailyApiRequests": map[string]int{"Max": 15000, "Remaining": 14000}})
		}
	})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if u, err := o.client.Limits(soon(t)); err != nil || u.Used != 1000 {
				t.Errorf("got %+v, %v", u, err)
			}
		})
	}
	group.Wait()
	if n := refreshes.Load(); n != 1 {
		t.Errorf("got %d refreshes, want 1", n)
	}
	if early.Load() != 0 {
		t.Error("the new session was used before its grant was stored")
	}
	if got := o.grants.grant.RefreshToken; got != "refresh-second" {
		t.Errorf("stored refresh token: got %q", got)
	}
}

func TestLastingRefusalOfTheSessionNeverLoops(t *testing.T) {
	var o *org
	o = newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/services/oauth2/token" {
			reply(w, http.StatusOK, tokenBody(o, nil))
			return
		}
		sessionExpired(w)
	})
	_, err := o.client.Limits(soon(t))
	kindOf(t, err, salesforce.Down)
	if n := len(o.requests()); n != 3 {
		t.Errorf("got %d requests, want the first, the refresh and one more", n)
	}
}

func TestDeadGrantAsksForAReconnect(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/services/oauth2/token" {
			reply(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": "expired access/refresh token"})
			return
		}
		sessionExpired(w)
	})
	_, err := o.client.WriteTasks(soon(t), oneTask())
	e := kindOf(t, err, salesforce.Reconnect)
	if e.Code != "invalid_grant" || e.Message != "expired access/refresh token" || e.Uncertain {
		t.Errorf("error: %+v", e)
	}
}

func TestBusyTokenEndpointIsNoDeadGrant(t *testing.T) {
	o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/services/oauth2/token" {
			reply(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant", "error_description": "token request is already being processed"})
			return
		}
		sessionExpired(w)
	})
	_, err := o.client.WriteTasks(soon(t), oneTask())
	kindOf(t, err, salesforce.Down)
}

func TestSessionsThatARefreshDoesNotCureAreNotRefreshed(t *testing.T) {
	for _, text := range []string{"This session is not valid for use with the REST API", "Connected app is not attached to Agent"} {
		o := newOrg(t, func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusUnauthorized, refusal("INVALID_SESSION_ID", text))
		})
		_, err := o.client.Limits(soon(t))
		kindOf(t, err, salesforce.Misconfigured)
		if n := len(o.requests()); n != 1 {
			t.Errorf("%s: got %d requests, want 1", text, n)
		}
	}
}

func TestSessionRefusedInXMLIsRefreshedToo(t *testing.T) {
	var o *org
	o = newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/services/oauth2/token":
			reply(w, http.StatusOK, tokenBody(o, nil))
		case strings.HasSuffix(r.Header.Get("Authorization"), "!first"):
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte("<?xml version='1.0'?><faultcode>LOGIN_OAUTH_INVALID_TOKEN</faultcode>")) //nolint:errcheck // the test reads the answer
		default:
			reply(w, http.StatusOK, map[string]any{"DailyApiRequests": map[string]int{"Max": 10, "Remaining": 4}})
		}
	})
	if u, err := o.client.Limits(soon(t)); err != nil || u.Used != 6 {
		t.Errorf("got %+v, %v", u, err)
	}
}

func TestMissingAndDeadGrantsSendNothing(t *testing.T) {
	o := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	for cause, want := range map[error]salesforce.Kind{
		salesforce.ErrNotConnected: salesforce.NotConnected, salesforce.ErrReconnect: salesforce.Reconnect,
		errors.New("database is locked"): salesforce.NotSent,
	} {
		o.grants.missing = cause
		_, err := o.client.WriteTasks(soon(t), oneTask())
		if e := kindOf(t, err, want); !errors.Is(e, cause) {
			t.Errorf("%v does not name its cause %v", e, cause)
		}
	}
	if n := len(o.requests()); n != 0 {
		t.Errorf("got %d requests, want 0", n)
	}
}

func TestBrokenAnswersOfAWrite(t *testing.T) {
	html := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=UTF-8")
			w.WriteHeader(status)
			w.Write([]byte("<html>Down for maintenance</html>")) //nolint:errcheck // the test reads the answer
		}
	}
	for name, c := range map[string]struct {
		answer      http.HandlerFunc
		write, read salesforce.Kind
	}{
		"hangs up":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, salesforce.Unknown, salesforce.Down},
		"breaks off":    {brokenOff, salesforce.Unknown, salesforce.Down},
		"never answers": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, salesforce.Unknown, salesforce.Down},
		"no JSON": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(`{"compositeResponse":[{`)) //nolint:errcheck // the test reads the answer
		}, salesforce.Unknown, salesforce.Down},
		"page 200":        {html(http.StatusOK), salesforce.Down, salesforce.Down},
		"page 503":        {html(http.StatusServiceUnavailable), salesforce.Down, salesforce.Down},
		"gateway gave up": {html(http.StatusGatewayTimeout), salesforce.Unknown, salesforce.Down},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, salesforce.Down, salesforce.Down},
		"unexpected error": {refuses(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred"), salesforce.Unknown, salesforce.Busy},
		"unavailable":      {refuses(503, "SERVER_UNAVAILABLE", "try later"), salesforce.Unknown, salesforce.Down},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOrg(t, c.answer)
			client := o.connect(salesforce.Options{ReadTimeout: 150 * time.Millisecond, WriteTimeout: 150 * time.Millisecond})
			results, err := client.WriteTasks(soon(t), oneTask())
			if e := kindOf(t, err, c.write); !e.Uncertain {
				t.Errorf("a write that may have happened is not marked: %+v", e)
			}
			if len(results) != 1 || results[0].Err == nil || results[0].Err.Kind != c.write {
				t.Errorf("row: %+v", results)
			}
			_, err = client.Limits(soon(t))
			if e := kindOf(t, err, c.read); e.Uncertain {
				t.Errorf("a read is marked as a write: %+v", e)
			}
			if n := len(o.requests()); n != 2 {
				t.Errorf("got %d requests, want one each", n)
			}
		})
	}
}

func brokenOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", "5000")
	w.Write([]byte(`{"compositeResponse":[{"body":[{"id":"00T`)) //nolint:errcheck // the test reads the answer
}

func refuses(status int, code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { reply(w, status, refusal(code, message)) }
}

func TestUnreachableOrgWasNotSentTo(t *testing.T) {
	o := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.grants.grant.InstanceURL = "http://" + l.Addr().String()
	l.Close()
	_, err = o.client.WriteTasks(soon(t), oneTask())
	if e := kindOf(t, err, salesforce.NotSent); e.Uncertain {
		t.Error("a request that never left is marked as uncertain")
	}
}

func TestCancelledRequestNamesItsCause(t *testing.T) {
	o := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := o.client.WriteTasks(ctx, oneTask())
	kindOf(t, err, salesforce.NotSent)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v does not wrap context.Canceled", err)
	}
}

func TestSessionIsNeverSentToAForeignHost(t *testing.T) {
	foreign := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	o := newOrg(t, func(http.ResponseWriter, *http.Request) {})
	o.grants.grant.InstanceURL = strings.Replace(foreign.URL, "127.0.0.1", "127.0.0.1.example.com", 1)
	_, err := o.client.WriteTasks(soon(t), oneTask())
	if e := kindOf(t, err, salesforce.Misconfigured); !errors.Is(e, salesforce.ErrHost) {
		t.Errorf("error: %v", e)
	}
	if len(foreign.requests()) != 0 {
		t.Error("the foreign host was asked")
	}
}

func TestDailyLimitIsToldFromConcurrency(t *testing.T) {
	for message, want := range map[string]salesforce.Kind{
		"TotalRequests Limit exceeded.":                                salesforce.Limited,
		"ConcurrentRequests (Concurrent API Requests) Limit exceeded.": salesforce.Busy,
		"ConcurrentPerOrgLongTxn Limit exceeded.":                      salesforce.Busy,
	} {
		o := newOrg(t, refuses(http.StatusForbidden, "REQUEST_LIMIT_EXCEEDED", message))
		_, err := o.client.WriteTasks(soon(t), oneTask())
		if e := kindOf(t, err, want); e.Uncertain || e.Message != message {
			t.Errorf("error: %+v", e)
		}
	}
}

func TestUsageIsReadFromEveryAnswer(t *testing.T) {
	for header, want := range map[string][2]int{
		"api-usage=101/15000": {101, 15000},
		"api-usage=25/5000; per-app-api-usage=17/250(appName=sample-app)": {25, 5000},
		"per-app-api-usage=17/250(appName=x); api-usage=26/5000":          {26, 5000},
		"api-bursts=1/750": {0, 0},
	} {
		o := newOrg(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Sforce-Limit-Info", header)
			w.WriteHeader(http.StatusBadRequest)
			w.Write([]byte(`[{"errorCode":"MALFORMED_QUERY","message":"x"}]`)) //nolint:errcheck // the test reads the answer
		})
		if _, err := o.client.Limits(soon(t)); err == nil {
			t.Fatal("no error")
		}
		if u := o.client.Usage(); u.Used != want[0] || u.Max != want[1] || u.At.IsZero() != (want[1] == 0) {
			t.Errorf("%s: got %+v", header, u)
		}
	}
}

func TestExchangesAreRecordedWithoutSecrets(t *testing.T) {
	var o *org
	o = newOrg(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/services/oauth2/token":
			reply(w, http.StatusOK, tokenBody(o, func(b map[string]any) { b["refresh_token"] = "CANARY-refresh-2" }))
		case strings.HasSuffix(r.Header.Get("Authorization"), "!CANARY.access_1"):
			sessionExpired(w)
		default:
			reply(w, http.StatusBadRequest, refusal("JSON_PARSER_ERROR", "echo "+r.Header.Get("Authorization")))
		}
	})
	o.grants.grant.AccessToken = "00D000000000001!CANARY.access_1"
	o.grants.grant.RefreshToken = "CANARY-refresh-1"
	var log salesforce.Log
	writes := oneTask()
	writes[0].Fields["Description"] = strings.Repeat("long ", 20000)
	if _, err := o.client.WriteTasks(salesforce.WithLog(soon(t), &log), writes); err == nil {
		t.Fatal("no error")
	}
	all := log.Exchanges()
	if len(all) != 3 || all[0].Status != 401 || all[1].Purpose != "refresh" || all[2].Path != "/services/data/v66.0/composite" {
		t.Fatalf("exchanges: %+v", all)
	}
	for _, x := range all {
		for _, part := range []string{string(x.Sent), string(x.Got), x.Err, x.Path} {
			for _, secret := range []string{"CANARY", "consumer-secret", "!second"} {
				if strings.Contains(part, secret) {
					t.Errorf("%s shows %s: %.300s", x.Purpose, secret, part)
				}
			}
			if len(part) > 64<<10 {
				t.Errorf("%s keeps %d bytes", x.Purpose, len(part))
			}
		}
		if x.At.IsZero() || x.Duration <= 0 {
			t.Errorf("%s has no time", x.Purpose)
		}
	}
	if !strings.Contains(string(all[2].Sent), "aircall:1") {
		t.Error("the Task is not in what was sent")
	}
}

func TestAnswersThatLackSomethingAreUnknown(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"no subrequests": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, map[string]any{"compositeResponse": []any{}})
		},
		"others' subrequests": func(w http.ResponseWriter, _ *http.Request) {
			reply(w, http.StatusOK, map[string]any{"compositeResponse": []any{map[string]any{"referenceId": "x-1", "httpStatusCode": 200, "body": []any{}}}})
		},
		"no rows":               composite(t, func(sub) (int, any) { return http.StatusOK, []any{} }),
		"a row without an id":   composite(t, func(sub) (int, any) { return http.StatusOK, []any{map[string]any{"success": true}} }),
		"a refusal in no words": composite(t, func(sub) (int, any) { return http.StatusBadGateway, []any{} }),
	} {
		o := newOrg(t, answer)
		results, err := o.client.WriteTasks(soon(t), oneTask())
		if e := results[0].Err; e == nil || e.Kind != salesforce.Unknown || !e.Uncertain {
			t.Errorf("%s: got %+v, %v", name, e, err)
		}
	}
}

func TestErrorsReadAsSentences(t *testing.T) {
	for want, e := range map[string]*salesforce.Error{
		"salesforce: write_tasks: INVALID_FIELD: No such column": {Purpose: "write_tasks", Code: "INVALID_FIELD", Message: "No such column", Status: 400},
		"salesforce: search: the answer was lost: EOF":           {Purpose: "search", Message: "the answer was lost", Err: errors.New("EOF")},
		"salesforce: down (HTTP 503)":                            {Kind: salesforce.Down, Status: 503},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if salesforce.KindOf(errors.New("x")) != "" || salesforce.KindOf(nil) != "" {
		t.Error("an error of others has a kind")
	}
}
