package views

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"github.com/nicksnyder/go-i18n/v2/i18n/template"
	"golang.org/x/text/language"
)

//go:embed locales/*.json
var localeFiles embed.FS

// English is the language of whoever asks for none that we speak.
const English = "en"

// French is the other language.
const French = "fr"

// Locale is the reader's language and time zone.
type Locale struct {
	Language string
	Zone     *time.Location // nil = UTC
}

func (l Locale) zone() *time.Location {
	if l.Zone == nil {
		return time.UTC
	}
	return l.Zone
}

type localeKey struct{}

// WithLocale gives everything drawn under the context its language and zone.
func WithLocale(ctx context.Context, l Locale) context.Context {
	if !slices.Contains(Languages(), l.Language) {
		l.Language = English
	}
	return context.WithValue(ctx, localeKey{}, l)
}

type revisionKey struct{}

// WithRevision says at which revision of the store a page was begun: what
// changes after it, the page's live part fetches.
func WithRevision(ctx context.Context, revision int64) context.Context {
	return context.WithValue(ctx, revisionKey{}, revision)
}

// changesURL is the stream of what changed since the page was begun.
func changesURL(ctx context.Context) string {
	revision, _ := ctx.Value(revisionKey{}).(int64)
	return "/events?since=" + strconv.FormatInt(revision, 10)
}

// LocaleOf is the context's locale: English and UTC when it has none.
func LocaleOf(ctx context.Context) Locale {
	if l, ok := ctx.Value(localeKey{}).(Locale); ok {
		return l
	}
	return Locale{Language: English}
}

// Languages lists the codes of the languages there are words in.
func Languages() []string { return []string{English, French} }

// MatchLanguage picks the language for a reader from what they prefer, the
// strongest wish first; each is a code or an Accept-Language header.
func MatchLanguage(wishes ...string) string {
	matcher := language.NewMatcher([]language.Tag{language.English, language.French})
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue // what cannot be read is no wish
		}
		if _, i, sure := matcher.Match(tags...); sure > language.No {
			return Languages()[i]
		}
	}
	return English
}

// catalogue holds the words of all languages, read once.
var catalogue = readCatalogue()

type words struct {
	keys       map[string]map[string]bool // by language
	localizers map[string]*i18n.Localizer
	plural     map[string]bool
}

func readCatalogue() words {
	w := words{keys: map[string]map[string]bool{}, localizers: map[string]*i18n.Localizer{}, plural: map[string]bool{}}
	bundle := i18n.NewBundle(language.English)
	for _, code := range Languages() {
		messages, err := readMessages(code)
		if err != nil {
			panic(err) // the catalogue is part of the program; a test always finds this first
		}
		w.keys[code] = map[string]bool{}
		for _, m := range messages {
			w.keys[code][m.ID] = true
			w.plural[m.ID] = w.plural[m.ID] || m.One != ""
		}
		if err := bundle.AddMessages(language.Make(code), messages...); err != nil {
			panic(err)
		}
		w.localizers[code] = i18n.NewLocalizer(bundle, code)
	}
	return w
}

// readMessages reads one language: a key's value is its text, or an object
// with the plural forms one and other, chosen by the argument "count".
func readMessages(code string) ([]*i18n.Message, error) {
	doc, err := localeFiles.ReadFile("locales/" + code + ".json")
	if err != nil {
		return nil, fmt.Errorf("views: read words: %w", err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(doc, &raw); err != nil {
		return nil, fmt.Errorf("views: read words of %s: %w", code, err)
	}
	var messages []*i18n.Message
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		var text string
		forms := struct{ One, Other string }{}
		if err := json.Unmarshal(raw[key], &text); err == nil {
			messages = append(messages, &i18n.Message{ID: key, Other: text})
		} else if err := json.Unmarshal(raw[key], &forms); err == nil {
			messages = append(messages, &i18n.Message{ID: key, One: forms.One, Many: forms.Other, Other: forms.Other})
		} else {
			return nil, fmt.Errorf("views: read words of %s: %s: %w", code, key, err)
		}
	}
	return messages, nil
}

// T is the text of a key in the context's language. Arguments are pairs of a
// name and a value; "count" chooses the plural form, and a number is written
// the way the language writes numbers.
func T(ctx context.Context, key string, args ...any) string {
	lang := LocaleOf(ctx).Language
	data := map[string]string{}
	config := &i18n.LocalizeConfig{MessageID: key, TemplateData: data, TemplateParser: lenient}
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		value := args[i+1]
		if name == "count" && catalogue.plural[key] {
			config.PluralCount = counted(value)
		}
		data[name] = factText(ctx, value)
	}
	if catalogue.plural[key] && config.PluralCount == nil {
		config.PluralCount = 1
	}
	text, err := catalogue.localizers[lang].Localize(config)
	if err != nil || text == "" {
		return key // a test looks for keys that stand where words should
	}
	return text
}

// lenient leaves facts out that are not known.
var lenient = &template.TextParser{Option: "missingkey=zero"}

// factText is a fact as text.
func factText(ctx context.Context, value any) string {
	if n, ok := value.(int); ok {
		return Number(ctx, n)
	}
	return fmt.Sprint(value)
}

func counted(value any) any {
	switch v := value.(type) {
	case int:
		return v
	case string:
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil {
			return n
		}
	}
	return 2
}

// Known reports whether there are words for a key.
func Known(key string) bool { return catalogue.keys[English][key] }

func pairs(params map[string]string) []any {
	var out []any
	for _, k := range slices.Sorted(maps.Keys(params)) {
		out = append(out, k, params[k])
	}
	return out
}
