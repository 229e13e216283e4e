package feedout

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// curated is the example as an editor left it: the first story has another
// title, a summary, a note and a tag; the third is pinned; and two have
// versions in other languages, one of them linked after the last update.
func curated(language string) Document {
	d := example(language)
	for n := range d.Releases {
		d.Releases[n].Membership.Seq = uint64(31 - 2*n)
	}
	first, last := &d.Releases[0], &d.Releases[2]
	first.Layer = news.Layer{
		{Pos: 1, Act: news.ActRetitle, Args: news.Args{Text: "An <older> title"}}, {Pos: 2, Act: news.ActRetitle, Args: news.Args{Text: "Exports & imports up 6.1 %"}},
		{Pos: 3, Act: news.ActSummary, Args: news.Args{Text: "What the <figures> say."}}, {Pos: 4, Act: news.ActNote, Args: news.Args{Text: "Figures are <preliminary> & may change."}},
		{Pos: 5, Act: news.ActTag, Args: news.Args{Tags: []string{"figures", "talks"}}},
	}
	known := first.Membership.Updated
	first.Siblings = []news.Sibling{sibling(40, "ja", "貿易は6.1%増", known.Add(time.Second)), sibling(41, "zh", "进出口增长6.1%<初步>", known)}
	last.Siblings = []news.Sibling{sibling(42, "en", "Minister meets delegation", noon.Add(-time.Hour))}
	last.Membership.Pinned = noon.Add(72 * time.Hour)
	d.Releases = []news.Release{*last, *first, d.Releases[1]}
	return d
}

func sibling(n byte, lang, title string, since time.Time) news.Sibling {
	id := news.StoryID{n, 1}
	item := news.Item{ID: news.ItemID(id), Shown: news.Entry{Lang: lang, Locale: map[string]string{"zh": "zh-CN"}[lang], Title: title}}
	return news.Sibling{Story: id, Address: id.Address(10), Lead: item, Title: title, Since: since, Feed: "other"}
}

func TestCuratedGolden(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		for _, f := range formats {
			golden(t, filepath.Join("testdata", "curated-"+lang+"."+string(f)+".golden"), render(t, curated(lang), f))
		}
	}
}

// What the editor wrote stands in every format, and what the source wrote
// beside it where there is a place.
func TestEditorsWords(t *testing.T) {
	for lang, note := range map[string]string{"en": "Editor's note: Figures are", "zh-CN": "编者注：Figures are"} {
		for _, f := range formats {
			body := string(render(t, curated(lang), f))
			for _, want := range []string{"6.1 %", "What the", note, "figures", "Trade in"} {
				if !strings.Contains(strings.NewReplacer("&#39;", "'", "&amp;#39;", "'", "&amp;amp;", "&").Replace(body), want) {
					t.Errorf("%s in %s lacks %q:\n%s", f, lang, want, body)
				}
			}
			if strings.Contains(body, "older") || strings.Contains(body, "Grew by") != (f == JSON) {
				t.Errorf("%s has a title that is not the editor's last:\n%s", f, body)
			}
		}
	}
	d := curated("en")
	first := d.Releases[1]
	if got := d.content(first); !strings.HasPrefix(got, "<p>Editor&#39;s note: Figures are &lt;preliminary&gt; &amp; may change.</p><p>Trade in <b>") {
		t.Errorf("the note is no paragraph of its own before the body: %s", got)
	}
	if got, want := tags(first), []string{"talks", "economy", "figures"}; !slices.Equal(got, want) {
		t.Errorf("tags %v, want %v", got, want)
	}
	first.Carriers[0].Source.Rights = news.Restricted
	if got := d.summary(first); got != "What the <figures> say." {
		t.Errorf("an editor's summary beside a source of titles: %q", got)
	}
	if d.Feed.Content = news.Title; d.summary(first) != "" {
		t.Error("a feed of titles has a summary")
	}
}

// Siblings are those of the last update, and lead to our pages. The entry's own
// link is its first and its last, whichever of them a reader takes; no two have
// one language.
func TestSiblings(t *testing.T) {
	d := curated("en")
	first := d.Releases[1]
	own, _ := d.links(first)
	var got []string
	for _, l := range d.atomEntry(first).Links {
		if l.Rel == "alternate" {
			got = append(got, l.Language+" "+l.Href)
		}
	}
	want := []string{" " + own, "zh-CN https://news.example.org/stories/" + first.Siblings[1].Address, "en " + own}
	if !slices.Equal(got, want) {
		t.Errorf("links %v, want %v", got, want)
	}
	text := d.content(first)
	if !strings.Contains(text, `Also in Chinese: <a href="https://news.example.org/stories/`+first.Siblings[1].Address+`" hreflang="zh-CN" lang="zh-CN">进出口增长6.1%&lt;初步&gt;</a>`) || strings.Contains(text, "Japanese") {
		t.Errorf("the last line is %s", text)
	}
	if zh := curated("zh-CN"); !strings.Contains(zh.content(zh.Releases[0]), "另有英文版：<a ") {
		t.Errorf("in Chinese: %s", zh.content(zh.Releases[0]))
	}
	first.Membership.Updated = first.Membership.Updated.Add(time.Minute)
	if text := d.content(first); !strings.Contains(text, "Also in Japanese: ") || !strings.Contains(text, "Also in Chinese: ") {
		t.Errorf("after another update the last line is %s", text)
	}
	first.Siblings[0].Lead.Shown.Lang = "x\" onclick"
	if text := d.content(first); strings.Contains(text, "onclick") {
		t.Errorf("what is no language is said: %s", text)
	}
}

// What is pinned stands before the stubs of what entered after it.
func TestPinnedBeforeStubs(t *testing.T) {
	d := curated("en")
	d.Stubs = []news.Stub{{Membership: news.Membership{Entering: news.Entering{Story: news.StoryID{70}, Seq: 30}}, Address: "s"}}
	var order []news.StoryID
	for _, l := range d.lines() {
		switch l := l.of.(type) {
		case *news.Stub:
			order = append(order, l.Membership.Story)
		case *news.Release:
			order = append(order, l.Story)
		}
	}
	if want := []news.StoryID{{3}, {1}, {70}, {2}}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}
