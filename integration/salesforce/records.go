package salesforce

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"ringledger/integration/callflow"
)

// newRow is one record to create, whatever it is.
type newRow struct {
	object string
	fields map[string]string
}

// objectOf is the sObject that holds a kind of record.
func objectOf(k callflow.RecordKind) string {
	switch k {
	case callflow.ContactRecord:
		return "Contact"
	case callflow.LeadRecord:
		return "Lead"
	default:
		return "Account"
	}
}

// CreateRecords creates Contacts, Leads, Accounts and Person Accounts, a
// thousand in one request. The results stand in the order of the records. A
// record that a duplicate rule refused has an error of Kind Duplicate, with
// the ids of the records that exist already. A request that failed as a whole
// is the error of each of its rows, and is returned as well.
func (c *Client) CreateRecords(ctx context.Context, records []callflow.NewRecord) ([]Result, error) {
	rows := make([]newRow, len(records))
	for i, r := range records {
		rows[i] = newRow{objectOf(r.Kind), r.Fields}
	}
	return c.create(ctx, "create_records", rows)
}

// CreateRelated creates Cases and Opportunities, as CreateRecords does.
func (c *Client) CreateRelated(ctx context.Context, related []callflow.NewRelated) ([]Result, error) {
	rows := make([]newRow, len(related))
	for i, r := range related {
		rows[i] = newRow{r.Object, r.Fields}
	}
	return c.create(ctx, "create_related", rows)
}

// noAssignment keeps the org's assignment rules from giving what we create to
// somebody else.
const noAssignment = `"Sforce-Auto-Assign":"FALSE"`

func (c *Client) create(ctx context.Context, purpose string, rows []newRow) ([]Result, error) {
	results := make([]Result, len(rows))
	batches := c.createBatches(rows)
	for len(batches) > 0 {
		n := fitting(batches)
		if err := c.sendRecords(ctx, purpose, batches[:n], results); err != nil {
			failRows(results, batches[:n], err)
			failRows(results, batches[n:], notTried(err))
			return results, err
		}
		batches = batches[n:]
	}
	return results, c.findDuplicates(ctx, purpose, rows, results)
}

// createBatches puts rows of one object together: a collection takes few
// changes of object.
func (c *Client) createBatches(rows []newRow) []batch {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(rows[a].object, rows[b].object)
	})
	var batches []batch
	for chunk := range slices.Chunk(order, maxCollection) {
		w := newCollection(len(chunk) * 256)
		for _, i := range chunk {
			w.add(rows[i].object, "", "", "", anyFields(rows[i].fields))
		}
		batches = append(batches, batch{rows: chunk, part: part{
			method: http.MethodPost, path: c.data("/composite/sobjects"), header: noAssignment, body: w.end(),
		}})
	}
	return batches
}

func anyFields(fields map[string]string) map[string]any {
	all := make(map[string]any, len(fields))
	for name, v := range fields {
		all[name] = v
	}
	return all
}

func (c *Client) sendRecords(ctx context.Context, purpose string, batches []batch, results []Result) *Error {
	parts := make([]part, len(batches))
	for i, b := range batches {
		parts[i] = b.part
	}
	r := request{purpose: purpose, write: true, header: http.Header{"Sforce-Auto-Assign": {"FALSE"}}}
	replies, err := composite[[]row](ctx, c, r, parts)
	if err != nil {
		return asError(err)
	}
	for i, b := range batches {
		_ = readRows(replies[i], b, purpose, results) // a batch refused whole stands in its rows
	}
	return nil
}

// maxSingles is how many records one Composite may hold that each stand in a
// subrequest of their own.
const maxSingles = 25

// findDuplicates repeats the rows that a duplicate rule refused, each as a
// creation of its own: only the answer to such a one names the records that
// exist.
func (c *Client) findDuplicates(ctx context.Context, purpose string, rows []newRow, results []Result) error {
	var blocked []int
	for i, r := range results {
		if r.Err != nil && r.Err.Code == "DUPLICATES_DETECTED" && len(r.Err.Duplicates) == 0 {
			blocked = append(blocked, i)
		}
	}
	var broken *Error
	for chunk := range slices.Chunk(blocked, maxSingles) {
		if broken != nil {
			for _, i := range chunk {
				results[i] = Result{Err: notTried(broken)}
			}
			continue
		}
		if err := c.createSingly(ctx, purpose, rows, chunk, results); err != nil && stops(err.Kind) {
			broken = err
		}
	}
	if broken != nil {
		return broken
	}
	return nil
}

// createSingly creates each of the chosen rows for itself, all in one request.
func (c *Client) createSingly(ctx context.Context, purpose string, rows []newRow, chosen []int, results []Result) *Error {
	parts := make([]part, len(chosen))
	for n, i := range chosen {
		parts[n] = part{
			method: http.MethodPost, path: c.data("/sobjects/" + rows[i].object), header: noAssignment,
			body: oneRecord(rows[i]),
		}
	}
	r := request{purpose: purpose, write: true, header: http.Header{"Sforce-Auto-Assign": {"FALSE"}}}
	replies, err := composite[json.RawMessage](ctx, c, r, parts)
	if err != nil {
		e := asError(err)
		for _, i := range chosen {
			results[i] = Result{Err: e.clone()}
		}
		return e
	}
	for n, i := range chosen {
		results[i] = singleResult(replies[n], purpose)
	}
	return nil
}

// singleResult reads the answer to one creation: the new row, or a list of
// errors.
func singleResult(r reply[json.RawMessage], purpose string) Result {
	var made row
	if r.Status < 300 && json.Unmarshal(r.Body, &made) == nil && made.Success && made.ID != "" {
		return Result{ID: made.ID, Created: true}
	}
	var list []apiError
	if json.Unmarshal(r.Body, &list) != nil {
		list = made.Errors
	}
	e := typed(list, r.Status, true, true)
	e.Purpose = purpose
	return Result{Err: e}
}

func oneRecord(n newRow) []byte {
	w := &collection{}
	w.add(n.object, "", "", "", anyFields(n.fields))
	return w.b
}

// stops reports whether an error is about the org and not about one row.
func stops(k Kind) bool {
	return slices.Contains([]Kind{Unknown, NotSent, Limited, Down, Reconnect, NotConnected}, k)
}
