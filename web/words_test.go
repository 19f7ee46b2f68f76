package web_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"ringledger/views"
)

// coded finds where a code is given to something that has words for it.
var coded = map[string]*regexp.Regexp{
	"flash.":   regexp.MustCompile(`s\.redirect\([^"]*"([a-z_]+)"\)`),
	"problem.": regexp.MustCompile(`(?:ProblemText\(ctx, |renderSignIn\(.*, |found\["[a-z]+"\] = )"([a-z_.]+)"[,)\n]`),
	"banner.":  regexp.MustCompile(`\badd\("((?:salesforce|aircall|api)_[a-z_]+)", `),
	"oauth.":   regexp.MustCompile(`failConnection\(c, "([a-z_]+)"`),
	"error.":   regexp.MustCompile(`told\{[^"]*"([a-z_]+)"\}`),
}

func TestEveryCodeHasWords(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for prefix, pattern := range coded {
		found := 0
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range pattern.FindAllSubmatch(source, -1) {
				code := string(m[1])
				if code == "closed" { // for a client that went away
					continue
				}
				found++
				key := prefix + code
				if prefix == "banner." || prefix == "oauth." || prefix == "error." {
					key += ".title"
				}
				if !views.Known(key) {
					t.Errorf("%s uses %q, and there are no words for %s", file, code, key)
				}
			}
		}
		if found == 0 {
			t.Errorf("no code of %s was found: the pattern is out of date", prefix)
		}
	}
}
