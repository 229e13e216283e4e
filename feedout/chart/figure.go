package chart

import (
	"cmp"
	"slices"
)

// Series are counts of one kind, one for each place of a figure.
type Series struct {
	Name   string
	Counts []int
	Look   Look // zero: that of its place among the series
}

// Look is the pattern of a series.
type Look int

// Looks that mean something.
const (
	Bad  Look = 1
	Good Look = 3
	Idle Look = 7
)

// Sum is all of a series.
func (s Series) Sum() (sum int) {
	for _, n := range s.Counts {
		sum += max(n, 0)
	}
	return sum
}

// at is the count of a place, 0 where the series has none.
func (s Series) at(place int) int {
	if place >= len(s.Counts) {
		return 0
	}
	return max(s.Counts[place], 0)
}

// Figure is counts of several kinds over time.
type Figure struct {
	Title  string   // what is counted, and over what time
	Places []string // the times in full, oldest first
	Marks  []string // the same as short as they stand below the bars
	Series []Series // drawn one above the other, the first at the bottom
}

// Row is a figure's place with all its counts, as a table beside it has them.
type Row struct {
	Place  string
	Counts []int
	Total  int
}

// Rows are the places of a figure, the newest first.
func (f Figure) Rows() (rows []Row) {
	for place := len(f.Places) - 1; place >= 0; place-- {
		r := Row{Place: f.Places[place], Total: f.Total(place)}
		for _, s := range f.Series {
			r.Counts = append(r.Counts, s.at(place))
		}
		rows = append(rows, r)
	}
	return rows
}

// Total is what a place has of all series.
func (f Figure) Total(place int) (sum int) {
	for _, s := range f.Series {
		sum += s.at(place)
	}
	return sum
}

// Sum is all that the figure counts.
func (f Figure) Sum() (sum int) {
	for place := range f.Places {
		sum += f.Total(place)
	}
	return sum
}

// MostSeries is how many series can be told apart, and one more for the others.
const MostSeries = 6

// Largest are the names of the largest series, at most MostSeries, largest first;
// of all where there is one more, which then needs to be with no others.
func (f Figure) Largest() (names []string) {
	all := slices.DeleteFunc(slices.Clone(f.Series), func(s Series) bool { return s.Sum() == 0 })
	slices.SortStableFunc(all, func(a, b Series) int {
		return cmp.Or(cmp.Compare(b.Sum(), a.Sum()), cmp.Compare(a.Name, b.Name))
	})
	if len(all) > MostSeries+1 {
		all = all[:MostSeries]
	}
	for _, s := range all {
		names = append(names, s.Name)
	}
	return names
}

// Among is the figure with the series that are named, in that order, and after
// them what there is of all others, taken together under a name.
func (f Figure) Among(names []string, others string) Figure {
	named := make([]Series, len(names))
	rest := Series{Name: others, Counts: make([]int, len(f.Places))}
	for n, name := range names {
		named[n] = Series{Name: name, Counts: make([]int, len(f.Places))}
	}
	for _, s := range f.Series {
		into := &rest
		if n := slices.Index(names, s.Name); n >= 0 {
			into = &named[n]
		}
		for place := range f.Places {
			into.Counts[place] += s.at(place)
		}
	}
	if rest.Sum() > 0 {
		named = append(named, rest)
	}
	f.Series = named
	return f
}

// Pattern is the number of the pattern that a series is drawn with.
func (f Figure) Pattern(series int) int {
	if look := f.Series[series].Look; look > 0 {
		return int(look-1) % patterns
	}
	return series % patterns
}
