// Package effect tells what a draft of the rules would change: it judges the
// calls of the last days under the rules in force and under the draft, on the
// same facts, and says where the two differ. It asks Salesforce nothing. What
// Salesforce said on the day stands in the traces; what nobody asked that day
// it does not know, and says so.
package effect
