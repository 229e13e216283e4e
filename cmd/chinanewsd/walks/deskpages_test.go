package walks

import (
	"maps"
	"testing"
)

// deskPages is a page of each kind of the desk, by a name for it.
func deskPages(t *testing.T, d *daemon) map[string]way {
	t.Helper()
	b := editor(t, d, "ann", look{})
	b.visit(d.base + "/desk/stories/?q=ferry")
	story := b.attribute("#found a", "href")
	pages := d.ways(map[string]string{
		"queue": "/desk/", "find": "/desk/stories/", "found": "/desk/stories/?q=ferry", "story": story, "rules": "/desk/rules", "rule": "/desk/rules?feed=river-news",
		"matches": "/desk/rules/matches?feed=river-news&where=has(title,%20%22ferry%22)", "wrong-rule": "/desk/rules/matches?feed=river-news&where=has(titel)",
		"rehearsal": "/desk/rules/rehearsal?feed=river-news&where=has(title,%20%22ferry%22)", "add": "/desk/add", "sources": "/desk/sources/", "source": "/desk/sources/rivers-feed",
		"figures": "/desk/figures", "log": "/desk/log", "you": "/desk/you", "missing": "/desk/nothing",
	})
	office := newMinistry(t, harbours()...)
	maps.Copy(pages, map[string]way{
		"added": func(b *tab) {
			b.visit(d.base + "/desk/add")
			b.write("#address", office.server.URL+"/news/")
			b.follow("form.ask button")
			b.waits("the end of the look", func() bool { return b.has("#look:not([data-running])") })
			b.script(`document.querySelectorAll("details").forEach(d => { d.open = true })`)
		},
		"conflict": func(b *tab) { b.conflicts(d.base + story) },
		"withdraw": func(b *tab) {
			b.visit(d.base + story)
			b.click("[data-act=withdraw] summary")
			b.write("[data-act=withdraw] [name=reason]", "It was published by mistake.")
			b.follow("button[value=withdraw]")
		},
		"story-open": func(b *tab) {
			b.visit(d.base + story)
			b.script(`document.querySelectorAll("details").forEach(d => { d.open = true })`)
		},
		"queue-open": func(b *tab) {
			b.visit(d.base + "/desk/")
			b.ready()
			b.press("j")
			b.press("t")
			b.waits("the focus on the title", func() bool { return query[bool](b, `document.activeElement.name == "text"`) })
		},
		"queue-done": func(b *tab) {
			b.visit(d.base + "/desk/")
			b.click("#queue button[value=pin]")
			b.says("#status", "bo")
		},
		"keys": func(b *tab) {
			b.visit(d.base + "/desk/")
			b.click("[data-dialog=keys]")
		},
		"numbers": func(b *tab) {
			b.visit(d.base + "/desk/figures")
			b.script(`document.querySelectorAll("details").forEach(d => { d.open = true })`)
		},
		"address": func(b *tab) {
			b.visit(d.base + "/desk/you")
			b.follow("button[value=new]")
		},
	})
	return pages
}

// conflicts writes a note on a story that was noted in another tab meanwhile.
func (b *tab) conflicts(story string) {
	b.t.Helper()
	b.visit(story)
	b.click("details[data-act=note] summary")
	b.write("details[data-act=note] [name=text]", "The fares are those of last year.")
	other := b.beside(look{})
	other.visit(story)
	other.click("details[data-act=note] summary")
	other.write("details[data-act=note] [name=text]", "The ministry has given no fares for groups.")
	other.click("button[value=note]")
	other.says("#status", "no fares for groups")
	b.follow("button[value=note]")
	b.shown("#stale")
}

// What somebody sees who has just begun: a desk that is off, a sign-in, and a
// desk with nothing in it.
func TestFirstDay(t *testing.T) {
	browser(t)
	const nothing = "site: {title: River News, publisher: The River Desk, contact: desk@rivers.example}\n"
	off := start(t, nothing+"feeds: []\nsources: []\n", nil)
	judgePages(t, "first", func(look) map[string]way {
		return off.ways(map[string]string{"off": "/desk/", "home": "/en/", "home-zh": "/zh/"})
	}, window)
	d := start(t, nothing+"desk: {users: [{name: ann, password: file:ann}]}\nfeeds: []\nsources: []\n", map[string]string{"ann": command(t, password("ann")+"\n", "hash-password")})
	judgePages(t, "first", func(look) map[string]way {
		return map[string]way{"sign-in": func(b *tab) { b.visit(d.base + "/desk/sign-in") }, "sign-in-wrong": func(b *tab) {
			b.visit(d.base + "/desk/sign-in")
			b.signIn("bo", "wrong")
		}}
	}, window)
	judgePages(t, "first", func(look) map[string]way {
		return d.ways(map[string]string{"desk": "/desk/", "sources": "/desk/sources/", "rules": "/desk/rules", "figures": "/desk/figures", "log": "/desk/log", "find": "/desk/stories/"})
	}, func(t *testing.T, l look) *tab { return editor(t, d, "ann", l) })
}
