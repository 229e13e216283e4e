package walks

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// canary is a tab that tells when something hostile ran in a page, or asked for
// anything that is not of the site.
type canary struct {
	*tab
	base string // of the site

	mu      sync.Mutex
	printed []string
}

func newCanary(t *testing.T, base string, l look) *canary {
	t.Helper()
	c := &canary{base: base}
	c.tab = opened(t, l, browser(t), chromedp.WithNewBrowserContext(), chromedp.WithListener(c.heardPrint))
	return c
}

func (c *canary) heardPrint(event any) {
	if e, ok := event.(*runtime.EventConsoleAPICalled); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.printed = append(c.printed, fmt.Sprint("the console has a line, ", e.Type))
	}
}

// sings tells what happened in pages since it was last asked: dialogs, lines of
// the console, what a policy refused, requests.
func (c *canary) sings() []string {
	c.tab.mu.Lock()
	defer c.tab.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	list := slices.Concat(c.wrongs, c.printed)
	for _, r := range c.requests {
		if u, err := url.Parse(r); err != nil || u.Scheme+"://"+u.Host != c.base && u.Scheme != "data" && u.Scheme != "about" {
			list = append(list, "it asks for "+r)
		}
	}
	c.wrongs, c.printed, c.requests = nil, nil, nil
	return list
}

// whole is a program that lists what is wrong with a page: its landmarks, what
// stands in its head, elements and attributes that can run or ask, addresses,
// and what payloads set. Its argument are the names of the body's elements.
const whole = `(() => {
const faults = [], landmarks = %s, plain = location.pathname.endsWith(".json") || location.pathname.endsWith(".txt");
if (plain) return faults;
const all = css => [...document.querySelectorAll(css)];
for (const css of ["head", "body", "main", "h1", "title", "body > footer:last-child"]) {
	const n = css == "title" ? all("head > title").length : all(css).length;
	if (n != 1) faults.push(n + " " + css);
}
if (all("footer").length != 1 || all("main h1, body > header > h1").length != 1) faults.push("a landmark is elsewhere: " + all("footer").length + " footers, the h1 in " + all("h1").map(h => h.parentElement.outerHTML.slice(0, 200)));
for (const e of document.body.children) if (!landmarks.includes(e.localName)) faults.push("in the body is " + e.localName);
for (const e of document.head.children) {
	const known = ["title", "meta", "link", "script", "noscript"].includes(e.localName);
	if (!known || e.localName == "meta" && !e.name && !e.getAttribute("property") && !e.getAttribute("charset") ||
		e.localName == "link" && !["icon", "stylesheet", "alternate", "canonical"].includes(e.rel) || e.localName == "link" && e.rel == "stylesheet" && new URL(e.href).origin != location.origin)
		faults.push("in the head is " + e.outerHTML.slice(0, 200));
}
const never = ["base", "iframe", "frame", "frameset", "object", "embed", "applet", "portal", "fencedframe", "template", "style", "math", "plaintext", "xmp", "noembed", "marquee", "video", "audio", "source", "track", "foreignobject", "animate", "set", "use", "image", "keygen"];
for (const e of all("*")) {
	const name = e.localName.toLowerCase();
	if (never.includes(name)) faults.push("there is " + e.outerHTML.slice(0, 200));
	if (name == "script" && e.type == "application/ld+json") { try { JSON.parse(e.textContent) } catch (x) { faults.push("JSON-LD: " + x) } }
	else if (name == "script" && (!e.src || new URL(e.src).origin != location.origin || !/^\/(site|desk\/[a-z]+)\.js$/.test(new URL(e.src).pathname) || e.textContent)) faults.push("a script: " + e.outerHTML.slice(0, 200));
	for (const a of e.attributes) {
		if (/^on|^style$|^srcdoc$|^ping$|^autofocus$|^formtarget$/i.test(a.name) && !(a.name == "autofocus" && e.matches(".sign-in input, input#q"))) faults.push("an attribute: " + e.outerHTML.slice(0, 200));
		if (["href", "src", "action", "formaction", "cite", "data", "poster", "xlink:href", "background", "srcset", "content"].includes(a.name) && !(a.name == "content")) {
			let to; try { to = new URL(a.value, location) } catch (x) { faults.push("an address: " + a.value); continue }
			const own = ["src", "action", "formaction", "data", "poster", "background", "srcset"].includes(a.name);
			if (own ? to.origin != location.origin && to.protocol != "data:" : !["http:", "https:", "mailto:"].includes(to.protocol)) faults.push("an address: " + e.outerHTML.slice(0, 300));
		}
	}
}
for (const e of all(".text *")) {
	if (e.id || e.getAttribute("name")) faults.push("a text has a name: " + e.outerHTML.slice(0, 200));
	if (/^(form|input|button|select|textarea|option|label|dialog|datalist|main|footer|header|nav|h1|svg)$/.test(e.localName)) faults.push("a text has " + e.outerHTML.slice(0, 200));
}
if (Object.hasOwn(window, "ran")) faults.push("a global: ran");
return faults;
})()`

// inspect visits a page and tells what is wrong with it.
func (c *canary) inspect(address string) (faults []string) {
	c.t.Helper()
	status := c.visit(address)
	for n := 0; n < 5 && status == http.StatusServiceUnavailable; n++ { // a search had too little time
		status = c.visit(address)
	}
	if status >= 500 {
		faults = append(faults, fmt.Sprint("it answers ", status))
	}
	return append(faults, c.regard()...)
}

// regard tells what is wrong with the page that is there.
func (c *canary) regard() []string {
	c.t.Helper()
	faults := query[[]string](c.tab, whole, []string{"a", "header", "nav", "main", "footer", "dialog"})
	return append(faults, c.sings()...)
}

// intact fails the test for whatever is wrong with pages.
func (c *canary) intact(addresses ...string) {
	c.t.Helper()
	for _, address := range addresses {
		if faults := c.inspect(address); len(faults) > 0 {
			c.t.Errorf("%s:\n\t%s", address, strings.Join(faults[:min(len(faults), 12)], "\n\t"))
		}
	}
}

// parses has a browser's own parsers read documents of feeds.
func (c *canary) parses(paths ...string) {
	c.t.Helper()
	c.visit(c.base + "/about")
	for some := range slices.Chunk(paths, 8) {
		for _, w := range query[[]string](c.tab, `(async () => {
const faults = [];
for (const path of %s) {
	let answer = await fetch(path);
	for (let n = 0; n < 5 && answer.status == 503; n++) answer = await fetch(path); // a search had too little time
	const text = await answer.text();
	if (answer.status != 200) faults.push(path + " answers " + answer.status);
	if (path.split("?")[0].endsWith(".json")) { try { JSON.parse(text) } catch (x) { faults.push(path + ": " + x) } continue }
	const broken = new DOMParser().parseFromString(text, "text/xml").querySelector("parsererror");
	if (broken) faults.push(path + ": " + broken.textContent.slice(0, 300));
}
return faults })()`, some) {
			c.t.Error(w)
		}
	}
	if sung := c.sings(); len(sung) > 0 {
		c.t.Errorf("feeds: %q", sung)
	}
}

// A canary sings where nothing is cleaned: each of these payloads, bare in a
// page, is noticed, by what ran and by what stands there.
func TestCanarySings(t *testing.T) {
	bare := map[string]string{
		`<script>alert("ran")</script>`:                         "a dialog opened: ran",
		`<script>ran=1</script>`:                                "a global: ran",
		`<script>console.log("ran")</script>`:                   "the console has a line",
		`<script>throw "ran"</script>`:                          "Uncaught",
		`<img src=x onerror=alert("img")>`:                      "a dialog opened: img",
		`<svg onload=ran=7>`:                                    "a global: ran",
		`<img src="https://hostile.invalid/29.gif">`:            "it asks for https://hostile.invalid/29.gif",
		`<iframe srcdoc="<script>parent.ran=54</script>">`:      "a global: ran",
		`<a href="javascript:alert(32)">click</a>`:              "an address",
		`<h1>Another</h1>`:                                      "2 h1",
		`</main></div><p>outside</p>`:                           "in the body is p",
		`<p style="color:red" onclick=x>a</p>`:                  "an attribute",
		`<base href="/elsewhere/">`:                             "there is <base",
		`<a id=ran name=alert>clobbers</a>`:                     "a text has a name",
		`<form action=/desk/sign-out><button>a</button></form>`: "a text has <form",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!DOCTYPE html><title>a</title><body><main><h1>a</h1><div class=text>%s</div></main><footer>a</footer></body>`, r.URL.Query().Get("text"))
	}))
	t.Cleanup(server.Close)
	c := newCanary(t, server.URL, look{})
	for text, want := range bare {
		faults := c.inspect(server.URL + "/?text=" + url.QueryEscape(text))
		if !strings.Contains(strings.Join(faults, "\n"), want) {
			t.Errorf("%s: the canary sings %q, not %q", text, faults, want)
		}
	}
	if faults := c.inspect(server.URL + "/?text=harmless"); len(faults) > 0 {
		t.Errorf("a harmless page: %q", faults)
	}
}

// quoted is a text as YAML and JSON write it.
func quoted(text string) string {
	q, _ := json.Marshal(strings.ToValidUTF8(text, "\ufffd")) // a string always has a form
	return string(q)
}
