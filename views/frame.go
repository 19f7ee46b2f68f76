package views

import (
	"context"
	"strings"
	"unicode/utf8"
)

// initials are the first letters of the first and the last name.
func (u User) initials() string {
	words := strings.Fields(u.Name)
	if len(words) == 0 {
		words = []string{u.Email}
	}
	first := firstLetter(words[0])
	if len(words) == 1 {
		return first
	}
	return first + firstLetter(words[len(words)-1])
}

func firstLetter(word string) string {
	r, _ := utf8.DecodeRuneInString(word)
	return strings.ToUpper(string(r))
}

// languageName is a language's own name for itself.
func languageName(code string) string {
	if code == French {
		return "Français"
	}
	return "English"
}

// titleOf is the document's title of a page with a form: mistakes are said first.
func titleOf(ctx context.Context, title string, form Form) string {
	if len(form.Mistakes) > 0 {
		return T(ctx, "form.title_wrong", "title", title)
	}
	return title
}

// target is the field that a mistake's link leads to: that of a list, not one
// of its items.
func target(name string) string {
	parts := strings.Split(name, ".")
	last := parts[len(parts)-1]
	if len(parts) > 1 && strings.Trim(last, "0123456789") == "" {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, ".")
}
