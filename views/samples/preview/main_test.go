package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"ringledger/views/samples"

	"github.com/PuerkitoBio/goquery"
)

func get(t *testing.T, server *httptest.Server, path string) string {
	t.Helper()
	res, err := server.Client().Get(server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	if !strings.HasPrefix(path, "/static/") && res.Header.Get("Content-Security-Policy") != policy {
		t.Errorf("%s comes without the content policy", path)
	}
	return string(body)
}

func TestTheGalleryShowsEveryState(t *testing.T) {
	server := httptest.NewServer(handler())
	defer server.Close()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(get(t, server, "/?page=error-forbidden&lang=fr")))
	if err != nil {
		t.Fatal(err)
	}
	links := doc.Find("[data-page]")
	if links.Length() != len(samples.All()) {
		t.Errorf("got %d links for %d samples", links.Length(), len(samples.All()))
	}
	shown := doc.Find("iframe").AttrOr("src", "")
	if shown != "/page/error-forbidden?lang=fr" || !strings.Contains(get(t, server, shown), `<html lang="fr">`) {
		t.Errorf("shows %s", shown)
	}
	links.Each(func(_ int, link *goquery.Selection) {
		if name := link.AttrOr("data-page", ""); !strings.Contains(get(t, server, "/page/"+name), "</html>") {
			t.Errorf("%s is no whole page", name)
		}
	})
	doc.Find("link[href], script[src]").Each(func(_ int, e *goquery.Selection) {
		get(t, server, e.AttrOr("href", e.AttrOr("src", "")))
	})
	if names := strings.Fields(get(t, server, "/pages.txt")); len(names) != len(samples.All()) {
		t.Errorf("%d names are listed", len(names))
	}
}
