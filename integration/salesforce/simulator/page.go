package simulator

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").ParseFS(pageFiles, "pages/*.html"))

// pageData is what any page may show; each uses its part.
type pageData struct {
	Title   string
	Message string

	// Sign-in and consent.
	App, Action        string
	Username, Password string
	User               map[string]any
	Scopes             []string

	// Record browser.
	Query    string
	Tabs     []tab
	Lists    []listing
	Record   *recordPage
	Switches *switchPage
}

// page renders a template under a policy that allows no script at all. target
// is where a form may lead to besides this org.
func (o *Org) page(w http.ResponseWriter, status int, name string, data pageData, target string) {
	var out bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&out, name, data); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' "+target+"; frame-ancestors 'none'; base-uri 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(out.Bytes()) //nolint:errcheck // the browser went away
}
