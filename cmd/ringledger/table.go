package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"
)

// table prints one line for each row below a head, in columns that tabs part.
func table[R any](out io.Writer, head string, rows []R, line func(R) string) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, head) // kept until Flush, which tells what went wrong
	for _, r := range rows {
		fmt.Fprintln(w, line(r))
	}
	return w.Flush()
}

// day is a date as lists show it.
func day(t time.Time) string {
	if t.Unix() <= 0 {
		return "never"
	}
	return t.UTC().Format(time.DateOnly)
}
