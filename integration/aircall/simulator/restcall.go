package simulator

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// callExtras are the parts of a call that come only when asked for.
type callExtras struct{ contact, shortURLs, timeline bool }

func extrasOf(q url.Values) callExtras {
	return callExtras{
		contact: q.Get("fetch_contact") == "true", shortURLs: q.Get("fetch_short_urls") == "true",
		timeline: q.Get("fetch_call_timeline") == "true",
	}
}

func (a *Account) listCalls(w http.ResponseWriter, r *http.Request) {
	a.answerCalls(w, r, func(*call) bool { return true })
}

func (a *Account) searchCalls(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	a.answerCalls(w, r, func(c *call) bool {
		return (q.Get("direction") == "" || c.direction == q.Get("direction")) &&
			(q.Get("user_id") == "" || c.user != nil && strconv.FormatInt(c.user.ID, 10) == q.Get("user_id")) &&
			(q.Get("phone_number") == "" || sameDigits(c.number, q.Get("phone_number"))) &&
			hasTags(c, slices.Concat(q["tags"], q["tags[]"]))
	})
}

// hasTags wants every tag, named or by id.
func hasTags(c *call, wanted []string) bool {
	for _, w := range wanted {
		if !slices.ContainsFunc(c.tags, func(t callTag) bool {
			return t.tag.name == w || strconv.FormatInt(t.tag.id, 10) == w
		}) {
			return false
		}
	}
	return true
}

// answerCalls lists the calls that fit and began in the window asked for, of
// the last six months.
func (a *Account) answerCalls(w http.ResponseWriter, r *http.Request, fits func(*call) bool) {
	q := r.URL.Query()
	from, okFrom := number(q, "from", 0)
	to, okTo := number(q, "to", int(a.opts.Now().Unix())+1)
	order := q.Get("order")
	if !okFrom || !okTo || (order != "" && order != "asc" && order != "desc") {
		refuse(w, http.StatusBadRequest, "Bad Request", "from and to are unix times, order is asc or desc")
		return
	}
	oldest := a.opts.Now().AddDate(0, -6, 0).Unix()
	calls := a.callsWhere(func(c *call) bool {
		return c.startedAt >= max(int64(from), oldest) && c.startedAt <= int64(to) && fits(c)
	})
	if order == "desc" {
		slices.Reverse(calls)
	}
	want := extrasOf(q)
	answerPage(w, r, "calls", calls, func(c *call) restCall { return a.restCall(c, want) })
}

func (a *Account) showCall(w http.ResponseWriter, r *http.Request) {
	c, ok := a.pathCall(r)
	if !ok {
		notFound(w, "Call")
		return
	}
	answer(w, http.StatusOK, map[string]any{"call": a.restCall(c, extrasOf(r.URL.Query()))})
}

func (a *Account) showSummary(w http.ResponseWriter, r *http.Request) {
	c, ok := a.pathCall(r)
	if !ok || c.summary == "" {
		notFound(w, "Summary")
		return
	}
	answer(w, http.StatusOK, map[string]any{"summary": intelligenceOf(c, 1, c.summary)})
}

func (a *Account) showTranscription(w http.ResponseWriter, r *http.Request) {
	c, ok := a.pathCall(r)
	if !ok || len(c.transcript) == 0 {
		notFound(w, "Transcription")
		return
	}
	answer(w, http.StatusOK, map[string]any{"transcription": intelligenceOf(c, 2, transcriptionOf(c))})
}

func (a *Account) showTopics(w http.ResponseWriter, r *http.Request) {
	c, ok := a.pathCall(r)
	if !ok || len(c.topics) == 0 {
		notFound(w, "Topics")
		return
	}
	answer(w, http.StatusOK, map[string]any{"topic": intelligenceOf(c, 3, c.topics)})
}

func (a *Account) pathCall(r *http.Request) (*call, bool) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, false
	}
	return a.callByID(id)
}
