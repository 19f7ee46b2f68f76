package salesforce

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// KeyedTask is a Task that stands under a key, or a deleted one.
type KeyedTask struct {
	ID                    string
	CreatedAt, ModifiedAt time.Time
	CreatedBy, ModifiedBy string // ids of users
	Deleted               bool
}

// untouched is how long after its creation the org's own automation may still
// write a Task.
const untouched = 5 * time.Second

// Untouched reports whether a user created the Task and nobody wrote it since.
func (t KeyedTask) Untouched(user string) bool {
	return user != "" && t.CreatedBy == user && t.ModifiedBy == user && t.ModifiedAt.Sub(t.CreatedAt) <= untouched
}

// TasksOf reads the Tasks under keys, the oldest first, deleted ones too. It
// costs one request for about a thousand keys.
func (c *Client) TasksOf(ctx context.Context, keys []string, since time.Time) (map[string][]KeyedTask, error) {
	found := make(map[string][]KeyedTask, len(keys))
	asked := make(map[string]bool, len(keys))
	for _, k := range keys {
		asked[k] = true
	}
	selected, repeated := "SELECT Id, CallObject, CreatedDate, LastModifiedDate, CreatedById, LastModifiedById, IsDeleted", 1
	if c.externalID != "" {
		selected, repeated = selected+", "+c.externalID, 2
	}
	queries := in(keys, repeated, func(list string) query {
		where := "CallObject IN " + list
		if c.externalID != "" {
			where = "(" + where + " OR " + c.externalID + " IN " + list + ")"
		}
		return query{
			soql:    selected + " FROM Task WHERE CreatedDate >= " + since.UTC().Format(time.RFC3339) + " AND " + where,
			deleted: true,
			read: func(_ *Answers, r record) {
				key := r.text(c.externalID)
				if !asked[key] {
					key = r.text("CallObject")
				}
				found[key] = append(found[key], KeyedTask{ID: r.text("Id"), Deleted: r.is("IsDeleted"), CreatedAt: r.time("CreatedDate"),
					ModifiedAt: r.time("LastModifiedDate"), CreatedBy: r.text("CreatedById"), ModifiedBy: r.text("LastModifiedById")})
			},
		}
	})
	if err := c.ask(ctx, "tasks_of", queries, nil); err != nil {
		return nil, err
	}
	for _, tasks := range found {
		slices.SortFunc(tasks, func(x, y KeyedTask) int { return cmp.Or(x.CreatedAt.Compare(y.CreatedAt), cmp.Compare(x.ID, y.ID)) })
	}
	return found, nil
}

// DeleteTasks deletes Tasks, which go to the org's recycle bin. It tells which
// are gone now.
func (c *Client) DeleteTasks(ctx context.Context, ids []string) (map[string]bool, error) {
	gone := make(map[string]bool, len(ids))
	for chunk := range slices.Chunk(ids, maxCollection) {
		var rows []row
		path := c.data("/composite/sobjects?allOrNone=false&ids=" + url.QueryEscape(strings.Join(chunk, ",")))
		if err := c.do(ctx, request{purpose: "delete_doubles", method: http.MethodDelete, path: path, write: true}, &rows); err != nil {
			return gone, err
		}
		for i, r := range rows {
			if i < len(chunk) && (r.Success || len(r.Errors) > 0 && r.Errors[0].code() == "ENTITY_IS_DELETED") {
				gone[chunk[i]] = true
			}
		}
	}
	return gone, nil
}
