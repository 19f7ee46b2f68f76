package aircall

import (
	"fmt"
	"strings"
	"time"
)

// ErrorKind says what an error of the REST API means to the one who called.
type ErrorKind string

// The kinds of error.
const (
	WrongKey    ErrorKind = "wrong_key"   // the API id or token is not valid
	Missing     ErrorKind = "missing"     // there is no such thing
	TooMany     ErrorKind = "too_many"    // the company's requests of this minute are used up
	Unavailable ErrorKind = "unavailable" // no answer, or none that can be read: later it may work
	Refused     ErrorKind = "refused"     // Aircall understood and will not
)

// Error is what Aircall answered instead of what was asked for. It holds no
// credentials.
type Error struct {
	Kind         ErrorKind
	Status       int    // 0 when there was no answer
	Message      string // Aircall's words
	Troubleshoot string // Aircall's advice
	RetryAfter   time.Duration
	Err          error // the cause when there was no answer

	request string // "GET /v1/ping"
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "aircall: %s: %s", e.request, strings.ReplaceAll(string(e.Kind), "_", " "))
	if e.Status != 0 {
		fmt.Fprintf(&b, " (%d)", e.Status)
	}
	for _, words := range []string{e.Message, e.Troubleshoot} {
		if words != "" {
			b.WriteString(": " + words)
		}
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause, so that a cancelled context is recognised.
func (e *Error) Unwrap() error { return e.Err }

// maxWords bounds what is kept of Aircall's words, in characters.
const maxWords = 300

// describe reads an error body: Aircall's own, that of the gateway before it,
// or anything else, of which nothing is kept.
func (e *Error) describe(body []byte) {
	var message string
	r := newReader(body)
	r.object(func(key []byte) {
		switch string(key) {
		case "error":
			e.Message = short(r.textIfAny())
		case "message":
			message = short(r.textIfAny())
		case "troubleshoot":
			e.Troubleshoot = short(r.textIfAny())
		default:
			r.skip()
		}
	})
	e.Message = firstOf(e.Message, message)
}

func short(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if runes := []rune(words); len(runes) > maxWords {
		return string(runes[:maxWords]) + "…"
	}
	return words
}

func kindOf(status int) ErrorKind {
	switch {
	case status == 401 || status == 403:
		return WrongKey
	case status == 404:
		return Missing
	case status == 429:
		return TooMany
	case status >= 400 && status < 500 && status != 408:
		return Refused
	}
	return Unavailable
}
