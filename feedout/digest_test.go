package feedout

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

// digests is a feed with one entry a day: a day of what an example has, and one
// of a single release.
func digests(language string) Document {
	d := example(language)
	d.Feed.Digest = "07:00"
	all := d.Releases
	all[2].Layer = news.Layer{{Act: news.ActNote, Args: news.Args{Text: "The visit had been put off twice."}}}
	d.Digests = []Digest{
		{news.Digested{Feed: "china-news", Seq: 2, Day: "2026-11-23", After: 1, Through: 4, At: noon.Add(19 * time.Hour)}, all},
		{news.Digested{Feed: "china-news", Seq: 1, Day: "2026-11-22", Through: 1, At: noon.Add(-5 * time.Hour)}, all[:1]},
	}
	d.Releases, d.Updated = nil, noon.Add(19*time.Hour)
	return d
}

func TestGoldenDigests(t *testing.T) {
	for _, lang := range []string{"en", "zh-CN"} {
		for _, f := range formats {
			golden(t, filepath.Join("testdata", "digests-"+lang+"."+string(f)+".golden"), render(t, digests(lang), f))
		}
		checkRules(t, digests(lang))
	}
}

func TestDigestSays(t *testing.T) {
	for _, f := range formats {
		body := string(render(t, digests("en"), f))
		for _, want := range []string{"China News, 23 November 2026: 3 releases", "China News, 22 November 2026: 1 release", "https://news.example.org/feeds/china-news/2026/11/23/",
			"Trade Grew by 6.1 Percent; A meeting", "https://moc.example/1.html", "Ministry of Commerce", "had been put off"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q", f, want)
			}
		}
		if strings.Contains(body, "may not be shown in full") || strings.Contains(body, "a.pdf") {
			t.Errorf("%s carries texts that it may not", f)
		}
	}
	if body := string(render(t, digests("zh-CN"), RSS)); !strings.Contains(body, "China News，2026年11月23日：3条") || !strings.Contains(body, "当日内容") {
		t.Errorf("in Chinese:\n%s", body)
	}
	titles := digests("en")
	titles.Feed.Content = news.Title
	if body := string(render(t, titles, JSON)); strings.Contains(body, "goods") {
		t.Error("a digest of titles has summaries")
	}
}

// A digest leads to a day of which there is a page.
func TestDigestLeadsToADay(t *testing.T) {
	d := digests("en")
	r := d.Digests[0].Releases[0]
	of := func(published ...time.Time) (g Digest) {
		g.Day = "2026-11-23"
		for _, at := range published {
			r.Membership.Published = at
			g.Releases = append(g.Releases, r)
		}
		return g
	}
	late := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC) // the 23rd in Beijing
	for _, c := range []struct {
		g    Digest
		want string
	}{
		{of(late.Add(48*time.Hour), late), "2026/11/23/"},
		{of(late.Add(-72*time.Hour), late.Add(-48*time.Hour), late.Add(-96*time.Hour)), "2026/11/21/"},
		{of(), "2026/11/23/"},
	} {
		if got := d.digestURL(c.g); !strings.HasSuffix(got, "/feeds/china-news/"+c.want) {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestDigestOfNothingAndOfMuch(t *testing.T) {
	d := digests("en")
	one := d.Digests[0]
	d.Digests = nil
	checkRules(t, d)
	r := one.Releases[0]
	for n := range 2000 {
		r.Membership.Story, r.Lead.Shown.Title = news.StoryID{byte(n >> 8), byte(n), 8}, strings.Repeat(fmt.Sprint("Title ", n, " "), 20)
		one.Releases = append(one.Releases, r)
	}
	for n := range 8 {
		one.Seq = uint64(8 - n)
		d.Digests = append(d.Digests, one)
	}
	for _, f := range formats {
		body := string(render(t, d, f))
		if len(body) > maxDocument || !strings.Contains(body, "2003 releases") || !strings.Contains(body, "And 1503 more.") {
			t.Errorf("%s of %d bytes", f, len(body))
		}
	}
	hostile := digests("en")
	for _, s := range lies {
		for n := range hostile.Digests[0].Releases {
			e := &hostile.Digests[0].Releases[n].Lead.Shown
			e.Title, e.URL, e.Locale, hostile.Digests[0].Releases[n].Summary, hostile.Digests[0].Releases[n].Membership.Link = s, s, s, s, s
		}
		hostile.Feed.Title = "F " + s
		checkRules(t, hostile)
	}
}
