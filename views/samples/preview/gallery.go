package main

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"path"
	"slices"
	"strings"

	"ringledger/static"
	"ringledger/views"
	"ringledger/views/samples"
)

//go:embed gallery.html gallery.css gallery.js
var files embed.FS

var gallery = template.Must(template.ParseFS(files, "gallery.html"))

// group is one page with its states.
type group struct {
	Name   string
	States []state
}

type state struct{ Name, Title string }

// groups puts the samples together by the first word of their names.
func groups() []group {
	var all []group
	for _, s := range samples.All() {
		name, title, _ := strings.Cut(s.Name, "-")
		if title == "" {
			title = "as it mostly is"
		}
		i := slices.IndexFunc(all, func(g group) bool { return g.Name == name })
		if i < 0 {
			all, i = append(all, group{Name: name}), len(all)
		}
		all[i].States = append(all[i].States, state{s.Name, strings.ReplaceAll(title, "-", " ")})
	}
	return all
}

func showGallery(w http.ResponseWriter, r *http.Request) {
	shown, language := r.URL.Query().Get("page"), r.URL.Query().Get("lang")
	all := groups()
	known := slices.ContainsFunc(samples.All(), func(s samples.Sample) bool { return s.Name == shown })
	if !known {
		shown = all[0].States[0].Name
	}
	if !slices.Contains(views.Languages(), language) {
		language = views.English
	}
	var page bytes.Buffer
	err := gallery.Execute(&page, map[string]any{
		"Groups": all, "Count": len(samples.All()), "Shown": shown, "Language": language, "Languages": views.Languages(),
		"Style": static.URL("app.css"), "Theme": static.URL("theme.js"), "Icon": static.URL("favicon.svg"),
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, "text/html; charset=utf-8", page.Bytes())
}

func sendFile(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	kind := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}[path.Ext(name)]
	content, err := files.ReadFile(name)
	if kind == "" || err != nil {
		http.NotFound(w, r)
		return
	}
	send(w, kind, content)
}
