package callflow

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// validation collects problems. Its methods check one sort of value each.
type validation struct{ problems []Problem }

func (v *validation) add(path, code string, params map[string]string) {
	v.problems = append(v.problems, Problem{Path: path, Code: code, Params: params})
}

func (v *validation) value(path, code, value string) {
	v.add(path, code, map[string]string{"value": value})
}

func (v *validation) oneOf(path, value string, allowed ...string) {
	switch {
	case slices.Contains(allowed, value):
	case value == "":
		v.add(path, ProblemMissing, nil)
	default:
		v.add(path, ProblemUnknownValue, map[string]string{"value": value, "allowed": strings.Join(allowed, ", ")})
	}
}

// listOf checks each entry against what is allowed, and that none comes twice.
func (v *validation) listOf(path string, values []string, allowed ...string) {
	for i, value := range values {
		v.oneOf(item(path, i), value, allowed...)
	}
	v.distinct(path, values)
}

func (v *validation) distinct(path string, values []string) {
	seen := map[string]bool{}
	for i, value := range values {
		key := strings.ToLower(strings.TrimSpace(value))
		if seen[key] {
			v.value(item(path, i), ProblemRepeated, value)
		}
		seen[key] = true
	}
}

func (v *validation) within(path string, n, low, high int) {
	if n < low || n > high {
		v.add(path, ProblemOutOfRange, map[string]string{"value": strconv.Itoa(n), "min": strconv.Itoa(low), "max": strconv.Itoa(high)})
	}
}

func (v *validation) atMost(path, text string, length int) {
	if utf8.RuneCountInString(text) > length {
		v.add(path, ProblemTooLong, map[string]string{"max": strconv.Itoa(length)})
	}
}

// template checks a text with placeholders; one that says nothing is missing.
func (v *validation) template(path, text string) {
	if strings.TrimSpace(text) == "" {
		v.add(path, ProblemMissing, nil)
		return
	}
	v.atMost(path, text, maxTemplate)
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			return
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || strings.Contains(name, "{") {
			v.value(path, ProblemUnclosedPlaceholder, "{"+name)
			return
		}
		if !slices.Contains(Placeholders(), name) {
			v.add(path, ProblemPlaceholder, map[string]string{
				"value": "{" + name + "}", "allowed": "{" + strings.Join(Placeholders(), "}, {") + "}",
			})
		}
		rest = tail
	}
}

func (v *validation) email(path, value string) {
	if !looksLikeEmail(strings.TrimSpace(value)) {
		v.value(path, ProblemEmail, value)
	}
}

var fieldName = regexp.MustCompile(`^[A-Za-z](?:[A-Za-z0-9]|_[A-Za-z0-9]|__[A-Za-z0-9])*$`)

// field checks the API name of a field.
func (v *validation) field(path, name string) {
	if !fieldName.MatchString(name) || len(name) > maxFieldName {
		v.value(path, ProblemFieldName, name)
	}
}

func item(path string, i int) string { return path + "." + strconv.Itoa(i) }

// keys lists the keys of a map in a fixed order.
func keys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// texts turns names of a type into plain texts.
func texts[T ~string](names []T) []string {
	plain := make([]string, len(names))
	for i, n := range names {
		plain[i] = string(n)
	}
	return plain
}
