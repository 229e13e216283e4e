package curator

import (
	"math/rand"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// storiesOf counts the stories of a record, without the one that makes a feed
// live.
func storiesOf(m *memory) (n int) {
	for s := range m.Stories() {
		if s.ID != news.StoryID(m.order[0]) {
			n++
		}
	}
	return n
}

func TestWhatIsOneRelease(t *testing.T) {
	a, b := row("a"), row("b")
	at := func(e news.Entry, later time.Duration) news.Entry {
		e.Date.Time = e.Date.Time.Add(later)
		return e
	}
	half := carried(5, "b", 0)
	half.HTML = "<p>" + strings.Join(release(5)[:2], "</p>\n<p>") + "</p>"
	half.Digest = news.TextDigest(half.HTML)
	translated := carried(5, "b", 0)
	translated.Lang = "fr"
	empty := carried(5, "b", 0)
	empty.HTML, empty.Digest = "", ""
	for name, c := range map[string]struct {
		e    news.Entry
		want int
	}{
		"another site's head and foot": {carried(5, "b", 0), 1},
		"its first half":               {half, 1},
		"nine days later":              {at(carried(5, "b", 0), 9*24*time.Hour), 1},
		"fifteen days later":           {at(carried(5, "b", 0), 15*24*time.Hour), 2},
		"another language":             {translated, 2},
		"another release":              {carried(6, "b", 0), 2},
		"no text":                      {empty, 2},
	} {
		t.Run(name, func(t *testing.T) {
			m, co := live(t, a, b)
			m.accept(co, listing(a, carried(5, "a", 0)))
			m.now = m.now.Add(time.Hour)
			d := m.accept(co, listing(b, c.e))
			if got := storiesOf(m); got != c.want {
				t.Errorf("%d stories, want %d", got, c.want)
			}
			if evidence := d.Ruling.Stories[0].Evidence; (evidence != "") != (c.want == 1) || strings.Contains(evidence, "\n") {
				t.Errorf("evidence %q", evidence)
			}
			if c.want == 1 && len(d.Ruling.Enter)+len(d.Ruling.Updated) > 0 {
				t.Errorf("a carrier moved the feed: %+v", d.Ruling)
			}
			consistent(t, m)
		})
	}
}

// However the carriers of some releases come, one by one or several in a batch,
// with their texts or before them, each release is one story, and its id is
// that of the item that came first.
func TestOrderDoesNotMatter(t *testing.T) {
	for seed := range 10 {
		r := rand.New(rand.NewSource(int64(seed)))
		sources := []news.Source{row("a"), row("b"), page("c"), page("d")}
		m, c := live(t, append([]news.Source{row("z")}, sources...)...)
		const releases = 4
		queues := make([][]news.Entry, len(sources))
		for s := range queues {
			for n := range releases {
				queues[s] = append(queues[s], carried(n, sources[s].ID, time.Duration(r.Intn(3000))*time.Minute))
			}
			r.Shuffle(releases, func(i, j int) { queues[s][i], queues[s][j] = queues[s][j], queues[s][i] })
		}
		type text struct {
			src news.Source
			id  news.ItemID
			e   news.Entry
		}
		var texts []text
		for step := 0; step < 200; step++ {
			m.now = m.now.Add(time.Minute)
			s := r.Intn(len(sources) + 1)
			switch {
			case s == len(sources) && len(texts) > 0:
				n := r.Intn(len(texts))
				m.accept(c, reading(texts[n].src, news.TaskArticle, texts[n].id, texts[n].e))
				texts = append(texts[:n], texts[n+1:]...)
			case s < len(sources) && len(queues[s]) > 0:
				n := 1 + r.Intn(len(queues[s]))
				batch := append([]news.Entry{}, queues[s][:n]...)
				queues[s] = queues[s][n:]
				full := append([]news.Entry{}, batch...)
				for k := range batch {
					if sources[s].Kind == news.KindHTML {
						batch[k].HTML, batch[k].Digest = "", ""
					}
				}
				for _, i := range m.accept(c, listing(sources[s], batch...)).Ruling.Items {
					if sources[s].Kind == news.KindHTML {
						for _, e := range full {
							if e.URL == m.items[i.Item].Shown.URL {
								texts = append(texts, text{sources[s], i.Item, e})
							}
						}
					}
				}
			}
			consistent(t, m)
		}
		if got := storiesOf(m); got != releases || len(texts) > 0 {
			t.Errorf("seed %d: %d stories and %d texts to come, want %d and none", seed, got, len(texts), releases)
		}
	}
}

func TestDuplicatesInOneBatchAreOneStory(t *testing.T) {
	a := row("a")
	m, c := live(t, a)
	again := carried(5, "a", time.Minute)
	again.URL += "?mobile"
	d := m.accept(c, listing(a, carried(5, "a", 0), again, carried(6, "a", 0)))
	if got := storiesOf(m); got != 2 || len(d.Ruling.Enter) != 2 {
		t.Errorf("%d stories, %d entered, want 2 and 2", got, len(d.Ruling.Enter))
	}
	consistent(t, m)
}

// counting counts the texts that are read of a record.
type counting struct {
	*memory
	read int
}

func (c *counting) Texts(pos uint64, e news.Entry) (string, string, error) {
	c.read++
	return c.memory.Texts(pos, e)
}

// What a carrier costs does not grow with the carriers there are.
func TestSearchIsBounded(t *testing.T) {
	const carriers = 60
	sources := []news.Source{row("z")}
	for n := range carriers + 1 {
		sources = append(sources, row("s"+strings.Repeat("x", n)))
	}
	m, c := live(t, sources...)
	for _, s := range sources[1 : carriers+1] {
		m.accept(c, listing(s, carried(5, s.ID, 0)))
	}
	last := sources[carriers+1]
	l := &counting{memory: m}
	c.Accept(l, listing(last, carried(5, last.ID, 0)))
	if l.read > mostLike {
		t.Errorf("%d texts are read, want %d at most", l.read, mostLike)
	}
}

// Only a text that comes makes two stories one; one that changes does not, be
// it another release's to the letter.
func TestWhatMakesTwoStoriesOne(t *testing.T) {
	a, b := row("a"), row("b")
	bare := carried(5, "b", 0)
	bare.HTML, bare.Digest = "", ""
	for name, c := range map[string]struct {
		before news.Entry
		class  string
		want   int
	}{
		"a text that comes later": {bare, "fill", 1},
		"an edit":                 {carried(6, "b", 0), "edit", 2},
	} {
		m, co := live(t, row("z"), a, b)
		m.accept(co, listing(a, carried(5, "a", 0)))
		c.before.URL = carried(5, "b", 0).URL
		m.accept(co, listing(b, c.before))
		m.now = m.now.Add(2 * time.Hour)
		d := m.accept(co, listing(b, carried(5, "b", 0)))
		if classes(d) != c.class || storiesOf(m) != c.want {
			t.Errorf("%s: %s, and %d stories, want %s and %d", name, classes(d), storiesOf(m), c.class, c.want)
		}
		if c.want == 1 && (len(d.Ruling.Leave) != 1 || d.Ruling.Leave[0].Why != news.LeftMerged || len(d.Ruling.Enter)+len(d.Ruling.Updated) > 0) {
			t.Errorf("%s: %+v, want the younger entry to leave and nothing else", name, d.Ruling)
		}
		consistent(t, m)
	}
}

// A carrier of what was withdrawn enters nothing, whatever stands around the
// text.
func TestCarriersOfWhatWasWithdrawn(t *testing.T) {
	a, b := row("a"), row("b")
	m, c := live(t, row("z"), a, b)
	first := m.accept(c, listing(a, carried(5, "a", 0))).Ruling.Items[0].Item
	m.edit(c, news.Editing{Act: news.ActWithdraw, Scope: news.Scope{Story: news.StoryID(first)}})
	m.now = m.now.Add(time.Hour)
	d := m.accept(c, listing(b, carried(5, "b", 0)))
	if i := m.items[d.Ruling.Items[0].Item]; i.Story != news.StoryID(first) || len(d.Ruling.Enter) > 0 {
		t.Errorf("it is in %s and entered %+v", i.Story, d.Ruling.Enter)
	}
}
