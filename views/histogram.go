package views

import "context"

// The height of the histogram's bars, in pixels; it is as wide as its place.
const histFloor = 58.0

type drawnHistogram struct {
	Bar    HistogramBar
	Pieces []block
	X, W   string
}

// drawHistogram lays the bars out; what failed stands at the floor.
func drawHistogram(bars []HistogramBar) (out []drawnHistogram, labels []label) {
	most := 1
	for _, b := range bars {
		most = max(most, b.All)
	}
	slot := 1 / float64(max(len(bars), 1))
	ticks := make([]placed, len(bars))
	for i, b := range bars {
		x := float64(i) * slot
		ticks[i] = placed{b.Tick, x, 0}
		drawn := drawnHistogram{Bar: b, X: percent(x), W: percent(slot)}
		if b.All > 0 {
			drawn.Pieces = histogramPieces(b, most, percent(x+slot*0.11), percent(slot*0.78))
		}
		out = append(out, drawn)
	}
	return out, labelled(ticks)
}

// histogramPieces are what failed and the rest; neither is too small to be seen.
func histogramPieces(b HistogramBar, most int, x, width string) []block {
	height := max(float64(b.All)/float64(most)*(histFloor-4), 2)
	failed := 0.0
	if b.Failed > 0 {
		failed = max(float64(b.Failed)/float64(b.All)*height, 3)
		height = max(height, failed)
	}
	var out []block
	if rest := height - failed; rest > 0 {
		out = append(out, block{"skip", x, px(histFloor - height), width, px(rest), "1"})
	}
	if failed > 0 {
		out = append(out, block{"fail", x, px(histFloor - failed), width, px(failed), "0"})
	}
	return out
}

func (b HistogramBar) text(ctx context.Context) string {
	return T(ctx, "chart.hist.bar", "when", b.Label, "count", b.All, "failed", Number(ctx, b.Failed))
}
