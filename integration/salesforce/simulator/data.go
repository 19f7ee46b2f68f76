package simulator

import (
	"net/http"
	"net/url"
	"strings"
)

// api answers everything but pages: tokens, identities, data.
func (o *Org) api(r *http.Request, path string, body []byte) answer {
	switch {
	case path == "/services/data" || path == "/services/data/":
		return jsonAnswer("versions", http.StatusOK, versions())
	case strings.HasPrefix(path, "/services/data/"):
		return o.data(r, strings.TrimPrefix(path, "/services/data/"), body)
	}
	return o.tokens(r, path, body)
}

// data answers one authenticated request to the REST API.
func (o *Org) data(r *http.Request, path string, body []byte) answer {
	version, _, _ := strings.Cut(path, "/")
	if fail := checkVersion(version); fail != nil {
		return jsonAnswer("refused", fail.status, []any{fail.rest()})
	}
	user, fail := o.authenticate(r)
	if fail != nil {
		return unauthenticated(r, fail)
	}
	c := &call{method: method(r), version: version, path: splitPath(r.URL.EscapedPath(), version), query: r.URL.Query(),
		header: r.Header, user: user, tx: &txn{}, base: o.baseURL(r)}
	if len(body) > 0 {
		parsed, err := parseJSON(body)
		if err != nil {
			return o.counted(c, refused(bad("JSON_PARSER_ERROR", "%s", err)), 1)
		}
		c.body = parsed
	}
	n := cost(c.path, c.body)
	if !o.usage.spend(n, o.now()) {
		return o.limited("")
	}
	return o.counted(c, o.locked(c), n)
}

// locked answers one call at a time. It lets go also when a mistake of the
// simulator panics, so that one bad request does not stop the org.
func (o *Org) locked(c *call) reply {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.dispatch(c)
}

// method lets old clients say PATCH in the query, as Salesforce does.
func method(r *http.Request) string {
	if m := r.URL.Query().Get("_HttpMethod"); m != "" && r.Method == http.MethodPost {
		return strings.ToUpper(m)
	}
	return r.Method
}

func (o *Org) counted(c *call, out reply, n int) answer {
	a := jsonAnswer(kindOf(c.path), out.status, out.body)
	a.cost = n
	for name, values := range out.header {
		a.header[name] = values
	}
	a.header.Set("Sforce-Limit-Info", o.usage.header())
	return a
}

// splitPath gives the decoded parts behind the version. It works on the
// escaped path because an external id may contain a slash.
func splitPath(escaped, version string) []string {
	_, rest, _ := strings.Cut(escaped, "/"+version)
	var out []string
	for part := range strings.SplitSeq(strings.Trim(rest, "/"), "/") {
		if plain, err := url.PathUnescape(part); err == nil && plain != "" {
			out = append(out, plain)
		}
	}
	return out
}

func (o *Org) authenticate(r *http.Request) (*record, *apiError) {
	kind, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if token == "" || !strings.EqualFold(kind, "Bearer") && !strings.EqualFold(kind, "OAuth") {
		return nil, refuse(http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid")
	}
	id, ok := o.oauth.session(token, o.now())
	if !ok {
		return nil, refuse(http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid")
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	user := o.rows[id]
	if user == nil || !user.is("IsActive") || o.frozen(user) {
		return nil, refuse(http.StatusUnauthorized, "INVALID_SESSION_ID", "Session expired or invalid")
	}
	return user, nil
}

// unauthenticated answers in JSON, except to a body that is none: that gets
// the XML of the older API.
func unauthenticated(r *http.Request, fail *apiError) answer {
	if r.Method != http.MethodGet && r.ContentLength > 0 && !strings.Contains(r.Header.Get("Content-Type"), "json") {
		const fault = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><soapenv:Fault><faultcode>LOGIN_OAUTH_INVALID_TOKEN</faultcode><faultstring>INVALID_SESSION_ID</faultstring></soapenv:Fault></soapenv:Body></soapenv:Envelope>`
		return answer{status: http.StatusUnauthorized, header: http.Header{"Content-Type": {"application/xml"}}, body: []byte(fault), kind: "refused"}
	}
	a := jsonAnswer("refused", fail.status, []any{fail.rest()})
	a.header.Set("WWW-Authenticate", "Token")
	return a
}
