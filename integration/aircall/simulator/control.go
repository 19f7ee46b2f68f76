package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
)

// addControls lists the endpoints that steer the simulator. Browsers of other
// origins are refused: a page somewhere must not place calls here.
func (a *Account) addControls(all *http.ServeMux) {
	control := http.NewServeMux()
	control.HandleFunc("POST /_sim/calls", a.controlCalls)
	control.HandleFunc("POST /_sim/messages", a.controlMessages)
	control.HandleFunc("POST /_sim/rate", a.controlRate)
	control.HandleFunc("POST /_sim/faults", a.controlFaults)
	control.HandleFunc("POST /_sim/webhooks/{id}/disable", a.controlDisable)
	control.HandleFunc("POST /_sim/webhooks/{id}/delete", a.controlDelete)
	control.HandleFunc("GET /_sim/state", a.controlState)
	all.Handle("/_sim/", http.NewCrossOriginProtection().Handler(control))
}

// controlCalls takes a JSON CallSpec and answers the call's id at once, or the
// page's form and leads back to the page.
func (a *Account) controlCalls(w http.ResponseWriter, r *http.Request) {
	var s CallSpec
	form, ok := readControl(w, r, &s)
	if !ok {
		return
	}
	if form {
		s = CallSpec{Kind: Kind(r.PostFormValue("type")), Number: strings.TrimSpace(r.PostFormValue("number")), Line: r.PostFormValue("line"), Agent: r.PostFormValue("agent")}
	}
	id, err := a.StartCall(s)
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, "Unprocessable", err.Error())
		return
	}
	if form {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	answer(w, http.StatusCreated, map[string]any{"call_id": id})
}

func (a *Account) controlMessages(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Type   MessageKind `json:"type"`
		Number string      `json:"number"`
		Line   string      `json:"line"`
		Agent  string      `json:"agent"`
		Body   string      `json:"body"`
		At     int64       `json:"at"`
	}
	form, ok := readControl(w, r, &in)
	if !ok {
		return
	}
	if form {
		in.Type, in.Number, in.Line = MessageKind(r.PostFormValue("type")), strings.TrimSpace(r.PostFormValue("number")), r.PostFormValue("line")
		in.Agent, in.Body = r.PostFormValue("agent"), r.PostFormValue("body")
	}
	id, err := a.StartMessage(MessageSpec{Kind: in.Type, Number: in.Number, Line: in.Line, Agent: in.Agent, Body: in.Body, At: unixTime(in.At)})
	if err != nil {
		refuse(w, http.StatusUnprocessableEntity, "Unprocessable", err.Error())
		return
	}
	if form {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	answer(w, http.StatusCreated, map[string]any{"message_id": id})
}

func (a *Account) controlRate(w http.ResponseWriter, r *http.Request) {
	var in struct {
		PerMinute int `json:"per_minute"`
	}
	if _, ok := readControl(w, r, &in); !ok {
		return
	}
	a.SetRate(in.PerMinute)
	answer(w, http.StatusOK, map[string]int{"per_minute": a.limit.perMinuteNow()})
}

// controlFaults replaces the faults. With disable_webhooks every webhook is
// disabled besides.
func (a *Account) controlFaults(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Faults
		DisableWebhooks bool `json:"disable_webhooks"`
	}
	if _, ok := readControl(w, r, &in); !ok {
		return
	}
	if s := in.RESTStatus; s != 0 && (s < 400 || s > 599) || in.RESTPageSize < 0 || in.Duplicate < 0 || in.Duplicate > 1 {
		refuse(w, http.StatusUnprocessableEntity, "Unprocessable", "rest_status is 400 to 599, duplicate is 0 to 1, rest_page_size is no less than 0")
		return
	}
	a.SetFaults(in.Faults)
	if in.DisableWebhooks {
		for _, h := range a.Webhooks() {
			a.DisableWebhook(h.ID)
		}
	}
	answer(w, http.StatusOK, in.Faults)
}

func (a *Account) controlDisable(w http.ResponseWriter, r *http.Request) {
	if !a.DisableWebhook(r.PathValue("id")) {
		notFound(w, "Webhook")
		return
	}
	if isForm(r) {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// controlDelete removes a webhook as an admin of Aircall does on its pages.
func (a *Account) controlDelete(w http.ResponseWriter, r *http.Request) {
	if !a.RemoveWebhook(r.PathValue("id")) {
		notFound(w, "Webhook")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// controlState never shows tokens: whoever needs one asks over REST.
func (a *Account) controlState(w http.ResponseWriter, _ *http.Request) {
	type hookState struct {
		ID       string `json:"id"`
		URL      string `json:"url"`
		Active   bool   `json:"active"`
		Events   int    `json:"events"`
		Failures int    `json:"failures"`
		Pending  int    `json:"pending"`
	}
	hooks := []hookState{}
	for _, h := range a.Webhooks() {
		hooks = append(hooks, hookState{h.ID, h.URL, h.Active, len(h.Events), h.Failures, h.Pending})
	}
	answer(w, http.StatusOK, map[string]any{
		"stats": a.Stats(), "webhooks": hooks, "faults": a.Faults(), "rate_per_minute": a.limit.perMinuteNow(), "types": Kinds(), "message_types": MessageKinds(),
	})
}

// readControl reads a JSON body into v, or tells that the request is a form.
func readControl(w http.ResponseWriter, r *http.Request, v any) (form, ok bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if isForm(r) {
		if err := r.ParseForm(); err != nil {
			refuse(w, http.StatusBadRequest, "Bad Request", "The form cannot be read")
			return true, false
		}
		return true, true
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		refuse(w, http.StatusBadRequest, "Bad Request", err.Error())
		return false, false
	}
	return false, true
}

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}
