package feedout

import (
	"net/http"
	"sync"
	"time"
)

// Shelf holds rendered documents and serves them: as they are, as gzip and as
// Brotli, into which a document is compressed once, when somebody first asks for
// it. Documents are immutable and replaced as a whole. It is safe for concurrent
// use.
type Shelf struct {
	mu   sync.RWMutex
	docs map[string]*printed
}

// NewShelf makes an empty shelf.
func NewShelf() *Shelf { return &Shelf{docs: make(map[string]*printed)} }

// Put places a document under a path. The same bytes again change nothing:
// ETag and Last-Modified stay. Last-Modified never goes back, and what others
// were given under it was not other bytes.
func (s *Shelf) Put(path string, sheet Sheet) {
	p := prepare(sheet, "br", "gzip")
	old := s.at(path)
	if old != nil && old.tag == p.tag {
		return
	}
	if old != nil && p.Modified.Before(old.Modified) {
		p.date(old.Modified)
	}
	if old != nil && p.Modified.Equal(old.Modified) && !p.Modified.After(time.Now()) {
		p.date(p.Modified.Add(time.Second))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.docs[path] = p
}

// Remove takes away the document under a path, if there is one.
func (s *Shelf) Remove(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.docs, path)
}

func (s *Shelf) at(path string) *printed {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.docs[path]
}

// Body is the document under a path, nil when there is none. It must not be
// changed.
func (s *Shelf) Body(path string) []byte {
	body, _ := s.Digested(path)
	return body
}

// Digested is the document under a path, which must not be changed, and the
// beginning of its SHA-256, 8 bytes in hex; nil and empty when there is none.
func (s *Shelf) Digested(path string) (body []byte, digest string) {
	if p := s.at(path); p != nil {
		return p.Body, p.tag[:16]
	}
	return nil, ""
}

// Before serves what is on the shelf before next is asked for anything: the
// shortest way for what is asked most.
func (s *Shelf) Before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p := s.at(r.URL.Path); p != nil && r.URL.RawPath == "" {
			p.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// ServeHTTP serves the document under the request's path, whatever its query.
func (s *Shelf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p := s.at(r.URL.Path)
	if p == nil {
		http.Error(w, "There is no such feed here.", http.StatusNotFound)
		return
	}
	p.ServeHTTP(w, r)
}
