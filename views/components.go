package views

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"ringledger/integration/callflow"
)

func outcomeText(ctx context.Context, outcome string) string { return T(ctx, "outcome."+outcome) }

func outcomeClass(outcome string) string {
	switch callflow.Outcome(outcome) {
	case callflow.Logged:
		return "ok"
	case callflow.NeedsChoice:
		return "warn"
	case callflow.Waiting:
		return "info"
	case callflow.Failed:
		return "bad"
	}
	return ""
}

func outcomeIcon(outcome string) string {
	switch callflow.Outcome(outcome) {
	case callflow.Logged:
		return "circle-check"
	case callflow.NeedsChoice:
		return "circle-alert"
	case callflow.Waiting:
		return "hourglass"
	case callflow.Failed:
		return "circle-x"
	}
	return "circle-slash"
}

func typeText(ctx context.Context, callType string) string {
	if callType == "" {
		return T(ctx, "type.unknown")
	}
	return T(ctx, "type."+callType)
}

func callIcon(callType string) string {
	switch callflow.CallType(callType) {
	case callflow.InboundAnswered:
		return "phone-incoming"
	case callflow.Missed:
		return "phone-missed"
	case callflow.Voicemail:
		return "voicemail"
	case callflow.OutboundAnswered:
		return "phone-outgoing"
	case callflow.OutboundUnanswered:
		return "send"
	case callflow.MessageSent:
		return "message-square"
	case callflow.MessageReceived:
		return "message-square-reply"
	}
	return "phone"
}

// typeClass colours what needs a hand: hue is meaning.
func typeClass(callType, outcome string) string {
	switch {
	case outcome == string(callflow.Failed):
		return "bad"
	case outcome == string(callflow.NeedsChoice):
		return "warn"
	case callType == string(callflow.Voicemail):
		return "accent"
	}
	return ""
}

func lightClass(l Light) string {
	switch l {
	case LightOK:
		return "ok"
	case LightWarn:
		return "warn"
	case LightBad:
		return "bad"
	}
	return ""
}

func lightText(ctx context.Context, l Light) string {
	if l == "" {
		l = LightOff
	}
	return T(ctx, "light."+string(l))
}

// salesforceText is the one name of the state of the connection to Salesforce,
// wherever it is told.
func salesforceText(ctx context.Context, l Light) string {
	if l == LightBad {
		return T(ctx, "light.salesforce.bad")
	}
	return lightText(ctx, l)
}

// share is part of whole in percent, as a drawing's width.
func share(part, whole int) string {
	if whole <= 0 {
		return "0"
	}
	return strconv.FormatFloat(min(100, 100*float64(part)/float64(whole)), 'f', 1, 64)
}

// part is a piece of text with the class it is shown by.
type part struct{ Class, Text string }

var richParts = regexp.MustCompile("\\*\\*(.+?)\\*\\*|`(.+?)`")

func parts(text string) []part {
	var out []part
	at := 0
	for _, m := range richParts.FindAllStringSubmatchIndex(text, -1) {
		if m[0] > at {
			out = append(out, part{"", text[at:m[0]]})
		}
		if m[2] >= 0 {
			out = append(out, part{"b", text[m[2]:m[3]]})
		} else {
			out = append(out, part{"code", text[m[4]:m[5]]})
		}
		at = m[1]
	}
	if at < len(text) {
		out = append(out, part{"", text[at:]})
	}
	return out
}

var jsonParts = regexp.MustCompile(`("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?`)

// jsonTokens cuts JSON into parts by what they are; text that is no JSON
// comes back whole.
func jsonTokens(text string) []part {
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, []byte(text), "", "  "); err != nil {
		return []part{{"", text}}
	}
	text = pretty.String()
	var out []part
	at := 0
	key := ""
	for _, m := range jsonParts.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, part{"", text[at:m[0]]})
		switch {
		case m[4] >= 0:
			key = text[m[2]:m[3]]
			out = append(out, part{"j-k", key}, part{"", text[m[4]:m[5]]})
		case m[2] >= 0 && hiddenValue(key, text[m[2]:m[3]]):
			out = append(out, part{"j-r", strings.Trim(text[m[2]:m[3]], `"`)})
		case m[2] >= 0:
			out = append(out, part{"j-s", text[m[2]:m[3]]})
		default:
			out = append(out, part{"j-n", text[m[0]:m[1]]})
		}
		at = m[1]
	}
	return append(out, part{"", text[at:]})
}

// hiddenValue reports whether a value stands for one that is not kept.
func hiddenValue(key, value string) bool {
	return key == `"token"` && value == `"hidden"`
}

// fieldID is the id of a form's field.
func fieldID(name string) string {
	var id strings.Builder
	id.WriteString("f-")
	for _, r := range name {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-':
			id.WriteRune(r)
		case (r == '.' || r == '_') && !strings.Contains(name, "@"):
			id.WriteByte('-')
		default: // of an e-mail, in which any of them may tell two apart
			fmt.Fprintf(&id, "-%x-", r)
		}
	}
	return id.String()
}

// split cuts a sentence like "Owner: Ines Martin" before what matters most.
func split(title string) (lead, result string) {
	if at := strings.Index(title, ": "); at >= 0 {
		return title[:at+2], title[at+2:]
	}
	return "", title
}
