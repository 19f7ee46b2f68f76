package views_test

import (
	"regexp"
	"slices"
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
			apart(t, page.String(), y, 226, "")
			apart(t, page.String(), y, 400, "room-2")
			apart(t, page.String(), y, 600, "room-2", "room-3")
		}
	}
}

// apart asks that the labels at one height, as a chart of a width shows them,
// each begin after the one before and end within the chart.
func apart(t *testing.T, page, y string, width float64, shown ...string) {
	t.Helper()
	end, count := -100.0, 0
	for _, found := range regexp.MustCompile(`<text class="([^"]*)" x="([0-9.]+)%" y="`+y+`" text-anchor="(\w+)">(mer\. \d+)<`).FindAllStringSubmatch(page, -1) {
		if found[1] != "" && !slices.Contains(shown, found[1]) {
			continue
		}
		x, err := strconv.ParseFloat(found[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		const wide = 40 // of seven letters in 11 pixels
		x = x/100*width - map[string]float64{"start": 0, "middle": wide / 2, "end": wide}[found[3]]
		if x < end || x+wide > width+8 {
			t.Errorf("at %s in %v, %q begins at %v, before %v, or leaves the chart", y, width, found[4], x, end)
		}
		end, count = x+wide, count+1
	}
	if count < 2 {
		t.Errorf("at %s in %v there are %d labels, want some", y, width, count)
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
