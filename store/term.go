package store

import (
	"slices"
	"strings"
	"unicode"
)

// Terms are what search finds an entry by: words by their beginning, numbers
// by their beginning or their end. The same table serves both databases.
func Terms(numbers []string, texts ...string) []string {
	var out []string
	for _, n := range numbers {
		if d := digitsOf(n); d != "" {
			out = append(out, "d:"+d, "r:"+reverse(d))
		}
	}
	for _, t := range texts {
		for _, w := range words(t) {
			out = append(out, "w:"+w)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// searchConditions turns what a person typed into conditions on entries.
func searchConditions(query string) (where []string, args []any) {
	query = strings.TrimSpace(query)
	if query == "" {
		return nil, nil
	}
	prefix := func(terms ...string) {
		cond := make([]string, len(terms))
		for i, t := range terms {
			cond[i] = "(term >= ? AND term < ?)"
			args = append(args, t, t+"\U0010FFFF")
		}
		where = append(where, "id IN (SELECT entry_id FROM terms WHERE "+strings.Join(cond, " OR ")+")")
	}
	if d := digitsOf(query); looksLikeNumber(query) && d != "" {
		national := strings.TrimLeft(d, "0") // "06 12..." and "0033 6 12..." alike
		prefix("d:"+national, "r:"+reverse(national))
		return []string{"(" + where[0] + " OR object_id = ?)"}, append(args, query)
	}
	if !strings.ContainsFunc(query, unicode.IsSpace) && (len(query) == 15 || len(query) == 18 || strings.ContainsAny(query, "-_") || len(query) > 20) {
		return []string{"(object_id = ? OR task_id = ?)"}, []any{query, query}
	}
	for _, w := range words(query) {
		prefix("w:" + w)
	}
	if len(where) == 0 {
		return []string{"1 = 0"}, nil
	}
	return where, args
}

func looksLikeNumber(s string) bool {
	for _, r := range s {
		if !unicode.IsDigit(r) && !strings.ContainsRune(" +-().\u00a0\u202f/", r) {
			return false
		}
	}
	return true
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func reverse(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// words splits and folds a text: lower case, accents off, so that "Éloïse" is
// found by "eloise".
func words(s string) []string {
	fields := strings.FieldsFunc(fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := fields[:0]
	for _, w := range fields {
		if len(w) > 64 {
			w = w[:64]
		}
		out = append(out, w)
	}
	return out
}
