package main

import (
	"net/http"

	"chinanews/feedout/site"
)

// public serves everybody, without the limits of entrance.
func (h *house) public() http.Handler { return h.seated(h.served(site.Options{})) }
