package simulator

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	defaultPage  = 2000
	smallestPage = 200
	maxCursors   = 500
	cursorLife   = 48 * time.Hour
)

// queryCall answers /query, /queryAll and the further pages of both.
func (o *Org) queryCall(c *call) reply {
	if c.method != http.MethodGet {
		return refused(wrongMethod(c.method))
	}
	if len(c.path) == 2 {
		return o.nextPage(c, c.part(1))
	}
	q, fail := o.parseQuery(c.query.Get("q"))
	if fail != nil {
		return refused(fail)
	}
	all := c.part(0) == "queryAll"
	if q.aggregates() {
		rows := o.grouped(q, o.matching(q, all))
		return ok(object{{"totalSize", len(rows)}, {"done", true}, {"records", listOf(rows)}})
	}
	found := o.find(q, all)
	if q.countOnly {
		return ok(object{{"totalSize", len(found)}, {"done", true}, {"records", []any{}}})
	}
	size := pageSize(c.header.Get("Sforce-Query-Options"))
	if len(found) <= size {
		return ok(object{{"totalSize", len(found)}, {"done", true}, {"records", o.renderAll(found, q.selected, c.version)}})
	}
	return ok(o.firstPage(c, q, found, size))
}

func listOf(rows []object) []object {
	if rows == nil {
		return []object{}
	}
	return rows
}

func (o *Org) renderAll(rows []*record, selected []selection, version string) []object {
	out := make([]object, len(rows))
	for i, r := range rows {
		out[i] = o.render(r, selected, version)
	}
	return out
}

var batchSizeOption = regexp.MustCompile(`(?i)batchSize\s*=\s*(\d+)`)

func pageSize(option string) int {
	found := batchSizeOption.FindStringSubmatch(option)
	if found == nil {
		return defaultPage
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return defaultPage
	}
	return min(max(n, smallestPage), defaultPage)
}

// firstPage keeps the whole answer as it was at this moment, as Salesforce does.
func (o *Org) firstPage(c *call, q *query, found []*record, size int) object {
	for id, old := range o.cursors {
		if o.now().Sub(old.at) > cursorLife || len(o.cursors) >= maxCursors {
			delete(o.cursors, id)
		}
	}
	id := fmt.Sprintf("01g%012dAAA", len(o.cursors)+1+int(o.now().UnixNano()%1e11))
	o.cursors[id] = &cursor{rows: o.renderAll(found, q.selected, c.version), size: size, at: o.now()}
	return o.resultPage(c, id, 0)
}

func (o *Org) resultPage(c *call, id string, from int) object {
	rows := o.cursors[id].rows
	to := min(from+o.cursors[id].size, len(rows))
	out := object{{"totalSize", len(rows)}, {"done", to == len(rows)}}
	if to < len(rows) {
		out = append(out, member{"nextRecordsUrl", fmt.Sprintf("/services/data/%s/query/%s-%d", c.version, id, to)})
	}
	return append(out, member{"records", rows[from:to]})
}

func (o *Org) nextPage(c *call, locator string) reply {
	id, at, _ := strings.Cut(locator, "-")
	from, err := strconv.Atoi(at)
	if err != nil || o.cursors[id] == nil || from < 0 || from > len(o.cursors[id].rows) {
		return refused(bad("INVALID_QUERY_LOCATOR", "invalid query locator"))
	}
	return ok(o.resultPage(c, id, from))
}
