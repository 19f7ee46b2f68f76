package views

import "context"

// phoneField is what a field of a record that holds a number is called. One of
// the org's own has the name that the org gave it.
func phoneField(ctx context.Context, name string) string {
	if key := "phonefield." + name; Known(key) {
		return T(ctx, key)
	}
	return name
}

// numberIn is a number and the field it stands in: "Mobile: +33 1 99 00 12 34".
func numberIn(ctx context.Context, field, number string) string {
	return T(ctx, "choice.number", "field", phoneField(ctx, field), "number", number)
}
