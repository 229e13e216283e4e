package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"chinanews/feedout/static"
	"chinanews/news"
	"chinanews/storage"
)

type renderCmd struct {
	Out string `required:"" placeholder:"DIR" help:"Directory to write into: an empty one, one that is not there, or one that was written before."`
}

// Run writes the public site as files. While the daemon runs, that answers for
// each page; this process writes.
func (c renderCmd) Run(t *terminal) error {
	cfg, err := t.load()
	if err != nil {
		return err
	}
	var about siteAbout
	answered, err := t.ask(cfg, "GET", "/site", &about)
	if answered {
		if err != nil {
			return err
		}
		line := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dialDaemon(ctx, cfg) }}
		defer line.CloseIdleConnections()
		return c.write(t, cfg, about, publicThere{line})
	}
	return t.acting(cfg, func(h *house) error {
		if err := h.publish(t, "http://"+cfg.Listen); err != nil {
			return err
		}
		about, err := h.site(t)
		if err != nil {
			return err
		}
		return c.write(t, cfg, about, static.Within{Handler: h.written()})
	})
}

func (c renderCmd) write(t *terminal, cfg news.Config, about siteAbout, ask http.RoundTripper) error {
	tree, err := openTree(c.Out, cfg.Data, about.ID)
	if err != nil {
		return err
	}
	done, err := about.files(ask).Walk(t, tree, about.seeds(), everything)
	if err = errors.Join(err, tree.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(t.out, "%s: %s\n", c.Out, done)
	return err
}

// publicThere asks a daemon for what is public, over its socket.
type publicThere struct{ line http.RoundTripper }

func (p publicThere) RoundTrip(r *http.Request) (*http.Response, error) {
	to := *r.URL
	to.Scheme, to.Host, to.Path = "http", "daemon", publicPrefix+to.Path
	r = r.Clone(r.Context())
	r.Host, r.URL = r.URL.Host, &to
	return p.line.RoundTrip(r)
}

// publicPrefix is where the socket has the public site.
const publicPrefix = "/public"

// dialDaemon connects to the daemon that holds the configured record.
func dialDaemon(ctx context.Context, cfg news.Config) (conn net.Conn, err error) {
	for _, path := range socketPaths(cfg.Data) {
		if conn, err = dialSocket(ctx, path); err == nil {
			break
		}
	}
	return conn, err
}

// siteAbout is what must be known of a site to write it as files.
type siteAbout struct {
	ID     string   `json:"id"`
	Base   string   `json:"base_url"`
	Former []string `json:"former"` // paths of pages that are part of others now, and lead there
}

// site tells it.
func (h *house) site(ctx context.Context) (siteAbout, error) {
	about := siteAbout{ID: h.store.Site(), Base: h.press.pub.Site.BaseURL}
	err := h.store.View(ctx, func(l *storage.Ledger) error {
		for s := range l.Stories() {
			if len(s.Items) < 2 {
				continue
			}
			if _, _, public := h.press.stand.place(l, s); public {
				about.Former = append(about.Former, storyPaths(l, s)...)
			}
		}
		return nil
	})
	return about, err
}

// storyPaths are a story's page and those of what was merged into it.
func storyPaths(l *storage.Ledger, s news.Story) (paths []string) {
	for _, id := range append([]news.ItemID{news.ItemID(s.ID)}, s.Items...) {
		if address := l.Address(news.StoryID(id)); address != "" {
			paths = append(paths, "/stories/"+address)
		}
	}
	return paths
}

// seeds are where the files of a site begin.
func (a siteAbout) seeds() []string { return append(a.Former, fixedPages...) }

func everything(string) bool { return true }

// files are the site as it can be written.
func (a siteAbout) files(ask http.RoundTripper) static.Site {
	return static.Site{Ask: ask, Base: a.Base, Skip: unwritten, More: besidePage}
}

// fixedPages are where a walk begins; the sitemap leads to all stories.
var fixedPages = []string{"/", "/en/", "/zh/", "/about", "/en/about", "/zh/about", "/polling", "/en/polling", "/zh/polling", "/opml.xml", "/sitemap.xml", "/robots.txt", "/favicon.ico", "/site.css", "/site.js", "/404.html"}

// unwritten is what no file can answer, or nobody may read.
func unwritten(path string) bool {
	for _, begin := range []string{"/search", "/hub", "/t", "/desk"} {
		if rest, ok := strings.CutPrefix(path, begin); ok && (rest == "" || rest[0] == '/' || rest[0] == '.') {
			return true
		}
	}
	return false
}

// besidePage is what changes with a page and is not linked there: of a story,
// its JSON; of an archive document, the address without a generation that the
// one before it names, and that of the one after it.
func besidePage(path string) []string {
	if m, ok := archiveAt(path); ok && m.gen > 0 {
		return []string{m.today(m.page), m.today(m.page + 1)}
	}
	if address, ok := strings.CutPrefix(path, "/stories/"); ok && !strings.ContainsAny(address, "/.") {
		return []string{path + ".json"}
	}
	return nil
}

// today is where a page of the same archive is, whatever its generation.
func (m shelfmark) today(page int) string {
	return fmt.Sprintf("/feeds/%s/archive/%d.%s", m.feed, page, m.format)
}

// openTree opens a directory to write a site into, which has nothing to do with
// the one that the record is in.
func openTree(dir, data, site string) (*static.Tree, error) {
	real, err := realPath(dir)
	if err != nil {
		return nil, err
	}
	record, err := realPath(data)
	if err != nil {
		return nil, err
	}
	if within(real, record) || within(record, real) {
		return nil, fmt.Errorf("%s: %w: the data directory is %s; files of the site need a directory beside it", dir, static.ErrTaken, data)
	}
	return static.Open(real, site)
}

// within reports whether a path is another, or below it.
func within(path, other string) bool {
	rest, err := filepath.Rel(other, path)
	return err == nil && (rest == "." || filepath.IsLocal(rest))
}

// realPath is where a path leads, as far as it exists.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	real, err := filepath.EvalSymlinks(path)
	if errors.Is(err, os.ErrNotExist) && filepath.Dir(path) != path {
		above, err := realPath(filepath.Dir(path))
		return filepath.Join(above, filepath.Base(path)), err
	}
	return real, err
}
