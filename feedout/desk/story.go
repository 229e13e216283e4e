package desk

import (
	"net/http"
)

// Stories are the releases of the record and what editors do to them.
type Stories interface{}

func (d *desk) storyRoutes(mux *http.ServeMux) {}
