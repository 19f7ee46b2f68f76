package settings

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"ringledger/integration/callflow"
)

// YAML writes the settings as a document that Parse reads back to the same
// settings, in a fixed order and with a comment where the choices are not plain.
func YAML(s callflow.Settings) ([]byte, error) {
	root := node(reflect.ValueOf(complete(s)), "")
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(root); err != nil {
		return nil, fmt.Errorf("settings: write YAML: %w", err)
	}
	if err := enc.Close(); err != nil {
		return nil, fmt.Errorf("settings: write YAML: %w", err)
	}
	return out.Bytes(), nil
}

// JSON writes the settings as a document that Parse reads back to the same settings.
func JSON(s callflow.Settings) ([]byte, error) {
	out, err := json.MarshalIndent(complete(s), "", "  ")
	if err != nil {
		return nil, fmt.Errorf("settings: write JSON: %w", err)
	}
	return append(out, '\n'), nil
}

// complete makes empty what is unset and not optional: written as nothing, it
// would be read back as the default.
func complete(s callflow.Settings) callflow.Settings {
	if s.OfficeHours.Schedule.Week == nil {
		s.OfficeHours.Schedule.Week = map[string][]string{}
	}
	s.Matching.Order = notNil(s.Matching.Order)
	s.Owner.Fallback = notNil(s.Owner.Fallback)
	s.Task.Description = notNil(s.Task.Description)
	s.Filters.IgnoreAgents = notNil(s.Filters.IgnoreAgents)
	s.Filters.IgnoreNumbers = notNil(s.Filters.IgnoreNumbers)
	return s
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// node turns a value of the settings into a YAML node.
func node(v reflect.Value, path string) *yaml.Node {
	if set, ok := v.Interface().(callflow.LineSet); ok {
		if set.All {
			return scalar(0, "!!str", "all")
		}
		return node(reflect.ValueOf(set.IDs), path)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return node(v.Elem(), path)
	case reflect.Struct:
		return structNode(v, path)
	case reflect.Map:
		return mapNode(v, path)
	case reflect.Slice:
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for i := range v.Len() {
			list.Content = append(list.Content, node(v.Index(i), path))
		}
		return list
	case reflect.Bool:
		return scalar(0, "!!bool", strconv.FormatBool(v.Bool()))
	case reflect.Int:
		return scalar(0, "!!int", strconv.FormatInt(v.Int(), 10))
	default:
		return textNode(v.String())
	}
}

func structNode(v reflect.Value, path string) *yaml.Node {
	m := &yaml.Node{Kind: yaml.MappingNode}
	if v.Type() == reflect.TypeFor[callflow.Flow]() {
		m.Style = yaml.FlowStyle
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if optional(f) && v.Field(i).IsZero() {
			continue
		}
		at := join(path, keyOf(f))
		m.Content = append(m.Content, keyNode(keyOf(f), at), node(v.Field(i), at))
	}
	return flowWhenEmpty(m)
}

// mapNode writes call types and days in the order people know them, other keys
// by the alphabet.
func mapNode(v reflect.Value, path string) *yaml.Node {
	keys := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		keys = append(keys, k.String())
	}
	order := allowedKeys(v.Type(), path)
	slices.SortFunc(keys, func(a, b string) int {
		if i, j := slices.Index(order, a), slices.Index(order, b); i != j {
			return i - j
		}
		return strings.Compare(a, b)
	})
	m := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range keys {
		value := v.MapIndex(reflect.ValueOf(key).Convert(v.Type().Key()))
		m.Content = append(m.Content, textNode(key), node(value, join(path, key)))
	}
	return flowWhenEmpty(m)
}

func flowWhenEmpty(m *yaml.Node) *yaml.Node {
	if len(m.Content) == 0 {
		m.Style = yaml.FlowStyle
	}
	return m
}

func keyNode(key, path string) *yaml.Node {
	n := scalar(0, "!!str", key)
	n.HeadComment = comments()[path]
	return n
}

var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z_/]{3,}$`)

// textNode leaves only plain words bare; anything YAML could read as something
// else stands in quotes.
func textNode(s string) *yaml.Node {
	n := scalar(0, "!!str", s)
	bare := plain.MatchString(s) || slices.Contains(callflow.Days(), s)
	if !bare || slices.Contains([]string{"true", "false", "null"}, strings.ToLower(s)) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// comments stand above the keys whose choices are not plain.
func comments() map[string]string {
	return map[string]string{
		"flows":                           "completed | in_progress | do_nothing; due_days and priority are for open tasks",
		"write_when":                      "complete | answered",
		"office_hours.log":                "always | only_open",
		"office_hours.schedule.time_zone": `an IANA name; "" is the zone of each line`,
		"office_hours.schedule.week":      `mon to sun; a missing day is closed, "22:00-06:00" runs over midnight`,
		"matching.several":                "newest | oldest | ask",
		"matching.shared_number_over":     "0 is off",
		"matching.no_match.create":        "none | contact | lead | account | person_account",
		"matching.no_match.types":         "absent is all call types",
		"matching.no_match.when_none":     "skip | log_without_record",
		"related.attach":                  "none | case | opportunity",
		"owner.fallback":                  "record_owner, connection_user",
		"filters.lines":                   "all, or a list of Aircall number ids",
		"filters.internal_calls":          "skip | log",
		"lines":                           "what one line does differently, by Aircall number id",
	}
}
