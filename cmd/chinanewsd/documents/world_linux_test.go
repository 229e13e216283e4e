package documents

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"chinanews/cmd/chinanewsd/ministry"
)

// world answers at every name: news.example is the daemon's web server, each
// other a ministry that also takes what is posted to it.
func world() http.Handler {
	front := &httputil.ReverseProxy{
		ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: "127.0.0.1:8080"})
			r.Out.Host = r.In.Host
			r.SetXForwarded()
		},
	}
	office, capital := publisher(), layout()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch challenge := r.URL.Query().Get("hub.challenge"); {
		case strings.HasPrefix(r.Host, "news.example"):
			front.ServeHTTP(w, r)
		case r.Host == foreignAffairs:
			capital.ServeHTTP(w, r)
		case challenge != "":
			fmt.Fprint(w, challenge)
		case r.Method == http.MethodPost:
		default:
			office.ServeHTTP(w, r)
		}
	})
}

// publisher is the demo's three ministries at one address.
func publisher() http.Handler {
	sites := ministry.New(time.Now()).Ministries()
	mux := http.NewServeMux()
	mux.Handle("/news/", at("/news/", "/news/index.html", sites[1].Handler))
	mux.Handle("/xw/", at("/xw/", "/xw/index.htm", sites[2].Handler))
	mux.Handle("/", sites[0].Handler)
	return mux
}

// foreignAffairs is the host of the catalogue's first row.
const foreignAffairs = "www.mfa.gov.cn"

// layout is the demo's second ministry as that row expects a page and its
// addresses to be.
func layout() http.Handler {
	site := ministry.New(time.Now()).Ministries()[1].Handler
	day := time.Now().Format("20060102")
	pages := strings.NewReplacer(`href="./tb`, `href="./t`+day+`_`, `class="text"`, `class="content_text"`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		told := httptest.NewRecorder()
		r.URL.Path = strings.NewReplacer("/eng/xw/zyxw/t"+day+"_", "/news/tb", "/eng/xw/zyxw/", "/news/index.html").Replace(r.URL.Path)
		r.Header.Del("If-None-Match")
		site.ServeHTTP(told, r)
		w.Header().Set("Content-Type", told.Header().Get("Content-Type"))
		w.WriteHeader(told.Code)
		pages.WriteString(w, told.Body.String())
	})
}

// at serves a folder's list at the folder's address, too.
func at(folder, list string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == folder {
			r.URL.Path = list
		}
		h.ServeHTTP(w, r)
	})
}

// ministryConfig is a small configuration: the ministry's three lists.
func ministryConfig() string {
	var rows []string
	for _, m := range ministry.New(time.Now()).Ministries() {
		row := m.Row("https://ministry.example")
		rows = append(rows, strings.NewReplacer("/index.html", "/", "/index.htm", "/").Replace(row))
	}
	return `site: {title: China News, base_url: "https://news.example", contact: editor@news.example}
data: ./data
sources:
` + strings.Join(rows, "\n") + `
feeds:
  - {id: china-news, title: China News, language: en}
  - {id: china-news-zh, title: 中国新闻, language: zh-CN}
`
}
