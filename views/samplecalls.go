package views

import "context"

// sampleRule is the page of the rule that decided: of a Task, its flow.
func sampleRule(ctx context.Context, c SampleCall) string {
	if url, _ := place(ctx, c.Reason); url != "" && c.Outcome != "logged" {
		return url
	}
	return "/rules/flows"
}
