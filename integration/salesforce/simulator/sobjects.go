package simulator

import (
	"net/http"
	"strings"
)

// sobjects answers /sobjects and below.
func (o *Org) sobjects(c *call) reply {
	if len(c.path) == 1 {
		return o.listObjects()
	}
	s, found := o.objects[lower(c.part(1))]
	if !found || s.hidden {
		return refused(noSuchResource())
	}
	switch {
	case len(c.path) == 2:
		return o.onObject(c, s)
	case c.part(2) == "describe":
		return o.describe(c, s)
	case len(c.path) == 3:
		return o.onRow(c, s, c.part(2))
	case len(c.path) == 4:
		return o.onKey(c, s, c.part(2), c.part(3))
	}
	return refused(noSuchResource())
}

func (o *Org) onObject(c *call, s *sobject) reply {
	if c.method == http.MethodGet {
		return ok(object{{"objectDescribe", s.summary()}, {"recentItems", []any{}}})
	}
	if c.method != http.MethodPost {
		return refused(wrongMethod(c.method))
	}
	in, isObject := c.body.(object)
	if !isObject {
		return refused(bad("JSON_PARSER_ERROR", "The HTTP entity body is required, but this request has no entity body."))
	}
	r, fail := o.insert(s, in, c.saving())
	if fail != nil {
		return refused(fail)
	}
	return created(c, r, nil)
}

// created is the answer to a create, and with a flag to an upsert.
func created(c *call, r *record, wasCreated *bool) reply {
	body := object{{"id", r.id}, {"success", true}, {"errors", []any{}}}
	status := http.StatusCreated
	if wasCreated != nil {
		body = append(body, member{"created", *wasCreated})
		if !*wasCreated {
			return reply{status: http.StatusOK, body: body}
		}
	}
	location := "/services/data/" + c.version + "/sobjects/" + r.of.name + "/" + r.id
	return reply{status: status, body: body, header: http.Header{"Location": {location}}}
}

func (o *Org) onRow(c *call, s *sobject, id string) reply {
	full, valid := fullID(id)
	r := o.rows[full]
	switch {
	case !valid:
		return refused(refuse(http.StatusNotFound, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: %s", id))
	case r == nil || r.of != s:
		return refused(noSuchResource())
	case r.deleted:
		return refused(refuse(http.StatusNotFound, "ENTITY_IS_DELETED", "entity is deleted"))
	}
	switch c.method {
	case http.MethodGet, http.MethodHead:
		return o.readRow(c, r)
	case http.MethodPatch:
		if fail := o.update(r, c.object(), c.saving()); fail != nil {
			return refused(fail)
		}
		return reply{status: http.StatusNoContent}
	case http.MethodDelete:
		if fail := o.remove(r, c.saving()); fail != nil {
			return refused(fail)
		}
		return reply{status: http.StatusNoContent}
	}
	return refused(wrongMethod(c.method))
}

func (o *Org) readRow(c *call, r *record) reply {
	fields, fail := r.of.chosen(c.query.Get("fields"))
	if fail != nil {
		return refused(fail)
	}
	return ok(renderFields(r, fields, c.version))
}

// chosen resolves a comma separated list; an empty one means every field.
func (s *sobject) chosen(list string) ([]*field, *apiError) {
	if list == "" {
		return s.visible(), nil
	}
	var out []*field
	for name := range strings.SplitSeq(list, ",") {
		f, ok := s.field(strings.TrimSpace(name))
		if !ok {
			return nil, bad("INVALID_FIELD", "No such column '%s' on sobject of type %s", strings.TrimSpace(name), s.name)
		}
		out = append(out, f)
	}
	return out, nil
}

func renderFields(r *record, fields []*field, version string) object {
	out := make(object, 1, len(fields)+2)
	out[0] = member{"attributes", attributes(r, version)}
	hasID := false
	for _, f := range fields {
		out = append(out, member{f.name, r.get(f)})
		hasID = hasID || f.name == "Id"
	}
	if !hasID {
		out = append(out, member{"Id", r.id})
	}
	return out
}

// onKey answers /sobjects/Type/Field/value: read, upsert and delete by external id.
func (o *Org) onKey(c *call, s *sobject, name, value string) reply {
	key, found := s.field(name)
	if !found || !key.idLookup {
		return refused(refuse(http.StatusNotFound, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: %s", name))
	}
	rows := o.byKey(s, key, value)
	if len(rows) > 1 {
		urls := []any{}
		for _, r := range rows {
			urls = append(urls, "/services/data/"+c.version+"/sobjects/"+s.name+"/"+r.id)
		}
		return reply{status: http.StatusMultipleChoices, body: urls}
	}
	if c.method == http.MethodPatch {
		return o.upsertCall(c, s, key, value, rows)
	}
	if len(rows) == 0 {
		return refused(noSuchResource())
	}
	return o.onRow(c, s, rows[0].id)
}

func (o *Org) upsertCall(c *call, s *sobject, key *field, value string, rows []*record) reply {
	in := c.object()
	if _, given := lookupFold(in, key.name); given {
		return refused(bad("INVALID_FIELD", "The %s field should not be specified in the sobject data.", key.name))
	}
	wasCreated := len(rows) == 0
	if !wasCreated {
		if fail := o.update(rows[0], in, c.saving()); fail != nil {
			return refused(fail)
		}
		return created(c, rows[0], &wasCreated)
	}
	if key.name == "Id" || c.query.Get("updateOnly") == "true" {
		return refused(noSuchResource())
	}
	r, fail := o.insert(s, append(object{{key.name, value}}, in...), c.saving())
	if fail != nil {
		return refused(fail)
	}
	return created(c, r, &wasCreated)
}

// lookupFold finds a member whatever its case.
func lookupFold(in object, name string) (any, bool) {
	for _, m := range in {
		if strings.EqualFold(m.name, name) {
			return m.value, true
		}
	}
	return nil, false
}
