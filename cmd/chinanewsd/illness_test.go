package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"chinanews/config"
	"chinanews/news"
	"chinanews/storage"
)

// noticesOf is a list page of a fictional office: n notices, a working day
// apart, the newest dated the last working day before now.
func noticesOf(item string, n int, now time.Time, date func(time.Time) string) string {
	var b strings.Builder
	b.WriteString(`<!DOCTYPE html><html><head><title>岚山商务厅 通知公告</title></head><body><div class="crumbs"><a href="/">首页</a></div><div class="box">`)
	day := now.In(time.FixedZone("", 8*60*60))
	for range n {
		for day = day.AddDate(0, 0, -1); !news.Workday(day, false); day = day.AddDate(0, 0, -1) {
		}
		fmt.Fprintf(&b, `<div class="%s"><a href="/art/n%x.html">关于第%x号通告的说明</a><span class="when">%s</span></div>`, item, day.Unix()/86400, day.Unix()/86400, date(day))
	}
	return b.String() + `</div></body></html>`
}

func onDay(d time.Time) string { return d.Format(time.DateOnly) }

// oldRSS is a feed whose newest release is of two years ago.
func oldRSS(now time.Time) string {
	var b strings.Builder
	for i := range 10 {
		fmt.Fprintf(&b, "<item><title>Notice %d of the harbour office</title><guid>n%d</guid><pubDate>%s</pubDate></item>", i, i, now.AddDate(-2, 0, -i).Format(time.RFC1123Z))
	}
	return `<rss version="2.0"><channel><title>Harbour</title>` + b.String() + `</channel></rss>`
}

const (
	wallPage  = `<html><head><meta charset="utf-8"><script>var t="` + "a1b2c3d4" + `";document.cookie="wzws_cid="+t;location.reload();</script></head><body>%s</body></html>`
	loginPage = `<html><head><title>统一身份认证 登录</title></head><body><form><input name=u><input type="password"></form></body></html>`
	soft404   = `<html><head><title>您访问的页面不存在</title></head><body><p>5秒后返回<a href="/">首页</a></p></body></html>`
)

func status(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		fmt.Fprint(w, body)
	}
}

// Every way in which a source goes bad has a state and words of its own after
// two polls, which a restart does not forget, and becomes no item.
func TestIllnesses(t *testing.T) {
	now := time.Now()
	list := answer(noticesOf("notice", 20, now, onDay))
	rss := answer(rssOf("Harbour", 0, 20))
	const listRow, feed = `kind: html, list: {item: [".notice"], date: [".when"]}`, `kind: feed`
	for _, tt := range []struct {
		name, row  string
		good, then http.HandlerFunc // good is nil: it was never well
		want       news.Condition
		words      string
	}{
		{"redesigned", listRow, list, answer(noticesOf("card", 20, now, onDay)), news.Redesigned, "nothing matches"},
		{"a 412 wall", listRow, list, status(412, fmt.Sprintf(wallPage, "")), news.Challenged, "412 with a script challenge"},
		{"a 403 wall", listRow, list, status(403, fmt.Sprintf(wallPage, "Please enable JavaScript and cookies to continue"+strings.Repeat("<!-- -->", 1000))), news.Challenged, "403 with a script challenge"},
		{"a 521 wall", feed, rss, status(521, fmt.Sprintf(wallPage, "")), news.Challenged, "521 with a script challenge"},
		{"a script page", listRow, list, answer(fmt.Sprintf(wallPage, "")), news.Challenged, "only a script"},
		{"a plain 403", listRow, list, status(403, "<h1>Forbidden</h1>"), news.Unreachable, "403 (forbidden)"},
		{"a page at a feed's address", feed, rss, answer(noticesOf("notice", 20, now, onDay)), news.HTMLInstead, "a web page"},
		{"a soft 404 at a feed's address", feed, rss, answer(soft404), news.HTMLInstead, "nothing here"},
		{"a soft 404", listRow, list, answer(soft404), news.Redesigned, "您访问的页面不存在"},
		{"a login page", listRow, list, answer(loginPage), news.Redesigned, "统一身份认证"},
		{"a login page at a feed's address", feed, rss, answer(loginPage), news.HTMLInstead, "a login page"},
		{"unreadable dates", listRow, list, answer(noticesOf("notice", 20, now, func(time.Time) string { return "丙午年冬月" })), news.UnreadableDates, "none of its dates"},
		{"a fall in yield", listRow, list, answer(noticesOf("notice", 3, now, onDay)), news.Thin, "3 entries where there usually are about 20"},
		{"a feed's fall in yield", feed, rss, answer(rssOf("Harbour", 18, 2)), news.Thin, "2 entries where there usually are about 20"},
		{"a dead feed", feed, nil, answer(oldRSS(now)), news.Dead, "years before it was last read"},
		{"gone", feed, rss, status(410, ""), news.Gone, "410 (gone)"},
		{"an empty list", feed, rss, answer(`<rss version="2.0"><channel><title>t</title></channel></rss>`), news.Empty, ""},
		{"a server error", listRow, list, status(500, "<h1>Internal error</h1>"), news.Unreachable, "500"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ill(t, tt.row, tt.want, tt.words, tt.good, tt.then)
		})
	}
}

func ill(t *testing.T, row string, want news.Condition, words string, good, then http.HandlerFunc) {
	var mu sync.Mutex
	now := good
	mux := http.NewServeMux()
	mux.HandleFunc("/robots.txt", http.NotFound)
	mux.HandleFunc("/list", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		now(w, r)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	s := newSite(t)
	s.write(fmt.Sprintf("  - {id: office, url: \"%s/list\", body: none, language: zh-CN, %s}\n", server.URL, row), allFeed)
	s.create()
	items := func() int { out, _ := s.do(0, "export"); return strings.Count(out, "\n") }
	before := 0
	if good != nil {
		s.do(0, "poll")
		if st := statusJSON(t, s, ""); st.Sources[0].State.Alarming() {
			t.Fatalf("while well: %+v", st.Sources[0])
		}
		before = items()
	}
	mu.Lock()
	now = then
	mu.Unlock()
	for range 2 {
		command(context.Background(), []string{"poll", "--config", s.file}, quietWriter{}, quietWriter{})
	}
	got := statusJSON(t, s, "office")
	if s := got.Sources[0]; s.State != want || !strings.Contains(s.Words, words) || !s.State.Alarming() {
		t.Errorf("%+v, want %s with %q", s.Health, want, words)
	}
	if d := got.Detail.Listings[0]; !strings.Contains(fmt.Sprint(d.Lately), string(want)) && want != news.Dead {
		t.Errorf("its conditions lately: %+v", d.Lately)
	}
	if after := items(); good != nil && after != before {
		t.Errorf("%d items after it went bad, %d before", after, before)
	}
	out, _ := s.do(0, "status")
	if !strings.Contains(out, "1 to look at") || !strings.Contains(out, string(want)) {
		t.Errorf("status says\n%s", out)
	}
}

// Of a source that was redesigned, `status` shows what has changed on its page
// and a row for the new one, with or without a daemon; once it is well again,
// nothing of it.
func TestStatusShowsWhatChanged(t *testing.T) {
	now := time.Now()
	o, s := newOrigin(t), newSite(t)
	o.set("/list", noticesOf("notice", 20, now, onDay))
	s.write(fmt.Sprintf("  - {id: office, url: \"%s/list\", body: none, kind: html, list: {item: [.notice]}}\n", o.URL), allFeed)
	s.create()
	s.do(0, "poll")
	o.set("/list", strings.Replace(noticesOf("card", 20, now, onDay), "通知公告", "新版", 1))
	s.do(1, "poll")
	alone, _ := s.do(0, "status", "office")
	stop := runDaemon(t, s)
	asked, _ := s.do(0, "status", "office")
	stop()
	for _, want := range []string{"redesigned", "Usually    about 20 entries", "岚山商务厅 新版\", before \"岚山商务厅 通知公告", `".notice" matches 0, before 20`,
		"Gone       .notice", "New        .card", "list: {item: [div.card]} # 20 entries", "something new every working day", "dates to the day", "的说明"} {
		if !strings.Contains(alone, want) || !strings.Contains(asked, want) {
			t.Errorf("no %q in\n%s\nor, of the daemon,\n%s", want, alone, asked)
		}
	}
	o.set("/list", noticesOf("notice", 21, now, onDay))
	s.do(0, "poll")
	if out, _ := s.do(0, "status", "office"); strings.Contains(out, "mended") || strings.Contains(out, ".card") || !strings.Contains(out, "redesigned: nothing matches") {
		t.Errorf("well again:\n%s", out)
	}
}

// A source is as its worst listing is; one without a row is retired.
func TestStatusOfSeveralListings(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	o.set("/one.xml", rssOf("One", 0, 5))
	rows := fmt.Sprintf("  - {id: two, urls: [\"%[1]s/one.xml\", \"%[1]s/none.xml\"], kind: feed}\n", o.URL)
	s.write(rows+feedRow("old", o.URL+"/one.xml"), allFeed)
	s.create()
	s.do(0, "poll")
	s.write(rows, allFeed)
	got := statusJSON(t, s, "")
	if two := got.Sources[0]; two.State != news.Unreachable || len(two.Listings) != 2 || two.Listings[0].State != news.OK || two.Listings[1].URL != o.URL+"/none.xml" {
		t.Errorf("%+v", two)
	}
	if len(got.Retired) != 1 || got.Retired[0] != "old" {
		t.Errorf("retired: %v", got.Retired)
	}
	h := s.open()
	if err := h.publish(t.Context(), "http://news.example"); err != nil {
		t.Fatal(err)
	}
	if p, err := newLibrary(h, h.press).Polling(); err != nil || p.Sources[0].Condition != news.Unreachable {
		t.Errorf("/polling shows %+v (%v)", p, err)
	}
}

// When only the pages of releases change their form, the list reads well and
// every text is missing: that is an illness too.
func TestArticlesChangeTheirForm(t *testing.T) {
	o, s := newOrigin(t), newSite(t)
	list := noticesOf("notice", 4, time.Now(), onDay)
	o.set("/list", list)
	for _, path := range regexp.MustCompile(`/art/\w+\.html`).FindAllString(list, -1) {
		o.set(path, "<h1>关于通告的说明</h1><div class=new>"+strings.Repeat("通告自明年起施行。", 20)+"</div>")
	}
	s.write(fmt.Sprintf("  - {id: office, url: \"%s/list\", wait_for_text: 1s, kind: html, list: {item: [.notice], date: [.when]}, article: {body: [.old]}}\n", o.URL), allFeed)
	s.create()
	for range 2 {
		command(context.Background(), []string{"poll", "--config", s.file}, quietWriter{}, quietWriter{})
		time.Sleep(1100 * time.Millisecond)
	}
	command(context.Background(), []string{"poll", "--config", s.file}, quietWriter{}, quietWriter{})
	got := statusJSON(t, s, "").Sources[0]
	if got.State != news.Redesigned || !strings.Contains(got.Words, "no text could be read") || !strings.Contains(got.Hint, "article.body") {
		t.Errorf("%+v", got.Health)
	}
	row := func(keys string) string {
		s.write(fmt.Sprintf("  - {id: office, url: \"%s/list\", %s, kind: html, list: {item: [.notice], date: [.when]}}\n", o.URL, keys), allFeed)
		return string(statusJSON(t, s, "").Sources[0].State)
	}
	if paused, none := row("paused: true"), row("body: none"); paused != string(news.Paused) || none != string(news.OK) {
		t.Errorf("paused it is %s, without texts %s", paused, none)
	}
}

type quietWriter struct{}

func (quietWriter) Write(b []byte) (int, error) { return len(b), nil }

// statusJSON is what `status --json` says.
func statusJSON(t *testing.T, s *siteFile, source string) (o overview) {
	t.Helper()
	args := []string{"status", "--json"}
	if source != "" {
		args = append(args, source)
	}
	out, _ := s.do(0, args...)
	if err := json.Unmarshal([]byte(out), &o); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return o
}

func TestCertificateAndRobots(t *testing.T) {
	secure := httptest.NewTLSServer(answer(rssOf("A", 0, 3)))
	defer secure.Close()
	mux := http.NewServeMux()
	mux.HandleFunc("/robots.txt", answer("User-agent: *\nDisallow: /list\n"))
	mux.HandleFunc("/list", answer(rssOf("A", 0, 3)))
	closed := httptest.NewServer(mux)
	defer closed.Close()
	s := newSite(t)
	s.write(feedRow("cert", secure.URL+"/list")+feedRow("robots", closed.URL+"/list"), allFeed)
	s.create()
	s.do(1, "poll")
	got := statusJSON(t, s, "")
	for n, want := range []news.Condition{news.Certificate, news.RobotsRefused} {
		if got.Sources[n].State != want || got.Sources[n].Words == "" || got.Sources[n].Hint == "" {
			t.Errorf("%+v, want %s with words and a hint", got.Sources[n].Health, want)
		}
	}
}

// Over Spring Festival a ministry that publishes every working day is silent,
// and nothing is raised; silent for a week after it, something is.
func TestSpringFestival(t *testing.T) {
	dir := quickDisk(t)
	synctest.Test(t, func(t *testing.T) {
		beijing := time.FixedZone("", 8*60*60)
		time.Sleep(time.Until(time.Date(2026, 2, 4, 9, 0, 0, 0, beijing)))
		last := time.Date(2026, 2, 25, 0, 0, 0, 0, beijing) // it publishes until then
		net, stop := newWire(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			now := time.Now().In(beijing)
			if now.After(last) {
				now = last
			}
			fmt.Fprint(w, noticesOf("notice", 20, now, onDay))
		}))
		text := "site: {contact: ops@news.example}\ndata: " + dir + "/data\nsources:\n  - {id: office, url: \"http://h1.test/list\", kind: html, body: none, language: zh, list: {item: [.notice]}}\n" +
			"feeds:\n  - {id: all, title: All, languages: all}\n"
		cfg, err := config.Parse("config.yaml", []byte(text), checks())
		if err != nil {
			t.Fatal(err)
		}
		l := &life{t: t, cfg: cfg, set: settings{create: true, log: quiet, network: net.network()}}
		l.start()
		seen := make(map[news.Condition]bool)
		for time.Now().Before(last.AddDate(0, 0, 1)) {
			time.Sleep(3 * time.Hour)
			if h := l.health(); h.State.Alarming() {
				t.Errorf("%s: %+v", time.Now().In(beijing), h)
			} else {
				seen[h.State] = true
			}
		}
		if !seen[news.OK] || !seen[news.Quiet] {
			t.Errorf("states %v, want ok and quiet", seen)
		}
		time.Sleep(7 * 24 * time.Hour)
		if h := l.health(); h.State != news.Overdue {
			t.Errorf("a silent week later: %+v", h)
		}
		l.stop()
		time.Sleep(time.Minute)
		stop()
	})
}

// health is how the only source is.
func (l *life) health() (h news.Health) {
	err := l.house.store.View(context.Background(), func(led *storage.Ledger) error {
		h = statusOf(led, l.house.cfg.Sources[0]).Health
		return nil
	})
	if err != nil {
		l.t.Error(err)
	}
	return h
}
