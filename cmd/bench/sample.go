package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"
)

// sample is one thing that was measured. One of a pair has a limit that was
// measured beside it; one of a curve has an X.
type sample struct {
	Key   string    `json:"key"` // of a goal or a curve
	At    time.Time `json:"at"`
	Ours  float64   `json:"ours"`
	Limit float64   `json:"limit,omitempty"`
	X     float64   `json:"x,omitempty"`
	Note  string    `json:"note,omitempty"`  // what it was measured on
	Small bool      `json:"small,omitempty"` // which is less than the goal is about
}

// book keeps samples, and writes each down as it comes.
type book struct {
	all   []sample
	lines io.Writer // nil: nowhere
	now   func() time.Time
}

func (b *book) add(s sample) error {
	s.At = b.now().UTC().Truncate(time.Second)
	b.all = append(b.all, s)
	if b.lines == nil {
		return nil
	}
	return json.NewEncoder(b.lines).Encode(s)
}

// wanted is how many samples of a key there are to be yet, of so many in all; of a
// curve's, at one place of it.
func (b *book) wanted(of int, key string, x float64) int {
	for _, s := range b.all {
		if s.Key == key && s.X == x {
			of--
		}
	}
	return max(0, of)
}

// readSamples reads what a book has written.
func readSamples(r io.Reader) (all []sample, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		var s sample
		if err := json.Unmarshal(lines.Bytes(), &s); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, s)
	}
	return all, lines.Err()
}

// of are the samples of a goal or a curve.
func of(all []sample, key string) (list []sample) {
	for _, s := range all {
		if s.Key == key {
			list = append(list, s)
		}
	}
	return list
}

// figures are numbers that were measured of the same thing.
type figures []float64

func each(list []sample, number func(sample) float64) (f figures) {
	for _, s := range list {
		f = append(f, number(s))
	}
	return f
}

func ours(s sample) float64  { return s.Ours }
func limit(s sample) float64 { return s.Limit }
func size(s sample) float64  { return s.X }
func ratio(s sample) float64 { return s.Ours / s.Limit }

// median is the middle one, or the mean of the two in the middle; 0 of none.
func (f figures) median() float64 {
	if len(f) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(f))
	mid := len(s) / 2
	if len(s)%2 == 1 {
		return s[mid]
	}
	return (s[mid-1] + s[mid]) / 2
}

// spread is the least and the greatest; 0 of none.
func (f figures) spread() (least, most float64) {
	if len(f) == 0 {
		return 0, 0
	}
	return slices.Min(f), slices.Max(f)
}
