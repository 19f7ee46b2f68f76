// Package worker takes the calls that are due and brings each to its outcome:
// it folds their events, asks the rules, searches and writes Salesforce, and
// keeps why. Everything is a batch, of one call or of hundreds. It is the one
// place where store, rules and clients meet; it knows nothing of pages.
package worker
