// Package aircall speaks Aircall's two languages: the webhooks it sends and the
// REST API it answers. ParseEnvelope takes a delivery apart and removes its
// secret, Fold makes one callflow.Call of everything that was delivered about
// it, Client asks Aircall for lines, people, calls and the webhook itself.
//
// It knows no database, no rules and no Salesforce. Nothing that Aircall sends
// makes it fail: what cannot be read is left out and reported as an Oddity.
package aircall
