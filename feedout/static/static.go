// Package static keeps a site as files that any web server can serve. It asks
// the site itself for each page, as a reader would, and follows the links that
// it finds: what is in the files is what anybody may see, and nothing else.
package static

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
)

// Site is what is written as files.
type Site struct {
	Ask  http.RoundTripper
	Base string                     // its public address, without trailing slash
	Skip func(path string) bool     // what files cannot be: a search, a hub
	More func(path string) []string // what changes with a page, and may not be linked there
}

// missing is the file that hosts of static files show in place of a page that
// is not there.
const missing = "404.html"

// Outcome is what a walk did.
type Outcome struct {
	Written, Unchanged, Removed int
	Foreign                     []string // files of others that stand in the place of ours, and were left alone
}

// String says it in a line.
func (o Outcome) String() string {
	s := fmt.Sprintf("%d written, %d unchanged, %d removed", o.Written, o.Unchanged, o.Removed)
	if len(o.Foreign) > 0 {
		s += fmt.Sprintf("; %d not written, since files of others stand there: %s", len(o.Foreign), strings.Join(o.Foreign[:min(5, len(o.Foreign))], ", "))
	}
	return s
}

// Walk writes what can be reached from the seeds, which are paths, into a tree.
// Of the files that the tree has already, those in scope are made anew, and
// removed when the site has them no more; the others stay as they are. So does a
// page that the site fails to answer, and what only that may lead to: the error
// tells, and all else is done. What was written is whole after any error.
func (s Site) Walk(ctx context.Context, t *Tree, seeds []string, scope func(file string) bool) (Outcome, error) {
	w := &walk{Site: s, tree: t, scope: scope, seen: make(map[string]bool), made: make(map[string]bool), gone: make(map[string]bool)}
	for _, p := range seeds {
		w.add(p)
	}
	for len(w.queue) > 0 {
		next := w.queue[0]
		w.queue = w.queue[1:]
		if err := w.visit(ctx, next); err != nil {
			return w.Outcome, err
		}
	}
	if err := w.flush(); err != nil {
		return w.Outcome, err
	}
	removed, err := t.remove(t.those(func(file string) bool {
		return !w.made[file] && scope(file) && (w.failed == nil || w.gone[file])
	}))
	w.Removed += removed
	return w.Outcome, errors.Join(append(w.failed, err)...)
}

// walk is one on its way.
type walk struct {
	Site
	Outcome
	tree    *Tree
	scope   func(file string) bool
	queue   []string        // paths
	seen    map[string]bool // files that were queued
	made    map[string]bool // files that the site has
	gone    map[string]bool // files that it was asked for and does not have
	failed  []error         // of pages
	pending []file
	size    int
}

// add queues a path, unless it was or nothing is to be asked there.
func (w *walk) add(path string) {
	name := File(path)
	if name == "" || w.seen[name] || w.Skip(path) {
		return
	}
	w.seen[name] = true
	w.queue = append(w.queue, path)
}

// visit makes one file and finds where it leads.
func (w *walk) visit(ctx context.Context, path string) error {
	body, kind, err := w.get(ctx, path)
	switch {
	case err != nil && (ctx.Err() != nil || len(w.failed) == mostFailures):
		return errors.Join(append(w.failed, err)...)
	case err != nil:
		w.failed = append(w.failed, err)
		return nil
	case body == nil:
		w.gone[File(path)] = true
		return nil
	}
	for _, next := range w.More(path) {
		w.add(next)
	}
	for _, next := range links(body, kind, w.Base) {
		if name := File(next); w.scope(name) || !w.tree.Has(name) {
			w.add(next)
		}
	}
	name := File(path)
	w.made[name] = true
	w.pending = append(w.pending, file{name, body})
	if w.size += len(body); len(w.pending) >= mostPending || w.size >= mostBytes {
		return w.flush()
	}
	return nil
}

// mostFailures is how many pages may fail: more, and it is the site that does.
const mostFailures = 20

// Bounds of what is held before it is written.
const (
	mostPending = 256
	mostBytes   = 16 << 20
)

func (w *walk) flush() error {
	o, err := w.tree.put(w.pending)
	w.Written += o.Written
	w.Unchanged += o.Unchanged
	w.Foreign = append(w.Foreign, o.Foreign...)
	w.pending, w.size = nil, 0
	return err
}

// mostRedirects is how often one address may lead to another.
const mostRedirects = 4

// get is what a file holds, nil when the site has no such page. What leads
// elsewhere for now is a copy of what stands there. A page that has moved leads
// on by a page of our own, since files cannot; a document that has is none.
func (w *walk) get(ctx context.Context, at string) (body []byte, kind string, err error) {
	for range mostRedirects {
		a, err := w.ask(ctx, at)
		switch {
		case err != nil:
			return nil, "", err
		case a.status == http.StatusOK, a.status == http.StatusNotFound && at == "/"+missing:
			return a.body, a.kind, nil
		case a.status == http.StatusNotFound, a.status == http.StatusGone:
			return nil, "", nil
		case a.to == "":
			return nil, "", fmt.Errorf("asking for %s: the site answers %d: %.200s", at, a.status, a.body)
		case a.status == http.StatusMovedPermanently || a.status == http.StatusPermanentRedirect:
			if path.Base(File(at)) != index || path.Base(File(a.to)) != index {
				return nil, "", nil
			}
			return w.signpost(a.to), "text/html; charset=utf-8", nil
		}
		at = a.to
	}
	return nil, "", fmt.Errorf("asking for %s: it leads on and on", at)
}

// signpost is a page that leads to another.
func (w *walk) signpost(to string) []byte {
	link := html.EscapeString(w.Base + to)
	return fmt.Appendf(nil, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>%[1]s</title>\n<link rel=\"canonical\" href=\"%[1]s\">\n"+
		"<meta name=\"robots\" content=\"noindex\">\n<meta http-equiv=\"refresh\" content=\"0; url=%[2]s\">\n</head>\n<body>\n<p><a href=\"%[2]s\">%[1]s</a></p>\n</body>\n</html>\n", link, html.EscapeString(w.root()+to))
}

// root is the path of the site's public address, which its links begin with.
func (w *walk) root() string { return rootOf(w.Base) }

func rootOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), "/")
}

// answer is what the site says to one question.
type answer struct {
	status int
	kind   string
	body   []byte
	to     string // path of ours that it leads to
}

// mostAnswer bounds one answer; the longest documents have 4 MiB.
const mostAnswer = 64 << 20

func (w *walk) ask(ctx context.Context, at string) (a answer, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Base, nil)
	if err != nil {
		return a, err
	}
	r.URL.Path, r.URL.RawPath = at, ""
	r.Header.Set("Accept-Encoding", "identity")
	resp, err := w.Ask.RoundTrip(r)
	if err != nil {
		return a, fmt.Errorf("asking for %s: %w", at, err)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1))
	err = errors.Join(err, resp.Body.Close())
	switch {
	case err != nil:
		return a, fmt.Errorf("asking for %s: %w", at, err)
	case len(body) > mostAnswer:
		return a, fmt.Errorf("asking for %s: the answer is larger than %d MiB", at, mostAnswer>>20)
	}
	if c := resp.Header.Get("Cache-Control"); strings.Contains(c, "private") || strings.Contains(c, "no-store") {
		return answer{status: http.StatusNotFound}, nil // it is not for everybody
	}
	a = answer{status: resp.StatusCode, kind: resp.Header.Get("Content-Type"), body: body}
	if a.status/100 == 3 {
		a.to = leadsTo(at, resp.Header.Get("Location"), w.Base)
	}
	return a, nil
}
