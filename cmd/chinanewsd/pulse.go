package main

import (
	"context"
	"log/slog"
	"time"

	"chinanews/cmd/chinanewsd/service"
)

// pulse tells the service manager that the daemon is alive, as long as it is:
// while polling and writing go on or rest. A timer alone would go on beating in
// a daemon that polls nothing any more. How long a standstill may last is the
// manager's to say (WatchdogSec=), and must be longer than the slowest answer
// and the largest write.
type pulse struct {
	organs []organ
	words  func(context.Context) (string, error) // how the daemon is
	log    *slog.Logger

	seen   []uint64  // steps at the last look
	moved  time.Time // when nothing stood still last
	deaf   bool      // the manager does not hear, and it was logged
	logged bool      // of the standstill that lasts
}

// organ is a part of the daemon that works or rests.
type organ struct {
	name string
	// look says how many steps were made, and whether the organ rests: there is
	// nothing on its way.
	look func() (steps uint64, rests bool)
}

const (
	restless   = 15 * time.Second // between words on how the daemon is
	beatsOfDog = 4                // in the time that the manager waits for one
)

// attend has the manager know how the daemon is, until ctx ends. Without a
// manager it only waits.
func (p *pulse) attend(ctx context.Context) error {
	if !service.Managed() {
		<-ctx.Done()
		return nil
	}
	patience, err := service.Watchdog()
	if err != nil {
		p.log.Warn("the service manager's watchdog is not fed", "err", err)
	}
	p.tell(service.Ready(p.status(ctx)))
	pause := restless
	if patience > 0 {
		pause = min(pause, patience/beatsOfDog)
	}
	for p.beat(patience); waited(ctx, pause); p.beat(patience) {
		p.tell(service.Status(p.status(ctx))) // which a reload may have said otherwise
	}
	p.tell(service.Stopping("stopping: requests on their way are answered"))
	return nil
}

// beat feeds the watchdog of a manager, who waits so long for it (0: has none),
// if nothing stands still. A standstill of one slow answer is nothing to log.
func (p *pulse) beat(patience time.Duration) {
	switch still := p.still(); {
	case still == "":
		p.moved, p.logged = time.Now(), false
		if patience > 0 {
			p.tell(service.Alive())
		}
	case patience > 0 && !p.logged && time.Since(p.moved) >= patience/2:
		p.logged = true
		p.log.Warn("no progress is made; if that lasts, the service manager starts the daemon anew", "in", still)
	}
}

// still is the organ that neither rests nor has made a step since the last
// look.
func (p *pulse) still() (name string) {
	seen := make([]uint64, len(p.organs))
	for n, o := range p.organs {
		steps, rests := o.look()
		if seen[n] = steps; name == "" && !rests && p.seen != nil && p.seen[n] == steps {
			name = o.name
		}
	}
	p.seen = seen
	return name
}

// status is how the daemon is. A record that cannot be read is a word too.
func (p *pulse) status(ctx context.Context) string {
	words, err := p.words(ctx)
	if err != nil {
		return "the record cannot be read: " + err.Error()
	}
	return words
}

// tell logs the first time that the manager does not hear.
func (p *pulse) tell(err error) {
	if err != nil && !p.deaf {
		p.log.Warn("the service manager cannot be told how the daemon is", "err", err)
	}
	p.deaf = err != nil
}

// announceReload tells the manager that the configuration begins to be read anew
// (nil), or that this is over, and what came of it.
func announceReload(done *reload) error {
	if done == nil {
		return service.Reloading("reading the configuration anew; feeds are served as they were")
	}
	return service.Ready(done.outcome())
}

// outcome says in a line what came of it.
func (done *reload) outcome() string {
	if done.OK {
		return "reloaded: " + done.Words
	}
	return "not reloaded: " + done.Words
}
