package storage

import (
	"bufio"
	"compress/gzip"
	"io"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Skew is by how much our clock was ahead of another's when that answered, as
// the answer's Date has it (RFC 9110, section 6.6.1; with its Age, section 5.1
// of RFC 9111, for answers out of a cache).
type Skew struct {
	URL   string        // that was asked
	At    time.Time     // by our clock
	Ahead time.Duration // to a second; negative: behind
}

// mostRead is how much of a file of captures is unpacked for its dates.
const mostRead = 256 << 20

// Skews are those of the last answers in the newest file of captures in a data
// directory, n at most, oldest first. It reads beside a daemon that writes, and
// ends before what cannot be read; none are kept of answers that said that
// nothing had changed.
func Skews(dir string, n int) (list []Skew) {
	names, _ := filepath.Glob(filepath.Join(dir, captureDir, "[0-9]*"+warcExt))
	slices.Sort(names)
	for len(list) == 0 && len(names) > 0 {
		list = skewsIn(names[len(names)-1], n)
		names = names[:len(names)-1]
	}
	return list
}

func skewsIn(file string, n int) (list []Skew) {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	packed := bufio.NewReader(f)
	z, err := gzip.NewReader(packed)
	for left := int64(mostRead); err == nil && left > 0; {
		z.Multistream(false)
		body := &io.LimitedReader{R: z, N: left}
		if s, ok := skewOf(bufio.NewReader(body)); ok {
			list = append(list, s)
		}
		if _, err = io.Copy(io.Discard, body); err == nil {
			left = body.N
			err = z.Reset(packed)
		}
	}
	return list[max(0, len(list)-n):]
}

// skewOf reads the heads of one record.
func skewOf(in *bufio.Reader) (s Skew, ok bool) {
	head := textproto.NewReader(in)
	if _, err := head.ReadLine(); err != nil {
		return s, false
	}
	warc, err := head.ReadMIMEHeader()
	if kind := first(warc, "WARC-Type"); err != nil || kind != warcResponse && kind != warcRevisit {
		return s, false
	}
	if _, err := head.ReadLine(); err != nil { // the status
		return s, false
	}
	answer, err := head.ReadMIMEHeader()
	if err != nil {
		return s, false
	}
	at, err := time.Parse(time.RFC3339Nano, first(warc, "WARC-Date"))
	date, bad := http.ParseTime(strings.TrimSpace(first(answer, "Date")))
	if err != nil || bad != nil {
		return s, false
	}
	age, _ := strconv.ParseUint(strings.TrimSpace(first(answer, "Age")), 10, 31)
	ahead := at.Sub(date.Add(time.Duration(age) * time.Second))
	return Skew{first(warc, "WARC-Target-URI"), at, ahead.Round(time.Second)}, true
}
