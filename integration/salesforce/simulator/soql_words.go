package simulator

import (
	"strconv"
	"strings"
	"time"
)

// span gives the days that a date literal means, from and up to, in UTC.
func span(word string, now time.Time) (from, to time.Time, ok bool) {
	name, count, counted := strings.Cut(strings.ToUpper(word), ":")
	n := 0
	if counted {
		var err error
		if n, err = strconv.Atoi(count); err != nil {
			return from, to, false
		}
	}
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	if counted {
		return countedSpan(name, n, today)
	}
	switch name {
	case "TODAY":
		return today, today.AddDate(0, 0, 1), true
	case "YESTERDAY":
		return today.AddDate(0, 0, -1), today, true
	case "TOMORROW":
		return today.AddDate(0, 0, 1), today.AddDate(0, 0, 2), true
	case "LAST_90_DAYS":
		return today.AddDate(0, 0, -90), today.AddDate(0, 0, 1), true
	case "NEXT_90_DAYS":
		return today.AddDate(0, 0, 1), today.AddDate(0, 0, 91), true
	}
	which, unit, found := strings.Cut(name, "_")
	step, known := map[string]int{"LAST": -1, "THIS": 0, "NEXT": 1}[which]
	if !found || !known {
		return from, to, false
	}
	return unitSpan(unit, step, 1, today)
}

// countedSpan knows LAST_N_DAYS:2 and its relatives. LAST_N_DAYS holds today as well.
func countedSpan(name string, n int, today time.Time) (from, to time.Time, ok bool) {
	switch name {
	case "LAST_N_DAYS":
		return today.AddDate(0, 0, -n), today.AddDate(0, 0, 1), true
	case "NEXT_N_DAYS":
		return today.AddDate(0, 0, 1), today.AddDate(0, 0, n+1), true
	case "N_DAYS_AGO":
		return today.AddDate(0, 0, -n), today.AddDate(0, 0, 1-n), true
	}
	which, unit, _ := strings.Cut(name, "_N_")
	unit = strings.TrimSuffix(unit, "S")
	switch which {
	case "LAST":
		return unitSpan(unit, -n, n, today)
	case "NEXT":
		return unitSpan(unit, 1, n, today)
	}
	return from, to, false
}

// unitSpan begins step units away from the present one and lasts count units.
func unitSpan(unit string, step, count int, today time.Time) (from, to time.Time, ok bool) {
	y, m, _ := today.Date()
	switch unit {
	case "WEEK":
		from = today.AddDate(0, 0, 7*step-int(today.Weekday()))
		return from, from.AddDate(0, 0, 7*count), true
	case "MONTH":
		from = time.Date(y, m, 1, 0, 0, 0, 0, time.UTC).AddDate(0, step, 0)
		return from, from.AddDate(0, count, 0), true
	case "QUARTER":
		from = time.Date(y, (m-1)/3*3+1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 3*step, 0)
		return from, from.AddDate(0, 3*count, 0), true
	case "YEAR":
		from = time.Date(y+step, 1, 1, 0, 0, 0, 0, time.UTC)
		return from, from.AddDate(count, 0, 0), true
	}
	return from, to, false
}

// pattern is a LIKE pattern: % any text, _ one character, \ takes their meaning away.
type pattern []patternPart

type patternPart struct {
	char rune
	any  bool // %
	one  bool // _
}

func newPattern(s string) pattern {
	var out pattern
	escaped := false
	for _, c := range lower(s) {
		switch {
		case escaped:
			out, escaped = append(out, patternPart{char: c}), false
		case c == '\\':
			escaped = true
		case c == '%':
			out = append(out, patternPart{any: true})
		case c == '_':
			out = append(out, patternPart{one: true})
		default:
			out = append(out, patternPart{char: c})
		}
	}
	return out
}

// matches walks text and pattern together, and goes back to the last % on a mismatch.
func (p pattern) matches(s string) bool {
	text := []rune(s)
	i, j, star, mark := 0, 0, -1, 0
	for i < len(text) {
		switch {
		case j < len(p) && p[j].any:
			star, mark = j, i
			j++
		case j < len(p) && (p[j].one || p[j].char == text[i]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = mark, star+1
		default:
			return false
		}
	}
	for j < len(p) && p[j].any {
		j++
	}
	return j == len(p)
}
