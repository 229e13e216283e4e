package clean

import "golang.org/x/net/html/atom"

// element is what is known of an element that a build takes.
type element struct {
	atom    atom.Atom
	name    string
	kind    kind
	dropped bool // the policy takes its tags away
}

// kind is where an element may stand so that HTML's parser leaves it there.
type kind uint8

const (
	inline kind = iota // anywhere
	format             // anywhere but within another of its name
	box                // not in prose
	prose              // not in prose, and nothing but what is inline stands in it
	entry              // in a list and nowhere else
	void               // anywhere, and it holds nothing
	rule               // as void, but not in prose
	hidden             // anywhere, and what it holds is not read
)

// elements are those that a build takes. Of the rest some have rules of their
// own (tables, ruby), some are left out with all that they hold.
var elements = known(map[kind][]atom.Atom{
	inline: {atom.Span, atom.Sub, atom.Sup, atom.Q, atom.Cite, atom.Abbr},
	format: {atom.A, atom.B, atom.Code, atom.Em, atom.I, atom.S, atom.Small, atom.Strong, atom.U},
	box:    {atom.Div, atom.Blockquote, atom.Ul, atom.Ol, atom.Dl, atom.Figure, atom.Figcaption, atom.Pre},
	prose:  {atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6},
	entry:  {atom.Li, atom.Dt, atom.Dd},
	void:   {atom.Br, atom.Img},
	rule:   {atom.Hr},
}, map[kind][]atom.Atom{
	inline: {atom.Ins, atom.Del, atom.Mark, atom.Time, atom.Var, atom.Kbd, atom.Samp, atom.Dfn},
	format: {atom.Font, atom.Big, atom.Strike, atom.Tt},
	box:    {atom.Center, atom.Address, atom.Header, atom.Footer, atom.Main, atom.Aside},
	hidden: {atom.Script, atom.Style, atom.Iframe},
})

func known(kept, dropped map[kind][]atom.Atom) map[string]*element {
	out := make(map[string]*element)
	for k, atoms := range kept {
		for _, a := range atoms {
			out[a.String()] = &element{a, a.String(), k, false}
		}
	}
	for k, atoms := range dropped {
		for _, a := range atoms {
			out[a.String()] = &element{a, a.String(), k, true}
		}
	}
	return out
}

// keeps reports whether the policy lets an attribute through.
func (e *element) keeps(attribute string) bool {
	switch e.atom {
	case atom.A:
		return attribute == "href" || attribute == "title"
	case atom.Abbr:
		return attribute == "title"
	case atom.Ol:
		return attribute == "start"
	case atom.Img:
		return pictured[attribute]
	}
	return false
}

// pictured are the attributes of a picture that are kept.
var pictured = func() map[string]bool {
	out := map[string]bool{"src": true, "alt": true, "width": true, "height": true, "title": true}
	for _, name := range lazy {
		out[name] = true
	}
	return out
}()
