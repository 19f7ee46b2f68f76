package views

import (
	"testing"

	"ringledger/integration/callflow"
)

func TestEveryReasonThatKeepsACallOutTellsWhatToDo(t *testing.T) {
	for _, language := range Languages() {
		ctx := WithLocale(t.Context(), Locale{Language: language})
		for outcome, reasons := range callflow.Reasons() {
			for _, r := range reasons {
				m := mending(ctx, string(r), map[string]string{"message": "No."}, "https://example.com")
				switch {
				case outcome == callflow.Logged:
				case r == callflow.ReasonExpired, r == callflow.ReasonErased: // what is gone is not mended
				case outcome == callflow.Skipped && m.Place == "":
					t.Errorf("%s: %s leads to no rule", language, r)
				case outcome == callflow.Failed && len(m.Steps) < 2, outcome == callflow.NeedsChoice && len(m.Steps) < 2, outcome == callflow.Waiting && len(m.Steps) == 0:
					t.Errorf("%s: %s, %s has %d steps", language, outcome, r, len(m.Steps))
				}
			}
		}
	}
}
