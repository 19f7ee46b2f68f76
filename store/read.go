package store

import "gorm.io/gorm"

// readRows reads the rows of a query into structs, in the order of their
// columns. The worker's paths use it: GORM's Scan looks every column up by its
// name, and writes the statement with all its values out for a log.
func readRows[T any](query *gorm.DB, columns func(*T) []any) ([]T, error) {
	rows, err := query.Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // Err has told what went wrong
	var out []T
	for rows.Next() {
		var row T
		if err := rows.Scan(columns(&row)...); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}
