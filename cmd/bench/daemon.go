package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"chinanews/cmd/bench/origin"
)

// daemon is the program at work on a web.
type daemon struct {
	process
	program, dir  string
	public, admin string // host:port
	core          string // the only one that it runs on; empty: all
	child         *exec.Cmd
	ended         chan struct{} // closed when the child has
	trail         *trail        // of the child
	looking       sync.WaitGroup
	patience      time.Duration
	web           *origin.Web
	first         chan time.Duration // its CPU time when a round began
}

// setup is what differs in configurations.
type setup struct {
	interval time.Duration
	delay    time.Duration // between requests to one host
	limit    int           // entries of the feed
	fresh    time.Duration
	hub      bool
}

// newDaemon configures one in a directory of its own, and runs none.
func newDaemon(program, dir string, web *origin.Web, s setup) (*daemon, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	d := &daemon{program: program, dir: dir, web: web, trail: new(trail), patience: 3 * time.Hour}
	var err error
	if d.public, err = freeAddress(); err != nil {
		return nil, err
	}
	if d.admin, err = freeAddress(); err != nil {
		return nil, err
	}
	if err := os.WriteFile(d.config(), []byte(d.configuration(s)), 0o600); err != nil {
		return nil, err
	}
	return d, d.writeRows()
}

// rowsOfFile is how many sources one file names: no file of a configuration may
// be larger than 4 MiB.
const rowsOfFile = 10_000

// writeRows names all feeds of the web, in files that the configuration includes.
func (d *daemon) writeRows() error {
	dir := filepath.Join(d.dir, "sources")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for from := 0; from < d.web.Feeds; from += rowsOfFile {
		var b strings.Builder
		for n := from; n < min(from+rowsOfFile, d.web.Feeds); n++ {
			fmt.Fprintf(&b, "- {id: f%06d, url: %q, kind: feed, publisher: Office %d}\n", n, d.web.URL(n), n)
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.yaml", from)), []byte(b.String()), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (d *daemon) config() string { return filepath.Join(d.dir, "config.yaml") }

// record is the file of the record.
func (d *daemon) record() string { return filepath.Join(d.dir, "data", "news.db") }

// freeAddress is one at which nothing else listens just now.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// configuration asks all feeds of the web, and makes one feed of what they say.
func (d *daemon) configuration(s setup) string {
	var b strings.Builder
	fmt.Fprintf(&b, "site: {id: bench, title: Bench, base_url: \"http://%s\", contact: bench@news.example}\n", d.public)
	fmt.Fprintf(&b, "data: data\nlisten: %q\nadmin: {listen: %q}\nbackup: {at: \"\"}\n", d.public, d.admin)
	if s.hub {
		b.WriteString("hub: {allow: [127.20.0.0/16, \"*:80\"]}\n")
	}
	fmt.Fprintf(&b, "fetch: {allow: [127.0.0.0/8], hosts: {\"*\": {connections: 1, delay: %s}}}\n", s.delay)
	fmt.Fprintf(&b, "defaults: {interval: %s, min_interval: %[1]s, fresh: %s, max_age: %s, rights: government, body: feed, looks: [], wait_for_text: 0s}\n",
		s.interval, s.fresh, max(s.fresh, 30*24*time.Hour))
	fmt.Fprintf(&b, "feeds:\n  - {id: all, title: All notices, language: en, languages: all, limit: %d, window: 0s}\ninclude: [sources/*.yaml]\n", s.limit)
	return b.String()
}

// start runs the daemon, and returns when it has begun.
func (d *daemon) start() error {
	log, err := os.OpenFile(filepath.Join(d.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	d.child = exec.Command(d.program, "run", "-c", d.config())
	if d.core != "" {
		d.child = exec.Command("taskset", "-c", d.core, d.program, "run", "-c", d.config())
	}
	d.child.Stdout, d.child.Stderr = log, log
	d.trail = new(trail)
	if err := d.child.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func(child *exec.Cmd) { child.Wait(); close(ended) }(d.child)
	d.process, d.ended = process(d.child.Process.Pid), ended
	t, p := d.trail, d.process
	d.looking.Go(func() { t.follow(p, ended) })
	return nil
}

// serving waits until the feed is served.
func (d *daemon) serving(ctx context.Context) error {
	client := &http.Client{Timeout: time.Minute}
	defer client.CloseIdleConnections()
	return until(ctx, "the feed is served", d.patience, func() (bool, error) {
		answer, err := client.Get(d.feed())
		if err != nil {
			return false, d.alive()
		}
		_, err = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		return err == nil && answer.StatusCode == http.StatusOK, d.alive()
	})
}

func (d *daemon) feed() string { return d.document("rss") }

// document is the address of all that is published, in a format.
func (d *daemon) document(format string) string { return "http://" + d.public + "/feeds/all." + format }

// alive is why the daemon is not.
func (d *daemon) alive() error {
	select {
	case <-d.ended:
		return fmt.Errorf("the daemon ended; %s says why", filepath.Join(d.dir, "log"))
	default:
		return nil
	}
}

// kill ends it as a power cut does.
func (d *daemon) kill() {
	if d.child != nil {
		d.child.Process.Kill()
		<-d.ended
		d.looking.Wait()
		d.child = nil
	}
}

// stop asks it to end, and waits.
func (d *daemon) stop() error {
	if d.child == nil {
		return nil
	}
	d.child.Process.Signal(os.Interrupt)
	select {
	case <-d.ended:
		d.looking.Wait()
		d.child = nil
		return nil
	case <-time.After(time.Minute):
		d.kill()
		return errors.New("the daemon did not stop within a minute")
	}
}

// arm waits for a round: what follows is counted anew, CPU time from shortly before
// the first request on.
func (d *daemon) arm() {
	d.web.Reset()
	first := make(chan time.Duration, 1)
	d.first = first
	d.web.First(func() { first <- d.trail.begin() })
}

// await waits until each feed was asked once and the daemon rests, and says what
// that cost. A feed that was asked twice makes the round worthless.
func (d *daemon) await(ctx context.Context) (time.Duration, error) {
	err := until(ctx, "each feed is asked", d.patience, func() (bool, error) {
		return d.web.Stats().Least > 0, errors.Join(d.alive(), d.once())
	})
	if err != nil {
		return 0, err
	}
	after, err := d.rest(ctx)
	if err != nil {
		return 0, err
	}
	return after - <-d.first, d.once()
}

// allAsked waits until each feed was asked.
func (d *daemon) allAsked(ctx context.Context) error {
	return until(ctx, "each feed is asked", d.patience, func() (bool, error) { return d.web.Stats().Least > 0, d.alive() })
}

// errHurried means that the interval is too short for a round.
var errHurried = errors.New("a feed was asked again before a round was over; give a longer -interval")

// once is an error when the next round has begun.
func (d *daemon) once() error {
	if d.web.Stats().Most > 1 {
		return errHurried
	}
	return nil
}

// run has the program do something else beside or after the daemon.
func (d *daemon) run(ctx context.Context, out io.Writer, args ...string) error {
	c := exec.CommandContext(ctx, d.program, append(args, "-c", d.config())...)
	var said strings.Builder
	c.Stdout, c.Stderr = out, &said
	if err := c.Run(); err != nil {
		return fmt.Errorf("chinanewsd %s: %w: %s", args[0], err, said.String())
	}
	return nil
}
