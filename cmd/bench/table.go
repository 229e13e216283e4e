package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// columns of the table.
var columns = []string{"#", "what", "unit", "ours", "limit", "ratio", "spread", "n", "goal", ""}

// cells are a result as a row.
func (r result) cells() []string {
	c := []string{strconv.Itoa(r.Number), r.What, r.Unit, "", "", "", "", strconv.Itoa(r.n), r.aim(), r.verdict}
	if r.note != "" {
		c[1] += " (" + r.note + ")"
	}
	if r.n == 0 {
		return c
	}
	c[3], c[6] = short(r.ours), short(r.leastOfIt)+" to "+short(r.mostOfIt)
	if r.Paired {
		c[4], c[5] = short(r.limit), short(r.judged)
	}
	return c
}

func (g goal) aim() string {
	sign := "<="
	switch {
	case g.Least:
		sign = ">="
	case g.Aim == 0:
		sign = "="
	}
	text := sign + " " + short(g.Aim)
	if g.Paired {
		return text + " x"
	}
	return text
}

// short writes a number with three digits that count.
func short(x float64) string {
	if x == 0 || math.IsNaN(x) || math.IsInf(x, 0) {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	places := max(0, 2-int(math.Floor(math.Log10(math.Abs(x)))))
	text := strconv.FormatFloat(x, 'f', places, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// results judges each goal by all samples; those of a curve's ends by the ends, in
// how many runs ever it was drawn.
func results(all []sample) (list []result) {
	all = slices.Concat(all, derived(all))
	for _, g := range goals {
		list = append(list, g.judge(all))
	}
	return list
}

// writeText writes the table for a terminal.
func writeText(w io.Writer, list []result) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(columns, "\t"))
	for _, r := range list {
		fmt.Fprintln(t, strings.Join(r.cells(), "\t"))
	}
	return t.Flush()
}

// writeMarkdown writes it for a document.
func writeMarkdown(w io.Writer, list []result) error {
	var b strings.Builder
	b.WriteString("| " + strings.Join(columns, " | ") + " |\n|" + strings.Repeat("---|", len(columns)) + "\n")
	for _, r := range list {
		b.WriteString("| " + strings.Join(r.cells(), " | ") + " |\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
