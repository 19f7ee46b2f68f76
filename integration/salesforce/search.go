package salesforce

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"ringledger/integration/callflow"
	"ringledger/integration/phone"
)

// Wanted is a number to search: in E.164, and the country of the line it
// called, with which national spellings in Salesforce are read.
type Wanted struct {
	E164   string
	Region string // ISO 3166 two letters
}

// Searching says where to search.
type Searching struct {
	Kinds          []callflow.RecordKind // none = all
	ExtraFields    map[string][]string   // further phone fields, by object: "Contact", "Lead", "Account"
	PersonAccounts bool                  // the org has them
}

// maxFind bounds the text between FIND's braces. Beyond 4,000 characters
// Salesforce drops the operators without a word.
const maxFind = 3900

// searchers is how many searches run at once.
const searchers = 4

// Search finds the records that hold each number, about a hundred numbers in
// one request. A record counts only when one of its phone fields, read with
// the line's country, is the number: the search itself also finds numbers that
// merely look alike. Every wanted number has a key in the answer.
func (c *Client) Search(ctx context.Context, wanted []Wanted, in Searching) (map[Wanted][]callflow.Candidate, error) {
	for _, names := range in.ExtraFields {
		if err := checkFieldNames("search", names); err != nil {
			return nil, err
		}
	}
	found := make(map[Wanted][]callflow.Candidate, len(wanted))
	var terms []term
	for _, w := range wanted {
		if _, known := found[w]; known {
			continue
		}
		found[w] = nil
		if t, ok := termOf(w); ok {
			terms = append(terms, t)
		}
	}
	batches := searchBatches(terms)
	rows := make([][]record, len(batches))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(searchers)
	for i, batch := range batches {
		group.Go(func() (err error) {
			rows[i], err = c.searchBatch(ctx, batch, in)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, batch := range batches {
		assign(found, batch, rows[i], in)
	}
	return found, nil
}

// term is one number and the words that find it.
type term struct {
	wanted Wanted
	find   string
}

func termOf(w Wanted) (term, bool) {
	var words []string
	for _, s := range phone.Spellings(w.E164, w.Region) {
		if s = digitsOf(s); s != "" && !slices.Contains(words, s) {
			words = append(words, soslTerm(s))
		}
	}
	return term{w, strings.Join(words, " OR ")}, len(words) > 0
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// searchBatches fills each search as far as it goes.
func searchBatches(terms []term) [][]term {
	var batches [][]term
	length := 0
	for _, t := range terms {
		more := len(t.find) + len(" OR ")
		if len(batches) == 0 || length+more > maxFind {
			batches, length = append(batches, nil), 0
		}
		last := len(batches) - 1
		batches[last] = append(batches[last], t)
		length += more
	}
	return batches
}

// searchBatch searches some numbers. An object that answers as many records as
// it may could have had more, so the numbers are searched again in halves, and
// a single such number alone.
func (c *Client) searchBatch(ctx context.Context, terms []term, in Searching) ([]record, error) {
	objects := searchObjects(in)
	rows, err := c.search(ctx, terms, objects, in, false)
	if err != nil {
		return nil, err
	}
	full := fullObjects(rows, objects)
	switch {
	case len(full) == 0:
		return rows, nil
	case len(terms) > 1:
		half := len(terms) / 2
		first, err := c.searchBatch(ctx, terms[:half], in)
		if err != nil {
			return nil, err
		}
		second, err := c.searchBatch(ctx, terms[half:], in)
		return append(first, second...), err
	}
	for _, object := range full {
		newest, err := c.search(ctx, terms, []string{object}, in, true)
		if err != nil {
			return nil, err
		}
		rows = append(rows, newest...)
	}
	return rows, nil
}

// searchObjects are the objects that hold the wanted kinds.
func searchObjects(in Searching) []string {
	if len(in.Kinds) == 0 {
		return []string{"Contact", "Lead", "Account"}
	}
	var objects []string
	for _, object := range []string{"Contact", "Lead", "Account"} {
		if slices.ContainsFunc(in.Kinds, func(k callflow.RecordKind) bool { return objectOf(k) == object }) {
			objects = append(objects, object)
		}
	}
	return objects
}

// fullObjects are those that answered as many records as they may: 250, or
// less when more than eight objects share the 2,000 of one search.
func fullObjects(rows []record, objects []string) []string {
	most := min(2000/len(objects), 250)
	count := map[string]int{}
	for _, r := range rows {
		count[r.Attributes.Type]++
	}
	return slices.DeleteFunc(slices.Clone(objects), func(o string) bool { return count[o] < most })
}

// search sends one search. A field that the org hides is left out from then
// on, so that it costs its own matches and not the whole search.
func (c *Client) search(ctx context.Context, terms []term, objects []string, in Searching, newest bool) ([]record, error) {
	for {
		rows, err := c.searchOnce(ctx, terms, objects, in, newest)
		if err == nil || !c.hide(err, objects) {
			return rows, err
		}
	}
}

func (c *Client) searchOnce(ctx context.Context, terms []term, objects []string, in Searching, newest bool) ([]record, error) {
	statement := c.sosl(terms, objects, in, newest)
	var body searchAnswer
	err := c.do(ctx, request{
		purpose: "search", method: http.MethodGet, statement: statement,
		path: c.data("/search/?q=" + url.QueryEscape(statement)),
	}, &body)
	return body.Records, err
}

// sosl writes the statement.
func (c *Client) sosl(terms []term, objects []string, in Searching, newest bool) string {
	var b strings.Builder
	b.WriteString("FIND {")
	for i, t := range terms {
		if i > 0 {
			b.WriteString(" OR ")
		}
		b.WriteString(t.find)
	}
	b.WriteString("} IN PHONE FIELDS RETURNING ")
	for i, object := range objects {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(object + "(" + strings.Join(c.seen(object, searchFields(object, in)), ", "))
		if newest {
			b.WriteString(" ORDER BY LastModifiedDate DESC LIMIT 2000")
		}
		b.WriteString(")")
	}
	return b.String()
}

// hide remembers the field that the error says the org has not, and reports
// whether it makes sense to search again without it.
func (c *Client) hide(err error, objects []string) bool {
	e := asError(err)
	if e.Kind != FieldRefused || e.Code != "INVALID_FIELD" {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	news := false
	for _, object := range objects {
		if named := entityOf(e.Message); named != "" && !strings.EqualFold(named, object) {
			continue
		}
		for _, field := range e.Fields {
			if field = strings.ToLower(field); field == "id" || field == "lastmodifieddate" || c.unseen[object][field] {
				continue
			}
			if c.unseen[object] == nil {
				c.unseen[object] = map[string]bool{}
			}
			c.unseen[object][field], news = true, true
		}
	}
	return news
}

// seen leaves out the fields that the org has not.
func (c *Client) seen(object string, fields []string) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(fields, func(f string) bool {
		f = strings.ToLower(f)
		relation, _, _ := strings.Cut(f, ".")
		return c.unseen[object][f] || c.unseen[object][relation]
	})
}

// forgetUnseen lets fields be asked for again that were hidden before.
func (c *Client) forgetUnseen() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.unseen)
}

// sortCandidates puts candidates in the same order whatever the answer's.
func sortCandidates(cs []callflow.Candidate) {
	kinds := []callflow.RecordKind{callflow.ContactRecord, callflow.LeadRecord, callflow.AccountRecord, callflow.PersonAccountRecord}
	slices.SortFunc(cs, func(a, b callflow.Candidate) int {
		return cmp.Or(
			cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)),
			b.ModifiedAt.Compare(a.ModifiedAt),
			cmp.Compare(a.ID, b.ID),
		)
	})
}
