package store

import (
	"cmp"
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

// searchConditions turns what a person typed into conditions on entries: a
// number in any spelling, the words of a name, or an id of Aircall or
// Salesforce. A word that may be an id is looked for as both.
//
// wholeNumbers is for readers who may not see numbers: digits then find a
// number only when it is typed out, or each further digit would give it away.
func searchConditions(query string, wholeNumbers bool) (where []string, args []any) {
	query = clean(strings.TrimSpace(query))
	if query == "" {
		return nil, nil
	}
	if looksLikeNumber(query) {
		d := digitsOf(strings.ReplaceAll(query, "(0)", "")) // "+33 (0)6 12..."
		if national := strings.TrimLeft(d, "0"); national != "" {
			d = national // "06 12..." and "0033 6 12..." alike
		}
		if wholeNumbers {
			return wholeNumber(d)
		}
		terms, values := termRange("d:" + d)
		if !strings.HasPrefix(query, "+") { // else it begins with the country
			end, more := termRange("r:" + reverse(d))
			terms, values = terms+" OR "+end, append(values, more...)
		}
		return []string{"id IN (SELECT entry_id FROM terms WHERE " + terms +
			" UNION SELECT id FROM entries WHERE object_id = ?)"}, append(values, query)
	}
	for _, w := range searchWords(query) {
		terms, values := termRange("w:" + w)
		where = append(where, "id IN (SELECT entry_id FROM terms WHERE "+terms+")")
		args = append(args, values...)
	}
	if len(where) == 0 {
		where = []string{"1 = 0"}
	}
	if strings.ContainsFunc(query, unicode.IsSpace) {
		return where, args
	}
	return []string{"(" + strings.Join(where, " AND ") +
			" OR id IN (SELECT id FROM entries WHERE object_id = ? UNION SELECT id FROM entries WHERE task_id = ? AND task_id <> ''))"},
		append(args, query, longID(query))
}

// A search is bounded, whatever is typed: so many words, each of them this long.
const (
	maxWords = 5
	minWord  = 2
)

// searchWords are the words worth looking for, the longest first: they find
// the fewest.
func searchWords(query string) []string {
	all := words(query)
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	all = slices.Compact(all)
	if i := slices.IndexFunc(all, func(w string) bool { return len(w) < minWord }); i > 0 {
		all = all[:i]
	}
	return all[:min(len(all), maxWords)]
}

// wholeDigits is how many digits a whole number has at least, nationalDigits
// how many without its country code, and countryDigits how many that may add.
const (
	wholeDigits    = 8
	nationalDigits = 9
	countryDigits  = 3
)

func wholeNumber(digits string) ([]string, []any) {
	if len(digits) < wholeDigits {
		return []string{"1 = 0"}, nil
	}
	end := "r:" + reverse(digits)
	more := 0
	if len(digits) >= nationalDigits {
		more = countryDigits
	}
	terms, values := termRange(end)
	return []string{"id IN (SELECT entry_id FROM terms WHERE " + terms + " AND length(term) <= ?)"}, append(values, len(end)+more)
}

// termRange is the condition for terms that begin with prefix.
func termRange(prefix string) (string, []any) {
	return "(term >= ? AND term < ?)", []any{prefix, prefix + "\U0010FFFF"}
}

// longID gives an id of 15 characters, as addresses of Salesforce show it, its
// three check characters; anything else stays.
func longID(id string) string {
	const checks = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
	if len(id) != 15 {
		return id
	}
	for part := range 3 {
		bits := 0
		for n := range 5 {
			if c := id[part*5+n]; c >= 'A' && c <= 'Z' {
				bits |= 1 << n
			}
		}
		id += checks[bits : bits+1]
	}
	return id
}

func looksLikeNumber(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && !strings.ContainsRune(" +-().\u00a0\u202f/", r) {
			return false
		}
	}
	return digitsOf(s) != ""
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
	fields := strings.FieldsFunc(fold(clean(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	out := fields[:0]
	for _, w := range fields {
		out = append(out, cut(w, 64))
	}
	return out
}
