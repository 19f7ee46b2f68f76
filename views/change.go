package views

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Difference is one key that two versions of the rules do not share, as the
// settings document spells it. Nil values are those of a key that is not there.
type Difference struct {
	Keys     []string
	Old, New []string
}

// RuleChange is a difference in words.
type RuleChange struct {
	Field    string
	Old, New string
}

// fewItems is up to how many entries of a list are told in full.
const fewItems = 6

// ChangeOf tells a difference. Lines are called by their names.
func ChangeOf(ctx context.Context, d Difference, lines map[string]string) RuleChange {
	c := RuleChange{Field: changedField(ctx, d.Keys, lines)}
	old, new := d.Old, d.New
	if unordered(d.Keys) && (len(old) > fewItems || len(new) > fewItems) {
		old, new = without(d.Old, d.New), without(d.New, d.Old)
		c.Field += " " + T(ctx, "change.partly")
	}
	c.Old, c.New = changedValue(ctx, d.Keys, old, lines), changedValue(ctx, d.Keys, new, lines)
	return c
}

// unordered reports whether the key holds a list of which single entries come
// and go.
func unordered(keys []string) bool {
	switch keys[len(keys)-1] {
	case "holidays", "ignore_agents", "ignore_numbers", "lines":
		return true
	}
	return false
}

func without(all, others []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(v string) bool { return slices.Contains(others, v) })
}

// changedField names a key: "Missed", "Office hours, Monday", "Support FR,
// Missed".
func changedField(ctx context.Context, keys []string, lines map[string]string) string {
	var said []string
	if keys[0] == "lines" && len(keys) > 2 {
		said, keys = append(said, lineCalled(lines, keys[1])), keys[2:]
	}
	last := keys[len(keys)-1]
	switch keys[0] {
	case "flows":
		said = append(said, wordOr(ctx, "type."+keys[1], keys[1]))
		if last == "action" {
			return strings.Join(said, ", ")
		}
	case "office_hours", "matching", "related", "owner", "task", "filters":
		said = append(said, T(ctx, "change."+keys[0]))
	}
	return strings.Join(append(said, changedKey(ctx, keys)), ", ")
}

// changedKey names the last key.
func changedKey(ctx context.Context, keys []string) string {
	last := keys[len(keys)-1]
	if len(keys) > 2 {
		switch keys[1] {
		case "extra_phone_fields":
			return T(ctx, "matching.extra.of", "object", last)
		case "subjects":
			return T(ctx, "change.subject", "type", wordOr(ctx, "type."+last, last))
		case "map", "fields":
			return last
		}
	}
	if Known("day." + last) {
		return T(ctx, "day."+last)
	}
	if Known("change.key." + last) {
		return T(ctx, "change.key."+last)
	}
	return wordOr(ctx, fieldLabels[last], last)
}

// changedValue tells what a key holds.
func changedValue(ctx context.Context, keys, values []string, lines map[string]string) string {
	last := keys[len(keys)-1]
	if len(values) == 0 || len(values) == 1 && values[0] == "" {
		return T(ctx, emptyKey(keys, values == nil))
	}
	said := make([]string, len(values))
	for i, v := range values {
		switch {
		case last == "lines" && v != "all":
			said[i] = lineCalled(lines, v)
		case last == "due_days" && isNumber(v):
			n, _ := strconv.Atoi(v) // the case says that it is a number
			said[i] = T(ctx, "change.days", "count", n)
		case last == "holidays":
			said[i] = holidayText(ctx, v)
		case len(keys) > 1 && keys[len(keys)-2] == "week":
			said[i] = strings.Replace(v, "-", "–", 1)
		default:
			said[i] = valueText(ctx, strings.Join(keys, "."), v)
		}
	}
	if last == "order" || last == "fallback" {
		return strings.Join(said, ", "+T(ctx, "change.then")+" ")
	}
	return strings.Join(said, ", ")
}

// emptyKey leads to what it means that a key holds nothing, or is not there.
func emptyKey(keys []string, absent bool) string {
	last := keys[len(keys)-1]
	ofLine := keys[0] == "lines"
	switch {
	case len(keys) > 1 && keys[len(keys)-2] == "week", last == "week" && !absent:
		return "hours.closed"
	case last == "priority" && !ofLine:
		return "priority.default"
	case last == "due_days" && (!ofLine || !absent):
		return "change.same_day"
	case ofLine && absent:
		return "action.as_all"
	case last == "time_zone":
		return "hours.zone.line"
	case last == "holiday_country":
		return "hours.country.none"
	case last == "types":
		return "change.all_types"
	case len(keys) > 2 && keys[1] == "subjects":
		return "change.default_subject"
	case len(keys) > 2 && keys[1] == "map":
		return "change.not_mapped"
	}
	return "change.nothing"
}

func lineCalled(lines map[string]string, id string) string {
	if name := lines[id]; name != "" {
		return name
	}
	return id
}

// holidayText writes a day, or the first and the last of several.
func holidayText(ctx context.Context, entry string) string {
	days := strings.Split(entry, "/")
	for i, day := range days {
		t, err := time.ParseInLocation(time.DateOnly, day, LocaleOf(ctx).zone())
		if err != nil {
			return entry
		}
		days[i] = Date(ctx, t)
	}
	return strings.Join(days, " – ")
}
