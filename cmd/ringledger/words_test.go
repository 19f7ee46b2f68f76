package main

import (
	"testing"

	"ringledger/integration/callflow"
	"ringledger/integration/worker"
	"ringledger/views"
)

func TestEveryStepOfTheWorkerHasASentence(t *testing.T) {
	for _, language := range views.Languages() {
		ctx := views.WithLocale(t.Context(), views.Locale{Language: language})
		for code, results := range worker.StepResults() {
			for result, params := range results {
				step := callflow.Step{Code: code, Result: result, Params: map[string]string{}}
				for _, p := range params {
					step.Params[p] = "value"
				}
				title, because := views.Sentence(ctx, step)
				if title == "" || title == "trace."+code+".title" || title == "trace."+code+"."+result+".title" || because == "trace."+code+".because" || because == "trace."+code+"."+result+".because" {
					t.Errorf("%s: %s, %s has no sentence: %q, %q", language, code, result, title, because)
				}
			}
		}
	}
}
