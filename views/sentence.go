package views

import (
	"context"
	"maps"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// Sentence says what a step of the trace decided and why.
func Sentence(ctx context.Context, s callflow.Step) (title, because string) {
	key := "trace." + s.Code + "." + s.Result
	if !Known(key + ".title") {
		key = "trace." + s.Code // one sentence for all results, with the facts in it
	}
	facts := wordsFor(ctx, s)
	return T(ctx, key+".title", pairs(facts)...), T(ctx, key+".because", pairs(facts)...)
}

// wordsFor turns the codes among a step's facts into words.
func wordsFor(ctx context.Context, s callflow.Step) map[string]string {
	facts := maps.Clone(s.Params)
	if facts == nil {
		facts = map[string]string{}
	}
	for name, code := range s.Params {
		switch name {
		case "type":
			facts[name] = wordOr(ctx, "type."+code, code)
		case "kind":
			facts[name], facts["kinds"] = wordOr(ctx, "a_kind."+code, code), wordOr(ctx, "many_of."+code, code)
		case "object":
			facts[name] = wordOr(ctx, "a_kind."+strings.ToLower(code), code)
		case "due", "date", "holiday":
			facts[name] = holidayText(ctx, code)
		case "priority":
			if code != "" {
				facts[name] = T(ctx, "trace.quoted", "text", code)
			}
		case "day":
			facts[name] = wordOr(ctx, "day."+code, code)
		case "missed_reason":
			if code != "" {
				facts[name] = missedText(ctx, code)
			}
		case "reason":
			facts[name] = wordOr(ctx, "reason."+code, code)
		case "events":
			facts["count"] = code
		case "at":
			if at, err := time.Parse(time.RFC3339, code); err == nil {
				facts[name] = Clock(ctx, at)
			}
		}
	}
	if s.Code == "held" {
		facts["why"] = ReasonWhy(ctx, s.Result, nil)
	}
	return facts
}

func wordOr(ctx context.Context, key, otherwise string) string {
	if Known(key) {
		return T(ctx, key)
	}
	return otherwise
}

// ReasonText is the short label of a reason: "Outside office hours".
func ReasonText(ctx context.Context, reason string, detail map[string]string) string {
	if reason == "" {
		return ""
	}
	return T(ctx, "reason."+reason, pairs(detail)...)
}

// ReasonWhy is the sentence that explains a reason; what Salesforce's error
// code tells goes before what the reason alone tells.
func ReasonWhy(ctx context.Context, reason string, detail map[string]string) string {
	if reason == "" {
		return ""
	}
	if key := codeKey(reason, detail); key != "" {
		return T(ctx, key+".why", pairs(detail)...)
	}
	return T(ctx, "reason."+reason+".why", pairs(detail)...)
}

// codeKey leads to the words for Salesforce's error code, "" when there are
// none, or when the reason is nothing that a person has to mend.
func codeKey(reason string, detail map[string]string) string {
	if detail["code"] == "" || !Known("reason."+reason+".step.1") {
		return ""
	}
	return keyOr("code."+strings.ToLower(detail["code"]), "", ".why")
}
