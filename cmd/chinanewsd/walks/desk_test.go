package walks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

const deskConfig = `site: {title: River News, publisher: The River Desk, contact: desk@rivers.example}
desk: {users: [{name: ann, password: file:ann}, {name: bo, password: file:bo}]}
` + fetching + polling + `feeds:
  - {id: river-news, title: River News, language: en, languages: all}
  - {id: selection, title: Selection, description: What an editor has approved, language: en, languages: all, hold: true}
sources:
`

func password(name string) string { return "high water, " + name }

// deskSite is a site with two editors and a queue.
func deskSite(t *testing.T, config string, m *ministry) *daemon {
	t.Helper()
	files := map[string]string{}
	for _, name := range []string{"ann", "bo"} {
		files[name] = command(t, password(name)+"\n", "hash-password")
	}
	d := start(t, config+m.rows(), files)
	until(t, "all releases wait", func() bool {
		return strings.Count(d.command(t, "queue"), "nobody has approved it") == len(deskReleases())
	})
	return d
}

// deskReleases are what the desk's walks are about.
func deskReleases() []release { return readings()[:9] }

// editor opens a window and signs in.
func editor(t *testing.T, d *daemon, name string, l look) *tab {
	t.Helper()
	b := window(t, l)
	b.visit(d.base + "/desk/sign-in")
	b.signIn(name, password(name))
	b.shown(`nav.tabs`)
	return b
}

func (b *tab) signIn(name, password string) {
	b.t.Helper()
	b.write("#name", name)
	b.write("#password", password)
	b.led(strokes(kb.Enter))
}

// inFeed reports whether a feed has a release whose title begins so.
func inFeed(t *testing.T, d *daemon, feed, title string) bool {
	t.Helper()
	var doc struct{ Items []struct{ Title string } }
	if err := json.Unmarshal([]byte(fetch(t, d.base+"/feeds/"+feed+".json")), &doc); err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(doc.Items, func(i struct{ Title string }) bool { return strings.HasPrefix(i.Title, title) })
}

// line is the selector of a line of the queue, by words of its title.
func (b *tab) line(words string) string {
	b.t.Helper()
	var id string
	b.waits("a line of the queue with "+words, func() bool {
		id = query[string](b, `[...document.querySelectorAll("#queue > li")].find(l => l.innerText.includes(%s))?.id ?? ""`, words)
		return id != ""
	})
	return "#" + id
}

func TestDesk(t *testing.T) {
	browser(t)
	m := newMinistry(t, deskReleases()...)
	d := deskSite(t, deskConfig, m)
	for _, walk := range []struct {
		name string
		walk func(*testing.T, *daemon)
	}{
		{"signing in", signInWalk}, {"approve, hide, undo", queueWalk}, {"retitle", retitleWalk}, {"merge and split", mergeWalk}, {"keyboard", keyboardWalk}, {"two editors", conflictWalk},
		{"without script", plainWalk}, {"workbench", benchWalk}, {"nothing to add", scoutTroubles},
	} {
		t.Run(walk.name, func(t *testing.T) { walk.walk(t, d) })
	}
	t.Run("news", func(t *testing.T) { eventsWalk(t, d, m) })
	judgePages(t, "desk", func(look) map[string]way { return deskPages(t, d) }, func(t *testing.T, l look) *tab { return editor(t, d, "bo", l) })
	t.Run("add a source", func(t *testing.T) { scoutWalk(t, d) })
	t.Run("too often", func(t *testing.T) { throttleWalk(t, d) })
}

// A stranger is asked to sign in, is told no to a wrong password, and comes to
// where they were going.
func signInWalk(t *testing.T, d *daemon) {
	b := window(t, look{})
	b.visit(d.base + "/desk/stories/")
	b.shown("#password")
	b.signIn("ann", "wrong")
	b.shown(`[role=alert]`)
	if b.value("#name") != "ann" || b.value("#password") != "" {
		t.Errorf("after a wrong password the fields have %q and %q", b.value("#name"), b.value("#password"))
	}
	b.write("#password", password("ann"))
	b.led(strokes(kb.Enter))
	if place := b.place(); place != "/desk/stories/" {
		t.Errorf("signed in, ann is at %s", place)
	}
	if script := query[string](b, "document.cookie"); script != "" {
		t.Errorf("scripts can read the cookie: %q", script)
	}
	other := b.beside(look{})
	other.visit(d.base + "/desk/")
	other.shown("nav.tabs")
	b.follow(`form[action="/desk/sign-out"] button`)
	other.visit(d.base + "/desk/")
	other.shown("#password")
	if r, err := http.Get(d.base + "/desk/"); err != nil || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a stranger's page may be kept: %v %v", r, err)
	}
}

// An approval puts a release into the feed that waits for it, and taking it back
// takes it out; hiding takes a release out of all feeds.
func queueWalk(t *testing.T, d *daemon) {
	b := editor(t, d, "ann", look{})
	b.visit(d.base + "/desk/")
	if inFeed(t, d, "selection", "Rail Ferry") {
		t.Fatal("it is in the feed before anybody has approved it")
	}
	b.click(b.line("Rail Ferry") + " button[value=approve]")
	b.says("#status", "approved it")
	until(t, "it is in the feed", func() bool { return inFeed(t, d, "selection", "Rail Ferry") })
	b.click("#status button[value=undo]")
	b.says("#status", "took back")
	until(t, "it is out of the feed again", func() bool { return !inFeed(t, d, "selection", "Rail Ferry") })
	b.visit(d.base + "/desk/")
	b.click(b.line("公路总局") + " button[value=hide]")
	b.says("#status", "hid it in Selection")
	b.follow(`#status a[href^="/desk/stories/"]`)
	b.follow(`#acts button[value=hide]`)
	b.says("#status", "hid it")
	until(t, "it is out of all feeds", func() bool { return !inFeed(t, d, "river-news", "公路总局") })
	b.follow(`#status button[value=undo]`)
	until(t, "it is back", func() bool { return inFeed(t, d, "river-news", "公路总局") })
}

// A title of ours stands in feeds in place of the source's, which the story page
// still says.
func retitleWalk(t *testing.T, d *daemon) {
	b := editor(t, d, "ann", look{})
	b.visit(d.base + "/desk/")
	line := b.line("Notice on the Water Level")
	b.click(line + " details[data-act=retitle] summary")
	b.write(line+" details[data-act=retitle] [name=text]", "How high the Sael stands")
	b.click(line + " button[value=retitle]")
	b.says("#status", "How high the Sael stands")
	b.follow(`#status a[href^="/desk/stories/"]`)
	b.says("main", "Notice on the Water Level")
	if b.click(`#acts details[data-act=retitle] summary`); b.value(`#acts [data-act=retitle] [name=text]`) == "" {
		t.Error("the field for a title does not begin with the one that it has")
	}
	b.write(`#acts [data-act=retitle] [name=text]`, "The Sael, hour by hour")
	b.follow(`#acts button[value=retitle]`)
	until(t, "the feed has our title", func() bool { return inFeed(t, d, "river-news", "The Sael, hour by hour") })
	b.says("h1", "The Sael, hour by hour")
}

// Two stories become one, and the part that came is split off again.
func mergeWalk(t *testing.T, d *daemon) {
	b := editor(t, d, "ann", look{})
	b.visit(d.base + "/desk/stories/?q=survey")
	b.follow(`#found a`)
	story := b.place()
	b.write("#q", "Bulletin 1 of the harbour")
	b.led(strokes(kb.Enter))
	b.click(`#merging input[name=other]`)
	b.click(`#merging button[value=merge]`)
	b.says("#status", "merged it with")
	until(t, "one of them is left", func() bool {
		return !inFeed(t, d, "river-news", "Bulletin 1 of") || !inFeed(t, d, "river-news", "Secretariat")
	})
	b.visit(d.base + story)
	b.click(`#splitting input[name=parts]`)
	b.click(`#splitting button[value=split]`)
	b.says("#status", "split off")
	until(t, "both are there", func() bool {
		return inFeed(t, d, "river-news", "Bulletin 1 of") && inFeed(t, d, "river-news", "Secretariat")
	})
}

// All of the queue's work is done by keys: signing in, going to a line, acting,
// taking it back.
func keyboardWalk(t *testing.T, d *daemon) {
	b := window(t, look{})
	b.visit(d.base + "/desk/sign-in")
	b.waits("the focus on the name", func() bool { return b.focused() == "name" })
	b.press("ann")
	b.press(kb.Tab)
	b.press(password("ann"))
	b.led(strokes(kb.Enter))
	b.shown("#queue li")
	b.ready()
	b.press("j")
	first := b.current()
	b.press("j")
	if second := b.current(); second == "" || second == first {
		t.Errorf("after j and j, the focus is on %q and %q", first, second)
	}
	b.press("k")
	if again := b.current(); again != first {
		t.Errorf("k goes to %q, not %q", again, first)
	}
	b.press("?")
	b.waits("the help", func() bool { return b.has("dialog[open]") })
	b.press(kb.Escape)
	b.waits("no help", func() bool { return !b.has("dialog[open]") })
	b.press("a")
	b.says("#status", "approved it")
	b.waits("the focus on another line", func() bool { return b.current() != "" && b.current() != first })
	b.press("u")
	b.says("#status", "took back")
	b.ready()
	b.press("j")
	b.press("t")
	b.waits("the focus on the title", func() bool { return query[bool](b, `document.activeElement.name == "text"`) })
	b.press("jkahu?")
	if typed := query[string](b, `document.activeElement.value`); !strings.HasSuffix(typed, "jkahu?") {
		t.Errorf("typed in a field was %q", typed)
	}
	b.press(kb.Escape)
	b.waits("the focus out of the field", func() bool { return b.focused() == "summary" })
	b.press("/")
	b.waits("a field to find in", func() bool { return b.place() == "/desk/stories/" })
	b.ready()
	b.press("/")
	b.waits("the focus on it", func() bool { return b.focused() == "q" })
}

// current is the story of the queue's line that has the focus.
func (b *tab) current() string {
	b.t.Helper()
	return query[string](b, `document.activeElement?.closest("#queue > li")?.dataset.story ?? ""`)
}

// Two editors with the same page open: the second is told what the first did,
// with all that they typed, and nothing is overwritten until they say so.
func conflictWalk(t *testing.T, d *daemon) {
	ann, bo := editor(t, d, "ann", look{}), editor(t, d, "bo", look{noScript: true})
	ann.visit(d.base + "/desk/stories/?q=spokesperson")
	ann.follow(`#found a`)
	bo.visit(d.base + ann.place())
	bo.do(chromedp.Click(chromedp.CSS(`details[data-act=retitle] summary`)))
	ann.click(`details[data-act=retitle] summary`)
	ann.write(`details[data-act=retitle] [name=text]`, "Permits remain valid, by ann")
	ann.click(`button[value=retitle]`)
	ann.says("#status", "by ann")
	bo.write(`details[data-act=retitle] [name=text]`, "Permits, by bo")
	if status := bo.follow(`button[value=retitle]`); status != http.StatusConflict {
		t.Errorf("an act on what somebody else has changed is answered with %d", status)
	}
	bo.says("#stale", "ann")
	bo.says("#stale", "Permits remain valid, by ann")
	if typed := bo.value(`#act [name=text]`); typed != "Permits, by bo" {
		t.Errorf("bo's words are now %q", typed)
	}
	if !inFeed(t, d, "river-news", "Permits remain valid, by ann") {
		t.Error("ann's title is gone before bo said so")
	}
	if status := bo.follow(`#act button`); status != http.StatusOK {
		bo.stuck(fmt.Errorf("doing it all the same is answered with %d", status))
	}
	bo.says("#status", "Permits, by bo")
	until(t, "bo's title stands", func() bool { return inFeed(t, d, "river-news", "Permits, by bo") })
	bo.says("main", "by bo")
}

// plainWalk does without script what editors do most.
func plainWalk(t *testing.T, d *daemon) {
	b := editor(t, d, "bo", look{noScript: true})
	b.visit(d.base + "/desk/")
	b.follow(b.line("Bulletin 2 of") + " button[value=approve]")
	b.says("#status", "approved it")
	until(t, "it is in the feed", func() bool { return inFeed(t, d, "selection", "Bulletin 2 of") })
	b.follow("#status button[value=undo]")
	b.says("#status", "took back")
}

// What comes while the queue is looked at is told, and moves nothing; what
// another editor decides is greyed out.
func eventsWalk(t *testing.T, d *daemon, m *ministry) {
	ann, bo := editor(t, d, "ann", look{}), editor(t, d, "bo", look{})
	ann.visit(d.base + "/desk/")
	bo.visit(d.base + "/desk/")
	line := ann.line("Bulletin 3 of")
	bo.click(bo.line("Bulletin 3 of") + " button[value=approve]")
	bo.says("#status", "approved it")
	ann.says(line, "somebody has decided")
	before := len(ann.texts("#queue > li"))
	m.publish(release{"feed", "late-1", "A late word from the harbour master", "<p>The harbour is closed.</p>", readings()[0].at})
	ann.waits("word of a new line", func() bool { return query[bool](ann, `!document.querySelector("#news").hidden`) })
	if after := len(ann.texts("#queue > li")); after != before {
		t.Errorf("lines moved under the editor's hands: %d, then %d", before, after)
	}
	ann.follow("#news a")
	ann.line("A late word")
}

// throttleWalk signs in with wrong passwords until it is told to wait.
func throttleWalk(t *testing.T, d *daemon) {
	b := window(t, look{})
	b.visit(d.base + "/desk/sign-in")
	b.write("#name", "ann")
	var status int
	for range 7 {
		b.write("#password", "not the password")
		if status = b.led(strokes(kb.Enter)); status == http.StatusTooManyRequests {
			break
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("after seven wrong passwords the answer is %d", status)
	}
	b.shown("[role=alert]")
}

// TestDeskTabs has more tabs of the desk open than a browser makes connections to
// a host by HTTP/1.1: those that are not seen hold none, and what they have missed
// they show when they are seen again.
func TestDeskTabs(t *testing.T) {
	browser(t)
	d := deskSite(t, deskConfig, newMinistry(t, deskReleases()...))
	first := editor(t, d, "ann", look{})
	first.visit(d.base + "/desk/")
	line, waits := first.line("Bulletin 3 of"), first.text("#waits")
	first.hide(true)
	for range 6 {
		other := first.beside(look{})
		other.visit(d.base + "/desk/stories/")
		other.hide(true)
	}
	last := first.beside(look{})
	last.visit(d.base + "/desk/")
	last.click(last.line("Bulletin 3 of") + " button[value=approve]")
	last.says("#status", "approved it")
	if now := first.text("#waits"); now != waits || first.has(line+".past") {
		t.Errorf("a tab that nobody sees still listens: %s wait, then %s", waits, now)
	}
	first.hide(false)
	first.says(line, "somebody has decided")
	first.waits("the count of now", func() bool { return first.text("#waits") == last.text("#waits") })
}

// hide has the page think that its tab is seen no more, or is seen again: a
// browser without a screen shows all of its tabs.
func (b *tab) hide(hidden bool) {
	b.t.Helper()
	b.script(`Object.defineProperty(document, "hidden", {value: %s, configurable: true}); document.dispatchEvent(new Event("visibilitychange"))`, hidden)
}
