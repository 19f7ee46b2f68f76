package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the tables of README.md")

const readmePath = "../../README.md"

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// settingsTable is the configuration as README.md shows it.
func settingsTable(c *config) string {
	var b strings.Builder
	b.WriteString("\n| variable | default | what it is |\n| --- | --- | --- |\n")
	for _, s := range c.settings() {
		fallback := ""
		if s.fallback != "" {
			fallback = "`" + s.fallback + "`"
		}
		help := s.help
		if s.secret {
			help += "; a secret"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.name, fallback, help)
	}
	b.WriteString("\n")
	return b.String()
}

func TestREADMEListsEveryVariableWithItsDefault(t *testing.T) {
	text := readme(t)
	_, rest, begun := strings.Cut(text, "-update -->\n")
	got, _, ended := strings.Cut(rest, "<!-- end of settings -->")
	if !begun || !ended {
		t.Fatal("the marks around the table are gone")
	}
	want := settingsTable(&config{})
	if got == want {
		return
	}
	if !*update {
		t.Fatalf("the table is out of date; run go test ./cmd/ringledger -run README -update\ngot  %s\nwant %s", got, want)
	}
	if err := os.WriteFile(readmePath, []byte(strings.Replace(text, "-update -->\n"+got, "-update -->\n"+want, 1)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestREADMENamesOnlyPathsThatExist(t *testing.T) {
	_, table, ok := strings.Cut(readme(t), "## Where do I change...?")
	table, _, end := strings.Cut(table, "\n## ")
	if !ok || !end {
		t.Fatal("the table is gone")
	}
	paths := regexp.MustCompile("`([a-z][\\w./-]*/[\\w./-]*)`").FindAllStringSubmatch(table, -1)
	if len(paths) < 15 {
		t.Fatalf("the table names %d paths", len(paths))
	}
	for _, p := range paths {
		if _, err := os.Stat(filepath.Join("../..", p[1])); err != nil {
			t.Errorf("README.md sends people to %s: %v", p[1], err)
		}
	}
}

func TestREADMELinksAndPicturesExist(t *testing.T) {
	found := regexp.MustCompile(`(?:\]\(|src="|srcset=")([^)"#]+)`).FindAllStringSubmatch(readme(t), -1)
	for _, f := range found {
		if strings.Contains(f[1], "://") {
			continue
		}
		if _, err := os.Stat(filepath.Join("../..", f[1])); err != nil {
			t.Errorf("README.md leads to %s: %v", f[1], err)
		}
	}
}

func TestREADMENamesOnlyCommandsThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, c := range newRoot(nil).Commands() {
		known[c.Name()] = true
	}
	for _, found := range regexp.MustCompile("`?(?:bin/)?ringledger ([a-z]+)").FindAllStringSubmatch(readme(t), -1) {
		if !known[found[1]] {
			t.Errorf("README.md names ringledger %s", found[1])
		}
	}
}
