package desk

import "net/http"

// Start is what there is to work with: somebody may have begun with nothing.
type Start struct {
	File    string // of the configuration; empty: there is no need to say how to begin
	Sources int
	Feeds   int
}

// first is the desk's first page where there is no queue.
func (d *desk) first(_ *http.Request, who Visitor) (view, error) {
	return view{name: "trouble", Tab: "queue", Title: say(who.Lang, "Desk")}, nil
}
