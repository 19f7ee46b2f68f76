// Package connection keeps Ringledger connected to one Salesforce org and one
// Aircall company: it signs in, keeps the grants in the store, renews them one
// at a time, and watches over the webhook. It knows how the clients and the
// store fit together, and nothing of calls or pages.
package connection
