package views

import (
	"context"

	"ringledger/integration/callflow"
)

// Sentence says what a step of the trace decided and why.
func Sentence(ctx context.Context, s callflow.Step) (title, because string) {
	key := "trace." + s.Code + "." + s.Result
	args := pairs(s.Params)
	return T(ctx, key+".title", args...), T(ctx, key+".because", args...)
}

// ReasonText is the short label of a reason: "Outside office hours".
func ReasonText(ctx context.Context, reason string, detail map[string]string) string {
	if reason == "" {
		return ""
	}
	return T(ctx, "reason."+reason, pairs(detail)...)
}

// ReasonWhy is the sentence that explains a reason.
func ReasonWhy(ctx context.Context, reason string, detail map[string]string) string {
	if reason == "" {
		return ""
	}
	return T(ctx, "reason."+reason+".why", pairs(detail)...)
}
