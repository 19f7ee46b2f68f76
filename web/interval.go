package web

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	dashes   = strings.NewReplacer("–", "-", "—", "-", "−", "-", " à ", "-", " to ", "-", "→", "-")
	clockWas = regexp.MustCompile(`^(\d{1,2})(?:[:.h](\d{2})?)?\s*([ap]\.?m\.?)?$`)
)

// writtenInterval turns the ways people write an interval into the one of the
// settings: "9-12:30", "9h – 12h30" and "9am-12.30pm" are "09:00-12:30". What it
// cannot read stays as typed, so that it becomes a mistake of its day.
func writtenInterval(typed string) string {
	text := strings.ToLower(strings.TrimSpace(typed))
	a, b, ok := strings.Cut(dashes.Replace(text), "-")
	if !ok {
		return typed
	}
	from, okFrom := writtenClock(a)
	to, okTo := writtenClock(b)
	if !okFrom || !okTo {
		return typed
	}
	return from + "-" + to
}

func writtenClock(typed string) (string, bool) {
	m := clockWas.FindStringSubmatch(strings.TrimSpace(typed))
	if m == nil {
		return "", false
	}
	hour, err := strconv.Atoi(m[1])
	if err != nil {
		return "", false
	}
	minute := m[2]
	if minute == "" {
		minute = "00"
	}
	if half := m[3]; half != "" {
		if hour < 1 || hour > 12 {
			return "", false
		}
		hour %= 12
		if half[0] == 'p' {
			hour += 12
		}
	}
	return fmt.Sprintf("%02d:%s", hour, minute), true
}

// writtenDay writes the intervals of a day between commas, also those that a
// person wrote otherwise, and the words for none and for all.
func writtenDay(typed []string) []string {
	entries := listed(strings.Join(typed, ","))
	out := []string{}
	for _, entry := range entries {
		switch strings.ToLower(entry) {
		case "closed", "fermé", "-", "–", "—":
		case "24h", "24 h", "24/24":
			out = append(out, "00:00-24:00")
		default:
			out = append(out, writtenInterval(entry))
		}
	}
	return []string{strings.Join(out, ", ")}
}
