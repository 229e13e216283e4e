package feedout

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/feedout/validity"
	"chinanews/news"
)

// anyText is text as sources, editors and configurations may have it: none,
// much, in any script, and what breaks documents.
var anyText = rapid.Custom(func(t *rapid.T) string {
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom(lies), rapid.SampledFrom([]string{"通航", "a b", "&amp;", "<b>", "\U0001F6A2", "\U000E0041", "\n\n", "\u00a0"}))
	return strings.Join(rapid.SliceOfN(piece, 0, 4).Draw(t, "pieces"), "")
})

// anyAddress is an address, or something that a page has in its place.
var anyAddress = rapid.Custom(func(t *rapid.T) string {
	form := rapid.SampledFrom([]string{"%s", "https://x.example/%s", "http://x.example:8080/a?b=%s", "https://例え.example/%s#%[1]s", "https://x.example/../%s/./", "HTTPS://X.EXAMPLE/%s", "https://[2001:db8::1]/%s", "mailto:%s@x.example"})
	return fmt.Sprintf(form.Draw(t, "form"), anyText.Draw(t, "path"))
})

var anyTag = rapid.OneOf(rapid.SampledFrom([]string{"en", "zh", "zh-CN", "zh-Hant-TW", "EN-gb", "x-klingon", "", "zh_CN", "中文", "i", "en-"}), anyText)

// configTag is what a configuration may have for a language: it is checked there.
var configTag = rapid.SampledFrom([]string{"en", "zh", "zh-CN", "zh-Hant-TW", "en-gb", ""})

var anyTime = rapid.Custom(func(t *rapid.T) time.Time {
	if rapid.Bool().Draw(t, "none") {
		return time.Time{}
	}
	first, last := time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC).Unix(), time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC).Unix()
	zone := time.FixedZone("odd", rapid.IntRange(-14*3600, 14*3600).Draw(t, "zone"))
	return time.Unix(rapid.Int64Range(first, last).Draw(t, "second"), rapid.Int64Range(0, 999_999_999).Draw(t, "nanosecond")).In(zone)
})

// anyMarkup is a text as it comes from cleaning: of any words, but balanced.
var anyMarkup = rapid.Custom(func(t *rapid.T) string {
	forms := []string{"<p>%s</p>", "<ul><li>%s</li></ul>", "<h2>%s</h2>", "<blockquote><p>%s</p></blockquote>", "<table><tbody><tr><td>%s</td></tr></tbody></table>",
		`<p><a href="https://x.example/" rel="nofollow noopener">%s</a><br/></p>`, `<figure><img src="https://x.example/a.jpg" alt=""/><figcaption>%s</figcaption></figure>`}
	var b strings.Builder
	for _, form := range rapid.SliceOfN(rapid.SampledFrom(forms), 0, 4).Draw(t, "forms") {
		fmt.Fprintf(&b, form, markup.Replace(news.Legal(strings.TrimSpace(anyText.Draw(t, "words")))))
	}
	return b.String()
})

func anySource(t *rapid.T, id string) news.Source {
	rights := rapid.SampledFrom([]news.Rights{news.Government, news.Open, news.Media, ""}).Draw(t, "rights")
	return news.Source{ID: id, Origin: news.Origin(id), Rights: rights, Tags: rapid.SliceOfN(anyText, 0, 3).Draw(t, "tags"),
		URLs: rapid.SliceOfN(anyAddress, 0, 2).Draw(t, "urls"), Publisher: news.NamesOf(map[string]string{"en": anyText.Draw(t, "publisher"), anyTag.Draw(t, "language"): anyText.Draw(t, "name")}),
		Timezone: rapid.SampledFrom([]string{"Asia/Shanghai", "", "Nowhere/Land"}).Draw(t, "timezone")}
}

func anyRelease(t *rapid.T, n int) news.Release {
	r := release(byte(n+1), anySource(t, "a"), anyText.Draw(t, "title"), anyMarkup.Draw(t, "text"), anySource(t, "b"))
	e := &r.Lead.Shown
	e.URL, e.Lang, e.Locale, e.Tags = anyAddress.Draw(t, "url"), anyTag.Draw(t, "lang"), anyTag.Draw(t, "locale"), rapid.SliceOfN(anyText, 0, 4).Draw(t, "tags")
	e.Date = news.Date{Raw: anyText.Draw(t, "raw"), Time: anyTime.Draw(t, "date"), Zone: anyText.Draw(t, "zone"), Precision: rapid.SampledFrom([]news.Precision{"", news.Day, news.Minute}).Draw(t, "precision")}
	for range rapid.IntRange(0, 3).Draw(t, "files") {
		e.Files = append(e.Files, news.File{URL: anyAddress.Draw(t, "file"), Type: rapid.OneOf(anyText, rapid.SampledFrom([]string{"image/jpeg", "audio/mpeg", "video/mp4", "application/pdf; a=b"})).Draw(t, "type"), Title: anyText.Draw(t, "title"), Size: rapid.Int64().Draw(t, "size")})
	}
	r.Summary, r.LastSeen = anyText.Draw(t, "summary"), anyTime.Draw(t, "seen")
	r.Membership.Link, r.Membership.Published, r.Membership.Updated = anyAddress.Draw(t, "link"), anyTime.Draw(t, "published"), anyTime.Draw(t, "updated")
	r.Membership.Seq, r.Membership.Entered = uint64(1000-n), anyTime.Draw(t, "entered")
	if rapid.Bool().Draw(t, "removed") {
		r.Lead.Presence, r.Lead.Missed = news.Removed, anyTime.Draw(t, "missed")
	}
	r.Layer = news.Layer{{Act: news.ActRetitle, Args: news.Args{Text: anyText.Draw(t, "retitle")}}, {Act: news.ActSummary, Args: news.Args{Text: anyText.Draw(t, "precis")}},
		{Act: news.ActNote, Args: news.Args{Text: anyText.Draw(t, "note")}}, {Act: news.ActTag, Args: news.Args{Tags: rapid.SliceOfN(anyText, 0, 3).Draw(t, "tags")}}}
	langs := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"en", "zh", "ja", "ru", "中", "a b"}), 0, 3, rapid.ID).Draw(t, "siblings")
	for k, lang := range langs { // one of each language, and none of the release's own
		if lang != news.Primary(e.Lang) && lang != news.Primary(e.Locale) {
			r.Siblings = append(r.Siblings, sibling(byte(100+10*n+k), lang, anyText.Draw(t, "title"), anyTime.Draw(t, "since")))
		}
	}
	return r
}

// anyDocument is a document of releases, stubs and what its feed may say.
func anyDocument(t *rapid.T) Document {
	d := example(configTag.Draw(t, "language"))
	d.Site.Publisher, d.Site.Title = anyText.Draw(t, "publisher"), anyText.Draw(t, "site")
	d.Feed.Title, d.Feed.Description, d.Feed.Copyright = "T"+anyText.Draw(t, "title"), anyText.Draw(t, "description"), anyText.Draw(t, "copyright")
	d.Feed.Provenance = rapid.Bool().Draw(t, "provenance")
	d.Feed.Content = rapid.SampledFrom([]news.Content{news.Full, news.Summary, news.Title, ""}).Draw(t, "content")
	d.Feed.Link = rapid.SampledFrom([]news.LinkTo{news.LinkOriginal, news.LinkStory}).Draw(t, "link")
	d.Updated, d.Hub, d.Releases = anyTime.Draw(t, "updated"), rapid.SampledFrom([]string{"", "https://news.example.org/hub"}).Draw(t, "hub"), nil
	d.Older = rapid.SampledFrom([]string{"", "7-1"}).Draw(t, "older")
	if rapid.Bool().Draw(t, "archived") {
		d.Archive = Archive{Name: "9-2", Newer: rapid.SampledFrom([]string{"", "3"}).Draw(t, "newer")}
	}
	if rapid.IntRange(0, 9).Draw(t, "search") == 0 {
		d.Search, d.Archive, d.Older, d.Hub = "lang=zh&q=%E8%88%B9", Archive{}, "", ""
	}
	for n := range rapid.IntRange(0, 4).Draw(t, "releases") {
		d.Releases = append(d.Releases, anyRelease(t, n))
	}
	for n := range rapid.IntRange(0, 2).Draw(t, "stubs") {
		gone := news.Stub{Address: fmt.Sprint("gone-", n), Withdrawal: news.Withdrawal{At: anyTime.Draw(t, "at"), Who: anyText.Draw(t, "who"), Reason: anyText.Draw(t, "reason")}}
		gone.Membership.Story, gone.Membership.Published = news.StoryID{200, byte(n)}, anyTime.Draw(t, "published")
		d.Stubs = append(d.Stubs, gone)
	}
	return d
}

// anyNotices is a document of notices.
func anyNotices(t *rapid.T) Document {
	of := rapid.SampledFrom([]news.FeedName{news.FeedEdits, news.FeedRemovals}).Draw(t, "of")
	d := bulletin(configTag.Draw(t, "language"), of)
	for n := range rapid.IntRange(0, 4).Draw(t, "notices") {
		words := news.Telling{Title: anyText.Draw(t, "title"), Was: anyText.Draw(t, "was"), URL: anyAddress.Draw(t, "url"), Lang: anyTag.Draw(t, "lang"), Seen: anyTime.Draw(t, "seen"), Since: anyTime.Draw(t, "since"), More: rapid.IntRange(0, 3).Draw(t, "more")}
		for range rapid.IntRange(0, 3).Draw(t, "differences") {
			words.Differences = append(words.Differences, news.Difference{Class: rapid.SampledFrom([]news.EditClass{news.EditNumber, news.EditAdded, news.EditRemoved, news.EditHeadline}).Draw(t, "class"),
				Was: anyText.Draw(t, "before"), Now: anyText.Draw(t, "now")})
		}
		words.Looks = []news.Look{{Pos: 1, At: anyTime.Draw(t, "look"), Saw: news.SawNothing}}
		told := notice(byte(n+1), of, anySource(t, "a"), words)
		told.At = anyTime.Draw(t, "at")
		d.Notices = append(d.Notices, told)
	}
	return d
}

func TestAnyDocumentIsValid(t *testing.T) {
	for name, draw := range map[string]func(*rapid.T) Document{"releases": anyDocument, "notices": anyNotices} {
		t.Run(name, func(t *testing.T) {
			var atoms [][]byte
			rapid.Check(t, func(t *rapid.T) {
				d := draw(t)
				for _, f := range formats {
					body, err := Render(d, f)
					if err != nil {
						t.Fatal(err)
					}
					for _, p := range wrong(f, d.self(f), body) {
						t.Errorf("%s: %v", f, p)
					}
					if f == Atom {
						atoms = append(atoms, body)
					}
				}
			})
			validity.Grammatical(t, atoms[:min(len(atoms), 200)]...)
		})
	}
}

// TestSizesAreValid has documents of nothing, of very many entries and of very
// large ones.
func TestSizesAreValid(t *testing.T) {
	many, length := []int{0, 1, 2000}, 100_000
	if testing.Short() {
		many, length = []int{0, 1, 100}, 5_000
	}
	var atoms [][]byte
	whole := func(d Document) {
		checkRules(t, d)
		atoms = append(atoms, render(t, d, Atom))
	}
	for _, n := range many {
		d := example("en")
		r := d.Releases[0]
		d.Releases = nil
		for i := range n {
			r.Membership.Story = news.StoryID{byte(i >> 8), byte(i), 9}
			d.Releases = append(d.Releases, r)
		}
		whole(d)
	}
	huge := example("en")
	for n := range huge.Releases {
		r := &huge.Releases[n]
		r.HTML = "<p>" + strings.Repeat("通航&amp;", length) + "</p>"
		r.Lead.Shown.Title = strings.Repeat("长", 5000)
		r.Lead.Shown.Tags = slices.Repeat([]string{"a"}, 1000)
	}
	whole(huge)
	validity.Grammatical(t, atoms...)
}
