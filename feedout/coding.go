package feedout

import (
	"bytes"
	"io"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// compressed is a body in a content coding (RFC 9110, section 8.4.1; RFC 7932).
func compressed(coding string, body []byte) []byte {
	compressing <- struct{}{}
	defer func() { <-compressing }()
	pool := &gzips
	if coding == "br" {
		pool = &brotlis
	}
	z := pool.Get().(compressor)
	defer pool.Put(z)
	b := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(b)
	b.Reset()
	z.Reset(b)
	z.Write(body) // a bytes.Buffer takes everything
	z.Close()
	return bytes.Clone(b.Bytes()) // it is kept: without what a buffer has to spare
}

// compressing are the bodies that may be compressed at once: after a change of
// many feeds readers ask for all of them, and each takes a megabyte and more.
var compressing = make(chan struct{}, runtime.GOMAXPROCS(0))

// A compressor has a megabyte of tables, which cost more to make than a small
// feed to compress.
type compressor interface {
	io.WriteCloser
	Reset(io.Writer)
}

var (
	brotlis = sync.Pool{New: func() any { return brotli.NewWriterV2(nil, brotliLevel) }}
	gzips   = sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(nil, gzipLevel) // a level that there is
		return z
	}}
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
)

// A change of a feed is compressed up to six times, which costs more than all
// else of it. Beyond these levels, of feeds as there are, gzip makes one percent
// less in almost three times the time, Brotli two percent less in twice the time.
// The gzip of the standard library takes almost four times as long for one percent
// less.
const (
	gzipLevel   = 6
	brotliLevel = 3
)

// choose finds the form that a reader prefers by Accept-Encoding, of equals the
// first (RFC 9110, section 12.5.3); -1: every one is excluded.
func choose(accept []string, forms []form) int {
	best, most := -1, 0.0
	for i := range forms {
		if q := weight(accept, forms[i].coding); q > most {
			best, most = i, q
		}
	}
	return best
}

// unnamed is less than any weight that can be written: the body as it is does,
// where nothing is said of it and nothing better is taken.
const unnamed = 0.0001

// weight is how much a reader wants a coding; 0: not at all. That anything is
// taken (*) is not believed of Brotli, which many cannot read.
func weight(accept []string, coding string) float64 {
	any := 0.0
	if coding == "identity" {
		any = unnamed
	}
	for _, list := range accept {
		for list != "" {
			var one string
			one, list, _ = strings.Cut(list, ",")
			name, parameter, _ := strings.Cut(one, ";")
			name = strings.Trim(name, " \t")
			switch {
			case strings.EqualFold(name, coding), coding == "gzip" && strings.EqualFold(name, "x-gzip"):
				return quality(parameter)
			case name == "*" && coding != "br":
				any = quality(parameter)
			}
		}
	}
	return any
}

// quality is the weight in a parameter (RFC 9110, section 12.4.2), 1 where
// there is none that can be read.
func quality(parameter string) float64 {
	parameter = strings.Trim(parameter, " \t")
	if len(parameter) < 2 || parameter[0]|0x20 != 'q' {
		return 1
	}
	value, ok := strings.CutPrefix(strings.TrimLeft(parameter[1:], " \t"), "=")
	q, err := strconv.ParseFloat(strings.Trim(value, " \t"), 64)
	if !ok || err != nil || !(q >= 0 && q <= 1) {
		return 1
	}
	return q
}
