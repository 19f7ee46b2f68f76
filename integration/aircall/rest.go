package aircall

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// RESTEvent makes an event of a call as the REST API gives it, so that a call
// read there is stored and folded like one that was delivered. The call may
// stand alone or under the key "call". Links that expire lose what makes them
// work: they are secrets, and another each time the call is read.
func RESTEvent(callJSON []byte) []byte {
	data := withoutSecrets(callJSON)
	event := make([]byte, 0, len(data)+64)
	event = append(event, `{"resource":"call","event":"`+Fetched+`","data":`...)
	event = append(event, data...)
	return append(event, '}')
}

func withoutSecrets(call []byte) []byte {
	var wrapped []byte
	var members bytes.Buffer
	r := newReader(call)
	r.object(func(key []byte) {
		name := string(key)
		value, err := r.dec.ReadValue()
		if err != nil {
			r.err = err
			return
		}
		switch name {
		case "call":
			wrapped = bytes.Clone(value)
			return
		case "recording_short_url", "voicemail_short_url":
			return
		case "recording", "voicemail":
			value = withoutQuery(value)
		}
		if members.Len() > 0 {
			members.WriteByte(',')
		}
		members.WriteString(`"` + name + `":`)
		members.Write(value)
	})
	switch {
	case r.err != nil || len(call) == 0:
		return []byte("null")
	case wrapped != nil:
		return withoutSecrets(wrapped)
	}
	return append(append([]byte{'{'}, members.Bytes()...), '}')
}

func withoutQuery(value jsontext.Value) jsontext.Value {
	if value.Kind() != '"' {
		return value
	}
	address, _, _ := strings.Cut(unquote(value), "?")
	// Text that came out of JSON goes back into it.
	quoted, _ := jsontext.AppendQuote(nil, address)
	return quoted
}
