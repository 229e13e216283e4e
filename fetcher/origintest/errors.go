package origintest

import (
	"net/http"
	"slices"
	"time"
)

// failures are the sites about errors (C). Each is well at first, so that there
// is something to lose.
func failures() []*site {
	sites := []*site{
		patient(42, "429-seconds", 3, func(v *visit) { v.set("Retry-After", v.seconds(3)).fail(429) }),
		patient(43, "429-date", 3, func(v *visit) { v.set("Retry-After", v.date(3)).fail(429) }),
		patient(44, "503-seconds", 3, func(v *visit) { v.set("Retry-After", v.seconds(3)).fail(503) }),
		patient(45, "503-plain", 0, func(v *visit) { v.fail(503) }),
		patient(45, "429-plain", 0, func(v *visit) { v.fail(429) }),
		patient(46, "retry-after-odd", 0, func(v *visit) {
			odd := []string{"-60", "soon", "99999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT", "\xff"}
			v.set("Retry-After", odd[v.n%len(odd)]).fail(503)
		}),
		patient(46, "retry-after-year", 0, func(v *visit) { v.set("Retry-After", v.seconds(8760)).fail(503) }),
		patient(48, "500s", 0, func(v *visit) { v.fail([]int{500, 502, 504}[v.n%3]) }),
		patient(48, "reset", 0, func(v *visit) { v.raw("") }),
		patient(51, "401", 0, func(v *visit) { v.set("WWW-Authenticate", `Basic realm="office"`).fail(401) }),
		patient(51, "403", 0, func(v *visit) { v.fail(403) }),
		patient(49, "404", 0, func(v *visit) { v.fail(404) }),
		patient(52, "empty-body", 0, func(v *visit) { v.Bad = true; v.set("ETag", `"bad"`).body("") }),
		patient(53, "html-instead", 0, func(v *visit) {
			v.Bad = true
			v.set("ETag", `"bad"`, "Content-Type", "text/html").body("<!DOCTYPE html><html><body><h1>Welcome to our new site</h1></body></html>")
		}),
		patient(54, "short", 0, func(v *visit) {
			v.raw("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: \"bad\"\r\nContent-Length: 100000\r\n\r\n" + v.feed("", 5, 15))
		}),
		patient(54, "chunk-cut", 0, func(v *visit) {
			v.raw("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: \"bad\"\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\n" + v.feed("", 5, 15))
		}),
	}
	return append(sites, &site{name: "gone", serve: func(v *visit) {
		if v.hours() < 6 {
			v.news(0, 10)
			return
		}
		v.fail(http.StatusGone)
	}, judge: func(t *trial) {
		failed := after(t.log, 6*t.o.poller.Hour, t.o.start)
		t.says(50, len(failed) <= 2+t.days()/7, "a feed that is gone was asked %d times", len(failed))
		t.says(50, len(t.published()) >= 10, "its entries are kept")
	}}, &site{name: "whole-host", paths: []string{"/a.xml", "/b.xml"}, serve: func(v *visit) {
		if v.Path == "/a.xml" && int(v.hours())%24 == 12 {
			v.set("Retry-After", v.seconds(5)).fail(429)
			return
		}
		v.body(v.feed("<ttl>1</ttl><generator>"+v.Path+"</generator>", 0, 10))
	}, judge: judgeHost})
}

// patient is a site that is well for 6 hours, then fails for two days, then is
// well again with three new releases. While it fails it is asked not before so
// many hours are over, and ever less often.
func patient(no int, name string, hours float64, fail func(*visit)) *site {
	return &site{name: name, serve: func(v *visit) {
		switch {
		case v.hours() < 6:
			v.set("ETag", `"well"`).news(0, 10)
		case v.hours() < 54:
			fail(v)
		default:
			v.set("ETag", `"again"`).news(3, 13)
		}
	}, judge: func(t *trial) {
		judgePauses(t, no, name, hours)
		t.says(48, t.never("If-None-Match", `"bad"`), "%s: validators of failures are not kept", name)
		well := after(t.at("/feed.xml"), 54*t.o.poller.Hour, t.o.start)
		t.says(no, len(well) > 0, "%s: is asked again after it recovered", name)
		if len(well) > 2 {
			t.says(55, t.steady(well, 1.2), "%s: the pace is back after the recovery", name)
			t.says(48, len(t.published()) == 13, "%s: %d entries after the recovery, want 13", name, len(t.published()))
		}
	}}
}

func judgePauses(t *trial, no int, name string, hours float64) {
	failed := during(t.at("/feed.xml"), 6*t.o.poller.Hour, 54*t.o.poller.Hour, t.o.start)
	pauses := slices.DeleteFunc(gaps(failed), func(g time.Duration) bool { return t.site.name == "reset" && g < 10*time.Second }) // one more try at once
	t.says(no, len(failed) > 0, "%s: was asked while it failed", name)
	for i, g := range pauses {
		t.says(no, float64(g) >= 0.999*hours*float64(t.o.poller.Hour), "%s: asked %v after a failure, want %g hours", name, g, hours)
		t.says(45, g >= min(t.o.poller.MinInterval, time.Minute), "%s: asked %v after a failure", name, g)
		t.says(no, g <= 27*t.o.poller.Hour, "%s: asked only %v after a failure", name, g)
		t.says(45, hours > 0 || i < 3 || g >= 2*t.o.poller.MinInterval, "%s: failure %d is followed by a pause of %v alone", name, i, g)
	}
	if hours == 0 && len(pauses) > 0 {
		longest := slices.Max(pauses)
		t.says(no, longest >= 2*t.o.poller.Hour, "%s: after two days of failures still asked every %v", name, longest)
	}
}

// judgeHost looks for requests of the sibling feed within the pause.
func judgeHost(t *trial) {
	for _, r := range t.at("/a.xml") {
		if r.Status != http.StatusTooManyRequests {
			continue
		}
		for _, q := range t.log {
			within := q.At.After(r.At.Add(time.Second)) && q.At.Before(r.At.Add(5*t.o.poller.Hour-time.Second))
			t.says(47, !within, "%s is asked %v after the host asked for 5 hours of peace", q.Path, q.At.Sub(r.At))
		}
	}
}
