package desk

import (
	"net/http"
)

// Scout looks at an address and works out a row for it.
type Scout interface{}

func (d *desk) scoutRoutes(mux *http.ServeMux) {}
