package settings

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"ringledger/integration/callflow"
)

// maxDocument is far beyond what an admin writes by hand.
const maxDocument = 1 << 20

// Mistake is a problem of the document, with the line it stands on; 0 when it
// stands on none.
type Mistake struct {
	Line int
	callflow.Problem
}

// Codes of mistakes that only a document can have, besides those of callflow.
const (
	MistakeSyntax     = "syntax"          // message
	MistakeTooBig     = "too_big"         // max
	MistakeUnknownKey = "unknown_key"     // value, suggestion ("" when nothing is close)
	MistakeRepeated   = "repeated_key"    // value
	MistakeType       = "wrong_type"      // want, got
	MistakeAlias      = "alias"           // YAML anchors are not followed
	MistakeCountry    = "unknown_country" // value, allowed
)

// MistakeCodes lists the codes above with the names of their params.
func MistakeCodes() map[string][]string {
	return map[string][]string{
		MistakeSyntax:     {"message"},
		MistakeTooBig:     {"max"},
		MistakeUnknownKey: {"value", "suggestion"},
		MistakeRepeated:   {"value"},
		MistakeType:       {"want", "got"},
		MistakeAlias:      {},
		MistakeCountry:    {"value", "allowed"},
	}
}

// Parse reads a settings document in YAML or JSON. Keys that are missing have
// the values of callflow.Default. The settings are of use only when there are
// no mistakes, which come in the order of their lines.
func Parse(doc []byte) (callflow.Settings, []Mistake) {
	s := callflow.Default()
	root, mistake := tree(doc)
	if mistake == nil && null(root) {
		mistake = single(root.Line, callflow.ProblemMissing, nil)
	}
	if mistake != nil {
		return s, []Mistake{*mistake}
	}
	d := decoder{lines: map[string]int{}}
	d.settings(root, &s)
	if len(d.mistakes) == 0 {
		for _, p := range append(s.Validate(), Countries(s)...) {
			d.mistakes = append(d.mistakes, Mistake{Line: d.lineOf(p.Path), Problem: p})
		}
	}
	slices.SortStableFunc(d.mistakes, func(a, b Mistake) int { return a.Line - b.Line })
	return s, d.mistakes
}

// LineOf is the line of a document where a path stands, or what it would stand
// in; 0 when the document cannot be read.
func LineOf(doc []byte, path string) int {
	root, mistake := tree(doc)
	if mistake != nil || null(root) {
		return 0
	}
	s, d := callflow.Default(), decoder{lines: map[string]int{}}
	d.settings(root, &s)
	return d.lineOf(path)
}

// tree reads the document into nodes that know their lines.
func tree(doc []byte) (*yaml.Node, *Mistake) {
	if len(doc) > maxDocument {
		return nil, single(0, MistakeTooBig, map[string]string{"max": strconv.Itoa(maxDocument)})
	}
	root, err := jsonTree(doc)
	if err == nil {
		return root, nil
	}
	root, mistake := yamlTree(doc)
	if mistake != nil && looksLikeJSON.Match(doc) {
		return nil, single(jsonLine(doc, err), MistakeSyntax, map[string]string{"message": err.Error()})
	}
	return root, mistake
}

// looksLikeJSON tells what was meant as JSON from YAML's own braces.
var looksLikeJSON = regexp.MustCompile(`^\s*\{\s*"[^"]*"\s*:`)

func yamlTree(doc []byte) (*yaml.Node, *Mistake) {
	dec := yaml.NewDecoder(bytes.NewReader(doc))
	var root, more yaml.Node
	switch err := dec.Decode(&root); {
	case errors.Is(err, io.EOF) || err == nil && len(root.Content) == 0:
		return nil, single(0, callflow.ProblemMissing, nil)
	case err != nil:
		return nil, syntax(err)
	}
	if err := dec.Decode(&more); err == nil {
		return nil, single(more.Line, MistakeSyntax, map[string]string{"message": "a second document begins here"})
	} else if !errors.Is(err, io.EOF) {
		return nil, syntax(err)
	}
	return root.Content[0], nil
}

var yamlLine = regexp.MustCompile(`line (\d+): `)

// syntax turns what the YAML library says into a mistake with its line.
func syntax(err error) *Mistake {
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), 0
	if m := yamlLine.FindStringSubmatch(message); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits by the pattern
		message = strings.Replace(message, m[0], "", 1)
	}
	return single(line, MistakeSyntax, map[string]string{"message": message})
}

func single(line int, code string, params map[string]string) *Mistake {
	return &Mistake{Line: line, Problem: callflow.Problem{Code: code, Params: params}}
}
