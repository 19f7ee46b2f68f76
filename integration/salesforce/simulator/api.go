package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// call is one API request: an HTTP request, or a part of a composite one.
type call struct {
	method  string
	version string // "v66.0"
	path    []string
	query   url.Values
	header  http.Header
	body    any // parsed JSON, nil when there is none
	user    *record
	tx      *txn
	base    string // scheme and host of this org
}

// reply is what a call gives; a nil body is an empty one.
type reply struct {
	status int
	header http.Header
	body   any
}

func ok(body any) reply { return reply{status: http.StatusOK, body: body} }

func refused(e *apiError) reply {
	return reply{status: e.status, body: []any{e.rest()}}
}

func (c *call) object() object {
	o, _ := c.body.(object)
	return o
}

// rest is the path from the n-th part on.
func (c *call) part(n int) string {
	if n < len(c.path) {
		return c.path[n]
	}
	return ""
}

func (c *call) saving() saving {
	rule := strings.ReplaceAll(lower(c.header.Get("Sforce-Duplicate-Rule-Header")), " ", "")
	return saving{
		user: c.user, tx: c.tx,
		allowSave:  strings.Contains(rule, "allowsave=true"),
		autoAssign: !strings.EqualFold(c.header.Get("Sforce-Auto-Assign"), "false"),
	}
}

const (
	oldestVersion  = 20
	newestVersion  = 68
	retiredVersion = 7 // to 19: answered with 410
)

// checkVersion accepts v20.0 to v68.0.
func checkVersion(v string) *apiError {
	n, err := strconv.ParseFloat(strings.TrimPrefix(v, "v"), 64)
	if err != nil || !strings.HasPrefix(v, "v") || n > newestVersion || n < retiredVersion || n != float64(int(n)) {
		return noSuchResource()
	}
	if n < oldestVersion {
		return refuse(http.StatusGone, "UNSUPPORTED_API_VERSION", "This API version is retired: %s", v)
	}
	return nil
}

// dispatch finds who answers a call. Its caller holds the lock.
func (o *Org) dispatch(c *call) reply {
	switch c.part(0) {
	case "query", "queryAll", "search", "parameterizedSearch":
		if o.faults.take(QueryTimeout, "") != nil {
			return refused(bad("QUERY_TIMEOUT", "Your query request was running for too long."))
		}
	}
	switch c.part(0) {
	case "":
		return ok(o.resources(c))
	case "sobjects":
		return o.sobjects(c)
	case "query", "queryAll":
		return o.queryCall(c)
	case "search":
		return o.searchCall(c)
	case "parameterizedSearch":
		return o.parameterizedSearch(c)
	case "composite":
		return o.compositeCall(c)
	case "limits":
		return o.limits(c)
	}
	return refused(noSuchResource())
}

func (o *Org) resources(c *call) object {
	base := "/services/data/" + c.version
	var out object
	for _, name := range []string{"sobjects", "query", "queryAll", "search", "parameterizedSearch", "composite", "limits"} {
		out = append(out, member{name, base + "/" + name})
	}
	return append(out, member{"identity", c.base + "/id/" + o.orgID + "/" + c.user.id})
}

// kindOf names a call for the counters.
func kindOf(path []string) string {
	if len(path) == 0 {
		return "resources"
	}
	switch path[0] {
	case "queryAll":
		return "query"
	case "parameterizedSearch":
		return "search"
	case "sobjects":
		if path[len(path)-1] == "describe" || len(path) < 2 {
			return "describe"
		}
		return "sobject"
	case "composite":
		if len(path) == 1 {
			return "composite"
		}
		if path[1] == "sobjects" {
			return "collections"
		}
		return path[1]
	}
	return path[0]
}

// cost is how many requests of the daily limit a call counts for.
func cost(path []string, body any) int {
	if len(path) == 2 && path[0] == "composite" && path[1] == "batch" {
		o, _ := body.(object)
		return max(1, len(o.list("batchRequests")))
	}
	return 1
}

func (o *Org) limits(c *call) reply {
	used, max := o.usage.figures()
	pair := func(max, remaining int) object { return object{{"Max", max}, {"Remaining", remaining}} }
	return ok(object{
		{"ConcurrentAsyncGetReportInstances", pair(200, 200)},
		{"DailyApiRequests", pair(max, max-used)},
		{"DailyAsyncApexExecutions", pair(250000, 250000)},
		{"DailyBulkApiBatches", pair(15000, 15000)},
		{"DataStorageMB", pair(1024, 1000)},
		{"FileStorageMB", pair(1024, 1024)},
		{"SingleEmail", pair(5000, 5000)},
	})
}

// versions lists what the org speaks; nobody has to be signed in to ask.
func versions() []any {
	seasons := []string{"Winter", "Spring", "Summer"}
	var out []any
	for n := 31; n <= newestVersion; n++ { // v29.0 was Winter '14, and three come a year
		season, year := seasons[(n-29)%3], 14+(n-29)/3
		v := strconv.Itoa(n) + ".0"
		out = append(out, object{{"label", season + " '" + strconv.Itoa(year)}, {"url", "/services/data/v" + v}, {"version", v}})
	}
	return out
}
