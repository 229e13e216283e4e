package origin

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

var some = Options{Seed: 7, Feeds: 60, Hosts: 6, Window: [2]int{5, 12}, Body: [2]int{400, 900}, Shared: 0.3,
	Base: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), Gap: 3 * time.Hour}

// get asks a web without a network.
func get(w *Web, n int, head map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", w.URL(n), nil)
	for k, v := range head {
		r.Header.Set(k, v)
	}
	out := httptest.NewRecorder()
	w.answer(n%w.Hosts, out, r)
	return out
}

func documents(w *Web) (all []string) {
	for n := range w.Feeds {
		out := get(w, n, nil)
		all = append(all, out.Header().Get("ETag")+out.Body.String())
	}
	return all
}

// The same options give the same bytes, whatever was asked for before, and after
// the same rounds.
func TestSameSeedSameBytes(t *testing.T) {
	a, b := New(some), New(some)
	for round := range 3 {
		if round > 0 {
			if x, y := a.Change(round, 0.5), b.Change(round, 0.5); x != y || x == 0 {
				t.Fatalf("%d and %d feeds changed", x, y)
			}
		}
		get(b, 5, nil)
		if !slices.Equal(documents(a), documents(b)) {
			t.Fatalf("two webs differ in round %d", round)
		}
	}
	other := some
	other.Seed++
	first := documents(New(some))
	for n, d := range documents(New(other)) {
		if d == first[n] {
			t.Errorf("feed %d is the same by another seed", n)
		}
	}
}

// What stands in documents is what the truth says, by a reader of feeds.
func TestDocumentsAreTheTruth(t *testing.T) {
	w := New(some)
	w.Change(1, 0.5)
	w.Change(2, 0.5)
	for n := range w.Feeds {
		parsed, err := gofeed.NewParser().ParseString(get(w, n, nil).Body.String())
		if err != nil {
			t.Fatalf("feed %d: %v", n, err)
		}
		want := w.listed(n)
		if len(parsed.Items) != len(want) {
			t.Fatalf("feed %d has %d items, want %d", n, len(parsed.Items), len(want))
		}
		for i, it := range parsed.Items {
			r := want[i]
			if it.Title != r.Title || it.Link != w.base(n)+r.Path() || strings.TrimSpace(it.Content) != strings.TrimSpace(r.Body) || !it.PublishedParsed.Equal(r.At) || it.GUID != r.GUID() && !w.feeds[n].noGUID {
				t.Errorf("feed %d, item %d: %+v, want %+v", n, i, it, r)
			}
		}
	}
}

// kept is what a product has that loses nothing.
func kept(w *Web) (all []Kept) {
	for n, f := range w.feeds {
		for seq := f.first(w.Options); seq < f.end; seq++ {
			r := w.release(f.traits, n, seq, f.versions[seq])
			k := Kept{URL: w.base(n) + r.Path(), Title: r.Title, Text: w.text(place{n, seq}, f.versions[seq]), Story: r.Path()}
			if r.Story > 0 {
				k.Story = groupName(r.Story)
			}
			all = append(all, k)
		}
	}
	return all
}

func groupName(story uint64) string { return "shared " + time.Duration(story).String() }

func TestJudge(t *testing.T) {
	w := New(some)
	w.Change(1, 0.8)
	all := kept(w)
	perfect := w.Judge(all)
	want := Verdict{Published: len(all), Edits: perfect.Edits, Applied: perfect.Edits, Copies: perfect.Copies, Joined: perfect.Copies}
	if perfect != want || perfect.Edits == 0 || perfect.Copies == 0 {
		t.Fatalf("of all that there is: %+v, want %+v", perfect, want)
	}
	edited := slices.IndexFunc(all, func(k Kept) bool { return strings.HasSuffix(k.Title, Correction(1)) })
	shared := slices.IndexFunc(all, func(k Kept) bool {
		return strings.HasPrefix(k.Story, "shared") && 2 < len(slices.Collect(func(yield func(Kept) bool) {
			for _, o := range all {
				if o.Story == k.Story && !yield(o) {
					return
				}
			}
		}))
	})
	lonely := slices.IndexFunc(all, func(k Kept) bool {
		return !strings.HasPrefix(k.Story, "shared") && !strings.HasSuffix(k.Title, Correction(1))
	})
	before := func(k Kept) Digest {
		at, _ := w.find(k.URL)
		return w.text(at, 0)
	}
	for name, c := range map[string]struct {
		spoil func([]Kept) []Kept
		want  func(*Verdict)
	}{
		"one is lost":        {func(k []Kept) []Kept { return slices.Delete(k, lonely, lonely+1) }, func(v *Verdict) { v.Lost = 1 }},
		"one is there twice": {func(k []Kept) []Kept { return append(k, k[lonely]) }, func(v *Verdict) { v.Doubled = 1 }},
		"one is not theirs":  {func(k []Kept) []Kept { return append(k, Kept{URL: "http://127.10.0.1:0/1/notice-99999.html"}) }, func(v *Verdict) { v.Unknown = 1 }},
		"an edit is not there": {func(k []Kept) []Kept {
			k[edited].Title = strings.TrimSuffix(k[edited].Title, Correction(1))
			return k
		}, func(v *Verdict) { v.Applied-- }},
		"a text is cut short":          {func(k []Kept) []Kept { k[lonely].Text = DigestOf("The office"); return k }, func(v *Verdict) { v.Spoiled = 1 }},
		"an edit is of the title only": {func(k []Kept) []Kept { k[edited].Text = before(k[edited]); return k }, func(v *Verdict) { v.Spoiled, v.Applied = 1, v.Applied-1 }},
		"a copy stands alone":          {func(k []Kept) []Kept { k[shared].Story = "alone"; return k }, func(v *Verdict) { v.Joined-- }},
		"strangers are joined":         {func(k []Kept) []Kept { k[lonely].Story = k[shared].Story; return k }, func(v *Verdict) { v.Wrong = 1 }},
		"nothing is kept":              {func([]Kept) []Kept { return nil }, func(v *Verdict) { *v = Verdict{Published: v.Published, Lost: v.Published, Edits: v.Edits} }},
	} {
		want := perfect
		c.want(&want)
		if got := w.Judge(c.spoil(slices.Clone(all))); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// Whoever shows the validators of an answer, as they came, is told that nothing is
// new; until something is.
func TestConditions(t *testing.T) {
	w := New(some)
	w.Product = "product"
	says := make(map[validators]bool)
	for n := range w.Feeds {
		says[w.feeds[n].says] = true
		first := get(w, n, nil).Header()
		asked := map[string]string{"User-Agent": "product/1"}
		for from, to := range map[string]string{"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"} {
			if v := first.Get(from); v != "" {
				asked[to] = v
			}
		}
		if code := get(w, n, asked).Code; code != http.StatusNotModified {
			t.Errorf("feed %d answers %d to what it said, %v", n, code, asked)
		}
		w.Publish(n, 1)
		if code := get(w, n, asked).Code; code != http.StatusOK {
			t.Errorf("feed %d answers %d though it has changed", n, code)
		}
	}
	if len(says) != 3 {
		t.Errorf("feeds say %v", slices.Collect(maps.Keys(says)))
	}
	if s := w.Stats(); s.Asked != 120 || s.Given != 60 || s.Same != 60 || s.Least != 2 || s.Most != 2 || s.AtOnce != 1 || s.Early != 0 {
		t.Errorf("counted %+v", s)
	}
	w.Reset()
	if s := w.Stats(); s.Asked != 0 || s.Given != 0 || s.Most != 0 {
		t.Errorf("counted after a reset %+v", s)
	}
}

func TestCompressed(t *testing.T) {
	w := New(some)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.answer(1, rw, r) }))
	defer server.Close()
	n := 1
	plain := get(w, n, nil).Body.Bytes()
	answer, err := http.Get(server.URL + "/feed/1.xml") // asks for gzip, and undoes it
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.Equal(body, plain) {
		t.Errorf("%d bytes, %v; want %d", len(body), err, len(plain))
	}
}

// A host that asks to be left alone notices who does not.
func TestRefusals(t *testing.T) {
	w := New(some)
	w.Product, w.Refused, w.Refusal = "product", 1, time.Hour
	asked := map[string]string{"User-Agent": "product"}
	if out := get(w, 0, asked); out.Code != http.StatusTooManyRequests || out.Header().Get("Retry-After") != "3600" {
		t.Errorf("%d %v", out.Code, out.Header())
	}
	if code := get(w, 0, asked).Code; code != http.StatusOK {
		t.Errorf("refused twice: %d", code)
	}
	get(w, 1, asked) // of another host
	if s := w.Stats(); s.Early != 1 || s.Refusals != 2 {
		t.Errorf("counted %+v", s)
	}
	rules := httptest.NewRequest("GET", w.base(0)+"/robots.txt", nil)
	w.answer(0, httptest.NewRecorder(), rules) // by who is not the product
	rules.Header.Set("User-Agent", "product")
	w.answer(0, httptest.NewRecorder(), rules)
	if s := w.Stats(); s.Early != 2 || s.Rules != 1 || s.Asked != 3 {
		t.Errorf("asked for robots.txt: counted %+v", s)
	}
	if w.Reset(); w.Stats().Rules != 0 {
		t.Errorf("counted after a reset %+v", w.Stats())
	}
}

// What is shown of a body is its text, whatever white space is between.
func TestDigestOf(t *testing.T) {
	w := New(some)
	r := w.Release(0, 1, 0)
	parsed, err := gofeed.NewParser().ParseString(`<rss version="2.0"><channel><item><title>x</title><description>` + escaper.Replace(tag.ReplaceAllString(r.Body, "\n ")) + `</description></item></channel></rss>`)
	if err != nil {
		t.Fatal(err)
	}
	if DigestOf(parsed.Items[0].Description) != w.text(place{0, 1}, 0) {
		t.Errorf("another text: %s", parsed.Items[0].Description)
	}
	if DigestOf("a b") == DigestOf("a c") || w.text(place{0, 1}, 0) == w.text(place{0, 1}, 1) {
		t.Error("other texts are the same")
	}
}

// A feed that publishes nothing before Publish has then just that.
func TestUnpublished(t *testing.T) {
	o := some
	o.Unpublished, o.Before, o.Window = true, 100, [2]int{5, 5}
	w := New(o)
	if n := len(w.listed(0)); n != 0 {
		t.Errorf("%d releases at first", n)
	}
	w.Publish(0, 5)
	w.Publish(0, 5)
	list := w.listed(0)
	if len(list) != 5 || list[0].Seq != 9 || !list[0].At.Before(o.Base) || w.Judge(nil).Published != 10 {
		t.Errorf("%d releases, the newest %+v", len(list), list[0])
	}
}

// Texts are as long as is asked for, and no two releases have the same.
func TestTexts(t *testing.T) {
	o := some
	o.Body, o.Shared = [2]int{2000, 5600}, 0
	seen, size, n := make(map[string]bool), 0, 0
	for feed := range o.Feeds {
		for seq := range 10 {
			r := o.Release(feed, seq, 0)
			if len(r.Body) < 2000 || seen[r.Body] {
				t.Errorf("%d bytes: %s", len(r.Body), r.Title)
			}
			seen[r.Body] = true
			size, n = size+len(r.Body), n+1
		}
	}
	if mean := size / n; mean < 3700 || mean > 4300 {
		t.Errorf("%d bytes on average", mean)
	}
}
