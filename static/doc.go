// Package static holds what browsers load besides pages: style, scripts, icons
// and the font, all embedded. Addresses carry a hash of the contents, so that
// answers may be kept for ever. It knows nothing of pages.
package static

//go:generate go run ./internal/sprite
