package views

import "context"

// keptKinds are the fields of the form, in the order they are shown.
var keptKinds = []string{"deliveries", "tries", "entries", "audit"}

// KeptText says how long something is kept.
func KeptText(ctx context.Context, days int) string {
	if days == 0 {
		return T(ctx, "privacy.kept.ever")
	}
	return T(ctx, "privacy.kept.days", "count", days)
}

// UpTo is a number that was counted up to most.
func UpTo(ctx context.Context, n, most int) string {
	if n >= most {
		return T(ctx, "privacy.most", "count", Number(ctx, most))
	}
	return Number(ctx, n)
}
