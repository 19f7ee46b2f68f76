package views

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// px writes a coordinate, short.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// part of a chart's width, as a drawing's coordinate: charts are as wide as
// their place, so that their words are as large as any on a telephone.
func percent(v float64) string {
	return strconv.FormatFloat(math.Round(v*1e4)/100, 'f', -1, 64) + "%"
}

// tick is one grid line with its words.
type tick struct {
	At   string // along the axis
	Mid  string // where the words stand
	Text string
}

// label is what stands under a chart.
type label struct {
	At     string
	Text   string
	Anchor string
	From   string // the class of charts that have room for it
}

// scale is a rounded upper end with its steps.
func scale(most float64, steps int) (top, step float64) {
	if most <= 0 {
		return float64(steps), 1
	}
	raw := most / float64(steps)
	size := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, nice := range []float64{1, 2, 2.5, 5, 10} {
		if step = nice * size; step >= raw {
			break
		}
	}
	return step * math.Ceil(most/step), step
}

// The measures of the bar chart from top to bottom.
const (
	barsFloor = 208.0
	barsTop   = 8.0
)

// drawnBar is one stack with its pieces from the floor up.
type drawnBar struct {
	Bar    OutcomeBar
	Pieces []block
	X, W   string
}

// block is a piece of a stack.
type block struct{ Class, X, Y, W, H, Round string }

// drawBars lays the stacks out.
func drawBars(bars []OutcomeBar) (out []drawnBar, grid []tick, labels []label) {
	most := 0
	for _, b := range bars {
		most = max(most, b.total())
	}
	top, step := scale(float64(max(most, 4)), 4)
	if step < 1 {
		step = 1
	}
	height := func(n int) float64 { return float64(n) / top * (barsFloor - barsTop) }
	for v := 0.0; v <= top+step/2; v += step {
		y := barsFloor - v/top*(barsFloor-barsTop)
		grid = append(grid, tick{At: px(y), Mid: px(y + 4), Text: px(v)})
	}
	slot := 1 / float64(max(len(bars), 1))
	ticks := make([]placed, len(bars))
	for i, b := range bars {
		x := float64(i) * slot
		out = append(out, drawnBar{b, stack(b, percent(x+slot*0.11), percent(slot*0.78), height), percent(x), percent(slot)})
		ticks[i] = placed{b.Tick, x, 0}
	}
	return out, grid, labelled(ticks)
}

// The width of a letter below a chart, and what is left free between two labels.
const (
	letterWidth = 6.5
	labelGap    = 8.0
)

// placed is a label at a share of the width; lead is how much of it stands
// before that place.
type placed struct {
	text string
	at   float64
	lead float64
}

// span is where the label begins and ends in a chart of a width.
func (p placed) span(width float64) (from, to float64) {
	wide := float64(utf8.RuneCountInString(p.text)) * letterWidth
	from = p.at*width - p.lead*wide
	return from, from + wide
}

// rooms are the widths from which on a chart has room for more labels, and the
// classes of what is left out below.
var rooms = []struct {
	class string
	width float64
}{{"", 226}, {"room-2", 400}, {"room-3", 600}}

// labelled says which labels stand under a chart at which width, so that none
// touches another or leaves the chart. The newest goes first: it is looked for
// most.
func labelled(all []placed) []label {
	from := map[int]string{}
	fits := func(i int, width float64) bool {
		begin, end := all[i].span(width)
		for other := range from {
			if b, e := all[other].span(width); begin < e+labelGap && b < end+labelGap {
				return false
			}
		}
		return end <= width+labelGap/2
	}
	for _, room := range rooms {
		for i := len(all) - 1; i >= 0; i-- {
			if _, stands := from[i]; !stands && all[i].text != "" && fits(i, room.width) {
				from[i] = room.class
			}
		}
	}
	var out []label
	for i, p := range all {
		if class, stands := from[i]; stands {
			anchor := map[float64]string{0: "start", 0.5: "middle", 1: "end"}[p.lead]
			out = append(out, label{percent(p.at), p.text, anchor, class})
		}
	}
	return out
}

func (b OutcomeBar) total() int { return b.Logged + b.Skipped + b.Choice + b.Waiting + b.Failed }

// stack draws the pieces, the topmost with round shoulders.
func stack(b OutcomeBar, x, width string, height func(int) float64) []block {
	parts := []struct {
		class string
		n     int
	}{{"logged", b.Logged}, {"skip", b.Skipped}, {"wait", b.Waiting}, {"attn", b.Choice}, {"fail", b.Failed}}
	var out []block
	floor := barsFloor
	for _, p := range parts {
		if p.n == 0 {
			continue
		}
		h := max(height(p.n), 1.5)
		if floor < barsFloor {
			h = max(h-1, 1) // a hair between two pieces
			floor--
		}
		out = append(out, block{p.class, x, px(floor - h), width, px(h), "0"})
		floor -= h
	}
	if len(out) > 0 {
		out[len(out)-1].Round = "2"
	}
	return out
}

// The measures of the line chart: from top to bottom, and the units across in
// which its lines are drawn, to be stretched.
const (
	lineFloor = 144.0
	lineTop   = 6.0
	lineUnits = 1000.0
)

// lastLabels is the share of the width after which a label stands before its
// point: in the middle below it, it would leave the chart.
const lastLabels = 0.86

// drawnLine is a chart of two lines.
type drawnLine struct {
	Median, Area, P95 string
	Grid              []tick
	Labels            []label
	Points            []drawnPoint // of the stretches with calls
}

// drawnPoint is where the values of one stretch stand, and what of the chart
// belongs to it.
type drawnPoint struct {
	Point          DelayPoint
	X, Median, P95 string
	Left, W        string
}

// drawDelays draws median and 95th percentile; stretches without calls break
// the lines.
func drawDelays(points []DelayPoint) drawnLine {
	most := 0.0
	for _, p := range points {
		most = max(most, p.P95, p.Median)
	}
	size, unit := timeUnit(most)
	top, step := scale(max(most, 1)/size, 2)
	top, step = top*size, step*size
	y := func(v float64) float64 { return lineFloor - v/top*(lineFloor-lineTop) }
	slot := 1 / float64(max(len(points), 1))
	x := func(i int) float64 { return (float64(i) + 0.5) * slot }
	var d drawnLine
	for v := 0.0; v <= top+step/2; v += step {
		d.Grid = append(d.Grid, tick{At: px(y(v)), Mid: px(y(v) + 4), Text: px(v/size) + "\u00a0" + unit})
	}
	ticks := make([]placed, len(points))
	for i, p := range points {
		if p.Calls > 0 {
			d.Points = append(d.Points, drawnPoint{p, percent(x(i)), px(y(p.Median)), px(y(p.P95)), percent(float64(i) * slot), percent(slot)})
		}
		ticks[i] = placed{p.Tick, x(i), 0.5}
		if x(i) > lastLabels {
			ticks[i].lead = 1
		}
	}
	d.Labels = labelled(ticks)
	across := func(i int) float64 { return x(i) * lineUnits }
	for from := 0; from < len(points); {
		to := from
		for to < len(points) && points[to].Calls > 0 {
			to++
		}
		if to > from {
			run := points[from:to]
			median := course(run, from, across, func(p DelayPoint) float64 { return y(p.Median) })
			d.Median += median
			d.P95 += course(run, from, across, func(p DelayPoint) float64 { return y(p.P95) })
			d.Area += median + "L" + px(across(to-1)) + " " + px(lineFloor) + "L" + px(across(from)) + " " + px(lineFloor) + "Z"
		}
		from = to + 1
	}
	return d
}

// timeUnit is what an axis of times is counted in, and its seconds: nobody
// reads a quarter of an hour in seconds.
func timeUnit(most float64) (seconds float64, unit string) {
	switch {
	case most >= 2*3600:
		return 3600, "h"
	case most >= 2*60:
		return 60, "min"
	}
	return 1, "s"
}

func course(run []DelayPoint, from int, x func(int) float64, y func(DelayPoint) float64) string {
	var b strings.Builder
	for i, p := range run {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		b.WriteString(letter + px(x(from+i)) + " " + px(y(p)))
	}
	if len(run) == 1 { // a point would not be seen
		b.WriteString("m-8 0h16")
	}
	return b.String()
}

// spark draws a small course without axes, as line and area.
func spark(values []int) (line, area string) {
	if len(values) < 2 {
		return "", ""
	}
	most := 1
	for _, v := range values {
		most = max(most, v)
	}
	var b strings.Builder
	for i, v := range values {
		letter := "L"
		if i == 0 {
			letter = "M"
		}
		b.WriteString(letter + px(1+float64(i)*82/float64(len(values)-1)) + " " + px(27-float64(v)*22/float64(most)))
	}
	return b.String(), b.String() + "L83 30L1 30Z"
}

// drawnSpan is one bar of the waterfall.
type drawnSpan struct {
	Span
	X, W, Y, TextY string
}

// The measures of the waterfall.
const (
	fallWidth = 290.0
	fallLeft  = 86.0
	fallRow   = 24.0
)

// drawSpans lays the bars of "where the time went" out.
func drawSpans(spans []Span) (out []drawnSpan, end float64) {
	for _, s := range spans {
		end = max(end, s.Start+s.Took)
	}
	if end == 0 {
		end = 1
	}
	room := fallWidth - fallLeft - 6
	for i, s := range spans {
		x := fallLeft + s.Start/end*room
		w := max(s.Took/end*room, 3)
		y := float64(i) * fallRow
		out = append(out, drawnSpan{s, px(min(x, fallWidth-6-w)), px(w), px(y + 5), px(y + 15)})
	}
	return out, end
}
