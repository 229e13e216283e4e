package feed

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"

	"chinanews/news"
)

// absolute reports whether a text is an http address by itself.
func absolute(s string) bool {
	s = strings.ToLower(s)
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// link is the first candidate that gives an address, and how it was written
// when that differs.
func (m *mapping) link(candidates []string) (addr, raw string) {
	for _, c := range candidates {
		if addr = m.address(c); addr == "" {
			continue
		}
		if c = strings.TrimSpace(news.Legal(c)); c != addr {
			raw = cut(c, maxURL)
		}
		return addr, raw
	}
	return "", ""
}

// address makes a reference absolute, after the row's rewrite rules; empty when
// it does not lead to a web page.
func (m *mapping) address(raw string) string {
	u := m.resolve(raw)
	if u == nil {
		return ""
	}
	s := u.String()
	for _, r := range m.src.Rewrite {
		if rest, ok := strings.CutPrefix(s, r[0]); ok {
			s = r[1] + rest
		}
	}
	if len(s) > maxURL {
		m.told["an address of more than 2 kB was dropped"]++
		return ""
	}
	return s
}

// resolve reads a reference against the feed's base (RFC 3986, section 5). What
// is no http or https address, or has no host, is nil; user names are dropped.
func (m *mapping) resolve(raw string) *url.URL {
	raw = strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return -1
		}
		return r
	}, strings.TrimSpace(news.Legal(raw)))
	if raw == "" || len(raw) > 4*maxURL {
		return nil
	}
	u, err := url.Parse(tidyEscapes(raw))
	if err != nil {
		return nil
	}
	if m.base != nil {
		u = m.base.ResolveReference(u)
	}
	u.Scheme, u.User = strings.ToLower(u.Scheme), nil
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return nil
	}
	host, ok := asciiHost(u.Hostname())
	if !ok {
		return nil
	}
	if p := u.Port(); p != "" {
		host += ":" + p
	}
	u.Host = host
	return u
}

var hosts = idna.New(idna.MapForLookup(), idna.StrictDomainName(false))

// asciiHost is a host name in lower case and in punycode.
func asciiHost(host string) (string, bool) {
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Is6() {
			return "[" + ip.WithZone("").String() + "]", true
		}
		return ip.String(), true
	}
	host, err := hosts.ToASCII(host)
	if err != nil || host == "" || strings.ContainsAny(host, " <>\"'\\^`{|}%") {
		return "", false
	}
	return strings.ToLower(host), true
}

// tidyEscapes percent-encodes what stands bare in an address and should not:
// blanks, other scripts in the query, a per cent sign that starts no escape.
func tidyEscapes(s string) string {
	const hex = "0123456789ABCDEF"
	from, to := authority(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		inHost := i >= from && i < to
		switch {
		case c == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])):
			b.WriteString("%25")
		case !inHost && (c <= ' ' || c >= 0x80 || strings.IndexByte(`"<>\^`+"`{|}", c) >= 0):
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// authority is where the host of a reference stands; empty when it has none.
func authority(s string) (from, to int) {
	i := strings.Index(s, "//")
	if i < 0 || strings.ContainsAny(s[:i], "/?#") {
		return 0, 0
	}
	from = i + 2
	if n := strings.IndexAny(s[from:], "/?#"); n >= 0 {
		return from, from + n
	}
	return from, len(s)
}
