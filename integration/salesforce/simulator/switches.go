package simulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// switchPage is what /_sim shows.
type switchPage struct {
	Kinds  []switchKind
	Active []Fault
	Used   int
	Limit  int
}

type switchKind struct {
	Kind Kind
	Text string
}

// serveSwitches answers /_sim: the same as Fail, Clear, Reset and the lists.
func (o *Org) serveSwitches(w http.ResponseWriter, r *http.Request, path string) {
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		writeJSON(w, http.StatusForbidden, map[string]any{"error": "sent from another site"})
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		writeJSON(w, http.StatusRequestEntityTooLarge, map[string]any{"error": "body too large"})
		return
	}
	route := strings.Trim(strings.TrimPrefix(path, "/_sim"), "/")
	kind, rest, _ := strings.Cut(route, "/")
	switch {
	case route == "" && r.Method == http.MethodGet:
		o.showSwitches(w)
	case route == "state" && r.Method == http.MethodGet:
		writeJSON(w, http.StatusOK, o.state())
	case route == "requests" && r.Method == http.MethodGet:
		writeJSON(w, http.StatusOK, o.Requests())
	case route == "reset" && r.Method == http.MethodPost:
		o.Reset()
		writeJSON(w, http.StatusOK, o.state())
	case kind == "faults":
		o.serveFaults(w, r, rest, body)
	case kind == "records":
		o.serveRecords(w, r, rest, body)
	default:
		writeJSON(w, http.StatusNotFound, map[string]any{"error": "no such switch; see GET /_sim/"})
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	out, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(out, '\n')) //nolint:errcheck // the client went away
}

func (o *Org) showSwitches(w http.ResponseWriter) {
	page := &switchPage{Active: o.Faults()}
	page.Used, page.Limit = o.Usage()
	for _, k := range Kinds() {
		page.Kinds = append(page.Kinds, switchKind{k, explained[k]})
	}
	o.page(w, http.StatusOK, "switches", pageData{Title: "Switches", Tabs: o.tabs(""), Switches: page}, "")
}

// state is what GET /_sim/state tells.
func (o *Org) state() map[string]any {
	records := map[string]int{}
	o.mu.RLock()
	names := make([]string, 0, len(o.list))
	for _, s := range o.list {
		names = append(names, s.name)
	}
	o.mu.RUnlock()
	for _, name := range names {
		if n := o.Count(name); n > 0 {
			records[name] = n
		}
	}
	used, limit := o.Usage()
	return map[string]any{"faults": o.Faults(), "counts": o.Counts(), "records": records, "used": used, "limit": limit}
}

// serveFaults: POST arms one, DELETE /_sim/faults[/kind] disarms.
func (o *Org) serveFaults(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	switch r.Method {
	case http.MethodGet:
		writeJSON(w, http.StatusOK, o.Faults())
	case http.MethodPost:
		f, err := parseFault(body)
		if err == nil {
			err = o.Fail(f)
		}
		if err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]any{"error": err.Error(), "kinds": Kinds()})
			return
		}
		writeJSON(w, http.StatusCreated, o.Faults())
	case http.MethodDelete:
		if kind == "" {
			o.ClearAll()
		} else {
			o.Clear(Kind(kind))
		}
		writeJSON(w, http.StatusOK, o.Faults())
	default:
		writeJSON(w, http.StatusMethodNotAllowed, map[string]any{"error": "GET, POST or DELETE"})
	}
}

// serveRecords lets scripts act as a person in the org: GET ?object=Task lists,
// POST {"object","fields"} adds, PATCH and DELETE /id change, POST /id/convert
// converts a lead, POST /id/merge {"winner"} merges.
func (o *Org) serveRecords(w http.ResponseWriter, r *http.Request, rest string, body []byte) {
	id, action, _ := strings.Cut(rest, "/")
	var in struct {
		Object string         `json:"object"`
		Fields map[string]any `json:"fields"`
		Winner string         `json:"winner"`
	}
	if len(body) > 0 {
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields() // fields outside "fields" would change nothing, unsaid
		if err := d.Decode(&in); err != nil {
			writeJSON(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
			return
		}
	}
	var err error
	switch {
	case r.Method == http.MethodGet && id == "":
		writeJSON(w, http.StatusOK, o.Records(r.URL.Query().Get("object")))
		return
	case r.Method == http.MethodPost && id == "":
		id, err = o.tryAdd(in.Object, in.Fields)
	case r.Method == http.MethodPatch:
		err = o.Update(id, in.Fields)
	case r.Method == http.MethodDelete:
		err = o.Delete(id)
	case action == "convert":
		_, err = o.ConvertLead(id)
	case action == "merge":
		err = o.Merge(in.Winner, id)
	}
	if err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]any{"error": err.Error()})
		return
	}
	record, found := o.Record(id)
	if !found {
		writeJSON(w, http.StatusNotFound, map[string]any{"error": "no such record"})
		return
	}
	writeJSON(w, http.StatusOK, record)
}
