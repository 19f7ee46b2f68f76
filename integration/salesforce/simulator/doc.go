// Package simulator is a Salesforce org over HTTP: OAuth with a consent page,
// the REST API that a telephone integration uses, and a small record browser.
//
// It gives the same answers as a real org, also the unpleasant ones, and can be
// told to misbehave (Org.Fail, or POST /_sim/faults). It keeps everything in
// memory. It refuses to know anything of the program that talks to it: it
// shares no code with the client, so a mistake made in one is seen by the other.
package simulator
