package hub

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// The rows with numbers are the hub tests of https://websub.rocks/hub, as far
// as they are about subscriptions; the others are what the recommendation asks
// beside them.
var conformance = []struct {
	name string
	test func(*world)
}{
	{"100 typical subscriber request", func(w *world) {
		w.accepted(typical())
		s, ok := w.subscribed(callback)
		if !ok || s.Secret != "" || s.From != 41 || time.Until(s.Until) != Longest {
			w.Errorf("subscribed %v: %+v", ok, s)
		}
		if q := w.last(); w.visits() != 1 || q.Get("hub.mode") != "subscribe" || q.Get("hub.topic") != topic || q.Get("hub.lease_seconds") != "864000" || len(q.Get("hub.challenge")) < 20 {
			w.Errorf("asked %d times, at last %v", w.visits(), q)
		}
	}},
	{"101 subscriber includes a secret", func(w *world) {
		secret := strings.Repeat("§", 99) + "!"
		w.accepted(typical("hub.secret", secret))
		if s, _ := w.subscribed(callback); s.Secret != secret {
			w.Errorf("kept %q", s.Secret)
		}
		if w.last().Has("hub.secret") {
			w.Error("the secret was sent to the callback")
		}
	}},
	{"102 subscriber sends additional parameters", func(w *world) {
		w.accepted(typical("hub.verify", "sync", "hub.verify_token", "x", "foo", "bar", "hub.foo", "baz"))
		if _, ok := w.subscribed(callback); !ok || w.last().Has("foo") {
			w.Errorf("subscribed %v, asked %v", ok, w.last())
		}
	}},
	{"103 re-subscribes before expiration", func(w *world) {
		w.accepted(typical("hub.secret", "old"))
		time.Sleep(9 * 24 * time.Hour)
		w.accepted(typical("hub.secret", "new"))
		time.Sleep(9 * 24 * time.Hour)
		if s, ok := w.subscribed(callback); !ok || s.Secret != "new" || len(w.kept()) != 1 {
			w.Errorf("subscribed %v: %+v of %d", ok, s, len(w.kept()))
		}
	}},
	{"104 unsubscribe request", func(w *world) {
		w.accepted(typical())
		w.accepted(typical("hub.mode", "unsubscribe"))
		_, ok := w.subscribed(callback)
		if q := w.last(); ok || w.visits() != 2 || q.Get("hub.mode") != "unsubscribe" || q.Get("hub.topic") != topic || q.Get("hub.challenge") == "" || q.Has("hub.lease_seconds") {
			w.Errorf("subscribed %v, asked %v", ok, q)
		}
	}},
	{"105, 106 topics in other formats", func(w *world) {
		for _, format := range []string{"rss", "json"} {
			address := site + "/feeds/main." + format
			w.accepted(typical("hub.topic", address))
			if _, ok := w.kept()["main "+format+" "+callback]; !ok || w.last().Get("hub.topic") != address {
				w.Errorf("%s: %v, asked %v", format, w.kept(), w.last())
			}
		}
	}},
	{"a short lease is made a day", func(w *world) {
		w.accepted(typical("hub.lease_seconds", "5"))
		if s, _ := w.subscribed(callback); time.Until(s.Until) != Shortest || w.last().Get("hub.lease_seconds") != "86400" {
			w.Errorf("until %v, asked %v", s.Until, w.last())
		}
	}},
	{"a lease between is given", func(w *world) {
		w.accepted(typical("hub.lease_seconds", "100000"))
		if s, _ := w.subscribed(callback); time.Until(s.Until) != 100000*time.Second || w.last().Get("hub.lease_seconds") != "100000" {
			w.Errorf("until %v, asked %v", s.Until, w.last())
		}
	}},
	{"a long lease is made the longest", func(w *world) {
		for _, long := range []string{"864001", "99999999999999999999999", "0"} {
			w.accepted(typical("hub.lease_seconds", long))
			if s, _ := w.subscribed(callback); time.Until(s.Until) != Longest || w.last().Get("hub.lease_seconds") != "864000" {
				w.Errorf("%s: until %v, asked %v", long, s.Until, w.last())
			}
		}
	}},
	{"a lease ends", func(w *world) {
		w.accepted(typical("hub.lease_seconds", "86400"))
		time.Sleep(Shortest - time.Second)
		if _, ok := w.subscribed(callback); !ok {
			w.Error("it ended early")
		}
		time.Sleep(sweepEvery + time.Second)
		if len(w.kept()) > 0 {
			w.Errorf("it is there still: %v", w.kept())
		}
	}},
	{"the callback's own query is kept", func(w *world) {
		own := callback + "?a=1&b=%20%2F&a=2&c"
		w.accepted(typical("hub.callback", own))
		if _, ok := w.subscribed(own); !ok || !strings.HasPrefix(w.asked[0].RawQuery, "a=1&b=%20%2F&a=2&c&hub.") {
			w.Errorf("subscribed %v, asked %s", ok, w.asked[0])
		}
	}},
	{"a callback with another query is another", func(w *world) {
		w.accepted(typical("hub.callback", callback+"?"))
		w.accepted(typical("hub.callback", callback))
		if len(w.kept()) != 2 {
			w.Errorf("kept %v", w.kept())
		}
	}},
	{"any 2xx status confirms", func(w *world) {
		w.callback = func(to http.ResponseWriter, r *http.Request) {
			to.WriteHeader(http.StatusAccepted)
			confirms(to, r)
		}
		w.accepted(typical())
		if _, ok := w.subscribed(callback); !ok {
			w.Error("not subscribed")
		}
	}},
	{"wrong topic", func(w *world) {
		for _, wrong := range []string{site + "/feeds/none.atom", site + "/feeds/main.atom2", "https://other.example/feeds/main.atom", "main", strings.Repeat("x", 9000)} {
			if rec := w.post(typical("hub.topic", wrong)); rec.Code != http.StatusNotFound || !strings.Contains(rec.Body.String(), "none of the feeds of "+site) || rec.Body.Len() > 500 {
				w.Errorf("%.80s: %d %s", wrong, rec.Code, rec.Body)
			}
		}
		if w.visits() > 0 {
			w.Errorf("%d callbacks were asked", w.visits())
		}
	}},
	{"an end of what is not there", func(w *world) {
		if rec := w.post(typical("hub.mode", "unsubscribe")); rec.Code != http.StatusNotFound || w.visits() > 0 {
			w.Errorf("%d %s, %d asked", rec.Code, rec.Body, w.visits())
		}
	}},
	{"what cannot be kept is denied", func(w *world) {
		w.breaks(errDisk)
		w.accepted(typical())
		if q := w.last(); w.visits() != 2 || q.Get("hub.mode") != "denied" || q.Get("hub.topic") != topic || q.Get("hub.reason") == "" || q.Has("hub.challenge") {
			w.Errorf("asked %d times, at last %v", w.visits(), q)
		}
	}},
	{"requests for one subscription are settled in their order", func(w *world) {
		w.callback = func(to http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("hub.mode") == "subscribe" {
				time.Sleep(3 * time.Second)
			}
			confirms(to, r)
		}
		w.accepted(typical())
		w.accepted(typical("hub.mode", "unsubscribe"))
		time.Sleep(time.Minute)
		if _, ok := w.subscribed(callback); ok || w.visits() != 2 {
			w.Errorf("subscribed %v, asked %d times", ok, w.visits())
		}
		w.accepted(typical())
		w.accepted(typical("hub.mode", "unsubscribe"))
		w.accepted(typical("hub.secret", "last"))
		time.Sleep(time.Minute)
		if s, ok := w.subscribed(callback); !ok || s.Secret != "last" {
			w.Errorf("subscribed %v: %+v", ok, s)
		}
	}},
}

func TestConformance(t *testing.T) {
	for _, row := range conformance {
		t.Run(row.name, func(t *testing.T) { inBubble(t, row.test) })
	}
}

// None of these confirms anything, holds the hub up, or is read to its end.
var unconfirming = map[string]struct {
	answer http.HandlerFunc
	wire   func(net.Conn)
}{
	"not there":          {answer: http.NotFound},
	"refuses and echoes": {answer: echoes(http.StatusForbidden)},
	"fails and echoes":   {answer: echoes(http.StatusInternalServerError)},
	"redirects": {answer: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://10.0.0.1/?"+r.URL.RawQuery, http.StatusFound)
	}},
	"redirects to itself": {answer: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
	}},
	"another challenge": {answer: changed(func(string) string { return "something else" })},
	"a longer one":      {answer: changed(func(c string) string { return c + "x" })},
	"a line end behind": {answer: changed(func(c string) string { return c + "\n" })},
	"in a page":         {answer: changed(func(c string) string { return "<p>" + c + "</p>" })},
	"in lower case":     {answer: changed(strings.ToLower)},
	"a shorter one":     {answer: changed(func(c string) string { return c[1:] })},
	"huge":              {answer: changed(func(c string) string { return strings.Repeat(c, 100_000) })},
	"nothing":           {answer: changed(func(string) string { return "" })},
	"no content":        {answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }},
	"endless":           {answer: endless},
	"hangs":             {answer: hangs},
	"begins and hangs": {answer: func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "A")
		w.(http.Flusher).Flush()
		hangs(w, r)
	}},
	"no http":                 {wire: speaks(func(c net.Conn) { io.WriteString(c, "SSH-2.0-OpenSSH\r\n") })},
	"hangs up":                {wire: speaks(func(net.Conn) {})},
	"endless headers":         {wire: forever("HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 1000) + "\r\n")},
	"endless status line":     {wire: forever("HTTP/1.1 200 " + strings.Repeat("y", 1000))},
	"endless interim answers": {wire: forever("HTTP/1.1 103 Early Hints\r\n\r\n")},
	"a length and no content": {wire: speaks(func(c net.Conn) { io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n") })},
	"drips":                   {wire: speaks(drips)},
}

// echoes confirms under a status.
func echoes(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(status); confirms(w, r) }
}

// changed is what is made of the challenge.
func changed(change func(string) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, change(r.URL.Query().Get("hub.challenge")))
	}
}

// endless confirms, and then goes on for as long as it is listened to.
func endless(w http.ResponseWriter, r *http.Request) {
	confirms(w, r)
	for {
		if _, err := w.Write(make([]byte, 4096)); err != nil {
			return
		}
	}
}

// forever says the same again and again.
func forever(what string) func(net.Conn) {
	return speaks(func(c net.Conn) {
		for {
			if _, err := io.WriteString(c, what); err != nil {
				return
			}
		}
	})
}

// drips says a byte a second.
func drips(c net.Conn) {
	for _, b := range []byte("HTTP/1.1 200 OK\r\nContent-Length: 26\r\n\r\n") {
		time.Sleep(time.Second)
		if _, err := c.Write([]byte{b}); err != nil {
			return
		}
	}
}

func TestCallbacksThatDoNotConfirm(t *testing.T) {
	for name, row := range unconfirming {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(w *world) {
				w.callback, w.wire = row.answer, row.wire
				w.accepted(typical())
				time.Sleep(answerWithin + restUnmeant + time.Second)
				synctest.Wait()
				if _, ok := w.subscribed(callback); ok || w.visits() > 1 {
					w.Errorf("subscribed %v, asked %d times", ok, w.visits())
				}
				if w.hub.desk.waiting != 0 || len(w.hub.desk.doors)+len(w.hub.desk.last)+len(w.hub.desk.newcomers) > 0 {
					w.Errorf("something is left: %+v", w.hub.desk)
				}
			})
		})
	}
}

// What a callback has stays when it does not confirm what is asked of it.
func TestUnconfirmedChangesNothing(t *testing.T) {
	for _, mode := range []string{"subscribe", "unsubscribe"} {
		inBubble(t, func(w *world) {
			w.accepted(typical("hub.secret", "old"))
			before, _ := w.subscribed(callback)
			w.callback = http.NotFound
			time.Sleep(time.Hour)
			w.accepted(typical("hub.mode", mode, "hub.secret", "new"))
			if after, ok := w.subscribed(callback); !ok || after != before || w.visits() != 2 {
				w.Errorf("%s: %+v, want %+v", mode, after, before)
			}
		})
	}
}

// A callback that posts back whenever it is asked does not make the hub busy:
// it is asked four times a second at most.
func TestACallbackThatPostsBack(t *testing.T) {
	inBubble(t, func(w *world) {
		n := 0
		w.callback = func(to http.ResponseWriter, r *http.Request) {
			w.mu.Lock()
			n++
			again := typical("hub.callback", fmt.Sprintf("%s?%d", callback, n%7))
			w.mu.Unlock()
			w.send(again)
			w.send(again)
			confirms(to, r)
		}
		w.accepted(typical())
		time.Sleep(time.Minute)
		if v := w.visits(); v < 60 || v > 5*60 {
			w.Errorf("asked %d times in a minute", v)
		}
		if len(w.kept()) > MostAtHost {
			w.Errorf("%d subscriptions", len(w.kept()))
		}
	})
}
