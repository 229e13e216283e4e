package walks

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const readingConfig = `site: {title: River News, publisher: The River Desk, contact: desk@rivers.example, links: [{title: Imprint, url: "https://rivers.example/imprint"}]}
` + fetching + polling + `feeds:
  - {id: river-news, title: River News, description: Releases of the river states, language: en}
  - {id: river-news-zh, title: 河流新闻, description: 河流国家的消息, language: zh-CN}
sources:
`

// readingSite is a site with something on every kind of page, a corrected
// release among it.
func readingSite(t *testing.T) *daemon {
	t.Helper()
	m := newMinistry(t, readings()...)
	d := start(t, readingConfig+m.rows(), nil)
	until(t, "all releases are in", func() bool {
		return strings.Contains(fetch(t, d.base+"/feeds/river-news-zh.json"), "18400") && strings.Count(fetch(t, d.base+"/feeds/river-news.json"), `"id"`) > 40 &&
			strings.Contains(fetch(t, d.base+"/feeds/river-news.json"), "1,200")
	})
	until(t, "words are found", func() bool { return strings.Contains(fetch(t, d.base+"/search?q=wagons"), "Rail Ferry") })
	m.publish(corrected())
	until(t, "the correction is told", func() bool { return strings.Contains(fetch(t, d.base+"/feeds/edits/"), "1,450") })
	return d
}

// fetch is what an address answers to a program.
func fetch(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// story is the path of a story page, found by its title on a page of the site.
func story(t *testing.T, list, title string) string {
	t.Helper()
	found := regexp.MustCompile(`href="(/stories/[^"]+)"[^>]*>` + regexp.QuoteMeta(title)).FindStringSubmatch(fetch(t, list))
	if found == nil {
		t.Fatalf("%s has no story %q", list, title)
	}
	return found[1]
}

// A reader reads, and the site is judged in all ways of looking at it.
func TestReading(t *testing.T) {
	browser(t)
	d := readingSite(t)
	t.Run("walk", func(t *testing.T) { readingWalk(t, d) })
	t.Run("home", func(t *testing.T) { homeWalk(t, d) })
	t.Run("print", func(t *testing.T) { printWalk(t, d) })
	judgePages(t, "read", func(l look) map[string]way { return readingPages(t, d, l) }, window)
}

// readingPages is a page of each kind, by a name for it.
func readingPages(t *testing.T, d *daemon, l look) map[string]way {
	t.Helper()
	lang, feed, title, word, root := "en", "/feeds/river-news/", "Rail Ferry Between", "ferry", ""
	if l.languages != "" {
		lang, feed, title, word, root = "zh", "/feeds/river-news-zh/", "奥伦至哈尔维德", "轮渡", "/zh"
	}
	first := story(t, d.base+feed, title)
	edited := story(t, d.base+"/feeds/river-news/", "Secretariat Welcomes")
	kept := edited
	if l.languages != "" {
		kept = first // its text came after its title
	}
	return d.ways(map[string]string{
		"home": "/" + lang + "/", "feed": feed, "story": first, "story-long": story(t, d.base+"/en/", "Answer of the Spokesperson"), "story-edited": edited,
		"story-table": story(t, d.base+"/en/", "Notice on the Water"), "version": kept + "/versions/1", "compare": kept + "/compare/1..2",
		"edits": feed + "edits/", "edits-of-all": "/feeds/edits/", "removals": feed + "removals/", "day": feed + time.Now().In(beijing).Add(-2*time.Hour).Format("2006/01/02/"),
		"search": "/search?lang=" + lang, "found": "/search?q=" + url.QueryEscape(word), "nothing-found": "/search?lang=" + lang + "&q=zzzz", "polling": root + "/polling", "about": root + "/about",
		"page-2": "/feeds/river-news/page/2/", "missing": root + "/nothing", "narrowed": feed + "?from=2020-01-01", "desk-off": "/desk/",
	})
}

// readingWalk goes from Home to a release, to its other language, to what was
// changed, searches, and passes a release on.
func readingWalk(t *testing.T, d *daemon) {
	b := window(t, look{})
	b.visit(d.base + "/en/")
	b.follow(`a[href="/feeds/river-news/"]`)
	if title := b.text("h1"); title != "River News" {
		t.Errorf("the feed's page is %q", title)
	}
	if autodiscovery := b.attribute(`link[type="application/atom+xml"]`, "href"); !strings.HasSuffix(autodiscovery, "/feeds/river-news.atom") {
		t.Errorf("a reader finds the feed at %q", autodiscovery)
	}
	b.follow(`a[rel=next]`)
	if place := b.place(); place != "/feeds/river-news/page/2/" || len(b.texts(".stories h3")) == 0 {
		t.Errorf("older ones are at %s: %q", place, b.texts(".stories h3"))
	}
	b.follow(`a[rel=prev]`)
	first := story(t, d.base+"/feeds/river-news/", "Rail Ferry Between")
	b.follow(`a[href="` + first + `"]`)
	if text := b.text(".text"); !strings.Contains(text, "3,750 places and carries 48 wagons") || strings.Contains(text, "Back") {
		t.Errorf("the release's text is %q", text)
	}
	b.follow(`.siblings a[hreflang^=zh]`)
	if lang := b.attribute("html", "lang"); !strings.HasPrefix(lang, "zh") || !strings.Contains(b.text("h1"), "设3750个座位") {
		t.Errorf("in Chinese, it is %q in %q", b.text("h1"), lang)
	}
	b.follow(`.crumbs li:first-child a`)
	if place := b.place(); place != "/zh/" {
		t.Errorf("Home of a Chinese page is %s", place)
	}
	b.follow(`.ways a[hreflang^=en]`)
	if lang := b.attribute("html", "lang"); lang != "en" {
		t.Errorf("after the switch, the page is in %q", lang)
	}
	narrowWalk(b, d)
	changesWalk(b, d)
	searchWalk(b, d)
	shareWalk(b, d.base+first)
}

// changesWalk follows a correction to the comparison of its versions.
func changesWalk(b *tab, d *daemon) {
	b.t.Helper()
	b.visit(d.base + "/en/")
	b.follow(`a[href="/feeds/edits/"]`)
	b.follow(`.notices h3 a`)
	b.follow(`.versions a[href*="/compare/1..2"]`)
	if gone, new := b.text("del"), b.text("ins"); !strings.Contains(gone, "1,200") || !strings.Contains(new, "1,450") {
		b.t.Errorf("the comparison strikes out %q and underlines %q", gone, new)
	}
	b.follow(`.versions a[href$="/versions/1"]`)
	if cite := b.text(`[aria-labelledby="cite"] code`); !strings.Contains(cite, "/versions/1") {
		b.t.Errorf("a version is cited as %q", cite)
	}
}

// searchWalk searches by keyboard alone, from the link on Home.
func searchWalk(b *tab, d *daemon) {
	b.t.Helper()
	b.visit(d.base + "/en/")
	b.follow(`a[href^="/search"]`)
	b.waits("the focus on the field", func() bool { return b.focused() == "q" })
	b.press("wagons")
	if status := b.led(strokes(kb.Enter)); status != 200 {
		b.t.Errorf("the search answers %d", status)
	}
	if found := b.texts(".stories h3"); len(found) != 1 || !strings.Contains(found[0], "Rail Ferry") {
		b.t.Errorf("wagons are found in %q", found)
	}
	if marked := b.texts("mark"); len(marked) == 0 || !strings.EqualFold(marked[0], "wagons") {
		b.t.Errorf("marked is %q", marked)
	}
	b.write("#q", "轮渡")
	b.led(strokes(kb.Enter))
	if found := b.texts(".stories h3"); len(found) != 1 || !strings.Contains(found[0], "3750") {
		b.t.Errorf("轮渡 is found in %q", found)
	}
}

// narrowWalk looks at one publisher's releases.
func narrowWalk(b *tab, d *daemon) {
	b.t.Helper()
	b.visit(d.base + "/feeds/river-news/")
	b.click(".filter summary")
	b.choose("#publisher", "Office of Rivers and Roads")
	b.follow(".filter button")
	if titles := b.texts(".stories h3"); len(titles) != 3 || b.attribute(`meta[name=robots]`, "content") != "noindex" {
		b.t.Errorf("of one publisher there are %q", titles)
	}
}

// shareWalk passes a release on: by mail, by copying its address, by what the
// device has for it. The site itself is told nothing.
func shareWalk(b *tab, address string) {
	b.t.Helper()
	b.visit(address)
	b.ready()
	if mail := b.attribute(".suggest a.button", "href"); !strings.HasPrefix(mail, "mailto:?") || !strings.Contains(mail, url.QueryEscape(address)) {
		b.t.Errorf("a mail begins %q", mail)
	}
	asked := len(b.asked())
	b.copies(`[data-copy=address]`, "address")
	b.says(".suggest [role=status]", "Copied")
	b.do(sends(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `navigator.share = async what => { window.shared = what.url }`}))
	icon := func(address string) bool { return strings.HasSuffix(address, "/favicon.ico") } // the browser takes it when it likes
	if more := slices.DeleteFunc(b.asked()[asked:], icon); len(more) > 0 {
		b.t.Errorf("copying has asked for %q", more)
	}
	b.visit(address)
	b.click(`button[data-share]`)
	b.waits("what was shared", func() bool { return query[string](b, `window.shared ?? ""`) == address })
}

// Home asks once which language somebody reads.
func homeWalk(t *testing.T, d *daemon) {
	for languages, want := range map[string]string{"zh-CN,zh;q=0.9,en;q=0.5": "zh-CN", "en-GB,zh;q=0.3": "en", "fr": "en"} {
		b := window(t, look{languages: languages})
		b.visit(d.base + "/")
		if lang := b.attribute("html", "lang"); lang != want {
			t.Errorf("who reads %s is shown %q", languages, lang)
		}
	}
}

// printWalk prints a release: its text and where it is from, no way around it.
func printWalk(t *testing.T, d *daemon) {
	b := window(t, look{print: true})
	b.visit(d.base + story(t, d.base+"/feeds/river-news/", "Rail Ferry Between"))
	if !strings.Contains(b.text("main"), "3,750 places") {
		t.Errorf("printed is %q", b.text("main"))
	}
	for _, hidden := range []string{".skip", ".crumbs", ".suggest"} {
		if b.has(hidden) && query[bool](b, `document.querySelector(%s).checkVisibility()`, hidden) {
			t.Errorf("%s is printed", hidden)
		}
	}
	b.picture("read-print")
	if pdf := run(b, chromedp.PrintToPDF()); !bytes.HasPrefix(pdf, []byte("%PDF-")) || len(pdf) < 5000 {
		t.Errorf("the print has %d bytes", len(pdf))
	}
}
