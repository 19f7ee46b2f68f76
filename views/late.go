package views

import (
	"context"
	"strings"
)

func (l LateItem) class() string {
	switch l.Result {
	case "written":
		return "ok"
	case "refused":
		return "bad"
	case "retry":
		return "warn"
	case "":
		return "info"
	}
	return "skip"
}

func (l LateItem) icon() string {
	switch l.Result {
	case "written":
		return "check"
	case "refused":
		return "x"
	case "retry":
		return "rotate-ccw"
	case "":
		return "webhook"
	}
	return "minus"
}

// title names the event in words, or what a try came to.
func (l LateItem) title(ctx context.Context) string {
	if l.Event == "" {
		return T(ctx, "late."+l.Result)
	}
	object, what, _ := strings.Cut(l.Event, ".")
	if object != "call" && what == "created" {
		what = object // summary.created
	}
	return T(ctx, keyOr("late.event."+what, "late.event.other", ""))
}

func (l LateItem) because(ctx context.Context) string {
	switch {
	case l.Message != "":
		return l.Message
	case l.Fields != "":
		return T(ctx, "late.fields", "fields", l.Fields)
	}
	return ""
}

// words tell why what came late is missing in the Task.
func (r LateRefusal) words(ctx context.Context) (title, text string) {
	if r.Step.Code == "unchanged" {
		return T(ctx, "locked.title"), T(ctx, "locked.text")
	}
	return T(ctx, "refused.title"), T(ctx, "refused.text")
}
