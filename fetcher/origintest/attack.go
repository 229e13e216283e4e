package origintest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Attack is one thing that a hostile origin does to whoever asks it.
type Attack struct {
	Name    string
	HTML    bool     // it is meant for a row that reads pages, not feeds
	TLS     bool     // it is to be asked by https
	Classes []string // of the errors that are right names for it; "" when it may also be read

	mute  bool // accepts connections and says nothing
	serve func(*victim)
}

// Attacks are documents that explode, answers that never end, never begin or
// break off, compression, redirects and charsets that lie, and pages that are
// no news.
func Attacks() []Attack {
	return slices.Concat(explosions(), floods(), stalls(), lies(), ways())
}

// Serve does its worst to every connection until the listener is closed.
// robots.txt is answered by 404.
func (a Attack) Serve(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go a.meet(conn)
	}
}

func (a Attack) meet(conn net.Conn) {
	defer conn.Close()
	v := &victim{conn: conn, begin: time.Now()}
	if a.mute {
		v.hold()
		return
	}
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	v.Request = r
	if r.URL.Path == "/robots.txt" {
		v.say("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		return
	}
	a.serve(v)
}

// victim is one request; what it is told goes to its connection as it is.
type victim struct {
	*http.Request
	conn  net.Conn
	begin time.Time
}

// say writes and reports whether somebody still listens.
func (v *victim) say(text string) bool {
	_, err := io.WriteString(v.conn, text)
	return err == nil
}

// flood writes the same for ever, in large pieces.
func (v *victim) flood(unit string) {
	block := strings.Repeat(unit, max(1, 32<<10/len(unit)))
	for v.say(block) {
	}
}

// drip writes a piece now and then, for ever.
func (v *victim) drip(unit string) {
	for v.say(unit) {
		time.Sleep(200 * time.Millisecond)
	}
}

// hold keeps the connection until the other side gives up.
func (v *victim) hold() { io.Copy(io.Discard, v.conn) }

// head begins a good answer; headers are whole lines.
func (v *victim) head(headers ...string) bool {
	return v.say("HTTP/1.1 200 OK\r\nConnection: close\r\n" + strings.Join(append(headers, ""), "\r\n") + "\r\n")
}

// page answers with a document under a Content-Type.
func (v *victim) page(kind, doc string) {
	v.head("Content-Type: "+kind, fmt.Sprint("Content-Length: ", len(doc)))
	v.say(doc)
}

// to redirects.
func (v *victim) to(address string) {
	v.say("HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: " + address + "\r\n\r\n")
}

const (
	rssBegin = `<?xml version="1.0"?><rss version="2.0"><channel><title>Office</title><link>/</link><description>Notices</description>`
	rssEnd   = `</channel></rss>`
	oneItem  = `<item><title>One notice</title><link>/1.html</link><guid isPermaLink="false">1</guid><description>Said once.</description></item>`
)
