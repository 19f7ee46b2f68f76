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

// termRange is the condition for terms that begin with prefix.
func termRange(prefix string) clause {
	return cond("(term >= ? AND term < ?)", prefix, prefix+"\U0010FFFF")
}

// RecordTerms are what search finds an entry by for the records it stands on.
func RecordTerms(ids ...string) []string {
	var out []string
	for _, id := range ids {
		if id != "" {
			out = append(out, "i:"+id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
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
