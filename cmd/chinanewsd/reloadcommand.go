package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"chinanews/config"
	"chinanews/news"
)

type reloadCmd struct {
	JSON bool `help:"Print JSON."`
}

// Run has the daemon read its configuration anew. A file that has problems is
// shown to the daemon, too: it says so wherever it is asked how it is.
func (c reloadCmd) Run(t *terminal) error {
	cfg, bad, err := t.loadAnyhow()
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(t, http.MethodPost, "http://daemon/reload", nil)
	if err != nil {
		return err
	}
	var done reload
	answered, err := converse(req, cfg, func(body io.Reader) error { return json.NewDecoder(body).Decode(&done) })
	switch {
	case err != nil:
		return err
	case !answered && bad != nil:
		return bad
	case !answered:
		return fmt.Errorf("no daemon answers at %s; `chinanewsd run` starts one; %s", socketPaths(cfg.Data)[0], elsewhere)
	case c.JSON:
		err = json.NewEncoder(t.out).Encode(done)
	default:
		done.print(t)
	}
	return errors.Join(err, done.refusal())
}

// elsewhere is what to do where a daemon runs and none is found.
const elsewhere = "if `data` was changed, the daemon is still at the old place: send it SIGHUP, or stop and start it"

func (done reload) print(t *terminal) {
	for _, line := range append(done.Problems, done.Warnings...) {
		t.note(line)
	}
	if done.OK {
		fmt.Fprintln(t.out, "reloaded: "+done.Words)
	}
	for _, key := range done.Waiting {
		fmt.Fprintln(t.out, key)
	}
}

// refusal is why it was not done.
func (done reload) refusal() error {
	switch {
	case done.OK:
		return nil
	case done.Usage:
		return usageError{errors.New(done.Words)}
	}
	return errors.New(done.Words)
}

// loadAnyhow is load for who can do with where the record is: of a file that has
// problems, bad is what they are.
func (t *terminal) loadAnyhow() (cfg news.Config, bad, err error) {
	cfg, err = t.load()
	if problems, ok := errors.AsType[config.Problems](err); ok {
		file, err := config.Find(t.config)
		return news.Config{File: file, Data: config.DataOf(file)}, problems, err
	}
	return cfg, nil, err
}

// reloadWithin is how long a large record may take to be ruled on anew.
const reloadWithin = 30 * time.Minute

// reloadFor answers the command.
func (h *house) reloadFor(w http.ResponseWriter, r *http.Request) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(reloadWithin))
	reply(func(r *http.Request) (any, error) { return h.reloads.ask(r.Context()) }).ServeHTTP(w, r)
}
