package views

import (
	"context"
	"testing"
)

func TestTheFieldOfANumberIsNamedInTheReadersLanguage(t *testing.T) {
	for language, want := range map[string]string{"en": "Phone: 01 99 00 12 34", "fr": "Téléphone\u00a0: 01 99 00 12 34"} {
		ctx := WithLocale(context.Background(), Locale{Language: language})
		if got := numberIn(ctx, "Phone", "01 99 00 12 34"); got != want {
			t.Errorf("%s: got %q, want %q", language, got, want)
		}
		if got := phoneField(ctx, "Direct_Line__c"); got != "Direct_Line__c" {
			t.Errorf("%s: a field of the org is called %q", language, got)
		}
	}
}
