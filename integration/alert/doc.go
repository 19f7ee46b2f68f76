// Package alert notices when something needs a person who is not looking, and
// tells them by e-mail and by webhook: when it begins, once a day while it
// lasts, and when it is over. It knows the store and how to send, and nothing of
// pages or words: those are given to it. What it tells are counts, causes and
// links, and never anybody's number or name.
package alert
