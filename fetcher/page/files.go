package page

import (
	"net/url"
	"path"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"

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
func (a *article) files(body string) []news.File {
	if !strings.Contains(body, "<a ") {
		return nil
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		return nil
	}
	return a.linked(doc.Find("a[href]"))
}

// attachments are where pages list documents beside the text.
var attachments = cascadia.MustCompile(`[class*="attach" i] a[href],[id*="attach" i] a[href],[class*="appendix" i] a[href],[id*="appendix" i] a[href],` +
	`[class*="fujian" i] a[href],[id*="fujian" i] a[href],[class*="annex" i] a[href]`)

// attached are the documents that the page lists beside the text, in a block
// or on a line that says so.
func (a *article) attached() []news.File {
	files := a.linked(a.doc.FindMatcher(attachments))
	for _, l := range a.lines {
		if l.Linked == 0 || !strings.HasPrefix(l.Text, "附件") && !strings.HasPrefix(strings.ToLower(l.Text), "attachment") {
			continue
		}
		for _, n := range l.Nodes {
			files = append(files, a.linked(goquery.NewDocumentFromNode(n).Closest("a[href]"))...)
		}
	}
	return files
}

// linked are the documents among links.
func (a *article) linked(links *goquery.Selection) []news.File {
	var files []news.File
	links.EachWithBreak(func(_ int, link *goquery.Selection) bool {
		href, _ := link.Attr("href")
		href = resolve(href, a.doc.base, nil)
		u, err := url.Parse(href)
		if err != nil {
			return true
		}
		if kind, ok := documents[strings.ToLower(path.Ext(u.Path))]; ok {
			files = append(files, news.File{URL: href, Type: kind, Title: news.Line(nodeText(link))})
		}
		return len(files) < maxFiles
	})
	return files
}
