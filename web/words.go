package web

import (
	"context"

	"ringledger/integration/callflow"
	"ringledger/store"
	"ringledger/views"
)

// in is a context for words in one language.
func in(language string) context.Context {
	return views.WithLocale(context.Background(), views.Locale{Language: language})
}

// reasonWords is the sentence that explains an entry's outcome.
func reasonWords(language string, e store.Entry, m mask) string {
	return views.ReasonWhy(in(language), string(e.Reason), m.params(e.Detail))
}

// becauseWords is the sentence of a step.
func becauseWords(language string, step callflow.Step, m mask) string {
	step.Params = m.params(step.Params)
	_, because := views.Sentence(in(language), step)
	return because
}

// problemWords is the sentence of a mistake in the settings.
func problemWords(ctx context.Context, p callflow.Problem) string {
	return views.ProblemText(ctx, p.Code, p.Params)
}
