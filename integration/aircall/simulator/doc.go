// Package simulator is an Aircall account over HTTP: the REST API with its
// rate limit and its webhook registrations, the delivery of events with
// retries and automatic disabling, and a generator of calls and messages of
// every kind. A page at / shows the account to a person.
//
// It serves the demo, load runs and tests. It knows nothing of Ringledger and
// shares no code with its Aircall client: whoever talks to it does so over
// HTTP, as with the real service, so that a misreading of Aircall's API is not
// made twice and thereby hidden.
package simulator
