package feedout

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"chinanews/news"
)

var (
	commerce = news.Source{ID: "moc", Origin: "moc", Rights: news.Government, Publisher: news.NamesOf(map[string]string{"en": "Ministry of Commerce of Lanshan", "zh-CN": "岚山国商务部"})}
	agency   = news.Source{ID: "wire", Origin: "wire", Rights: news.Media, Publisher: news.NamesOf(map[string]string{"en": "Lanshan Wire", "zh-CN": "岚山通讯社"})}
)

// notice is a notice of an item that a story is named after.
func notice(n byte, of news.FeedName, src news.Source, words news.Telling) Told {
	id := news.ItemID{n}
	t := Told{Notice: news.Notice{Of: of, Seq: uint64(n), Item: id, Story: news.StoryID(id), Feeds: []news.FeedName{"china-news"}, At: noon.Add(time.Duration(n) * time.Hour), Words: words},
		Address: news.StoryID(id).Address(news.AddressLength), Source: src}
	if of == news.FeedEdits {
		t.Rev, t.Version = 3, 2
	} else {
		t.Nth, t.State = 1, news.Removed
	}
	return t
}

// edited is a document of edits: a number, in Chinese a passage and the title,
// and of a source whose texts may not be shown.
func edited(lang string) Document {
	d := bulletin(lang, news.FeedEdits)
	d.Notices = []Told{
		notice(3, news.FeedEdits, agency, news.Telling{Title: "Port <Selin> opens & closes", URL: "https://wire.example/3.html", Lang: "en", Seen: noon, More: 1, Differences: []news.Difference{
			{Class: news.EditDate, Was: "on Monday", Now: "on Tuesday"}, {Class: news.EditName, Was: strings.Repeat("Arel Vantis ", 30), Now: "Dola Menkaru"}, {Class: news.EditNumber, Was: "six", Now: "seven"}}}),
		notice(2, news.FeedEdits, commerce, news.Telling{Title: "十月贸易数据", Was: "十月份贸易数据", URL: "https://moc.example/2.html", Lang: "zh", Seen: noon.Add(-time.Hour), Differences: []news.Difference{
			{Class: news.EditRemoved, Was: "进口增长三成。"}, {Class: news.EditAdded, Now: "出口增长两成。"}}}),
		notice(1, news.FeedEdits, commerce, news.Telling{Title: "Trade Grew", URL: "https://moc.example/1.html", Lang: "en", Seen: noon.Add(-2 * time.Hour), Differences: []news.Difference{{Class: news.EditNumber, Was: "6.1 percent", Now: "6.3 percent"}}}),
	}
	return d
}

func gone(lang string) Document {
	d := bulletin(lang, news.FeedRemovals)
	looks := []news.Look{{Pos: 7, At: noon.Add(-30 * time.Hour), Saw: news.SawNothing}, {Pos: 8, At: noon.Add(-6 * time.Hour), Saw: news.SawHome}, {Pos: 9, At: noon, Saw: news.SawNothing}, {Pos: 10, At: noon.Add(time.Minute), Saw: news.SawOutage}}
	words := news.Telling{Title: "Notice on Locks", URL: "https://moc.example/4.html", Lang: "en", Seen: noon.Add(-40 * time.Hour), Since: noon.Add(-30 * time.Hour), Looks: looks}
	d.Notices = []Told{notice(6, news.FeedRemovals, commerce, words), notice(5, news.FeedRemovals, commerce, words), notice(4, news.FeedRemovals, commerce, words)}
	d.Notices[0].State, d.Notices[0].Nth = news.Present, 2
	d.Notices[1].Words.Title, d.Notices[1].Words.Lang = "关于船闸的通告", "zh"
	return d
}

func bulletin(lang string, of news.FeedName) Document {
	site := news.Site{ID: "site-1", Title: "China News", BaseURL: "https://news.example.org", Publisher: "The editors", Language: lang}
	return Document{Site: site, Feed: NoticesFeed(site, news.Feed{}, of), Updated: noon.Add(time.Hour)}
}

func TestNoticesGolden(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		for name, d := range map[string]Document{"edits": edited(lang), "removals": gone(lang)} {
			checkRules(t, d)
			for _, f := range formats {
				got := render(t, d, f)
				wellFormed(t, f, got, 3)
				file := filepath.Join("testdata", name+"-"+lang+"."+string(f)+".golden")
				golden(t, file, got)
				if out, err := exec.Command("xmllint", "--noout", file).CombinedOutput(); f != JSON && have("xmllint") && err != nil {
					t.Errorf("xmllint %s: %s", file, out)
				}
			}
		}
	}
}

// What happens later changes no byte of an entry that was published.
func TestNoticesAreFrozen(t *testing.T) {
	entries := func(d Document, f Format) []string {
		var out []string
		for _, told := range d.Notices {
			one := d
			one.Notices, one.Updated = []Told{told}, noon.Add(24*time.Hour)
			out = append(out, string(render(t, one, f)))
		}
		return out
	}
	for _, f := range formats {
		before := entries(edited("en"), f)
		later := edited("en")
		third := notice(1, news.FeedEdits, commerce, news.Telling{Title: "Trade Fell", Was: "Trade Grew", URL: "https://moc.example/new.html", Lang: "en"})
		third.Rev, third.Version, third.Seq = 4, 3, 9
		later.Notices = append([]Told{third}, later.Notices...)
		if after := entries(later, f); !slices.Equal(before, after[1:]) {
			t.Errorf("%s: a later revision changed earlier entries", f)
		}
		if whole := string(render(t, later, f)); strings.Count(whole, later.noticeID(third)) != 1 || !strings.Contains(whole, "compare/2..3") {
			t.Errorf("%s: the later revision is not an entry of its own:\n%s", f, whole)
		}
	}
}

func TestNoticeIDs(t *testing.T) {
	seen := make(map[string]string)
	for _, site := range []string{"site-1", "site-2"} {
		for item := range byte(3) {
			for n := 1; n < 4; n++ {
				for _, of := range []news.FeedName{news.FeedEdits, news.FeedRemovals} {
					name := fmt.Sprint(site, item, n, of)
					x := news.Notice{Of: of, Item: news.ItemID{item}, Rev: n, Nth: n, Seq: 7}
					id := news.NoticeURN(site, x)
					if seen[id] != "" || id == news.EntryURN(site, news.StoryID{item}) {
						t.Errorf("%s has the id of %s", name, seen[id])
					}
					seen[id] = name
					if x.Seq, x.Story = 8, (news.StoryID{9}); news.NoticeURN(site, x) != id {
						t.Errorf("the id of %s depends on more than item and ordinal", name)
					}
				}
			}
		}
	}
	if id := news.NoticeURN("site-1", news.Notice{Of: news.FeedEdits, Item: news.ItemID{1}, Rev: 3}); id != frozenURN {
		t.Errorf("ids of notices have changed: %s", id)
	}
}

const frozenURN = "urn:uuid:914e334f-1ac9-8cd1-9a37-b6d371a2ed30"

// The rights of a source and the content of a feed bind what is quoted.
func TestNoticeRights(t *testing.T) {
	long := strings.Repeat("long words ", 100)
	words := news.Telling{Title: "New title", Was: "Old title", Lang: "en", Differences: []news.Difference{
		{Class: news.EditNumber, Was: "first " + long, Now: "second"}, {Class: news.EditName, Was: "third", Now: "fourth"}}}
	for _, tt := range []struct {
		rights     news.Rights
		content    news.Content
		has, hasNo []string
	}{
		{news.Government, "", []string{"Old title", "New title", "first", "second", "third", "fourth", "A number was changed", "The headline"}, []string{"more."}},
		{news.Open, news.Summary, []string{"Old title", "second", "And 1 more."}, []string{"fourth", long[:200]}},
		{news.Media, "", []string{"Old title", "second", "And 1 more.", "A name was changed."}, []string{"fourth", long[:200]}},
		{"", news.Full, []string{"second"}, []string{"fourth", long[:200]}},
		{news.Restricted, "", []string{"Old title", "New title", "And 2 more."}, []string{"first long", "second", "third", "fourth"}},
		{news.Government, news.Title, []string{"Old title"}, []string{"first long", "fourth"}},
	} {
		src := commerce
		src.Rights = tt.rights
		d := bulletin("en", news.FeedEdits)
		d.Feed.Content = tt.content
		d.Notices = []Told{notice(1, news.FeedEdits, src, words)}
		for _, f := range formats {
			body := string(render(t, d, f))
			for _, want := range tt.has {
				if !strings.Contains(body, want) {
					t.Errorf("%s, %s, %s lacks %q:\n%s", tt.rights, tt.content, f, want, body)
				}
			}
			for _, bad := range tt.hasNo {
				if strings.Contains(body, bad) {
					t.Errorf("%s, %s, %s quotes %q", tt.rights, tt.content, f, bad)
				}
			}
		}
	}
}

// A look that met an outage confirms nothing.
func TestRemovalsCountWhatConfirmsThem(t *testing.T) {
	d := gone("en")
	told := d.Notices[2]
	want := d.noticeSummary(told)
	told.Words.Looks = append(slices.Clone(told.Words.Looks), news.Look{Pos: 10, At: told.At, Saw: news.SawOutage}, news.Look{Pos: 11, At: told.At, Saw: news.SawRedesign})
	if got := d.noticeSummary(told); got != want {
		t.Errorf("with an outage the summary is\n%s, want\n%s", got, want)
	}
}

// A quotation that was cut ends a sentence as it is.
func TestQuotationsEnd(t *testing.T) {
	for quote, want := range map[string]string{"It admits 430 vessels…": "It admits 430 vessels…", "It is open.": "It is open.", "It is open": "It is open."} {
		if got := tellingEnglish.ended(quote); got != want {
			t.Errorf("%q ends as %q, want %q", quote, got, want)
		}
	}
}

// Notices say what was seen, in the language of the release; they accuse
// nobody.
func TestNoticeWords(t *testing.T) {
	d := edited("en")
	for n, want := range []string{
		"Changed: Port <Selin> opens & closes", "有改动：十月贸易数据", "Changed: Trade Grew",
	} {
		if got := d.noticeTitle(d.Notices[n]); got != want {
			t.Errorf("the title is %q, want %q", got, want)
		}
	}
	if got, want := d.noticeContent(d.Notices[2]), `<p>was: <del>6.1 percent</del><br/>now: <ins>6.3 percent</ins></p><p>A number was changed. Earlier text last seen 23 November 2026, 10:00 (Beijing time). New text first seen 23 November 2026, 13:00 (Beijing time).</p>`; !strings.HasPrefix(got, want) {
		t.Errorf("the content is\n%s, want\n%s", got, want)
	}
	if got, want := d.noticeSummary(d.Notices[1]), "原为：十月份贸易数据／现为：十月贸易数据。原为：进口增长三成。／现为：（文中无此内容）。标题有改动。有内容不再见于文中。文中新增内容。旧文本最后所见：2026年11月23日11:00（北京时间）。新文本首次所见：2026年11月23日14:00（北京时间）。"; got != want {
		t.Errorf("the summary is\n%s, want\n%s", got, want)
	}
	g := gone("en")
	for n, want := range []string{
		"Is back at its address, seen there 23 November 2026, 18:00 (Beijing time).",
		"自2026年11月22日06:00（北京时间）起已不在原网址；截至2026年11月23日12:00（北京时间）共查看3次。文本为2026年11月21日最后所见。保存于本站。",
		"No longer at its address since 22 November 2026, 06:00 (Beijing time); confirmed by 3 looks until 23 November 2026, 12:00 (Beijing time). Its text was last seen on 21 November 2026. It is kept here.",
	} {
		if got := g.noticeSummary(g.Notices[n]); got != want {
			t.Errorf("the summary is\n%s, want\n%s", got, want)
		}
	}
	g.Notices[2].Source = agency
	if got := g.noticeSummary(g.Notices[2]); !strings.HasSuffix(got, "21 November 2026.") {
		t.Errorf("a text that is not carried in full is told to be here: %s", got)
	}
	for _, d := range []Document{edited("en"), edited("zh-CN"), gone("en"), gone("zh-CN")} {
		for _, told := range d.Notices {
			title, text := d.Tell(told)
			for _, word := range []string{"removed", "delete", "censor", "scrub", "quietly", "secret", "删除", "撤下", "屏蔽", "审查", "悄"} {
				if strings.Contains(strings.ToLower(title+text), word) {
					t.Errorf("%s says %q", title, word)
				}
			}
		}
	}
}

func TestLimitNotices(t *testing.T) {
	for _, tt := range []struct {
		n     int
		apart time.Duration
		want  int
	}{{0, 0, 0}, {5, 100 * 24 * time.Hour, 5}, {300, 24 * time.Hour, 100}, {300, 3 * time.Hour, 241}, {900, time.Minute, 500}} {
		var all []news.Notice
		for n := range tt.n {
			all = append(all, news.Notice{At: noon.Add(-time.Duration(n) * tt.apart)})
		}
		if got := LimitNotices(slices.Values(all)); len(got) != tt.want {
			t.Errorf("%d notices %v apart: %d in the document, want %d", tt.n, tt.apart, len(got), tt.want)
		}
	}
}

// Whatever was changed, documents stay legal and harmless.
func TestAnyNoticeGivesLegalDocuments(t *testing.T) {
	nasty := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"]]>", "\x00\x0b", "\xff\xfe", "\u202e", "<![CDATA[", "</item>", "<script>alert(1)</script>", "%s%d", "</del>"}))
	rapid.Check(t, func(t *rapid.T) {
		d := edited(rapid.SampledFrom([]string{"en", "zh-CN", "", "!"}).Draw(t, "language"))
		d.Notices = append(d.Notices, gone("en").Notices...)
		for n := range d.Notices {
			w := &d.Notices[n].Words
			w.Title, w.Was, w.URL, w.Lang = nasty.Draw(t, "title"), nasty.Draw(t, "was"), nasty.Draw(t, "url"), nasty.Draw(t, "lang")
			w.Differences = []news.Difference{{Class: news.EditClass(nasty.Draw(t, "class")), Was: nasty.Draw(t, "was"), Now: nasty.Draw(t, "now")}}
			if _, markup := d.Tell(d.Notices[n]); strings.Contains(markup, "<script") {
				t.Fatalf("a script comes through: %s", markup)
			}
		}
		for _, f := range formats {
			body, err := Render(d, f)
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			wellFormed(t, f, body, len(d.Notices))
		}
	})
}

// A feed's own notices stand under it, in its language.
func TestNoticesFeed(t *testing.T) {
	f := NoticesFeed(news.Site{Title: "Site"}, news.Feed{ID: "zh", Name: "old-zh", Title: "岚山要闻", Language: "zh-CN", Content: news.Summary}, news.FeedRemovals)
	if f.ID != "zh/removals" || f.Name != "old-zh/removals" || f.Title != "岚山要闻：原址已无的内容" || f.Language != "zh-CN" || f.Content != news.Summary {
		t.Errorf("the feed is %+v", f)
	}
	d := Document{Site: news.Site{BaseURL: "https://n.example"}, Feed: f}
	if d.self(Atom) != "https://n.example/feeds/zh/removals.atom" || d.home() != "https://n.example/feeds/zh/removals/" {
		t.Errorf("it is at %s, %s", d.self(Atom), d.home())
	}
}

// A release that is gone says so first; one that is back does not.
func TestGoneInItsFeed(t *testing.T) {
	for lang, want := range map[string]string{"en": "No longer at its address since 23 November 2026, 14:05 (Beijing time); text as last seen on 22 November 2026.", "zh-CN": "自2026年11月23日14:05（北京时间）起已不在原网址；文本为2026年11月22日最后所见。"} {
		d := example(lang)
		d.Releases = d.Releases[:2]
		before := string(render(t, d, Atom))
		for n := range d.Releases {
			r := &d.Releases[n]
			r.Lead.Missed, r.LastSeen, r.Lead.FirstSeen = noon.Add(125*time.Minute), noon.Add(-24*time.Hour), noon.Add(-48*time.Hour)
			for state, says := range map[news.Presence]bool{news.Present: false, news.Missing: false, news.Unlisted: false, news.Removed: true} {
				r.Lead.Presence = state
				if got := strings.HasPrefix(d.content(*r), "<p>"+want+"</p>"); got != says {
					t.Errorf("%s: the content begins with it: %v\n%s", state, got, d.content(*r))
				}
				if got := strings.HasPrefix(d.summary(*r), want); got != says {
					t.Errorf("%s: the summary begins with it: %v\n%s", state, got, d.summary(*r))
				}
				if strings.Count(d.content(*r), want) > 1 {
					t.Errorf("%s: it is said twice", state)
				}
			}
			r.Lead.Presence = news.Removed
			if e := d.extension(*r); e.Removed != "2026-11-23T06:05:00Z" {
				t.Errorf("programs are told %q", e.Removed)
			}
			if entryTitle(*r) != entryTitle(example(lang).Releases[n]) {
				t.Error("the title changed")
			}
			r.Lead.Presence, r.Lead.FirstSeen = news.Present, noon
		}
		if after := string(render(t, d, Atom)); after != before {
			t.Error("a release that is back is not as it was")
		}
	}
}

// The provenance line names the version that stood at the last update.
func TestVersionInProvenance(t *testing.T) {
	r := example("en").Releases[0]
	d := example("en")
	r.Lead.Revisions = []news.Revision{{Rev: 1, Class: news.First, At: noon}, {Rev: 2, Class: news.Fill, At: noon}, {Rev: 3, Class: news.Reread, At: noon}}
	if v := d.version(r); v != "" {
		t.Errorf("a release that was not changed says %q", v)
	}
	r.Lead.Revisions = append(r.Lead.Revisions, news.Revision{Rev: 4, Class: news.Edit, At: noon.Add(time.Hour)}, news.Revision{Rev: 5, Class: news.Edit, At: noon.Add(26 * time.Hour)})
	for updated, want := range map[time.Duration]string{30 * time.Minute: "", time.Hour: "Version 3, changed 23 November 2026.", 25 * time.Hour: "Version 3, changed 23 November 2026.", 26 * time.Hour: "Version 4, changed 24 November 2026."} {
		r.Membership.Updated = noon.Add(updated)
		if got := d.version(r); got != want || !strings.Contains(d.content(r), want) {
			t.Errorf("updated after %v: %q, want %q", updated, got, want)
		}
	}
}
