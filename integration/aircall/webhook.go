package aircall

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"ringledger/integration/callflow"
)

// What is wrong with a body that is not stored.
var (
	// ErrNotJSON says that a body is not one JSON value in valid UTF-8.
	ErrNotJSON = errors.New("not JSON")
	// ErrEnvelope says that a body is JSON, but not an object whose token can
	// be found and removed for certain.
	ErrEnvelope = errors.New("not an envelope")
)

// MaxBody is the size of the largest webhook body that is taken.
const MaxBody = 2 << 20

// Genuine envelopes have five keys and five levels.
const (
	maxKeys  = 64
	maxDepth = 64
)

// hidden replaces the token in what is stored.
const hidden = `"hidden"`

// Envelope is one webhook delivery, taken apart just so far that it can be
// checked and stored.
type Envelope struct {
	Event     string // "call.ended"; "" when missing or no text
	Resource  string
	Token     string // "" when missing; never store or log it
	Timestamp time.Time
	Kind      callflow.Kind // "" when it is about neither a call nor a message, or does not say which
	ObjectID  string        // Aircall's id of that call or message
	Body      []byte        // as received, with "hidden" for the token's value
	Hash      [32]byte      // of Body: a delivery that comes again has the same
}

// ParseEnvelope reads a webhook body. It is strict about everything that could
// hide a second token and takes any data.
func ParseEnvelope(body []byte) (Envelope, error) {
	if len(body) > MaxBody {
		return Envelope{}, fmt.Errorf("aircall: read envelope: %w: larger than %d bytes", ErrEnvelope, MaxBody)
	}
	if !utf8.Valid(body) {
		return Envelope{}, fmt.Errorf("aircall: read envelope: %w: invalid UTF-8", ErrNotJSON)
	}
	if deeperThan(body, maxDepth) {
		return Envelope{}, fmt.Errorf("aircall: read envelope: %w: nested deeper than %d", ErrEnvelope, maxDepth)
	}
	p := envelopeParser{r: newReader(body)}
	if err := p.parse(); err != nil {
		return Envelope{}, fmt.Errorf("aircall: read envelope: %w", err)
	}
	e := p.envelope
	e.Kind, e.ObjectID = p.object.identify(e.Event)
	e.Body = p.redact(body)
	e.Hash = sha256.Sum256(e.Body)
	return e, nil
}

// envelopeParser walks over one body. Its errors quote nothing of the body.
type envelopeParser struct {
	r        *reader
	envelope Envelope
	object   objectIDs
	keys     [8]string // room for the keys of a usual envelope
	seen     []string
	tokenAt  [2]int64 // where the token's value begins and ends
}

func (p *envelopeParser) parse() error {
	if p.r.dec.PeekKind() != '{' {
		if _, err := p.r.dec.ReadValue(); err != nil {
			return ErrNotJSON
		}
		return fmt.Errorf("%w: not an object", ErrEnvelope)
	}
	if _, err := p.r.dec.ReadToken(); err != nil {
		return ErrNotJSON
	}
	p.seen = p.keys[:0]
	for p.r.dec.PeekKind() == '"' {
		if err := p.member(); err != nil {
			return err
		}
	}
	if _, err := p.r.dec.ReadToken(); err != nil {
		return ErrNotJSON
	}
	if !p.r.atEnd() {
		return fmt.Errorf("%w: something follows the object", ErrNotJSON)
	}
	return nil
}

func (p *envelopeParser) member() error {
	raw, err := p.r.dec.ReadValue()
	if err != nil {
		return ErrNotJSON
	}
	key := p.key(raw)
	if len(p.seen) == maxKeys {
		return fmt.Errorf("%w: more than %d keys", ErrEnvelope, maxKeys)
	}
	if slices.Contains(p.seen, key) {
		return fmt.Errorf("%w: a key comes twice", ErrEnvelope)
	}
	p.seen = append(p.seen, key)
	switch key {
	case "token":
		return p.token()
	case "data":
		p.object.read(p.r)
	case "event":
		p.envelope.Event = p.r.id()
	case "resource":
		p.envelope.Resource = p.r.id()
	case "timestamp":
		p.envelope.Timestamp = p.r.time()
	default:
		// Other readers of JSON take such a key for the token.
		if strings.EqualFold(key, "token") {
			return fmt.Errorf("%w: a key resembles token", ErrEnvelope)
		}
		p.r.skip()
	}
	if p.r.err != nil {
		return ErrNotJSON
	}
	return nil
}

// key is the name of a member. The usual ones cost no allocation.
func (p *envelopeParser) key(raw []byte) string {
	switch string(raw) {
	case `"token"`:
		return "token"
	case `"data"`:
		return "data"
	case `"event"`:
		return "event"
	case `"resource"`:
		return "resource"
	case `"timestamp"`:
		return "timestamp"
	}
	return unquote(raw)
}

func (p *envelopeParser) token() error {
	value, err := p.r.dec.ReadValue()
	if err != nil {
		return ErrNotJSON
	}
	if value.Kind() != '"' {
		return fmt.Errorf("%w: token is no text", ErrEnvelope)
	}
	end := p.r.dec.InputOffset()
	p.tokenAt = [2]int64{end - int64(len(value)), end}
	p.envelope.Token = unquote(value)
	return nil
}

func (p *envelopeParser) redact(body []byte) []byte {
	if p.tokenAt[1] == 0 {
		return bytes.Clone(body)
	}
	redacted := make([]byte, 0, len(body)+len(hidden))
	redacted = append(redacted, body[:p.tokenAt[0]]...)
	redacted = append(redacted, hidden...)
	return append(redacted, body[p.tokenAt[1]:]...)
}

// deeperThan reports whether JSON nests deeper than limit, without reading it.
func deeperThan(body []byte, limit int) bool {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '"':
			quoted = !quoted
		case quoted && c == '\\':
			i++
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > limit {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// unquote is the text of a JSON string that has been read already.
func unquote(raw []byte) string {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner)
	}
	// Half a surrogate pair, as left by text cut in the middle of an emoji,
	// becomes U+FFFD; the error says no more than that.
	text, _ := jsontext.AppendUnquote(nil, raw)
	return string(text)
}
