package origintest

import (
	"fmt"
	"net"
	"strings"
	"time"
)

// floods are answers without an end.
func floods() []Attack {
	return []Attack{
		{Name: "endless-body", Classes: []string{"too-large"}, serve: func(v *victim) {
			v.head("Content-Type: text/xml")
			v.say(rssBegin)
			v.flood(oneItem)
		}},
		{Name: "endless-chunks", Classes: []string{"too-large"}, serve: func(v *victim) {
			v.head("Transfer-Encoding: chunked")
			v.flood("10\r\n0123456789abcdef\r\n")
		}},
		{Name: "endless-chunk-line", Classes: []string{"malformed", "connect", "truncated", "timeout"}, serve: func(v *victim) {
			v.head("Transfer-Encoding: chunked")
			v.flood("0")
		}},
		{Name: "endless-trailer", Classes: []string{"malformed", "connect", "truncated", "timeout", ""}, serve: func(v *victim) {
			v.head("Transfer-Encoding: chunked", "Trailer: X")
			v.say(fmt.Sprintf("%x\r\n%s\r\n0\r\n", len(rssBegin+oneItem+rssEnd), rssBegin+oneItem+rssEnd))
			v.flood("X: y\r\n")
		}},
		{Name: "endless-header", Classes: []string{"too-large", "connect", "malformed"}, serve: func(v *victim) {
			v.say("HTTP/1.1 200 OK\r\n")
			v.flood("X-Header: value\r\n")
		}},
		{Name: "endless-header-line", Classes: []string{"too-large", "connect", "malformed"}, serve: func(v *victim) {
			v.say("HTTP/1.1 200 OK\r\nX: ")
			v.flood("x")
		}},
		{Name: "endless-status", Classes: []string{"too-large", "connect", "malformed"}, serve: func(v *victim) { v.say("HTTP/1.1 200 "); v.flood("O") }},
		{Name: "endless-interim", Classes: []string{"too-large", "connect", "malformed", "timeout"}, serve: func(v *victim) { v.flood("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n") }},
		{Name: "huge-length", Classes: []string{"truncated"}, serve: func(v *victim) {
			v.head("Content-Type: text/xml", "Content-Length: 9000000000000000000")
			v.say(rssBegin + oneItem)
		}},
		{Name: "impossible-length", Classes: []string{"connect", "malformed", "truncated"}, serve: func(v *victim) {
			v.head("Content-Length: 99999999999999999999999")
			v.say(rssBegin + oneItem + rssEnd)
		}},
		{Name: "two-lengths", Classes: []string{"connect", "malformed", "truncated"}, serve: func(v *victim) {
			v.head("Content-Length: 10", "Content-Length: 20")
			v.say(rssBegin + oneItem + rssEnd)
		}},
	}
}

// stalls are answers that take for ever, or break off.
func stalls() []Attack {
	slow := []string{"timeout", "connect"}
	cut := []string{"truncated", "connect"}
	return []Attack{
		{Name: "silent", Classes: slow, mute: true},
		{Name: "silent-tls", TLS: true, Classes: []string{"timeout", "tls", "connect"}, mute: true},
		{Name: "no-tls", TLS: true, Classes: []string{"tls", "connect"}, serve: func(v *victim) {}},
		{Name: "no-header", Classes: slow, serve: (*victim).hold},
		{Name: "drip-header", Classes: slow, serve: func(v *victim) { v.say("HTTP/1.1 200 OK\r\nX: "); v.drip("x") }},
		{Name: "drip-body", Classes: slow, serve: func(v *victim) { v.head("Content-Type: text/xml"); v.drip("<") }},
		{Name: "stall-body", Classes: slow, serve: func(v *victim) { v.head(); v.say(rssBegin + oneItem); v.hold() }},
		{Name: "stall-at-the-end", Classes: slow, serve: func(v *victim) {
			v.head("Content-Length: 100000")
			v.say(rssBegin + oneItem + rssEnd)
			v.hold()
		}},
		{Name: "cut-length", Classes: cut, serve: func(v *victim) { v.head("Content-Length: 100000"); v.say(rssBegin + oneItem + rssEnd) }},
		{Name: "cut-chunk", Classes: cut, serve: func(v *victim) {
			v.head("Transfer-Encoding: chunked")
			v.say("FFFF\r\n" + rssBegin + oneItem + rssEnd)
		}},
		{Name: "cut-gzip", Classes: cut, serve: func(v *victim) {
			body := zipped(rssBegin + strings.Repeat(oneItem, 100) + rssEnd)
			v.head("Content-Encoding: gzip", fmt.Sprint("Content-Length: ", len(body)/2))
			v.say(body[:len(body)/2])
		}},
		{Name: "reset", Classes: cut, serve: func(v *victim) {
			v.head("Content-Length: 100000")
			v.say(rssBegin + oneItem)
			if tcp, ok := v.conn.(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
		}},
		{Name: "nothing", Classes: cut, serve: func(*victim) {}},
	}
}

// lies are bytes that are not what they are said to be.
func lies() []Attack {
	const chinese = "关于进一步规范外贸统计的公告"
	feed := rssBegin + strings.Replace(oneItem, "One notice", chinese, 1) + rssEnd
	return []Attack{
		{Name: "utf8-as-gbk", Classes: []string{"", "encoding"}, serve: func(v *victim) { v.page("text/xml; charset=gbk", feed) }},
		{Name: "rubbish", Classes: []string{"not-a-feed", "encoding", "malformed"}, serve: func(v *victim) {
			v.page("text/xml", strings.Repeat("\x00\x01\xfe\xff\x80\x81", 100_000))
		}},
		{Name: "picture", Classes: []string{"not-a-feed", "encoding", "malformed"}, serve: func(v *victim) {
			v.page("text/xml", "\x89PNG\r\n\x1a\n"+strings.Repeat("\x00\x10\x20", 1000))
		}},
		document("no-items", rssBegin+rssEnd, "no-items"),
		document("empty", "", "empty"),
		document("blank", strings.Repeat(" \n", 1<<20), "empty"),
		html("login", "<form action=/login><input name=user><input type=password></form>", "selector-empty"),
		{Name: "soft-404", Classes: []string{"not-a-feed"}, serve: func(v *victim) {
			v.page("text/html", "<!DOCTYPE html><html><title>404</title><body><h1>Page not found</h1></body></html>")
		}},
		{Name: "bot-wall", Classes: []string{"status"}, serve: func(v *victim) {
			v.page("text/html", "<html><script>document.cookie='pass=1';location.reload()</script></html>")
		}},
	}
}

// ways are redirects: without an end, slow ones, and to where nobody should go.
func ways() []Attack {
	out := []Attack{
		{Name: "loop", Classes: []string{"redirect"}, serve: func(v *victim) { v.to("/feed.xml") }},
		{Name: "chain", Classes: []string{"redirect"}, serve: func(v *victim) { v.to(v.URL.Path + "a") }},
		{Name: "slow-chain", Classes: []string{"timeout", "redirect"}, serve: func(v *victim) { time.Sleep(2 * time.Second); v.to(v.URL.Path + "a") }},
		{Name: "long-location", Classes: []string{"redirect", "connect", "too-large", "status"}, serve: func(v *victim) { v.to("/" + strings.Repeat("a", 1<<20)) }},
	}
	for name, address := range map[string]string{
		"metadata": "http://169.254.169.254/latest/meta-data/", "private-10": "http://10.0.0.1/", "private-192": "http://192.168.1.1/",
		"shared": "http://100.64.0.1/", "mapped": "http://[::ffff:10.0.0.1]/", "nat64": "http://[64:ff9b::a00:1]/", "v6-local": "http://[fe80::1]/",
		"v6-unique": "http://[fd00::1]/", "zero": "http://0.0.0.0/", "decimal": "http://167772161/", "hexadecimal": "http://0x0a.1/",
		"broadcast": "http://255.255.255.255/", "multicast": "http://224.0.0.1/", "file": "file:///etc/hostname", "gopher": "gopher://10.0.0.1/",
		"script": "javascript:alert(1)", "port": "http://203.0.114.1:22/", "userinfo": "http://office.test@10.0.0.1/", "name": "http://inside.test/", "name-v6": "http://inside6.test/", "documentation": "http://192.0.2.1/",
	} {
		out = append(out, Attack{Name: "to-" + name, Classes: []string{"blocked-address", "redirect", "dns"}, serve: func(v *victim) { v.to(address) }})
	}
	return out
}
