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
	from, okFrom := readClock(a)
	to, okTo := readClock(b)
	if !okFrom || !okTo || from.half != "" && to.half == "" && to.hour <= 12 { // "9am-5" may be either
		return typed
	}
	if from.half == "" && to.half != "" && from.hour >= 1 && from.hour <= 12 {
		// "1-5pm" is the afternoon, and "9-5pm" begins in the morning.
		if from.half = to.half; from.String() >= to.String() {
			from.half = map[string]string{"a": "p", "p": "a"}[to.half]
		}
	}
	return from.String() + "-" + to.String()
}

// clock is a time of day as it was written; half is "a" or "p" when it counts
// to twelve.
type clock struct {
	hour         int
	minute, half string
}

func readClock(typed string) (c clock, ok bool) {
	m := clockWas.FindStringSubmatch(strings.TrimSpace(typed))
	if m == nil {
		return c, false
	}
	hour, err := strconv.Atoi(m[1])
	if err != nil {
		return c, false
	}
	c = clock{hour: hour, minute: m[2]}
	if c.minute == "" {
		c.minute = "00"
	}
	if m[3] != "" {
		c.half = m[3][:1]
	}
	return c, c.half == "" || hour >= 1 && hour <= 12
}

// String is the time as the settings write it.
func (c clock) String() string {
	hour := c.hour
	if c.half != "" {
		hour %= 12
	}
	if c.half == "p" {
		hour += 12
	}
	return fmt.Sprintf("%02d:%s", hour, c.minute)
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
