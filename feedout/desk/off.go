package desk

import "net/http"

// Off makes what stands at /desk/ where nobody may sit: a page that says how
// that is changed. Of the office it needs Site and Version.
func Off(o Office) http.Handler {
	d := newDesk(o)
	mux := http.NewServeMux()
	d.assetRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		lang := spoken(r)
		d.show(w, r, Visitor{Lang: lang}, view{name: "off", status: http.StatusNotFound, Title: say(lang, "The desk is off")})
	})
	return d.guarded(mux)
}
