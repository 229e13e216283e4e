package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// office is a fictional office on a host of its own, in virtual time: one
// release every eight hours, a list of the newest, a page for each. Its scene
// begins after two days.
type office struct {
	scene
	host   string
	number int
	zh     bool
	start  time.Time
	first  time.Time // request for a victim's page after the scene began
}

const (
	sceneBegins = 50 * time.Hour
	atFirst     = 14 // releases at the start
	onList      = 16 // entries of the list
	releaseGap  = 12 * time.Hour
)

// elapsed is how long the office has been observed, since how long its scene
// plays, and whether it does.
func (o *office) elapsed() (all, scene time.Duration, on bool) {
	all = time.Since(o.start)
	scene = all - sceneBegins
	return all, scene, scene >= 0 && (o.lasts == 0 || scene < o.lasts)
}

func (o *office) published(n int) time.Time {
	return o.start.Add(time.Duration(n-atFirst)*releaseGap + 50*time.Minute)
}

// newest is the number of the newest release at a moment.
func (o *office) newest(at time.Time) int {
	n := atFirst
	for !o.published(n + 1).After(at) {
		n++
	}
	return n
}

// victims are the releases that the scene is about: the newest that was read,
// but skip.
func (o *office) victims() (list []int) {
	n := o.newest(o.start.Add(sceneBegins-5*time.Hour)) - o.skip
	for i := range max(1, o.many) {
		list = append(list, n-i)
	}
	return list
}

func (o *office) title(n int) string {
	if o.zh {
		return fmt.Sprintf("岚山港务局关于%d区第%d号泊位调整收费的公告", o.number, 100+n)
	}
	return fmt.Sprintf("Harbour Office %d Settles Dues for Berth %d of the North Quay", o.number, 100+n)
}

// page is a release's page in the site's frame; body stands in the frame.
func (o *office) page(title, heading, body string) string {
	related := ""
	for i := range 5 {
		related += fmt.Sprintf(`<li><a href="/art/%d.html">%s</a></li>`, i+1, o.title(i+1))
	}
	return fmt.Sprintf(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>%s</title></head><body>
<div class="top"><a href="/">Home</a> <a href="/list.html">News</a> <a href="/login">登录</a></div>
<h1>%s</h1><div id="b">%s</div><div class="related"><h3>Related</h3><ul>%s</ul></div>
<div class="foot">主办单位：岚山港务局　网站维护：港务局信息中心　Lanshan Harbour Office, 4 Quay Road</div></body></html>`, title, heading, body, related)
}

func (o *office) article(n int) string {
	text := fmt.Sprintf("<p>The dues for berth %[1]d are %[2]d lan a day from the first of the month, the office of pier %[1]d in district %[7]d announced.</p><p>Ships that lie at berth %[1]d of district %[7]d for more than %[3]d days pay %[4]d lan; those of under %[5]d tons go free.</p><p>Masters who have paid for %[1]d of district %[7]d in advance are given the difference of %[6]d lan at the counter.</p>",
		100+n, 37*n+11, 3+n, 91*n, 13*n+7, 17*n, o.number)
	if o.zh {
		text = fmt.Sprintf("<p>经研究决定，自下月一日起，%[7]d区第%[1]d号泊位的停泊费调整为每日%[2]d岚元，由第%[1]d号码头管理处负责收取。</p><p>在%[7]d区第%[1]d号泊位停泊超过%[3]d日的船舶，应缴纳%[4]d岚元；总吨位低于%[5]d吨的船舶免收停泊费。</p><p>已预缴%[7]d区第%[1]d号泊位费用的船长，可在服务窗口领取差额%[6]d岚元。</p>",
			100+n, 37*n+11, 3+n, 91*n, 13*n+7, 17*n, o.number)
	}
	return o.page(o.title(n)+" - 岚山港务局", o.title(n), text)
}

// list is the list page: numbers name the releases, at addresses by pattern.
func (o *office) list(class, pattern string, numbers []int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html><head><meta charset="utf-8"><title>News</title></head><body><ul class="%s">`, class)
	for _, n := range numbers {
		day := o.published(n).In(time.FixedZone("", 8*60*60)).Format(time.DateOnly)
		fmt.Fprintf(&b, `<li class="%s"><a href="%s">%s</a> <span>%s</span></li>`, class, fmt.Sprintf(pattern, n), o.title(n), day)
	}
	return b.String() + `</ul></body></html>`
}

// numbers are what the list names.
func (o *office) numbers() (list []int) {
	_, _, on := o.elapsed()
	for n := o.newest(time.Now()); n > 0 && len(list) < onList; n-- {
		if !on || !o.dropped || !slices.Contains(o.victims(), n) {
			list = append(list, n)
		}
	}
	return list
}

// ServeHTTP lets the scene answer, else the office as it always was.
func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _, on := o.elapsed()
	n := 0
	fmt.Sscanf(r.URL.Path, "/art/%d.html", &n)
	if on && slices.Contains(o.victims(), n) && o.first.IsZero() {
		o.first = time.Now()
	}
	if on && o.answer != nil && o.answer(o, w, r, n) {
		return
	}
	switch {
	case r.URL.Path == "/list.html":
		fmt.Fprint(w, o.list("n", "/art/%d.html", o.numbers()))
	case r.URL.Path == "/":
		fmt.Fprint(w, o.page("岚山港务局", "Lanshan Harbour Office", o.list("n", "/art/%d.html", o.numbers())))
	case n > 0 && !o.published(n).After(time.Now()):
		fmt.Fprint(w, o.article(n))
	default:
		http.NotFound(w, r)
	}
}

func (o *office) row(id string) string {
	scheme, language := "http", "en"
	if o.secure {
		scheme = "https"
	}
	if o.zh {
		language = "zh-CN"
	}
	u := url.URL{Scheme: scheme, Host: o.host, Path: "/list.html"}
	return fmt.Sprintf("  - {id: %s, url: \"%s\", kind: html, language: %s, rights: government, list: {item: [li.n], date: [span]}, article: {title: [h1], body: [\"#b\"]}}\n", id, u.String(), language)
}
