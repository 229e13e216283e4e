package origintest

import (
	"fmt"
	"net/http"
	"time"
)

// timing are the sites about when to ask (B).
func timing() []*site {
	sites := []*site{
		cached(26, "max-age", 4, 0, func(v *visit) { v.set("Cache-Control", "public, max-age="+v.seconds(4)) }),
		cached(27, "s-maxage", 2, 8, func(v *visit) { v.set("Cache-Control", "s-maxage="+v.seconds(24)+", max-age="+v.seconds(2)) }),
		cached(28, "max-age-and-expires", 2, 6, func(v *visit) { v.set("Cache-Control", "max-age="+v.seconds(2), "Expires", v.date(8)) }),
		cached(29, "age", 3, 5, func(v *visit) { v.set("Cache-Control", "max-age="+v.seconds(6), "Age", v.seconds(3)) }),
		cached(30, "expires", 4, 0, func(v *visit) { v.set("Expires", v.date(4)) }),
		cached(30, "expires-0", 0, 2, func(v *visit) { v.set("Expires", "0") }),
		cached(31, "odd-cache-control", 0, 30, func(v *visit) {
			odd := []string{`max-age="3600"`, "MAX-AGE=3600", "max-age=10, max-age=20", "max-age=-5", "max-age=1.5", "max-age=99999999999999999999", "max-age", ",,;=", "max-age=\xff"}
			v.set("Cache-Control", odd[v.n%len(odd)])
		}),
		validated(cached(32, "no-store", 0, 2, func(v *visit) { v.set("Cache-Control", "no-cache, no-store", "ETag", `"kept"`) })),
		cached(33, "max-age-year", 20, 30, func(v *visit) { v.set("Cache-Control", "max-age="+v.seconds(8760)) }),
		cached(33, "max-age-1", 0, 2, func(v *visit) { v.set("Cache-Control", "max-age=1") }),
		cached(92, "wrong-clock", 3, 5, func(v *visit) {
			v.set("Date", time.Now().AddDate(-1, 0, 0).UTC().Format(http.TimeFormat))
			v.set("Expires", time.Now().AddDate(-1, 0, 0).Add(time.Duration(3*float64(v.o.poller.Hour))).UTC().Format(http.TimeFormat))
		}),
		said(34, "ttl", 3, func(v *visit) string { return fmt.Sprintf("<ttl>%d</ttl>", int(3*v.o.poller.Hour.Minutes())) }),
		said(36, "update-period", 6, func(*visit) string {
			return "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
		}),
		skipping("skip-hours", "<skipHours><hour>0</hour><hour>1</hour><hour>2</hour><hour>3</hour><hour>4</hour></skipHours>", func(at time.Time) bool { return at.Hour() > 4 }),
		skipping("skip-days", "<skipDays><day>Sunday</day></skipDays>", func(at time.Time) bool { return at.Weekday() != time.Sunday }),
		{name: "never-changes", serve: func(v *visit) { v.news(0, 10) }, judge: func(t *trial) {
			g := gaps(t.log)
			t.says(37, len(g) > 5 && g[len(g)-1] >= t.o.poller.Interval*95/100, "a feed that never changes is asked at the longest interval")
		}},
	}
	return append(sites, together()...)
}

// cached is a site whose headers say how long an answer lives: it is asked
// after so many hours at the earliest, and at the latest when that is given.
func cached(no int, name string, earliest, latest float64, head func(*visit)) *site {
	return &site{name: name, serve: func(v *visit) { head(v); v.news(0, 10+int(v.hours()/24)) }, judge: func(t *trial) {
		for _, g := range gaps(t.at("/feed.xml")) {
			hours := float64(g) / float64(t.o.poller.Hour)
			t.says(no, hours >= earliest*0.999, "%s: asked after %.2f hours, want %g at least", name, hours, earliest)
			if latest > 0 {
				t.says(no, hours <= latest, "%s: asked after %.2f hours, want %g at most", name, hours, latest)
			}
		}
		t.says(no, len(t.at("/feed.xml")) > 2, "%s: goes on", name)
	}}
}

// validated wants the validator used that a site gives, whatever else it says.
func validated(s *site) *site {
	judge := s.judge
	s.judge = func(t *trial) {
		judge(t)
		for i, r := range t.at("/feed.xml") {
			t.says(32, i == 0 || r.Header.Get("If-None-Match") == `"kept"`, "%s: request %d has no validator", s.name, i)
		}
	}
	return s
}

// said is a site whose feed says how often it is made.
func said(no int, name string, hours float64, head func(*visit) string) *site {
	return &site{name: name, serve: func(v *visit) { v.body(v.feed(head(v), 0, 10)) }, judge: func(t *trial) {
		if t.o.poller.Hour != time.Hour && no == 36 {
			return // its unit cannot be compressed
		}
		for _, g := range gaps(t.at("/feed.xml")) {
			t.says(no, float64(g) >= hours*0.999*float64(t.o.poller.Hour), "%s: asked after %v", name, g)
		}
		t.says(no, len(t.log) > 2, "%s: goes on", name)
	}}
}

// skipping is a site whose feed asks for no visits at some times.
func skipping(name, head string, fine func(time.Time) bool) *site {
	return &site{name: name, serve: func(v *visit) { v.body(v.feed(head, 0, 10)) }, judge: func(t *trial) {
		if t.o.poller.Hour != time.Hour {
			return
		}
		for i, r := range t.log {
			t.says(35, i == 0 || fine(r.At.UTC()), "%s: asked on %s", name, r.At.UTC().Format("Monday 15:04"))
		}
	}}
}

// together are the sites with more than one feed.
func together() []*site {
	crowd := make([]string, 20)
	for i := range crowd {
		crowd[i] = fmt.Sprintf("/%d.xml", i)
	}
	return []*site{
		{name: "crowd", paths: crowd, serve: func(v *visit) {
			time.Sleep(100 * time.Millisecond)
			v.body(v.feed("<language>"+v.Path[1:2]+"</language>", 0, 1))
		}, judge: judgeCrowd},
		{name: "twins", again: true, serve: func(v *visit) { v.daily(`"day-$"`, "") }, judge: func(t *trial) {
			for i, g := range gaps(t.log) {
				t.says(40, g >= t.o.poller.MinInterval*95/100 || t.restarted(t.log[i+1].At), "two sources with one address: asked again after %v", g)
			}
		}},
	}
}

func judgeCrowd(t *trial) {
	second := make(map[int64]int)
	most, connections := 0, make(map[string]bool)
	for _, r := range t.log {
		second[r.At.Unix()]++
		most = max(most, r.Together)
		connections[r.Remote] = true
	}
	same := 0
	for _, n := range second {
		same = max(same, n)
	}
	t.says(38, same <= 2, "%d of 20 feeds of one host are asked in one second", same)
	t.says(39, most <= 2, "%d requests at once to one host", most)
	t.says(79, len(connections) < len(t.log), "%d requests over %d connections", len(t.log), len(connections))
}
