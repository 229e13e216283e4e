package storage

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"chinanews/news"
)

// Captures are written as WARC/1.1 (ISO 28500:2017), each record in a gzip
// member of its own (annex D.2), so that a file can be cut between any two of
// them, and any of them read alone.
const (
	warcVersion  = "WARC/1.1"
	warcResponse = "response"
	warcRevisit  = "revisit"
	warcInfo     = "warcinfo"
	sameDigest   = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	httpMessage  = "application/http;msgtype=response"
	warcFields   = "application/warc-fields"
	originally   = "X-Archive-Orig-" // of a header that no longer fits the body as it is kept
	protocol     = originally + "Protocol"
	maxMember    = 128 << 20 // bytes of a record, unpacked
)

// field is a line of a WARC record's header.
type field struct{ name, value string }

// member is a WARC record in a gzip member of its own. Equal records give
// equal bytes.
func member(fields []field, block []byte) ([]byte, error) {
	var b bytes.Buffer
	z := zips.Get().(*gzip.Writer)
	defer zips.Put(z)
	z.Reset(&b)
	var head strings.Builder
	head.WriteString(warcVersion + "\r\n")
	fields = append(fields, field{"WARC-Block-Digest", "sha256:" + digestOf(block)}, field{"Content-Length", strconv.Itoa(len(block))})
	for _, f := range fields {
		head.WriteString(f.name + ": " + oneLine(f.value) + "\r\n")
	}
	head.WriteString("\r\n")
	for _, part := range [][]byte{[]byte(head.String()), block, []byte("\r\n\r\n")} {
		if _, err := z.Write(part); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// zips are what members are packed with: each takes some 800 kB to make.
var zips = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// oneLine keeps a value from ending its line.
func oneLine(v string) string {
	return strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(v)
}

// info is the record that begins a file.
func info(file string, at time.Time, who string) ([]byte, error) {
	id := news.CaptureURN(warcInfo, news.Capture{URL: file, At: at})
	block := "software: " + who + "\r\nformat: WARC File Format 1.1\r\n" +
		"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
	return member([]field{{"WARC-Type", warcInfo}, {"WARC-Record-ID", "<" + id + ">"}, {"WARC-Date", warcDate(at)},
		{"WARC-Filename", file}, {"Content-Type", warcFields}}, []byte(block))
}

// response is the record of an answer. What the site sent was unpacked, so the
// headers that say how it was packed stand under other names.
func response(c news.Capture) ([]byte, error) {
	return member(fieldsOf(warcResponse, c), append(httpHead(c), c.Body...))
}

// revisit is the record of an answer whose body another one has.
func revisit(c, of news.Capture) ([]byte, error) {
	fields := append(fieldsOf(warcRevisit, c), field{"WARC-Profile", sameDigest},
		field{"WARC-Refers-To", "<" + news.CaptureURN(warcResponse, of) + ">"},
		field{"WARC-Refers-To-Target-URI", of.URL}, field{"WARC-Refers-To-Date", warcDate(of.At)})
	return member(fields, httpHead(c))
}

func fieldsOf(kind string, c news.Capture) []field {
	fields := []field{{"WARC-Type", kind}, {"WARC-Record-ID", "<" + news.CaptureURN(kind, c) + ">"}, {"WARC-Date", warcDate(c.At)},
		{"WARC-Target-URI", c.URL}, {"WARC-Payload-Digest", "sha256:" + c.SHA256}, {"Content-Type", httpMessage}}
	if c.Cut {
		fields = append(fields, field{"WARC-Truncated", "length"})
	}
	return fields
}

func warcDate(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000000Z") }

// httpHead is the status line and the headers of an answer.
func httpHead(c news.Capture) []byte {
	header := make(http.Header)
	for name, values := range c.Header {
		switch length := strconv.Itoa(len(c.Body)); name {
		case "Content-Length":
			if !slices.Equal(values, []string{length}) {
				header[originally+name] = values
			}
		case "Content-Encoding", "Transfer-Encoding":
			header[originally+name] = values
		default:
			header[name] = values
		}
	}
	proto := c.Proto
	if !strings.HasPrefix(proto, "HTTP/1.") { // its message has no such form
		header[protocol] = []string{proto}
		proto = "HTTP/1.1"
	}
	header["Content-Length"] = []string{strconv.Itoa(len(c.Body))}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %03d %s\r\n", proto, c.Status, http.StatusText(c.Status))
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, v := range header[name] {
			b.WriteString(name + ": " + oneLine(v) + "\r\n")
		}
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// readMember reads a response back from its member. Of its headers, only
// Content-Length may be one that the site did not send.
func readMember(packed []byte) (c news.Capture, err error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return c, err
	}
	in := bufio.NewReader(io.LimitReader(z, maxMember))
	if line, err := in.ReadString('\n'); err != nil || strings.TrimSpace(line) != warcVersion {
		return c, fmt.Errorf("it begins with %.20q", line)
	}
	warc, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return c, err
	}
	length, err := strconv.ParseInt(first(warc, "Content-Length"), 10, 64)
	if err != nil || first(warc, "WARC-Type") != warcResponse {
		return c, fmt.Errorf("it is a record of type %.20q and length %.20q", first(warc, "WARC-Type"), first(warc, "Content-Length"))
	}
	if c.At, err = time.Parse(time.RFC3339Nano, first(warc, "WARC-Date")); err != nil {
		return c, err
	}
	c.URL, c.Cut = first(warc, "WARC-Target-URI"), first(warc, "WARC-Truncated") != ""
	if err := readHTTP(bufio.NewReader(io.LimitReader(in, length)), &c); err != nil {
		return c, err
	}
	c.SHA256 = digestOf(c.Body)
	if want := "sha256:" + c.SHA256; first(warc, "WARC-Payload-Digest") != want {
		return c, fmt.Errorf("its body has the digest %s and not %s", want, first(warc, "WARC-Payload-Digest"))
	}
	return c, nil
}

// first is the first value of a header; empty when there is none.
func first(h textproto.MIMEHeader, name string) string {
	if v := h.Values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// readHTTP reads the message of an answer, whose body is all that is left.
func readHTTP(in *bufio.Reader, c *news.Capture) (err error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return err
	}
	proto, rest, _ := strings.Cut(line, " ")
	status, _, _ := strings.Cut(rest, " ")
	if c.Status, err = strconv.Atoi(strings.TrimSpace(status)); err != nil {
		return err
	}
	header, err := textproto.NewReader(in).ReadMIMEHeader()
	if err != nil {
		return err
	}
	c.Proto, c.Header = proto, make(map[string][]string)
	for name, values := range header {
		c.Header[name] = values
	}
	for name, values := range header {
		if was, ok := strings.CutPrefix(name, originally); ok {
			delete(c.Header, name)
			c.Header[was] = values
		}
	}
	if p := header[protocol]; len(p) == 1 {
		c.Proto = p[0]
		delete(c.Header, "Protocol")
	}
	c.Body, err = io.ReadAll(in)
	return err
}
