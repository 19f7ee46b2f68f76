package settings

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"ringledger/integration/callflow"
)

// decoder writes nodes into settings and collects what does not fit. It follows
// the JSON names of the settings' fields, so a new field needs nothing here.
type decoder struct {
	mistakes []Mistake
	lines    map[string]int // of every path in the document
}

func (d *decoder) settings(root *yaml.Node, s *callflow.Settings) {
	d.value(root, reflect.ValueOf(s).Elem(), "")
}

// lineOf is the line of a path, or of what it stands in when it is absent.
func (d *decoder) lineOf(path string) int {
	for {
		if line, ok := d.lines[path]; ok {
			return line
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return 0
		}
		path = path[:i]
	}
}

func (d *decoder) mistake(n *yaml.Node, path, code string, params map[string]string) {
	d.mistakes = append(d.mistakes, Mistake{Line: n.Line, Problem: callflow.Problem{Path: path, Code: code, Params: params}})
}

// value writes a node into v. Keys without a value count as missing, but only
// where there is something to be inside.
func (d *decoder) value(n *yaml.Node, v reflect.Value, path string) {
	if path != "" {
		d.lines[path] = n.Line
	}
	if n.Kind == yaml.AliasNode {
		d.mistake(n, path, MistakeAlias, nil)
		return
	}
	if v.Type() == reflect.TypeFor[callflow.LineSet]() {
		d.lineSet(n, v, path)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(v.Type().Elem())
		d.value(n, fresh.Elem(), path)
		v.Set(fresh)
	case reflect.Struct:
		d.structure(n, v, path)
	case reflect.Map:
		d.mapping(n, v, path)
	case reflect.Slice:
		d.list(n, v, path)
	default:
		d.scalar(n, v, path)
	}
}

// structure writes the keys of a mapping into the fields of a struct.
func (d *decoder) structure(n *yaml.Node, v reflect.Value, path string) {
	fields := map[string]int{}
	for i := range v.NumField() {
		fields[keyOf(v.Type().Field(i))] = i
	}
	d.pairs(n, path, func(key string, keyNode, value *yaml.Node) {
		i, known := fields[key]
		if !known {
			d.unknown(keyNode, path, names(fields))
			return
		}
		d.value(value, v.Field(i), join(path, key))
	})
}

// mapping writes the keys of a mapping into a map. A map of structs keeps what
// it had under other keys, so that a document may name one flow only; any other
// map is replaced as a whole.
func (d *decoder) mapping(n *yaml.Node, v reflect.Value, path string) {
	if null(n) {
		return
	}
	elem := v.Type().Elem()
	if elem.Kind() != reflect.Struct || v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	allowed := allowedKeys(v.Type(), path)
	d.pairs(n, path, func(key string, keyNode, value *yaml.Node) {
		if allowed != nil && !slices.Contains(allowed, key) {
			d.unknown(keyNode, path, allowed)
			return
		}
		k := reflect.ValueOf(key).Convert(v.Type().Key())
		item := reflect.New(elem).Elem()
		if had := v.MapIndex(k); had.IsValid() {
			item.Set(had)
		}
		d.value(value, item, join(path, key))
		v.SetMapIndex(k, item)
	})
}

// pairs walks a mapping and refuses keys that come twice.
func (d *decoder) pairs(n *yaml.Node, path string, each func(key string, keyNode, value *yaml.Node)) {
	if null(n) {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.wrongType(n, path, "mapping")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		switch {
		case key.Kind != yaml.ScalarNode:
			d.wrongType(key, path, "text")
		case seen[key.Value]:
			d.mistake(key, join(path, key.Value), MistakeRepeated, map[string]string{"value": key.Value})
		default:
			seen[key.Value] = true
			each(key.Value, key, n.Content[i+1])
		}
	}
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, path string) {
	if null(n) {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.wrongType(n, path, "list")
		return
	}
	items := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		at := join(path, strconv.Itoa(i))
		d.lines[at] = item.Line
		if !isText(item) && !isNumber(item) { // ids and telephone numbers are often written bare
			d.wrongType(item, at, "text")
			continue
		}
		items.Index(i).SetString(item.Value)
	}
	v.Set(items)
}

func (d *decoder) lineSet(n *yaml.Node, v reflect.Value, path string) {
	if n.Kind == yaml.SequenceNode {
		v.SetZero()
		d.list(n, v.FieldByName("IDs"), path)
		return
	}
	if !isText(n) || n.Value != "all" {
		d.wrongType(n, path, "all_or_list")
		return
	}
	v.Set(reflect.ValueOf(callflow.LineSet{All: true}))
}

func (d *decoder) scalar(n *yaml.Node, v reflect.Value, path string) {
	switch v.Kind() {
	case reflect.Bool:
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!bool" {
			d.wrongType(n, path, "true_or_false")
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int:
		number, err := strconv.Atoi(n.Value)
		if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!int" || err != nil {
			d.wrongType(n, path, "whole_number")
			return
		}
		v.SetInt(int64(number))
	default:
		if !isText(n) {
			d.wrongType(n, path, "text")
			return
		}
		v.SetString(n.Value)
	}
}

func (d *decoder) wrongType(n *yaml.Node, path, want string) {
	d.mistake(n, path, MistakeType, map[string]string{"want": want, "got": typeName(n)})
}

func (d *decoder) unknown(key *yaml.Node, path string, allowed []string) {
	d.mistake(key, join(path, key.Value), MistakeUnknownKey, map[string]string{
		"value": key.Value, "suggestion": closest(key.Value, allowed),
	})
}

// typeName is what a node is, in the words of MistakeType.
func typeName(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "mapping"
	case n.Kind == yaml.SequenceNode:
		return "list"
	case null(n):
		return "nothing"
	case n.ShortTag() == "!!bool":
		return "true_or_false"
	case n.ShortTag() == "!!int":
		return "whole_number"
	case n.ShortTag() == "!!float":
		return "number"
	default:
		return "text"
	}
}

func null(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// isText takes dates as texts too: YAML sees a date in a bare 2026-12-25.
func isText(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.ShortTag() == "!!str" || n.ShortTag() == "!!timestamp")
}

func isNumber(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && (n.ShortTag() == "!!int" || n.ShortTag() == "!!float")
}
