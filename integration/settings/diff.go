package settings

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// ChangeKind says what became of a key.
type ChangeKind string

// What can become of a key: it came, it went, or it has another value.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Change is one key that two versions of the settings do not share. Old and New
// are its values as the document spells them: several of a list, one of
// anything else, nil where the key is not there.
type Change struct {
	Keys     []string // from the outermost: "flows", "missed", "action"
	Kind     ChangeKind
	Old, New []string
	List     bool // the values are those of a list
}

// Path is the dotted name of the key, as forms spell it.
func (c Change) Path() string { return strings.Join(c.Keys, ".") }

// Diff lists what is different in new, in the order of the document. Two
// documents that mean the same have no differences: a missing day is a closed
// one, and in lists without an order the order does not count.
func Diff(old, new callflow.Settings) ([]Change, error) {
	before, err := leaves(old)
	if err != nil {
		return nil, err
	}
	after, err := leaves(new)
	if err != nil {
		return nil, err
	}
	all := maps.Clone(before)
	maps.Copy(all, after)
	var out []Change
	for _, l := range all {
		was, had := before[l.path()]
		is, has := after[l.path()]
		c := Change{Keys: l.keys, Kind: Changed, Old: was.values, New: is.values, List: l.list}
		switch {
		case had && has && was.same(is):
			continue
		case !had:
			c.Kind = Added
		case !has:
			c.Kind = Removed
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Change) int { return slices.CompareFunc(a.Keys, b.Keys, byDocument) })
	return out, nil
}

// leaf is one key of the document with a value of its own.
type leaf struct {
	keys   []string
	values []string
	list   bool
}

func (l leaf) path() string { return strings.Join(l.keys, "\x00") }

// ordered are the lists whose order means something.
func (l leaf) ordered() bool {
	switch l.keys[len(l.keys)-1] {
	case "order", "fallback", "description":
		return true
	}
	return false
}

func (l leaf) same(m leaf) bool {
	if l.list != m.list || l.ordered() {
		return l.list == m.list && slices.Equal(l.values, m.values)
	}
	return slices.Equal(slices.Sorted(slices.Values(l.values)), slices.Sorted(slices.Values(m.values)))
}

// leaves takes the document apart.
func leaves(s callflow.Settings) (map[string]leaf, error) {
	doc, err := JSON(s)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("settings: compare: %w", err)
	}
	out := map[string]leaf{}
	gather(out, nil, tree)
	return out, nil
}

func gather(out map[string]leaf, keys []string, v any) {
	l := leaf{keys: keys}
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			gather(out, append(slices.Clone(keys), key), value)
		}
		if len(v) > 0 || !ownWeek(keys) {
			return
		}
		l.values = []string{} // a line that is closed all week, unlike the others
	case []any:
		l.list, l.values = true, []string{}
		for _, item := range v {
			l.values = append(l.values, fmt.Sprint(item))
		}
		if len(v) == 0 && len(keys) > 1 && keys[len(keys)-2] == "week" {
			return // a closed day, as one that is not there
		}
	default:
		l.values = []string{fmt.Sprint(v)}
	}
	out[l.path()] = l
}

// ownWeek reports whether the keys lead to the week of one line.
func ownWeek(keys []string) bool {
	return len(keys) > 1 && keys[0] == "lines" && keys[len(keys)-1] == "week"
}

// byDocument puts keys in the order of the document; those that people choose
// follow by the alphabet.
func byDocument(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
}

func rank(key string) int {
	if i := slices.Index(inOrder(), key); i >= 0 {
		return i
	}
	return len(inOrder())
}

// inOrder are the keys of the document whose order is known.
func inOrder() []string {
	order := []string{
		"version", "flows", "write_when", "settle_seconds", "office_hours", "matching", "related", "owner", "task", "filters", "lines",
		"action", "due_days", "priority", "log", "include_messages", "schedule", "time_zone", "week", "holidays", "holiday_country",
		"order", "several", "shared_number_over", "extra_phone_fields", "no_match", "create", "types", "when_none", "last_name", "company",
		"attach", "create_case", "create_case_for_new_contacts", "for_accounts", "create_opportunity",
	}
	for _, t := range callflow.CallTypes() {
		order = append(order, string(t))
	}
	return append(order, callflow.Days()...)
}
