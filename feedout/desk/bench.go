package desk

import (
	"net/http"
)

// Bench is where rules are tried before they are live.
type Bench interface{}

func (d *desk) benchRoutes(mux *http.ServeMux) {}
