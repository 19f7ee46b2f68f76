package web

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"slices"
	"sort"
	"strings"
	"unicode"
)

// commonPasswords are those of our own days and of our own field.
//
//go:embed passwords.txt
var commonPasswords string

// breachedPasswords are those of at least twelve characters among the million
// most frequent ones of the ten million that Mark Burnett published, as SecLists
// ranks them. Each is in small letters and the first bytes of its SHA-256, and
// they are sorted: the words themselves, many of them foul, stand nowhere.
//
//go:embed breached.bin
var breachedPasswords []byte

// breachedBytes is how much of each sum is kept: too much for a password that
// is not in the list to be taken for one that is.
const breachedBytes = 6

// isCommon knows listed passwords and those made of a few characters over and over.
func isCommon(password string) bool {
	lower := strings.ToLower(password)
	distinct := slices.Compact(slices.Sorted(slices.Values([]rune(lower))))
	return len(distinct) < 4 || slices.Contains(strings.Fields(commonPasswords), lower) || isBreached(lower)
}

func isBreached(lower string) bool {
	sum := sha256.Sum256([]byte(lower))
	row := func(i int) []byte { return breachedPasswords[i*breachedBytes : (i+1)*breachedBytes] }
	n := len(breachedPasswords) / breachedBytes
	i := sort.Search(n, func(i int) bool { return bytes.Compare(row(i), sum[:breachedBytes]) >= 0 })
	return i < n && bytes.Equal(row(i), sum[:breachedBytes])
}

// fewLetters is how many letters a password has at least beside the words that
// anybody would try here.
const fewLetters = 4

// isOfContext reports whether a password is little more than the names of the
// programs, or of the person and the company that its owner's address shows.
func isOfContext(password, email string) bool {
	rest := strings.ToLower(password)
	words := []string{"ringledger", "salesforce", "aircall"}
	for _, word := range strings.FieldsFunc(strings.ToLower(email), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(word) >= 3 {
			words = append(words, word)
		}
	}
	// The longest first, so that none is cut by one that it holds.
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, word := range words {
		rest = strings.ReplaceAll(rest, word, " ")
	}
	if rest == strings.ToLower(password) {
		return false
	}
	letters := 0
	for _, r := range rest {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	return letters < fewLetters
}
