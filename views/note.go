package views

import (
	"context"
	"regexp"
	"strings"
)

// StoredNote is the note of a version in the reader's language when Ringledger
// wrote it itself, in that of whoever saved; what a person wrote stays.
func StoredNote(ctx context.Context, note string) string {
	digits := versionDigits.FindString(note)
	for _, key := range []string{"history.restored", "start.rules.note", "demo.first_rules"} {
		for _, language := range Languages() {
			if own := WithLocale(ctx, Locale{Language: language}); note != "" && note == T(own, key, "version", digits) {
				return strings.TrimSpace(T(ctx, key, "version", digits))
			}
		}
	}
	return note
}

var versionDigits = regexp.MustCompile(`[0-9]+$`)
