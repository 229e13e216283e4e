package gate

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Limits are those of a listener.
type Limits struct {
	Connections int           // at once, in all
	PerClient   int           // at once, of a client that is no proxy
	Stall       time.Duration // that a client may take for 256 kB; its connection is then closed
	Proxies     Proxies
	Full        func(connections int) // is told, at most once a minute, that somebody was refused; may be nil
}

// Listen makes a listener keep limits. Whoever comes too many is answered 503
// (RFC 9110, section 15.6.4) and hung up on, at once.
func Listen(l net.Listener, limits Limits) net.Listener {
	return &listener{Listener: l, Limits: limits, of: make(map[netip.Addr]int), partings: make(chan struct{}, mostPartings)}
}

type listener struct {
	net.Listener
	Limits
	told     time.Time // when Full was; owned by Accept
	partings chan struct{}

	mu   sync.Mutex
	open int
	of   map[netip.Addr]int
}

// Accept is part of net.Listener. It must not be called twice at once.
func (l *listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		who, _ := address(c.RemoteAddr().String())
		if who = l.counted(who); l.enter(who) {
			return &conn{Conn: c, stall: l.Stall, left: sync.OnceFunc(func() { l.leave(who) })}, nil
		}
		l.refuse(c)
	}
}

// counted is under what a connection counts; a proxy's only in all.
func (l *listener) counted(who netip.Addr) netip.Addr {
	if l.Proxies.has(who) {
		return netip.Addr{}
	}
	return one(who)
}

func (l *listener) enter(who netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open >= l.Connections || who.IsValid() && l.of[who] >= l.PerClient {
		return false
	}
	l.open++
	if who.IsValid() {
		l.of[who]++
	}
	return true
}

func (l *listener) leave(who netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open--
	if l.of[who]--; l.of[who] <= 0 {
		delete(l.of, who)
	}
}

const (
	mostPartings  = 64
	partingWithin = time.Second
)

// busy is what those hear who are too many.
var busy = strings.ReplaceAll(`HTTP/1.1 503 Service Unavailable
Content-Type: text/plain; charset=utf-8
Retry-After: 30
Cache-Control: no-store
Connection: close

There are too many connections. Please try again in a minute.
`, "\n", "\r\n")

// refuse hangs up on a client. Some are heard out first, for a second at most:
// closing while a request is coming in would take the answer back (RFC 9112,
// section 9.6).
func (l *listener) refuse(c net.Conn) {
	if now := time.Now(); l.Full != nil && now.Sub(l.told) > time.Minute {
		l.told = now
		l.mu.Lock()
		open := l.open
		l.mu.Unlock()
		l.Full(open)
	}
	c.SetDeadline(time.Now().Add(partingWithin))
	io.WriteString(c, busy) // into a send buffer that is empty
	select {
	case l.partings <- struct{}{}:
		go func() {
			defer func() { <-l.partings }()
			defer c.Close()
			halfClose(c)
			io.Copy(io.Discard, c)
		}()
	default:
		c.Close()
	}
}

// conn is a connection that is counted.
type conn struct {
	net.Conn
	stall time.Duration
	until time.Time // the deadline of what is being written; owned by who writes
	left  func()
}

// stride is what a client must take within the limit's time, or three quarters
// of it.
const stride = 256 << 10

// Write gives a client time as long as it takes what it is given: who reads a
// large document slowly is served, who stops reading is not waited for. It must
// not be called twice at once. A deadline that is far away is left: to set one
// costs time with every answer.
func (c *conn) Write(p []byte) (n int, err error) {
	for {
		if now := time.Now(); c.until.Sub(now) < c.stall*3/4 {
			c.until = now.Add(c.stall)
			if err := c.Conn.SetWriteDeadline(c.until); err != nil {
				return n, err
			}
		}
		m, err := c.Conn.Write(p[n:min(n+stride, len(p))])
		if n += m; err != nil || n == len(p) {
			return n, err
		}
	}
}

// SetWriteDeadline does nothing: Write has its own.
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// Close is part of net.Conn.
func (c *conn) Close() error {
	c.left()
	return c.Conn.Close()
}

// CloseWrite lets a server hear a client out before it hangs up.
func (c *conn) CloseWrite() error { return halfClose(c.Conn) }

func halfClose(c net.Conn) error {
	if half, ok := c.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}
