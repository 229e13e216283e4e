package desk

import (
	"net/http"
)

// Figures are counts of the record over time, and of readers.
type Figures interface{}

func (d *desk) figureRoutes(mux *http.ServeMux) {}
