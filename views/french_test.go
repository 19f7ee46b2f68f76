package views_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// forms are the texts of an entry: one, or one for each plural form.
func forms(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case map[string]any:
		var all []string
		for _, form := range v {
			all = append(all, forms(form)...)
		}
		return all
	}
	return nil
}

// notProse is what is not French in a text: values, code, addresses.
var notProse = regexp.MustCompile("\\{\\{.*?\\}\\}|`[^`]*`|\\{[a-z_.]+\\}|https?://\\S+")

func TestFrenchIsSetAsFrenchIsSet(t *testing.T) {
	faults := map[string]*regexp.Regexp{
		"no no-break space before : ; ? ! or »": regexp.MustCompile(`[^\x{a0}\x{202f}\s:;?!…][:;?!»](?:[\s.,)»]|$)`),
		"a space that may break":                regexp.MustCompile(`[ \t][:;?!»%]|« `),
		"no space after «":                      regexp.MustCompile(`«[^\x{a0}\x{202f}]`),
		"English quotation marks":               regexp.MustCompile(`[“”"]`),
		"a straight apostrophe":                 regexp.MustCompile(`\pL'\pL`),
	}
	for key, entry := range catalogue(t, "fr") {
		for _, text := range forms(entry) {
			text = notProse.ReplaceAllString(text, "x")
			for fault, pattern := range faults {
				if found := pattern.FindString(text); found != "" {
					t.Errorf("%s: %s: %q in %q", key, fault, found, text)
				}
			}
		}
	}
}

func TestPluralsHaveEveryForm(t *testing.T) {
	// French has a form of its own for millions, which CLDR calls many.
	want := map[string][]string{"en": {"one", "other"}, "fr": {"many", "one", "other"}}
	french := catalogue(t, "fr")
	for key, entry := range catalogue(t, "en") {
		_, counts := entry.(map[string]any)
		if _, too := french[key].(map[string]any); counts != too {
			t.Errorf("%s counts in one language only", key)
		}
	}
	for language, all := range want {
		for key, entry := range catalogue(t, language) {
			plural, ok := entry.(map[string]any)
			if !ok {
				continue
			}
			for _, form := range all {
				if text, _ := plural[form].(string); strings.TrimSpace(text) == "" && form != "many" {
					t.Errorf("%s: %s has no form %q", language, key, form)
				}
			}
			for form := range plural {
				if !slices.Contains(all, form) {
					t.Errorf("%s: %s has the form %q, which nobody asks for", language, key, form)
				}
			}
		}
	}
}

func TestFrenchKeepsToItsGlossary(t *testing.T) {
	// Each is a word that people might use for the same thing, and where it
	// means something else.
	for _, g := range []struct {
		use    string
		not    *regexp.Regexp
		except string
	}{
		{"flux d’appel", regexp.MustCompile(`(?i)flux d[e’] ?(?:travail|ligne|messages?)|scénarios?`), ""},
		{"horaires d’ouverture", regexp.MustCompile(`(?i)heures de (?:bureau|travail)|horaires de bureau|heures d’ouverture`), "hours.import"}, // Salesforce's own name for its own
		{"à traiter", regexp.MustCompile(`(?i)attention requise|à vérifier d’urgence`), ""},
		{"rejouer", regexp.MustCompile(`(?i)\breplay|relancer l’appel|renvoyer l’appel`), ""},
		{"piste", regexp.MustCompile(`(?i)\bleads?\b|\bprospects?\b`), ""},
		{"e-mail", regexp.MustCompile(`(?i)\bemails?\b|\bcourriel`), ""},
	} {
		for key, entry := range catalogue(t, "fr") {
			if g.except != "" && strings.HasPrefix(key, g.except) {
				continue
			}
			for _, text := range forms(entry) {
				if found := g.not.FindString(notProse.ReplaceAllString(text, "x")); found != "" {
					t.Errorf("%s says %q, and we say %q", key, found, g.use)
				}
			}
		}
	}
}
