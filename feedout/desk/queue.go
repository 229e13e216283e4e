package desk

import (
	"context"
	"net/http"
)

// Queue is what waits for an editor.
type Queue interface {
	// Waiting is how many lines it has.
	Waiting(ctx context.Context) (int, error)
}

func (d *desk) queueRoutes(mux *http.ServeMux) {}
