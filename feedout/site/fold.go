package site

import (
	"html/template"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A difference is read for what differs: of more unchanged paragraphs in a row
// than shortRun, those that are not beside a change are folded away.
const (
	shortRun = 4
	beside   = 1
)

// folded is a difference as its page shows it. Nothing is left out: what is
// folded opens.
func folded(lang, markup string) template.HTML {
	nodes, err := html.ParseFragment(strings.NewReader(string(body(lang, markup))), &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"})
	if err != nil {
		return ""
	}
	var blocks []string
	var same []bool
	for _, n := range nodes {
		if n.Type != html.ElementNode {
			continue
		}
		var b strings.Builder
		if html.Render(&b, n) != nil {
			return ""
		}
		blocks, same = append(blocks, b.String()), append(same, !differs(n))
	}
	return template.HTML(foldRuns(lang, blocks, same)) // #nosec: rendered from what body made
}

// differs reports whether anything in a paragraph is of one text only.
func differs(n *html.Node) bool {
	for d := range n.Descendants() {
		if d.DataAtom == atom.Ins || d.DataAtom == atom.Del {
			return true
		}
	}
	return n.DataAtom == atom.Ins || n.DataAtom == atom.Del
}

// foldRuns puts long runs of what is the same behind a line that opens them.
func foldRuns(lang string, blocks []string, same []bool) string {
	var b strings.Builder
	for n := 0; n < len(blocks); {
		end := n
		for end < len(blocks) && same[end] {
			end++
		}
		from, to := n, end
		if n > 0 {
			from = min(from+beside, end)
		}
		if end < len(blocks) {
			to = max(to-beside, from)
		}
		if end-n > shortRun && to > from {
			b.WriteString(strings.Join(blocks[n:from], "\n"))
			b.WriteString("\n<details class=\"same\"><summary lang=\"" + locale(lang) + "\">" + say(lang, "%d paragraphs unchanged", to-from) + "</summary>\n" + strings.Join(blocks[from:to], "\n") + "\n</details>\n")
			n = to
		}
		for last := min(end+1, len(blocks)); n < last; n++ {
			b.WriteString(blocks[n] + "\n")
		}
	}
	return b.String()
}
