package simulator

import (
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// tab is one kind of record in the navigation.
type tab struct {
	Label, URL string
	Current    bool
}

// listing is a table of records.
type listing struct {
	Label   string
	More    string // URL of the whole list
	Columns []string
	Rows    []listRow
	Total   int
}

type listRow struct {
	URL   string
	Cells []string
}

// browsed are the objects that the browser shows, with their columns.
var browsed = []struct {
	object  string
	columns []string
}{
	{"Task", []string{"Subject", "Who.Name", "What.Name", "Status", "Priority", "Owner.Name", "CreatedDate"}},
	{"Contact", []string{"Name", "Account.Name", "Phone", "MobilePhone", "Email", "Owner.Name"}},
	{"Lead", []string{"Name", "Company", "Phone", "MobilePhone", "Status", "Owner.Name"}},
	{"Account", []string{"Name", "Phone", "BillingCity", "Owner.Name"}},
	{"Case", []string{"CaseNumber", "Subject", "Contact.Name", "Status", "Owner.Name"}},
	{"Opportunity", []string{"Name", "Account.Name", "StageName", "CloseDate", "Owner.Name"}},
	{"User", []string{"Name", "Email", "IsActive"}},
}

const (
	rowsOnHome = 8
	rowsOnList = 200
)

// serveBrowser answers the pages for people.
func (o *Org) serveBrowser(w http.ResponseWriter, r *http.Request, path string) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "Method not allowed", http.StatusMethodNotAllowed)
		return
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case path == "/":
		o.showHome(w, r.URL.Query().Get("q"))
	case path == "/favicon.ico":
		http.Redirect(w, r, "/_static/org.svg", http.StatusMovedPermanently)
	case len(parts) == 2 && parts[0] == "_static":
		o.serveStatic(w, r, parts[1])
	case len(parts) == 2 && parts[0] == "browse":
		o.showList(w, parts[1], r.URL.Query().Get("q"))
	case len(parts) == 5 && parts[0] == "lightning" && parts[1] == "r" && parts[4] == "view":
		o.showRecord(w, parts[3])
	case len(parts) == 4 && parts[0] == "lightning" && parts[1] == "r":
		o.showRecord(w, parts[2])
	case len(parts) == 3 && parts[0] == "lightning" && parts[1] == "o", len(parts) == 4 && parts[0] == "lightning" && parts[1] == "o":
		http.Redirect(w, r, "/browse/"+url.PathEscape(parts[2]), http.StatusFound)
	case len(parts) == 1 && (len(parts[0]) == 15 || len(parts[0]) == 18):
		o.showRecord(w, parts[0])
	default:
		o.notFound(w)
	}
}

func (o *Org) serveStatic(w http.ResponseWriter, r *http.Request, name string) {
	if !strings.HasSuffix(name, ".css") && !strings.HasSuffix(name, ".svg") {
		o.notFound(w)
		return
	}
	if _, err := fs.Stat(pageFiles, "pages/"+name); err != nil {
		o.notFound(w)
		return
	}
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeFileFS(w, r, pageFiles, "pages/"+name)
}

func (o *Org) notFound(w http.ResponseWriter) {
	o.page(w, http.StatusNotFound, "message", pageData{Title: "Not found", Message: "This record or page does not exist in the simulated org.", Tabs: o.tabs("")}, "")
}

func (o *Org) tabs(current string) []tab {
	out := []tab{{"Home", "/", current == "Home"}}
	o.mu.RLock()
	defer o.mu.RUnlock()
	for _, b := range browsed {
		if b.object != "User" {
			out = append(out, tab{o.objects[lower(b.object)].plural, "/browse/" + b.object, current == b.object})
		}
	}
	return out
}

func (o *Org) showHome(w http.ResponseWriter, query string) {
	data := pageData{Title: "Home", Query: query, Tabs: o.tabs("Home")}
	if query != "" {
		data.Title = "Search: " + query
	}
	o.mu.RLock()
	for _, b := range browsed {
		l := o.listing(b.object, b.columns, query, rowsOnHome)
		if query == "" || l.Total > 0 {
			data.Lists = append(data.Lists, l)
		}
	}
	o.mu.RUnlock()
	if query != "" && len(data.Lists) == 0 {
		data.Message = "Nothing matches “" + query + "”."
	}
	o.page(w, http.StatusOK, "home", data, "")
}

func (o *Org) showList(w http.ResponseWriter, name, query string) {
	for _, b := range browsed {
		if strings.EqualFold(b.object, name) {
			data := pageData{Title: b.object, Query: query, Tabs: o.tabs(b.object)}
			o.mu.RLock()
			data.Title = o.objects[lower(b.object)].plural
			data.Lists = []listing{o.listing(b.object, b.columns, query, rowsOnList)}
			o.mu.RUnlock()
			data.Lists[0].More = ""
			o.page(w, http.StatusOK, "home", data, "")
			return
		}
	}
	o.notFound(w)
}

// listing shows the newest records of an object that fit a search by name or number.
func (o *Org) listing(name string, columns []string, query string, limit int) listing {
	s := o.objects[lower(name)]
	out := listing{Label: s.plural, More: "/browse/" + name}
	if query != "" {
		out.More += "?q=" + url.QueryEscape(query)
	}
	paths := make([]*path, len(columns))
	for i, c := range columns {
		p := &parser{org: o, tokens: []token{{kind: wordToken, text: c}}}
		found, fail := p.path(s, p.tokens[0])
		if fail != nil {
			continue // the column is hidden by a switch
		}
		paths[i] = found
		out.Columns = append(out.Columns, columnLabel(c))
	}
	for _, r := range slices.Backward(s.table.rows) {
		if r.deleted || !fits(r, query) {
			continue
		}
		if out.Total++; len(out.Rows) < limit {
			out.Rows = append(out.Rows, o.listRow(r, paths))
		}
	}
	return out
}

func columnLabel(c string) string {
	label, _, _ := strings.Cut(c, ".Name")
	return spaced(label)
}

func (o *Org) listRow(r *record, paths []*path) listRow {
	row := listRow{URL: recordURL(r)}
	for _, p := range paths {
		if p != nil {
			row.Cells = append(row.Cells, shown(o.follow(r, p)))
		}
	}
	if row.Cells[0] == "" {
		row.Cells[0] = "(no subject)"
	}
	return row
}

func recordURL(r *record) string { return "/lightning/r/" + r.of.name + "/" + r.id + "/view" }

// fits compares names without case and numbers by their digits.
func fits(r *record, query string) bool {
	if query == "" {
		return true
	}
	wanted, digits := lower(query), digitsOf(query)
	digits = digits[max(0, len(digits)-9):] // the part that national and international forms share
	for _, f := range r.of.fields {
		s, ok := r.get(f).(string)
		if !ok || f.kind == "reference" {
			continue
		}
		if f.kind != "id" && strings.Contains(lower(s), wanted) || f.kind == "id" && strings.HasPrefix(s, query) {
			return true
		}
		if f.kind == "phone" && len(digits) >= 4 && strings.Contains(digitsOf(s), digits) {
			return true
		}
	}
	return false
}

// shown is a value as people read it.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return map[bool]string{true: "Yes", false: "No"}[v]
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05 MST")
	}
	return fmt.Sprint(v)
}
