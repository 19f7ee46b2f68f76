package views_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ringledger/views"
)

func TestDayLabelsUnderAChartDoNotTouch(t *testing.T) {
	for _, bars := range []int{7, 30, 92} {
		m := views.OverviewPage{Median: "1 s", P95: "2 s"}
		for i := range bars {
			m.Outcomes = append(m.Outcomes, views.OutcomeBar{Label: "day", Tick: "mer. " + strconv.Itoa(10+i%20), Logged: 1})
			m.Delays = append(m.Delays, views.DelayPoint{Label: "day", Tick: "mer. " + strconv.Itoa(10+i%20), Median: 1, P95: 2, Calls: 1})
		}
		var page strings.Builder
		if err := views.OverviewContent(views.Frame{}, m).Render(in(t, "fr"), &page); err != nil {
			t.Fatal(err)
		}
		for _, y := range []string{"226", "162"} {
			apart(t, page.String(), y)
		}
	}
}

// apart asks that the labels at one height each begin after the one before.
func apart(t *testing.T, page, y string) {
	t.Helper()
	end, count := -100.0, 0
	for _, found := range regexp.MustCompile(`<text\s+x="([0-9.]+)"\s+y="`+y+`"(\s+text-anchor="end")?\s*>(mer\. \d+)<`).FindAllStringSubmatch(page, -1) {
		x, err := strconv.ParseFloat(found[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		const wide = 40 // of seven letters in 11 pixels
		if found[2] != "" {
			x -= wide
		}
		if x < end {
			t.Errorf("at %s, %q begins at %v, before %v", y, found[3], x, end)
		}
		end, count = x+wide, count+1
	}
	if count < 2 {
		t.Errorf("at %s there are %d labels, want some", y, count)
	}
}

func TestTheAxisOfTimesIsCountedInWhatIsEasyToRead(t *testing.T) {
	for most, want := range map[float64]string{8.4: "10\u00a0s", 503: "10\u00a0min", 9000: "4\u00a0h"} {
		m := views.OverviewPage{Median: "1 s", P95: "2 s", Delays: []views.DelayPoint{{Label: "day", Median: 1, P95: most, Calls: 1}}}
		var page strings.Builder
		if err := views.OverviewContent(views.Frame{}, m).Render(in(t, "fr"), &page); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(page.String(), ">"+want+"<") {
			t.Errorf("an axis up to %v s has no %q", most, want)
		}
	}
}
