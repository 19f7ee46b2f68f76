package store

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"

	"ringledger/integration/callflow"
)

// ofOne are the parts of an error's words that are those of one call alone:
// ids, numbers, addresses.
var ofOne = regexp.MustCompile(`[^\s:;,()\[\]{}'"“”]*[0-9@][^\s:;,()\[\]{}'"“”]*`)

// causeOf names what keeps an entry from being logged, the same for all that
// are mended at one go: the reason, and what Salesforce said beside what was
// said of this entry alone. It is "" when nobody is needed.
func causeOf(v Verdict) string {
	if v.Outcome != callflow.Failed && v.Outcome != callflow.NeedsChoice {
		return ""
	}
	said := ""
	if v.Outcome == callflow.Failed {
		said = v.Detail["code"] + "\x00" + v.Detail["fields"] + "\x00" + ofOne.ReplaceAllString(v.Detail["message"], "#")
	}
	sum := sha256.Sum256([]byte(string(v.Outcome) + "\x00" + string(v.Reason) + "\x00" + said))
	return hex.EncodeToString(sum[:12])
}
