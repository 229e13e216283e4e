package sibling

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// mostFeatures bounds the features of a text.
const mostFeatures = 32

// Features are what a version in another language is looked for by: sorted,
// each once, 32 at most. Two items that share two of them and are dated within
// three days of each other are worth a Pair. They are version 2 and never
// change for a text: whoever changes what goes into them, the tables among it,
// gives them another seed.
func (t *Text) Features() []uint64 { return t.features }

func (t *Text) sample() []uint64 {
	var f features
	for _, s := range t.serials {
		f.add("serial", s)
	}
	on := t.on()
	f.figures(t, on)
	f.counts(t)
	for _, letters := range t.called[:min(len(t.called), 6)] {
		for _, d := range on {
			f.add("who", letters, d)
		}
	}
	f.subjects(t.subjects(), on)
	return sorted(f[:min(len(f), mostFeatures)])
}

type features []uint64

func (f *features) add(kind string, words ...string) {
	if h := hash(kind, words...); !slices.Contains(*f, h) {
		*f = append(*f, h)
	}
}

// hash is the feature that some words make, under version 2.
func hash(kind string, words ...string) uint64 {
	h := begin(kind)
	for _, w := range words {
		h = h.with(w)
	}
	return uint64(h)
}

func begin(kind string) sum { return sum(14695981039346656037).of("sibling 2\x00").of(kind) }

func (h sum) with(word string) sum { return h.of("\x00").of(word) }

// sum is an FNV-1a hash in the making; that of the library takes memory for
// each word.
type sum uint64

func (h sum) of(text string) sum {
	for n := range len(text) {
		h = (h ^ sum(text[n])) * 1099511628211
	}
	return h
}

// on are the days that a text may be about: the latest that its beginning names
// of those just before its date, and its date; or else its date and the day
// before, since a version comes later.
func (t *Text) on() (days []string) {
	about := around(t.at, -1, 0)
	near := around(t.at, -3, 0)
	for n := len(near) - 1; n >= 0; n-- {
		if slices.Contains(t.days[:t.lead], near[n]) {
			about = slices.Compact([]day{near[n], near[len(near)-1]})
			break
		}
	}
	for _, d := range about {
		days = append(days, strconv.Itoa(int(d)))
	}
	return days
}

// figures adds the numbers that are rare, the rarest first; those with two
// digits only together with the day.
func (f *features) figures(t *Text, on []string) {
	type figure struct {
		key    string
		weight float64
		place  uint64
	}
	var rare []figure
	for _, n := range t.numbers {
		if n.weight >= 2 {
			rare = append(rare, figure{n.key(), n.weight, hash("order", n.key())})
		}
	}
	slices.SortFunc(rare, func(a, b figure) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.place, b.place))
	})
	for _, n := range rare[:min(len(rare), 12)] {
		if n.weight >= 3 {
			f.add("number", n.key)
			continue
		}
		for _, d := range on {
			f.add("number", n.key, d)
		}
	}
}

// counts adds numbers that are common, by twos.
func (f *features) counts(t *Text) {
	byPlace := func(a, b string) int { return cmp.Compare(hash("order", a), hash("order", b)) }
	var keys, pairs []string
	for _, n := range t.numbers {
		if n.weight >= 1.5 && n.weight < 2 {
			keys = append(keys, n.key())
		}
	}
	slices.SortFunc(keys, byPlace)
	for n, a := range keys[:min(len(keys), 10)] {
		for _, b := range keys[:n] {
			pairs = append(pairs, min(a, b)+" "+max(a, b))
		}
	}
	slices.SortFunc(pairs, byPlace)
	for _, p := range pairs[:min(len(pairs), 6)] {
		f.add("counts", p)
	}
}

// subject is somebody or something that the beginning of a text is about.
type subject struct {
	name   string
	office bool // says little beside another office
}

func (t *Text) subjects() (about []subject) {
	table := vocabulary()
	for _, letters := range t.called {
		about = append(about, subject{name: letters})
	}
	for _, m := range t.marks {
		if of := table.meanings[m.meaning]; m.lead && of.rank != home && of.rank != common && len(about) < 24 {
			about = append(about, subject{of.name, of.rank == office})
		}
	}
	return about
}

// couple is two subjects, the one before the other by name.
type couple struct {
	place    uint64 // in an order that is the same for all texts
	one, two string
}

// subjects adds who and what the beginning is about, by twos, on a day: those
// pairs that come first in an order that is the same for all texts.
func (f *features) subjects(about []subject, on []string) {
	slices.SortFunc(about, func(a, b subject) int { return strings.Compare(a.name, b.name) })
	first := make([]couple, 0, mostFeatures+1)
	for n, a := range about {
		begun := begin("order").with(a.name)
		for _, b := range about[n+1:] {
			if !(a.office && b.office) {
				first = placed(first, couple{uint64(begun.with(b.name)), a.name, b.name})
			}
		}
	}
	for _, c := range first {
		for _, d := range on {
			if len(*f) == mostFeatures {
				return
			}
			f.add("about", c.one, c.two, d)
		}
	}
}

// placed puts a couple in its place among the first ones, of which there are as
// many as features at most.
func placed(first []couple, c couple) []couple {
	if n := len(first); n == mostFeatures && c.place >= first[n-1].place {
		return first
	}
	n, known := slices.BinarySearchFunc(first, c.place, func(c couple, place uint64) int { return cmp.Compare(c.place, place) })
	if known {
		return first
	}
	first = slices.Insert(first, n, c)
	return first[:min(len(first), mostFeatures)]
}

// sorted sorts values and leaves each once.
func sorted[T cmp.Ordered](values []T) []T {
	slices.Sort(values)
	return slices.Compact(values)
}
