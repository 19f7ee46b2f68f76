package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
	"ringledger/integration/settings"
)

// formKind is how what somebody typed becomes a value of the settings document.
type formKind int

const (
	typedText    formKind = iota // as it is; empty takes the key out
	typedExact                   // as it is, also when empty
	typedNumber                  // a whole number; anything else is a mistake of its field
	typedMaybe                   // a whole number or nothing
	typedSwitch                  // true or false; the last of several counts
	typedList                    // entries between commas or on lines
	typedChoices                 // one value for each that was ticked; none takes the key out
	typedOrder                   // one value for each that was ticked, in their order
	typedTri                     // true, false or nothing
	typedDay                     // entries of a day; none leaves the week there, without the day
	typedGone                    // takes the key out, whatever it holds
	typedLines                   // "all", or one value for each line that was ticked
)

// formKey is one key of the settings document that a form may change. A "*"
// stands for any one name, a "**" at the end for one that may hold dots.
type formKey struct {
	path string
	kind formKind
	// with is a field that the same form always sends: when it is there and
	// this one is not, every box of this one was left empty.
	with string
}

// versionField is sent by our own pages, which show every box of their keys. A
// script that sends a few keys leaves it out, and the others as they are.
const versionField = "rules_version"

// absent reports whether the form showed the key and nothing of it was ticked.
func (k formKey) absent(form url.Values) bool {
	return k.with != "" && form.Has(versionField) && form.Has(k.with) && !form.Has(k.path)
}

// matches reports whether a field's dotted name is this key.
func (k formKey) matches(name string) bool {
	want, got := strings.Split(k.path, "."), k.parts(name)
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if got[i] == "" || want[i] != "*" && want[i] != "**" && want[i] != got[i] {
			return false
		}
	}
	return true
}

// parts takes a field's name apart: an e-mail at its end stays whole.
func (k formKey) parts(name string) []string {
	if n := strings.Count(k.path, "."); strings.HasSuffix(k.path, ".**") {
		return strings.SplitN(name, ".", n+1)
	}
	return strings.Split(name, ".")
}

// applyForm changes the keys that the form names, and no others, and returns
// the settings it makes with the mistakes in them.
func applyForm(current callflow.Settings, keys []formKey, form url.Values) (callflow.Settings, []settings.Mistake, error) {
	doc, err := settings.JSON(current)
	if err != nil {
		return current, nil, fmt.Errorf("web: read form: %w", err)
	}
	tree := map[string]any{}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		return current, nil, fmt.Errorf("web: read form: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		i := slices.IndexFunc(keys, func(k formKey) bool { return k.matches(name) })
		if i < 0 {
			continue
		}
		value, keep := keys[i].kind.value(form[name])
		path := keys[i].parts(name)
		if keys[i].kind == typedDay {
			open(tree, path[:len(path)-1])
		}
		set(tree, path, value, keep)
	}
	for _, k := range keys {
		if k.absent(form) {
			value, keep := k.kind.empty()
			set(tree, strings.Split(k.path, "."), value, keep)
		}
	}
	prune(tree)
	pruneHours(tree, form)
	changed, err := json.Marshal(tree)
	if err != nil {
		return current, nil, fmt.Errorf("web: read form: %w", err)
	}
	next, mistakes := settings.Parse(changed)
	return next, mistakes, nil
}

// value turns typed text into what the document holds; keep false takes the
// key out. What is no number stays text, so that it becomes a mistake.
func (k formKind) value(typed []string) (value any, keep bool) {
	last := strings.TrimSpace(typed[len(typed)-1])
	switch k {
	case typedNumber, typedMaybe:
		if last == "" && k == typedMaybe {
			return nil, false
		}
		if n, err := strconv.Atoi(last); err == nil {
			return json.Number(strconv.Itoa(n)), true // "010" and "+10" are no JSON
		}
		return last, true
	case typedSwitch, typedTri:
		if last == "" && k == typedTri {
			return nil, false
		}
		if last == "true" || last == "false" {
			return last == "true", true
		}
		return last, true
	case typedExact:
		return last, true
	case typedGone:
		return nil, false
	case typedList, typedDay:
		entries := listed(strings.Join(typed, ","))
		return entries, len(entries) > 0
	case typedChoices, typedOrder:
		ticked := slices.DeleteFunc(slices.Clone(typed), func(s string) bool { return s == "" })
		return ticked, len(ticked) > 0 || k == typedOrder
	case typedLines:
		return tickedLines(typed), true
	default:
		return last, last != ""
	}
}

// tickedLines are the lines of a form: all of them, or those that were ticked.
func tickedLines(typed []string) any {
	ticked := slices.DeleteFunc(slices.Clone(typed), func(s string) bool { return s == "" })
	if slices.Contains(ticked, "all") {
		return "all"
	}
	return ticked
}

// empty is the value of a key whose boxes were all left empty.
func (k formKind) empty() (value any, keep bool) {
	switch k {
	case typedSwitch:
		return false, true
	case typedOrder:
		return []string{}, true
	default:
		return nil, false
	}
}

// noteMistakes tells of a note that is too long, in a form or beside a document.
func noteMistakes(note string) []settings.Mistake {
	if len(note) <= maxNote {
		return nil
	}
	return []settings.Mistake{{Problem: callflow.Problem{Path: "note", Code: callflow.ProblemTooLong, Params: map[string]string{"max": strconv.Itoa(maxNote)}}}}
}

// listed splits a text at commas, semicolons and line ends.
func listed(text string) []string {
	out := []string{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '\r' }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// open makes the mappings of a path that are not there.
func open(tree map[string]any, path []string) {
	for _, name := range path {
		next, ok := tree[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			tree[name] = next
		}
		tree = next
	}
}

func set(tree map[string]any, path []string, value any, keep bool) {
	for _, name := range path[:len(path)-1] {
		next, ok := tree[name].(map[string]any)
		if !ok {
			if !keep {
				return
			}
			next = map[string]any{}
			tree[name] = next
		}
		tree = next
	}
	if keep {
		tree[path[len(path)-1]] = value
		return
	}
	last := path[len(path)-1]
	if entries, ok := tree[last].([]any); ok && len(entries) == 0 {
		return // says the same as no entry
	}
	delete(tree, last)
}

// prune takes out lines that do nothing differently: a flow of their own
// without an action, and then whatever is left empty.
func prune(tree map[string]any) {
	lines, _ := tree["lines"].(map[string]any)
	for id, rule := range lines {
		own, _ := rule.(map[string]any)
		flows, _ := own["flows"].(map[string]any)
		for t, flow := range flows {
			if f, ok := flow.(map[string]any); ok && f["action"] == nil {
				delete(flows, t)
			}
		}
		if flows != nil && len(flows) == 0 {
			delete(own, "flows")
		}
		if own != nil && len(own) == 0 {
			delete(lines, id)
		}
	}
	if lines != nil && len(lines) == 0 {
		delete(tree, "lines")
	}
}

// sameSettings reports whether two versions say the same. The lines that are
// logged are a set: pages list them by name, documents as somebody wrote them.
func sameSettings(a, b callflow.Settings) (bool, error) {
	a.Filters.Lines.IDs = slices.Sorted(slices.Values(a.Filters.Lines.IDs))
	b.Filters.Lines.IDs = slices.Sorted(slices.Values(b.Filters.Lines.IDs))
	x, err := settings.JSON(a)
	if err != nil {
		return false, fmt.Errorf("web: compare settings: %w", err)
	}
	y, err := settings.JSON(b)
	if err != nil {
		return false, fmt.Errorf("web: compare settings: %w", err)
	}
	return bytes.Equal(x, y), nil
}
