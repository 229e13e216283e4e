package page

import (
	"net/url"
	"path"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

	"chinanews/fetcher/clean"
	"chinanews/news"
)

// documents are the files that come with a release.
var documents = map[string]string{".pdf": "application/pdf", ".doc": "application/msword", ".xls": "application/vnd.ms-excel",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".ppt":  "application/vnd.ms-powerpoint", ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".zip": "application/zip", ".rar": "application/vnd.rar", ".wps": "application/vnd.ms-works", ".et": "application/vnd.ms-works", ".ofd": "application/ofd"}

const maxFiles = 16

// files are the documents that a body links to.
func (a *article) files(body string) []news.File { return a.linked(clean.Links(body)) }

// attachments are where pages list documents beside the text.
var attachments = cascadia.MustCompile(`[class*="attach" i] a[href],[id*="attach" i] a[href],[class*="appendix" i] a[href],[id*="appendix" i] a[href],` +
	`[class*="fujian" i] a[href],[id*="fujian" i] a[href],[class*="annex" i] a[href]`)

// attached are the documents that the page lists beside the text, in a block
// or on a line that says so.
func (a *article) attached() []news.File {
	files := a.linked(linksOf(a.doc.FindMatcher(attachments)))
	for _, l := range a.lines {
		if l.Linked == 0 || !strings.HasPrefix(l.Text, "附件") && !strings.HasPrefix(strings.ToLower(l.Text), "attachment") {
			continue
		}
		for _, n := range l.Nodes {
			files = append(files, a.linked(linksOf(goquery.NewDocumentFromNode(n).Closest("a[href]")))...)
		}
	}
	return files
}

func linksOf(selected *goquery.Selection) (links []clean.Link) {
	for _, n := range selected.Nodes {
		links = append(links, clean.Link{Address: attribute(n, "href"), Text: clean.NodeText(n)})
	}
	return links
}

// linked are the documents among links.
func (a *article) linked(links []clean.Link) (files []news.File) {
	for _, l := range links {
		address := resolve(l.Address, a.doc.base, nil)
		u, err := url.Parse(address)
		if err != nil {
			continue
		}
		if kind, ok := documents[strings.ToLower(path.Ext(u.Path))]; ok {
			files = append(files, news.File{URL: address, Type: kind, Title: news.Line(l.Text)})
		}
		if len(files) == maxFiles {
			break
		}
	}
	return files
}
