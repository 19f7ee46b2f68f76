package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDepth is deeper than any settings document goes.
const maxDepth = 32

// jsonTree reads JSON into the nodes YAML is read into. YAML readers do not
// take all of JSON's escapes, and they know no repeated keys.
func jsonTree(doc []byte) (*yaml.Node, error) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	r := jsonReader{doc: doc, dec: dec}
	root, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the document")
	}
	return root, nil
}

// jsonLine is the line an error of jsonTree stands on: where the document ends
// when it is cut short.
func jsonLine(doc []byte, err error) int {
	read := len(doc)
	if bad := (*json.SyntaxError)(nil); errors.As(err, &bad) && bad.Offset < int64(read) {
		read = int(bad.Offset)
	}
	return 1 + bytes.Count(bytes.TrimRight(doc[:read], "\n"), []byte("\n"))
}

type jsonReader struct {
	doc []byte
	dec *json.Decoder

	counted int64 // so far into doc, line breaks are counted
	lines   int
}

// line is the line the decoder has read to.
func (r *jsonReader) line() int {
	to := r.dec.InputOffset()
	r.lines += bytes.Count(r.doc[r.counted:to], []byte("\n"))
	r.counted = to
	return 1 + r.lines
}

func (r *jsonReader) value(depth int) (*yaml.Node, error) {
	token, err := r.dec.Token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, errors.New("too deep")
	}
	line := r.line()
	switch v := token.(type) {
	case json.Delim:
		return r.collection(v, line, depth)
	case string:
		return scalar(line, "!!str", v), nil
	case json.Number:
		tag := "!!int"
		if strings.ContainsAny(v.String(), ".eE") {
			tag = "!!float"
		}
		return scalar(line, tag, v.String()), nil
	case bool:
		return scalar(line, "!!bool", strconv.FormatBool(v)), nil
	default:
		return scalar(line, "!!null", "null"), nil
	}
}

func (r *jsonReader) collection(open json.Delim, line, depth int) (*yaml.Node, error) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Line: line}
	if open == '{' {
		n.Kind, n.Tag = yaml.MappingNode, "!!map"
	}
	for r.dec.More() { // keys come as texts, so a mapping is read like a list of pairs
		child, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		n.Content = append(n.Content, child)
	}
	_, err := r.dec.Token() // the closing delimiter
	return n, err
}

func scalar(line int, tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value, Line: line}
}
