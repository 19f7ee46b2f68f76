package simulator

import (
	"regexp"
	"strconv"
	"strings"
)

// refCall is @{ref.path} with members and indexes in the path.
var refCall = regexp.MustCompile(`@\{([A-Za-z0-9_]+)((?:\.[A-Za-z0-9_]+|\[\d+\])*)\}`)

// resolve replaces references to earlier answers everywhere in a body.
func resolve(v any, earlier []subanswer) (any, *apiError) {
	switch v := v.(type) {
	case string:
		return resolveText(v, earlier)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			r, fail := resolve(v[i], earlier)
			if fail != nil {
				return nil, fail
			}
			out[i] = r
		}
		return out, nil
	case object:
		out := make(object, len(v))
		for i, m := range v {
			r, fail := resolve(m.value, earlier)
			if fail != nil {
				return nil, fail
			}
			out[i] = member{m.name, r}
		}
		return out, nil
	}
	return v, nil
}

func resolveText(s string, earlier []subanswer) (string, *apiError) {
	if !strings.Contains(s, "@{") {
		return s, nil
	}
	var fail *apiError
	out := refCall.ReplaceAllStringFunc(s, func(found string) string {
		parts := refCall.FindStringSubmatch(found)
		v, problem := reach(parts[1], parts[2], earlier)
		if problem != nil {
			fail = problem
		}
		return v
	})
	return out, fail
}

func reach(ref, route string, earlier []subanswer) (string, *apiError) {
	name := ref + route
	for _, a := range earlier {
		if a.ref != ref {
			continue
		}
		if a.status < 400 {
			if v, ok := walk(a.body, route); ok {
				return v, nil
			}
		}
		return "", bad("PROCESSING_HALTED", "Invalid reference specified. No value for %s found in %s", name, ref)
	}
	return "", bad("PROCESSING_HALTED", "Invalid reference specified. No value for %s found in %s", name, ref)
}

// walk follows .name and [n] through an answer, and wants a scalar at the end.
func walk(v any, route string) (string, bool) {
	for _, step := range strings.FieldsFunc(route, func(c rune) bool { return c == '.' || c == '[' || c == ']' }) {
		n, err := strconv.Atoi(step)
		switch at := v.(type) {
		case object:
			next, ok := at.lookup(step)
			if !ok {
				return "", false
			}
			v = next
		case []any:
			if err != nil || n >= len(at) {
				return "", false
			}
			v = at[n]
		case []object:
			if err != nil || n >= len(at) {
				return "", false
			}
			v = at[n]
		default:
			return "", false
		}
	}
	switch v := v.(type) {
	case string:
		return v, true
	case nil, object, []any, []object:
		return "", false
	default:
		return strings.Trim(string(appendJSON(nil, v)), `"`), true
	}
}
