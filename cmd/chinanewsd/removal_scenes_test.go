package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
)

// scene is what happens at an office: a trouble of its site, or a removal.
type scene struct {
	name    string
	real    bool          // the victims are taken away
	lasts   time.Duration // 0: for good
	skip    int           // how many releases are newer than the first victim
	many    int           // victims; 0: one
	dropped bool          // the list does not name them
	hard    bool          // also played where there is little time
	secure  bool
	slow    bool                                                        // its pages are looked at rarely: no bound on when it is found
	answer  func(*office, http.ResponseWriter, *http.Request, int) bool // of the release's number; false: as always
	network string                                                      // what fails below HTTP: dns, refused, tls
}

type answering = func(*office, http.ResponseWriter, *http.Request, int) bool

func send(status int, body string) answering {
	return func(_ *office, w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
		return true
	}
}

// articles lets a scene answer for all pages of releases, victims for those of
// the victims, sometimes while a condition holds.
func articles(a answering) answering {
	return func(o *office, w http.ResponseWriter, r *http.Request, n int) bool { return n > 0 && a(o, w, r, n) }
}

func victims(a answering) answering {
	return func(o *office, w http.ResponseWriter, r *http.Request, n int) bool {
		return slices.Contains(o.victims(), n) && a(o, w, r, n)
	}
}

func sometimes(when func(scene time.Duration) bool, a answering) answering {
	return func(o *office, w http.ResponseWriter, r *http.Request, n int) bool {
		_, scene, _ := o.elapsed()
		return when(scene) && a(o, w, r, n)
	}
}

func redirect(status int, to string) answering {
	return func(_ *office, w http.ResponseWriter, r *http.Request, n int) bool {
		to := strings.ReplaceAll(to, "{n}", fmt.Sprint(n))
		if r.URL.Path == to {
			return false
		}
		http.Redirect(w, r, to, status)
		return true
	}
}

func framed(title, heading, body string) answering {
	return func(o *office, w http.ResponseWriter, _ *http.Request, n int) bool {
		fmt.Fprint(w, o.page(strings.ReplaceAll(title, "{title}", o.title(n)), strings.ReplaceAll(heading, "{title}", o.title(n)), body))
		return true
	}
}

// since lets a scene play by the time since a victim was first looked at.
func since(when func(time.Duration) bool, a answering) answering {
	return func(o *office, w http.ResponseWriter, r *http.Request, n int) bool {
		return when(time.Since(o.first)) && a(o, w, r, n)
	}
}

func both(first, second answering) answering {
	return func(o *office, w http.ResponseWriter, r *http.Request, n int) bool {
		return first(o, w, r, n) || second(o, w, r, n)
	}
}

func onPath(path string, a answering) answering {
	return func(o *office, w http.ResponseWriter, r *http.Request, n int) bool {
		return r.URL.Path == path && a(o, w, r, n)
	}
}

func stall(_ *office, _ http.ResponseWriter, r *http.Request, _ int) bool {
	<-r.Context().Done()
	return true
}

func cut(_ *office, w http.ResponseWriter, _ *http.Request, _ int) bool {
	w.Header().Set("Content-Length", "90000")
	fmt.Fprint(w, "<html><body><ul>")
	return true
}

func wait429(_ *office, w http.ResponseWriter, _ *http.Request, _ int) bool {
	w.Header().Set("Retry-After", "3600")
	w.WriteHeader(http.StatusTooManyRequests)
	return true
}

// garbled sends a page whose letters are lost, as of one that was saved in the
// wrong encoding.
func garbled(o *office, w http.ResponseWriter, _ *http.Request, n int) bool {
	lost := func(r rune) rune {
		if unicode.IsLetter(r) {
			return 'Ã' + r%32
		}
		return r
	}
	fmt.Fprint(w, o.page(strings.Map(lost, o.title(n)), strings.Map(lost, o.title(n)), "<p>"+strings.Map(lost, strings.Repeat(o.title(n)+". ", 9))+"</p>"))
	return true
}

// renamed serves releases at other addresses, and a list that has those.
func renamed(only bool) answering {
	return func(o *office, w http.ResponseWriter, r *http.Request, n int) bool {
		var at int
		fmt.Sscanf(r.URL.Path, "/new/%d.html", &at)
		concerned := func(n int) bool { return !only || slices.Contains(o.victims(), n) }
		switch {
		case at > 0:
			fmt.Fprint(w, o.article(at))
		case r.URL.Path == "/list.html":
			list := o.list("n", "/art/%d.html", o.numbers())
			for _, n := range o.numbers() {
				if concerned(n) {
					list = strings.ReplaceAll(list, fmt.Sprintf("/art/%d.html", n), fmt.Sprintf("/new/%d.html", n))
				}
			}
			fmt.Fprint(w, list)
		case n > 0 && concerned(n):
			http.NotFound(w, r)
		default:
			return false
		}
		return true
	}
}

func shortList(class string, n int) answering {
	return onPath("/list.html", func(o *office, w http.ResponseWriter, _ *http.Request, _ int) bool {
		fmt.Fprint(w, o.list(class, "/art/%d.html", o.numbers()[:n]))
		return true
	})
}

func otherHost(o *office, w http.ResponseWriter, r *http.Request, _ int) bool {
	if strings.HasPrefix(r.Host, "moved-") {
		return false
	}
	http.Redirect(w, r, "http://moved-"+r.Host+r.URL.Path, http.StatusMovedPermanently)
	return true
}

const (
	captcha     = `<html><head><title>安全验证</title></head><body><form>请输入验证码 <input name="c"><img src="/c.png"></form></body></html>`
	maintenance = `<html><head><title>系统维护</title></head><body><h1>系统维护</h1><p>网站正在升级维护，预计明日恢复访问，敬请谅解。</p></body></html>`
	parking     = `<html><head><title>lanshan</title></head><body><p>This domain is for sale.</p><a href="/buy">Buy now</a></body></html>`
	spa         = `<html><head><title>News</title></head><body><div id="app"></div><script src="/app.js"></script></body></html>`
	wall521     = `<html><head><script>document.cookie="__jsl=1";location.reload();</script></head><body></body></html>`
)

const day = 24 * time.Hour

// troubles are scenes in which nothing is taken away.
var troubles = []scene{
	{name: "server errors for 3 days", hard: true, lasts: 3 * day, answer: send(500, "<h1>500</h1>")},
	{name: "server errors on releases only", lasts: 3 * day, answer: articles(send(502, ""))},
	{name: "no answer in time", lasts: 2 * day, answer: stall},
	{name: "connection refused", lasts: 3 * day, network: "refused"},
	{name: "the name does not resolve", lasts: 3 * day, network: "dns"},
	{name: "TLS broken", lasts: 3 * day, network: "tls", secure: true},
	{name: "429 with Retry-After", lasts: 2 * day, answer: wait429},
	{name: "429 on releases only", lasts: 2 * day, answer: articles(wait429)},
	{name: "412 challenge on releases", lasts: 4 * day, answer: articles(send(412, fmt.Sprintf(wallPage, "")))},
	{name: "521 cookie wall", lasts: 3 * day, answer: send(521, wall521)},
	{name: "403 for everything", lasts: 4 * day, answer: send(403, "<h1>Forbidden</h1>")},
	{name: "403 on releases only", hard: true, answer: articles(send(403, "<h1>403 Forbidden</h1>"))},
	{name: "451 on releases only", answer: articles(send(451, "<h1>Unavailable For Legal Reasons</h1>"))},
	{name: "captcha page, 200", lasts: 4 * day, answer: articles(send(200, captcha))},
	{name: "login wall on one release", answer: victims(send(200, loginPage))},
	{name: "login wall on all releases", answer: articles(send(200, loginPage))},
	{name: "maintenance page, 200", lasts: 2 * day, answer: send(200, maintenance)},
	{name: "maintenance page on releases only", hard: true, lasts: 2 * day, answer: articles(send(200, maintenance))},
	{name: "404 for all releases, list well, 2 days", hard: true, lasts: 2 * day, answer: articles(send(404, ""))},
	{name: "404 for all releases, list well, for good", answer: articles(send(404, ""))},
	{name: "soft 404 for all releases, 2 days", lasts: 2 * day, answer: articles(send(200, soft404))},
	{name: "404 for everything, 2 days", lasts: 2 * day, answer: send(404, "<h1>404</h1>")},
	{name: "all pages lead home", answer: articles(redirect(302, "/"))},
	{name: "all pages and the list lead home", hard: true, answer: both(articles(redirect(302, "/")), onPath("/list.html", redirect(302, "/")))},
	{name: "new addresses, the old ones 404", hard: true, answer: renamed(false)},
	{name: "one release at a new address, the old one 404", hard: true, answer: renamed(true)},
	{name: "one release redirected to a new address", answer: both(victims(redirect(301, "/new/{n}.html")), func(o *office, w http.ResponseWriter, r *http.Request, _ int) bool {
		var at int
		fmt.Sscanf(r.URL.Path, "/new/%d.html", &at)
		if at > 0 {
			fmt.Fprint(w, o.article(at))
		}
		return at > 0
	})},
	{name: "domain parked", answer: send(200, parking)},
	{name: "empty answers, 200", lasts: 3 * day, answer: send(200, "")},
	{name: "empty releases, 200", lasts: 3 * day, answer: articles(send(200, "<html><body></body></html>"))},
	{name: "releases drawn by script", answer: articles(send(200, spa))},
	{name: "list redesigned", answer: shortList("card", onList-2)},
	{name: "list redesigned, releases 404", answer: both(shortList("card", onList-2), articles(send(404, "")))},
	{name: "list empty", lasts: 3 * day, answer: shortList("n", 0)},
	{name: "list of three", answer: shortList("n", 3)},
	{name: "answers cut off", lasts: 3 * day, answer: cut},
	{name: "releases cut off", lasts: 3 * day, answer: articles(cut)},
	{name: "no answer for releases", lasts: 3 * day, answer: articles(stall)},
	{name: "letters garbled", lasts: 3 * day, answer: articles(garbled)},
	{name: "nothing but rolling off the list"},
	{name: "not listed, but live", hard: true, skip: 2, dropped: true},
	{name: "two not listed, but live", skip: 3, many: 2, dropped: true},
	{name: "404 every other 40 minutes", hard: true, answer: victims(since(func(d time.Duration) bool { return (d+30*time.Minute)/(40*time.Minute)%2 == 0 }, send(404, "")))},
	{name: "404 at night only, 8 h", hard: true, answer: victims(since(func(d time.Duration) bool { return (d+time.Hour)%day < 8*time.Hour }, send(404, "")))},
	{name: "404 in turns of 3 h", hard: true, answer: victims(since(func(d time.Duration) bool { return (d+time.Hour)%(6*time.Hour) < 3*time.Hour }, send(404, "")))},
	{name: "one release 404 for 20 h", lasts: 20 * time.Hour, answer: victims(send(404, ""))},
	{name: "one release 404 and unlisted for 20 h", hard: true, lasts: 20 * time.Hour, dropped: true, answer: victims(send(404, ""))},
	{name: "robots.txt refuses everything", answer: onPath("/robots.txt", send(200, "User-agent: *\nDisallow: /\n"))},
	{name: "host moved by 301", answer: otherHost},
	{name: "one page under revision", answer: victims(framed("{title} - 岚山港务局", "{title}", "<p>本文正在修订，修订后的文本将另行发布。</p>"))},
	{name: "redirects in a circle", lasts: 2 * day, answer: articles(func(_ *office, w http.ResponseWriter, r *http.Request, n int) bool {
		http.Redirect(w, r, fmt.Sprintf("/art/%d.html?r=%d", n, len(r.URL.RawQuery)+1), http.StatusFound)
		return true
	})},
}

// removals are scenes in which releases are taken away.
var removals = []scene{
	{name: "404", hard: true, real: true, answer: victims(send(404, ""))},
	{name: "410", real: true, answer: victims(send(410, "<h1>Gone</h1>"))},
	{name: "soft 404 in the site's frame (Chinese)", hard: true, real: true, answer: victims(framed("岚山港务局", "提示信息", "<p>您访问的页面不存在或已被删除！</p>"))},
	{name: "soft 404 in the site's frame (English)", real: true, answer: victims(framed("Lanshan Harbour Office", "Oops", "<p>Sorry, the page you requested could not be found.</p>"))},
	{name: "bare soft 404", real: true, answer: victims(send(200, soft404))},
	{name: "redirect to an error page", real: true, answer: both(victims(redirect(302, "/404.html")), onPath("/404.html", framed("岚山港务局", "Lanshan", "<p>404</p>")))},
	{name: "redirect home", real: true, answer: victims(redirect(302, "/"))},
	{name: "redirect to the list, which names it", hard: true, real: true, answer: victims(redirect(302, "/list.html"))},
	{name: "off the list and 404, 2 days old", real: true, skip: 6, dropped: true, answer: victims(send(404, ""))},
	{name: "off the list and home, 4 days old", hard: true, real: true, skip: 10, dropped: true, answer: victims(redirect(302, "/"))},
	{name: "a page that says it was deleted", hard: true, real: true, answer: victims(framed("{title}", "{title}", "<p>该文章已被删除。</p>"))},
	{name: "404, then the site is down for 12 h", hard: true, real: true, answer: both(sometimes(func(d time.Duration) bool { return d > 20*time.Hour && d < 32*time.Hour }, send(503, "")), victims(send(404, "")))},
	{name: "404, 502 now and then", real: true, answer: both(sometimes(func(d time.Duration) bool { return d%(2*time.Hour) < 20*time.Minute }, send(502, "")), victims(send(404, "")))},
	{name: "two at once, off the list and 404", real: true, many: 2, skip: 3, dropped: true, answer: victims(send(404, ""))},
	{name: "three at once, 404", hard: true, real: true, many: 3, skip: 1, dropped: true, answer: victims(send(404, ""))},
	{name: "404 for 3 days, then back", hard: true, real: true, lasts: 3 * day, dropped: true, answer: victims(send(404, ""))},
	{name: "404, still listed, 2 days old", real: true, skip: 6, slow: true, answer: victims(send(404, ""))},
}
