// Package origin is a web of fictional ministries to measure against. Every byte
// is a function of the seed, the feed, the release and its version, so that the
// same options give the same documents; and the truth is known: which releases
// were published, which were changed since, and which are copies of one another.
//
// It listens on loopback only, each host at an address of its own.
package origin

import (
	"fmt"
	"time"
)

// Options say what there is. All but Base should be above zero.
type Options struct {
	Seed        uint64
	Feeds       int
	Hosts       int           // feed n is at host n mod Hosts; 50,000 at most
	Window      [2]int        // least and most releases that a feed lists
	Body        [2]int        // least and most bytes of a text, roughly
	Shared      float64       // share of releases that are copies of a release of several feeds
	Base        time.Time     // the newest release of the beginning is older, what comes later is newer
	Gap         time.Duration // between two releases of a feed at the beginning
	Before      int           // releases of a feed before the first that is new; 0: as many as it lists
	Unpublished bool          // nothing is listed until Publish
}

// copiesOfOne is in how many feeds a shared release stands, about.
const copiesOfOne = 5

// Release is one of a feed, in one version.
type Release struct {
	Feed, Seq, Version int
	Story              uint64 // the same in all copies of a release; 0: it has none
	Title, Lead, Body  string
	At                 time.Time
}

// validators are what a feed says of its state.
type validators int

const (
	both validators = iota
	onlyModified
	onlyTag
)

// traits are what does not change of a feed.
type traits struct {
	chinese, atom, gzip, noGUID, escaped bool
	says                                 validators
	window, before                       int
}

func (o Options) traits(feed int) traits {
	r := newRandom(o.Seed, 1, uint64(feed))
	h := newRandom(o.Seed, 2, uint64(feed%o.Hosts))
	t := traits{chinese: r.likely(0.6), atom: r.likely(0.4), noGUID: r.likely(0.1), escaped: r.likely(0.25), gzip: h.likely(0.7)}
	t.window = r.between(o.Window[0], o.Window[1])
	if t.before = o.Before; t.before == 0 {
		t.before = t.window
	}
	switch {
	case r.likely(0.15):
		t.says = onlyModified
	case r.likely(0.1):
		t.says = onlyTag
	}
	return t
}

// Release gives a release in a version; 0 is the first.
func (o Options) Release(feed, seq, version int) Release {
	t := o.traits(feed)
	return o.release(t, feed, seq, version)
}

func (o Options) release(t traits, feed, seq, version int) Release {
	r := newRandom(o.Seed, 3, uint64(feed), uint64(seq))
	rel := Release{Feed: feed, Seq: seq, Version: version, At: o.at(t, seq)}
	text, chinese := newRandom(o.Seed, 4, uint64(feed), uint64(seq)), t.chinese
	if r.likely(o.Shared) {
		rel.Story = o.story(seq-t.before, r.below(o.stories()))
		text = newRandom(o.Seed, 5, rel.Story)
		chinese = text.likely(0.6)
	}
	w := writer{random: &text, chinese: chinese}
	rel.Title = w.title()
	rel.Lead, rel.Body = w.body(text.between(o.Body[0], o.Body[1]))
	if rel.Story > 0 {
		rel.carry(&r, chinese)
	}
	if version > 0 {
		rel.correct(o.Seed, chinese)
	}
	return rel
}

// at is when a release was published: until Base one each Gap, then one a minute.
func (o Options) at(t traits, seq int) time.Time {
	if seq < t.before {
		return o.Base.Add(-time.Duration(t.before-seq) * o.Gap)
	}
	return o.Base.Add(time.Duration(seq-t.before) * time.Minute)
}

// stories is of how many shared releases those of one moment are copies.
func (o Options) stories() int { return int(float64(o.Feeds)*o.Shared/copiesOfOne) + 1 }

// story numbers a shared release; no feed has it twice, since slots differ.
func (o Options) story(slot, n int) uint64 { return uint64(slot+1<<30)<<20 | uint64(n+1) }

// carry makes a copy of a release that of its carrier.
func (r *Release) carry(own *random, chinese bool) {
	switch n := own.below(4); {
	case chinese && n == 0:
		r.Title = "【转发】" + r.Title
	case chinese && n == 1:
		r.Title += "（附图）"
	case n == 0:
		r.Title = "Reprint: " + r.Title
	case n == 1:
		r.Title += " (with picture)"
	}
	if chinese {
		r.Body += fmt.Sprintf("<p>（来源：%s 责任编辑：%s）</p>\n", own.word(zhPapers), own.word(zhNames))
		return
	}
	r.Body += fmt.Sprintf("<p>(Source: %s. Editor: %s)</p>\n", own.word(enPapers), own.word(enNames))
}

// Correction is what stands in the title of a version after the first.
func Correction(version int) string { return fmt.Sprintf("#%d", version) }

func (r *Release) correct(seed uint64, chinese bool) {
	text := newRandom(seed, 6, uint64(r.Feed), uint64(r.Seq), uint64(r.Version))
	w := writer{random: &text, chinese: chinese}
	r.Title += " " + Correction(r.Version)
	r.Body += "<p>" + w.paragraph() + "</p>\n"
}
