package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"ringledger/integration/callflow"
	"ringledger/store"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"
)

// maxValues is how many values one filter takes.
const maxValues = 100

// query is the filter of a list as its URL says it.
type query struct {
	store.Filter
	values  url.Values // the parameters that were understood
	unknown []string   // those that were not, as written
}

// readQuery understands the filter parameters of the activity list. What it
// does not understand narrows nothing and is told.
func readQuery(params url.Values, zone *time.Location) query {
	q := query{values: url.Values{}}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		typed := listed(strings.Join(params[name], ","))
		if name == "q" {
			typed = []string{strings.TrimSpace(params.Get(name))}
		}
		if len(typed) == 0 || typed[0] == "" {
			continue
		}
		if q.take(name, typed, zone) {
			q.values[name] = typed
			continue
		}
		if !passing(name) {
			q.unknown = append(q.unknown, name+"="+strings.Join(typed, ","))
		}
	}
	return q
}

// queryOf is the filter as the visitor may ask it. Who may not see numbers may
// not search for parts of them either: each further digit would give it away.
func queryOf(c echo.Context, zone *time.Location) query { return queryAs(c, c.QueryParams(), zone) }

// listOf is the filter of the list that a page was opened from: the page's own
// parameters, or the one that holds them all where those mean something else.
func listOf(c echo.Context, zone *time.Location) query {
	if values, err := url.ParseQuery(c.FormValue("filter")); err == nil && len(values) > 0 {
		return queryAs(c, values, zone)
	}
	return queryOf(c, zone)
}

func queryAs(c echo.Context, params url.Values, zone *time.Location) query {
	q := readQuery(params, zone)
	if !visitorOf(c).may(editor) {
		q.WholeNumbers, q.Query = true, wholeNumbers(q.Query)
	}
	return q
}

// wholeNumbers takes digits out of a search for words, and everything else out
// of a search for digits, so that nothing but a whole number is left of them.
// Digits that end a word are taken out too: the search goes by the beginning of
// words, and each further digit would be found or not. Ids of records stay.
func wholeNumbers(typed string) string {
	typed = strings.Map(func(r rune) rune { // marks, which the search leaves out, hide no digit
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(typed))
	if typed == "" {
		return ""
	}
	if !strings.ContainsFunc(typed, unicode.IsLetter) {
		return cmp.Or(digitsOf(strings.ReplaceAll(typed, "(0)", "")), "0") // nobody's number
	}
	words := strings.FieldsFunc(typed, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	for i, w := range words {
		if !anID.MatchString(w) || !strings.ContainsFunc(w, unicode.IsLetter) {
			words[i] = strings.TrimRightFunc(w, unicode.IsNumber)
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return !strings.ContainsFunc(w, unicode.IsLetter) })
	return strings.Join(words, " ")
}

// passing are parameters that pages use and that filter nothing.
func passing(name string) bool {
	return slices.Contains([]string{"lang", "upto", "sep", "period", "try", "limit", "call_id", "part"}, name)
}

func (q *query) take(name string, typed []string, zone *time.Location) bool {
	var ok bool
	switch name {
	case "outcome":
		q.Outcomes, ok = known(typed, outcomes())
	case "type":
		q.Types, ok = known(typed, callflow.CallTypes())
	case "reason":
		q.Reason, ok = callflow.Reason(typed[0]), len(typed) == 1 && isReason(callflow.Reason(typed[0]))
		if !ok {
			q.Reason = ""
		}
	case "line":
		q.Lines, ok = typed, len(typed) <= maxValues
	case "agent":
		q.Agents, ok = typed, len(typed) <= maxValues
	case "direction":
		q.Direction = callflow.Direction(typed[0])
		ok = len(typed) == 1 && (q.Direction == callflow.Inbound || q.Direction == callflow.Outbound)
		if !ok {
			q.Direction = ""
		}
	case "record":
		q.Records, ok = recordKinds(typed)
	case "rules":
		var err error
		q.RulesVersion, err = strconv.Atoi(typed[0])
		if ok = err == nil && q.RulesVersion > 0 && len(typed) == 1; !ok {
			q.RulesVersion = 0
		}
	case "id":
		q.IDs, ok = readIDs(typed, store.PickMost)
		if !ok {
			q.IDs = nil
		}
	case "cause":
		q.Cause, ok = typed[0], len(typed) == 1
	case "resolved":
		q.Resolved, q.Open = typed[0] == "yes", typed[0] == "no"
		ok = len(typed) == 1 && (q.Resolved || q.Open)
	case "from":
		q.From, ok = readDay(typed[0], zone, 0)
	case "to":
		q.To, ok = readDay(typed[0], zone, 1)
	case "q":
		q.Query, ok = typed[0], len(typed[0]) <= 200
		if !ok {
			q.Query = ""
		}
	case "view":
		_, err := strconv.ParseInt(typed[0], 10, 64)
		ok = err == nil && len(typed) == 1
	case "after":
		q.After, ok = typed[0], true
	case "before":
		q.Before, ok = typed[0], true
	}
	return ok
}

// noRecord stands in addresses for entries that stand on no record.
const noRecord = "none"

// kinds of records, and none.
func kinds() []string {
	return []string{string(callflow.ContactRecord), string(callflow.LeadRecord), string(callflow.AccountRecord), string(callflow.PersonAccountRecord), noRecord}
}

func recordKinds(typed []string) ([]callflow.RecordKind, bool) {
	found, ok := known(typed, kinds())
	var out []callflow.RecordKind
	for _, k := range found {
		if k == noRecord {
			k = string(store.NoRecord)
		}
		out = append(out, callflow.RecordKind(k))
	}
	return out, ok
}

func isReason(r callflow.Reason) bool {
	for _, all := range callflow.Reasons() {
		if slices.Contains(all, r) {
			return true
		}
	}
	return false
}

func outcomes() []callflow.Outcome {
	return []callflow.Outcome{callflow.Logged, callflow.Skipped, callflow.NeedsChoice, callflow.Waiting, callflow.Failed}
}

// known turns typed words into values, all of which must exist.
func known[T ~string](typed []string, all []T) ([]T, bool) {
	out := make([]T, len(typed))
	for i, t := range typed {
		if !slices.Contains(all, T(t)) {
			return nil, false
		}
		out[i] = T(t)
	}
	return out, true
}

// tidied is an address without the fields that a form sent empty; it says
// whether it was so already.
func tidied(u *url.URL) (address string, tidy bool) {
	values, tidy := url.Values{}, true
	for name, typed := range u.Query() {
		full := slices.DeleteFunc(slices.Clone(typed), func(v string) bool { return strings.TrimSpace(v) == "" })
		tidy = tidy && len(full) == len(typed)
		if len(full) > 0 {
			values.Set(name, strings.Join(full, ","))
		}
	}
	q := query{values: values}
	return q.url(u.Path), tidy
}

// readDay reads a date, which lasts days more, or a moment.
func readDay(typed string, zone *time.Location, days int) (time.Time, bool) {
	if t, err := callflow.ReadDay(typed, zone); err == nil {
		return callflow.DayOf(t, days), true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, typed, zone); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// url is the address of the list under this filter, with some parameters
// changed: pairs of a name and a value, "" taking it out.
func (q *query) url(path string, changes ...string) string {
	values := url.Values{}
	for name, v := range q.values {
		if len(v) > 0 {
			values[name] = []string{strings.Join(v, ",")}
		}
	}
	for i := 0; i+1 < len(changes); i += 2 {
		values.Del(changes[i])
		if changes[i+1] != "" {
			values.Set(changes[i], changes[i+1])
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}
