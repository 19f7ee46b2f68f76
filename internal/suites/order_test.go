package main

import (
	"slices"
	"testing"
)

func TestLongFilesBeginFirstAndMeasurementsRunAlone(t *testing.T) {
	together, after := inOrder([]string{"a/audit.test.mjs", "a/gallery.test.mjs", "a/jsforce.test.mjs", "a/lighthouse.test.mjs", "a/pages.test.mjs", "a/tester.test.mjs"})
	if want := []string{"pages.test.mjs", "gallery.test.mjs", "audit.test.mjs", "tester.test.mjs"}; !slices.Equal(together, want) {
		t.Errorf("got %v, want %v", together, want)
	}
	if want := []string{"lighthouse.test.mjs"}; !slices.Equal(after, want) {
		t.Errorf("after: got %v, want %v", after, want)
	}
}
