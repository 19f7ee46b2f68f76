package salesforce

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ringledger/integration/callflow"
)

// TaskKey is an entry whose Task may exist already.
type TaskKey struct {
	Key   string
	Since time.Time // no Task of it is older
}

// Lookups is everything a batch wants to know before it decides.
type Lookups struct {
	Emails []string // of users
	Users  []string // ids of users

	CaseContacts, CaseAccounts               []string
	OpportunityContacts, OpportunityAccounts []string

	TaskKeys []TaskKey

	// CreatedNumbers are numbers in E.164 for which a record may just have been
	// made that the search does not know yet. CreatedKinds says of what kind;
	// none = Contact, Lead and Account.
	CreatedNumbers []string
	CreatedKinds   []callflow.RecordKind
}

// FoundTask is a Task that carries a key.
type FoundTask struct {
	ID                    string
	CreatedAt, ModifiedAt time.Time
	Deleted               bool
}

// Answers is what Salesforce knows of the Lookups.
type Answers struct {
	Users         map[string][]callflow.User        // active standard users by e-mail, lower case
	ActiveUsers   map[string]bool                   // by each id asked for
	Cases         map[string]callflow.RelatedRecord // the open one changed last, by contact or account
	Opportunities map[string]callflow.RelatedRecord // likewise
	Tasks         map[string][]FoundTask            // by key, oldest first; deleted ones too
	Numbers       map[string][]callflow.Candidate   // by E.164
}

// LookUp answers all of it by SOQL, which unlike the search knows a record from
// the moment it exists. It costs one request, more only when there are more
// than five queries or very many values, and none when nothing is asked.
func (c *Client) LookUp(ctx context.Context, l Lookups) (Answers, error) {
	a := Answers{
		Users: map[string][]callflow.User{}, ActiveUsers: map[string]bool{},
		Cases: map[string]callflow.RelatedRecord{}, Opportunities: map[string]callflow.RelatedRecord{},
		Tasks: map[string][]FoundTask{}, Numbers: map[string][]callflow.Candidate{},
	}
	for _, id := range l.Users {
		a.ActiveUsers[id] = false
	}
	var queries []query
	queries = append(queries, userQueries(l)...)
	queries = append(queries, caseQueries(l)...)
	queries = append(queries, opportunityQueries(l)...)
	queries = append(queries, c.taskQueries(l.TaskKeys)...)
	queries = append(queries, numberQueries(l)...)
	err := c.ask(ctx, "look_up", queries, &a)
	for _, tasks := range a.Tasks {
		slices.SortFunc(tasks, func(x, y FoundTask) int { return cmp.Or(x.CreatedAt.Compare(y.CreatedAt), cmp.Compare(x.ID, y.ID)) })
	}
	for _, numbers := range a.Numbers {
		sortCandidates(numbers)
	}
	return a, err
}

// query is one SOQL query and what its rows mean.
type query struct {
	soql    string
	deleted bool // deleted and archived rows too
	read    func(*Answers, record)
}

// maxQueryURL bounds the encoded values of one query. With the rest of the
// statement an address stays below 12 kB; Salesforce refuses addresses and
// headers that are above 16 kB together.
const maxQueryURL = 10 << 10

// lists writes values as SOQL lists, as many as are needed for each to fit into
// an address. repeated says how often a list stands in its statement.
func lists(values []string, repeated int) []string {
	var all, list []string
	length := 0
	for _, v := range distinctValues(values) {
		literal := soqlLiteral(v)
		more := repeated * len(url.QueryEscape(literal+","))
		if length+more > maxQueryURL && len(list) > 0 {
			all, list, length = append(all, "("+strings.Join(list, ",")+")"), nil, 0
		}
		list = append(list, literal)
		length += more
	}
	if len(list) > 0 {
		all = append(all, "("+strings.Join(list, ",")+")")
	}
	return all
}

// in writes one query for each of the lists that the values need.
func in(values []string, repeated int, write func(list string) query) []query {
	var queries []query
	for _, list := range lists(values, repeated) {
		queries = append(queries, write(list))
	}
	return queries
}

func distinctValues(values []string) []string {
	seen := make(map[string]bool, len(values))
	var all []string
	for _, v := range values {
		if v != "" && !seen[v] {
			seen[v] = true
			all = append(all, v)
		}
	}
	return all
}

// queryAnswer is one page of a query's rows.
type queryAnswer struct {
	Done    bool     `json:"done"`
	Next    string   `json:"nextRecordsUrl"`
	Records []record `json:"records"`
}

// maxPages bounds how far one query is followed.
const maxPages = 20

// ask sends the queries, five to a request, and reads all their rows into a.
// The first query that is refused is the error; the others are read all the same.
func (c *Client) ask(ctx context.Context, purpose string, queries []query, a *Answers) error {
	var refused error
	for chunk := range slices.Chunk(queries, maxCollections) {
		parts := make([]part, len(chunk))
		for i, q := range chunk {
			parts[i] = c.queryPart(resourceOf(q), q.soql)
		}
		replies, err := composite[json.RawMessage](ctx, c, request{purpose: purpose, statement: statements(chunk)}, parts)
		if err != nil {
			return err
		}
		for i, q := range chunk {
			if err := c.readPages(ctx, purpose, replies[i], q, a); err != nil && refused == nil {
				refused = err
			}
		}
	}
	return refused
}

func resourceOf(q query) string {
	if q.deleted {
		return "queryAll"
	}
	return "query"
}

// statements are the queries in clear, for the log.
func statements(queries []query) string {
	all := make([]string, len(queries))
	for i, q := range queries {
		all[i] = q.soql
	}
	return strings.Join(all, "\n")
}

func (c *Client) readPages(ctx context.Context, purpose string, r reply[json.RawMessage], q query, a *Answers) error {
	page, err := pageOf(purpose, r)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		for _, row := range page.Records {
			q.read(a, row)
		}
		if page.Done || page.Next == "" || n == maxPages {
			return nil
		}
		next := page.Next
		page = queryAnswer{}
		if err := c.do(ctx, request{purpose: purpose, method: http.MethodGet, path: next}, &page); err != nil {
			return err
		}
	}
}

func pageOf(purpose string, r reply[json.RawMessage]) (queryAnswer, error) {
	var page queryAnswer
	a := answer{status: r.Status, header: http.Header{"Content-Type": {"application/json"}}, body: r.Body}
	err := decode(request{purpose: purpose}, a, &page)
	return page, err
}
