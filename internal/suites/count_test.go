package main

import (
	"strings"
	"testing"
)

func events(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

func TestOnlyTestsWithoutSubtestsAreCounted(t *testing.T) {
	r := countEvents(events(
		`{"Action":"pass","Package":"a","Test":"TestX/one"}`,
		`{"Action":"pass","Package":"a","Test":"TestX/two"}`,
		`{"Action":"pass","Package":"a","Test":"TestX"}`,
		`{"Action":"pass","Package":"a","Test":"TestY"}`,
		`{"Action":"pass","Package":"a"}`,
	), "")
	if r.passed != 3 || r.failed != 0 || r.skipped != 0 {
		t.Errorf("got %d passed, %d failed, %d skipped, want 3, 0, 0", r.passed, r.failed, r.skipped)
	}
}

func TestAFailureIsCountedWhereItHappenedAndShown(t *testing.T) {
	r := countEvents(events(
		`{"Action":"output","Package":"a","Test":"TestX/one","Output":"got 1, want 2\n"}`,
		`{"Action":"fail","Package":"a","Test":"TestX/one"}`,
		`{"Action":"fail","Package":"a","Test":"TestX"}`,
		`{"Action":"fail","Package":"a"}`,
		`{"Action":"output","Package":"b","Output":"panic: no\n"}`,
		`{"Action":"fail","Package":"b"}`,
	), "")
	if r.failed != 2 {
		t.Errorf("got %d failed, want 2", r.failed)
	}
	if said := r.output.String(); !strings.Contains(said, "got 1, want 2") || !strings.Contains(said, "panic: no") {
		t.Errorf("got output %q", said)
	}
}

func TestAParentThatFailsAloneIsCounted(t *testing.T) {
	r := countEvents(events(
		`{"Action":"pass","Package":"a","Test":"TestX/one"}`,
		`{"Action":"fail","Package":"a","Test":"TestX"}`,
		`{"Action":"fail","Package":"a"}`,
	), "")
	if r.passed != 1 || r.failed != 1 {
		t.Errorf("got %d passed, %d failed, want 1 and 1", r.passed, r.failed)
	}
}

func TestABrokenBuildIsAFailure(t *testing.T) {
	r := countEvents(events(
		`{"ImportPath":"a [a.test]","Action":"build-output","Output":"undefined: x\n"}`,
		`{"ImportPath":"a [a.test]","Action":"build-fail"}`,
		`{"Action":"fail","Package":"a","FailedBuild":"a [a.test]"}`,
	), "")
	if r.failed == 0 || !strings.Contains(r.output.String(), "undefined: x") {
		t.Errorf("got %d failed and output %q", r.failed, r.output.String())
	}
}

func TestASkippedTestCountsUnlessItRunsInAnotherSuite(t *testing.T) {
	out := events(
		`{"Action":"output","Package":"a","Test":"TestX","Output":"    x_test.go:9: THERE is not set\n"}`,
		`{"Action":"skip","Package":"a","Test":"TestX"}`,
	)
	if r := countEvents(out, "THERE"); r.skipped != 0 {
		t.Errorf("got %d skipped, want 0", r.skipped)
	}
	if r := countEvents(out, ""); r.skipped != 1 || !strings.HasSuffix(r.why[0], "THERE is not set") {
		t.Errorf("got %d skipped: %q", r.skipped, r.why)
	}
}

func TestNodesTotalsAreRead(t *testing.T) {
	passed, failed, skipped := countTAP("ok 1 - a\n# tests 7\n# suites 0\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 2\n# todo 0\n")
	if passed != 3 || failed != 2 || skipped != 2 {
		t.Errorf("got %d, %d, %d, want 3, 2, 2", passed, failed, skipped)
	}
}

func TestASkippedTestFailsTheStrictRunOnly(t *testing.T) {
	r := result{passed: 1}
	r.skip("not here")
	var out strings.Builder
	if code := report(&out, []result{r}, false); code != 0 {
		t.Errorf("got exit code %d, want 0", code)
	}
	if !strings.HasSuffix(out.String(), "\n1 passed, 0 failed, 1 skipped\n") {
		t.Errorf("the last line is not the totals: %q", out.String())
	}
	if code := report(&out, []result{r}, true); code != 1 {
		t.Errorf("got exit code %d from the strict run, want 1", code)
	}
}
