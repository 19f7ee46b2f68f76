package views

import (
	"context"
	"fmt"
)

// The measures of the histogram, in its own units.
const (
	histWidth = 1030.0
	histFloor = 58.0
)

type piece struct{ Class, D string }

type drawnHistogram struct {
	Bar    HistogramBar
	Pieces []piece
	X, W   string
}

// drawHistogram lays the bars out; what failed stands at the floor.
func drawHistogram(bars []HistogramBar) []drawnHistogram {
	most := 1
	for _, b := range bars {
		most = max(most, b.All)
	}
	slot := histWidth / float64(max(len(bars), 1))
	width := min(slot*0.84, 40)
	shown := roomy(len(bars), histWidth, func(i int) (string, float64) { return bars[i].Tick, float64(i) * slot })
	out := make([]drawnHistogram, len(bars))
	for i, b := range bars {
		x := float64(i) * slot
		if !shown[i] {
			b.Tick = ""
		}
		out[i] = drawnHistogram{Bar: b, X: px(x), W: px(slot)}
		if b.All == 0 {
			continue
		}
		height := max(float64(b.All)/float64(most)*(histFloor-4), 2)
		failed := 0.0
		if b.Failed > 0 {
			failed = max(float64(b.Failed)/float64(b.All)*height, 3)
			height = max(height, failed)
		}
		left := x + (slot-width)/2
		if rest := height - failed; rest > 0 {
			out[i].Pieces = append(out[i].Pieces, slab("skip", left, histFloor-failed, width, rest))
		}
		if failed > 0 {
			out[i].Pieces = append(out[i].Pieces, slab("fail", left, histFloor, width, failed))
		}
	}
	return out
}

func slab(class string, x, floor, width, height float64) piece {
	return piece{class, fmt.Sprintf("M%s %sv-%sh%sv%sz", px(x), px(floor), px(height), px(width), px(height))}
}

func (b HistogramBar) text(ctx context.Context) string {
	return T(ctx, "chart.hist.bar", "when", b.Label, "count", b.All, "failed", Number(ctx, b.Failed))
}
