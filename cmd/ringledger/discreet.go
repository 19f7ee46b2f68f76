package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"

	"ringledger/integration/phone"
	"ringledger/integration/salesforce"
)

// discreet writes logs that tell nothing of those who call: errors repeat what
// others said, and Salesforce repeats names, texts and numbers in its words. Its
// code stays; the words stand in the ledger, for those who may read them.
type discreet struct{ to slog.Handler }

func (d discreet) Enabled(ctx context.Context, level slog.Level) bool {
	return d.to.Enabled(ctx, level)
}

func (d discreet) WithAttrs(attrs []slog.Attr) slog.Handler {
	hidden := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		hidden[i] = hide(a)
	}
	return discreet{d.to.WithAttrs(hidden)}
}

func (d discreet) WithGroup(name string) slog.Handler { return discreet{d.to.WithGroup(name)} }

func (d discreet) Handle(ctx context.Context, r slog.Record) error {
	message := r.Message
	if strings.ContainsAny(message, "0123456789") { // net/http's own: ours are words
		message = withoutPeople(message)
	}
	said := slog.NewRecord(r.Time, r.Level, message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		said.AddAttrs(hide(a))
		return true
	})
	return d.to.Handle(ctx, said)
}

// hide leaves of errors and panics what tells of nobody; other values are ours.
func hide(a slog.Attr) slog.Attr {
	err, isError := a.Value.Resolve().Any().(error)
	switch {
	case isError && err != nil:
		a.Value = slog.StringValue(withoutCallers(err))
	case a.Key == "panic":
		a.Value = slog.StringValue(withoutPeople(a.Value.String()))
	}
	return a
}

// withoutCallers is an error without the words of Salesforce that have a code,
// and without what was asked for in addresses.
func withoutCallers(err error) string {
	text := err.Error()
	eachCause(err, func(err error) {
		switch e := err.(type) { //nolint:errorlint // each error of the chain is looked at
		case *salesforce.Error:
			if e.Code != "" && e.Message != "" {
				text = strings.ReplaceAll(text, ": "+e.Message, "")
			}
		case *url.Error:
			if bare, _, found := strings.Cut(e.URL, "?"); found {
				text = strings.ReplaceAll(text, fmt.Sprintf("%q", e.URL), fmt.Sprintf("%q", bare))
			}
		}
	})
	return withoutPeople(text)
}

// eachCause looks at an error and at everything that it wraps.
func eachCause(err error, look func(error)) {
	look(err)
	switch e := err.(type) { //nolint:errorlint // how an error wraps others is its own method
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			eachCause(cause, look)
		}
	case interface{ Unwrap() []error }:
		for _, cause := range e.Unwrap() {
			eachCause(cause, look)
		}
	}
}

var mailAddress = regexp.MustCompile(`[^\s<>"'(),:;=]+@([^\s<>"'(),:;]+\.\p{L}{2,})`)

func withoutPeople(text string) string {
	return phone.MaskIn(mailAddress.ReplaceAllString(text, "•••@$1"))
}
