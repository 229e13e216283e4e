package fetcher

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"chinanews/news"
)

const (
	lookTitle = "岚山港务局关于调整泊位收费的公告"
	lookText  = "<p>经研究决定，自下月一日起，第七号泊位的停泊费调整为每日三百岚元，由第七号码头管理处负责收取。</p><p>停泊超过三日的船舶，应缴纳九百岚元；总吨位低于五百吨的船舶免收停泊费。</p>"
)

// frame is a page of a site with all that stands around a release: a login, a
// footer, links to other releases.
func frame(title, heading, body string) string {
	return fmt.Sprintf(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>%s</title></head><body><div class="top"><a href="/">首页</a><form action="/s"><input name="q"></form></div>
<h1>%s</h1><div id="b">%s</div><ul class="related"><li><a href="/news/2.html">港务局撤销多款已下线的应用</a></li><li><a href="/news/3.html">关于网页维护期间暂停服务的通知</a></li><li><a href="/news/4.html">%s</a></li></ul>
<div class="foot">主办单位：岚山港务局　网站维护：信息中心　技术支持电话</div></body></html>`, title, heading, body, lookTitle)
}

func answers(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func leads(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

// lookAt looks at /news/1.html of a site that answers so, elsewhere with its
// front page, its list or the release at a new address.
func lookAt(t *testing.T, kind news.TaskKind, h http.HandlerFunc) news.Batch {
	t.Helper()
	other := httptest.NewServer(answers(200, frame("其他", "其他网站", "<p>欢迎访问。</p>")))
	t.Cleanup(other.Close)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/news/1.html":
			h(w, r)
		case "/moved.html":
			fmt.Fprint(w, frame(lookTitle, lookTitle, lookText))
		case "/404.html":
			fmt.Fprint(w, frame("岚山港务局", "岚山港务局", "<p>返回</p>"))
		case "/other":
			http.Redirect(w, r, other.URL+"/", http.StatusFound)
		default:
			fmt.Fprint(w, frame("岚山港务局", "岚山港务局", "<p>欢迎访问岚山港务局网站，今日天气晴。</p>"))
		}
	})
	src := row(s.URL + "/news/list.html")
	src.Kind, src.Language = news.KindHTML, "zh-CN"
	src.Article.Body = []string{"#b"}
	listed := news.Entry{URL: s.URL + "/news/1.html", Title: lookTitle}
	task := news.Task{Kind: kind, Source: "a", URL: listed.URL, Listed: listed}
	if kind == news.TaskLook {
		task.Text = lookText
	}
	return fetch(t, newFetcher(t, func(o *Options) { o.Fetching.Timeout = news.Duration(300 * time.Millisecond) }), src, task)
}

// halfText and otherHalf are the paragraphs of lookText.
var halfText, otherHalf, _ = strings.Cut(lookText, "</p>")

var sightings = []struct {
	name string
	h    http.HandlerFunc
	want news.Sighting
}{
	{"the page", answers(200, frame(lookTitle, lookTitle, lookText)), news.SawPage},
	{"with another title", answers(200, frame("更正", "关于泊位收费的更正公告", lookText)), news.SawPage},
	{"with another text", answers(200, frame(lookTitle, lookTitle, "<p>本文正在修订。</p>")), news.SawPage},
	{"in a new frame", answers(200, `<html><body><main><p>新版</p>`+lookText+`</main></body></html>`), news.SawPage},
	{"half of it", answers(200, frame("更正", "更正", otherHalf)), news.SawPage},
	{"redirected to another address", leads("/moved.html"), news.SawPage},
	{"quoting a page that is not found", answers(200, frame(lookTitle, lookTitle, halfText+"</p><p>原页面不存在。</p>")), news.SawPage},
	{"404", answers(404, ""), news.SawNothing},
	{"404 in a frame", answers(404, frame("岚山港务局", "404", "<p>您访问的页面不存在</p>")), news.SawNothing},
	{"410", answers(410, "gone"), news.SawNothing},
	{"soft 404 in the title", answers(200, frame("您访问的页面不存在", "岚山港务局", "<p>5秒后返回首页</p>")), news.SawSoft},
	{"soft 404 in the text", answers(200, frame("岚山港务局", "提示信息", "<p>抱歉，您要查看的文章已被删除！</p>")), news.SawSoft},
	{"soft 404, a bare number", answers(200, "<html><head><title>404</title></head><body>Not here</body></html>"), news.SawSoft},
	{"soft 404 in English", answers(200, frame("Oops", "Oops", "<p>Sorry, the page you are looking for could not be found.</p>")), news.SawSoft},
	{"deleted, with its title", answers(200, frame(lookTitle, lookTitle, "<p>该文章已被删除。</p>")), news.SawSoft},
	{"withdrawn in English", answers(200, frame("Harbour", "Harbour", "<p>This document has been withdrawn.</p>")), news.SawSoft},
	{"taken off line", answers(200, frame("岚山港务局", "岚山港务局", "<p>您访问的信息已下线</p>")), news.SawSoft},
	{"a page for what is not found", leads("/404.html"), news.SawSoft},
	{"a page for what is not found, with the address", leads("/404.html?aspxerrorpath=/news/1.html"), news.SawSoft},
	{"an address with such a number", leads("/content_404123.html"), news.SawRedesign},
	{"redirected home", leads("/"), news.SawHome},
	{"redirected to the index", leads("/index.html"), news.SawHome},
	{"redirected to the section", leads("/news/"), news.SawHome},
	{"redirected to the list", leads("/news/list.html"), news.SawHome},
	{"redirected to another site", leads("/other"), news.SawRedesign},
	{"the front page in its place", answers(200, frame("岚山港务局", "岚山港务局", "<p>欢迎访问岚山港务局网站。</p>")), news.SawRedesign},
	{"another release in its place", answers(200, frame("关于灯塔的通知", "关于灯塔的通知", "<p>"+strings.Repeat("北部灯塔将于下周更换灯具。", 60)+"</p>")), news.SawRedesign},
	{"drawn by script", answers(200, `<html><head><title>x</title></head><body><div id="app"></div></body></html>`), news.SawRedesign},
	{"empty", answers(200, ""), news.SawOutage},
	{"white space", answers(200, " \n "), news.SawOutage},
	{"500", answers(500, "<h1>500</h1>"), news.SawOutage},
	{"503 with a page", answers(503, frame("维护", "系统维护", "")), news.SawOutage},
	{"429", answers(429, ""), news.SawOutage},
	{"maintenance, 200", answers(200, frame("系统维护", "系统维护", "<p>网站正在升级改版，敬请谅解。</p>")), news.SawOutage},
	{"maintenance in English, 200", answers(200, frame("Site", "Site", "<p>The site is down for maintenance and temporarily unavailable.</p>")), news.SawOutage},
	{"parked", answers(200, "<html><head><title>lanshan</title></head><body><p>This domain is for sale.</p></body></html>"), news.SawOutage},
	{"not registered", answers(200, "<html><head><title>温馨提示</title></head><body><h1>该网站未备案或域名未备案</h1></body></html>"), news.SawOutage},
	{"no answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, news.SawOutage},
	{"cut off", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "9000")
		fmt.Fprint(w, "<p>")
	}, news.SawOutage},
	{"a circle", leads("/news/1.html"), news.SawOutage},
	{"412", answers(412, "<script>document.cookie='a=1';location.reload()</script>"), news.SawChallenge},
	{"521", answers(521, "<script>location.reload()</script>"), news.SawChallenge},
	{"403", answers(403, "<h1>Forbidden</h1>"), news.SawChallenge},
	{"401", answers(401, ""), news.SawChallenge},
	{"451", answers(451, "<h1>Unavailable For Legal Reasons</h1>"), news.SawChallenge},
	{"405 of a firewall", answers(405, "<html>blocked</html>"), news.SawChallenge},
	{"only a script", answers(200, "<html><script>document.cookie='a=1';location.reload()</script></html>"), news.SawChallenge},
	{"a login", answers(200, `<html><head><title>统一身份认证</title></head><body><form><input name=u><input type="password"></form></body></html>`), news.SawChallenge},
	{"a login in the site's frame", answers(200, frame("岚山港务局", "会员", `<form><input type="password" name="p"></form>`)), news.SawChallenge},
	{"a captcha", answers(200, `<html><head><title>安全验证</title></head><body>请输入验证码</body></html>`), news.SawChallenge},
}

// What a look finds is told apart: the release, nothing, the site's trouble.
func TestSightings(t *testing.T) {
	for _, tt := range sightings {
		if got := lookAt(t, news.TaskLook, tt.h).Saw; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A first text is not taken from a page that stands in a release's place; one
// that has the release's title is, whatever it says.
func TestFirstTextIsOfTheRelease(t *testing.T) {
	for _, tt := range []struct {
		name string
		h    http.HandlerFunc
		read bool
	}{
		{"the page", answers(200, frame(lookTitle, lookTitle, lookText)), true},
		{"with a longer title", answers(200, frame("更正", "关于泊位收费的更正公告", lookText)), true},
		{"about pages that are not found", answers(200, frame(lookTitle, lookTitle, "<p>该文章已被删除。</p>")), true},
		{"soft 404", answers(200, frame("您访问的页面不存在", "岚山港务局", "<p>5秒后返回首页</p>")), false},
		{"soft 404 in the text", answers(200, frame("岚山港务局", "提示信息", "<p>抱歉，您要查看的文章已被删除！</p>")), false},
		{"redirected home", leads("/"), false},
		{"maintenance", answers(200, frame("系统维护", "系统维护", "<p>网站正在升级改版，敬请谅解。</p>")), false},
	} {
		b := lookAt(t, news.TaskArticle, tt.h)
		if (b.Problem == nil) != tt.read || tt.read != (b.Saw == news.SawPage || tt.name == "with a longer title" && b.Saw == news.SawRedesign) {
			t.Errorf("%s: saw %q, problem %v; want it read: %v", tt.name, b.Saw, b.Problem, tt.read)
		}
	}
}

// What robots.txt refuses is not looked at, and nothing is said of it.
func TestRefusedLook(t *testing.T) {
	s := httptest.NewServer(answers(200, "User-agent: *\nDisallow: /\n"))
	t.Cleanup(s.Close)
	task := news.Task{Kind: news.TaskLook, Source: "a", URL: s.URL + "/1.html", Beside: news.ItemID{3}, Listed: news.Entry{URL: s.URL + "/1.html"}}
	if b := fetch(t, newFetcher(t), row(s.URL+"/list"), task); b.Saw != news.SawChallenge || b.Beside != task.Beside {
		t.Errorf("saw %q beside %s", b.Saw, b.Beside)
	}
	if b := fetch(t, newFetcher(t), row(s.URL+"/list"), listing(s.URL+"/list", news.FetchState{})); b.Saw != "" {
		t.Errorf("a listing saw %q", b.Saw)
	}
}

// A release whose own address looks like that of an error is not taken for one,
// whatever it is redirected to.
func TestAddressesOfErrors(t *testing.T) {
	for _, tt := range []struct {
		asked, final string
		want         bool
	}{
		{"http://a.test/1.html", "https://a.test/404.html", true}, {"http://a.test/1.html", "https://a.test/Error404", true}, {"http://a.test/1.html", "https://a.test/notfound.html?u=/1.html", true},
		{"http://a.test/content_404.html", "https://a.test/content_404.html", false}, {"http://a.test/1.html", "https://a.test/content_4041.html", false},
		{"http://a.test/1.html", "https://a.test/t20240404.html", false}, {"http://a.test/1.html", "https://a.test/404/1.html", false},
	} {
		asked, _ := url.Parse(tt.asked)
		if got := ledToError(asked, tt.final); got != tt.want {
			t.Errorf("%s, led to %s: %v, want %v", tt.asked, tt.final, got, tt.want)
		}
	}
}
