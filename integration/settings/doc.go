// Package settings reads and writes the settings document, the form in which an
// admin keeps the rules as a file: YAML or JSON, every mistake with its line. It
// also knows the public holidays that a country preset stands for. What the
// rules mean, and which values are sound, callflow alone knows.
package settings
