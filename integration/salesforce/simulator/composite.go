package simulator

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const (
	maxSubrequests = 25
	maxHeavy       = 5 // collections and queries in one composite
)

func (o *Org) compositeCall(c *call) reply {
	switch c.part(1) {
	case "":
		if c.method == http.MethodPost {
			return o.composite(c)
		}
		return refused(wrongMethod(c.method))
	case "batch":
		return o.batch(c)
	case "graph":
		return o.graphs(c)
	case "sobjects":
		return o.collections(c)
	}
	return refused(noSuchResource())
}

// subrequest is one part of a composite.
type subrequest struct {
	ref    string
	method string
	target string
	body   any
	header http.Header
}

// subanswer is what a part gave; the body is kept for references to it.
type subanswer struct {
	ref string
	reply
}

const haltedText = "The transaction was rolled back since another operation in the same transaction failed."

func (o *Org) composite(c *call) reply {
	parts := c.object().list("compositeRequest")
	requests, fail := readSubrequests(parts)
	if fail != nil {
		return refused(fail)
	}
	answers := o.runParts(c, requests, c.object().flag("allOrNone", false))
	out := make([]any, len(answers))
	for i, a := range answers {
		out[i] = a.asObject()
	}
	return ok(object{{"compositeResponse", out}})
}

func (a subanswer) asObject() object {
	header := object{}
	for _, name := range []string{"Location", "ETag"} {
		if v := a.header.Get(name); v != "" {
			header = append(header, member{name, v})
		}
	}
	return object{{"body", a.body}, {"httpHeaders", header}, {"httpStatusCode", a.status}, {"referenceId", a.ref}}
}

// runParts runs the parts in order. With allOrNone the first failure takes all
// others back, and they say so.
func (o *Org) runParts(c *call, requests []subrequest, allOrNone bool) []subanswer {
	mark := c.tx.mark()
	answers := make([]subanswer, 0, len(requests))
	failed := -1
	for i, sub := range requests {
		if failed >= 0 && allOrNone {
			break
		}
		a := subanswer{ref: sub.ref, reply: o.runPart(c, sub, answers)}
		answers = append(answers, a)
		if a.status >= 400 && failed < 0 {
			failed = i
		}
	}
	if failed < 0 || !allOrNone {
		return answers
	}
	o.rollback(c.tx, mark)
	for i, sub := range requests {
		halted := subanswer{ref: sub.ref, reply: refused(bad("PROCESSING_HALTED", haltedText))}
		switch {
		case i >= len(answers):
			answers = append(answers, halted)
		case i != failed:
			answers[i] = halted
		}
	}
	return answers
}

func (o *Org) runPart(c *call, sub subrequest, earlier []subanswer) reply {
	target, fail := resolveText(sub.target, earlier)
	if fail == nil {
		sub.body, fail = resolve(sub.body, earlier)
	}
	if fail != nil {
		return refused(fail)
	}
	inner, fail := c.inside(sub, target)
	if fail != nil {
		return refused(fail)
	}
	if out, refused := o.refusePart(inner.method, target); refused {
		return out
	}
	return o.dispatch(inner)
}

// inside makes the call that a subrequest stands for.
func (c *call) inside(sub subrequest, target string) (*call, *apiError) {
	u, err := url.Parse(target)
	if err != nil {
		u, err = url.Parse(strings.ReplaceAll(target, " ", "%20"))
	}
	rest, ok := strings.CutPrefix(target, "/services/data/")
	if err != nil || !ok {
		return nil, noSuchResource()
	}
	version, _, _ := strings.Cut(rest, "/")
	if fail := checkVersion(version); fail != nil {
		return nil, fail
	}
	return &call{method: strings.ToUpper(sub.method), version: version, path: splitPath(u.EscapedPath(), version), query: u.Query(),
		header: sub.header, body: sub.body, user: c.user, tx: c.tx, base: c.base}, nil
}

var refPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_]*$`)

func readSubrequests(parts []any) ([]subrequest, *apiError) {
	if len(parts) == 0 {
		return nil, bad("REQUIRED_FIELD_MISSING", "At least one compositeRequest is required")
	}
	if len(parts) > maxSubrequests {
		return nil, bad("LIMIT_EXCEEDED", "Composite request limit exceeded: at most %d subrequests", maxSubrequests)
	}
	heavy := 0
	seen := map[string]bool{}
	out := make([]subrequest, len(parts))
	for i, part := range parts {
		sub, fail := readSubrequest(part)
		if fail != nil {
			return nil, fail
		}
		if seen[sub.ref] {
			return nil, bad("INVALID_INPUT", "Duplicate referenceId: %s", sub.ref)
		}
		seen[sub.ref] = true
		if strings.Contains(sub.target, "/composite/sobjects") || strings.Contains(sub.target, "/query") {
			heavy++
		}
		out[i] = sub
	}
	if heavy > maxHeavy {
		return nil, bad("LIMIT_EXCEEDED", "Composite request limit exceeded: at most %d subrequests may be queries or collections", maxHeavy)
	}
	return out, nil
}

func readSubrequest(part any) (subrequest, *apiError) {
	in, _ := part.(object)
	body, _ := in.lookup("body")
	sub := subrequest{ref: in.text("referenceId"), method: in.text("method"), target: in.text("url"), body: body, header: http.Header{}}
	if !refPattern.MatchString(sub.ref) {
		return sub, bad("INVALID_INPUT", "Provided referenceId ('%s') must start with a letter or a number, and it can contain only letters, numbers and underscores ('_').", sub.ref)
	}
	headers, _ := in.lookup("httpHeaders")
	list, _ := headers.(object)
	for _, h := range list {
		name := http.CanonicalHeaderKey(h.name)
		if name == "Accept" || name == "Authorization" || name == "Content-Type" {
			return sub, bad("INVALID_INPUT", "The header '%s' is not allowed in a subrequest", h.name)
		}
		v, _ := h.value.(string)
		sub.header.Set(name, v)
	}
	_, rest, _ := strings.Cut(strings.TrimPrefix(sub.target, "/services/data/"), "/")
	resource, _, _ := strings.Cut(rest, "?")
	if r := strings.Split(resource, "/"); r[0] != "sobjects" && r[0] != "query" && r[0] != "queryAll" && !strings.HasPrefix(resource, "composite/sobjects") {
		return sub, bad("INVALID_INPUT", "The URL '%s' is not supported in a composite request", sub.target)
	}
	return sub, nil
}
