package static

import (
	"bytes"
	"net/url"
	"path"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// index is the file that web servers show of a directory.
const index = "index.html"

// pathRunes are what paths of the site are made of. Others stand in addresses
// that nobody but an author of texts made up.
const pathRunes = "abcdefghijklmnopqrstuvwxyz0123456789-._~/"

var documentExpr = regexp.MustCompile(`\.[a-z]+$`)

// File is the file that holds what stands at a path, with slashes; empty when
// none does. What has no extension is a page, and has a directory of its own.
func File(at string) string {
	if !strings.HasPrefix(at, "/") || strings.ContainsFunc(at, func(r rune) bool { return !strings.ContainsRune(pathRunes, r) }) {
		return ""
	}
	name := strings.TrimPrefix(path.Clean(at), "/")
	switch {
	case name == "":
		return index
	case strings.HasPrefix(name, "."):
		return ""
	case !strings.HasSuffix(at, "/") && documentExpr.MatchString(path.Base(name)):
		return name
	}
	return name + "/" + index
}

// ours is the path of an address, or of a link, that is the site's; empty for
// those of others, and for those that ask something.
func ours(link, base string) string {
	rest, ok := strings.CutPrefix(link, base)
	if !ok {
		rest, ok = strings.CutPrefix(link, rootOf(base))
	}
	if !ok || !strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "//") {
		return ""
	}
	u, err := url.Parse(rest)
	if err != nil || u.RawQuery != "" || u.ForceQuery {
		return ""
	}
	return u.Path
}

// leadsTo is the path of ours that a Location of an answer means.
func leadsTo(at, location, base string) string {
	if u, err := url.Parse(location); err == nil && u.Scheme == "" && u.Host == "" && !strings.HasPrefix(u.Path, "/") {
		return path.Join(path.Dir(at), u.Path)
	}
	return ours(location, base)
}

// links are the paths that an answer leads to.
func links(body []byte, kind, base string) []string {
	switch {
	case strings.HasPrefix(kind, "text/html"):
		return linksOfPage(body, base)
	case strings.Contains(kind, "xml"), strings.Contains(kind, "json"), strings.Contains(kind, "opml"):
		return linksOfDocument(body, base)
	}
	return nil
}

func linksOfPage(body []byte, base string) (paths []string) {
	z := html.NewTokenizer(bytes.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return paths
		case html.StartTagToken, html.SelfClosingTagToken:
			for more := true; more; {
				var key, value []byte
				key, value, more = z.TagAttr()
				if k := string(key); k == "href" || k == "src" {
					if p := ours(string(value), base); p != "" {
						paths = append(paths, p)
					}
				}
			}
		}
	}
}

// linksOfDocument finds addresses of the site's wherever they stand: in
// elements, attributes, strings, or markup within them.
func linksOfDocument(body []byte, base string) (paths []string) {
	for rest, found := body, true; found; {
		if _, rest, found = bytes.Cut(rest, []byte(base+"/")); !found {
			break
		}
		end := bytes.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune(pathRunes, r) })
		if end < 0 {
			end = len(rest)
		}
		if end < len(rest) && rest[end] == '?' {
			continue
		}
		paths = append(paths, "/"+strings.TrimRight(string(rest[:end]), "."))
	}
	return paths
}
