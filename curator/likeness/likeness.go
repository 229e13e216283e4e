// Package likeness says whether two texts of one language are one release:
// the same text on another site, its first half, the text with an introduction
// in front or with one figure put right. It is pure, and its cost is bounded.
//
// It compares words and not topics. A release is carried word for word, so what
// counts is what stands where the two texts differ: an office's own report of
// an event, or the next row of a template, differs in its words, numbers or
// names however much of it is the same. It leans to "not the same".
//
// The trap: Features go into an index that outlives the program. What folds a
// text to words and words to features must not change; where it has to, raise
// version and build the index anew.
package likeness

import (
	"bytes"
	"cmp"
	"time"

	"chinanews/news"
)

// version seeds every hash. Features of two versions never meet.
const version = 1

// Bounds of what is read of one text.
const (
	mostMarkup  = 1 << 20 // bytes of markup
	mostLetters = 20_000  // runes of plain text
	mostTitle   = 200     // runes
)

// Text is a release prepared for comparison. It is immutable and may be used
// by several goroutines at once.
type Text struct {
	lang     string
	date     news.Date
	title    passage
	body     passage
	shingles []shingle // by hash
	features []uint64
	print    uint64 // of title and body
}

// Of prepares an entry: its title, date, language, and of its texts the body,
// else the summary. What belongs to a page and not to its text (where one is,
// who edits, datelines of agencies) is left out; so is what lies beyond 20 000
// letters.
func Of(e news.Entry) *Text {
	t := &Text{lang: e.Lang, date: e.Date}
	t.title = read([]string{cut(news.Line(e.Title), mostTitle)})
	t.body = read(release(lines(e)))
	t.shingles = t.body.shingles()
	t.features = t.sample()
	t.print = hashed(t.title.letters) ^ mixed(hashed(t.body.letters))
	return t
}

// Features are what an index files the text under, sorted, each once: hashes of
// about one in 32 of its shingles, at least 12 where there are so many and at
// most 96, and one of its title where that is long enough. Texts that are one
// release share at least two of them, or one where either has fewer than four;
// so do many that are not.
//
// This is version 1 of the features. They are the same on every machine and
// stay so: an index may keep them.
func (t *Text) Features() []uint64 { return t.features }

// before is an order of texts that does not hang on which was given first.
func (t *Text) before(other *Text) int {
	return cmp.Or(
		cmp.Compare(t.print, other.print),
		bytes.Compare(t.title.letters, other.title.letters),
		bytes.Compare(t.body.letters, other.body.letters),
		t.date.Time.Compare(other.date.Time),
		cmp.Compare(t.date.Precision, other.date.Precision),
		cmp.Compare(t.date.Zone, other.date.Zone),
		cmp.Compare(t.lang, other.lang),
	)
}

// span is the time in which the text's date may lie.
func (t *Text) span() (from, to time.Time) {
	from, to = t.date.Time, t.date.Time
	if t.date.Precision == news.Day {
		to = to.Add(24*time.Hour - time.Second)
	}
	return from, to
}

// apart is the least that two dates can lie apart, and how many days the
// calendar has between them; false where one is not known.
func apart(a, b *Text) (least time.Duration, days int, known bool) {
	if !a.date.Known() || !b.date.Known() {
		return 0, 0, false
	}
	fromA, toA := a.span()
	fromB, toB := b.span()
	least = max(0, fromB.Sub(toA), fromA.Sub(toB))
	return least, day(b.date) - day(a.date), true
}

// day counts the calendar days since 1970 in the date's own zone.
func day(d news.Date) int {
	t := d.In()
	_, offset := t.Zone()
	return int((t.Unix() + int64(offset)) / 86400)
}
