package walks

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// hostileConfig has payloads in all that a configuration says to readers.
func hostileConfig(list []string) string {
	own := quoted(line(strings.Join(list[:40], " ")))
	var feeds strings.Builder
	feeds.WriteString("  - {id: all, title: " + own + ", description: " + own + ", language: en, languages: all, limit: 500, link: story, on_removal: mark}\n  - {id: held, title: Held, language: en, languages: all, sources: [h3], hold: true}\n")
	for n := range 4 {
		fmt.Fprintf(&feeds, "  - {id: of-h%d, title: Of one, language: en, languages: all, sources: [h%d], limit: 500, link: story}\n", n, n)
	}
	for n, text := range packed(list, 700) {
		fmt.Fprintf(&feeds, "  - {id: f%d, title: %s, description: %s, language: %s, languages: all, sources: [h1], limit: 3, copyright: %s}\n", n, quoted(line(text)), quoted(line(text)), []string{"en", "zh-CN"}[n%2], quoted(line(text)))
	}
	return "site: {title: " + own + ", publisher: " + own + ", contact: desk@rivers.example, links: [{title: " + own + ", url: \"https://rivers.example/imprint\"}]}\n" +
		"desk: {users: [{name: " + quoted(hostileEditor) + ", password: file:editor}]}\n" + fetching + "defaults: {interval: 10s, min_interval: 1s, wait_for_text: 5s}\n" +
		"feeds:\n" + feeds.String() + "sources:\n"
}

const hostileEditor = `"><img src=x onerror=alert("who")>`

// hostileSite is a daemon that has read what the office writes, twice.
func hostileSite(t *testing.T, h *hostile) *daemon {
	t.Helper()
	d := start(t, hostileConfig(payloads(t))+h.rows(), map[string]string{"editor": command(t, password("editor")+"\n", "hash-password")})
	until(t, "all releases are in", func() bool {
		all := releasesOf(t, d)
		for _, kind := range []string{"J", "R", "A", "L"} {
			if !slices.ContainsFunc(all, func(r published) bool { return strings.HasPrefix(r.Title, kind) }) {
				return false
			}
		}
		return len(all) >= len(h.list)
	})
	return d
}

type published struct{ Title, URL string }

// releasesOf are what the site publishes, of each source in a feed of its own: all
// would be more than one document has.
func releasesOf(t *testing.T, d *daemon) (all []published) {
	t.Helper()
	seen := make(map[string]bool)
	for n := range 4 {
		var feed struct{ Items []published }
		if err := json.Unmarshal([]byte(fetch(t, fmt.Sprintf("%s/feeds/of-h%d.json", d.base, n))), &feed); err != nil {
			t.Fatal(err)
		}
		for _, r := range feed.Items {
			if !seen[r.URL] {
				seen[r.URL] = true
				all = append(all, r)
			}
		}
	}
	return all
}

// Whatever sources, editors, the configuration and those who ask write, nothing
// of it runs, nothing is asked for, and no page is another than it should be.
func TestInjections(t *testing.T) {
	browser(t)
	list := payloads(t)
	h := newHostile(t, list)
	d := hostileSite(t, h)
	releases := releasesOf(t, d)
	lacks(t, h.list, releases)
	t.Logf("%d payloads in %d items, published as %d releases", len(list), len(h.list), len(releases))
	h.edition.Store(2)
	bold, strict := newCanary(t, d.base, look{noPolicy: true}), newCanary(t, d.base, look{})
	editorialInjections(t, d, strict, releases)
	until(t, "the second edition is told", func() bool { return strings.Contains(fetch(t, d.base+"/feeds/edits.atom"), "edition 2") })
	pages := injectedPages(t, d, list, releases)
	t.Run("documents", func(t *testing.T) { documentInjections(t, d, bold, list) })
	for name, c := range map[string]*canary{"without policies": bold, "with policies": strict} {
		t.Run(name, func(t *testing.T) {
			c.tab.t = t
			for n, p := range pages {
				if c == bold || n%8 == 0 || long() && n%4 == 0 {
					c.intact(d.base + p)
				}
			}
		})
	}
	t.Run("desk", func(t *testing.T) { deskInjections(t, d, h, bold, strict) })
}

// lacks fails the test for payloads that came into no feed: they are not tried.
func lacks(t *testing.T, list []string, releases []published) {
	t.Helper()
	carried := make(map[string]bool)
	for _, r := range releases {
		carried[strings.TrimLeft(strings.SplitN(r.Title, " ", 2)[0], "JRAL")] = true
	}
	for n := range list {
		if !carried[fmt.Sprint(n)] {
			t.Errorf("payload %d is in no feed, and not tried: %q", n, list[n])
		}
	}
}

// editorialInjections has an editor whose name is one write payloads wherever
// editors write.
func editorialInjections(t *testing.T, d *daemon, c *canary, releases []published) {
	t.Helper()
	c.visit(d.base + "/desk/sign-in")
	c.signIn(hostileEditor, password("editor"))
	c.shown("nav.tabs")
	wanted := acts(releases, payloads(t))
	var refused []string
	for _, w := range wanted {
		if answer := query[string](c.tab, `(async () => {
const [story, act] = %s, page = await (await fetch("/desk/stories/" + story)).text();
act.seen = new DOMParser().parseFromString(page, "text/html").querySelector("input[name=seen]").value;
const answer = await fetch("/desk/stories/" + story + "/acts", {method: "POST", body: new URLSearchParams(act)});
return answer.ok && answer.url.includes("done=") ? "" : act.act + " " + answer.status + " " + (act.text || act.tags).slice(0, 80) })()`, w); answer != "" {
			refused = append(refused, answer)
		}
	}
	t.Logf("of %d acts, %d were refused: %q", len(wanted), len(refused), refused)
	if len(refused)*4 > len(wanted) {
		t.Error("too many acts were refused: little is tried")
	}
}

// acts are an editor's, in pairs of a story and a form: as many payloads in one
// as it may have, unless all are to be tried singly.
func acts(releases []published, list []string) (pairs [][2]any) {
	for _, act := range []struct {
		name, field string
		most        int
	}{{"retitle", "text", 280}, {"note", "text", 1500}, {"summary", "text", 1500}} {
		if long() {
			act.most = 0
		}
		for n, text := range packed(list, act.most) {
			form := map[string]string{"act": act.name, act.field: strings.ToValidUTF8(text, "\ufffd"), "back": "story"}
			pairs = append(pairs, [2]any{address(releases[n%len(releases)]), form})
		}
	}
	for n, tags := range slices.Collect(slices.Chunk(slices.Clone(list), 15)) {
		for k, tag := range tags { // commas part tags, and they are short
			clipped := []rune(strings.ToValidUTF8(strings.ReplaceAll(tag, ",", ";"), "\ufffd"))
			tags[k] = string(clipped[:min(len(clipped), 50)])
		}
		pairs = append(pairs, [2]any{address(releases[n%len(releases)]), map[string]string{"act": "tag", "tags": strings.Join(tags, ","), "back": "story"}})
	}
	return pairs
}

// address is the last part of a story's address.
func address(r published) string { return r.URL[strings.LastIndex(r.URL, "/")+1:] }

// injectedPages are pages of every kind of the reading site, with every payload
// on one of each kind.
func injectedPages(t *testing.T, d *daemon, list []string, releases []published) []string {
	t.Helper()
	found := map[string]bool{"/": true, "/en/": true, "/zh/": true, "/about": true, "/polling": true, "/search": true, "/feeds/all/": true, "/feeds/edits/": true, "/feeds/removals/": true, "/feeds/all/edits/": true, "/feeds/f0/": true, "/feeds/f1/": true}
	for _, r := range releases {
		found["/stories/"+address(r)] = true
	}
	for _, queue := range [][]string{{"/feeds/all/"}, {"/feeds/edits/"}} { // pages behind them, and days
		for ; len(queue) > 0; queue = queue[1:] {
			for _, m := range regexp.MustCompile(`href="(/feeds/(?:all|edits)/(?:page/|[0-9/]+/)[^"]*)"`).FindAllStringSubmatch(fetch(t, d.base+queue[0]), -1) {
				if !found[m[1]] {
					found[m[1]] = true
					queue = append(queue, m[1])
				}
			}
		}
	}
	edits := regexp.MustCompile(`/stories/[a-z0-9]+/compare/[0-9]+\.\.[0-9]+`).FindAllString(fetch(t, d.base+"/feeds/edits/"), -1)
	for n, path := range slices.Compact(slices.Sorted(slices.Values(edits))) {
		if n < 12 || long() {
			found[path] = true
			found[path[:strings.Index(path, "/compare/")]+"/versions/1"] = true
		}
	}
	few, many := 180, 3000
	if long() {
		few, many = 0, 0
	}
	for _, q := range packed(list, few) {
		found["/search?q="+url.QueryEscape(q)] = true
	}
	for _, q := range packed(list, many) {
		found["/search?q=office&lang="+url.QueryEscape(q)+"&from="+url.QueryEscape(q)] = true
		found["/feeds/all/?publisher="+url.QueryEscape(q)+"&from="+url.QueryEscape(q)+"&page="+url.QueryEscape(q)] = true
		found["/nothing/"+url.PathEscape(q)] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// documentInjections has feeds read by a browser's own parsers.
func documentInjections(t *testing.T, d *daemon, c *canary, list []string) {
	c.tab.t = t
	paths := []string{"/opml.xml", "/sitemap.xml", "/sitemap/pages.xml"}
	for _, feed := range []string{"all", "edits", "removals", "f0", "f1", "f2", "f5"} {
		for _, format := range []string{"rss", "atom", "json"} {
			paths = append(paths, "/feeds/"+feed+"."+format)
		}
	}
	for _, q := range packed(list, 180) {
		for _, format := range []string{"rss", "atom", "json"} {
			paths = append(paths, "/search."+format+"?q="+url.QueryEscape(q))
		}
	}
	c.parses(paths...)
}

// deskInjections looks at the editor's desk, which shows what no reader sees:
// what waits, raw dates, reasons, logs, rules, what discovery finds.
func deskInjections(t *testing.T, d *daemon, h *hostile, bold, strict *canary) {
	bold.tab.t, strict.tab.t = t, t
	bold.visit(d.base + "/desk/sign-in?next=" + url.QueryEscape("javascript:alert(1)"))
	for _, name := range packed(payloads(t), 90)[:3] {
		bold.signIn(name, "wrong")
		if faults := bold.regard(); len(faults) > 0 {
			t.Errorf("the door, asked by %q: %q", name, faults)
		}
	}
	bold.visit(d.base + "/desk/sign-in")
	bold.signIn(hostileEditor, password("editor"))
	bold.shown("nav.tabs")
	pages := []string{"/desk/", "/desk/stories/", "/desk/sources/", "/desk/add", "/desk/rules", "/desk/log", "/desk/figures", "/desk/you", "/desk/nothing"}
	for n := range 4 {
		pages = append(pages, fmt.Sprint("/desk/sources/h", n))
	}
	for _, q := range packed(payloads(t), 4000) {
		for _, path := range []string{"/desk/stories/?q=", "/desk/sources/?q=", "/desk/log?who=", "/desk/rules?feed=", "/desk/rules/matches?feed=all&where=", "/desk/rules/matches?feed=&title=", "/desk/nothing/"} {
			pages = append(pages, path+url.QueryEscape(q))
		}
	}
	for n, r := range releasesOf(t, d) {
		if long() || n%8 == 0 || n < 12 {
			pages = append(pages, "/desk/stories/"+address(r))
		}
	}
	for n, p := range pages {
		bold.intact(d.base + p)
		if n%6 == 0 || long() && n%4 == 0 {
			strict.intact(d.base + p)
		}
	}
	for _, path := range []string{"/new.json", "/new/", "/new/2"} {
		discovered(t, d, bold, h.server.URL+path)
	}
}

// discovered has the desk look at an address until it knows what is there.
func discovered(t *testing.T, d *daemon, c *canary, at string) {
	t.Helper()
	c.visit(d.base + "/desk/add")
	c.write("#address", at)
	c.follow(`form.ask:has(#address) button`)
	c.waits("what discovery finds at "+at, func() bool { return c.has("#look:not([data-running])") })
	if faults := c.regard(); len(faults) > 0 {
		t.Errorf("discovery of %s: %q", at, faults)
	}
	if text := c.text("#look"); len(text) < 40 {
		t.Errorf("discovery of %s shows only %q", at, text)
	}
}
