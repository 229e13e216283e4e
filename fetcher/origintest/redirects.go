package origintest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// redirects are the sites about redirects (D).
func redirects() []*site {
	return slices.Concat(lasting(), leading(), astray())
}

// lasting redirect for good, or say so.
func lasting() []*site {
	return []*site{
		{name: "moved", serve: moving(func(v *visit) { v.to(http.StatusMovedPermanently, v.at(v.site.name, "/new.xml")) }), judge: func(t *trial) {
			early := during(t.at("/feed.xml"), 0, 5*24*t.o.poller.Hour, t.o.start)
			late := after(t.at("/feed.xml"), 9*24*t.o.poller.Hour, t.o.start)
			t.says(57, len(early) > 2 && t.through(early, during(t.at("/new.xml"), 0, 5*24*t.o.poller.Hour, t.o.start)), "a new address is reached by way of the old for days")
			if t.days() >= 10 {
				t.says(57, len(late) == 0 && len(after(t.at("/new.xml"), 9*24*t.o.poller.Hour, t.o.start)) > 0, "after a week of agreement the new address is asked directly (%d times still the old)", len(late))
			}
		}},
		{name: "moved-308", serve: moving(func(v *visit) { v.to(http.StatusPermanentRedirect, v.at(v.site.name, "/new.xml")) }), judge: func(t *trial) {
			t.says(57, len(after(t.at("/feed.xml"), 9*24*t.o.poller.Hour, t.o.start)) == 0, "308 is as permanent as 301")
		}},
		kept(58, "found", func(v *visit) { v.to([]int{302, 303, 307}[v.n%3], v.at(v.site.name, "/new.xml")) }),
		kept(61, "mixed", func(v *visit) {
			if v.Path == "/feed.xml" {
				v.to(301, v.at(v.site.name, "/between.xml"))
				return
			}
			v.to(302, v.at(v.site.name, "/new.xml"))
		}),
		kept(57, "moves-on", func(v *visit) { v.to(301, v.at(v.site.name, "/new.xml?day="+strconv.Itoa(int(v.hours()/24/3)))) }),
		{name: "moved-html", serve: func(v *visit) {
			if v.Path != "/feed.xml" {
				v.Bad = true
				v.set("Content-Type", "text/html").body("<!DOCTYPE html><html><body>Our new portal</body></html>")
				return
			}
			v.to(301, v.at(v.site.name, "/portal"))
		}, judge: func(t *trial) {
			t.says(62, t.through(t.at("/feed.xml"), t.at("/portal")), "a permanent redirect to a page that is no feed is not kept")
		}},
	}
}

// leading are ways that are long, odd, or without an end.
func leading() []*site {
	return []*site{
		{name: "chain-5", serve: chain(5), judge: func(t *trial) { t.says(59, len(t.published()) == 10, "five redirects lead to a feed") }},
		{name: "chain-20", serve: chain(20), judge: judgeChain},
		{name: "loop", serve: func(v *visit) {
			next := "/b.xml"
			if v.Path == "/b.xml" {
				next = "/feed.xml"
			}
			v.to(302, v.at(v.site.name, next))
		}, judge: judgeChain},
		{name: "downgrade", https: true, serve: func(v *visit) { v.to(301, "http://"+v.r.Host+"/feed.xml") }, judge: func(t *trial) {
			clear := 0
			for _, r := range t.log {
				if strings.HasPrefix(r.Proto, "HTTP/1") {
					clear++
				}
			}
			t.says(63, clear == 0, "%d requests went from https to http", clear)
		}},
		{name: "relative", serve: moving(func(v *visit) { v.to(302, "new.xml?q=潮汐#fragment") }), judge: func(t *trial) {
			ok := len(t.at("/new.xml")) > 0
			for _, r := range t.at("/new.xml") {
				ok = ok && !strings.Contains(r.URI, "#") && strings.Contains(strings.ToUpper(r.URI), "%E6%BD%AE%E6%B1%90")
			}
			t.says(64, ok, "a relative address with letters beyond ASCII is resolved, its fragment dropped")
		}},
	}
}

// astray lead to other hosts, and to where nobody should go.
func astray() []*site {
	return []*site{
		{name: "secrets", by: map[string]string{"Authorization": "Bearer fixture-value"}, serve: func(v *visit) {
			v.to(302, v.at("elsewhere", "/from-secrets.xml"))
		}, judge: func(t *trial) {
			log := t.o.at("elsewhere", "/from-secrets.xml")
			ok := len(log) > 0 && first(t.log[0].Header["Authorization"]) != ""
			for _, r := range log {
				ok = ok && r.Header.Get("Authorization") == "" && r.Header.Get("Cookie") == ""
			}
			t.says(65, ok, "secrets of one host are not sent to another")
		}},
		{name: "elsewhere", paths: []string{"/own.xml"}, serve: func(v *visit) { v.news(0, 10) }},
		{name: "private", serve: func(v *visit) {
			targets := []string{"http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://100.64.0.1/",
				"file:///etc/passwd", "gopher://10.0.0.1/", "javascript:alert(1)", "http://inside.test/", "http://2130706433/", "http://0x7f.1/"}
			v.to(302, targets[v.n%len(targets)])
		}, judge: func(t *trial) {
			if t.o.poller.Private != nil {
				n := t.o.poller.Private()
				t.says(66, n == 0 && len(t.log) > 5, "%d connections to private addresses after %d invitations", n, len(t.log))
			}
		}},
	}
}

// moving redirects the feed and serves it at its new address.
func moving(redirect func(*visit)) func(*visit) {
	return func(v *visit) {
		if v.Path == "/feed.xml" {
			redirect(v)
			return
		}
		v.daily(`"day-$"`, "")
	}
}

// kept is a site that must be asked by its old address for ever.
func kept(no int, name string, redirect func(*visit)) *site {
	return &site{name: name, serve: func(v *visit) {
		if v.Path == "/new.xml" {
			v.daily(`"day-$"`, "")
			return
		}
		redirect(v)
	}, judge: func(t *trial) {
		old, target := t.at("/feed.xml"), t.at("/new.xml")
		t.says(no, len(old) > 2 && t.through(old, target), "%s: the old address stays in use (%d requests, %d at the new one)", name, len(old), len(target))
	}}
}

// through reports whether an address was always reached by way of another. A
// stop, and the end of the log, may cut a way in two.
func (t *trial) through(old, target []*Request) bool {
	cut := len(old) - len(target)
	return cut >= 0 && cut <= len(t.o.restarts)+1
}

// chain redirects n times before it serves a feed.
func chain(n int) func(*visit) {
	return func(v *visit) {
		at, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(v.Path, "/"), ".xml"))
		if at == n {
			v.news(0, 10)
			return
		}
		v.to(302, v.at(v.site.name, "/"+strconv.Itoa(at+1)+".xml"))
	}
}

// judgeChain counts the requests that one poll makes of an endless chain.
func judgeChain(t *trial) {
	polls := len(t.at("/feed.xml"))
	if t.site.name == "loop" {
		polls = (polls + 1) / 2
	}
	t.says(60, polls > 0 && len(t.log) <= 10*max(1, polls), "%s: %d requests in %d polls", t.site.name, len(t.log), polls)
}
