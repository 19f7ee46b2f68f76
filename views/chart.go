package views

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// px writes a coordinate, short.
func px(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// tick is one grid line with its words.
type tick struct {
	At   string // along the axis
	Mid  string // where the words stand
	Text string
	Late bool // near the end of the axis, so the words stand before it
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

// The measures of the bar chart, in its own units.
const (
	barsWidth  = 760.0
	barsHeight = 232.0
	barsLeft   = 34.0
	barsFloor  = 208.0
	barsTop    = 8.0
)

// drawnBar is one stack with its pieces from the floor up.
type drawnBar struct {
	Bar    OutcomeBar
	Pieces []piece
	X, W   string
}

type piece struct{ Class, D string }

// drawBars lays the stacks out.
func drawBars(bars []OutcomeBar) (out []drawnBar, grid []tick) {
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
	slot := (barsWidth - barsLeft) / float64(max(len(bars), 1))
	width := min(slot*0.78, 34)
	for i, b := range bars {
		x := barsLeft + float64(i)*slot + (slot-width)/2
		out = append(out, drawnBar{b, stack(b, x, width, height), px(barsLeft + float64(i)*slot), px(slot)})
	}
	shown := roomy(len(bars), barsWidth, func(i int) (string, float64) { return bars[i].Tick, barsLeft + float64(i)*slot })
	for i := range out {
		if !shown[i] {
			out[i].Bar.Tick = ""
		}
	}
	return out, grid
}

// The width of a letter below a chart, and what is left free between two labels.
const (
	letterWidth = 6.5
	labelGap    = 8.0
)

// roomy says which labels stand under a chart without touching another, the
// end of the axis or each other. The newest goes first: it is looked for most.
func roomy(n int, end float64, at func(i int) (text string, x float64)) []bool {
	shown := make([]bool, n)
	free := end
	for i := n - 1; i >= 0; i-- {
		text, x := at(i)
		if wide := float64(utf8.RuneCountInString(text)) * letterWidth; text != "" && x+wide <= free {
			shown[i], free = true, x-labelGap
		}
	}
	return shown
}

func (b OutcomeBar) total() int { return b.Logged + b.Skipped + b.Choice + b.Waiting + b.Failed }

// stack draws the pieces, the topmost with round shoulders.
func stack(b OutcomeBar, x, width float64, height func(int) float64) []piece {
	parts := []struct {
		class string
		n     int
	}{{"logged", b.Logged}, {"skip", b.Skipped}, {"wait", b.Waiting}, {"attn", b.Choice}, {"fail", b.Failed}}
	last := -1
	for i, p := range parts {
		if p.n > 0 {
			last = i
		}
	}
	var out []piece
	floor := barsFloor
	for i, p := range parts {
		if p.n == 0 {
			continue
		}
		h := max(height(p.n), 1.5)
		if floor < barsFloor {
			h = max(h-1, 1) // a hair between two pieces
			floor--
		}
		r := 0.0
		if i == last {
			r = min(3, width/2, h)
		}
		out = append(out, piece{p.class, fmt.Sprintf("M%s %sv-%sq0 -%s %s -%sh%sq%s 0 %s %sv%sz",
			px(x), px(floor), px(h-r), px(r), px(r), px(r), px(width-2*r), px(r), px(r), px(r), px(h-r))})
		floor -= h
	}
	return out
}

// The measures of the line chart.
const (
	lineWidth  = 420.0
	lineHeight = 168.0
	lineLeft   = 40.0
	lineFloor  = 144.0
	lineTop    = 6.0
)

// drawnLine is a chart of two lines.
type drawnLine struct {
	Median, Area, P95 string
	Grid              []tick
	Ticks             []tick
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
	x := func(i int) float64 {
		return lineLeft + float64(i)*(lineWidth-lineLeft-6)/float64(max(len(points)-1, 1))
	}
	var d drawnLine
	for v := 0.0; v <= top+step/2; v += step {
		d.Grid = append(d.Grid, tick{At: px(y(v)), Mid: px(y(v) + 4), Text: px(v/size) + "\u00a0" + unit})
	}
	slot := (lineWidth - lineLeft - 6) / float64(max(len(points)-1, 1))
	for i, p := range points {
		if p.Calls > 0 {
			d.Points = append(d.Points, drawnPoint{p, px(x(i)), px(y(p.Median)), px(y(p.P95)), px(x(i) - slot/2), px(slot)})
		}
	}
	for from := 0; from < len(points); {
		to := from
		for to < len(points) && points[to].Calls > 0 {
			to++
		}
		if to > from {
			run := points[from:to]
			median := course(run, from, x, func(p DelayPoint) float64 { return y(p.Median) })
			d.Median += median
			d.P95 += course(run, from, x, func(p DelayPoint) float64 { return y(p.P95) })
			d.Area += median + "L" + px(x(to-1)) + " " + px(lineFloor) + "L" + px(x(from)) + " " + px(lineFloor) + "Z"
		}
		from = to + 1
	}
	width := func(text string) float64 { return float64(utf8.RuneCountInString(text)) * letterWidth }
	at := func(i int) (string, float64) {
		if late := x(i) + width(points[i].Tick) - lineWidth; late > 0 {
			return points[i].Tick, x(i) - width(points[i].Tick) // stands before its point
		}
		return points[i].Tick, x(i)
	}
	for i, ok := range roomy(len(points), lineWidth, at) {
		if ok {
			_, from := at(i)
			d.Ticks = append(d.Ticks, tick{At: px(x(i)), Text: points[i].Tick, Late: from < x(i)})
		}
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
		b.WriteString("m-3 0h6")
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
