package origin

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

// Kept is what a product has kept of a release.
type Kept struct {
	URL   string
	Title string // of its newest version
	Text  Digest // of that version, as plain text
	Story string // the same for releases that it has joined
}

// Verdict compares what was kept with what was published.
type Verdict struct {
	Published, Lost, Doubled, Unknown int // releases
	Spoiled                           int // releases whose text is not that of their newest version
	Edits, Applied                    int // releases that were changed; those kept in their newest version
	Copies, Joined                    int // copies of shared releases that have others; those in the largest group of theirs
	Wrong                             int // stories in which releases are that are no copies of one another
}

// place is a release's.
type place struct{ feed, seq int }

// Judge compares all that was published with what was kept of it. Releases that
// left the list count, too.
func (w *Web) Judge(kept []Kept) Verdict {
	var v Verdict
	found := make(map[place]Kept)
	for _, k := range kept {
		at, ok := w.find(k.URL)
		_, before := found[at]
		switch {
		case !ok:
			v.Unknown++
		case before:
			v.Doubled++
		default:
			found[at] = k
		}
	}
	for n, f := range w.feeds {
		for seq := f.first(w.Options); seq < f.end; seq++ {
			v.judge(w, found, place{n, seq}, f.versions[seq])
		}
	}
	v.join(w, found)
	return v
}

// first is the oldest release that was ever listed.
func (f *feed) first(o Options) int {
	if o.Unpublished {
		return 0
	}
	return f.before - min(f.window, f.before)
}

func (v *Verdict) judge(w *Web, found map[place]Kept, at place, version int) {
	v.Published++
	k, ok := found[at]
	whole := k.Text == w.text(at, version)
	switch {
	case !ok:
		v.Lost++
	case !whole:
		v.Spoiled++
	}
	if version > 0 {
		v.Edits++
		if whole && strings.HasSuffix(k.Title, Correction(version)) {
			v.Applied++
		}
	}
}

// text is what a release says in a version.
func (w *Web) text(at place, version int) Digest {
	return DigestOf(tag.ReplaceAllString(w.release(w.feeds[at.feed].traits, at.feed, at.seq, version).Body, ""))
}

// tag is one of the markup of a body, whose text has no characters to escape.
var tag = regexp.MustCompile("<[^>]*>")

// Digest is short for a text.
type Digest [16]byte

// DigestOf says which text is the same: white space may be any, or none.
func DigestOf(text string) (d Digest) {
	sum := sha256.Sum256([]byte(strings.Join(strings.Fields(text), "")))
	return Digest(sum[:16])
}

// find tells which release an address is of.
func (w *Web) find(url string) (at place, ok bool) {
	path := url
	for range 3 {
		_, path, _ = strings.Cut(path, "/")
	}
	if _, err := fmt.Sscanf(path, "%d/notice-%d.html", &at.feed, &at.seq); err != nil {
		return at, false
	}
	return at, at.feed >= 0 && at.feed < w.Feeds && at.seq >= 0 && at.seq < w.feeds[at.feed].end && url == w.base(at.feed)+Release{Feed: at.feed, Seq: at.seq}.Path()
}

// join counts copies that are together, and strangers that are.
func (v *Verdict) join(w *Web, found map[place]Kept) {
	groups := make(map[uint64]map[string]int) // by shared release, of each story
	in := make(map[string]map[any]bool)       // by story, what it is of
	for at, k := range found {
		var what any = at
		if s := w.storyOf(at); s > 0 {
			what = s
			if groups[s] == nil {
				groups[s] = make(map[string]int)
			}
			groups[s][k.Story]++
		}
		if k.Story == "" {
			continue
		}
		if in[k.Story] == nil {
			in[k.Story] = make(map[any]bool)
		}
		in[k.Story][what] = true
	}
	for _, g := range groups {
		v.group(g)
	}
	for _, of := range in {
		if len(of) > 1 {
			v.Wrong++
		}
	}
}

func (v *Verdict) group(g map[string]int) {
	all, most := 0, 0
	for _, n := range g {
		all += n
		most = max(most, n)
	}
	if all > 1 {
		v.Copies, v.Joined = v.Copies+all, v.Joined+most
	}
}

// storyOf is what a release is a copy of; it makes no text.
func (w *Web) storyOf(at place) uint64 {
	r := newRandom(w.Seed, 3, uint64(at.feed), uint64(at.seq))
	if !r.likely(w.Shared) {
		return 0
	}
	return w.story(at.seq-w.feeds[at.feed].before, r.below(w.stories()))
}
