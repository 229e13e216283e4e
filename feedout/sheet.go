package feedout

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Sheet is a document as it is served: its bytes, which nobody changes any
// more, and what is said of them.
type Sheet struct {
	Body        []byte
	ContentType string
	Cache       string    // how long who may keep it: the Cache-Control header
	Link        string    // the Link header; empty: none
	Vary        string    // the request's field beside Accept-Encoding that it was chosen by; empty: none
	Page        string    // path to which a browser that opens it is sent; empty: it is shown
	Modified    time.Time // when what it was made from last changed; zero: not said
}

// How long answers may be kept.
const (
	KeepFeed  = "public, max-age=300, stale-while-revalidate=3600"
	KeepPage  = "public, max-age=60"
	KeepAsset = "public, max-age=3600, stale-while-revalidate=86400"
	KeepEver  = "public, max-age=31536000, immutable" // of an address that determines its bytes
)

// Serve answers with a sheet that is on no shelf, made for this request: as a
// shelf would, but not as Brotli.
func Serve(w http.ResponseWriter, r *http.Request, s Sheet) {
	prepare(s, "gzip").ServeHTTP(w, r)
}

// Fixed always answers with the same sheet, as a shelf would.
func Fixed(s Sheet) http.Handler { return prepare(s, "br", "gzip") }

// ReadOnly refuses what does not ask for a document, and reports whether the
// request does.
func ReadOnly(w http.ResponseWriter, r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return true
	}
	w.Header().Set("Allow", "GET, HEAD")
	http.Error(w, "This can only be read.", http.StatusMethodNotAllowed)
	return false
}

// Opened reports whether a person opened a document in a browser: it was then
// sent to the page, a path.
func Opened(w http.ResponseWriter, r *http.Request, page string) bool {
	if r.Header.Get("Sec-Fetch-Dest") != "document" {
		return false
	}
	w.Header().Set("Vary", varyOpened)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, page, http.StatusFound)
	return true
}

const (
	vary       = "Accept-Encoding"
	varyOpened = "Accept-Encoding, Sec-Fetch-Dest"
)

// printed is a sheet with everything that its answers say, so that a request
// makes nothing but the form that nobody has asked for before.
type printed struct {
	Sheet
	tag      string  // digest of the body; the ETags but for their quotes and suffixes
	forms    []form  // the preferred first, the last is the body as it is
	always   []field // of 200 and 304
	kind     []string
	modified []string
}

// form is a body in one content coding. Most changes of a feed are asked for in
// few of them, and many in none: each is made when it is first asked for.
type form struct {
	coding      string
	etag, coded []string // ETag, Content-Encoding
	once        sync.Once
	body        []byte   // made once
	bytes       []string // Content-Length; made once
}

// field is a header field, its name in canonical form.
type field struct {
	name  string
	value []string
}

// prepare makes everything of a sheet but the compressed bytes.
// Modified is rounded up: what changes again within the second is younger than
// what was served before.
func prepare(s Sheet, codings ...string) *printed {
	p := &printed{Sheet: s, tag: digest(s.Body), kind: []string{s.ContentType}}
	p.date(s.Modified.UTC().Add(time.Second - 1).Truncate(time.Second))
	p.always = []field{{"Vary", []string{vary}}, {"Cache-Control", []string{s.Cache}}}
	if s.Page != "" {
		p.always[0].value[0] = varyOpened
	}
	if s.Vary != "" {
		p.always[0].value[0] += ", " + s.Vary
	}
	if s.Link != "" {
		p.always = append(p.always, field{"Link", []string{s.Link}})
	}
	for _, c := range codings {
		p.forms = append(p.forms, form{coding: c, etag: []string{`"` + p.tag + suffixes[c] + `"`}, coded: []string{c}})
	}
	p.forms = append(p.forms, form{coding: "identity", etag: []string{`"` + p.tag + `"`}})
	return p
}

// suffixes are what a coding appends to an ETag.
var suffixes = map[string]string{"br": "-br", "gzip": "-gz"}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:16])
}

// date sets when the document changed, in whole seconds.
func (p *printed) date(at time.Time) {
	p.Modified, p.modified = at, nil
	if p.Sheet.Modified.Unix() > 0 {
		p.modified = []string{at.Format(http.TimeFormat)}
	}
}

// make makes a form's bytes unless they are there. Whoever asks meanwhile waits.
func (f *form) make(body []byte) {
	f.once.Do(func() {
		f.body = body
		if f.coded != nil {
			f.body = compressed(f.coding, body)
		}
		f.bytes = []string{strconv.Itoa(len(f.body))}
	})
}

// ServeHTTP answers with the document, in the form that the reader prefers.
func (p *printed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !ReadOnly(w, r) || p.Page != "" && Opened(w, r, p.Page) {
		return
	}
	h := w.Header()
	n := choose(r.Header["Accept-Encoding"], p.forms)
	if n < 0 {
		h["Vary"] = p.always[0].value
		http.Error(w, "Accept-Encoding excludes every form of this, gzip and uncompressed among them.", http.StatusNotAcceptable)
		return
	}
	f := &p.forms[n]
	h["Etag"] = f.etag
	for _, a := range p.always {
		h[a.name] = a.value
	}
	if p.modified != nil {
		h["Last-Modified"] = p.lastModified()
	}
	if p.current(r) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	p.send(w, r, f)
}

// lastModified is never ahead of the clock.
func (p *printed) lastModified() []string {
	if now := time.Now(); p.Modified.After(now) {
		return []string{now.UTC().Format(http.TimeFormat)}
	}
	return p.modified
}

// Said only to those who may heed it: to more than eight fields, net/http needs
// a third more time for an answer.
var (
	noSniff  = []string{"nosniff"} // to browsers, though they sniff at none of our types
	noRanges = []string{"none"}
)

// send answers with the document in one of its forms, whole: no part is sent of
// what changes, and a server may ignore Range (RFC 9110, section 14.2).
func (p *printed) send(w http.ResponseWriter, r *http.Request, f *form) {
	f.make(p.Body)
	h := w.Header()
	h["Content-Type"], h["Content-Length"] = p.kind, f.bytes
	if f.coded != nil {
		h["Content-Encoding"] = f.coded
	}
	if r.Header["Range"] != nil {
		h["Accept-Ranges"] = noRanges
	}
	if r.Header["Sec-Fetch-Dest"] != nil {
		h["X-Content-Type-Options"] = noSniff
	}
	if r.Method == http.MethodGet {
		w.Write(f.body)
	}
}

// current reports whether the reader has the document: by its ETag, and only
// without one by the date (RFC 9110, section 13.2.2).
func (p *printed) current(r *http.Request) bool {
	if tags := r.Header["If-None-Match"]; len(tags) > 0 {
		for _, list := range tags {
			if p.named(list) {
				return true
			}
		}
		return false
	}
	if p.modified == nil {
		return false
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" {
		return false
	}
	at, err := http.ParseTime(since)
	return err == nil && !p.Modified.After(at)
}

// named reports whether the document is among entity tags (RFC 9110, section
// 8.8.3), strong or weak, in whichever coding the reader has it. Nothing
// behind a malformed tag counts.
func (p *printed) named(list string) bool {
	if strings.Trim(list, " \t") == "*" {
		return true
	}
	for {
		list = strings.TrimPrefix(strings.TrimLeft(list, " \t,"), "W/")
		if list == "" || list[0] != '"' {
			return false
		}
		end := strings.IndexByte(list[1:], '"')
		if end < 0 {
			return false
		}
		if p.tagged(list[:end+2]) {
			return true
		}
		list = list[end+2:]
	}
}

func (p *printed) tagged(tag string) bool {
	for i := range p.forms {
		if p.forms[i].etag[0] == tag {
			return true
		}
	}
	return false
}

// Link is the Link header of a document in a format (RFC 8288): where it is,
// and where changes of it can be subscribed to (WebSub, section 4).
func (d Document) Link(f Format) string {
	link := "<" + d.self(f) + `>; rel="self"`
	if d.Hub != "" {
		link += ", <" + d.Hub + `>; rel="hub"`
	}
	return link
}

// Page is the path of the page that says what a person wants to know of the
// document.
func (d Document) Page() string {
	_, rest, _ := strings.Cut(d.home(), "://")
	return rest[max(0, strings.IndexByte(rest, '/')):]
}
