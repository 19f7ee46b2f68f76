package simulator

import (
	"bytes"
	"context"
	"net/http"
	"strings"
)

// misbehave puts one fault around the work of a request.
func (o *Org) misbehave(ctx context.Context, f *Fault, work func() answer) func() answer {
	plain := func(a answer) func() answer {
		a.kind = "fault"
		return func() answer { return a }
	}
	switch f.Kind {
	case Delay:
		return func() answer { o.pause(ctx, f.delay()); return work() }
	case DropBefore:
		return plain(answer{status: breakConnection})
	case DropAfter:
		return func() answer { a := work(); a.status = breakConnection; return a }
	case Truncate:
		return func() answer { a := work(); a.status = breakInMiddle; return a }
	case LateCommit:
		return func() answer {
			o.commitLater(f.delay(), work)
			a := htmlAnswer(http.StatusGatewayTimeout, gatewayPage)
			a.kind = "fault"
			return a
		}
	case HTML503:
		return plain(htmlAnswer(http.StatusServiceUnavailable, maintenancePage))
	case MaintenancePage:
		return plain(htmlAnswer(http.StatusOK, maintenancePage))
	case BadGateway:
		return plain(htmlAnswer(http.StatusBadGateway, badGatewayPage))
	case Redirect:
		return plain(f.elsewhere())
	case APIDisabled, SessionRefused, OrgDown:
		e := refusesRequests[f.Kind]
		return plain(jsonAnswer("", e.status, []any{e.rest()}))
	case RequestLimit:
		return plain(o.limited(f.Message))
	case Concurrent:
		return plain(o.limited("ConcurrentRequests (Concurrent API Requests) Limit exceeded."))
	case GatewayTimeout, Oversize, WrongType, EmptyAnswer:
		return func() answer { return f.spoil(work()) }
	}
	return plain(f.answer())
}

// spoil keeps the change a request made and loses its answer.
func (f *Fault) spoil(a answer) answer {
	switch f.Kind {
	case GatewayTimeout:
		return htmlAnswer(http.StatusGatewayTimeout, gatewayPage)
	case Oversize:
		a.body = append(a.body, bytes.Repeat([]byte(" "), tooLong)...)
	case WrongType:
		a.header.Set("Content-Type", "text/html; charset=UTF-8")
	case EmptyAnswer:
		a.body = []byte("{}")
	}
	return a
}

// tooLong is more than any client should read.
const tooLong = 40 << 20

// refusesRequests are the faults that answer whole requests with an error.
var refusesRequests = map[Kind]*apiError{
	APIDisabled:    refuse(http.StatusForbidden, "API_DISABLED_FOR_ORG", "API is disabled for this User"),
	SessionRefused: refuse(http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid"),
	OrgDown:        refuse(http.StatusServiceUnavailable, "SERVER_UNAVAILABLE", "The server is currently unavailable"),
}

// answer is what a fault of kind Answer says.
func (f *Fault) answer() answer {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if f.Body != "" {
		kind := "text/html; charset=UTF-8"
		if strings.HasPrefix(strings.TrimSpace(f.Body), "[") || strings.HasPrefix(strings.TrimSpace(f.Body), "{") {
			kind = "application/json;charset=UTF-8"
		}
		return answer{status: status, header: http.Header{"Content-Type": {kind}}, body: []byte(f.Body)}
	}
	e := refuse(status, f.Code, "%s", f.Message)
	if e.code == "" {
		e.code, e.message = "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (-123456789)"
	}
	return jsonAnswer("", status, []any{e.rest()})
}

// elsewhere sends the client to another host, which it should not follow with
// a session in its hands.
func (f *Fault) elsewhere() answer {
	target := f.Body
	if target == "" {
		target = "https://elsewhere.example.com/"
	}
	return answer{status: http.StatusTemporaryRedirect, header: http.Header{"Location": {target}}}
}

// refusePart answers a part of a Composite without carrying it out.
func (o *Org) refusePart(method, target string) (reply, bool) {
	f := o.faults.takePart(method, target)
	if f == nil {
		return reply{}, false
	}
	status, code, message := f.Status, f.Code, f.Message
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if code == "" {
		code, message = "UNKNOWN_EXCEPTION", "An unexpected error occurred. Please include this ErrorId if you contact support: 1234567890-12345 (-123456789)"
	}
	return refused(refuse(status, code, "%s", message)), true
}

// renewing answers a request for a new token, while a switch is on for that.
func (o *Org) renewing() *answer {
	for kind, a := range map[Kind]answer{
		RefreshError: htmlAnswer(http.StatusServiceUnavailable, maintenancePage),
		LoginRate:    oauthError(http.StatusBadRequest, "rate_limit_exceeded", "login rate exceeded"),
		IPRestricted: oauthError(http.StatusBadRequest, "invalid_grant", "ip restricted"),
	} {
		if o.faults.take(kind, "") != nil {
			return &a
		}
	}
	return nil
}
