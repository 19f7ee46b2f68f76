package simulator

import (
	"net/http"
	"strings"
)

const (
	maxCollection = 200
	maxChunks     = 10
)

// collections answers /composite/sobjects: many rows in one request.
func (o *Org) collections(c *call) reply {
	switch {
	case c.method == http.MethodDelete && len(c.path) == 2:
		return o.deleteRows(c)
	case len(c.path) == 3 && (c.method == http.MethodGet || c.method == http.MethodPost):
		return o.readRows(c)
	case len(c.path) == 4 && c.method == http.MethodPatch:
		return o.writeRows(c, o.upsertRow)
	case len(c.path) == 2 && c.method == http.MethodPost:
		return o.writeRows(c, o.insertRow)
	case len(c.path) == 2 && c.method == http.MethodPatch:
		return o.writeRows(c, o.updateRow)
	case len(c.path) == 2:
		return refused(wrongMethod(c.method))
	}
	return refused(noSuchResource())
}

// writeRow saves one row; wasCreated is nil when the answer does not tell.
type writeRow func(c *call, in object, how saving) (r *record, wasCreated *bool, fail *apiError)

func (o *Org) writeRows(c *call, write writeRow) reply {
	rows := c.object().list("records")
	if fail := checkRows(rows); fail != nil {
		return refused(fail)
	}
	mark := c.tx.mark()
	how := c.saving()
	out := make([]any, len(rows))
	failed := false
	for i, row := range rows {
		in, _ := row.(object)
		r, wasCreated, fail := write(c, in, how)
		if fail != nil {
			out[i], failed = fail.row(), true
			continue
		}
		done := object{{"id", r.id}, {"success", true}, {"errors", []any{}}}
		if wasCreated != nil {
			done = append(done, member{"created", *wasCreated})
		}
		out[i] = done
	}
	if failed && c.object().flag("allOrNone", false) {
		o.takeBack(c, mark, out)
	}
	return ok(out)
}

// takeBack undoes a collection and says so in the rows that were good.
func (o *Org) takeBack(c *call, mark int, out []any) {
	o.rollback(c.tx, mark)
	for i := range out {
		if row, _ := out[i].(object); row.flag("success", false) {
			out[i] = bad("ALL_OR_NONE_OPERATION_ROLLED_BACK", "Record rolled back because not all records were valid and the request was using AllOrNone header").row()
		}
	}
}

func checkRows(rows []any) *apiError {
	if len(rows) == 0 {
		return bad("REQUIRED_FIELD_MISSING", "At least 1 record is required")
	}
	if len(rows) > maxCollection {
		return bad("EXCEEDED_MAX_SIZE_REQUEST", "record limit reached. cannot submit more than %d records in this call", maxCollection)
	}
	chunks, last := 0, ""
	for _, row := range rows {
		in, _ := row.(object)
		if kind := rowType(in); chunks == 0 || kind != last {
			chunks, last = chunks+1, kind
		}
	}
	if chunks > maxChunks {
		return bad("EXCEEDED_MAX_SIZE_REQUEST", "Cannot have more than %d chunks in a single operation. Please rearrange the data to reduce chunking.", maxChunks)
	}
	return nil
}

func rowType(in object) string {
	v, _ := in.lookup("attributes")
	a, _ := v.(object)
	return a.text("type")
}

func (o *Org) typeOf(in object) (*sobject, *apiError) {
	name := rowType(in)
	if name == "" {
		return nil, bad("INVALID_INPUT", "Missing sobject type: each record needs attributes with a type")
	}
	s, found := o.objects[lower(name)]
	if !found || s.hidden {
		return nil, bad("INVALID_TYPE", "sObject type '%s' is not supported.", name)
	}
	return s, nil
}

func (o *Org) insertRow(c *call, in object, how saving) (*record, *bool, *apiError) {
	s, fail := o.typeOf(in)
	if fail != nil {
		return nil, nil, fail
	}
	r, fail := o.insert(s, in, how)
	return r, nil, fail
}

func (o *Org) updateRow(c *call, in object, how saving) (*record, *bool, *apiError) {
	s, fail := o.typeOf(in)
	if fail != nil {
		return nil, nil, fail
	}
	v, _ := lookupFold(in, "id")
	id, _ := v.(string)
	if id == "" {
		return nil, nil, bad("MISSING_ARGUMENT", "Id not specified in an update call")
	}
	full, valid := fullID(id)
	if !valid {
		return nil, nil, bad("MALFORMED_ID", "malformed id %s", id)
	}
	r := o.rows[full]
	if r == nil || r.of != s {
		return nil, nil, bad("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
	}
	return r, nil, o.update(r, in, how)
}

// upsertRow serves /composite/sobjects/Type/Field.
func (o *Org) upsertRow(c *call, in object, how saving) (*record, *bool, *apiError) {
	s, found := o.objects[lower(c.part(2))]
	if !found || s.hidden {
		return nil, nil, bad("INVALID_TYPE", "sObject type '%s' is not supported.", c.part(2))
	}
	key, found := s.field(c.part(3))
	if !found || !key.idLookup {
		return nil, nil, refuse(http.StatusNotFound, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: %s", c.part(3))
	}
	if rowType(in) == "" {
		return nil, nil, bad("JSON_PARSER_ERROR", "Nested object for polymorphic foreign key must have an attributes field before any other fields.")
	}
	v, _ := lookupFold(in, key.name)
	value, _ := v.(string)
	if value == "" && key.name != "Id" {
		return nil, nil, bad("MISSING_ARGUMENT", "%s not specified", key.name)
	}
	rows := o.byKey(s, key, value)
	wasCreated := len(rows) == 0
	switch {
	case len(rows) > 1:
		return nil, nil, bad("DUPLICATE_EXTERNAL_ID", "%s: more than one record found for external id field: [%s, %s]", key.name, rows[0].id, rows[1].id)
	case !wasCreated:
		return rows[0], &wasCreated, o.update(rows[0], without(in, key.name), how)
	case key.name == "Id" && value != "":
		return nil, nil, bad("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
	}
	r, fail := o.insert(s, in, how)
	return r, &wasCreated, fail
}

func without(in object, name string) object {
	out := make(object, 0, len(in))
	for _, m := range in {
		if !strings.EqualFold(m.name, name) {
			out = append(out, m)
		}
	}
	return out
}

func (o *Org) deleteRows(c *call) reply {
	ids := strings.Split(c.query.Get("ids"), ",")
	if ids[0] == "" {
		return refused(bad("REQUIRED_FIELD_MISSING", "At least 1 record is required"))
	}
	if len(ids) > maxCollection {
		return refused(bad("EXCEEDED_MAX_SIZE_REQUEST", "record limit reached. cannot submit more than %d records in this call", maxCollection))
	}
	mark := c.tx.mark()
	out := make([]any, len(ids))
	failed := false
	for i, id := range ids {
		if fail := o.deleteRow(strings.TrimSpace(id), c.saving()); fail != nil {
			out[i], failed = fail.row(), true
			continue
		}
		full, _ := fullID(strings.TrimSpace(id))
		out[i] = object{{"id", full}, {"success", true}, {"errors", []any{}}}
	}
	if failed && c.query.Get("allOrNone") == "true" {
		o.takeBack(c, mark, out)
	}
	return ok(out)
}

func (o *Org) deleteRow(id string, how saving) *apiError {
	full, valid := fullID(id)
	if !valid {
		return bad("MALFORMED_ID", "malformed id %s", id)
	}
	r := o.rows[full]
	if r == nil {
		return bad("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
	}
	return o.remove(r, how)
}

// readRows answers with null where a record is missing.
func (o *Org) readRows(c *call) reply {
	s, found := o.objects[lower(c.part(2))]
	if !found || s.hidden {
		return refused(noSuchResource())
	}
	ids, names := strings.Split(c.query.Get("ids"), ","), c.query.Get("fields")
	if c.method == http.MethodPost {
		ids, names = texts(c.object().list("ids")), strings.Join(texts(c.object().list("fields")), ",")
	}
	fields, fail := s.chosen(names)
	if fail != nil {
		return refused(fail)
	}
	out := make([]any, len(ids))
	for i, id := range ids {
		if r := o.live(strings.TrimSpace(id)); r != nil && r.of == s {
			out[i] = renderFields(r, fields, c.version)
		}
	}
	return ok(out)
}

func texts(list []any) []string {
	out := make([]string, 0, len(list))
	for _, v := range list {
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
