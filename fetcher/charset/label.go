package charset

import (
	"bytes"
	"mime"
	"regexp"
	"strings"

	htmlcharset "golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

const (
	utf8Name = "utf-8"
	gbName   = "gb18030"
)

// label is an encoding that somebody claims.
type label struct {
	enc  encoding.Encoding
	name string
	said string // as it was written
	from string // "header", "declaration"
}

// labels collects the claims of the header and of the document, best first.
func (d *decision) labels(contentType string) []label {
	var out []label
	for _, claim := range []struct{ from, said string }{
		{"header", headerLabel(contentType)}, {"declaration", declared(d.body)},
	} {
		if claim.said == "" {
			continue
		}
		e, name := lookup(claim.said)
		switch {
		case e == nil:
			d.warn("the %s says %q, which is no encoding that is known here; the bytes decide", claim.from, claim.said)
		case strings.HasPrefix(name, "utf-16"), strings.HasPrefix(name, "utf-32"):
			d.warn("the %s says %s, but the bytes are not", claim.from, claim.said)
		case asciiLabel(claim.said) && !ascii(d.body):
			d.warn("the %s says %s, but there are other bytes; they decide", claim.from, claim.said)
		default:
			out = append(out, label{e, name, claim.said, claim.from})
		}
	}
	return out
}

func headerLabel(contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		return params["charset"]
	}
	if m := headerCharset.FindStringSubmatch(contentType); m != nil {
		return m[1]
	}
	return ""
}

var (
	headerCharset = regexp.MustCompile(`(?i)charset\s*=\s*["']?([\w.:-]+)`)
	xmlEncoding   = regexp.MustCompile(`(?i)<\?xml[^>]*?encoding\s*=\s*["']?\s*([\w.:-]+)`)
	metaCharset   = regexp.MustCompile(`(?i)<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)`)
	feedRoot      = regexp.MustCompile(`(?i)<(?:rss|feed|rdf:rdf)[\s>]`)
)

// declared is the document's own word: the XML declaration, else a meta element
// in the head of a page. A meta element inside a feed is about something else.
func declared(body []byte) string {
	if m := xmlEncoding.FindSubmatch(body[:min(len(body), 2048)]); m != nil {
		return string(m[1])
	}
	head := body[:min(len(body), 8192)]
	if i := feedRoot.FindIndex(head); i != nil {
		head = head[:i[0]]
	}
	if m := metaCharset.FindSubmatch(head); m != nil {
		return string(m[1])
	}
	return ""
}

func asciiLabel(said string) bool {
	said = strings.ToLower(said)
	return said == "us-ascii" || said == "ascii" || said == "ansi_x3.4-1968"
}

// lookup finds an encoding by a label, nil when there is none. GB18030 holds
// GBK and GB2312, so every label of that family means it; labels that the web
// standard has retired are still read.
func lookup(said string) (encoding.Encoding, string) {
	l := strings.ToLower(strings.Trim(said, " \t\r\n\"'"))
	switch l {
	case "hz", "hz-gb-2312", "hz_gb_2312", "hzgb2312":
		return simplifiedchinese.HZGB2312, "hz-gb-2312"
	case "utf-16", "utf16", "ucs-2", "iso-10646-ucs-2", "utf-16le", "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "utf-16le"
	case "utf-16be", "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "utf-16be"
	case "utf-32", "utf32", "ucs-4", "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM), "utf-32le"
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.UseBOM), "utf-32be"
	}
	if gbLabel(l) {
		return simplifiedchinese.GB18030, gbName
	}
	if e, name := htmlcharset.Lookup(l); e != nil && name != "replacement" {
		return e, name
	}
	if e, err := ianaindex.IANA.Encoding(l); err == nil && e != nil {
		return e, l
	}
	return nil, ""
}

func gbLabel(l string) bool {
	switch strings.TrimPrefix(l, "x-") {
	case "cp936", "ms936", "windows-936", "936", "euc-cn", "euccn", "chinese", "csgb2312", "csiso58gb231280", "iso-ir-58", "simplified-chinese":
		return true
	}
	return strings.HasPrefix(l, "gb") || strings.HasPrefix(l, "x-gb") || strings.HasPrefix(l, "csgb")
}

func doubleByte(name string) bool {
	switch name {
	case gbName, "big5", "euc-jp", "euc-kr", "shift_jis":
		return true
	}
	return false
}

// marked settles for what a byte order mark says.
func (d *decision) marked() bool {
	for _, m := range []struct{ mark, name string }{
		{"\x00\x00\xFE\xFF", "utf-32be"}, {"\xFF\xFE\x00\x00", "utf-32le"},
		{"\xFE\xFF", "utf-16be"}, {"\xFF\xFE", "utf-16le"}, {"\xEF\xBB\xBF", utf8Name},
		{"\x84\x31\x95\x33", gbName},
	} {
		if rest, ok := bytes.CutPrefix(d.body, []byte(m.mark)); ok {
			if m.name == utf8Name && !read(rest, nil, utf8Name).good() {
				d.body = rest
				d.warn("the byte order mark says UTF-8, but the bytes are not")
				return false
			}
			e, name := lookup(m.name)
			d.take(read(rest, e, name), "byte order mark")
			return true
		}
	}
	return false
}

// wide settles for UTF-16 or UTF-32 without a mark, which show by where their
// zero bytes stand (XML 1.0, appendix F).
func (d *decision) wide() bool {
	var zeros [4]int
	head := d.body[:min(len(d.body), 512)&^3]
	for i, c := range head {
		if c == 0 {
			zeros[i%4]++
		}
	}
	name, quarter := "", len(head)/4
	if quarter == 0 {
		return false
	}
	full := func(i int) bool { return zeros[i]*2 > quarter }
	switch {
	case bytes.HasPrefix(head, []byte{'<', 0, '?', 0}):
		name = "utf-16le"
	case bytes.HasPrefix(head, []byte{0, '<', 0, '?'}):
		name = "utf-16be"
	case full(0) && full(1) && full(2) && !full(3):
		name = "utf-32be"
	case full(1) && full(2) && full(3) && !full(0):
		name = "utf-32le"
	case full(0) && full(2) && !full(1) && !full(3):
		name = "utf-16be"
	case full(1) && full(3) && !full(0) && !full(2):
		name = "utf-16le"
	default:
		return false
	}
	e, _ := lookup(name)
	d.take(read(d.body, e, name), "content")
	return true
}
