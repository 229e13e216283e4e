package origintest

import (
	"net/http"
	"strings"
	"time"
)

// conditional are the sites about validators (A). What they have in common is
// judged for every site by manners.
func conditional() []*site {
	sites := []*site{
		{name: "plain", serve: func(v *visit) { v.daily(`"day-$"`, "Mon, 16 Nov 2026 0$:00:00 GMT") }, judge: judgePlain},
		echo("weak", 4, `W/"day-$"`, ""),
		echo("unquoted", 5, `day-$`, ""),
		echo("odd-etag", 6, `"a, b `+"\x80\xff"+strings.Repeat("x", 1000)+`$"`, ""),
		echo("gzip-etag", 7, `"day-$-gzip"`, ""),
		echo("modified-only", 8, "", "Mon, 16 Nov 2026 0$:00:00 GMT"),
		echo("modified-text", 8, "", "yesterday, or $ days ago"),
		echo("modified-850", 8, "", "Monday, 16-Nov-26 0$:00:00 GMT"),
		echo("modified-1970", 8, "", "Thu, 01 Jan 1970 00:00:0$ GMT"),
		echo("modified-future", 8, "", "Mon, 16 Nov 209$ 00:00:00 GMT"),
		{name: "no-validators", serve: func(v *visit) { v.news(int(v.hours()/24), int(v.hours()/24)+10) }},
		{name: "etag-moves", serve: func(v *visit) { v.daily(`"answer-`+v.date(0)+`"`, "Mon, 16 Nov 2026 00:00:00 GMT") }, judge: func(t *trial) {
			t.says(13, t.follows("If-None-Match"), "sends the newest ETag though Last-Modified stays")
		}},
		{name: "modified-moves", serve: func(v *visit) {
			v.set("ETag", `"same"`, "Last-Modified", v.date(0)).news(0, 10)
		}, judge: func(t *trial) {
			t.says(14, t.follows("If-Modified-Since"), "sends the newest Last-Modified though the ETag stays")
		}},
		{name: "renews", serve: renews, judge: func(t *trial) {
			t.says(17, t.follows("If-None-Match"), "takes a new ETag from a 304")
		}},
	}
	return append(sites, lapses()...)
}

// echo is a site whose validators are odd and have to come back as they are.
func echo(name string, no int, etag, modified string) *site {
	return &site{name: name, serve: func(v *visit) { v.daily(etag, modified) }, judge: func(t *trial) {
		header := "If-None-Match"
		if etag == "" {
			header = "If-Modified-Since"
		}
		t.says(no, t.follows(header), "%s comes back byte for byte", header)
		t.says(18, len(t.published()) >= 10, "a 304 keeps the entries")
	}}
}

// renews answers 304 with another ETag each time.
func renews(v *visit) {
	v.set("ETag", `"answer `+v.date(0)+`"`)
	if v.n > 0 && v.r.Header.Get("If-None-Match") != "" {
		v.w.WriteHeader(http.StatusNotModified)
		return
	}
	v.news(0, 10)
}

func judgePlain(t *trial) {
	log := t.at("/feed.xml")
	unconditional := 0
	for _, r := range log {
		if r.Header.Get("If-None-Match") == "" && r.Header.Get("If-Modified-Since") == "" {
			unconditional++
		}
	}
	t.says(1, unconditional == 1, "%d of %d requests are unconditional, want the first alone", unconditional, len(log))
	for _, r := range t.o.restarts {
		for _, q := range log {
			if q.At.After(r) {
				t.says(2, q.Header.Get("If-None-Match") != "", "the first request after a restart is conditional")
				break
			}
		}
	}
	t.says(3, t.follows("If-None-Match"), "the last ETag comes back byte for byte")
	t.says(55, t.steady(log, 1.2), "a healthy feed is asked at an even pace")
	t.says(56, t.steady(log, 1.2), "sites that stall and fail do not delay others")
	t.daily(94)
}

// lapses are answers whose validators must not be kept.
func lapses() []*site {
	return []*site{
		{name: "uninvited-304", serve: func(v *visit) {
			if v.n%2 == 1 && v.hours() < 24 {
				v.set("ETag", `"none"`).w.WriteHeader(http.StatusNotModified)
				return
			}
			v.news(0, 10+int(v.hours()/24))
		}, judge: func(t *trial) {
			t.daily(19)
		}},
		{name: "drops-validators", serve: func(v *visit) {
			if v.n == 0 {
				v.set("ETag", `"first"`)
			}
			v.news(0, 10+v.n)
		}, judge: func(t *trial) {
			log := t.at("/feed.xml")
			ok := len(log) > 3
			for i, r := range log {
				ok = ok && (i < 2 || r.Header.Get("If-None-Match") == "")
			}
			t.says(20, ok, "after an answer without validators the old ones are dropped")
		}},
		{name: "broken-validators", serve: func(v *visit) {
			switch {
			case v.n == 0:
				v.set("ETag", `"good"`).news(0, 10)
			case v.n < 4:
				v.Bad = true
				v.set("ETag", `"bad"`, "Content-Type", "text/html").body("<html><body>Under maintenance</body></html>")
			case v.r.Header.Get("If-None-Match") == `"bad"`:
				v.w.WriteHeader(http.StatusNotModified)
			default:
				v.set("ETag", `"better"`).news(0, 12)
			}
		}, judge: func(t *trial) {
			t.says(21, t.never("If-None-Match", `"bad"`), "validators of an answer that is no feed are not kept")
			t.says(21, len(t.published()) == 12, "what came after the bad answers is there (%d entries)", len(t.published()))
		}},
		{name: "redirect-validators", paths: []string{"/feed.xml"}, serve: func(v *visit) {
			switch {
			case v.Path != "/feed.xml":
				v.daily(`"at `+v.Path+`"`, "")
			case v.hours() < 24:
				v.to(http.StatusFound, v.at(v.site.name, "/a.xml"))
			default:
				v.to(http.StatusFound, v.at(v.site.name, "/b.xml"))
			}
		}, judge: func(t *trial) {
			ok := true
			for _, r := range t.log {
				inm := r.Header.Get("If-None-Match")
				ok = ok && (inm == "" || inm == `"at `+r.Path+`"`)
			}
			t.says(22, ok, "validators go to the address that gave them alone")
		}},
	}
}

// follows reports whether every request but the first carries what the answer
// before it gave.
func (t *trial) follows(header string) bool {
	log := t.at("/feed.xml")
	for i := 1; i < len(log); i++ {
		want := log[i-1].ETag
		if header == "If-Modified-Since" {
			want = log[i-1].LastModified
		}
		if want != "" && first(log[i].Header[header]) != want {
			return false
		}
	}
	return len(log) > 2
}

func (t *trial) never(header, value string) bool {
	for _, r := range t.log {
		if r.Header.Get(header) == value {
			return false
		}
	}
	return len(t.log) > 1
}

// daily wants ten entries and one for each day; that of the last may not be
// there yet.
func (t *trial) daily(no int) {
	if t.o.poller.Published != nil {
		n, want := len(t.published()), 10+t.days()
		t.says(no, n == want || n == want-1, "%s: %d entries, want %d", t.site.name, n, want)
	}
}

// steady reports whether no two requests are further apart than so many
// intervals.
func (t *trial) steady(log []*Request, times float64) bool {
	for _, gap := range gaps(log) {
		if float64(gap) > times*float64(t.o.poller.Interval)+float64(5*time.Second) {
			return false
		}
	}
	return len(log) > 2
}
