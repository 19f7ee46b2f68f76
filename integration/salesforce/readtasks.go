package salesforce

import (
	"context"
	"encoding/json"
	"strings"
)

// ReadTasks reads fields of Tasks, by id: what stands there now, before an
// update, shows what a person changed. A Task that is deleted has no key in the
// answer; one that is archived has, and says so in IsArchived. Numbers are
// float64, as encoding/json reads them.
func (c *Client) ReadTasks(ctx context.Context, ids, fields []string) (map[string]map[string]any, error) {
	if err := checkFieldNames("read_tasks", fields); err != nil {
		return nil, err
	}
	found := make(map[string]map[string]any, len(ids))
	selected := "SELECT " + strings.Join(distinctValues(append([]string{"Id", "IsDeleted", "IsArchived"}, fields...)), ", ") + " FROM Task WHERE Id IN "
	queries := in(ids, 1, func(list string) query {
		return query{soql: selected + list, deleted: true, read: func(_ *Answers, r record) {
			if r.is("IsDeleted") {
				return
			}
			row := make(map[string]any, len(r.fields))
			for name, raw := range r.fields {
				var v any
				if name != "attributes" && json.Unmarshal(raw, &v) == nil {
					row[name] = v
				}
			}
			found[r.text("Id")] = row
		}}
	})
	if err := c.ask(ctx, "read_tasks", queries, nil); err != nil {
		return nil, err
	}
	return found, nil
}
