// Package salesforce speaks to one Salesforce org: it signs in by OAuth, looks
// numbers, users, cases and Tasks up, creates records, writes Tasks and reads
// what the org allows. Every method works on a batch, of one or of hundreds,
// and costs as few API requests as the batch permits.
//
// A failure is an *Error whose Kind says what to do about it. Above all it
// tells a request that was not carried out from one that may have been, so
// that nothing is written twice.
//
// The package decides nothing about calls, stores nothing, retries nothing but
// a request whose session had expired, and knows no settings.
package salesforce
