package simulator

import (
	"bytes"
	"cmp"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"time"
)

//go:embed page.html call.html page.css
var pageFiles embed.FS

// shownCalls is how many of the last calls the page lists.
const shownCalls = 25

// contentPolicy allows nothing but the page's own style sheet and forms.
const contentPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

type pageModel struct {
	Company  string
	Lines    []pageLine
	Users    []User
	Webhooks []pageWebhook
	Calls    []pageCall
	Messages []pageMessage
	Kinds    []Kind
	Texts    []MessageKind
	Numbers  []Person
	Stats    Stats
}

type pageLine struct {
	Name, Number, TimeZone string
	Agents                 int
}

type pageWebhook struct {
	ID, URL, State string
	Active         bool
	Events         int
	Failures       int
	Pending        int
}

type pageCall struct {
	ID                               int64
	Kind, Direction, Line, Agent     string
	Who, Number, Began, BeganISO     string
	Status                           string
	Delivered, Failed, Pending, Lost int
	Tags                             []string
	Deliveries                       []pageDelivery
}

type pageDelivery struct {
	Event, State, Answer, At string
	Tries                    int
}

type pageMessage struct {
	Kind, Line, Who, Number, Body, Status, Sent, SentISO string
}

// addPages lists what people see: the account, a call, and what links to
// recordings lead to when PublicURL is set.
func (a *Account) addPages(all *http.ServeMux) {
	pages := template.Must(template.ParseFS(pageFiles, "page.html", "call.html"))
	all.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		showPage(w, pages, "page.html", http.StatusOK, a.pageModel())
	})
	showCall := func(w http.ResponseWriter, r *http.Request) {
		c, ok := a.pathCall(r)
		if !ok {
			showPage(w, pages, "call.html", http.StatusNotFound, nil)
			return
		}
		showPage(w, pages, "call.html", http.StatusOK, a.pageCall(c))
	}
	all.HandleFunc("GET /calls/{id}", showCall)
	all.HandleFunc("GET /calls/{id}/{asset}", showCall)
	all.HandleFunc("GET /media/{id}/{file}", showCall)
	all.HandleFunc("GET /page.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, pageFiles, "page.css")
	})
}

// showPage renders before it answers, so that a page is whole or an error.
func showPage(w http.ResponseWriter, pages *template.Template, name string, status int, model any) {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name, model); err != nil {
		http.Error(w, "The page cannot be shown.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(b.Bytes()) //nolint:errcheck // the reader went away
}

func (a *Account) pageModel() pageModel {
	m := pageModel{Company: companyName, Users: a.Users(), Kinds: Kinds(), Texts: MessageKinds(), Numbers: a.dir().people, Stats: a.Stats()}
	for _, l := range a.Lines() {
		m.Lines = append(m.Lines, pageLine{l.Name, displayNumber(l.Number), l.TimeZone, len(l.agents)})
	}
	for _, h := range a.Webhooks() {
		state := "Active"
		if !h.Active {
			state = "Disabled"
		}
		m.Webhooks = append(m.Webhooks, pageWebhook{h.ID, h.URL, state, h.Active, len(h.Events), h.Failures, h.Pending})
	}
	for _, c := range a.lastCalls() {
		m.Calls = append(m.Calls, a.pageCall(c))
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, t := range slices.Backward(a.messages[max(0, len(a.messages)-10):]) {
		m.Messages = append(m.Messages, pageMessage{
			Kind: string(t.kind), Line: t.line.Name, Who: a.dir().nameOf(t.number), Number: displayNumber(t.number), Body: t.body,
			Status: t.status, Sent: shownTime(t.sentAt), SentISO: t.sentAt.UTC().Format(time.RFC3339),
		})
	}
	return m
}

// lastCalls are those that began last, newest first. A history placed later
// than a live call must not push it off the page, hence the wider look back.
func (a *Account) lastCalls() []*call {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var list []*call
	for _, id := range a.callIDs[max(0, len(a.callIDs)-10*shownCalls):] {
		list = append(list, a.calls[id].clone())
	}
	slices.SortStableFunc(list, func(x, y *call) int { return cmp.Compare(y.startedAt, x.startedAt) })
	return list[:min(len(list), shownCalls)]
}

func (a *Account) pageCall(c *call) pageCall {
	began := time.Unix(c.startedAt, 0)
	p := pageCall{
		ID: c.id, Kind: string(c.kind), Direction: c.direction, Line: c.line.Name, Who: a.dir().nameOf(c.number),
		Number: displayNumber(c.number), Began: shownTime(began), BeganISO: began.UTC().Format(time.RFC3339), Status: c.status,
	}
	if c.user != nil {
		p.Agent = c.user.Name
	}
	for _, t := range c.tags {
		p.Tags = append(p.Tags, t.tag.name)
	}
	for _, d := range c.sent {
		switch d.State {
		case "delivered":
			p.Delivered++
		case "failed":
			p.Failed++
		case "lost":
			p.Lost++
		default:
			p.Pending++
		}
		p.Deliveries = append(p.Deliveries, pageDelivery{d.Event, d.State, d.Answer, shownTime(d.At), d.Tries})
	}
	return p
}

func shownTime(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04:05") + " UTC" }

// Path is where the page shows this call.
func (p pageCall) Path() string { return "/calls/" + strconv.FormatInt(p.ID, 10) }
