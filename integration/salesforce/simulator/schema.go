package simulator

import "strings"

// field is one column. The flags hidden, locked and mandatory are what an
// admin changes; all others are fixed by the object.
type field struct {
	name, label string
	kind        string // as describe calls it: string, phone, reference, picklist...
	length      int
	relation    string   // relationship name of a reference
	refers      []string // objects a reference may point to
	values      []pickValue
	restricted  bool
	createable  bool
	updateable  bool
	nillable    bool
	unfiltered  bool // long text: cannot stand in WHERE
	nameField   bool
	idLookup    bool
	externalID  bool
	unique      bool
	custom      bool
	indexed     bool
	person      bool // exists only in orgs with person accounts
	fallback    any  // value on create when none is sent

	hidden    bool
	locked    bool
	mandatory bool
	before    *field // as it was before it was shortened or restricted

	at int // position in record.values
}

type pickValue struct {
	value, label string
	active       bool
	standard     bool // the default value
}

// sobject is one kind of record with its rows.
type sobject struct {
	name, label, plural string
	prefix              string
	fields              []*field
	byName              map[string]*field // exact and lower case names
	byRelation          map[string]*field // lower case relationship names
	readOnly            bool
	hidden              bool // from the user, by an admin
	locked              bool // against the user, by an admin
	searchable          bool
	table               table
	showPersons         bool
}

type trait func(*field)

func readOnly(f *field)       { f.createable, f.updateable = false, false }
func createOnly(f *field)     { f.updateable = false }
func required(f *field)       { f.nillable = false }
func indexed(f *field)        { f.indexed = true }
func unindexed(f *field)      { f.indexed = false }
func keyed(f *field)          { f.idLookup = true }
func lookedUp(f *field)       { f.idLookup, f.indexed = true, true }
func personField(f *field)    { f.person = true }
func restricted(f *field)     { f.restricted = true }
func nameField(f *field)      { f.nameField = true }
func customField(f *field)    { f.custom = true }
func onlyFilled(f *field)     { f.nillable = false }
func externalKey(f *field)    { f.externalID, f.unique, f.idLookup, f.indexed = true, true, true, true }
func labelled(l string) trait { return func(f *field) { f.label = l } }
func preset(v any) trait      { return func(f *field) { f.fallback, f.nillable = v, false } }

func column(kind, name string, length int, traits ...trait) *field {
	f := &field{name: name, kind: kind, length: length, createable: true, updateable: true, nillable: true}
	f.label = spaced(name)
	for _, t := range traits {
		t(f)
	}
	return f
}

func text(name string, length int, traits ...trait) *field {
	return column("string", name, length, traits...)
}

func phone(name string, traits ...trait) *field {
	return column("phone", name, 40, append([]trait{indexed}, traits...)...)
}

func email(name string, traits ...trait) *field {
	return column("email", name, 80, append([]trait{lookedUp}, traits...)...)
}

func area(name string, length int, traits ...trait) *field {
	f := column("textarea", name, length, traits...)
	f.unfiltered = f.unfiltered || length > 255
	return f
}

func flagged(name string, traits ...trait) *field {
	return column("boolean", name, 0, append([]trait{preset(false)}, traits...)...)
}

func whole(name string, traits ...trait) *field     { return column("int", name, 0, traits...) }
func decimal(name string, traits ...trait) *field   { return column("double", name, 0, traits...) }
func money(name string, traits ...trait) *field     { return column("currency", name, 0, traits...) }
func day(name string, traits ...trait) *field       { return column("date", name, 0, traits...) }
func moment(name string, traits ...trait) *field    { return column("datetime", name, 0, traits...) }
func timeOfDay(name string, traits ...trait) *field { return column("time", name, 0, traits...) }

// reference is a lookup; its name without "Id" is the relationship.
func reference(name string, targets []string, traits ...trait) *field {
	f := column("reference", name, 18, append([]trait{indexed}, traits...)...)
	f.refers, f.relation = targets, strings.TrimSuffix(name, "Id")
	f.label = spaced(name)
	for _, t := range traits {
		t(f)
	}
	return f
}

// picklist offers values; the one marked with a star is the default.
func picklist(name string, values []string, traits ...trait) *field {
	f := column("picklist", name, 255)
	for _, v := range values {
		plain := strings.TrimSuffix(v, "*")
		f.values = append(f.values, pickValue{plain, plain, true, plain != v})
		if plain != v {
			f.fallback = plain
		}
	}
	for _, t := range traits {
		t(f)
	}
	return f
}

// spaced makes a label of a name: LastModifiedDate becomes Last Modified Date.
func spaced(name string) string {
	name = strings.ReplaceAll(strings.TrimSuffix(name, "__c"), "_", " ")
	var b strings.Builder
	for i, c := range name {
		if i > 0 && c >= 'A' && c <= 'Z' && name[i-1] >= 'a' && name[i-1] <= 'z' {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	if out := strings.TrimSuffix(b.String(), " Id"); out != "" && len(out) < len(b.String()) {
		return out + " ID"
	}
	return b.String()
}

// newObject adds the columns every record has and finds the fields by name.
func newObject(name, plural, prefix string, fields ...*field) *sobject {
	s := &sobject{name: name, label: spaced(name), plural: plural, prefix: prefix,
		byName: map[string]*field{}, byRelation: map[string]*field{}}
	system := []trait{readOnly, onlyFilled}
	s.add(column("id", "Id", 18, append(system, keyed, labelled(s.label+" ID"))...))
	s.add(flagged("IsDeleted", system...))
	for _, f := range fields {
		s.add(f)
	}
	s.add(moment("CreatedDate", system...))
	s.add(reference("CreatedById", toUser, append(system, unindexed)...))
	s.add(moment("LastModifiedDate", system...))
	s.add(reference("LastModifiedById", toUser, append(system, unindexed)...))
	s.add(moment("SystemModstamp", system...))
	return s
}

// setupObject is what admins maintain: readable, never written through the API.
func setupObject(name, plural, prefix string, fields ...*field) *sobject {
	s := newObject(name, plural, prefix, fields...)
	s.readOnly = true
	return s
}

func (s *sobject) add(f *field) *field {
	f.at = len(s.fields)
	s.fields = append(s.fields, f)
	s.byName[f.name], s.byName[strings.ToLower(f.name)] = f, f
	if f.relation != "" {
		s.byRelation[strings.ToLower(f.relation)] = f
	}
	if f.indexed {
		s.table.index(f)
	}
	return f
}

// field finds a column that the API user may see.
func (s *sobject) field(name string) (*field, bool) {
	f, ok := s.byName[name]
	if !ok {
		f, ok = s.byName[strings.ToLower(name)]
	}
	if !ok || !s.shows(f) {
		return nil, false
	}
	return f, true
}

// must finds a column that the object certainly has, seen or hidden.
func (s *sobject) must(name string) *field {
	f, ok := s.byName[name]
	if !ok {
		panic("simulator: " + s.name + " has no field " + name)
	}
	return f
}

func (s *sobject) has(name string) bool { return s.byName[name] != nil }

func (s *sobject) shows(f *field) bool { return !f.hidden && (!f.person || s.showPersons) }

// visible lists the columns that describe shows.
func (s *sobject) visible() []*field {
	out := make([]*field, 0, len(s.fields))
	for _, f := range s.fields {
		if s.shows(f) {
			out = append(out, f)
		}
	}
	return out
}
