package views

import "context"

// CountryText names a country where it has a name, else it is its code.
func CountryText(ctx context.Context, code string) string {
	if key := "country." + code; Known(key) {
		return T(ctx, key)
	}
	return code
}
