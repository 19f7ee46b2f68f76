package simulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"
)

// wireWebhook is a registration over REST. The numeric id stands only in the
// answers to GET.
type wireWebhook struct {
	ID         int64    `json:"id,omitempty"`
	DirectLink string   `json:"direct_link"`
	URL        string   `json:"url"`
	Active     bool     `json:"active"`
	Events     []string `json:"events"`
	Token      string   `json:"token"`
	CreatedAt  string   `json:"created_at"`
	WebhookID  string   `json:"webhook_id"`
}

// webhookInput is what POST and PUT take. A nil Events means the key was
// absent, which subscribes to everything.
type webhookInput struct {
	URL        *string  `json:"url"`
	CustomName *string  `json:"custom_name"`
	Events     []string `json:"events"`
	Active     *bool    `json:"active"`
}

// webhookList has no links to other pages, unlike the other lists.
type webhookList struct {
	Meta struct {
		Count       int `json:"count"`
		Total       int `json:"total"`
		CurrentPage int `json:"current_page"`
		PerPage     int `json:"per_page"`
	} `json:"meta"`
	Webhooks []wireWebhook `json:"webhooks"`
}

func (a *Account) listWebhooks(w http.ResponseWriter, r *http.Request) {
	page, perPage, ok := paging(r.URL.Query())
	if !ok {
		refuse(w, http.StatusBadRequest, "Bad Request", "page starts at 1, per_page is 1 to 50")
		return
	}
	list := webhookList{Webhooks: []wireWebhook{}}
	a.mu.RLock()
	from := min(len(a.hooks), (page-1)*perPage)
	for _, h := range a.hooks[from:min(len(a.hooks), from+perPage)] {
		list.Webhooks = append(list.Webhooks, h.wire(true))
	}
	list.Meta.Total = len(a.hooks)
	a.mu.RUnlock()
	list.Meta.Count, list.Meta.CurrentPage, list.Meta.PerPage = len(list.Webhooks), page, perPage
	answer(w, http.StatusOK, list)
}

func (a *Account) showWebhook(w http.ResponseWriter, r *http.Request) {
	a.answerWebhook(w, r.PathValue("id"), http.StatusOK, true)
}

func (a *Account) createWebhook(w http.ResponseWriter, r *http.Request) {
	in, ok := readWebhook(w, r)
	if !ok {
		return
	}
	if in.URL == nil {
		refuse(w, http.StatusBadRequest, "Bad Request", "url is missing")
		return
	}
	name := ""
	if in.CustomName != nil {
		name = *in.CustomName
	}
	h, err := a.AddWebhook(*in.URL, name, in.Events...)
	if err != nil {
		refuseWebhook(w, err)
		return
	}
	a.answerWebhook(w, h.ID, http.StatusCreated, false)
}

func (a *Account) updateWebhook(w http.ResponseWriter, r *http.Request) {
	in, ok := readWebhook(w, r)
	if !ok {
		return
	}
	action := r.URL.Query().Get("events_action")
	if action != "" && action != "add" && action != "remove" {
		refuse(w, http.StatusBadRequest, "Bad Request", "events_action is add or remove")
		return
	}
	target := "https://example.com" // stands in for a URL that does not change
	if in.URL != nil {
		target = *in.URL
	}
	if err := checkWebhook(target, in.Events); err != nil {
		refuseWebhook(w, err)
		return
	}
	id := r.PathValue("id")
	a.changeWebhook(id, func(h *webhook) { h.update(in, action) })
	a.answerWebhook(w, id, http.StatusOK, false)
}

func (a *Account) deleteWebhook(w http.ResponseWriter, r *http.Request) {
	if !a.RemoveWebhook(r.PathValue("id")) {
		notFound(w, "Webhook")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// update changes a webhook. Without events it is subscribed to all of them:
// a trap of the real API that callers must know.
func (h *webhook) update(in webhookInput, action string) {
	if in.URL != nil {
		h.url = *in.URL
	}
	if in.CustomName != nil {
		h.name = *in.CustomName
	}
	if in.Active != nil {
		h.active, h.byFailure, h.failures = *in.Active, false, 0
	}
	switch {
	case action == "add":
		h.events = distinct(append(h.events, in.Events...))
	case action == "remove":
		h.events = slices.DeleteFunc(h.events, func(e string) bool { return slices.Contains(in.Events, e) })
	case len(in.Events) == 0:
		h.events = distinct(EventNames())
	default:
		h.events = distinct(in.Events)
	}
}

func (a *Account) answerWebhook(w http.ResponseWriter, id string, status int, withNumber bool) {
	a.mu.RLock()
	h := a.webhookByID(id)
	var wire wireWebhook
	if h != nil {
		wire = h.wire(withNumber)
	}
	a.mu.RUnlock()
	if h == nil {
		notFound(w, "Webhook")
		return
	}
	answer(w, status, map[string]any{"webhook": wire})
}

// wire renders a webhook. The caller holds the lock.
func (h *webhook) wire(withNumber bool) wireWebhook {
	w := wireWebhook{
		DirectLink: apiHost + "/v1/webhooks/" + h.id, URL: h.url, Active: h.active, Events: slices.Clone(h.events), Token: h.token,
		CreatedAt: h.createdAt.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.000Z"), WebhookID: h.id,
	}
	if withNumber {
		w.ID = h.number
	}
	return w
}

func readWebhook(w http.ResponseWriter, r *http.Request) (webhookInput, bool) {
	var in webhookInput
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, "Bad Request", "The body is not a JSON object")
		return in, false
	}
	return in, true
}

func refuseWebhook(w http.ResponseWriter, err error) {
	if errors.Is(err, ErrWebhook) {
		refuse(w, http.StatusBadRequest, "Bad Request", err.Error())
		return
	}
	refuse(w, http.StatusInternalServerError, "Internal Server Error", "")
}
