package simulator

import (
	"net/http"
	"strings"
)

// batch answers /composite/batch: independent parts, in order, each counted.
func (o *Org) batch(c *call) reply {
	if c.method != http.MethodPost {
		return refused(wrongMethod(c.method))
	}
	parts := c.object().list("batchRequests")
	if len(parts) == 0 || len(parts) > maxSubrequests {
		return refused(bad("LIMIT_EXCEEDED", "A batch holds 1 to %d requests", maxSubrequests))
	}
	halt := c.object().flag("haltOnError", false)
	failed := false
	results := make([]any, len(parts))
	for i, part := range parts {
		in, _ := part.(object)
		out := refused(refuse(http.StatusPreconditionFailed, "BATCH_PROCESSING_HALTED", "Batch processing halted per request"))
		if !failed || !halt {
			out = o.batchPart(c, in)
		}
		failed = failed || out.status >= 400
		results[i] = object{{"statusCode", out.status}, {"result", out.body}}
	}
	return ok(object{{"hasErrors", failed}, {"results", results}})
}

func (o *Org) batchPart(c *call, in object) reply {
	body, _ := in.lookup("richInput")
	target := "/services/data/" + strings.TrimPrefix(strings.TrimPrefix(in.text("url"), "/"), "services/data/")
	inner, fail := c.inside(subrequest{method: in.text("method"), body: body, header: http.Header{}}, target)
	if fail != nil {
		return refused(fail)
	}
	if inner.part(0) == "composite" {
		return refused(bad("INVALID_INPUT", "Composite requests are not allowed in a batch"))
	}
	return o.dispatch(inner)
}

const (
	maxGraphs = 75
	maxNodes  = 500
)

// graphs answers /composite/graph: each graph is all-or-none.
func (o *Org) graphs(c *call) reply {
	if c.method != http.MethodPost {
		return refused(wrongMethod(c.method))
	}
	list := c.object().list("graphs")
	nodes := 0
	for _, g := range list {
		in, _ := g.(object)
		nodes += len(in.list("compositeRequest"))
	}
	if len(list) == 0 || len(list) > maxGraphs || nodes > maxNodes {
		return refused(bad("LIMIT_EXCEEDED", "A request holds 1 to %d graphs and at most %d nodes", maxGraphs, maxNodes))
	}
	out := make([]any, len(list))
	for i, g := range list {
		in, _ := g.(object)
		out[i] = o.graph(c, in)
	}
	return ok(object{{"graphs", out}})
}

func (o *Org) graph(c *call, in object) object {
	requests := []subrequest{}
	for _, part := range in.list("compositeRequest") {
		sub, fail := readSubrequest(part)
		if fail != nil {
			a := subanswer{ref: sub.ref, reply: refused(fail)}
			return graphAnswer(in, []any{a.asObject()}, false)
		}
		requests = append(requests, sub)
	}
	successful := true
	answers := []any{}
	for _, a := range o.runParts(c, requests, true) {
		successful = successful && a.status < 400
		answers = append(answers, a.asObject())
	}
	return graphAnswer(in, answers, successful)
}

func graphAnswer(in object, answers []any, successful bool) object {
	return object{{"graphId", in.text("graphId")}, {"graphResponse", object{{"compositeResponse", answers}}}, {"isSuccessful", successful}}
}
