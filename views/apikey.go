package views

import "context"

// roleOptions offers what a key may do, the least first.
func roleOptions(ctx context.Context) []Option {
	var all []Option
	for _, role := range []string{"viewer", "editor", "admin"} {
		all = append(all, Option{role, T(ctx, "role."+role)})
	}
	return all
}
