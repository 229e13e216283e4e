package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"chinanews/config"
	"chinanews/curator"
	"chinanews/fetcher"
	"chinanews/news"
	"chinanews/storage"
)

type doctorCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run looks over all that a site stands on and says what it found, a line each.
func (c doctorCmd) Run(t *terminal) error {
	d := &doctor{t: t, now: time.Now()}
	verdict := d.examine()
	if c.JSON {
		if err := json.NewEncoder(t.out).Encode(diagnosis{Well: verdict == nil, Version: version, Signs: d.signs}); err != nil {
			return err
		}
		return verdict
	}
	if err := d.print(t.out, inkFor(t.out), verdict == nil); err != nil {
		return err
	}
	return verdict
}

// diagnosis is what --json prints.
type diagnosis struct {
	Well    bool   `json:"well"` // nothing is bad
	Version string `json:"version"`
	Signs   []sign `json:"findings"`
}

// sign is one thing that was looked at.
type sign struct {
	State string `json:"state"` // ok, warn, bad
	What  string `json:"what"`
	Found string `json:"found"`
	Do    string `json:"do,omitempty"` // about it
}

const (
	doctorOK   = "ok"
	doctorWarn = "warn" // works, and will not for long or not for all
	doctorBad  = "bad"
)

// doctor looks at the host and the site as they are, and changes nothing. What
// only follows from a fault that it has told is not told again.
type doctor struct {
	t       *terminal
	now     time.Time
	network fetcher.Network
	room    func(dir string) (space, error) // nil: spaceOf
	cfg     news.Config
	signs   []sign

	running  bool     // a daemon holds the record and answers
	recorded bool     // there is a record, which over is of
	blind    bool     // what is in the data directory cannot be seen
	over     overview // by the daemon, or else by the record
	nameless bool     // base_url's host has no address
	misfit   bool     // the configuration is not one for the record
	broken   bool     // the configuration has problems: of cfg there is no more than where the record is
}

func (d *doctor) ok(what, format string, args ...any) { d.tell(doctorOK, what, "", format, args...) }

func (d *doctor) tell(state, what, do, format string, args ...any) {
	d.signs = append(d.signs, sign{state, what, news.Line(fmt.Sprintf(format, args...)), do})
}

// examine looks at everything. The error is what the command ends with: nil
// when nothing is bad.
func (d *doctor) examine() error {
	if err := d.configuration(); err != nil {
		return err
	}
	d.directory()
	if !d.blind {
		d.record()
	}
	d.disk()
	d.clock()
	d.listeners()
	if !d.broken {
		d.names()
		d.site()
		d.proxies()
	}
	d.certificates()
	d.cluster()
	d.backups()
	d.polls()
	n := d.count(doctorBad)
	if n == 0 {
		return nil
	}
	err := fmt.Errorf("%s; what to do stands behind what was found", things(n, "thing is bad", "things are bad"))
	if d.misfit || d.broken {
		return usageError{err}
	}
	return err
}

func (d *doctor) count(state string) (n int) {
	for _, f := range d.signs {
		if f.State == state {
			n++
		}
	}
	return n
}

func things(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// configuration is what check does. Of one that has problems, a daemon may work
// on by that before it: what does not need it is looked at.
func (d *doctor) configuration() error {
	file, err := config.Find(d.t.config)
	if err != nil {
		d.tell(doctorBad, "configuration", "", "%v", err)
		return usageError{errors.New("without a configuration nothing else can be looked at")}
	}
	cfg, err := config.Load(file, checks())
	if err == nil {
		_, err = curator.New(cfg.Publication, 0)
	}
	if problems, many := errors.AsType[config.Problems](err); many {
		for _, p := range problems {
			do := p.Hint
			p.Hint = ""
			d.tell(doctorBad, "configuration", do, "%s", p)
		}
	} else if err != nil {
		d.tell(doctorBad, "configuration", "", "%v", err)
	}
	if err != nil {
		d.broken = true
		d.cfg = news.Config{File: file, Data: config.DataOf(file)}
		return nil
	}
	d.cfg = cfg
	for _, w := range cfg.Warnings {
		found, do, _ := strings.Cut(w, "; ")
		d.tell(doctorWarn, "configuration", do, "%s", found)
	}
	if len(cfg.Warnings) == 0 {
		d.ok("configuration", "%s has %s and %s, and no problems", cfg.File, count(len(cfg.Sources), "source"), count(len(cfg.Feeds), "feed"))
	}
	return nil
}

// record asks the daemon that holds the record, or reads it.
func (d *doctor) record() {
	answered, err := d.t.ask(d.cfg, "GET", "/status?source=", &d.over)
	if answered && err == nil && d.over.Daemon == nil {
		err = errors.New("what answers at the daemon's socket says nothing of a daemon")
	}
	switch {
	case answered && err != nil:
		d.tell(doctorBad, "daemon", "restart it if it does not run well", "%v", err)
		d.blind = true
	case answered:
		d.running, d.recorded = true, true
		d.daemon()
	default:
		d.unheld()
	}
}

// lookAt reads a record that no daemon holds; without a configuration, no more
// of it than how it is itself.
func (d *doctor) lookAt(store *storage.Store) (err error) {
	if !d.broken {
		d.over, err = overviewOf(d.t, d.cfg, store, "")
		return err
	}
	d.over.Record, err = (&house{lasting: lasting{store: store}}).recordStatus()
	return err
}

// unheld looks at a record that no daemon answers for.
func (d *doctor) unheld() {
	store, err := storage.OpenToRead(d.cfg.Data, storage.Options{Site: d.cfg.Site.ID})
	if err == nil {
		err = errors.Join(d.lookAt(store), store.Close())
	}
	const start = "`systemctl start chinanewsd`, or `chinanewsd run` where there is no systemd"
	held, inUse := errors.AsType[*storage.InUseError](err)
	_, d.misfit = errors.AsType[usageError](err)
	switch {
	case d.misfit:
		d.blind = true
		d.tell(doctorBad, "configuration", "", "%v", err)
	case inUse:
		d.blind = true
		d.tell(doctorBad, "daemon", "when it has only just started, wait; else restart it: what it serves may be well, but no command can ask it",
			"pid %d holds the record and does not answer at %s", held.PID, socketPaths(d.cfg.Data)[0])
	case errors.Is(err, storage.ErrNone):
		d.tell(doctorWarn, "daemon", start+"; "+elsewhere, "none runs, and there is no record yet: the first start makes it")
	case errors.Is(err, storage.ErrOlder):
		d.blind = true
		d.tell(doctorBad, "daemon", "starting it brings the record to this version, after a copy into backups/: "+start, "none runs, and the record is an earlier version's: nothing is polled or served")
	case err != nil:
		d.blind = true
		d.tell(doctorBad, "record", "", "%v", err)
	default:
		d.recorded = true
		d.ok("record", "%s has %s and is sound", d.over.Record.File, entries(int(d.over.Record.Pos)))
		d.tell(doctorBad, "daemon", start, "none runs on this record: nothing is polled or served")
	}
}

// print shows what was found, and says in a line how it is.
func (d *doctor) print(w io.Writer, paint ink, well bool) error {
	codes := map[string]string{doctorOK: "32", doctorWarn: "33", doctorBad: "31"}
	var b strings.Builder
	for _, f := range d.signs {
		fmt.Fprintf(&b, "%s  %s: %s", paint.as(codes[f.State], fmt.Sprintf("%-4s", f.State)), f.What, f.Found)
		if f.Do != "" {
			b.WriteString("; " + f.Do)
		}
		b.WriteByte('\n')
	}
	switch n := d.count(doctorWarn); {
	case well && n == 0:
		b.WriteString("all is well\n")
	case well:
		fmt.Fprintf(&b, "nothing is bad, %s to look at\n", things(n, "thing", "things"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
