package feedout

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Shelf holds rendered documents and serves them. Documents are immutable and
// replaced as a whole. It is safe for concurrent use.
type Shelf struct {
	base string // path of the site's address
	mu   sync.RWMutex
	docs map[string]*document
}

type document struct {
	body, zipped []byte
	contentType  string
	tag          string // digest of the body; the ETag but for its quotes and suffix
	modified     time.Time
	link         string
}

// NewShelf makes an empty shelf of a site whose address has this path (see
// news.Site.Path): it is where readers are sent to, and in no path of Put.
func NewShelf(base string) *Shelf { return &Shelf{base: base, docs: make(map[string]*document)} }

// Put places a document under a path. The same bytes again change nothing:
// ETag and Last-Modified stay. Last-Modified never goes back. link is the
// value of the Link header, empty for none.
func (s *Shelf) Put(path string, body []byte, contentType string, modified time.Time, link string) {
	d := &document{body: body, contentType: contentType, tag: digest(body), modified: modified.UTC().Truncate(time.Second), link: link}
	s.mu.RLock()
	old := s.docs[path]
	s.mu.RUnlock()
	if old != nil && old.tag == d.tag {
		return
	}
	if old != nil && d.modified.Before(old.modified) {
		d.modified = old.modified
	}
	d.zipped = compressed(body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs[path] = d
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// Serve answers with a document that is on no shelf, made for this request.
// Clients may keep it for a minute.
func Serve(w http.ResponseWriter, r *http.Request, doc Document, f Format) error {
	body, err := Render(doc, f)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding, Sec-Fetch-Dest")
	h.Set("Cache-Control", "public, max-age=60")
	d := &document{body: body, zipped: compressed(body), contentType: f.ContentType(), tag: digest(body), link: fmt.Sprintf("<%s>; rel=\"self\"", doc.self(f))}
	d.serve(w, r)
	return nil
}

func compressed(body []byte) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil
	}
	z.Write(body)
	z.Close()
	return b.Bytes()
}

// Body is the document under a path, nil when there is none. It must not be
// changed.
func (s *Shelf) Body(path string) []byte {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if d := s.docs[path]; d != nil {
		return d.body
	}
	return nil
}

// ServeHTTP serves the document under the request's path, whatever its query.
// A browser that opens a feed is sent to its page.
func (s *Shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.RLock()
	d := s.docs[r.URL.Path]
	s.mu.RUnlock()
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case d == nil:
		http.Error(w, "There is no such feed here.", http.StatusNotFound)
		return
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "Feeds can only be read.", http.StatusMethodNotAllowed)
		return
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", "public, max-age=300, stale-while-revalidate=3600")
	if page, ok := pageOf(r.URL.Path); ok {
		h.Set("Vary", "Accept-Encoding, Sec-Fetch-Dest")
		if r.Header.Get("Sec-Fetch-Dest") == "document" {
			h.Set("Cache-Control", "no-store")
			http.Redirect(w, r, s.base+page, http.StatusFound)
			return
		}
	}
	d.serve(w, r)
}

// pageOf is the page that says of a feed what a person wants to know.
func pageOf(path string) (string, bool) {
	name, isFeed := strings.CutPrefix(path, "/feeds/")
	dot := strings.LastIndexByte(name, '.')
	if !isFeed || dot < 0 {
		return "", false
	}
	return "/feeds/" + name[:dot] + "/", true
}

func (d *document) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, tag := d.body, `"`+d.tag+`"`
	if accepts(r.Header.Values("Accept-Encoding"), "gzip") {
		body, tag = d.zipped, `"`+d.tag+`-gz"`
	}
	h.Set("ETag", tag)
	modified := d.modified
	if now := time.Now(); modified.After(now) {
		modified = now
	}
	if !d.modified.IsZero() {
		h.Set("Last-Modified", modified.UTC().Format(http.TimeFormat))
	}
	if d.link != "" {
		h.Set("Link", d.link)
	}
	if d.current(r, modified) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", d.contentType)
	if strings.HasSuffix(tag, `-gz"`) {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		w.Write(body)
	}
}

// current reports whether the reader has the document: by its ETag, and only
// without one by the date (RFC 9110, section 13.2.2). Either encoding's ETag
// will do, and so does a weak form of it.
func (d *document) current(r *http.Request, modified time.Time) bool {
	if tags := r.Header.Values("If-None-Match"); len(tags) > 0 {
		for t := range strings.SplitSeq(strings.Join(tags, ","), ",") {
			t = strings.TrimPrefix(strings.TrimSpace(t), "W/")
			if t == "*" || t == `"`+d.tag+`"` || t == `"`+d.tag+`-gz"` {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !d.modified.IsZero() && !modified.Truncate(time.Second).After(since)
}

// accepts reports whether a reader takes an encoding (RFC 9110, section
// 12.5.3).
func accepts(headers []string, encoding string) bool {
	any := false
	for part := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		name, params, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q="); ok {
			if f, err := strconv.ParseFloat(v, 64); err == nil {
				q = f
			}
		}
		switch name {
		case encoding:
			return q > 0
		case "*":
			any = q > 0
		}
	}
	return any
}
