package settings

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"ringledger/integration/callflow"
)

// keyOf is the name of a field in the document.
func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// optional reports whether a field is left out of the document when unset.
func optional(f reflect.StructField) bool {
	_, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	return options != ""
}

// allowedKeys are the keys a map can have; nil when they are free.
func allowedKeys(t reflect.Type, path string) []string {
	switch {
	case t.Key() == reflect.TypeFor[callflow.CallType]():
		var types []string
		for _, ct := range callflow.CallTypes() {
			types = append(types, string(ct))
		}
		return types
	case strings.HasSuffix(path, ".week"):
		return callflow.Days()
	case path == "matching.extra_phone_fields":
		return []string{"Contact", "Lead", "Account"}
	default:
		return nil
	}
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func names(fields map[string]int) []string { return slices.Sorted(maps.Keys(fields)) }

// closest is the allowed name that a mistyped one probably meant, "" when none
// is near: at most a third of its letters may differ.
func closest(typed string, allowed []string) string {
	best, bestAt := "", len(typed)/3+1
	for _, name := range allowed {
		if at := distance(strings.ToLower(typed), strings.ToLower(name)); at < bestAt {
			best, bestAt = name, at
		}
	}
	return best
}

// distance counts the letters to change, add, drop or swap with a neighbour.
func distance(a, b string) int {
	before, row := []int{}, make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next := make([]int, len(b)+1)
		next[0] = i
		for j := 1; j <= len(b); j++ {
			change := row[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			next[j] = min(change, row[j]+1, next[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
