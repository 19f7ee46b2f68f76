// Package views draws the pages: markup, words, numbers and charts, in the
// reader's language. Every page is one .templ file with its view model on top.
// It knows no store, no request and no Salesforce: what is shown comes in as
// codes and texts ready to print.
package views

//go:generate go tool templ generate -include-version=false -path .
