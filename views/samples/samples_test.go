package samples_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ringledger/static"
	"ringledger/views"
	"ringledger/views/samples"

	"github.com/PuerkitoBio/goquery"
)

var update = flag.Bool("update", false, "write the golden files anew")

func draw(t *testing.T, s samples.Sample, language string) string {
	t.Helper()
	ctx := samples.In(t.Context(), language)
	var page bytes.Buffer
	if err := s.Page(ctx).Render(ctx, &page); err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return page.String()
}

func parse(t *testing.T, page string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// hash is the part of addresses that changes with every change of style.
var hash = regexp.MustCompile(`/static/[0-9a-f]{12}/`)

func TestPagesLookAsTheirGoldenFiles(t *testing.T) {
	for _, s := range samples.All() {
		doc := parse(t, draw(t, s, views.English))
		main, err := goquery.OuterHtml(doc.Find("main"))
		if err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(hash.ReplaceAllString(main, "/static/HASH/"), "><", ">\n<") + "\n"
		file := filepath.Join("testdata", s.Name+".html")
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is not as its golden file; see the difference after go test ./views/samples -update", s.Name)
		}
	}
}

func TestNoGoldenFileIsLeftOver(t *testing.T) {
	files, err := filepath.Glob("testdata/*.html")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(samples.All()) {
		t.Errorf("got %d golden files for %d samples", len(files), len(samples.All()))
	}
}

// eachPage asks every sample in every language.
func eachPage(t *testing.T, ask func(name string, doc *goquery.Document)) {
	t.Helper()
	for _, s := range samples.All() {
		for _, language := range views.Languages() {
			ask(s.Name+" in "+language, parse(t, draw(t, s, language)))
		}
	}
}

func TestPagesAreSoundDocuments(t *testing.T) {
	eachPage(t, func(name string, doc *goquery.Document) {
		if n := doc.Find("h1").Length(); n != 1 {
			t.Errorf("%s: %d main headings", name, n)
		}
		if doc.Find("html[lang]").Length() != 1 || doc.Find("title").Text() == "" {
			t.Errorf("%s: no language or no title", name)
		}
		ids := map[string]bool{}
		doc.Find("[id]").Each(func(_ int, e *goquery.Selection) {
			id := e.AttrOr("id", "")
			if ids[id] {
				t.Errorf("%s: two elements have the id %s", name, id)
			}
			ids[id] = true
		})
		for _, attribute := range []string{"for", "aria-labelledby"} {
			doc.Find("[" + attribute + "]").Each(func(_ int, e *goquery.Selection) {
				for _, id := range strings.Fields(e.AttrOr(attribute, "")) {
					if !ids[id] {
						t.Errorf("%s: %s names %s, which is not there", name, attribute, id)
					}
				}
			})
		}
		doc.Find("a[href^='#']").Each(func(_ int, e *goquery.Selection) {
			if id := strings.TrimPrefix(e.AttrOr("href", ""), "#"); !ids[id] {
				t.Errorf("%s: a link leads to #%s, which is not there", name, id)
			}
		})
		doc.Find("[data-copy]").Each(func(_ int, e *goquery.Selection) {
			if !ids[strings.TrimPrefix(e.AttrOr("data-copy", ""), "#")] {
				t.Errorf("%s: a button copies %s, which is not there", name, e.AttrOr("data-copy", ""))
			}
		})
	})
}

func TestPagesNeedNothingThatTheContentPolicyForbids(t *testing.T) {
	eachPage(t, func(name string, doc *goquery.Document) {
		if doc.Find("[style], style, script:not([src]), [data-hx-on], [hx-on]").Length() > 0 {
			t.Errorf("%s: inline style or script", name)
		}
		doc.Find("*").Each(func(_ int, e *goquery.Selection) {
			for _, a := range e.Get(0).Attr {
				if strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.TrimSpace(a.Val), "javascript:") {
					t.Errorf("%s: %s=%q", name, a.Key, a.Val)
				}
			}
		})
	})
}

func TestEveryIconIsInTheSprite(t *testing.T) {
	icons := static.Icons()
	eachPage(t, func(name string, doc *goquery.Document) {
		doc.Find("use").Each(func(_ int, e *goquery.Selection) {
			_, icon, _ := strings.Cut(e.AttrOr("href", ""), "#")
			if !slices.Contains(icons, icon) {
				t.Errorf("%s: there is no icon %q", name, icon)
			}
		})
	})
}

// places are the addresses that pages may lead to: nothing on a page is dead.
var places = regexp.MustCompile(`^(/|/start(/(samples|reviewed))?|/attention(/(replay|resolve|unresolve|stop))?|/activity|/activity\.csv|/activity/(replay|resolve|unresolve)|/replays(/[0-9]+(/stop)?)?|/reconciliation(\.csv)?|/activity/[0-9]+(/replay|/record|/choose|/dryrun)?|/rules/(history(/import|/[0-9]+(/restore|/settings\.yaml)?)?|test|filters|related|task(/preview)?|owners|flows|hours|matching)|/connections/(salesforce|aircall)(/(connect|check|disconnect|token|backfill(/stop)?))?|/views(/[0-9]+(/delete)?)?|/audit|/audit\.csv|/alerts(/(webhook(/(secret|remove))?|test/(email|webhook)))?|/privacy(/(allow|erase))?|/keys(/[0-9]+/revoke)?|/people(/[0-9]+(/(reset|deactivate|reactivate|two-step/off|sessions(/[0-9]+)?/end))?|/two-step|/invitations/[0-9]+/(renew|withdraw))?|/(invite|reset)/token|/account(/(password|sessions/end|sessions/[0-9]+/end|two-step(/(confirm|off|codes))?))?|/signin(/code)?|/signout|/setup/token|/events)?([?#].*)?$`)

func TestEveryLinkAndFormLeadsSomewhere(t *testing.T) {
	eachPage(t, func(name string, doc *goquery.Document) {
		doc.Find("a[href], form[action], [data-hx-get]").Each(func(_ int, e *goquery.Selection) {
			to := e.AttrOr("href", e.AttrOr("action", e.AttrOr("data-hx-get", "")))
			if strings.HasPrefix(to, "https://") || strings.HasPrefix(to, "#") {
				return
			}
			if !places.MatchString(to) {
				t.Errorf("%s: %q leads nowhere", name, to)
			}
		})
	})
}

// key is a name of the catalogue that stands where its words should.
var key = regexp.MustCompile(`^[a-z_]+(\.[a-z0-9_]+)+\.?$`)

func TestNoKeyStandsWhereWordsShould(t *testing.T) {
	eachPage(t, func(name string, doc *goquery.Document) {
		doc.Find("code, pre, input, textarea").Remove()
		doc.Find("main *").Each(func(_ int, e *goquery.Selection) {
			for _, said := range []string{e.Contents().Not("*").Text(), e.AttrOr("aria-label", ""), e.AttrOr("title", "")} {
				if word := strings.TrimSpace(said); key.MatchString(word) || strings.Contains(word, "<no value>") {
					t.Errorf("%s: %q", name, word)
				}
			}
		})
	})
}

func TestFieldsWithMistakesSaySo(t *testing.T) {
	for _, s := range samples.All() {
		if !strings.HasSuffix(s.Name, "-mistaken") {
			continue
		}
		doc := parse(t, draw(t, s, views.English))
		if !strings.HasPrefix(doc.Find("title").Text(), "Error: ") || doc.Find("[data-mistakes] a").Length() == 0 {
			t.Errorf("%s: neither title nor summary say what is wrong", s.Name)
		}
		doc.Find("[aria-invalid]").Each(func(_ int, e *goquery.Selection) {
			described := strings.Fields(e.AttrOr("aria-describedby", ""))
			if len(described) == 0 || doc.Find("#"+described[len(described)-1]).Text() == "" {
				t.Errorf("%s: %s does not say what is wrong with it", s.Name, e.AttrOr("name", ""))
			}
		})
	}
}
