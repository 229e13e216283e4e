package curator

import (
	"slices"
	"testing"
	"time"

	"chinanews/curator/storytest"
	"chinanews/news"
)

// bilingual is a record of sources that carry the releases of one work of the
// labelled corpus, in both languages.
type bilingual struct {
	*memory
	c      *Curator
	zh, en []news.Entry // carriers, in the order in which they came
}

func newBilingual(t *testing.T, work string) *bilingual {
	t.Helper()
	b := &bilingual{}
	for _, i := range storytest.Items(t, ".", "open") {
		switch {
		case i.Work != work || i.Again != "":
		case i.Lang == "zh":
			b.zh = append(b.zh, i.Entry(t))
		default:
			b.en = append(b.en, i.Entry(t))
		}
	}
	if len(b.zh) < 2 || len(b.en) < 2 {
		t.Fatalf("%s has %d and %d carriers", work, len(b.zh), len(b.en))
	}
	b.memory, b.c = live(t, row("z"), row("a"), row("b"), page("p"))
	b.now = b.zh[0].Date.Time.Add(36 * time.Hour)
	return b
}

func (b *bilingual) list(source string, entries ...news.Entry) news.Decision {
	b.now = b.now.Add(time.Minute)
	return b.accept(b.c, listing(*b.c.sources[news.Origin(source)].Source, entries...))
}

// siblingsOf are the siblings of the story that an item is in.
func (b *bilingual) siblingsOf(i news.ItemID) (ids []news.StoryID) {
	h := b.c.hear(b, news.Batch{})
	s, _ := h.storyOf(i)
	for _, t := range h.siblings(s) {
		ids = append(ids, t.ID)
	}
	return ids
}

func (b *bilingual) paired(t *testing.T, one, other news.ItemID) {
	t.Helper()
	x, y := b.siblingsOf(one), b.siblingsOf(other)
	if !slices.Equal(x, []news.StoryID{b.items[other].Story}) || !slices.Equal(y, []news.StoryID{b.items[one].Story}) {
		t.Errorf("siblings are %v and %v, want %s and %s", x, y, b.items[other].Story, b.items[one].Story)
	}
}

func TestVersionsAreFound(t *testing.T) {
	for name, come := range map[string]func(b *bilingual) []news.Decision{
		"the Chinese first": func(b *bilingual) []news.Decision {
			return []news.Decision{b.list("a", b.zh[0]), b.list("b", b.en[0])}
		},
		"the English first": func(b *bilingual) []news.Decision {
			return []news.Decision{b.list("a", b.en[0]), b.list("b", b.zh[0])}
		},
		"in one batch": func(b *bilingual) []news.Decision { return []news.Decision{b.list("a", b.zh[0], b.en[0])} },
		"a text that comes later": func(b *bilingual) []news.Decision {
			listed := b.en[0]
			listed.HTML, listed.Digest = "", ""
			first := b.list("p", listed)
			second := b.list("a", b.zh[0])
			return []news.Decision{first, second, b.accept(b.c, reading(page("p"), news.TaskArticle, first.Ruling.Items[0].Item, b.en[0]))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBilingual(t, "w010")
			var links []news.SiblingRuling
			for _, d := range come(b) {
				links = append(links, d.Ruling.Siblings...)
			}
			if len(links) != 1 || links[0].Evidence == "" {
				t.Fatalf("links %+v, want one", links)
			}
			b.paired(t, links[0].Item, links[0].Of)
			more := append(b.list("a", b.zh[1:]...).Ruling.Siblings, b.list("b", b.en[1:]...).Ruling.Siblings...)
			if len(more) > 0 {
				t.Errorf("other carriers are linked too: %+v", more)
			}
			b.paired(t, links[0].Item, links[0].Of)
			consistent(t, b.memory)
		})
	}
}

// A link is between items: it stays when either is edited, follows an item that
// is split off, and of two that a merge brings together the first counts.
func TestLinksFollowTheirItems(t *testing.T) {
	b := newBilingual(t, "w010")
	zh := b.list("a", b.zh[0]).Ruling.Items[0].Item
	en := b.list("b", b.en[0]).Ruling.Items[0].Item
	carrier := b.list("b", b.zh[1]).Ruling.Items[0].Item
	edited := saying(b.zh[0], "全文另行发布，敬请留意。")
	if d := b.list("a", edited); classes(d) != "edit" || len(d.Ruling.Siblings)+len(d.Ruling.Stories) > 0 {
		t.Errorf("an edit: %+v", d.Ruling)
	}
	b.paired(t, zh, en)
	split := news.Editing{Act: news.ActSplit, Scope: news.Scope{Story: b.items[zh].Story}, Args: news.Args{Items: []news.ItemID{carrier}}}
	b.now = b.now.Add(time.Minute)
	b.edit(b.c, split)
	b.paired(t, zh, en)
	if got := b.siblingsOf(carrier); len(got) != 0 {
		t.Errorf("what was split off has siblings %v", got)
	}
	for n, e := range b.en[1:] {
		if d := b.list("z", e); len(d.Ruling.Siblings) > 0 {
			t.Errorf("carrier %d of a release that has its version gets another: %+v", n, d.Ruling.Siblings)
		}
	}

	other := newBilingual(t, "w003")
	b.zh, b.en = other.zh, other.en
	zh2 := b.list("a", b.zh[0]).Ruling.Items[0].Item
	en2 := b.list("b", b.en[0]).Ruling.Items[0].Item
	b.paired(t, zh2, en2)
	b.now = b.now.Add(time.Minute)
	b.edit(b.c, news.Editing{Act: news.ActMerge, Scope: news.Scope{Story: b.items[zh].Story}, Args: news.Args{Story: b.items[zh2].Story}})
	b.paired(t, zh, en)
	if got := b.siblingsOf(en2); !slices.Equal(got, []news.StoryID{b.items[zh].Story}) {
		t.Errorf("the later version has siblings %v", got)
	}
}
