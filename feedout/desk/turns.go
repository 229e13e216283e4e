package desk

import (
	"context"
	"net/http"
	"sync"
)

// turns has each editor do one thing at a time: who begins another ends the one
// before. The zero value is ready.
type turns struct {
	mu      sync.Mutex
	running map[string]*turn // by who, the last that they began
}

type turn struct {
	end  context.CancelFunc
	done chan struct{}
}

// one makes a look that is one of an editor's turns.
func (t *turns) one(see look) look {
	return func(r *http.Request, who Visitor) (view, error) {
		ctx, done := t.take(r.Context(), who.Name)
		defer done()
		return see(r.WithContext(ctx), who)
	}
}

// take begins a turn when the one before has ended.
func (t *turns) take(ctx context.Context, who string) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	now := &turn{cancel, make(chan struct{})}
	t.mu.Lock()
	if t.running == nil {
		t.running = make(map[string]*turn)
	}
	before := t.running[who]
	t.running[who] = now
	t.mu.Unlock()
	if before != nil {
		before.end()
		<-before.done
	}
	return ctx, func() {
		cancel()
		t.mu.Lock()
		if t.running[who] == now {
			delete(t.running, who)
		}
		t.mu.Unlock()
		close(now.done)
	}
}
