package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// page reads an answer as HTML.
func (a answer) page(t *testing.T) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// form takes the values that a browser would send of the page's form, and
// changes some.
func form(t *testing.T, doc *goquery.Document, action string, changes url.Values) url.Values {
	t.Helper()
	f := doc.Find("form").FilterFunction(func(_ int, f *goquery.Selection) bool {
		return strings.EqualFold(f.AttrOr("method", "get"), "post") && strings.HasPrefix(f.AttrOr("action", ""), action)
	}).First()
	if f.Length() == 0 {
		t.Fatalf("the page has no form that posts to %s", action)
	}
	values := url.Values{}
	f.Find("input[name], select[name], textarea[name]").Each(func(_ int, field *goquery.Selection) {
		if _, disabled := field.Attr("disabled"); disabled {
			return
		}
		name := field.AttrOr("name", "")
		switch kind := field.AttrOr("type", goquery.NodeName(field)); kind {
		case "checkbox", "radio":
			if _, checked := field.Attr("checked"); checked {
				values.Add(name, field.AttrOr("value", "on"))
			}
		case "select":
			chosen := field.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = field.Find("option").First()
			}
			values.Add(name, chosen.AttrOr("value", chosen.Text()))
		case "textarea":
			values.Add(name, field.Text())
		case "submit", "button":
		default:
			values.Add(name, field.AttrOr("value", ""))
		}
	})
	for name, v := range changes {
		values[name] = v
	}
	return values
}

// submit fills and sends the page's own form.
func (b *browser) submit(path string, changes url.Values) answer {
	b.t.Helper()
	return b.post(path, form(b.t, b.get(path).page(b.t), path, changes))
}
