package simulator

import "strings"

// path is a field of the queried object or of a parent: Account.Owner.Name.
type path struct {
	names []string // as the answer spells them
	hops  []string // lower case relationship names
	leaf  *field   // nil when the parent may be of several kinds
	key   string   // lower case name of the leaf
}

func (p *path) name() string {
	if p == nil {
		return "COUNT()"
	}
	return strings.Join(p.names, ".")
}

// manyKinds are the fields that can be read through a reference to several
// kinds of record, such as Who.Name.
var manyKinds = map[string]string{
	"id": "Id", "name": "Name", "type": "Type", "firstname": "FirstName", "lastname": "LastName",
	"phone": "Phone", "email": "Email", "title": "Title", "username": "Username", "isactive": "IsActive", "alias": "Alias",
}

// path resolves the words of a token on an object.
func (p *parser) path(from *sobject, t token) (*path, *apiError) {
	if t.kind != wordToken {
		p.at--
		return nil, p.unexpected()
	}
	words := strings.Split(t.text, ".")
	if len(words) > 1 && strings.EqualFold(words[0], from.name) {
		words = words[1:]
	}
	out := &path{}
	s := from
	for len(words) > 1 {
		hop, ok := s.byRelation[lower(words[0])]
		if !ok || !s.shows(hop) {
			return nil, p.text.errorAt(t.at, "INVALID_FIELD", "Didn't understand relationship '%s' in field path. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.", words[0])
		}
		out.names, out.hops = append(out.names, hop.relation), append(out.hops, lower(words[0]))
		words = words[1:]
		if len(hop.refers) > 1 {
			return p.pathToMany(out, words, t)
		}
		s = p.org.objects[lower(hop.refers[0])]
	}
	leaf, ok := s.field(words[0])
	if !ok {
		return nil, p.text.errorAt(t.at, "INVALID_FIELD", "No such column '%s' on entity '%s'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.", words[0], s.name)
	}
	out.names, out.leaf, out.key = append(out.names, leaf.name), leaf, lower(leaf.name)
	return out, nil
}

func (p *parser) pathToMany(out *path, words []string, t token) (*path, *apiError) {
	name, ok := manyKinds[lower(words[0])]
	if len(words) != 1 || !ok {
		return nil, p.text.errorAt(t.at, "INVALID_FIELD", "No such column '%s' on entity 'Name'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.", words[0])
	}
	out.names, out.key = append(out.names, name), lower(name)
	return out, nil
}

// follow reads a path from a record.
func (o *Org) follow(r *record, p *path) any {
	for _, hop := range p.hops {
		f := r.of.byRelation[hop]
		if f == nil {
			return nil
		}
		id, _ := r.get(f).(string)
		if r = o.rows[id]; r == nil {
			return nil
		}
	}
	if p.leaf != nil {
		return r.get(p.leaf)
	}
	if p.key == "type" {
		return r.of.name
	}
	f := r.of.byName[p.key]
	if p.key == "name" {
		return r.name()
	}
	if f == nil {
		return nil
	}
	return r.get(f)
}

// kind is the type of what the path ends in.
func (p *path) kind() string {
	if p.leaf != nil {
		return p.leaf.kind
	}
	if p.key == "isactive" {
		return "boolean"
	}
	if p.key == "id" {
		return "id"
	}
	return "string"
}
