package desk

import "net/http"

// Visitor is who asks for a page.
type Visitor struct {
	Name string // of the user; empty: nobody is signed in
	Lang string // of the interface: en or zh
}

// People know who may come in.
type People interface {
	// Visitor is who is signed in with what a request brings.
	Visitor(r *http.Request) (Visitor, bool)
}

func (d *desk) peopleRoutes(mux *http.ServeMux) {}

// visitor is who asks, if they are signed in.
func (d *desk) visitor(r *http.Request) (Visitor, bool) { return d.People.Visitor(r) }

// stranger answers who is not signed in.
func (d *desk) stranger(w http.ResponseWriter, r *http.Request) {
	d.show(w, r, Visitor{Lang: "en"}, view{name: "trouble", status: http.StatusForbidden, Title: "Sign in"})
}
