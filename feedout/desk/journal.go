package desk

import (
	"net/http"
)

// Journal is what was done, when and by whom.
type Journal interface{}

func (d *desk) journalRoutes(mux *http.ServeMux) {}
