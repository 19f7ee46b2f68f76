package main

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

func TestLongFilesBeginFirstAndOthersHaveSuitesOfTheirOwn(t *testing.T) {
	got := inOrder([]string{"a/audit.test.mjs", "a/gallery.test.mjs", "a/jsforce.test.mjs", "a/lighthouse.test.mjs", "a/pages.test.mjs", "a/tester.test.mjs"})
	if want := []string{"pages.test.mjs", "gallery.test.mjs", "audit.test.mjs", "tester.test.mjs"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestChosenSuitesRunBesideEachOtherAndAfterWhatComesFirst(t *testing.T) {
	var ran atomic.Int32
	meet := make(chan struct{})
	first := suite{key: "first", run: func(context.Context, *place) result { ran.Add(1); return result{passed: 1} }}
	here := suite{key: "here", run: func(context.Context, *place) result { meet <- struct{}{}; return result{passed: int(ran.Load())} }}
	there := suite{key: "there", run: func(context.Context, *place) result { <-meet; return result{failed: 1} }}
	other := suite{key: "other", run: func(context.Context, *place) result { t.Error("ran though not chosen"); return result{} }}
	var out strings.Builder
	results := runAll(t.Context(), [][]suite{{first}, {here, other, there}}, []suite{first, here, there}, nil, &out)
	if len(results) != 3 || results[0].suite.key != "first" || results[1].passed != 1 || results[2].failed != 1 {
		t.Errorf("got %+v", results)
	}
	if strings.Count(out.String(), "\n") < 3 {
		t.Errorf("told %q, want a line of each", out.String())
	}
}

func TestASuiteThatPanicsHasFailedAndTheOthersAreTold(t *testing.T) {
	broken := suite{key: "broken", run: func(context.Context, *place) result { panic("no such thing") }}
	whole := suite{key: "whole", run: func(context.Context, *place) result { return result{passed: 1} }}
	var out strings.Builder
	results := runAll(t.Context(), [][]suite{{broken, whole}}, []suite{broken, whole}, nil, &out)
	if results[0].failed != 1 || results[0].suite.key != "broken" || results[1].passed != 1 {
		t.Errorf("got %+v", results)
	}
	if !strings.Contains(out.String(), "no such thing") {
		t.Errorf("told %q, want why", out.String())
	}
}

func TestABrowserFileThatFailsIsRunOnceMoreAndToldOf(t *testing.T) {
	files := []string{"whole", "late", "broken"}
	first := func(failed int) *result {
		r := &result{passed: 2, failed: failed}
		if failed > 0 {
			r.output.WriteString("not ok 1 - a title\n")
		}
		return r
	}
	var ran []string
	run := func(file string) *result {
		ran = append(ran, file)
		if file == "broken" {
			return first(1)
		}
		return first(0)
	}
	parts := []*result{first(0), first(1), first(1)}
	told := again(files, parts, run)
	if !slices.Equal(ran, []string{"late", "broken"}) || parts[1].failed != 0 || parts[2].failed != 1 {
		t.Errorf("ran %v again with %d and %d failed, want late and broken with 0 and 1", ran, parts[1].failed, parts[2].failed)
	}
	if said := strings.Join(told, "\n"); !strings.Contains(said, "late") || !strings.Contains(said, "a title") || strings.Contains(said, "broken") {
		t.Errorf("told %q, want what failed at first and passed then", said)
	}
	ran = nil
	if again(files, []*result{first(1), first(1), first(1)}, run); ran != nil {
		t.Errorf("ran %v again though everything failed", ran)
	}
}

func TestNoSuiteIsNamedTwice(t *testing.T) {
	named := map[string]bool{}
	for _, s := range suites() {
		if named[s.key] {
			t.Errorf("%s is there twice", s.key)
		}
		named[s.key] = true
	}
}
