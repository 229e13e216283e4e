package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
)

// encoded runs the benchmark of the encoders; from outside they cannot be told
// apart from what is around them.
func (b *bench) encoded(ctx context.Context) error {
	return errors.Join(
		b.encoding(ctx, "^BenchmarkOneNew$/^read$", sample{Key: "encode", Note: "BenchmarkOneNew, with its text made ready, by the clock"}),
		b.encoding(ctx, "^BenchmarkRender$/^long_texts", sample{Key: "encode all", Note: "BenchmarkRender, with texts made ready, by the clock"}))
}

// encoding runs a benchmark of feedout, each figure of which is a sample.
func (b *bench) encoding(ctx context.Context, bench string, s sample) error {
	left := b.left(s.Key, 0)
	if left == 0 {
		return nil
	}
	out, err := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", bench, "-count", strconv.Itoa(left), "chinanews/feedout").CombinedOutput()
	if err != nil {
		return fmt.Errorf("go test -bench: %w: %s", err, out)
	}
	list, err := metric(string(out), "ns/op")
	if err != nil {
		return err
	}
	for _, ns := range list {
		s.Ours = ns / 1e6
		if err := b.add(s); err != nil {
			return err
		}
	}
	return nil
}

// benchmarked are the sizes of BenchmarkStoryInsert.
var benchmarked = map[int]bool{10_000: true, 100_000: true, 1_000_000: true}

// clustered runs the benchmark of what an item costs beside those that it may be a
// copy of; from outside that cannot be told apart from the rest of a poll.
func (b *bench) clustered(ctx context.Context) error {
	for _, items := range b.items {
		left := b.left("cluster grown", float64(items))
		if !benchmarked[items] || left == 0 {
			continue
		}
		c := exec.CommandContext(ctx, "go", "test", "-timeout", "2h", "-run", "^$", "-bench", fmt.Sprintf("^BenchmarkStoryInsert$/^window=%d$/^synced=false$", items), "-count", strconv.Itoa(left), "chinanews/cmd/chinanewsd")
		c.Env = append(os.Environ(), "CHINANEWS_LONG=1")
		out, err := c.CombinedOutput()
		if err != nil {
			return fmt.Errorf("go test -bench: %w: %s", err, out)
		}
		list, err := metric(string(out), "cpu-ns/op")
		if err != nil {
			return err
		}
		for _, ns := range list {
			if err := b.point("cluster", float64(items), ns/1000, ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// metric is what benchmarks say of themselves in a unit.
func metric(said, unit string) (list []float64, err error) {
	number := regexp.MustCompile(`(?m)^Benchmark.*\s([0-9.e+]+) ` + regexp.QuoteMeta(unit) + `\b`)
	for _, m := range number.FindAllStringSubmatch(said, -1) {
		x, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no benchmark says %s in %q", unit, said)
	}
	return list, nil
}
