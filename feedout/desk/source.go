package desk

import (
	"net/http"
)

// Sources are the rows that are polled, and how each is.
type Sources interface{}

func (d *desk) sourceRoutes(mux *http.ServeMux) {}
