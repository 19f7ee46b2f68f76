package simulator

import (
	"net/http"
	"strings"
)

// listObjects answers /sobjects.
func (o *Org) listObjects() reply {
	list := make([]any, 0, len(o.list))
	for _, s := range o.list {
		list = append(list, s.summary())
	}
	return ok(object{{"encoding", "UTF-8"}, {"maxBatchSize", 200}, {"sobjects", list}})
}

func (s *sobject) summary() object {
	writable := !s.readOnly && !s.locked
	return object{
		{"activateable", false}, {"createable", writable}, {"custom", strings.HasSuffix(s.name, "__c")}, {"customSetting", false},
		{"deletable", writable && s.name != "User"}, {"deprecatedAndHidden", false}, {"feedEnabled", writable}, {"keyPrefix", s.prefix},
		{"label", s.label}, {"labelPlural", s.plural}, {"layoutable", writable}, {"mergeable", s.name == "Contact" || s.name == "Lead" || s.name == "Account"},
		{"mruEnabled", writable}, {"name", s.name}, {"queryable", true}, {"replicateable", true}, {"retrieveable", true},
		{"searchable", s.searchable}, {"triggerable", writable}, {"undeletable", writable}, {"updateable", writable},
		{"urls", object{{"sobject", "/services/data/v68.0/sobjects/" + s.name}, {"describe", "/services/data/v68.0/sobjects/" + s.name + "/describe"}}},
	}
}

// describe answers what the user may see of an object, or 304 when nothing of
// it changed since the client asked last.
func (o *Org) describe(c *call, s *sobject) reply {
	header := http.Header{"Last-Modified": {o.shaped.Format(http.TimeFormat)}}
	if since, err := http.ParseTime(c.header.Get("If-Modified-Since")); err == nil && !o.shaped.After(since) {
		return reply{status: http.StatusNotModified, header: header}
	}
	fields := make([]any, 0, len(s.fields))
	for _, f := range s.visible() {
		fields = append(fields, o.describeField(s, f))
	}
	out := append(s.summary(), member{"fields", fields}, member{"childRelationships", []any{}}, member{"recordTypeInfos", o.recordTypes(s)})
	return reply{status: http.StatusOK, header: header, body: out}
}

// recordTypes are the object's own and the master one. What an admin made is
// the user's default.
func (o *Org) recordTypes(s *sobject) []any {
	var own []any
	standard := true
	for _, r := range o.objects["recordtype"].table.rows {
		if person := r.is("IsPersonType"); r.text("SobjectType") != s.name || person && !s.showPersons {
			continue
		}
		byDefault := standard && !r.is("IsPersonType")
		standard = standard && !byDefault
		own = append(own, object{{"active", true}, {"available", true}, {"defaultRecordTypeMapping", byDefault},
			{"developerName", r.text("DeveloperName")}, {"master", false}, {"name", r.text("Name")}, {"recordTypeId", r.id}})
	}
	return append(own, object{{"active", true}, {"available", true}, {"defaultRecordTypeMapping", standard}, {"developerName", "Master"},
		{"master", true}, {"name", "Master"}, {"recordTypeId", "012000000000000AAA"}})
}

var soapTypes = map[string]string{
	"id": "tns:ID", "reference": "tns:ID", "boolean": "xsd:boolean", "int": "xsd:int", "double": "xsd:double",
	"currency": "xsd:double", "percent": "xsd:double", "date": "xsd:date", "datetime": "xsd:dateTime", "time": "xsd:time",
}

func (o *Org) describeField(s *sobject, f *field) object {
	soap := soapTypes[f.kind]
	if soap == "" {
		soap = "xsd:string"
	}
	length, digits := f.length, 0
	if f.kind == "int" {
		digits = 8
	}
	var relation, standard any
	if f.relation != "" {
		relation = f.relation
	}
	if f.kind == "boolean" {
		standard = f.fallback
	}
	writable := !f.locked
	return object{
		{"aggregatable", !f.unfiltered}, {"autoNumber", f.name == "CaseNumber"}, {"byteLength", length * 3}, {"calculated", false},
		{"caseSensitive", false}, {"createable", f.createable && writable && !s.readOnly}, {"custom", f.custom}, {"defaultValue", standard},
		{"defaultedOnCreate", f.defaulted()}, {"deprecatedAndHidden", false},
		{"digits", digits}, {"encrypted", false}, {"externalId", f.externalID}, {"filterable", !f.unfiltered}, {"groupable", !f.unfiltered},
		{"idLookup", f.idLookup}, {"label", f.label}, {"length", length}, {"name", f.name}, {"nameField", f.nameField},
		{"nillable", f.nillable && !f.mandatory}, {"permissionable", f.createable && f.nillable}, {"picklistValues", f.picks()},
		{"polymorphicForeignKey", len(f.refers) > 1}, {"precision", 0}, {"referenceTo", append([]string{}, f.refers...)},
		{"relationshipName", relation}, {"restrictedPicklist", f.restricted}, {"scale", 0}, {"soapType", soap}, {"sortable", !f.unfiltered},
		{"type", f.kind}, {"unique", f.unique}, {"updateable", f.updateable && writable && !s.readOnly}, {"writeRequiresMasterRead", false},
	}
}

// defaulted tells whether a create may leave the field out.
func (f *field) defaulted() bool {
	for _, v := range f.values {
		if v.standard {
			return true
		}
	}
	return f.fallback != nil || f.name == "OwnerId" || !f.nillable && !f.createable
}

func (f *field) picks() []any {
	out := []any{}
	for _, v := range f.values {
		out = append(out, object{{"active", v.active}, {"defaultValue", v.standard}, {"label", v.label}, {"validFor", nil}, {"value", v.value}})
	}
	return out
}
